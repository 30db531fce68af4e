"""Tables without a history that are derived from tables with one: their earlier states are derived too."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Derivation:
    """Tables whose rows are derived together, owner by owner; a row never changes, it comes and goes."""

    models: tuple[Any, ...]
    # The owners whose rows may have changed, from the rows of the histories that a block sealed, model by model.
    owners: Callable[[Callable[[Any], QuerySet]], Iterable[int | None]]
    # All rows of these owners, from what is known: each with its owner and model, by the names of its columns.
    rows: Callable[[Sequence[int]], Iterable[tuple[int, Any, dict[str, Any]]]]


DERIVATIONS: list[Derivation] = []
# Tables that say something of entries of the log, and the column that names the entry: known with it.
OF_ENTRIES: dict[Any, str] = {}
# What brings such tables up to date before an earlier moment is read, where nothing can be written.
PREPARATIONS: list[Callable[[], object]] = []
