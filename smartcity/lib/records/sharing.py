"""What many records point to, read and made once for all of them instead of once for each."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any

from django.db.models import Field, QuerySet

# Of rows, and of the records of each relation: a list of any length needs no more memory than that.
ROWS_AT_ONCE = MOST_KEPT = 2_000


class Shared:
    """Gives rows, a chunk at a time, what they point to; ``paths`` are those that ``select_related`` takes."""

    def __init__(self, *paths: str):
        self._paths = paths
        self._kept: dict[Field, dict[Any, Any]] = {}

    def read(self, rows: QuerySet) -> Iterator[Any]:
        """All of these rows, of which few are held at once."""
        for chunk in batched(rows.select_related(None).iterator(chunk_size=ROWS_AT_ONCE), ROWS_AT_ONCE):
            yield from self.given_to(chunk)

    def given_to[R](self, rows: Sequence[R]) -> Sequence[R]:
        """The same rows. At most one query a relation."""
        for path in self._paths:
            self._give(rows, path)
        return rows

    def _give(self, rows: Sequence[Any], path: str) -> None:
        if not rows:
            return
        name, _, further = path.partition("__")
        field = rows[0]._meta.get_field(name)
        keys = {getattr(row, field.attname) for row in rows} - {None}
        kept = self._kept_of(field, keys)
        if missing := keys - kept.keys():
            kept |= field.related_model._base_manager.in_bulk(missing)
        if further:
            # Those that are kept as well: another path may have led to them without what is behind.
            self._give([kept[key] for key in keys if key in kept], further)
        for row in rows:
            field.set_cached_value(row, kept.get(getattr(row, field.attname)))

    def _kept_of(self, field: Field, keys: set[Any]) -> dict[Any, Any]:
        kept = self._kept.setdefault(field, {})
        if len(kept) > MOST_KEPT and not keys <= kept.keys():
            kept.clear()
        return kept
