"""What may happen to the ledger: lines are added, never changed."""

from datetime import date

from django.core.exceptions import ValidationError

from programme.dates import say_day
from programme.history import operation, signed_save, user_action
from programme.models import User
from programme.money import MoneyKind
from tasks.ledger_checks import MoneyWarning, answer_to, money_warnings, read_known_money
from tasks.models import BudgetEntry, ProgressUpdate, Task


class DecidedInFuture(ValidationError):
    """Money is entered when it has been decided or paid, not before."""


class MoneyNotConfirmed(ValidationError):
    """What is more often a slip than true is entered only when somebody said that it is true."""

    def __init__(self, warnings: list[MoneyWarning]):
        self.warnings = warnings
        fields = {one.field for one in warnings}
        super().__init__({name: [one.text for one in warnings if one.field == name] for name in fields})


@operation
def enter_budget(entry: BudgetEntry, *, by: User, today: date, reason: str = "", confirmed: str = "") -> BudgetEntry:
    """Add a line to the ledger. Lines are never edited: a mistake is undone by an opposite line.

    ``confirmed`` is the ``answer_to`` the warnings that somebody was shown; what it is entered in spite of is kept with
    the reason. The task is locked: of two payments at once, the second is held against the first.
    """
    if entry.decided_on > today:
        raise DecidedInFuture(
            {"decided_on": f"Ngày {entry.decided_on:%d/%m/%Y} chưa đến. Chỉ ghi việc đã quyết định, đã chi."}
        )
    task = Task.objects.select_for_update().get(pk=entry.task_id)
    entry.full_clean()
    warnings = money_warnings(entry, read_known_money([task]))
    if warnings and confirmed != answer_to(warnings):
        raise MoneyNotConfirmed(warnings)
    if warnings:
        told = " ".join(one.text for one in warnings)
        reason = f"{reason} (Lưu ý khi ghi: {told})".strip()
    with user_action(document=entry.document):
        return signed_save(entry, by=by, reason=reason)


def payment_reported(update: ProgressUpdate) -> BudgetEntry | None:
    """The line that the report's payment of the period becomes once it is accepted."""
    if not update.disbursed_vnd:
        return None
    return BudgetEntry(
        task=update.task,
        kind=MoneyKind.DISBURSEMENT,
        year=update.as_of.year,
        amount_vnd=update.disbursed_vnd,
        decided_on=update.as_of,
        document=update.document,
        report=update,
        note=f"Theo báo cáo số liệu đến ngày {say_day(update.as_of)}",
    )
