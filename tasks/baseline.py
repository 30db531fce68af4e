"""What the revisions adopted by a day decided, one after the other: the first tasks, and what was put off since."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Subquery

from programme.models import Revision, RevisionState
from tasks.carried_over import CarriedOver, carried_over
from tasks.models import PlannedTask, ProgressUpdate, Status, TaskLineage


@dataclass
class Decided:
    """Of some programmes, by the day that was asked for. All by the keys of their tasks."""

    # The tasks of each programme's first revision.
    first: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # Of each revision, what it carried over from the one before.
    carried: dict[int, CarriedOver] = field(default_factory=dict)
    slips: Counter[int] = field(default_factory=Counter)
    first_due: dict[int, date | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Adopted:
    """A revision that was adopted: by each task its plan, its planned end, the last day of its period, its due date."""

    pk: int
    programme: int
    base: int | None
    effective_on: date
    plans: dict[int, int] = field(default_factory=dict)
    ends: dict[int, date | None] = field(default_factory=dict)
    period_ends: dict[int, date | None] = field(default_factory=dict)
    dues: dict[int, date | None] = field(default_factory=dict)
    became: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Decisions:
    """Adopted revisions in the order of their effect, and which of their tasks were complete on that day."""

    revisions: list[Adopted]
    complete: set[tuple[int, int]]

    def by(self, on: date) -> Decided:
        """What had been decided by the day ``on``."""
        decided = Decided()
        known = {revision.pk: revision for revision in self.revisions if revision.effective_on <= on}
        for revision in known.values():
            if revision.programme not in decided.first:
                decided.first[revision.programme] = set(revision.ends)
            before = known[revision.base].ends if revision.base in known else {}
            for from_task, to_task in revision.became:
                _inherit(decided, from_task, to_task)
            for task in revision.ends:
                decided.first_due.setdefault(task, revision.dues[task])
            complete = {task for pk, task in self.complete if pk == revision.pk}
            carried = carried_over(before, revision.period_ends, revision.became, complete)
            decided.carried[revision.pk] = carried
            decided.slips.update(carried.new.keys())
        return decided


def _inherit(decided: Decided, from_task: int, to_task: int) -> None:
    """What a task was split or merged into keeps the first due day and the slips: a delay is not split away."""
    dues = [due for one in (from_task, to_task) if (due := decided.first_due.get(one))]
    if dues:
        decided.first_due[to_task] = min(dues)
    decided.slips[to_task] = max(decided.slips[to_task], decided.slips[from_task])


def read_decisions(programmes: Iterable[int], latest: date) -> Decisions:
    """Read the revisions adopted with effect by the day ``latest``. Five queries; two where nothing was amended."""
    adopted = Revision.objects.filter(
        programme__in=list(programmes), state=RevisionState.ADOPTED, effective_on__lte=latest
    )
    values = adopted.order_by("effective_on").values_list("pk", "programme", "base", "effective_on")
    revisions = {pk: Adopted(pk, programme, base, on) for pk, programme, base, on in values if on}
    planned = PlannedTask.objects.filter(revision__in=revisions)
    for pk, task, plan, last_day, due in planned.values_list("revision", "task", "pk", "period__last_day", "due_on"):
        revisions[pk].plans[task] = plan
        revisions[pk].ends[task] = last_day or due
        revisions[pk].period_ends[task] = last_day
        revisions[pk].dues[task] = due or last_day
    amending = [revision.pk for revision in revisions.values() if revision.base]
    lineage = TaskLineage.objects.filter(revision__in=amending)
    for pk, from_task, to_task in lineage.values_list("revision", "from_task", "to_task"):
        revisions[pk].became.append((from_task, to_task))
    complete = _complete_when_decided(amending) if amending else set()
    return Decisions(list(revisions.values()), complete)


def _complete_when_decided(revisions: list[int]) -> set[tuple[int, int]]:
    """Revisions with the tasks, theirs and those that theirs came of, that were complete on the day of its effect."""
    counting = ProgressUpdate.objects.counting().filter(as_of__lte=OuterRef("revision__effective_on"))
    found: set[tuple[int, int]] = set()
    for rows, name in (
        (PlannedTask.objects.filter(revision__in=revisions), "task"),
        (TaskLineage.objects.filter(revision__in=revisions), "from_task"),
    ):
        latest = counting.filter(task=OuterRef(name)).values("status")[:1]
        then = rows.annotate(status_then=Subquery(latest)).filter(status_then=Status.COMPLETE)
        found |= set(then.values_list("revision", name))
    return found
