"""Adding to the tree what is not in it yet. Writers never wait for it, nor it for them."""

from collections.abc import Callable, Sequence
from itertools import batched, chain
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.timezone import now

from smartcity.lib.log.horizon import after, below, horizon_now
from smartcity.lib.log.leaves import Leaf, leaves_of
from smartcity.lib.log.models import Seal, SealedEntry
from smartcity.lib.log.values import broken_text_as_bytes
from smartcity.lib.seal.merkle import Frontier, NotAFrontier

AT_ONCE = 2_000
# Any number that nothing else of ours locks by.
LOCK = 7_211_160


class CannotSeal(Exception):
    """The last block does not tell what to go on from: it was changed."""


class Sealed(NamedTuple):
    added: int
    seal: Seal | None


def seal(*, tell: Callable[[int], None] = lambda done: None) -> Sealed:
    """One block of all that has ended and is unsealed; nothing where there is none, or where another is at it.

    What is missing or cannot be read is sealed as that, and stays a fault: nobody keeps all else from being sealed.
    """
    with transaction.atomic(), broken_text_as_bytes(connection):
        if not _is_alone():
            return Sealed(0, latest_seal())
        return _add_block(latest_seal(), tell)


def latest_seal() -> Seal | None:
    # Its hour is nobody's ground for anything: one that cannot be read stops nothing.
    return Seal.objects.defer("at").order_by("number").last()


def _is_alone() -> bool:
    """On SQLite whoever writes is."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def _frontier_of(last: Seal) -> Frontier:
    try:
        frontier = Frontier.from_text(last.frontier)
    except NotAFrontier:
        frontier = Frontier()
    if (frontier.size, frontier.root.hex()) != (last.size, last.root):
        raise CannotSeal(f"smartcity_seal {last.number}: biên của cây đã bị sửa. Chạy lệnh audit verify.")
    return frontier


def _keep_places(first: int, leaves: Sequence[Leaf]) -> None:
    """In one plain statement: objects of the model would take as long as all hashes."""
    places = ", ".join(["(%s, %s, %s)"] * len(leaves))
    values = [(first + place, leaf.entry.number, leaf.hash.hex()) for place, leaf in enumerate(leaves)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SealedEntry._meta.db_table} (position, entry_id, leaf) VALUES {places}",
            list(chain.from_iterable(values)),
        )


def _add_block(last: Seal | None, tell: Callable[[int], None]) -> Sealed:
    horizon = horizon_now(connection)
    ended, ended_parameters = below(connection, horizon)
    new, new_parameters = after(connection, last, horizon)
    frontier = _frontier_of(last) if last else Frontier()
    where = (
        f"WHERE {ended} AND {new} AND NOT EXISTS (SELECT 1 FROM smartcity_sealedentry s WHERE s.entry_id = l.number)"
    )
    leaves = leaves_of(connection, where, [*ended_parameters, *new_parameters])
    before = frontier.size
    for some in batched(leaves, AT_ONCE):
        _keep_places(frontier.size, some)
        frontier = frontier.extended(leaf.hash for leaf in some)
        tell(frontier.size - before)
    if frontier.size == before:
        return Sealed(0, last)
    made = Seal.objects.create(
        number=last.number + 1 if last else 1,
        size=frontier.size,
        root=frontier.root.hex(),
        frontier=frontier.to_text(),
        cluster=horizon.cluster,
        horizon=horizon.first_open,
        at=now(),
    )
    return Sealed(frontier.size - before, made)
