"""Showing what was known at an earlier moment."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from smartcity.lib.log.known.derivations import PREPARATIONS
from smartcity.lib.log.known.filling import keep_known
from smartcity.lib.log.known.marks import Mark, current
from smartcity.lib.log.known.shadowing import shadowed


@contextmanager
def known_at(mark: Mark) -> Iterator[None]:
    """Inside, everything is read as it was known at ``mark``; whoever reads is loaded before."""
    # Where an earlier moment is read within another one, all was brought up to date before.
    if current.get() is None:
        keep_known()
        for prepare in PREPARATIONS:
            prepare()
    token = current.set(mark)
    try:
        with shadowed(connection, mark):
            yield
    finally:
        current.reset(token)
