"""Showing what was known at an earlier moment."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import connection

from smartcity.lib.log.known.derivations import PREPARATIONS
from smartcity.lib.log.known.filling import keep_known
from smartcity.lib.log.known.marks import Mark, current
from smartcity.lib.log.known.shadowing import shadowed


@contextmanager
def known_at(mark: Mark, *, reader: Any = None) -> Iterator[None]:
    """Inside, everything is read as it was known at ``mark``, by ``reader``, if anybody, with the rights of now."""
    # Where an earlier moment is read within another one, all was brought up to date before.
    if current.get() is None:
        keep_known()
        for prepare in PREPARATIONS:
            prepare()
    token = current.set(mark)
    try:
        with reader.reading_the_past() if reader else nullcontext(), shadowed(connection, mark):
            yield
    finally:
        current.reset(token)
