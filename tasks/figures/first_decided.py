"""How many of the tasks that a programme began with are complete by now, under whatever name."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from programme.models import Revision, RevisionState
from tasks.figures.row_sets import TaskGroup
from tasks.models import PlannedTask, ProgressUpdate, Task, TaskDay, TaskLineage


@dataclass(frozen=True)
class FirstDecided:
    """The tasks that the programme began with, and how many of them are complete, under whatever name."""

    total: int
    complete: int


def read_first_decided(groups: Mapping[int, Collection[TaskGroup]], on: date) -> dict[int, FirstDecided]:
    """Of each of these programmes, by its key; ``groups`` are its tasks in force on the day ``on``.

    One query, and three more where tasks have left the programme since.
    """
    found = {pk: [group for group in tasks if group.in_first] for pk, tasks in groups.items()}
    first: dict[int, tuple[int, int]] = {}
    adopted = Revision.objects.filter(programme__in=found.keys(), state=RevisionState.ADOPTED, effective_on__lte=on)
    for programme, pk, tasks in adopted.order_by("effective_on").values_list("programme", "pk", "counts__tasks"):
        first.setdefault(programme, (pk, tasks))
    here = {programme: sum(group.count for group in groups) for programme, groups in found.items()}
    left = {pk: programme for programme, (pk, tasks) in first.items() if tasks > here[programme]}
    complete_elsewhere = _complete_of_those_that_left(left, on) if left else {}
    decided = {}
    for programme, (pk, tasks) in first.items():
        complete = sum(group.count for group in found[programme] if group.is_complete)
        decided[programme] = FirstDecided(tasks, complete + complete_elsewhere.get(pk, 0))
    return decided


def _complete_of_those_that_left(first_revisions: dict[int, int], on: date) -> dict[int, int]:
    """Of each of these first revisions, how many of its tasks that are no longer planned are complete on the day.

    ``first_revisions`` has the programme of each. One that was split or merged is complete when all that it became is.
    """
    planned = TaskDay.objects.covering(on).filter(programme__in=first_revisions.values())
    left = PlannedTask.objects.filter(revision__in=first_revisions).exclude(task__in=planned.values("task"))
    by_revision: dict[int, set[int]] = defaultdict(set)
    for revision, task in left.values_list("revision", "task"):
        by_revision[revision].add(task)
    became: dict[int, set[int]] = defaultdict(set)
    adopted = Revision.objects.filter(
        programme__in=first_revisions.values(), state=RevisionState.ADOPTED, effective_on__lte=on
    )
    for from_task, to_task in TaskLineage.objects.filter(revision__in=adopted).values_list("from_task", "to_task"):
        became[from_task].add(to_task)
    asked = set().union(*by_revision.values())
    waiting = list(asked)
    while waiting:
        further = became[waiting.pop()] - asked
        asked |= further
        waiting += further
    complete = ProgressUpdate.objects.complete_tasks(Task.objects.filter(pk__in=asked), on)
    return {
        revision: sum(_is_complete(task, became, complete) for task in tasks) for revision, tasks in by_revision.items()
    }


def _is_complete(task: int, became: dict[int, set[int]], complete: set[int]) -> bool:
    # What becomes of a task cannot come back to it: its descendants are newer tasks.
    later = became[task]
    return task in complete or bool(later and all(_is_complete(one, became, complete) for one in later))
