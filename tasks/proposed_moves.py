"""From plans that are frozen to what each revision that waits would put off of each that is in force meanwhile."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Max, Min, Q

from programme.models import PROPOSING_STEPS, Revision, RevisionState, StepKind
from tasks.carried_over import put_off
from tasks.models import PlannedTask, TaskLineage
from tasks.models.task_day import STILL


class Move(NamedTuple):
    """The columns of ``ProposedMove``, by their names."""

    revision_id: int
    before_id: int
    after_id: int
    task_id: int
    became_id: int
    period_id: int


class Plan(NamedTuple):
    pk: int
    period: int | None
    period_end: date | None
    planned_end: date | None


@dataclass(frozen=True)
class Waiting:
    """A revision from the day on which it was proposed to the day on which it waited no more."""

    pk: int
    since: date
    until: date


def proposed_moves(programme: int) -> Iterator[Move]:
    """All of the programme, complete tasks as well. Four queries, or one where nothing was ever proposed."""
    waiting = list(_waiting(programme))
    if not waiting:
        return
    in_force = list(_in_force(programme))
    pairs = [
        (revision.pk, pk)
        for revision in waiting
        for pk, since, until in in_force
        if revision.pk != pk and since < revision.until and revision.since < until
    ]
    plans: dict[int, dict[int, Plan]] = defaultdict(dict)
    planned = PlannedTask.objects.filter(revision__in={pk for pair in pairs for pk in pair})
    for revision, task, pk, period, last_day, due_on in planned.values_list(
        "revision", "task", "pk", "period", "period__last_day", "due_on"
    ):
        plans[revision][task] = Plan(pk, period, last_day, last_day or due_on)
    became = defaultdict(list)
    lineage = TaskLineage.objects.filter(revision__in=[revision.pk for revision in waiting])
    for revision, from_task, to_task in lineage.values_list("revision", "from_task", "to_task"):
        became[revision].append((from_task, to_task))
    for pending, current in pairs:
        yield from _moves(pending, plans[current], plans[pending], became[pending])


def _moves(revision: int, now: dict[int, Plan], then: dict[int, Plan], became: list[tuple[int, int]]) -> Iterator[Move]:
    before = {task: plan.planned_end for task, plan in now.items()}
    after = {task: plan.period_end for task, plan in then.items()}
    for task, earlier in put_off(before, after, became).items():
        plan = then[task]
        # What is later than something has a period.
        if plan.period:
            yield from (Move(revision, now[origin].pk, plan.pk, origin, task, plan.period) for origin in earlier)


def _waiting(programme: int) -> Iterator[Waiting]:
    """Of steps that were taken on one day the last one counts, so that a few more days do no harm."""
    proposing = Q(steps__kind__in=[*PROPOSING_STEPS, StepKind.ADOPTED])
    revisions = Revision.objects.filter(programme=programme).exclude(state=RevisionState.DRAFT)
    spans = revisions.annotate(since=Min("steps__on", filter=proposing), last=Max("steps__on")).order_by("pk")
    for pk, state, effective_on, since, last in spans.values_list("pk", "state", "effective_on", "since", "last"):
        if since:
            goes_on = STILL if state == RevisionState.PROPOSED else last
            yield Waiting(pk, since, effective_on or goes_on)


def _in_force(programme: int) -> Iterator[tuple[int, date, date]]:
    """Each adopted revision, from the day of its effect to that of the next one."""
    adopted = Revision.objects.filter(programme=programme, state=RevisionState.ADOPTED, effective_on__isnull=False)
    days = [*adopted.order_by("effective_on").values_list("pk", "effective_on"), (0, STILL)]
    for (pk, since), (_, until) in pairwise(days):
        yield pk, since or STILL, until or STILL
