"""What a revision plans for one task, by source and year; no year is the whole period."""

from dataclasses import dataclass

from smartcity.lib.language.money import MoneySource, say_money

# Amounts in đồng by source and year.
Budgets = dict[tuple[str, int | None], int]


@dataclass(frozen=True)
class Mismatch:
    """A stated whole and the sum of its yearly parts, which differ."""

    source: str
    whole_vnd: int
    parts_vnd: int

    @property
    def text(self) -> str:
        named = f"{MoneySource(self.source).label}: cả" if self.source != MoneySource.UNSPECIFIED else "Cả"
        more = "nhiều hơn" if self.parts_vnd > self.whole_vnd else "ít hơn"
        return (
            f"{named} giai đoạn {say_money(self.whole_vnd)}, các năm cộng lại {say_money(self.parts_vnd)}, "
            f"{more} {say_money(abs(self.parts_vnd - self.whole_vnd))}"
        )


def parts_of_wholes(budgets: Budgets) -> dict[str, int]:
    """The sum of the yearly parts of each source that also states a whole.

    A whole without a source is that of all yearly parts whose source states none of its own.
    """
    wholes = {source for source, year in budgets if year is None}
    sums: dict[str, int] = {}
    for (source, year), vnd in budgets.items():
        of = source if source in wholes else MoneySource.UNSPECIFIED.value
        if year is not None and of in wholes:
            sums[of] = sums.get(of, 0) + vnd
    return sums


def total_vnd(budgets: Budgets) -> int:
    """What the task is planned to cost: wholes where they are stated, otherwise the years; never both."""
    wholes = {source for source, year in budgets if year is None}
    covers_all = MoneySource.UNSPECIFIED in wholes
    return sum(vnd for (source, year), vnd in budgets.items() if year is None or not (covers_all or source in wholes))


def mismatches(budgets: Budgets) -> list[Mismatch]:
    """Where a whole and its years do not agree; both are kept, and told."""
    return [
        Mismatch(source, budgets[source, None], parts)
        for source, parts in parts_of_wholes(budgets).items()
        if budgets[source, None] != parts
    ]
