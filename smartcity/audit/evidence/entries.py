"""The rows of histories that go into a package, each as it was hashed, and what opens its commitments."""

import json
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from meetings.models import FeedAddress
from programme.models import User
from smartcity.audit.evidence.period import Period
from smartcity.audit.evidence.scope import Part
from smartcity.lib.log.leaves import Leaf, known_shapes, leaves_of
from smartcity.lib.log.proving import NotAsSealed
from smartcity.lib.log.shapes import Shape
from smartcity.lib.log.tracked import Tracked, tracked_tables
from smartcity.lib.log.values import broken_text_as_bytes
from smartcity.lib.seal.canonical import commitment

AT_ONCE = 2_000
# Keys that are named one by one in a statement.
MOST_KEYS = 10_000

# What is written beside what was hashed is spelled alike.
JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
# Who acted, and what people are called, is read in any history; where somebody can be reached, or signs in, is not.
NAME_AND_TITLE = ("name", "title")
OPENED_OF_PEOPLE = ("full_name", "title")
# What tells a secret from another one. Where it was sealed as it is, a row is not given out but for its hash.
SECRETS = {User: ("password_digest", "token_digest"), FeedAddress: ("digest",)}


@dataclass(frozen=True)
class Sealed:
    """One row of a history and its place in the tree."""

    tracked: Tracked
    leaf: Leaf
    position: int
    # Its canonical values; what of them was committed to and is told.
    values: dict[str, Any]
    salt: str
    opened: dict[str, str]
    # Of the record, those that are told as they were hashed.
    columns: tuple[str, ...]
    is_withheld: bool

    @property
    def is_broken(self) -> bool:
        """Whether it was sealed as something that could not be read, or did not fit."""
        return "broken" in self.values

    @property
    def row(self) -> dict[str, Any] | None:
        """The record as this row leaves it; nothing where it was removed, or cannot be told."""
        if self.is_withheld or self.is_broken or self.values.get("kind") == "-":
            return None
        told = {name: self.values[f"row.{name}"] for name in self.columns if f"row.{name}" in self.values}
        return told | {name[4:]: value for name, value in self.opened.items() if name.startswith("row.")}

    @property
    def line(self) -> bytes:
        """As it stands in a file of ``history/``: what is under «sealed» is spelled as it was hashed."""
        if self.is_withheld:
            entry = self.leaf.entry
            key = [entry.record_id, entry.number]
            return JSON.encode({"leaf": self.leaf.hash.hex(), "position": self.position, "withheld": key}).encode()
        # In the order of names, so that the line is canonical too.
        opened = b'"opened":%b,' % JSON.encode(self.opened).encode() if self.opened else b""
        salt = b'"salt":"%b",' % self.salt.encode() if self.opened else b""
        return b'{%b"position":%d,%b"sealed":%b}' % (opened, self.position, salt, self.leaf.text)


def entries_of(part: Part, period: Period, *, size: int) -> Iterator[Sealed]:
    """What was sealed among the first ``size`` of its records, in the order of records, and of each as it came.

    Of the period, and before it the row by which each record began it. What is sealed never changes: no transaction is
    kept open, however long somebody takes to read.
    """
    tracked = tracked_tables()[part.model._meta.db_table]
    shapes = known_shapes(connection)
    columns = defaultdict(tuple, {name: _told_columns(shape) for name, shape in shapes.items()})
    for some in batched(_numbers(tracked, part, period, size), AT_ONCE):
        with broken_text_as_bytes(connection):
            beside = _beside(some)
            people = _people(tracked, some)
            marks = ", ".join(["%s"] * len(some))
            leaves = list(leaves_of(connection, f"WHERE l.number IN ({marks})", some, "l.record_id, l.number"))
        for leaf in leaves:
            position, sealed_as, salt, *named = beside[leaf.entry.number]
            if leaf.hash.hex() != sealed_as:
                raise NotAsSealed(f"{leaf.entry.table}:{leaf.entry.history_id}")
            shape = shapes.get(leaf.entry.shape)
            values = json.loads(leaf.text)
            said = dict(zip((f"act.{name}" for name in NAME_AND_TITLE), named, strict=True))
            said |= people.get(leaf.entry.history_id, {})
            opened = {name: value for name, value in said.items() if _commits(values.get(name), salt, name, value)}
            is_withheld = _has_secret(part.model, values, shape)
            yield Sealed(tracked, leaf, position, values, salt, opened, columns[leaf.entry.shape], is_withheld)


def count_of(part: Part, period: Period, *, size: int) -> int:
    """How many rows that is."""
    return sum(len(found) for found in _chunks(part, period, size))


def _numbers(tracked: Tracked, part: Part, period: Period, size: int) -> Iterator[int]:
    for found in _chunks(part, period, size):
        yield from found


def _chunks(part: Part, period: Period, size: int) -> Iterator[array]:
    """The numbers of the entries, eight bytes each."""
    if isinstance(part.keys, list):
        for some in batched(part.keys, MOST_KEYS):
            yield _chosen(part, f"l.record_id IN ({', '.join(['%s'] * len(some))})", list(some), period, size)
        return
    condition, parameters = "TRUE", []
    if part.keys is not None:
        try:
            keys, given = part.keys.query.sql_with_params()
        except EmptyResultSet:
            return
        condition, parameters = f"l.record_id IN ({keys})", list(given)
    yield _chosen(part, condition, parameters, period, size)


def _chosen(part: Part, condition: str, parameters: list[Any], period: Period, size: int) -> array:
    tracked = tracked_tables()[part.model._meta.db_table]
    known, known_parameters = period.known(connection)
    inside, inside_parameters = period.inside(connection)
    rows = (
        f"SELECT l.number, l.record_id, l.kind, CASE WHEN {inside} THEN 1 ELSE 0 END AS inside "
        "FROM smartcity_logentry l LEFT JOIN smartcity_signedact a ON a.id = l.act_id "
        "JOIN smartcity_sealedentry s ON s.entry_id = l.number "
        f'WHERE l."table" = %s AND s.position < %s AND {known} AND {condition}'
    )
    given = [*inside_parameters, tracked.history, size, *known_parameters, *parameters]
    if period.begins:
        rows = (
            "SELECT number, record_id, kind, inside, row_number() OVER "
            f"(PARTITION BY record_id, inside ORDER BY number DESC) AS place FROM ({rows}) r"
        )
        # Of what was removed before nothing is left to begin with.
        rows = f"SELECT number, record_id FROM ({rows}) q WHERE inside = 1 OR (place = 1 AND kind <> '-')"
    found = array("q")
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        if connection.vendor == "postgresql":
            with connection.cursor() as setting:
                # A page may not take so long; this is one of few, asked for once.
                setting.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(f"SELECT number FROM ({rows}) n ORDER BY record_id, number", given)
        while some := cursor.fetchmany(AT_ONCE):
            found.extend(number for (number,) in some)
    return found


def _beside(numbers: tuple[int, ...]) -> dict[int, tuple]:
    """Of each entry its place, what was sealed, the salt, and what its act calls the person."""
    marks = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.number, s.position, s.leaf, l.salt, a.name, a.title FROM smartcity_logentry l "
            "JOIN smartcity_sealedentry s ON s.entry_id = l.number "
            f"LEFT JOIN smartcity_signedact a ON a.id = l.act_id WHERE l.number IN ({marks})",
            numbers,
        )
        return {number: tuple(others) for number, *others in cursor.fetchall()}


def _people(tracked: Tracked, numbers: tuple[int, ...]) -> dict[int, dict[str, str]]:
    """What rows about people call them."""
    if tracked.model is not User:
        return {}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(name) for name in OPENED_OF_PEOPLE)
    marks = ", ".join(["%s"] * len(numbers))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT history_id, {columns} FROM {quote(tracked.history)} WHERE history_id IN "
            f"(SELECT history_id FROM smartcity_logentry WHERE number IN ({marks}))",
            numbers,
        )
        names = [f"row.{name}" for name in OPENED_OF_PEOPLE]
        return {key: dict(zip(names, said, strict=True)) for key, *said in cursor.fetchall()}


def _commits(sealed: Any, salt: Any, name: str, value: Any) -> bool:
    return (
        isinstance(sealed, str)
        and isinstance(salt, str)
        and isinstance(value, str)
        and sealed == commitment(salt, name, value)
    )


def _told_columns(shape: Shape) -> tuple[str, ...]:
    hidden = {*shape.personal}
    return tuple(name for name in shape.columns if not name.startswith("history_") and name not in hidden)


def _has_secret(model: Any, values: dict[str, Any], shape: Shape | None) -> bool:
    personal = shape.personal if shape else ()
    return any(values.get(f"row.{name}") and name not in personal for name in SECRETS.get(model, ()))
