"""Rows of histories that claim an earlier hour than the log has: told, for whoever looks at who wrote them.

What a row says of its hour comes from whoever writes it; what the log says, from the database.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.models import LogEntry
from smartcity.lib.log.origin import SIMULATED
from smartcity.lib.log.tracked import tracked_tables


def backdated_rows(connection: BaseDatabaseWrapper) -> Iterator[str]:
    """Table and key of each; but for what is simulated, which has the hours of its story. A question a history."""
    if not LogEntry.objects.exists():
        return
    days = "datetime(l.at, '-1 day')" if connection.vendor == "sqlite" else "l.at - interval '1 day'"
    for tracked in tracked_tables().values():
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT h.history_id FROM "{tracked.history}" h JOIN smartcity_logentry l ON l."table" = %s '
                "AND l.history_id = h.history_id AND NOT l.order_is_reconstructed JOIN smartcity_signedact a "
                f"ON a.id = l.act_id AND a.place <> %s WHERE h.history_date < {days} ORDER BY 1",
                [tracked.history, SIMULATED],
            )
            for (key,) in cursor.fetchall():
                yield f"{tracked.history} {key}"
