"""What an agency that has ended still holds, and whoever could take it over does not find among their own."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count

from programme.agency_successors import Successors
from programme.models import Agency, AgencySuccession, Programme, User
from tasks.models import Task

# Nobody records a longer row of successors; a circle ends here.
LONGEST_LINE = 10


@dataclass
class LeftDuties:
    """The duties of one agency that has ended; ``now`` is what became of it, empty where nobody recorded that."""

    agency: Agency
    now: str = ""
    programmes: list[str] = field(default_factory=list)
    tasks: int = 0


def left_duties(user: User, *, today: date) -> list[LeftDuties]:
    """Duties that were never passed on: of those that the person's agency succeeds, or that no living agency does.

    Whoever coordinates reads of both, whoever reports of those that their agency succeeds.
    """
    if not user.reports or user.agency is None:
        return []
    held = _held(user, today)
    ended = {one.pk: one for one in _agencies(held) if one.has_ended(today) and one != user.agency}
    living = _living_successors(ended, today)
    mine = [pk for pk, found in living.items() if user.agency.pk in found or (user.is_coordinator and not found)]
    successors = Successors([ended[pk] for pk in mine], today=today)
    told = [LeftDuties(ended[pk], successors.say(ended[pk]), *held[pk]) for pk in mine]
    return sorted(told, key=lambda one: (one.agency.name, one.agency.pk))


def coordinates_nothing(user: User, *, today: date) -> bool:
    """Whether the person may begin a programme, and their agency coordinates none yet."""
    may_begin = user.has_perm("programme.add_programme") and user.agency is not None
    return may_begin and not Programme.objects.coordinated_by(user, today).exists()


def _held(user: User, today: date) -> dict[int, tuple[list[str], int]]:
    """By agency, the codes of the programmes that it coordinates and the number of tasks in force that it leads."""
    programmes: dict[int, list[str]] = defaultdict(list)
    visible = Programme.objects.visible_to(user).with_coordinator(today).order_by("code")
    for code, agency in visible.values_list("code", "coordinator_id"):
        programmes[agency].append(code)
    led = Task.objects.visible_to(user).planned(today).with_lead(today).order_by().values_list("lead_id")
    tasks = {lead: count for lead, count in led.annotate(Count("pk")) if lead is not None}
    return {pk: (programmes.get(pk, []), tasks.get(pk, 0)) for pk in [*programmes, *tasks]}


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
