"""How many of the tasks that a programme began with are complete by now, under whatever name."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Subquery

from programme.models import RevisionState
from tasks.figures.row_sets import TaskGroup
from tasks.models import PlannedTask, ProgressUpdate, Status, Task, TaskDay, TaskLineage


@dataclass(frozen=True)
class FirstDecided:
    """The tasks that the programme began with, and how many of them are complete, under whatever name."""

    total: int
    complete: int


@dataclass
class Left:
    """Of a programme: its first tasks that are no longer planned, what tasks became, and which are complete."""

    tasks: set[int] = field(default_factory=set)
    became: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    complete: set[int] = field(default_factory=set)

    def is_complete(self, task: int) -> bool:
        """One that was split or merged is complete when all that it became is."""
        # What becomes of a task cannot come back to it: its descendants are newer tasks.
        later = self.became[task]
        return task in self.complete or bool(later and all(map(self.is_complete, later)))


def read_first_decided(groups: Mapping[int, Collection[TaskGroup]], on: date) -> dict[int, FirstDecided]:
    """Of each of these programmes, by its key; ``groups`` are its tasks in force on the day ``on``. One query."""
    left = _left(groups.keys(), on)
    decided = {}
    for programme, tasks in groups.items():
        here = [group for group in tasks if group.in_first]
        gone = left[programme]
        total = sum(group.tasks for group in here) + len(gone.tasks)
        complete = sum(group.tasks for group in here if group.is_complete) + sum(map(gone.is_complete, gone.tasks))
        decided[programme] = FirstDecided(total, complete)
    return decided


def _left(programmes: Collection[int], on: date) -> dict[int, Left]:
    first = PlannedTask.objects.filter(task=OuterRef("pk"), revision__programme__in=programmes, revision__base=None)
    first = first.filter(revision__state=RevisionState.ADOPTED)
    planned = TaskDay.objects.covering(on).filter(task=OuterRef("pk"), programme__in=programmes)
    latest = ProgressUpdate.objects.counting().filter(task=OuterRef("pk"), as_of__lte=on)
    came = TaskLineage.objects.filter(to_task=OuterRef("pk"))
    adopted = Q(descendants__revision__state=RevisionState.ADOPTED, descendants__revision__effective_on__lte=on)
    tasks = Task.objects.filter(programme__in=programmes).annotate(has_left=~Exists(planned) & Exists(first))
    tasks = tasks.filter(Q(has_left=True) | Exists(came)).annotate(
        status_then=Subquery(latest.values("status")[:1]), is_adopted=ExpressionWrapper(adopted, BooleanField())
    )
    found: dict[int, Left] = defaultdict(Left)
    values = tasks.values_list("programme", "pk", "has_left", "status_then", "descendants__to_task", "is_adopted")
    for programme, task, has_left, status, to_task, is_adopted in values:
        if has_left:
            found[programme].tasks.add(task)
        if status == Status.COMPLETE:
            found[programme].complete.add(task)
        if is_adopted:
            found[programme].became[task].add(to_task)
    return found
