"""Removing what has been kept long enough: the only door through the guards of the table, which leaves a row itself."""

from datetime import datetime, time
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localtime, make_aware

from programme.models import User
from smartcity.audit.access.models import AccessEntry, AccessKind
from smartcity.audit.access.noting import entry_of

# Any number that nothing else of ours locks by.
LOCK = 7_211_161
AT_ONCE = 5_000


class Pruned(NamedTuple):
    removed: int
    upto: datetime


def kept_since(now: datetime) -> datetime:
    """The beginning of the day since which everything is kept, so many months before today."""
    today = localtime(now).date()
    year, month = divmod(today.year * 12 + today.month - 1 - settings.ACCESS_KEPT_MONTHS, 12)
    # Of a month that is too short, its last day.
    for day in range(today.day, 0, -1):
        try:
            first = today.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
        break
    return make_aware(datetime.combine(first, time.min))


@transaction.atomic
def prune_access(now: datetime, *, by: User | None = None) -> Pruned:
    """Remove what is older than the retention; of each removal a row stays for ever, which holds nobody's data."""
    upto = kept_since(now)
    if not _is_alone():
        return Pruned(0, upto)
    old = AccessEntry.objects.filter(at__lt=upto).exclude(kind=AccessKind.PRUNED)
    count = old.count()
    if count:
        said = f"{count} dòng trước ngày {localtime(upto):%d/%m/%Y}, hết hạn lưu {settings.ACCESS_KEPT_MONTHS} tháng."
        told = entry_of(by, AccessKind.PRUNED, what=said)
        told.upto = upto
        # First: the database removes nothing of which no row tells.
        told.save(force_insert=True)
        # In parts: a database that has never been pruned has millions, and no statement may take long.
        while keys := list(old.values_list("pk", flat=True)[:AT_ONCE]):
            old.filter(pk__in=keys).delete()
    return Pruned(count, upto)


def _is_alone() -> bool:
    """Two at once would both count the same rows; on SQLite whoever writes is alone."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]
