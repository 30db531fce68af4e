"""Earlier states of what is derived: made again at the end of each block, for what the block may have changed."""

from collections.abc import Sequence
from functools import partial
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, QuerySet

from smartcity.lib.log.known.derivations import Derivation
from smartcity.lib.log.known.marks import Mark
from smartcity.lib.log.known.shadowing import shadowed
from smartcity.lib.log.known.tables import STILL, name_of
from smartcity.lib.log.models import LogEntry, Seal

AT_ONCE, OWNERS_AT_ONCE = 1_000, 100


def derive(derivation: Derivation, since: int, last: Seal) -> None:
    """The rows of each block after ``since``, from what was known at its end."""
    for seal in Seal.objects.filter(number__gt=since, number__lte=last.number).order_by("number"):
        before = Seal.objects.filter(number=seal.number - 1).values_list("size", flat=True).first() or 0
        found = derivation.owners(partial(_sealed_rows, before, seal.size))
        owners = sorted({owner for owner in found if owner is not None})
        for some in batched(owners, OWNERS_AT_ONCE):
            _derive_at(derivation, Mark(seal.number, seal.size, seal.at), some)


def _sealed_rows(first: int, end: int, model: Any) -> QuerySet:
    """The rows of the model's history that were sealed at these places."""
    history = model.history.model
    entries = LogEntry.objects.filter(
        table=history._meta.db_table, sealed__position__gte=first, sealed__position__lt=end
    )
    return history.objects.filter(history_id__in=entries.values("history_id"))


def _derive_at(derivation: Derivation, mark: Mark, owners: Sequence[int]) -> None:
    wanted: dict[tuple[int, Any], list[dict[str, Any]]] = {
        (owner, model): [] for owner in owners for model in derivation.models
    }
    with shadowed(connection, mark):
        for owner, model, said in derivation.rows(owners):
            wanted[owner, model].append(said)
    for (owner, model), rows in wanted.items():
        _replace(model, owner, rows, mark.block)


def _replace(model: Any, owner: int, wanted: list[dict[str, Any]], block: int) -> None:
    """End what is not so any more from this block on, begin what is new."""
    states, key = name_of(connection, model._meta.db_table), f'"{model._meta.pk.column}"'
    fields = [field for field in model._meta.local_concrete_fields if not isinstance(field, AutoField)]
    names = ", ".join(f'"{field.column}"' for field in fields)
    new = {}
    for said in wanted:
        values = [field.get_db_prep_save(said[field.attname], connection) for field in fields]
        new[tuple(map(str, values))] = values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {names} FROM {states} WHERE known_owner = %s AND known_until = {STILL}", [owner])
        ended = [pk for pk, *values in cursor.fetchall() if new.pop(tuple(map(str, values)), None) is None]
        for some in batched(ended, AT_ONCE):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"UPDATE {states} SET known_until = %s WHERE known_until = {STILL} AND {key} IN ({marks})",
                [block, *some],
            )
        _begin(cursor, states, fields, list(new.values()), [owner, block, STILL])


def _begin(cursor: Any, states: str, fields: list[Field], rows: list[list], held: list[int]) -> None:
    names = [field.column for field in fields] + ["known_owner", "known_from", "known_until"]
    values = [[*row, *held] for row in rows]
    key = fields[0].model._meta.pk
    if key not in fields and rows:
        # Numbers of its own: nothing refers to a derived row.
        cursor.execute(f'SELECT coalesce(max("{key.column}"), 0) FROM {states}')
        last = cursor.fetchone()[0]
        names.append(key.column)
        values = [[*row, last + place] for place, row in enumerate(values, start=1)]
    places = ", ".join(["%s"] * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    for some in batched(values, AT_ONCE):
        cursor.executemany(f"INSERT INTO {states} ({quoted}) VALUES ({places})", some)
