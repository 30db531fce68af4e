"""Below which transaction everything has ended: only that can be sealed, since nothing comes into it any more."""

from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.models import Seal

# SQLite has one writer at a time: what is there was written in the order of the numbers.
ON_SQLITE = 0

# Of what the whole server has open, those that are seen to be in another of its databases write nothing here. A role
# that is not shown where others are waits for all of them.
OPEN = """
SELECT system_identifier, least(pg_snapshot_xmax(now), pg_current_xact_id_if_assigned(), (
    SELECT min(open) FROM pg_snapshot_xip(now) AS open WHERE NOT EXISTS (
        SELECT 1 FROM pg_stat_activity WHERE backend_xid = open::xid AND datname <> current_database()
    )
))::text::bigint FROM pg_control_system(), pg_current_snapshot() AS now
"""


class Horizon(NamedTuple):
    cluster: int
    # On PostgreSQL a transaction, of which and of those after it something may still come; on SQLite a number.
    first_open: int


def horizon_now(connection: BaseDatabaseWrapper) -> Horizon:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM smartcity_logentry")
            return Horizon(ON_SQLITE, cursor.fetchone()[0])
        cursor.execute(OPEN)
        return Horizon(*cursor.fetchone())


def next_transaction(connection: BaseDatabaseWrapper) -> int:
    """One that no entry that is seen can have; on SQLite the number after the last."""
    if connection.vendor == "sqlite":
        return horizon_now(connection).first_open
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint, "
            "pg_current_xact_id_if_assigned()::text::bigint + 1)"
        )
        return cursor.fetchone()[0]


def below(connection: BaseDatabaseWrapper, horizon: Horizon) -> tuple[str, list[int]]:
    """A condition on entries (``l``): what can be sealed. Rows of another cluster came with a copy, all ended."""
    if connection.vendor == "sqlite":
        return "l.number < %s", [horizon.first_open]
    return '(l.cluster <> %s OR l."transaction" < %s)', list(horizon)


def after(connection: BaseDatabaseWrapper, seal: Seal | None, horizon: Horizon) -> tuple[str, list[int]]:
    """A condition on entries (``l``) that spares those sealed by ``seal`` and before it, read by an index."""
    # Servers made of one image have one cluster's name: what is behind the seal's own time is not that cluster's.
    if seal is None or seal.cluster != horizon.cluster or horizon.first_open < seal.horizon:
        return "TRUE", []
    if connection.vendor == "sqlite":
        return "l.number >= %s", [seal.horizon]
    return 'l.cluster = %s AND l."transaction" >= %s', [seal.cluster, seal.horizon]
