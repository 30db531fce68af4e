"""What may happen to the ledger: lines are added, never changed."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError

from programme.models import LegalDocument, User
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.records.history import operation, signed_bulk_create, signed_save, user_action
from tasks.ledger_checks import MoneyWarning, answer_to, money_warnings, read_known_money
from tasks.models import BudgetEntry, ProgressUpdate, Task
from tasks.operations.task_days import keep_paid_days, lock_task_days


class DecidedInFuture(ValidationError):
    """Money is entered when it has been decided or paid, not before."""


class MoneyNotConfirmed(ValidationError):
    """What is more often a slip than true is entered only when somebody said that it is true."""

    def __init__(self, warnings: list[MoneyWarning]):
        self.warnings = warnings
        fields = {one.field for one in warnings}
        super().__init__({name: [one.text for one in warnings if one.field == name] for name in fields})


@operation
def enter_budgets(entries: Sequence[tuple[BudgetEntry, str, str]], *, by: User, today: date) -> list[BudgetEntry]:
    """Add many lines in a few queries, each with its reason and what was ``confirmed`` of it.

    They are valid one by one already. Each is held against those before it too.
    """
    programmes = {entry.task.programme_id for entry, _, _ in entries}
    lock_task_days(programmes)
    tasks = Task.objects.filter(pk__in={entry.task_id for entry, _, _ in entries}).order_by("pk").select_for_update()
    known = read_known_money(tasks)
    by_document: dict[LegalDocument | None, list[BudgetEntry]] = {}
    for entry, reason, confirmed in entries:
        refuse_future(entry, today)
        warnings = money_warnings(entry, known)
        known.add(entry)
        # Where the history finds the reason of one row among many.
        entry._change_reason = _reason_in_spite_of(warnings, reason, confirmed)  # type: ignore[attr-defined]
        by_document.setdefault(entry.document, []).append(entry)
    for document, lines in by_document.items():
        with user_action(document=document):
            signed_bulk_create(lines, by=by)
    for programme in programmes:
        keep_paid_days(programme)
    return [entry for entry, _, _ in entries]


def refuse_future(entry: BudgetEntry, today: date) -> None:
    """Raise ``DecidedInFuture`` for a line of a day that has not come."""
    if entry.decided_on > today:
        raise DecidedInFuture(
            {"decided_on": f"Ngày {entry.decided_on:%d/%m/%Y} chưa đến. Chỉ ghi việc đã quyết định, đã chi."}
        )


@operation
def enter_budget(entry: BudgetEntry, *, by: User, today: date, reason: str = "", confirmed: str = "") -> BudgetEntry:
    """Add a line to the ledger. Lines are never edited: a mistake is undone by an opposite line.

    ``confirmed`` is the ``answer_to`` the warnings that somebody was shown; what it is entered in spite of is kept with
    the reason. The task is locked: of two payments at once, the second is held against the first.
    """
    refuse_future(entry, today)
    lock_task_days([entry.task.programme_id])
    task = Task.objects.select_for_update().get(pk=entry.task_id)
    entry.full_clean()
    reason = _reason_in_spite_of(money_warnings(entry, read_known_money([task])), reason, confirmed)
    with user_action(document=entry.document):
        signed_save(entry, by=by, reason=reason)
    keep_paid_days(task.programme_id)
    return entry


def _reason_in_spite_of(warnings: list[MoneyWarning], reason: str, confirmed: str) -> str:
    """The reason with what was asked and confirmed; raises ``MoneyNotConfirmed`` where it was not."""
    if warnings and confirmed != answer_to(warnings):
        raise MoneyNotConfirmed(warnings)
    told = " ".join(one.text for one in warnings)
    return f"{reason} (Lưu ý khi ghi: {told})".strip() if warnings else reason


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
