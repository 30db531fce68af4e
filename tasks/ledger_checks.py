"""What is asked about an amount before it enters the ledger: not wrong in itself, but more often a slip than true.

What can be judged without the database is judged by ``money_warnings``, for forms, spreadsheets and reports alike;
what is known by then is read once, for one entry or for a whole file of them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from programme.models import Measure, Revision, RevisionState, StatedFigure
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import MoneyKind, MoneySource, group, say_money
from tasks.models import BudgetEntry, PlannedBudget, Task
from tasks.planned_money import total_vnd

# How many times what is planned for a task an amount must be to be asked about: so much more is a slip of the unit
# (tỷ for triệu) more often than a change.
UNIT_SLIP = 100
# How many years after its budget year an amount may be decided; before and after these it is asked about. Capital is
# planned from the year before, paid until the accounts of the following year close, settled some years later.
USUAL_YEARS: dict[str, tuple[int, int]] = {
    MoneyKind.YEAR_PLAN: (-1, 1),
    MoneyKind.DISBURSEMENT: (0, 1),
    MoneyKind.SETTLEMENT: (0, 3),
}
OTHER_YEARS = (-5, 5)


@dataclass(frozen=True)
class MoneyWarning:
    """One thing to confirm: the field of ``BudgetEntry`` that it speaks of, and the sentence."""

    field: str
    text: str


@dataclass
class KnownMoney:
    """What an entry is held against: totals of the programme and the task, and the ledger so far.

    ``declared`` is by programme, ``planned`` by task, ``sums`` by task and kind, then source and year; all in đồng.
    """

    declared: dict[int, int] = field(default_factory=dict)
    planned: dict[int, int] = field(default_factory=dict)
    sums: dict[tuple[int, str], dict[tuple[str, int | None], int]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, entry: BudgetEntry) -> None:
        """Count an entry that is not stored yet, so that the next of the same file is held against it too."""
        of_kind = self.sums[entry.task_id, entry.kind]
        of_kind[entry.source, entry.year] = of_kind.get((entry.source, entry.year), 0) + entry.amount_vnd

    def sum_of(self, task_id: int, kind: str, *, year: int | None = None, source: str = "") -> int | None:
        """The sum over what is not named; ``None`` where no row speaks of it."""
        found = [
            vnd
            for (of_source, of_year), vnd in self.sums.get((task_id, kind), {}).items()
            if source in ("", of_source) and year in (None, of_year)
        ]
        return sum(found) if found else None


def read_known_money(tasks: Iterable[Task]) -> KnownMoney:
    """What is known of these tasks and their programmes. Four queries, however many tasks there are."""
    by_key = {task.pk: task for task in tasks}
    known = KnownMoney(declared=_declared({task.programme_id for task in by_key.values()}))
    known.planned = _planned(list(by_key))
    for cell in BudgetEntry.objects.filter(task__in=by_key).summed():
        known.sums[cell["task_id"], cell["kind"]][cell["source"], cell["year"]] = cell["vnd"]
    return known


def _declared(programmes: set[int]) -> dict[int, int]:
    """The greatest total that any document gives for each programme: an amount beyond it is beyond all of them."""
    found: dict[int, int] = {}
    # A draft's total may be a slip itself.
    declaring = Revision.objects.filter(programme__in=programmes, declared_budget_vnd__isnull=False)
    declaring = declaring.exclude(state=RevisionState.DRAFT)
    stated = StatedFigure.objects.filter(programme__in=programmes, measure=Measure.BUDGET)
    for rows, amount in ((declaring, "declared_budget_vnd"), (stated, "value")):
        for programme, vnd in rows.values_list("programme", amount):
            found[programme] = max(vnd, found.get(programme, 0))
    return found


def _planned(tasks: list[int]) -> dict[int, int]:
    """What the newest revision with money for the task plans for it."""
    budgets: dict[int, dict[int, dict]] = defaultdict(lambda: defaultdict(dict))
    rows = PlannedBudget.objects.filter(planned_task__task__in=tasks).order_by("planned_task__revision__number")
    for task, plan, source, year, vnd in rows.values_list(
        "planned_task__task", "planned_task", "source", "year", "amount_vnd"
    ):
        budgets[task][plan][source, year] = vnd
    return {task: total_vnd(list(plans.values())[-1]) for task, plans in budgets.items()}


def money_warnings(entry: BudgetEntry, known: KnownMoney) -> list[MoneyWarning]:
    """What to ask about ``entry`` before it is stored; nothing where all is as usual.

    An entry that lessens what is too much is not asked about. Neither is a correction: it takes back no more than
    there was, and must always be possible.
    """
    if entry.corrects_id:
        return []
    checks = (_beyond_totals, _beyond_year_plan, _beyond_medium_term)
    asked = [*(check(entry, known) for check in checks), _year_out_of_line(entry)]
    return [warning for warning in asked if warning]


def answer_to(warnings: list[MoneyWarning]) -> str:
    """What a form sends back when exactly these were confirmed: another amount is asked about anew."""
    return hashlib.sha256("\n".join(one.text for one in warnings).encode()).hexdigest()[:16] if warnings else ""


def _beyond_totals(entry: BudgetEntry, known: KnownMoney) -> MoneyWarning | None:
    declared, planned = known.declared.get(entry.task.programme_id), known.planned.get(entry.task_id)
    amount = abs(entry.amount_vnd)
    if declared and amount > declared:
        return _times(amount, declared, "tổng kinh phí của đề án")
    if planned and amount >= planned * UNIT_SLIP:
        return _times(amount, planned, "kinh phí dự kiến của nhiệm vụ")
    return None


def _times(amount: int, total: int, name: str) -> MoneyWarning:
    times = amount // total
    beyond = f"gấp {'hơn ' if amount % total else ''}{group(times)} lần" if times > 1 else "lớn hơn"
    return MoneyWarning("amount_vnd", f"{say_money(amount)} {beyond} {name} ({say_money(total)}). Kiểm tra đơn vị.")


def _beyond_year_plan(entry: BudgetEntry, known: KnownMoney) -> MoneyWarning | None:
    year, more = entry.year, entry.amount_vnd > 0
    if year is None or (entry.kind, more) not in {(MoneyKind.DISBURSEMENT, True), (MoneyKind.YEAR_PLAN, False)}:
        return None
    # First over all sources, then of the entry's own.
    for source in ("", entry.source):
        paid = _with(entry, MoneyKind.DISBURSEMENT, known, year=year, source=source)
        plan = _with(entry, MoneyKind.YEAR_PLAN, known, year=year, source=source)
        if plan is not None and (paid or 0) > plan:
            of = f" từ nguồn {MoneySource(source).label.lower()}" if source else ""
            text = f"Giải ngân năm {year}{of} thành {say_money(paid or 0)}"
            return MoneyWarning("amount_vnd", f"{text}, vượt kế hoạch vốn năm ({say_money(plan)}).")
    return None


def _beyond_medium_term(entry: BudgetEntry, known: KnownMoney) -> MoneyWarning | None:
    """Of the task alone: another task may have years planned and no medium-term plan entered."""
    more = entry.amount_vnd > 0
    if (entry.kind, more) not in {(MoneyKind.YEAR_PLAN, True), (MoneyKind.MEDIUM_TERM_PLAN, False)}:
        return None
    years, medium = (_with(entry, kind, known) for kind in (MoneyKind.YEAR_PLAN, MoneyKind.MEDIUM_TERM_PLAN))
    if medium is None or (years or 0) <= medium:
        return None
    text = f"Kế hoạch vốn các năm của nhiệm vụ thành {say_money(years or 0)}"
    return MoneyWarning("amount_vnd", f"{text}, vượt kế hoạch vốn trung hạn ({say_money(medium)}).")


def _with(entry: BudgetEntry, kind: str, known: KnownMoney, *, year: int | None = None, source: str = "") -> int | None:
    """The sum of the task, with ``entry`` where it is of this kind."""
    so_far = known.sum_of(entry.task_id, kind, year=year, source=source)
    return (so_far or 0) + entry.amount_vnd if entry.kind == kind else so_far


def _year_out_of_line(entry: BudgetEntry) -> MoneyWarning | None:
    if entry.year is None:
        return None
    first, last = USUAL_YEARS.get(entry.kind, OTHER_YEARS)
    if first <= entry.decided_on.year - entry.year <= last:
        return None
    kind = MoneyKind(entry.kind).label
    return MoneyWarning(
        "year", f"{kind} ngày {say_day(entry.decided_on)} mà ghi năm ngân sách {entry.year}. Kiểm tra năm."
    )
