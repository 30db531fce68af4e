"""The numbers of a draft's tasks: each once, as in the annex."""

from collections.abc import Callable

from django.db.models import F, Max

from programme.models import Revision, User
from smartcity.lib.records.history import move_aside, signed_bulk_update
from tasks.models import PlannedTask

# Above any number that a task has in a revision: where rows wait while they are numbered anew.
ASIDE = 10_000


def last_position(revision: Revision) -> int:
    """The last number of the list; 0 while there is none."""
    return revision.planned_tasks.aggregate(last=Max("position"))["last"] or 0


def move(planned: PlannedTask, to: int, *, by: User, reason: str) -> None:
    """Give a task the number ``to``; those between its old place and the new one close up."""
    place = planned.position
    to = min(max(to, 1), last_position(planned.revision))

    def number_of(number: int) -> int:
        if number == place:
            return to
        if place < number <= to:
            return number - 1
        return number + (to <= number < place)

    renumber(planned.revision, number_of, by=by, reason=reason)
    planned.position = to


def opening(at: int) -> Callable[[int], int]:
    """The numbers of tasks once a new one takes the number ``at``."""
    return lambda number: number + (number >= at)


def closing(at: int) -> Callable[[int], int]:
    """The numbers of tasks once the one with the number ``at`` is gone."""
    return lambda number: number - (number > at)


def renumber(revision: Revision, number_of: Callable[[int], int], *, by: User, reason: str) -> None:
    """Give each task of a draft the number ``number_of`` its present one; only those that change are written."""
    moved = [row for row in revision.planned_tasks.all() if number_of(row.position) != row.position]
    for row in moved:
        row.position = number_of(row.position)
    # Two rows may not have one number even for a moment, so they step aside first.
    move_aside(PlannedTask.objects.filter(pk__in=[row.pk for row in moved]), position=F("position") + ASIDE)
    signed_bulk_update(moved, ["position"], by=by, reason=reason)
