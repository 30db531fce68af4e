"""``--known-at``: a command that tells of a day, as it would have told at an earlier moment."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import CommandError

from smartcity.lib.log.known.reading import known_at
from smartcity.lib.pages.known.moment import read_known


def add_known_at(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--known-at",
        metavar="THỜI ĐIỂM",
        help="chỉ tính những gì hệ thống đã biết đến lúc này, ví dụ «14:30 16/06/2023» hoặc 2023-06-16",
    )


@contextmanager
def reading(options: dict[str, Any]) -> Iterator[None]:
    """Inside, everything is read as it was known at the moment asked for, or as it is where none was."""
    if options["known_at"] is None:
        yield
        return
    try:
        mark = read_known(options["known_at"])
    except ValueError as reason:
        raise CommandError(str(reason)) from None
    with known_at(mark):
        yield
