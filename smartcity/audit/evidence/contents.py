"""What a package would hold, told before it is made."""

from dataclasses import dataclass

from smartcity.audit.evidence.entries import count_of
from smartcity.audit.evidence.package import Request
from smartcity.audit.evidence.proof import latest_for

# Of a row, packed: hashes, which nothing makes shorter, and some words.
BYTES_A_ROW = 160


@dataclass(frozen=True)
class Contents:
    """Rows of history by kind of record, the most first; what they name comes with them."""

    kinds: list[tuple[str, int]]

    @property
    def rows(self) -> int:
        return sum(count for _, count in self.kinds)

    @property
    def megabytes(self) -> int:
        """About so many, without papers; at least one."""
        return max(1, round(self.rows * BYTES_A_ROW / 1_000_000))


def read_contents(request: Request) -> Contents:
    """Raises ``NothingSealed``."""
    size = latest_for(request.size).size
    found = []
    for part in request.scope.parts():
        count = count_of(part, request.period, size=size)
        if count:
            title = str(part.model._meta.verbose_name)
            found.append((title[:1].upper() + title[1:], count))
    return Contents(sorted(found, key=lambda kind: -kind[1]))
