"""What is derived of granted extensions, as it was known earlier: by the same rule, from what was known then."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from meetings.models import ExtendedDay, Extension
from meetings.operations.extended_days import read_extended
from smartcity.lib.log.known.derivations import DERIVATIONS, Derivation


def keep_earlier_days() -> None:
    DERIVATIONS.append(Derivation((ExtendedDay,), _assignments, _rows))


def _assignments(sealed: Callable[[Any], QuerySet]) -> Iterator[int | None]:
    yield from sealed(Extension).order_by().values_list("assignment_id", flat=True).distinct()


def _rows(assignments: Sequence[int]) -> Iterator[tuple[int, Any, dict[str, Any]]]:
    for extended in read_extended(assignments):
        yield extended.assignment_id, ExtendedDay, extended._asdict()
