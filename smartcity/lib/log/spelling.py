"""Rows as text in canonical JSON, value by value, straight from what the database gives.

A hundred thousand rows have millions of values: what a driver gives already in the form that is hashed is not made
into an object first.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.values import READ, Unreadable, bare
from smartcity.lib.seal.canonical import NULL, NoCanonicalForm, spell, spell_text

# Values as JSON by the names of their columns, and the names of those that cannot be read, left out.
Spelled = tuple[dict[str, str], list[str]]


class Column(NamedTuple):
    """What is read of a table, and how its value is spelled."""

    # In what is hashed.
    name: str
    kind: str
    # Values of exactly this type are spelled by ``at_once``; of another, they are read strictly first.
    usual: type
    at_once: Callable[[Any], str]


def column(connection: BaseDatabaseWrapper, name: str, kind: str) -> Column:
    known = FROM_POSTGRESQL if connection.vendor == "postgresql" else FROM_ANY
    usual, at_once = known.get(kind, (type(None), spell))
    return Column(name, kind, usual, at_once)


def selected(connection: BaseDatabaseWrapper, quoted: str, kind: str) -> str:
    """SQL for the column of this quoted name as ``spell_row`` reads it."""
    if kind == "uuid" and connection.vendor == "postgresql":
        return f"{quoted}::text"
    return bare(connection, quoted, kind)


def spell_row(columns: Iterable[Column], row: Sequence) -> Spelled:
    spelled, unreadable = {}, []
    for (name, kind, usual, at_once), value in zip(columns, row, strict=True):
        try:
            if value is None:
                spelled[name] = NULL
            elif type(value) is usual:
                spelled[name] = at_once(value)
            else:
                spelled[name] = spell(READ[kind](value))
        except (Unreadable, NoCanonicalForm):
            unreadable.append(name)
    return spelled, unreadable


def _moment(text: str) -> str:
    """As PostgreSQL writes one in UTC, ``2023-06-16 01:02:03.5+00``. Far years and other zones are read."""
    if text.endswith("+00") and text[10:11] == " ":
        return f'"{text[:10]}T{text[11:19]}.{text[20:-3]:0<6}Z"'
    return spell(READ["datetime"](text))


def _day(text: str) -> str:
    return f'"{text}"' if len(text) == len("2023-06-16") else spell(READ["date"](text))


FROM_ANY: dict[str, tuple[type, Callable[[Any], str]]] = {"int": (int, repr), "text": (str, spell_text)}
# Whatever is in a column of one of these types was checked by the database; SQLite keeps anything in any column.
FROM_POSTGRESQL = FROM_ANY | {
    "bool": (bool, {True: "true", False: "false"}.__getitem__),
    "uuid": (str, '"{}"'.format),
    "datetime": (str, _moment),
    "date": (str, _day),
}
