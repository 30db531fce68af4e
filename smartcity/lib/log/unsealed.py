"""Whether there is anything to seal: asked without a lock, by whoever only reads."""

from django.db import connection

from smartcity.lib.log.horizon import after, below, horizon_now
from smartcity.lib.log.sealing import latest_seal


def has_unsealed() -> bool:
    """Whether sealing now would add something. Three questions, by indexes."""
    horizon = horizon_now(connection)
    ended, ended_parameters = below(connection, horizon)
    new, new_parameters = after(connection, latest_seal(), horizon)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM smartcity_logentry l WHERE {ended} AND {new} "
            "AND NOT EXISTS (SELECT 1 FROM smartcity_sealedentry s WHERE s.entry_id = l.number))",
            [*ended_parameters, *new_parameters],
        )
        return bool(cursor.fetchone()[0])
