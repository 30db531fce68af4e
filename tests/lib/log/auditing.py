"""The command that checks the history, as whoever runs it hears of it."""

from io import StringIO
from typing import NamedTuple

from django.core.management import call_command


class Verdict(NamedTuple):
    code: int
    told: str


def audited(*arguments) -> Verdict:
    """How ``manage.py audit verify`` ends, and all that it says."""
    told = StringIO()
    try:
        call_command("audit", "verify", *map(str, arguments), stdout=told, stderr=told)
    except SystemExit as end:
        return Verdict(end.code, told.getvalue())
    return Verdict(0, told.getvalue())
