"""Entries for rows of histories from before there was a log: by their clocks, which is noted."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.models import LogEntry, SignedAct
from smartcity.lib.log.origin import Source
from smartcity.lib.log.shapes import Shape
from smartcity.lib.log.sqlite_triggers import NOW
from smartcity.lib.log.values import as_kind

AT_ONCE = 2_000
ROWS = (
    "SELECT '{table}' AS history, '{shape}' AS shape, history_id, id, history_type, history_action, history_user_id, "
    'history_date, history_change_reason, history_document_id FROM "{table}"'
)
# A salt, this moment, and yes.
MADE = {
    "sqlite": ("lower(hex(randomblob(16)))", NOW, "1"),
    "postgresql": ("replace(gen_random_uuid()::text, '-', '')", "clock_timestamp()", "true"),
}


def reconstruct(connection: BaseDatabaseWrapper, shapes: dict[str, Shape]) -> None:
    """Once, where histories have rows and the log has none."""
    if not shapes or LogEntry.objects.exists():
        return
    rows = " UNION ALL ".join(ROWS.format(table=shape.table, shape=shape.digest) for shape in shapes.values())
    # All of it or nothing: half of it could not be gone on from.
    with transaction.atomic(connection.alias):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # A page may not take so long.
                cursor.execute("SET LOCAL statement_timeout = 0")
        for some in batched(_acts(connection, rows), AT_ONCE):
            SignedAct.objects.bulk_create(some)
        _add_entries(connection, rows)


def _add_entries(connection: BaseDatabaseWrapper, rows: str) -> None:
    salt, moment, yes = MADE[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO smartcity_logentry ("table", history_id, record_id, kind, at, act_id, shape_id, cluster, '
            '"transaction", salt, order_is_reconstructed) '
            f"SELECT r.history, r.history_id, r.id, r.history_type, {moment}, a.id, r.shape, 0, 0, {salt}, {yes} "
            f"FROM ({rows}) r "
            "JOIN smartcity_signedact a ON a.action = r.history_action AND a.signer_id = r.history_user_id "
            # A clock set back does not put a record's later row before its earlier one.
            "ORDER BY max(r.history_date) OVER (PARTITION BY r.history, r.id ORDER BY r.history_id), "
            "r.history, r.history_id"
        )


def _acts(connection: BaseDatabaseWrapper, rows: str) -> Iterator[SignedAct]:
    """Each action of each signer; who that person was then is not known any more, but by their own history."""
    signers: dict[int, dict[str, Any]] = {}
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            "SELECT history_action, history_user_id, min(history_date), min(history_change_reason), "
            f"min(history_document_id) FROM ({rows}) r GROUP BY 1, 2 ORDER BY 3, 1"
        )
        while found := cursor.fetchmany(AT_ONCE):
            for action, signer, at, reason, document in found:
                if signer not in signers:
                    person: Any = get_user_model()._default_manager.get(pk=signer)
                    signers[signer] = person.as_signing()
                yield SignedAct(
                    action=as_kind("uuid", action),
                    signer_id=signer,
                    at=as_kind("datetime", at),
                    reason=reason or "",
                    document_key=document,
                    source=Source.RECONSTRUCTED,
                    **signers[signer],
                )
