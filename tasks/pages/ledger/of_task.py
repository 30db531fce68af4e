"""The money of one task, as its page shows it: the newest entries, and what of each year's plan was paid."""

from dataclasses import dataclass
from datetime import date

from tasks.models import BudgetEntry, Task
from tasks.pages.ledger.entries import Ledger, Rate, Rows, ledger_of, read_ledger

# So many lines stand on the page; the rest are one click away.
SHOWN = 10


@dataclass(frozen=True)
class TaskMoney:
    """``more`` entries are not among the newest; ``rates`` are of the years that have a plan or payments."""

    entries: list[BudgetEntry]
    more: int
    rates: list[tuple[int, Rate]]


def read_money(task: Task, *, as_of: date) -> TaskMoney:
    """What was decided by the day. One query; two where there are more entries than are shown."""
    of_task = BudgetEntry.objects.filter(task=task)
    by_then = of_task.decided_by(as_of).select_related("document").order_by("-decided_on", "-pk")
    entries = list(by_then[: SHOWN + 1])
    ledger = ledger_of(entries) if len(entries) <= SHOWN else read_ledger(of_task, as_of=as_of)
    count = sum(cell.rows for cell in ledger.cells)
    return TaskMoney(entries[:SHOWN], max(count - SHOWN, 0), _rates(ledger))


def _rates(ledger: Ledger) -> list[tuple[int, Rate]]:
    """The disbursement rate of each year that has a plan or payments, the newest first."""
    rates = [(year, ledger.rate(Rows(year=year))) for year in ledger.numbers if year]
    return [(year, rate) for year, rate in rates if rate.planned.rows or rate.disbursed.rows]
