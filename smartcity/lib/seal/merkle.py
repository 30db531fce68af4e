"""One hash over a list that only grows, and short proofs of what it holds: the Merkle tree of RFC 9162, section 2.1."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class NotAHash(ValueError):
    """Something else than the 32 bytes of a hash was given."""


class OutsideTheTree(ValueError):
    """The tree has no such leaf, or was never that large."""


class NotAFrontier(ValueError):
    """The text does not tell a frontier: it was cut short, or changed."""


def hash_leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """All of a tree that its growth needs: the roots of its whole subtrees, the largest first; 20 for a million."""

    size: int = 0
    subtrees: tuple[bytes, ...] = ()

    def __post_init__(self):
        if not _is_count(self.size) or len(self.subtrees) != self.size.bit_count():
            raise NotAFrontier(f"{len(self.subtrees)} subtrees are no tree of {self.size} leaves")
        _check_hashes(self.subtrees)

    def extended(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaves, which are read once, one by one."""
        size, subtrees = self.size, list(self.subtrees)
        for node in leaf_hashes:
            _check_hash(node)
            # Each whole subtree at the end is as large as what comes to it: both become one.
            carried = size
            while carried & 1:
                node = hash_node(subtrees.pop(), node)
                carried >>= 1
            subtrees.append(node)
            size += 1
        return Frontier(size, tuple(subtrees))

    @property
    def root(self) -> bytes:
        if not self.subtrees:
            return EMPTY_ROOT
        return reduce(lambda right, left: hash_node(left, right), reversed(self.subtrees))

    def to_text(self) -> str:
        return f"{self.size}:{b''.join(self.subtrees).hex()}"

    @classmethod
    def from_text(cls, text: str) -> "Frontier":
        found = re.fullmatch(r"(0|[1-9][0-9]{0,18}):((?:[0-9a-f]{64})*)", text) if isinstance(text, str) else None
        if not found:
            raise NotAFrontier("a frontier is written as its size, a colon and hashes in hex")
        hashes = bytes.fromhex(found[2])
        return cls(int(found[1]), tuple(hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)))


class Tree:
    """A whole tree in memory, for many proofs from it; each costs no more than its length."""

    def __init__(self, leaf_hashes: Iterable[bytes]):
        level = list(leaf_hashes)
        _check_hashes(level)
        self.levels = [level]
        while len(level) > 1:
            above = [hash_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
            # Without a neighbour it rises as it is.
            level = above + level[len(above) * 2 :]
            self.levels.append(level)

    @property
    def size(self) -> int:
        return len(self.levels[0])

    @property
    def root(self) -> bytes:
        return self.levels[-1][0] if self.size else EMPTY_ROOT

    def inclusion_proof(self, position: int) -> list[bytes]:
        """The neighbours on the way from the leaf to the root, the lowest first."""
        if not _is_count(position) or position >= self.size:
            raise OutsideTheTree(f"no leaf {position!r} among {self.size}")
        return self._neighbours(0, position)

    def consistency_proof(self, old_size: int) -> list[bytes]:
        """What shows that the first ``old_size`` leaves are the tree as it was then."""
        if not _is_count(old_size) or old_size > self.size:
            raise OutsideTheTree(f"a tree of {self.size} leaves never had {old_size!r}")
        if old_size in {0, self.size}:
            return []
        # The last whole subtree of the old tree stands in the new one too: the way begins there.
        height = _trailing_zeros(old_size)
        at = (old_size >> height) - 1
        # A single whole subtree is the old root, which whoever checks has already.
        begin = [self.levels[height][at]] if at else []
        return begin + self._neighbours(height, at)

    def _neighbours(self, height: int, at: int) -> list[bytes]:
        found = []
        for level in self.levels[height:-1]:
            if at ^ 1 < len(level):
                found.append(level[at ^ 1])
            at >>= 1
        return found


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    return Frontier().extended(leaf_hashes).root


def inclusion_proof(leaf_hashes: Iterable[bytes], position: int) -> list[bytes]:
    return Tree(leaf_hashes).inclusion_proof(position)


def consistency_proof(leaf_hashes: Iterable[bytes], old_size: int) -> list[bytes]:
    return Tree(leaf_hashes).consistency_proof(old_size)


def verify_inclusion(leaf_hash: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a tree of this size and root has this leaf at this position. Whatever it is given, it never raises."""
    if not (_is_count(position) and _is_count(size) and position < size and _are_hashes([leaf_hash, root], proof)):
        return False
    node, last = leaf_hash, size - 1
    for neighbour in proof:
        if not last:
            return False
        if position & 1 or position == last:
            node = hash_node(neighbour, node)
            # Where it was the last without a neighbour, it rose as it was.
            rise = _trailing_zeros(position) if position else 0
            position, last = position >> rise, last >> rise
        else:
            node = hash_node(node, neighbour)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the newer tree is the older one with leaves added at its end. Whatever it is given, it never raises."""
    if not (_is_count(old_size) and _is_count(new_size) and old_size <= new_size):
        return False
    if not _are_hashes([old_root, new_root], proof):
        return False
    if old_size in {0, new_size}:
        return not proof and old_root == (new_root if old_size else EMPTY_ROOT)
    height = _trailing_zeros(old_size)
    at, last = (old_size >> height) - 1, (new_size - 1) >> height
    nodes = list(proof) if at else [old_root, *proof]
    if not nodes:
        return False
    old = new = nodes[0]
    for node in nodes[1:]:
        if not last:
            return False
        if at & 1 or at == last:
            old, new = hash_node(node, old), hash_node(node, new)
            rise = _trailing_zeros(at) if at else 0
            at, last = at >> rise, last >> rise
        else:
            new = hash_node(new, node)
        at, last = at >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _trailing_zeros(number: int) -> int:
    return (number & -number).bit_length() - 1


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == HASH_SIZE


def _are_hashes(roots: list[bytes], proof: Sequence[bytes]) -> bool:
    return isinstance(proof, (list, tuple)) and all(map(_is_hash, [*roots, *proof]))


def _check_hash(value: object) -> None:
    if not _is_hash(value):
        raise NotAHash(f"a hash is {HASH_SIZE} bytes")


def _check_hashes(values: Iterable[object]) -> None:
    for value in values:
        _check_hash(value)
