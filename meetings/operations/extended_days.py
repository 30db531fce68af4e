"""Keeping what is derived of granted extensions equal to its source."""

import itertools
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from django.db import transaction

from meetings.models import ExtendedDay, Extension, ExtensionState
from tasks.models.task_day import STILL


class Granted(NamedTuple):
    """The columns of an extension that was granted, by their names."""

    pk: int
    assignment_id: int
    requested_on: date
    decided_on: date
    granted_due_on: date


class Extended(NamedTuple):
    """The columns of ``ExtendedDay``, by their names."""

    extension_id: int
    assignment_id: int
    since: date
    until: date
    due: date
    extensions: int
    asked_on: date | None


@transaction.atomic
def keep_extended_days(assignments: Collection[int] | None = None) -> None:
    """Derive those of the assignments anew, or of all; what is right already stays.

    Whoever grants an extension has locked its assignment: two at once take turns.
    """
    wrong, missing = _differences(assignments)
    ExtendedDay.objects.filter(pk__in=wrong).delete()
    ExtendedDay.objects.bulk_create((ExtendedDay(**one._asdict()) for one in missing), batch_size=2_000)


def count_extended_differences() -> int:
    """How many rows are not what the extensions say, or are missing."""
    return sum(len(rows) for rows in _differences(None))


def _differences(assignments: Collection[int] | None) -> tuple[list[int], list[Extended]]:
    """The keys of the rows that should not be there, and what is missing."""
    kept = ExtendedDay.objects.all()
    if assignments is not None:
        kept = kept.filter(assignment__in=assignments)
    there = {Extended(*values): values[0] for values in kept.values_list(*Extended._fields)}
    missing = [one for one in read_extended(assignments) if there.pop(one, None) is None]
    return list(there.values()), missing


def read_extended(assignments: Collection[int] | None) -> Iterator[Extended]:
    """What the extensions of the assignments, or of all, say. One query."""
    granted = Extension.objects.filter(state=ExtensionState.GRANTED)
    if assignments is not None:
        granted = granted.filter(assignment__in=assignments)
    in_order = granted.order_by("assignment", "decided_on", "pk").values_list(*Granted._fields)
    return _extended(map(Granted._make, in_order))


def _extended(granted: Iterable[Granted]) -> Iterator[Extended]:
    """One for each extension: from the day of its decision until that of the next one of the assignment."""
    for assignment, rows in itertools.groupby(granted, attrgetter("assignment_id")):
        extensions = list(rows)
        ends = [*(one.decided_on for one in extensions), STILL][1:]
        for place, (one, until) in enumerate(zip(extensions, ends, strict=True)):
            dues = [before.granted_due_on for before in extensions[:place] if before.decided_on <= one.requested_on]
            asked_on = None if dues and one.requested_on <= dues[-1] else one.requested_on
            yield Extended(one.pk, assignment, one.decided_on, until, one.granted_due_on, place + 1, asked_on)
