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


def assert_named(named) -> None:
    """The check fails, and tells each of these words: the table and key of what was touched."""
    found = audited()

    assert found.code == 1, found.told
    assert "LỊCH SỬ HOẶC BẢN GHI ĐÃ BỊ SỬA." in found.told
    for name in [named] if isinstance(named, str) else named:
        assert name in found.told
