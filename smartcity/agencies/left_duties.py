"""What an agency that has ended still holds, and whoever could take it over does not find among their own."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, Value

from programme.agency_successors import Successors
from programme.models import Agency, AgencySuccession, Programme, User
from tasks.models import LeadTransfer, Status, TaskDay, with_lead
from tasks.models.task_day import TaskDayQuerySet

# Nobody records a longer row of successors; a circle ends here.
LONGEST_LINE = 10


@dataclass
class LeftDuties:
    """The duties of one agency that has ended; ``now`` is what became of it, empty where nobody recorded that."""

    agency: Agency
    now: str = ""
    programmes: list[str] = field(default_factory=list)
    tasks: int = 0


def left_and_own(user: User, *, today: date) -> tuple[list[LeftDuties], bool]:
    """Duties that were never passed on, and whether the person's own agency coordinates anything.

    Those of agencies that the person's agency succeeds, or that no living agency does: whoever coordinates reads of
    both, whoever reports of the former. One query where nothing was left.
    """
    if not user.reports or user.agency is None:
        return [], False
    held = held_by_ended(user, today=today, beside=user.agency.pk)
    own, _ = held.pop(user.agency.pk, ([], 0))
    ended = {one.pk: one for one in _agencies(held)}
    living = _living_successors(ended, today)
    mine = [pk for pk, found in living.items() if user.agency.pk in found or (user.is_coordinator and not found)]
    successors = Successors([ended[pk] for pk in mine], today=today)
    told = [LeftDuties(ended[pk], successors.say(ended[pk]), *held[pk]) for pk in mine]
    return sorted(told, key=lambda one: (one.agency.name, one.agency.pk)), bool(own)


def held_by_ended(user: User, *, today: date, beside: int | None = None) -> dict[int, tuple[list[str], int]]:
    """By agency that has ended, the codes of the programmes that it coordinates, and how many tasks it leads.

    What is complete stays with whoever did it. The agency ``beside`` is told too, with its programmes. A row for each
    programme, and one for all tasks of an agency; one query.
    """
    ended = Agency.objects.visible_to(user).ended(today).values("pk")
    coordinated = Programme.objects.visible_to(user).with_coordinator(today)
    coordinated = coordinated.filter(Q(coordinator_id=beside) | Q(coordinator_id__in=ended))
    days = open_days(user, today=today)
    if user.sees_every_province:
        # Of the whole country, who leads is looked up only where a plan or a transfer names one that has ended.
        passed_to = LeadTransfer.objects.filter(task=OuterRef("task"), to_agency__in=ended)
        days = days.filter(Q(plan__lead_agency__in=ended) | Exists(passed_to))
    led = with_lead(days, today, plan="plan__").filter(lead_id__in=ended).order_by().values_list("lead_id")
    rows = coordinated.order_by().values_list("coordinator_id", "code", Value(0))
    held: dict[int, tuple[list[str], int]] = {}
    for agency, code, count in rows.union(led.annotate(no_code=Value(""), count=Count("pk")), all=True):
        codes, tasks = held.get(agency, ([], 0))
        held[agency] = ([*codes, code] if code else codes, tasks + count)
    return {agency: (sorted(codes), tasks) for agency, (codes, tasks) in held.items()}


def led_by_nobody(user: User, *, today: date) -> list[tuple[str, int]]:
    """By the code of the programme, how many of its open tasks no plan and no transfer names a lead for. One query."""
    named_none = open_days(user, today=today).filter(plan__lead_agency=None)
    without = with_lead(named_none, today, plan="plan__").filter(lead_id=None).order_by("programme__code")
    return list(without.values_list("programme__code").annotate(count=Count("pk")))


def open_days(user: User, *, today: date) -> TaskDayQuerySet:
    """Of today, the rows of tasks that are not complete, of what the person may see."""
    of_theirs = TaskDay.objects.filter(programme__in=Programme.objects.visible_to(user))
    return of_theirs.covering(today).exclude(status=Status.COMPLETE)


def _living_successors(agencies: Iterable[int], today: date) -> dict[int, set[int]]:
    """By agency, those of its recorded successors, and of theirs, that still work. One query for each generation."""
    living: dict[int, set[int]] = {pk: set() for pk in agencies}
    # From each agency of the generation to those at whose end it stands.
    generation: dict[int, set[int]] = {pk: {pk} for pk in living}
    for _ in range(LONGEST_LINE):
        found = AgencySuccession.objects.known(today).filter(predecessor__in=generation)
        following: dict[int, set[int]] = defaultdict(set)
        for one in found.select_related("successor__province"):
            ancestors = generation[one.predecessor_id]
            if one.successor.has_ended(today):
                following[one.successor_id] |= ancestors
            else:
                for ancestor in ancestors:
                    living[ancestor].add(one.successor_id)
        if not following:
            break
        generation = following
    return living


def _agencies(keys: Iterable[int]) -> list[Agency]:
    return list(Agency.objects.filter(pk__in=list(keys)).select_related("province"))
