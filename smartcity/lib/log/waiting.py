"""What is not sealed although it could be: whoever keeps the server has to look why."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from smartcity.lib.log.horizon import after, horizon_now
from smartcity.lib.log.sealing import latest_seal
from smartcity.lib.log.values import as_kind

# Sealed every minute: after so long nobody seals, or something holds the horizon.
TOO_LONG = timedelta(minutes=10)


class Unsealed(NamedTuple):
    entries: int
    since: datetime


def unsealed_too_long(now: datetime) -> Unsealed | None:
    """Entries without a seal, if the oldest of them has waited too long. Three questions, by indexes."""
    seal = latest_seal()
    where, parameters = after(connection, seal, horizon_now(connection))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*), MIN(a.at) FROM smartcity_logentry l JOIN smartcity_signedact a ON a.id = l.act_id "
            f"WHERE {where} AND NOT EXISTS (SELECT 1 FROM smartcity_sealedentry s WHERE s.entry_id = l.number)",
            parameters,
        )
        count, since = cursor.fetchone()
    since = as_kind("datetime", since)
    return Unsealed(count, since) if count and now - since > TOO_LONG else None
