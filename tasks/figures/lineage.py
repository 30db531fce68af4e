"""Where a task comes from and what became of it, and what a revision that waits would make of it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from programme.models import Revision
from tasks.comparison import ChangeKind, Comparison, TaskChange
from tasks.models import PlannedTask, Task, TaskLineage, TaskRemoval
from tasks.task_names import named


@dataclass
class Relative:
    """A task ``depth`` steps away from the one on the page, by ``lineage``, whose revision is ``state``."""

    pk: int
    depth: int
    lineage: TaskLineage
    state: str
    task: Task | None = None

    @property
    def kind(self) -> str:
        return self.lineage.get_kind_display().lower()

    @property
    def indent(self) -> str:
        return f"bac-{min(self.depth, 4)}"


@dataclass(frozen=True)
class Family:
    """Both ways: what the task was before, and what it became."""

    before: list[Relative]
    after: list[Relative]

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


def read_lineage(task: Task, states: dict[int, str], on: date) -> Family:
    """The family of ``task`` through the revisions in ``states``, those known on the day ``on``. Two queries."""
    children, parents = defaultdict(list), defaultdict(list)
    for row in TaskLineage.objects.filter(revision__in=states).select_related("revision__programme").order_by("pk"):
        children[row.from_task_id].append((row.to_task_id, row))
        parents[row.to_task_id].append((row.from_task_id, row))
    family = Family(list(_walk(task.pk, parents, states)), list(_walk(task.pk, children, states)))
    relatives = [*family.before, *family.after]
    found = {one.pk: one for one in named(Task.objects.filter(pk__in=[one.pk for one in relatives]), on)}
    for one in relatives:
        one.task = found[one.pk]
    return family


def _walk(start: int, edges: dict, states: dict[int, str], depth: int = 1) -> Iterator[Relative]:
    for pk, lineage in edges[start]:
        yield Relative(pk, depth, lineage, states[lineage.revision_id].lower())
        yield from _walk(pk, edges, states, depth + 1)


@dataclass(frozen=True)
class Ending:
    """How a task left the programme: by which revision in force, and how."""

    revision: Revision
    how: str
    reason: str


def read_ending(task: Task, on: date) -> Ending | None:
    """The revision that closed the task by the day ``on``; None for one that is in force, or was not yet decided."""
    adopted = task.programme.revisions.newest_adopted().filter(effective_on__lte=on)
    revisions = list(adopted.select_related("programme", "document"))
    contained = set(PlannedTask.objects.filter(task=task, revision__in=revisions).values_list("revision", flat=True))
    if not contained or revisions[0].pk in contained:
        return None
    closing = next(newer for newer, older in pairwise(revisions) if older.pk in contained)
    lineage = TaskLineage.objects.filter(revision=closing, from_task=task).first()
    removal = TaskRemoval.objects.filter(revision=closing, task=task).first()
    how = lineage.get_kind_display().lower() if lineage else "đưa ra khỏi đề án"
    return Ending(closing, how, removal.reason if removal else "")


def proposal(task: Task, comparison: Comparison | None) -> TaskChange | None:
    """What the revision that waits would change of the task; None when it would leave it as it is."""
    row = comparison.row_of(task.pk) if comparison else None
    return row if row and row.kind != ChangeKind.KEPT else None
