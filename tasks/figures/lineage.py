"""Where a task comes from and what became of it, and what a revision that waits would make of it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from programme.models import Revision
from tasks.comparison import ChangeKind, Comparison, TaskChange
from tasks.models import Task, TaskLineage, TaskRemoval
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


def read_lineage(task: Task, revisions: dict[int, Revision], on: date) -> Family:
    """The family of ``task`` through ``revisions``, those known on the day ``on``, by their keys.

    Two queries; of a task that has no relatives one.
    """
    children, parents = defaultdict(list), defaultdict(list)
    for lineage in TaskLineage.objects.filter(revision__in=revisions).order_by("pk"):
        lineage.revision = revisions[lineage.revision_id]
        children[lineage.from_task_id].append((lineage.to_task_id, lineage))
        parents[lineage.to_task_id].append((lineage.from_task_id, lineage))
    family = Family(list(_walk(task.pk, parents)), list(_walk(task.pk, children)))
    relatives = [*family.before, *family.after]
    if relatives:
        found = {one.pk: one for one in named(Task.objects.filter(pk__in=[one.pk for one in relatives]), on)}
        for one in relatives:
            one.task = found[one.pk]
    return family


def _walk(start: int, edges: dict, depth: int = 1) -> Iterator[Relative]:
    for pk, lineage in edges[start]:
        yield Relative(pk, depth, lineage, lineage.revision.state_then.lower())
        yield from _walk(pk, edges, depth + 1)


@dataclass(frozen=True)
class Ending:
    """How a task left the programme: by which revision in force, and how."""

    revision: Revision
    how: str
    reason: str


def read_ending(task: Task, in_effect: list[Revision], planning: Collection[int]) -> Ending | None:
    """The revision that closed the task; None for one that is in force, or was not yet decided.

    ``in_effect`` are those that took effect by the day, the newest first, ``planning`` the keys of those that plan the
    task. Two queries for a task that was closed.
    """
    if not any(revision.pk in planning for revision in in_effect) or in_effect[0].pk in planning:
        return None
    closing = next(newer for newer, older in pairwise(in_effect) if older.pk in planning)
    lineage = TaskLineage.objects.filter(revision=closing, from_task=task).first()
    removal = TaskRemoval.objects.filter(revision=closing, task=task).first()
    how = lineage.get_kind_display().lower() if lineage else "đưa ra khỏi đề án"
    return Ending(closing, how, removal.reason if removal else "")


def proposal(task: Task, comparison: Comparison | None) -> TaskChange | None:
    """What the revision that waits would change of the task; None when it would leave it as it is."""
    row = comparison.row_of(task.pk) if comparison else None
    return row if row and row.kind != ChangeKind.KEPT else None
