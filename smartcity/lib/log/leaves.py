"""What is sealed of an entry: it, the act that it is part of, and the row of history that it names."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import batched
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.models import ColumnChange
from smartcity.lib.log.shapes import Shape, columns_of
from smartcity.lib.log.values import READ, bare, read_row, unreadable_at
from smartcity.lib.seal.canonical import NoCanonicalForm, SaltTooShort, canonical_bytes, commitment
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


ALL = {**ENTRY, SALT: "text", ACT_KEY: "int", **{f"act.{name}": kind for name, kind in ACT.items()}}

GONE = "dòng này, thao tác hoặc dạng bản ghi của nó không có, hoặc không đọc được: đã bị xóa hay sửa"
MISFIT = "không khớp với dòng nhật ký hoặc thao tác của nó: người, thao tác, loại thay đổi hay mã bản ghi đã bị sửa"


class Entry(NamedTuple):
    # What names it, as the database has it.
    number: int
    table: str
    history_id: int
    record_id: int
    shape: str
    salt: str
    act: int
    # As it is hashed, without the row; and what of it cannot be read.
    plain: dict[str, Any]
    unreadable: list[str]


class Leaf(NamedTuple):
    entry: Entry
    # Of what there is, and that it is not all, where ``fault`` says why.
    hash: bytes
    fault: str = ""
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
    selected = ", ".join(bare(connection, name, kind) for name, kind in zip(columns, ALL.values(), strict=True))
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {selected} FROM smartcity_logentry l "
            f"LEFT JOIN smartcity_signedact a ON a.id = l.act_id {where} ORDER BY {order}",
            parameters,
        )
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                yield _entry(row)


def _entry(row: Sequence) -> Entry:
    values, unreadable = read_row(ALL, row)
    salt = values.pop(SALT, None)
    values.pop(ACT_KEY, None)
    for name in sorted(f"act.{name}" for name in PERSONAL_OF_ACT):
        personal = values.pop(name, None)
        try:
            values[name] = commitment(salt, name, personal)
        except SaltTooShort:
            unreadable = [*unreadable, *({SALT} - set(unreadable))]
        except NoCanonicalForm:
            unreadable.append(name)
    raw = dict(zip(ALL, row, strict=True))
    return Entry(
        raw["number"],
        raw["table"],
        raw["history_id"],
        raw["record_id"],
        raw["shape_id"],
        raw[SALT],
        raw[ACT_KEY],
        values,
        unreadable,
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
        self.shapes = known_shapes(connection)
        self.changes: dict[str, list[ColumnChange]] = defaultdict(list)
        for change in ColumnChange.objects.order_by("pk"):
            if isinstance(change.upto, int):
                self.changes[change.table].append(change)
        # Of most tables no column was ever renamed or dropped.
        self.as_written: dict[str, tuple[Place, ...]] = {}
        self.columns = columns_of(connection, sorted({shape.table for shape in self.shapes.values()}))

    def leaves(self, entries: Sequence[Entry]) -> Iterator[Leaf]:
        """In the order of the entries; a question for each shape among them."""
        by_shape: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_shape[entry.shape].append(entry)
        leaves: dict[int, Leaf] = {}
        for digest, some in by_shape.items():
            shape = self.shapes.get(digest)
            whole = [entry for entry in some if shape and _has_all(entry, shape)]
            if shape and whole:
                leaves |= {leaf.entry.number: leaf for leaf in self._leaves(shape, whole)}
        for entry in entries:
            yield leaves.get(entry.number) or _broken(entry, entry.unreadable)

    def _leaves(self, shape: Shape, entries: list[Entry]) -> Iterator[Leaf]:
        # All of one block of entries have the columns of one time, but where a migration ran between.
        by_places: dict[tuple[Place, ...], list[Entry]] = defaultdict(list)
        for entry in entries:
            by_places[self._places_now(shape, entry.number)].append(entry)
        for places, some in by_places.items():
            rows = self._rows(shape, places, [entry.history_id for entry in some])
            for entry in some:
                yield _leaf(entry, rows.get(entry.history_id), shape.personal)

    def _places_now(self, shape: Shape, number: int) -> tuple[Place, ...]:
        """Where the value of each column of the shape is now."""
        if not self.changes.get(shape.table):
            if shape.digest not in self.as_written:
                self.as_written[shape.digest] = tuple(Place(column, column) for column in shape.columns)
            return self.as_written[shape.digest]
        found = []
        for column in shape.columns:
            place = Place(column, column)
            for change in self.changes[shape.table]:
                if change.column == place.name and number <= change.upto:
                    place = Place(column, change.renamed_to, change.pk)
            found.append(place)
        return tuple(found)

    def _rows(self, shape: Shape, places: tuple[Place, ...], keys: list[int]) -> dict[int, "Row"]:
        quote = self.connection.ops.quote_name
        # One that is gone without a note is missing in what is hashed.
        there = [place for place in places if place.name in self.columns.get(shape.table, ())]
        if "history_id" not in {place.name for place in there}:
            return {}
        kinds = {place.column: shape.columns[place.column] for place in there}
        selected = ", ".join(bare(self.connection, quote(place.name), kinds[place.column]) for place in there)
        rows: dict[int, Row] = {}
        for some in batched(keys, AT_ONCE):
            with self.connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT history_id, {selected} FROM {quote(shape.table)} WHERE history_id IN ({_marks(some)})",
                    list(some),
                )
                for key, *row in cursor.fetchall():
                    rows[key] = Row(*read_row(kinds, row))
        self._add_dropped({place.change: place.column for place in places if not place.name}, rows)
        return rows

    def _add_dropped(self, columns: dict[int, str], rows: dict[int, "Row"]) -> None:
        for some in batched(rows if columns else (), AT_ONCE):
            with self.connection.cursor() as cursor:
                value = bare(self.connection, "value", "json")
                cursor.execute(
                    f"SELECT change_id, history_id, {value} FROM smartcity_droppedvalue "
                    f"WHERE change_id IN ({_marks(columns)}) AND history_id IN ({_marks(some)})",
                    [*columns, *some],
                )
                for change, key, said in cursor.fetchall():
                    values, unreadable = read_row({columns[change]: "json"}, [said])
                    rows[key].unreadable.extend(unreadable)
                    rows[key].values.update({name: text and json.loads(text) for name, text in values.items()})


def _marks(values: Sized) -> str:
    return ", ".join(["%s"] * len(values))


def _has_all(entry: Entry, shape: Shape) -> bool:
    return not entry.unreadable and entry.table == shape.table and entry.plain["act.action"] is not None


class Row(NamedTuple):
    values: dict[str, Any]
    unreadable: list[str]


def _leaf(entry: Entry, row: Row | None, personal: Iterable[str]) -> Leaf:
    if row is None:
        return _broken(entry, [])
    if row.unreadable:
        return _broken(entry, row.unreadable)
    # A row that was changed before it was sealed says so for ever, and keeps nothing else from being sealed.
    fault = "" if _fits(entry, row) else MISFIT
    values = dict(entry.plain) | ({"broken": "misfit"} if fault else {})
    for name, value in row.values.items():
        values[f"row.{name}"] = value
    try:
        for name in personal:
            values[f"row.{name}"] = commitment(entry.salt, f"row.{name}", row.values.get(name))
        text = canonical_bytes(values)
        return Leaf(entry, hash_leaf(text), fault, text)
    except NoCanonicalForm as reason:
        return _broken(entry, [str(reason).partition(":")[0]])


def _fits(entry: Entry, row: Row) -> bool:
    """Whether the row says of itself what its entry and act say of it."""
    said = [row.values.get(name) for name in ("id", "history_type", "history_action", "history_user_id")]
    return said == [entry.plain[name] for name in ("record_id", "kind", "act.action", "act.signer_id")]


def _broken(entry: Entry, unreadable: Sequence[str]) -> Leaf:
    """What is sealed where not all can be: the entry by what can be read of it, and why. No whole leaf says that."""
    columns = ", ".join(unreadable)
    broken = {"broken": f"unreadable: {columns}" if unreadable else "missing"}
    text = canonical_bytes(entry.plain | broken)
    return Leaf(entry, hash_leaf(text), unreadable_at(columns) if unreadable else GONE, text)


def known_shapes(connection: BaseDatabaseWrapper) -> dict[str, Shape]:
    """By what entries call them; without those by which no row can be read."""
    kinds = {"digest": "text", "table": "text", "columns": "json", "personal": "json"}
    found = {}
    with connection.cursor() as cursor:
        names = ", ".join(bare(connection, connection.ops.quote_name(name), kind) for name, kind in kinds.items())
        cursor.execute(f"SELECT {names} FROM smartcity_recordshape")
        for row in cursor.fetchall():
            values, unreadable = read_row(kinds, row)
            if unreadable:
                continue
            columns, personal = json.loads(values["columns"]), json.loads(values["personal"])
            if (
                isinstance(columns, dict)
                and isinstance(personal, list)
                and set(map(str, columns.values())) <= set(READ)
            ):
                found[values["digest"]] = Shape(values["table"], columns, tuple(map(str, personal)))
    return found
