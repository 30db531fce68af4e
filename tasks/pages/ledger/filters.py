"""What narrows the entries of a ledger."""

from datetime import date

from django import forms

from smartcity.lib.language.dates import FIRST_YEAR, LAST_YEAR
from smartcity.lib.language.money import MoneyKind, MoneySource
from smartcity.lib.pages.compared_day import ComparedDay
from smartcity.lib.pages.lists import FilterForm
from tasks.pages.ledger.entries import RATE_KINDS, UNKNOWN_YEAR, Rows

# ``&doi=moi``: what was decided or paid after the day compared with.
SINCE = "moi"


class LedgerFilterForm(FilterForm):
    """``?nam=2024&loai=disbursement&nguon=province&nhiem-vu=12``; what is left out is any."""

    def __init__(self, *args, years: list[int], tasks: dict[int, str], compared: ComparedDay | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.compared = compared or ComparedDay()
        asked = self.data.get("nam", "")
        # A link to a year may be followed on a day before its first entry.
        if asked.isascii() and asked.isdigit() and FIRST_YEAR <= int(asked[:5]) <= LAST_YEAR:
            years = sorted({*years, int(asked)}, reverse=True)
        elif asked == UNKNOWN_YEAR:
            years = [*(year for year in years if year), 0]
        choices = {
            "nam": ("Năm", [(str(year), str(year)) if year else (UNKNOWN_YEAR, "Không rõ năm") for year in years]),
            "loai": ("Loại", MoneyKind.choices),
            "nguon": ("Nguồn vốn", MoneySource.choices),
            "nhiem-vu": ("Nhiệm vụ", [(str(pk), name) for pk, name in tasks.items()]),
        }
        if self.compared.day:
            choices["doi"] = ("Ngày ghi", [(SINCE, f"Sau ngày {self.compared.shown}")])
        for name, (label, offered) in choices.items():
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", "Tất cả"), *offered])

    @property
    def since(self) -> date | None:
        """The earlier day, where only what came after it was asked for."""
        return self.compared.day if self.typed("doi") else None

    def rows(self) -> Rows | None:
        """The entries that were asked for; ``None`` when the address names what is not there."""
        if not self.is_valid():
            return None
        year, task = self.cleaned_data["nam"], self.cleaned_data.get("nhiem-vu")
        return Rows(
            year=None if not year else 0 if year == UNKNOWN_YEAR else int(year),
            kind=self.cleaned_data["loai"] or None,
            source=self.cleaned_data["nguon"] or None,
            task_id=int(task) if task else None,
        )


class MoneyFilterForm(LedgerFilterForm):
    """What narrows the programmes whose plans and payments are added: ``?nam=2024&nguon=province``."""

    def __init__(self, *args, years: list[int], **kwargs):
        super().__init__(*args, years=years, tasks={}, **kwargs)
        del self.fields["nhiem-vu"]
        self.fields["loai"].choices = [("", "Tất cả"), *((kind.value, kind.label) for kind in RATE_KINDS)]  # type: ignore[attr-defined]
