"""Told by ``manage.py check --database default``, and by ``migrate``, which mends it."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from smartcity.lib.log.columns import log_is_there
from smartcity.lib.log.triggers import faults


@register(Tags.database)
def guards_are_there(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """A warning and no error: ``migrate`` asks too, and an error would keep it from making what is missing."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if not log_is_there(connection) or not (names := faults(connection)):
            continue
        found.append(
            Warning(
                f"The database does not guard its history: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}",
                hint="Find out who took it off (manage.py audit verify), then run manage.py migrate.",
                id="smartcity.W001",
            )
        )
    return found
