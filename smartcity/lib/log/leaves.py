"""What is sealed of an entry: it, the act that it is part of, and the row of history that it names."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence, Sized
from itertools import batched
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.models import ColumnChange
from smartcity.lib.log.shapes import Shape, columns_of
from smartcity.lib.log.spelling import Spelled, column, selected, spell_row
from smartcity.lib.log.values import READ, Unreadable, bare, read_row, unreadable_at
from smartcity.lib.seal.canonical import (
    NULL,
    NoCanonicalForm,
    SaltTooShort,
    spell,
    spell_text,
    spelled_bytes,
    spelled_commitment,
)
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
PERSONAL_OF_ACT = ("act.name", "act.title")
SALT = "salt"
# Not hashed: what the act says is.
ACT_KEY = "act_id"

MISFIT_SPELLED = spell_text("misfit")
SAID_TWICE = {
    "row.id": "record_id",
    "row.history_type": "kind",
    "row.history_action": "act.action",
    "row.history_user_id": "act.signer_id",
}

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
    # As it is hashed, with its act and without the row, as JSON; and what of it cannot be read.
    spelled: dict[str, str]
    unreadable: list[str]


NAMED_BY = ("number", "table", "history_id", "record_id", "shape_id", SALT, ACT_KEY)
# Of an act that is not there.
NO_ACT: Spelled = ({f"act.{name}": NULL for name in ACT}, [])


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
    for some in _entries(connection, where, parameters, order):
        yield from reader.leaves(some)


def _entries(connection: BaseDatabaseWrapper, where: str, parameters: Sequence, order: str) -> Iterator[list[Entry]]:
    columns = [column(connection, name, kind) for name, kind in (ENTRY | {SALT: "text", ACT_KEY: "int"}).items()]
    quote = connection.ops.quote_name
    names = ", ".join(selected(connection, f"l.{quote(name)}", kind) for name, kind, *_ in columns)
    places = {name: place for place, (name, *_) in enumerate(columns)}
    raw = itemgetter(*(places[name] for name in NAMED_BY))
    act = places[ACT_KEY]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM smartcity_logentry l {where} ORDER BY {order}", parameters)
        while rows := cursor.fetchmany(AT_ONCE):
            acts = _acts(connection, {row[act] for row in rows})
            yield [_entry(raw(row), spell_row(columns, row), acts.get(row[act], NO_ACT)) for row in rows]


def _acts(connection: BaseDatabaseWrapper, keys: set) -> dict[Any, Spelled]:
    """The acts of these keys, each spelled once, however many entries it has."""
    columns = [column(connection, f"act.{name}", kind) for name, kind in ACT.items()]
    quote = connection.ops.quote_name
    names = ", ".join(selected(connection, quote(name), kind) for name, kind in ACT.items())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {names} FROM smartcity_signedact WHERE id IN ({_marks(keys)})", list(keys))
        return {key: spell_row(columns, row) for key, *row in cursor.fetchall()}


def _entry(named_by: Sequence, own: Spelled, act: Spelled) -> Entry:
    salt = named_by[NAMED_BY.index(SALT)]
    spelled, unreadable = own[0] | act[0], [*own[1], *act[1]]
    spelled.pop(SALT, None)
    spelled.pop(ACT_KEY, None)
    for name in PERSONAL_OF_ACT:
        try:
            spelled[name] = spelled_commitment(salt, name, spelled.get(name, NULL))
        except SaltTooShort:
            spelled.pop(name, None)
            unreadable += {SALT} - set(unreadable)
        except NoCanonicalForm:
            spelled.pop(name, None)
            unreadable.append(name)
    return Entry._make((*named_by, spelled, unreadable))


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
                yield _leaf(entry, rows.get(entry.history_id), shape)

    def _places_now(self, shape: Shape, number: int) -> tuple[Place, ...]:
        """Where the value of each column of the shape is now."""
        if not self.changes.get(shape.table):
            if shape.digest not in self.as_written:
                self.as_written[shape.digest] = tuple(Place(name, name) for name in shape.columns)
            return self.as_written[shape.digest]
        found = []
        for name in shape.columns:
            place = Place(name, name)
            for change in self.changes[shape.table]:
                if change.column == place.name and number <= change.upto:
                    place = Place(name, change.renamed_to, change.pk)
            found.append(place)
        return tuple(found)

    def _rows(self, shape: Shape, places: tuple[Place, ...], keys: list[int]) -> dict[int, Spelled]:
        quote = self.connection.ops.quote_name
        # One that is gone without a note is missing in what is hashed.
        there = [place for place in places if place.name in self.columns.get(shape.table, ())]
        if "history_id" not in {place.name for place in there}:
            return {}
        columns = [column(self.connection, f"row.{place.column}", shape.columns[place.column]) for place in there]
        names = ", ".join(
            selected(self.connection, quote(place.name), read.kind) for place, read in zip(there, columns, strict=True)
        )
        rows: dict[int, Spelled] = {}
        for some in batched(keys, AT_ONCE):
            with self.connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT history_id, {names} FROM {quote(shape.table)} WHERE history_id IN ({_marks(some)})",
                    list(some),
                )
                for key, *row in cursor.fetchall():
                    rows[key] = spell_row(columns, row)
        self._add_dropped({place.change: place.column for place in places if not place.name}, rows)
        return rows

    def _add_dropped(self, columns: dict[int, str], rows: dict[int, Spelled]) -> None:
        for some in batched(rows if columns else (), AT_ONCE):
            with self.connection.cursor() as cursor:
                value = bare(self.connection, "value", "json")
                cursor.execute(
                    f"SELECT change_id, history_id, {value} FROM smartcity_droppedvalue "
                    f"WHERE change_id IN ({_marks(columns)}) AND history_id IN ({_marks(some)})",
                    [*columns, *some],
                )
                for change, key, said in cursor.fetchall():
                    spelled, unreadable = rows[key]
                    name = f"row.{columns[change]}"
                    try:
                        spelled[name] = _spell_dropped(said)
                    except (Unreadable, NoCanonicalForm):
                        unreadable.append(name)


def _spell_dropped(said: Any) -> str:
    """What was put aside is JSON, of a value in its canonical form."""
    return NULL if said is None else spell(json.loads(READ["json"](said)))


def _marks(values: Sized) -> str:
    return ", ".join(["%s"] * len(values))


def _has_all(entry: Entry, shape: Shape) -> bool:
    return not entry.unreadable and entry.table == shape.table and entry.spelled["act.action"] != NULL


def _leaf(entry: Entry, row: Spelled | None, shape: Shape) -> Leaf:
    if row is None:
        return _broken(entry, [])
    own, unreadable = row
    if unreadable:
        return _broken(entry, [name.removeprefix("row.") for name in unreadable])
    # A row that was changed before it was sealed says so for ever, and keeps nothing else from being sealed.
    fault = "" if _fits(entry, own) else MISFIT
    spelled = entry.spelled | own
    if fault:
        spelled["broken"] = MISFIT_SPELLED
    try:
        for name in shape.personal:
            name = f"row.{name}"
            spelled[name] = spelled_commitment(entry.salt, name, own.get(name, NULL))
        text = spelled_bytes(spelled)
        return Leaf(entry, hash_leaf(text), fault, text)
    except NoCanonicalForm as reason:
        return _broken(entry, [str(reason).partition(":")[0]])


def _fits(entry: Entry, own: dict[str, str]) -> bool:
    """Whether the row says of itself what its entry and act say of it."""
    return all(own.get(said) == entry.spelled[known] for said, known in SAID_TWICE.items())


def _broken(entry: Entry, unreadable: Sequence[str]) -> Leaf:
    """What is sealed where not all can be: the entry by what can be read of it, and why. No whole leaf says that."""
    columns = ", ".join(unreadable)
    broken = {"broken": spell_text(f"unreadable: {columns}" if unreadable else "missing")}
    text = spelled_bytes(entry.spelled | broken)
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
