"""The log of access is changed by nobody; what has been kept long enough goes by one door, which says so."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from smartcity.audit.access.models import AccessEntry, AccessKind
from smartcity.audit.access.pruning import kept_since, prune_access
from smartcity.lib.log.triggers import faults
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

KEPT = "Lịch sử và nhật ký không sửa, không xóa được."
TABLE = "smartcity_accessentry"


def noted(days_ago, **fields):
    return AccessEntry.objects.create(
        **{"kind": AccessKind.SIGN_IN, "name": f"{days_ago}", **fields} | {"at": now() - timedelta(days=days_ago)}
    )


def run(sql, *parameters):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)


def names():
    return sorted(AccessEntry.objects.exclude(kind=AccessKind.PRUNED).values_list("name", flat=True), key=int)


@pytest.mark.parametrize("change", ["UPDATE {} SET name = 'x'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("days", [0, 800])
def test_row_is_not_changed_however_old(change, days):
    if change.startswith("TRUNCATE") and connection.vendor == "sqlite":
        return
    noted(days)
    # Nothing waits for the end of the transaction, which TRUNCATE would wait for.
    connection.check_constraints()

    with pytest.raises(DatabaseError, match=KEPT):
        run(change.format(TABLE))

    assert names() == [str(days)]


def test_row_is_not_replaced_by_one_with_its_key():
    noted(0)
    columns = "kind, outcome, role, agency, is_simulated, what, place, agent"
    copy = f"INSERT {{}} INTO {TABLE} (id, at, name, {columns}) SELECT id, at, 'x', {columns} FROM {TABLE}"  # noqa: S608
    replacing = "OR REPLACE" if connection.vendor == "sqlite" else ""

    with pytest.raises(DatabaseError):
        run(copy.format(replacing))

    assert names() == ["0"]


def test_command_removes_what_is_older_than_the_retention_and_says_so(settings):
    settings.ACCESS_KEPT_MONTHS = 24
    for days in (1, 400, 700, 760, 900):
        noted(days)
    out = StringIO()

    call_command("audit", "prune-access", stdout=out)

    upto = kept_since(now())
    assert names() == ["1", "400", "700"]
    [row] = AccessEntry.objects.filter(kind=AccessKind.PRUNED)
    assert (row.upto, row.user) == (upto, None)
    assert row.what.startswith("2 dòng trước ngày ")
    assert "Đã xóa 2 dòng" in out.getvalue()


def test_nothing_to_remove_leaves_no_row():
    noted(1)

    call_command("audit", "prune-access", stdout=StringIO())

    assert names() == ["1"]
    assert not AccessEntry.objects.filter(kind=AccessKind.PRUNED).exists()


def test_removal_is_told_for_ever(settings):
    settings.ACCESS_KEPT_MONTHS = 12
    told = noted(3_000, kind=AccessKind.PRUNED, upto=now() - timedelta(days=3_400))
    noted(2_000)

    prune_access(now())

    assert AccessEntry.objects.filter(kind=AccessKind.PRUNED).count() == 2
    with pytest.raises(DatabaseError, match=KEPT):
        run(f"DELETE FROM {TABLE} WHERE id = %s", told.pk)  # noqa: S608


def test_what_is_younger_than_a_year_is_removed_by_no_row_that_says_so():
    noted(300)
    noted(400)
    noted(0, kind=AccessKind.PRUNED, upto=now())

    with pytest.raises(DatabaseError, match=KEPT):
        run(f"DELETE FROM {TABLE} WHERE name = '300'")  # noqa: S608
    run(f"DELETE FROM {TABLE} WHERE name = '400'")  # noqa: S608

    assert names() == ["300"]


def test_old_row_goes_only_up_to_the_moment_that_was_said_and_soon_after():
    noted(500)
    with past_the_history():
        noted(1, kind=AccessKind.PRUNED, upto=now() - timedelta(days=400))
    noted(0, kind=AccessKind.PRUNED, upto=now() - timedelta(days=600))

    with pytest.raises(DatabaseError, match=KEPT):
        run(f"DELETE FROM {TABLE}")  # noqa: S608

    assert names() == ["500"]


def test_guard_that_is_taken_off_is_found():
    name = f"{TABLE}_kept_delete" if connection.vendor == "sqlite" else f"{TABLE}_pruned"
    assert faults(connection) == []

    run(f"DROP TRIGGER {name}" if connection.vendor == "sqlite" else f"DROP TRIGGER {name} ON {TABLE}")

    assert faults(connection) == [name]


@pytest.mark.parametrize(
    ("months", "today", "since"),
    [
        (12, "2026-03-01", "2025-03-01"),
        (24, "2026-11-30", "2024-11-30"),
        (12, "2028-02-29", "2027-02-28"),
        (15, "2026-05-31", "2025-02-28"),
    ],
)
def test_retention_is_counted_in_months_of_the_calendar(settings, months, today, since):
    settings.ACCESS_KEPT_MONTHS = months
    noon = datetime.fromisoformat(f"{today}T05:00:00").replace(tzinfo=UTC)

    assert f"{kept_since(noon) + timedelta(hours=12):%Y-%m-%d}" == since


def test_two_removals_at_once_are_told_once(settings):
    settings.ACCESS_KEPT_MONTHS = 12
    noted(500)

    assert [prune_access(now()).removed for _ in range(2)] == [1, 0]
