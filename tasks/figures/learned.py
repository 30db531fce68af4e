"""What was learned of one day between two moments: task by task, as known earlier and as known later."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from programme.models import Agency
from tasks.figures.moved_tasks import UNKNOWN_LEAD, MovedTask
from tasks.figures.movements import MOVEMENTS
from tasks.models import PaidDay, Status, TaskDay
from tasks.models.lead_transfer import lead_of
from tasks.timeliness import Timeliness

READ = (
    *("task", "programme__code", "plan__position", "plan__name", "status", "timeliness", "due", "planned_vnd"),
    *("told", "told_on", "lead"),
)


class Known(NamedTuple):
    """A task on the day, as it was known."""

    task: int
    code: str
    position: int
    name: str
    status: str
    timeliness: str
    due: date | None
    vnd: int
    told: int | None
    told_on: date | None
    lead: int | None


@dataclass(frozen=True)
class KnownOfDay:
    """Tasks by their keys, and what was paid by the day, in đồng; None where nothing was known of it."""

    day: date
    tasks: dict[int, Known]
    paid: int | None


# The same movements as between two days, here between two rows of one.
IS_SO: dict[str, Callable[[Known | None, Known | None], bool]] = {
    "qua-han": lambda then, now: _is_late(now) and not _is_late(then),
    "het-qua-han": lambda then, now: _is_late(then) and not _is_late(now),
    "hoan-thanh": lambda then, now: _is_complete(now) and not _is_complete(then),
    "het-hoan-thanh": lambda then, now: _is_complete(then) and not _is_complete(now),
    "moi": lambda then, now: then is None,
    "bo": lambda then, now: now is None,
    "doi-han": lambda then, now: bool(then and now and then.due != now.due),
    "doi-chu-tri": lambda then, now: bool(then and now and then.lead != now.lead),
    "kinh-phi": lambda then, now: bool(then and now and then.vnd != now.vnd),
    "bao-cao": lambda then, now: bool(now and now.told and (then is None or now.told != then.told)),
}


def read_known(programmes: Collection[int], day: date) -> KnownOfDay:
    """What is known now of the day, or was at the moment that is read. Two queries."""
    rows = TaskDay.objects.of_programmes(programmes, day).as_on(day).annotate(lead=lead_of("plan__", day))
    tasks = {row[0]: Known(*row) for row in rows.order_by().values_list(*READ)}
    paid = PaidDay.objects.filter(programme__in=programmes, since__lte=day, until__gt=day)
    known = [vnd for vnd in paid.values_list("paid_vnd", flat=True) if vnd is not None]
    return KnownOfDay(day, tasks, sum(known) if known else None)


def learned(then: KnownOfDay, now: KnownOfDay) -> list[MovedTask]:
    """The tasks of which something else is known, the most urgent first. One query for the names of who leads."""
    found = []
    for task in then.tasks.keys() | now.tasks.keys():
        sides = then.tasks.get(task), now.tasks.get(task)
        if keys := tuple(key for key in MOVEMENTS if IS_SO[key](*sides)):
            found.append((keys, *sides))
    names = _names({side.lead for _, *sides in found for side in sides if side and side.lead})
    order = list(MOVEMENTS)
    moved = [_moved(now.day, keys, earlier, later, names) for keys, earlier, later in found]
    return sorted(moved, key=lambda row: (order.index(row.keys[0]), row.programme_code, row.position, row.task))


def _names(keys: set[int]) -> dict[int, str]:
    return {agency.pk: agency.label for agency in Agency.objects.filter(pk__in=keys)} if keys else {}


def _moved(day: date, keys: tuple[str, ...], then: Known | None, now: Known | None, names: dict[int, str]) -> MovedTask:
    shown: Any = now or then
    leads = [names.get(side.lead or 0, UNKNOWN_LEAD) for side in (then, now) if side] if "doi-chu-tri" in keys else []
    return MovedTask(
        later=day,
        keys=keys,
        task=shown.task,
        programme_code=shown.code,
        position=shown.position,
        name=shown.name,
        status_then=then.status if then else None,
        status_now=now.status if now else None,
        due_then=then.due if then else None,
        due_now=now.due if now else None,
        vnd_then=then.vnd if then else None,
        vnd_now=now.vnd if now else None,
        told_on=now.told_on if now else None,
        leads=tuple(leads),
    )


def _is_late(side: Known | None) -> bool:
    return side is not None and side.timeliness == Timeliness.OPEN_OVERDUE


def _is_complete(side: Known | None) -> bool:
    return side is not None and side.status == Status.COMPLETE
