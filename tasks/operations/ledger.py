"""What may happen to the ledger: lines are added, never changed."""

from datetime import date

from django.core.exceptions import ValidationError

from programme.history import operation, signed_save, user_action
from programme.models import User
from tasks.models import BudgetEntry


class DecidedInFuture(ValidationError):
    """Money is entered when it has been decided or paid, not before."""


@operation
def enter_budget(entry: BudgetEntry, *, by: User, today: date, reason: str = "") -> BudgetEntry:
    """Add a line to the ledger. Lines are never edited: a mistake is undone by an opposite line."""
    if entry.decided_on > today:
        raise DecidedInFuture(
            {"decided_on": f"Ngày {entry.decided_on:%d/%m/%Y} chưa đến. Chỉ ghi việc đã quyết định, đã chi."}
        )
    with user_action(document=entry.document):
        return signed_save(entry, by=by, reason=reason)
