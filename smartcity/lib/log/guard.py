"""No statement reaches a table with a history unless the code that writes it writes the history too.

Django's bulk writes (``update``, ``bulk_create``, ``_raw_delete``), its plain managers and SQL by hand pass by the
signals that make a history. They all end in a statement, and here every statement passes by.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.tracked import tracked_tables

# Not DROP and ALTER: migrations need them. On PostgreSQL the application's role has no right to either.
WRITES = re.compile(
    r"""(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|COPY
    |MERGE\s+INTO)\b(?:\s+ONLY\b)?[\s(]*(?:["`\[]?\w+["`\]]?\s*\.\s*)?["`\[]?(\w+)""",
    re.IGNORECASE | re.VERBOSE,
)

COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)


class UnrecordedWrite(Exception):
    """A write that would leave no history; use ``signed_save`` and its siblings."""


_recorded: ContextVar[bool] = ContextVar("recorded", default=False)
# A database that has no log yet is being brought up to date by migrations from before it.
_not_yet: set[str] = set()


@contextmanager
def recorded() -> Iterator[None]:
    """Inside, whoever writes also writes the history. For the few functions that do; never around a caller's code."""
    token = _recorded.set(True)
    try:
        yield
    finally:
        _recorded.reset(token)


def refuse_unrecorded(execute, sql: str, params, many, context):
    """Wraps each statement of a connection."""
    # Nearly all of them; one that holds another statement is looked at.
    if not sql.startswith("SELECT") or ";" in sql:
        _refuse(str(sql), context["connection"])
    return execute(sql, params, many, context)


def _refuse(sql: str, connection: BaseDatabaseWrapper) -> None:
    if _recorded.get() or connection.alias in _not_yet:
        return
    # Also with what a comment hides: a text may look like one, so not with that alone.
    plain = COMMENT.sub(" ", sql) if "/*" in sql or "--" in sql else ""
    for found in chain(WRITES.finditer(sql), WRITES.finditer(plain)):
        if found[1].lower() in tracked_tables():
            raise UnrecordedWrite(f"{found[0]}: this leaves no history. Use signed_save or one of its siblings.")


def guard(connection: BaseDatabaseWrapper, **kwargs) -> None:
    """Let every statement of a new connection pass by here."""
    if refuse_unrecorded not in connection.execute_wrappers:
        # First: whoever wraps statements for a while takes the last one off again.
        connection.execute_wrappers.insert(0, refuse_unrecorded)


def begin_without_log(alias: str) -> None:
    """While a database from before the log is migrated, what those migrations write is let through."""
    _not_yet.add(alias)


def has_log(alias: str) -> None:
    """From now on the log is there."""
    _not_yet.discard(alias)
