"""What a programme had paid by each day, derived from its ledger."""

import itertools
from datetime import date
from typing import NamedTuple

from django.db.models import Sum

from smartcity.lib.language.money import MoneyKind
from tasks.models import BudgetEntry
from tasks.models.task_day import STILL


class Paid(NamedTuple):
    """A row of ``PaidDay``."""

    programme_id: int
    since: date
    until: date
    paid_vnd: int


def paid(programme: int) -> list[Paid]:
    """From the day of each payment to that of the next, the sum of all until then. One query."""
    entries = BudgetEntry.objects.filter(task__programme=programme, kind=MoneyKind.DISBURSEMENT)
    days = entries.order_by("decided_on").values_list("decided_on").annotate(vnd=Sum("amount_vnd"))
    found, until_now = [], 0
    for (day, vnd), (next_day, _) in itertools.pairwise([*days, (STILL, 0)]):
        until_now += vnd
        found.append(Paid(programme, day, next_day, until_now))
    return found
