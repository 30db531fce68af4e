"""Keeping what is derived of tasks on days equal to its sources: plans in force, reports that count, payments."""

from collections.abc import Collection

from django.db import transaction

from programme.models import Programme, Revision, RevisionState
from tasks.models import PaidDay, ProgressUpdate, ProposedMove, RevisionCounts, TaskDay
from tasks.payments import Paid, paid
from tasks.proposed_moves import Move, proposed_moves
from tasks.stretches import Counts, Sources, Stretch, Told, counts, read_sources, said_by, stretches


def lock_task_days(programmes: Collection[int]) -> None:
    """Keep everybody else from deriving the days of these programmes until the transaction ends.

    Taken before the tasks are locked, as whoever imports or adopts does: nobody waits for one who waits for them.
    """
    list(Programme.objects.filter(pk__in=programmes).order_by("pk").select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def keep_task_days(programme: int) -> None:
    """Derive the days of the programme's tasks anew; what is right already stays.

    Two who accept at once take turns, and the second sees what the first has accepted.
    """
    lock_task_days([programme])
    sources = read_sources(programme)
    wrong, missing = _differences(sources)
    TaskDay.objects.filter(pk__in=wrong).delete()
    TaskDay.objects.bulk_create((TaskDay(**stretch._asdict()) for stretch in missing), batch_size=2_000)
    stale, uncounted = _count_differences(sources)
    RevisionCounts.objects.filter(pk__in=stale).delete()
    RevisionCounts.objects.bulk_create(RevisionCounts(**counts._asdict()) for counts in uncounted)
    keep_proposed_moves(programme)
    keep_paid_days(programme)


@transaction.atomic
def keep_paid_days(programme: int) -> None:
    """Derive anew what the programme had paid by each day, after a payment was entered."""
    lock_task_days([programme])
    wrong, missing = _paid_differences(programme)
    PaidDay.objects.filter(pk__in=wrong).delete()
    PaidDay.objects.bulk_create((PaidDay(**one._asdict()) for one in missing), batch_size=2_000)


@transaction.atomic
def keep_proposed_moves(programme: int) -> None:
    """Derive anew what revisions that wait would put off; reports do not change it."""
    lock_task_days([programme])
    wrong, missing = _move_differences(programme)
    ProposedMove.objects.filter(pk__in=wrong).delete()
    ProposedMove.objects.bulk_create((ProposedMove(**move._asdict()) for move in missing), batch_size=2_000)


@transaction.atomic
def keep_after_acceptance(update: ProgressUpdate) -> None:
    """After ``update`` began to count.

    Most often it begins a stretch within one that is there. One that corrects another, or speaks of a day before a
    revision took effect, may change what was carried over, and all that followed.
    """
    programme = update.task.programme_id
    lock_task_days([programme])
    later = Revision.objects.filter(programme=programme, state=RevisionState.ADOPTED, effective_on__gte=update.as_of)
    if update.corrects_id or later.exists():
        keep_task_days(programme)
    else:
        _cut(update)


def _cut(update: ProgressUpdate) -> None:
    day = TaskDay.objects.covering(update.as_of).filter(task=update.task_id).first()
    # Of two for one day the one entered later counts.
    if day is None or (day.told_on == update.as_of and (day.told_id or 0) > update.pk):
        return
    told = Told(update.pk, update.as_of, update.status, update.causes, update.completed_on)
    if day.since < update.as_of:
        TaskDay.objects.filter(pk=day.pk).update(until=update.as_of)
        day.pk = None
    for name, value in (said_by(told) | {"since": update.as_of}).items():
        setattr(day, name, value)
    day.save()


def count_differences(programme: int) -> int:
    """How many rows of the programme are not what its sources say, or are missing."""
    sources = read_sources(programme)
    wrong, missing = _differences(sources)
    stale, uncounted = _count_differences(sources)
    misplaced, unkept = _move_differences(programme)
    untrue, untold = _paid_differences(programme)
    found: tuple[list, ...] = (wrong, missing, stale, uncounted, misplaced, unkept, untrue, untold)
    return sum(len(rows) for rows in found)


def _differences(sources: Sources) -> tuple[list[int], list[Stretch]]:
    """The keys of the rows that should not be there, and what is missing."""
    kept = TaskDay.objects.filter(programme=sources.programme)
    there = {Stretch(*values): pk for pk, *values in kept.values_list("pk", *Stretch._fields)}
    missing = [stretch for stretch in stretches(sources) if there.pop(stretch, None) is None]
    return list(there.values()), missing


def _count_differences(sources: Sources) -> tuple[list[int], list[Counts]]:
    """The same of what is counted of each revision."""
    kept = RevisionCounts.objects.filter(revision__programme=sources.programme)
    there = {Counts(*values) for values in kept.values_list(*Counts._fields)}
    right = set(counts(sources))
    return [one.revision_id for one in there - right], list(right - there)


def _move_differences(programme: int) -> tuple[list[int], list[Move]]:
    """The same of what revisions that wait would put off."""
    kept = ProposedMove.objects.filter(revision__programme=programme)
    there = {Move(*values): pk for pk, *values in kept.values_list("pk", *Move._fields)}
    missing = [move for move in proposed_moves(programme) if there.pop(move, None) is None]
    return list(there.values()), missing


def _paid_differences(programme: int) -> tuple[list[int], list[Paid]]:
    """The same of what was paid by each day."""
    kept = PaidDay.objects.filter(programme=programme)
    there = {Paid(*values): pk for pk, *values in kept.values_list("pk", *Paid._fields)}
    missing = [one for one in paid(programme) if there.pop(one, None) is None]
    return list(there.values()), missing
