"""Showing that one row of a history is in the tree, to somebody who has only a checkpoint."""

import json
from collections.abc import Callable, Iterator

from smartcity.lib.log.checkpoints import checkpoint_now
from smartcity.lib.log.models import LogEntry, SealedEntry
from smartcity.lib.seal.merkle import Tree

AT_ONCE = 10_000


class NoSuchRecord(Exception):
    """What was asked for is in no history, or not sealed yet."""


def prove(record: str, *, tell: Callable[[int], None] = lambda done: None) -> str:
    """Position, leaf, neighbours and checkpoint of ``table:history_id``, as JSON (RFC 9162, 2.1.3)."""
    entry = _entry(record)
    kept = SealedEntry.objects.filter(entry=entry).first()
    if kept is None:
        raise NoSuchRecord(f"{record} chưa được niêm phong. Chạy lệnh audit seal rồi thử lại.")
    tree = Tree(_leaves(tell))
    said = {
        "record": record,
        "log_number": entry.number,
        "position": kept.position,
        "leaf": kept.leaf,
        "size": tree.size,
        "proof": [node.hex() for node in tree.inclusion_proof(kept.position)],
        "root": tree.root.hex(),
        "checkpoint": checkpoint_now(),
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
