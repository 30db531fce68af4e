"""That what is in the package was sealed: the seal, and the proof of all its rows at once."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from smartcity.audit.evidence.archive import Archive
from smartcity.lib.log.checkpoints import NothingSealed
from smartcity.lib.log.models import Seal, SealedEntry
from smartcity.lib.log.proving import NotAsSealed
from smartcity.lib.seal.multiproof import Positions, multiproof

AT_ONCE = 10_000
HELD = 4_000_000
A_CHUNK = 1 << 18


class NoSuchSize(ValueError):
    def __init__(self, size: int):
        super().__init__(f"Không có mốc niêm phong {size} dòng. Nhập đúng số dòng ghi trong mốc đã lưu.")


def latest_for(size: int | None) -> Seal:
    """The seal up to which a package goes. Raises ``NothingSealed``, ``NoSuchSize``."""
    seals = Seal.objects.order_by("number")
    found = seals.filter(size=size).first() if size is not None else seals.last()
    if found is None:
        raise NothingSealed if size is None else NoSuchSize(size)
    return found


def proven_by(positions: Positions, limit: Seal, *, is_chosen: bool) -> Seal:
    """The first seal that covers all places, so that what comes later changes nothing; ``limit``, where it was chosen.

    Where nothing was found, that is said of all there is.
    """
    if is_chosen or not len(positions):
        return limit
    return Seal.objects.filter(size__gt=positions.last).order_by("size").first() or limit


def add_proof(archive: Archive, positions: Positions, seal: Seal) -> Iterator[bytes]:
    """A hash a line. Raises ``NotAsSealed`` where the tree has not the root that was sealed."""
    with SpooledTemporaryFile(HELD) as found:

        def emit(node: bytes) -> None:
            found.write(node.hex().encode() + b"\n")

        root = multiproof(_leaves(seal.size), positions.__contains__, emit)
        if root.hex() != seal.root:
            raise NotAsSealed("Dãy niêm phong")
        found.seek(0)
        with archive.file("proof.txt") as file:
            while some := found.read(A_CHUNK):
                file.write(some)
                yield archive.taken(at_least=A_CHUNK)


def _leaves(size: int) -> Iterator[bytes]:
    """In ranges: what is sealed never changes, and no transaction is kept open for it."""
    for first in range(0, size, AT_ONCE):
        last = min(first + AT_ONCE, size)
        rows = SealedEntry.objects.filter(position__gte=first, position__lt=last).order_by("position")
        places = list(rows.values_list("position", "leaf"))
        if [position for position, _ in places] != list(range(first, last)):
            raise NotAsSealed("Dãy niêm phong")
        yield from (bytes.fromhex(leaf) for _, leaf in places)
