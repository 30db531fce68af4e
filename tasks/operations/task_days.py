"""Keeping what is derived of tasks on days equal to its sources: the plans in force and the reports that count."""

from collections.abc import Collection

from django.db import transaction

from programme.models import Programme, Revision, RevisionState
from tasks.models import ProgressUpdate, RevisionCounts, TaskDay
from tasks.stretches import Counts, Sources, Stretch, counts, read_sources, stretches


def lock_task_days(programmes: Collection[int]) -> None:
    """Keep everybody else from deriving the days of these programmes until the transaction ends.

    Taken before the tasks are locked, as whoever imports or adopts does: nobody waits for one who waits for them.
    """
    list(Programme.objects.filter(pk__in=programmes).order_by("pk").select_for_update(no_key=True).values_list("pk"))


@transaction.atomic
def keep_task_days(programme: int, tasks: Collection[int] | None = None) -> None:
    """Derive the days of the programme's tasks anew, or of these ``tasks``; what is right already stays.

    Two who accept at once take turns, and the second sees what the first has accepted.
    """
    lock_task_days([programme])
    sources = read_sources(programme, tasks)
    wrong, missing = _differences(sources, tasks)
    TaskDay.objects.filter(pk__in=wrong).delete()
    TaskDay.objects.bulk_create((TaskDay(**stretch._asdict()) for stretch in missing), batch_size=2_000)
    stale, uncounted = _count_differences(sources)
    RevisionCounts.objects.filter(pk__in=stale).delete()
    RevisionCounts.objects.bulk_create(RevisionCounts(**counts._asdict()) for counts in uncounted)


def keep_after_acceptance(update: ProgressUpdate) -> None:
    """After ``update`` began to count: of its task, or of all where it speaks of a day before an amendment."""
    programme = update.task.programme_id
    earliest = min(update.as_of, update.corrects.as_of) if update.corrects else update.as_of
    later = Revision.objects.filter(programme=programme, state=RevisionState.ADOPTED, effective_on__gte=earliest)
    keep_task_days(programme, None if later.exists() else [update.task_id])


def count_differences(programme: int) -> int:
    """How many rows of the programme are not what its sources say, or are missing."""
    sources = read_sources(programme)
    wrong, missing = _differences(sources, None)
    stale, uncounted = _count_differences(sources)
    return len(wrong) + len(missing) + len(stale) + len(uncounted)


def _differences(sources: Sources, tasks: Collection[int] | None) -> tuple[list[int], list[Stretch]]:
    """The keys of the rows that should not be there, and what is missing."""
    kept = TaskDay.objects.filter(programme=sources.programme)
    if tasks is not None:
        kept = kept.filter(task__in=tasks)
    there = {Stretch(*values): pk for pk, *values in kept.values_list("pk", *Stretch._fields)}
    missing = [stretch for stretch in stretches(sources) if there.pop(stretch, None) is None]
    return list(there.values()), missing


def _count_differences(sources: Sources) -> tuple[list[int], list[Counts]]:
    """The same of what is counted of each revision."""
    kept = RevisionCounts.objects.filter(revision__programme=sources.programme)
    there = {Counts(*values) for values in kept.values_list(*Counts._fields)}
    right = set(counts(sources))
    return [one.revision_id for one in there - right], list(right - there)
