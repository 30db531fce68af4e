"""By which way what is done comes in: a page, the API, an import, a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.db import models


class Source(models.TextChoices):
    PAGE = "page", "trang"
    API = "api", "API"
    IMPORT = "import", "nhập từ tệp"
    COMMAND = "command", "lệnh trên máy chủ"
    MIGRATION = "migration", "nâng cấp dữ liệu"
    RECONSTRUCTED = "reconstructed", "dựng lại từ lịch sử có trước nhật ký"
    UNKNOWN = "unknown", "không rõ"


# The place of what a simulated country is made by: its histories have the hours of a story.
SIMULATED = "simulate"


class Origin(NamedTuple):
    source: str = Source.UNKNOWN
    # The address of the page, the name of the command or of the file.
    place: str = ""


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def came_by(source: str, place: str) -> Iterator[None]:
    """What is signed inside came this way; the inner one of two is the nearer."""
    token = _origin.set(Origin(source, place[:200]))
    try:
        yield
    finally:
        _origin.reset(token)


def origin() -> Origin:
    return _origin.get() or Origin()
