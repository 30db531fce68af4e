"""What the revisions adopted by a day decided, one after the other: the first tasks, and what was put off since."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Subquery

from programme.models import Revision, RevisionState
from tasks.models import PlannedTask, ProgressUpdate, Status, TaskLineage


@dataclass
class Decided:
    """Of some programmes, by the day that was asked for. All by the keys of their tasks."""

    # The tasks of each programme's first revision.
    first: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # A revision and a task that it carried over: open on the day of its effect, planned for a later period.
    carried: set[tuple[int, int]] = field(default_factory=set)
    slips: Counter[int] = field(default_factory=Counter)
    first_due: dict[int, date | None] = field(default_factory=dict)
    became: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def complete_of_first(self, programme_id: int, complete: set[int]) -> int:
        """How many of the tasks first decided are complete; a split or merged one is when all that it became is."""
        return sum(self._is_complete(task, complete) for task in self.first[programme_id])

    def _is_complete(self, task: int, complete: set[int]) -> bool:
        # What becomes of a task cannot come back to it: its descendants are newer tasks.
        later = self.became.get(task)
        return task in complete or bool(later and all(self._is_complete(one, complete) for one in later))


def read_decided(programmes: Iterable[int], as_of: date) -> Decided:
    """Read the revisions adopted by ``as_of``. Four queries."""
    adopted = Revision.objects.filter(
        programme__in=list(programmes), state=RevisionState.ADOPTED, effective_on__lte=as_of
    )
    revisions = list(adopted.order_by("effective_on").values_list("pk", "programme", "base"))
    pks = [pk for pk, _, _ in revisions]
    plans: dict[int, dict[int, date | None]] = defaultdict(dict)
    decided = Decided()
    planned = PlannedTask.objects.filter(revision__in=pks)
    dues: dict[tuple[int, int], date | None] = {}
    for in_revision, task, period_end, due in planned.values_list("revision", "task", "period__last_day", "due_on"):
        plans[in_revision][task] = period_end
        dues[in_revision, task] = due or period_end
    complete = _complete_when_decided([pk for pk, _, base in revisions if base])
    for revision, programme, base in revisions:
        if programme not in decided.first:
            decided.first[programme] = set(plans[revision])
        for task, last_day in plans[revision].items():
            decided.first_due.setdefault(task, dues[revision, task])
            before = plans[base].get(task) if base else None
            if last_day and before and last_day > before and (revision, task) not in complete:
                decided.carried.add((revision, task))
                decided.slips[task] += 1
    for from_task, to_task in TaskLineage.objects.filter(revision__in=pks).values_list("from_task", "to_task"):
        decided.became[from_task].add(to_task)
    return decided


def _complete_when_decided(revisions: list[int]) -> set[tuple[int, int]]:
    """Revisions with their tasks that were complete on the day of its effect: those are not carried over."""
    latest = ProgressUpdate.objects.counting().filter(
        task=OuterRef("task"), as_of__lte=OuterRef("revision__effective_on")
    )
    planned = PlannedTask.objects.filter(revision__in=revisions)
    then = planned.annotate(status_then=Subquery(latest.values("status")[:1]))
    return set(then.filter(status_then=Status.COMPLETE).values_list("revision", "task"))
