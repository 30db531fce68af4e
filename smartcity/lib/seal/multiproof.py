"""One proof that many leaves are in a tree: the roots of the largest subtrees that hold none of them, and no more.

A hundred thousand leaves that stand side by side need a few hashes in all, where each by itself needs its seventeen.
"""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from smartcity.lib.seal.merkle import EMPTY_ROOT, hash_node


class _Subtree(NamedTuple):
    height: int
    hash: bytes
    # Whether one of its leaves is among those that are shown.
    is_shown: bool


def multiproof(leaf_hashes: Iterable[bytes], shown: Callable[[int], bool], emit: Callable[[bytes], None]) -> bytes:
    """The root of the leaves; ``emit`` is given each hash of the proof, in the order in which ``root_from`` wants them.

    The leaves are read once, and a handful of subtrees is kept of them. Where none is shown there is nothing to prove.
    """
    subtrees: list[_Subtree] = []
    for position, leaf in enumerate(leaf_hashes):
        node = _Subtree(0, leaf, shown(position))
        while subtrees and subtrees[-1].height == node.height:
            node = _joined(subtrees.pop(), node, emit)
        subtrees.append(node)
    if not subtrees:
        return EMPTY_ROOT
    node = subtrees.pop()
    while subtrees:
        node = _joined(subtrees.pop(), node, emit)
    return node.hash


def _joined(left: _Subtree, right: _Subtree, emit: Callable[[bytes], None]) -> _Subtree:
    if left.is_shown != right.is_shown:
        emit(right.hash if left.is_shown else left.hash)
    return _Subtree(left.height + 1, hash_node(left.hash, right.hash), left.is_shown or right.is_shown)


class Positions(Collection[int]):
    """Places in a tree, a bit each: of a million leaves 125 kB."""

    def __init__(self, size: int):
        self.bits = bytearray((size + 7) // 8)
        self.count = 0

    def add(self, position: int) -> None:
        self.count += position not in self
        self.bits[position >> 3] |= 1 << (position & 7)

    def __contains__(self, position: object) -> bool:
        return isinstance(position, int) and bool(self.bits[position >> 3] & 1 << (position & 7))

    def __iter__(self):
        return (position for position in range(len(self.bits) * 8) if position in self)

    def __len__(self) -> int:
        return self.count

    @property
    def last(self) -> int:
        """The greatest of them; -1 where there is none."""
        stripped = self.bits.rstrip(b"\0")
        return (len(stripped) - 1) * 8 + stripped[-1].bit_length() - 1 if stripped else -1
