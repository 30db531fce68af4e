"""Whether what is sealed is still what was sealed, leaf by leaf and block by block."""

import re
from collections.abc import Callable, Iterator
from itertools import batched
from typing import NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from smartcity.lib.log.leaves import AT_ONCE, Leaf, leaves_of
from smartcity.lib.log.models import Seal, SealedEntry
from smartcity.lib.log.values import bare, read_row, unreadable_at
from smartcity.lib.log.verifying.faults import Fault, row_key
from smartcity.lib.seal.merkle import HASH_SIZE, Frontier

CHANGED = "không còn như khi niêm phong: dòng này, thao tác hoặc dòng nhật ký của nó đã bị sửa"

SEAL = {
    "number": "int",
    "size": "int",
    "root": "text",
    "frontier": "text",
    "cluster": "int",
    "horizon": "int",
    "at": "datetime",
}
NOT_IN_ORDER = "dòng nhật ký có số nhỏ hơn dòng niêm phong trước nó: đã bị chèn"


class Kept(NamedTuple):
    """A row of ``SealedEntry``."""

    position: int
    entry_id: int
    leaf: str


class SealedCheck:
    """Walks through all leaves once; afterwards ``roots`` knows the root at each block's end and at sizes asked for."""

    def __init__(self, connection: BaseDatabaseWrapper, *, sizes: set[int], tell: Callable[[int], None]):
        self.connection = connection
        self.tell = tell
        self.asked = set(sizes)
        self.roots: dict[int, str] = {}
        self.size = 0
        self.frontier = Frontier()
        self.newest = 0
        self.blocks = list(_blocks(connection))

    @property
    def last(self) -> Seal | None:
        return next((seal for seal, unreadable in reversed(self.blocks) if not unreadable), None)

    def faults(self) -> Iterator[Fault]:
        seals: list[Seal] = []
        for seal, unreadable in self.blocks:
            if unreadable:
                yield Fault(Seal._meta.db_table, str(seal.number), unreadable_at(", ".join(unreadable)))
            else:
                seals.append(seal)
        self.asked |= {seal.size for seal in seals}
        yield from self._leaves(seals[-1].size if seals else 0)
        yield from self._seals(seals)

    def _leaves(self, sealed: int) -> Iterator[Fault]:
        frontier = Frontier()
        for some in batched(self._pairs(), AT_ONCE):
            hashes: list[bytes] = []
            for kept, leaf in some:
                yield from self._place(kept)
                yield from self._leaf(kept, leaf, frontier.size + len(hashes))
                hashes.append(self._hash(kept))
            frontier = self._grown(frontier, hashes)
            self.tell(frontier.size)
        self.size, self.frontier = frontier.size, frontier
        if frontier.size != sealed:
            what = f"có {frontier.size} dòng, khối niêm phong cuối ghi {sealed}: dòng đã bị cắt hoặc chèn"
            yield Fault(SealedEntry._meta.db_table, str(min(frontier.size, sealed)), what)

    def _pairs(self) -> Iterator[tuple[Kept, Leaf | None]]:
        """Each sealed place with the leaf that is made anew of what it stands for; both in the order of places."""
        places = map(
            Kept._make,
            SealedEntry.objects.order_by("position").values_list(*Kept._fields).iterator(chunk_size=AT_ONCE),
        )
        leaves = leaves_of(self.connection, "JOIN smartcity_sealedentry s ON s.entry_id = l.number", order="s.position")
        leaf = next(leaves, None)
        for kept in places:
            if leaf is not None and leaf.entry.number == kept.entry_id:
                yield kept, leaf
                leaf = next(leaves, None)
            else:
                yield kept, None

    def _leaf(self, kept: Kept, leaf: Leaf | None, position: int) -> Iterator[Fault]:
        if kept.position != position:
            table, what = SealedEntry._meta.db_table, f"vị trí {position} thiếu hoặc bị chèn trong dãy niêm phong"
            yield Fault(table, str(kept.position), what)
        if leaf is None:
            yield Fault("smartcity_logentry", str(kept.entry_id), "dòng nhật ký đã bị xóa sau khi niêm phong")
        elif leaf.fault:
            yield Fault(str(leaf.entry.table), _key(leaf), leaf.fault)
        elif leaf.hash.hex() != kept.leaf:
            yield Fault(leaf.entry.table, _key(leaf), CHANGED)

    def _place(self, kept: Kept) -> Iterator[Fault]:
        if not _is_hash(kept.leaf) or not isinstance(kept.entry_id, int):
            yield Fault(SealedEntry._meta.db_table, str(kept.position), unreadable_at("entry_id, leaf"))
            return
        # SQLite's one writer at a time gives numbers in the order in which all is sealed.
        if self.connection.vendor == "sqlite" and kept.entry_id < self.newest:
            yield Fault(SealedEntry._meta.db_table, str(kept.position), NOT_IN_ORDER)
        self.newest = max(self.newest, kept.entry_id)

    def _hash(self, kept: Kept) -> bytes:
        """One that cannot be read stands for none: the roots from there on are others."""
        return bytes.fromhex(kept.leaf) if _is_hash(kept.leaf) else bytes(HASH_SIZE)

    def _grown(self, frontier: Frontier, hashes: list[bytes]) -> Frontier:
        """Grown by these leaves, stopping where somebody asked for the root."""
        done = 0
        ends = sorted(size for size in self.asked if frontier.size < size <= frontier.size + len(hashes))
        for end in ends:
            upto = done + end - frontier.size
            frontier, done = frontier.extended(hashes[done:upto]), upto
            self.roots[end] = frontier.root.hex()
        return frontier.extended(hashes[done:])

    def _seals(self, seals: list[Seal]) -> Iterator[Fault]:
        for number, seal in enumerate(seals, start=1):
            if seal.number != number:
                yield Fault(Seal._meta.db_table, str(seal.number), f"thiếu khối niêm phong số {number}")
                return
            root = self.roots.get(seal.size)
            if root is not None and root != seal.root:
                yield Fault(Seal._meta.db_table, str(seal.number), "mã gốc không khớp với các dòng đã niêm phong")
                return
        # What the next block would go on from.
        if seals and seals[-1].size == self.size and seals[-1].frontier != self.frontier.to_text():
            yield Fault(
                Seal._meta.db_table, str(seals[-1].number), "biên của cây không khớp với các dòng đã niêm phong"
            )


def _blocks(connection: BaseDatabaseWrapper) -> Iterator[tuple[Seal, list[str]]]:
    """All blocks, each with what of it cannot be read."""
    names = ", ".join(bare(connection, name, kind) for name, kind in SEAL.items())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM smartcity_seal ORDER BY number")
        for row in cursor.fetchall():
            values, unreadable = read_row(SEAL, row)
            yield Seal(**values), unreadable


def _is_hash(leaf: object) -> bool:
    return isinstance(leaf, str) and re.fullmatch("[0-9a-f]{64}", leaf) is not None


def _key(leaf: Leaf) -> str:
    entry = leaf.entry
    return row_key(entry.history_id, entry.record_id, entry.number, entry.act)
