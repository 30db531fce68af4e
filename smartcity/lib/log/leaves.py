"""What is sealed of an entry: it, the act that it is part of, and the row of history that it names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.models import ColumnChange, DroppedValue, RecordShape
from smartcity.lib.log.shapes import columns_of
from smartcity.lib.log.values import READ
from smartcity.lib.seal.canonical import canonical_bytes, commitment
from smartcity.lib.seal.merkle import hash_leaf

AT_ONCE = 2_000

ENTRY = {
    "number": "int",
    "table": "text",
    "history_id": "int",
    "record_id": "int",
    "kind": "text",
    "at": "datetime",
    "shape_id": "text",
    "cluster": "int",
    "transaction": "int",
    "order_is_reconstructed": "bool",
}
ACT = {
    "action": "uuid",
    "signer_id": "int",
    "name": "text",
    "title": "text",
    "role": "text",
    "agency": "text",
    "agency_key": "int",
    "at": "datetime",
    "reason": "text",
    "document_key": "int",
    "source": "text",
    "place": "text",
}
PERSONAL_OF_ACT = frozenset({"name", "title"})
SALT = "salt"
# Not hashed: what the act says is.
ACT_KEY = "act_id"


class Entry(NamedTuple):
    number: int
    table: str
    history_id: int
    record_id: int
    shape: str
    salt: str
    act: int
    # As it is hashed, without the row.
    plain: dict[str, Any]


class Leaf(NamedTuple):
    entry: Entry
    # None where the row of history, the act or the shape is gone.
    hash: bytes | None
    # What was hashed.
    text: bytes = b""


def leaves_of(
    connection: BaseDatabaseWrapper, where: str = "", parameters: Sequence = (), order: str = "l.number"
) -> Iterator[Leaf]:
    """The leaves of the entries (``l``) that ``where`` chooses, from what is in the database now."""
    reader = _Reader(connection)
    for some in batched(_entries(connection, where, parameters, order), AT_ONCE):
        yield from reader.leaves(some)


def _entries(connection: BaseDatabaseWrapper, where: str, parameters: Sequence, order: str) -> Iterator[Entry]:
    quote = connection.ops.quote_name
    columns = [f"l.{quote(name)}" for name in (*ENTRY, SALT, ACT_KEY)] + [f"a.{quote(name)}" for name in ACT]
    readers = [READ[kind] for kind in (*ENTRY.values(), "text", "int", *ACT.values())]
    names = (*ENTRY, SALT, ACT_KEY, *(f"act.{name}" for name in ACT))
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM smartcity_logentry l "
            f"LEFT JOIN smartcity_signedact a ON a.id = l.act_id {where} ORDER BY {order}",
            parameters,
        )
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                values: dict[str, Any] = {
                    name: None if value is None else read(value)
                    for name, read, value in zip(names, readers, row, strict=True)
                }
                salt, act = values.pop(SALT), values.pop(ACT_KEY)
                for name in PERSONAL_OF_ACT:
                    personal = values.pop(f"act.{name}")
                    values[f"act.{name}"] = commitment(salt, f"act.{name}", personal)
                yield Entry(
                    values["number"],
                    values["table"],
                    values["history_id"],
                    values["record_id"],
                    values["shape_id"],
                    salt,
                    act,
                    values,
                )


class Place(NamedTuple):
    """What a column of a shape is called now; where it was dropped, nothing, and by which change."""

    column: str
    name: str
    change: int = 0


class _Reader:
    """Reads rows of histories by the shapes that they were written in."""

    def __init__(self, connection: BaseDatabaseWrapper):
        self.connection = connection
        self.shapes = {shape.digest: shape for shape in RecordShape.objects.all()}
        self.changes: dict[str, list[ColumnChange]] = defaultdict(list)
        for change in ColumnChange.objects.order_by("pk"):
            self.changes[change.table].append(change)
        self.columns = columns_of(connection, sorted({shape.table for shape in self.shapes.values()}))

    def leaves(self, entries: Sequence[Entry]) -> Iterator[Leaf]:
        """In the order of the entries; a question for each shape among them."""
        by_shape: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_shape[entry.shape].append(entry)
        texts: dict[int, bytes | None] = {}
        for shape, some in by_shape.items():
            texts |= self._texts(self.shapes.get(shape), some)
        for entry in entries:
            text = texts[entry.number]
            yield Leaf(entry, None if text is None else hash_leaf(text), text or b"")

    def _texts(self, shape: RecordShape | None, entries: list[Entry]) -> dict[int, bytes | None]:
        if shape is None or any(entry.table != shape.table for entry in entries):
            return {entry.number: None for entry in entries}
        # All of one block of entries have the columns of one time, but where a migration ran between.
        texts: dict[int, bytes | None] = {}
        by_places: dict[tuple[Place, ...], list[Entry]] = defaultdict(list)
        for entry in entries:
            by_places[self._places_now(shape, entry.number)].append(entry)
        for places, some in by_places.items():
            rows = self._rows(shape, places, [entry.history_id for entry in some])
            for entry in some:
                row = rows.get(entry.history_id)
                if row is None or entry.plain["act.action"] is None:
                    texts[entry.number] = None
                else:
                    texts[entry.number] = _text(entry, row, shape.personal)
        return texts

    def _places_now(self, shape: RecordShape, number: int) -> tuple[Place, ...]:
        """Where the value of each column of the shape is now."""
        found = []
        for column in shape.columns:
            place = Place(column, column)
            for change in self.changes[shape.table]:
                if change.column == place.name and number <= change.upto:
                    place = Place(column, change.renamed_to, change.pk)
            found.append(place)
        return tuple(found)

    def _rows(self, shape: RecordShape, places: tuple[Place, ...], keys: list[int]) -> dict[int, dict[str, Any]]:
        quote = self.connection.ops.quote_name
        # One that is gone without a note is missing in what is hashed.
        there = [place for place in places if place.name in self.columns.get(shape.table, ())]
        if "history_id" not in {place.name for place in there}:
            return {}
        selected = ", ".join(quote(place.name) for place in there)
        rows: dict[int, dict[str, Any]] = {}
        readers = [(place.column, READ[shape.columns[place.column]]) for place in there]
        for some in batched(keys, AT_ONCE):
            with self.connection.cursor() as cursor:
                marks = ", ".join(["%s"] * len(some))
                cursor.execute(f"SELECT {selected} FROM {quote(shape.table)} WHERE history_id IN ({marks})", list(some))
                for row in cursor.fetchall():
                    values: dict[str, Any] = {
                        column: None if value is None else read(value)
                        for (column, read), value in zip(readers, row, strict=True)
                    }
                    rows[values["history_id"]] = values
        self._add_dropped({place.change: place.column for place in places if not place.name}, rows)
        return rows

    def _add_dropped(self, columns: dict[int, str], rows: dict[int, dict[str, Any]]) -> None:
        for some in batched(rows if columns else (), AT_ONCE):
            for dropped in DroppedValue.objects.filter(change__in=columns, history_id__in=some):
                rows[dropped.history_id][columns[dropped.change_id]] = dropped.value


def _text(entry: Entry, row: dict[str, Any], personal: Iterable[str]) -> bytes:
    values = dict(entry.plain)
    for name, value in row.items():
        values[f"row.{name}"] = value
    for name in personal:
        values[f"row.{name}"] = commitment(entry.salt, f"row.{name}", row.get(name))
    return canonical_bytes(values)
