"""Showing that one row of a history is in the tree, to somebody who has only a checkpoint."""

import json
from collections.abc import Callable, Iterator

from django.db import connection

from smartcity.lib.log.checkpoints import sign_state
from smartcity.lib.log.leaves import leaves_of
from smartcity.lib.log.models import LogEntry, Seal, SealedEntry
from smartcity.lib.seal.merkle import Tree

AT_ONCE = 10_000


class NoSuchRecord(Exception):
    """What was asked for is in no history, or not sealed yet."""


class NotAsSealed(Exception):
    """What is in the database is not what was sealed: there is nothing to prove."""

    def __init__(self, what: str):
        super().__init__(f"{what} không còn như khi niêm phong, nên không lập chứng cứ. Chạy lệnh audit verify.")


def prove(record: str, *, tell: Callable[[int], None] = lambda done: None) -> str:
    """Text, place, neighbours and checkpoint of ``table:history_id``, as JSON (RFC 9162, 2.1.3).

    Whoever is given it makes the leaf of the text, of leaf and neighbours the root, and looks whether that is signed.
    """
    entry = _entry(record)
    kept = SealedEntry.objects.filter(entry=entry).first()
    if kept is None:
        raise NoSuchRecord(f"{record} chưa được niêm phong. Chạy lệnh audit seal rồi thử lại.")
    (leaf,) = leaves_of(connection, "WHERE l.number = %s", [entry.number])
    if leaf.fault or leaf.hash.hex() != kept.leaf:
        raise NotAsSealed(record)
    tree = Tree(_leaves(tell))
    # What was not sealed so is not signed either.
    if not Seal.objects.filter(size=tree.size, root=tree.root.hex()).exists():
        raise NotAsSealed("Dãy niêm phong")
    said = {
        "record": record,
        "log_number": entry.number,
        "position": kept.position,
        "text": leaf.text.decode(),
        "leaf": kept.leaf,
        "size": tree.size,
        "proof": [node.hex() for node in tree.inclusion_proof(kept.position)],
        "root": tree.root.hex(),
        "checkpoint": sign_state(tree.size, tree.root),
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _leaves(tell: Callable[[int], None]) -> Iterator[bytes]:
    leaves = SealedEntry.objects.order_by("position").values_list("leaf", flat=True).iterator(chunk_size=AT_ONCE)
    for done, leaf in enumerate(leaves):
        if done % AT_ONCE == 0:
            tell(done)
        yield bytes.fromhex(leaf)


def _entry(record: str) -> LogEntry:
    table, _, key = record.rpartition(":")
    found = LogEntry.objects.filter(table=table, history_id=int(key)).first() if table and key.isdecimal() else None
    if found is None:
        raise NoSuchRecord(f"Không có dòng lịch sử «{record}». Viết bảng lịch sử, dấu hai chấm, mã dòng.")
    return found
