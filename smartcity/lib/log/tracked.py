"""Which tables carry a history, and what of them it does not hold."""

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from django.apps import apps


@dataclass(frozen=True)
class Tracked:
    """A table and its history; the columns of one that the other has not."""

    table: str
    history: str
    key: str
    untracked: tuple[str, ...]
    # A column that no history shows, and the tracked one that holds its digest.
    digested: tuple[tuple[str, str], ...] = ()
    # The same of another table, without a history: it, its secret, its column for the key of ours; and our digest.
    digested_elsewhere: tuple[tuple[str, str, str, str], ...] = ()
    # What is somebody's own: their name, their address.
    personal: tuple[str, ...] = ()
    model: Any = field(default=None, compare=False)


@cache
def tracked_tables() -> dict[str, Tracked]:
    """All that carry a history, by the name of their table."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        manager = getattr(model._meta, "simple_history_manager_attribute", None)
        if manager is None:
            continue
        history = getattr(model, manager).model
        kept = {column.column for column in history.tracked_fields}
        columns = [str(column.column) for column in model._meta.local_concrete_fields]
        found[model._meta.db_table] = Tracked(
            table=model._meta.db_table,
            history=history._meta.db_table,
            key=str(model._meta.pk.column),
            untracked=tuple(name for name in columns if name not in kept),
            digested=tuple(sorted(getattr(model, "DIGESTED", {}).items())),
            digested_elsewhere=tuple(
                (*place, digest) for digest, place in getattr(model, "DIGESTED_ELSEWHERE", {}).items()
            ),
            personal=getattr(model, "PERSONAL", ()),
            model=model,
        )
    return found


def digest_of(secret: str) -> str:
    """What a history holds of a secret column; ``Tracked.digested`` names both."""
    return sha256(secret.encode()).hexdigest()
