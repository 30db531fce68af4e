"""Which acts stand on a page of the timeline: by their place in the log, the last first, by the index of what is asked.

Nothing is counted over the whole, and nothing skipped: a page begins below the last place of the one before it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import and_
from typing import Any

from django.db.models import F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from programme.models import User
from smartcity.audit.changes.filters import Wanted
from smartcity.audit.changes.models import OF_AGENCIES, OF_TASKS, ChangedFields, LoggedChange, LoggedDay
from smartcity.audit.changes.readable import ReadableChanges, in_reach, provinces_of, reads_every_draft, told_to
from smartcity.audit.changes.weighing import LIKELY

LINES = 30
# Of acts that nobody told the reader of, so many are passed over at once; then the page is shown with what there is.
LOOKED_THROUGH = 150
# Of one act, so many changes are looked at for its line.
OF_ONE_ACT = 100
# What is found by one of these is little in any province.
OF_A_RECORD = {
    "programme.programme": ("programme",),
    "tasks.task": OF_TASKS,
    "meetings.meeting": ("meeting",),
}


@dataclass
class Found:
    """Acts on one page, each with the changes of it that were asked for and may be read; the last act first."""

    acts: dict[int, list[LoggedChange]]
    # Where the next page begins; None where this is the last.
    next_before: int | None
    # Whether acts were passed over that the reader may not read.
    passed_over: bool = False


def find(reading: ReadableChanges, wanted: Wanted, *, lines: int = 0, whole: bool = False) -> Found:
    """So many acts; with so many changes of each as a line looks at, or with the ``whole`` of it."""
    lines, reader = lines or LINES, reading.reader
    looked = lines if reads_every_draft(reader) else max(LOOKED_THROUGH, lines)
    places = places_of(reader, wanted, looked + 1)
    more, places = len(places) > looked, places[:looked]
    changes = reading.of(list(_changes_of(asked_for(reader, wanted), places, whole)))
    acts: dict[int, list[LoggedChange]] = {}
    for place in places:
        acts[place] = []
    for change in changes:
        acts[change.place].append(change)
    told = [place for place in places if acts[place]]
    if len(told) > lines:
        more, told = True, told[:lines]
        last = told[-1]
    else:
        last = places[-1] if places else 0
    return Found({place: acts[place] for place in told}, last if more else None, len(told) < min(lines, len(places)))


def places_of(reader: User, wanted: Wanted, count: int) -> list[int]:
    """The last so many places with a change that is asked for; one question for each province and way to the record."""
    found: set[int] = set()
    for rows in branches(reader, wanted):
        found.update(rows.order_by("-place").values_list("place", flat=True).distinct()[:count])
    return sorted(found, reverse=True)[:count]


def branches(reader: User, wanted: Wanted) -> Iterator[QuerySet[LoggedChange]]:
    """Together what is asked for, each of them in the order of one index."""
    bounds = _within(wanted)
    if bounds is None:
        return
    asked = LoggedChange.objects.filter(told_to(reader), bounds, _narrowed(wanted), is_simulated=reader.is_simulated)
    provinces = provinces_of(reader)
    for way in _ways_to(wanted):
        rows = asked.filter(way)
        if provinces is None:
            yield rows
        elif way or _is_narrow(wanted):
            yield rows.filter(province__in=provinces)
        else:
            yield from (rows.filter(province=province) for province in provinces)


def asked_for(reader: User, wanted: Wanted) -> QuerySet[LoggedChange]:
    """The same as one set of rows, to read those of places that were found."""
    ways = Q()
    for way in _ways_to(wanted):
        ways |= way
    return in_reach(reader).filter(_narrowed(wanted), ways)


def _is_narrow(wanted: Wanted) -> bool:
    return any((wanted.signer, wanted.agency, wanted.holder, wanted.programme, wanted.task, wanted.field))


def _narrowed(wanted: Wanted) -> Q:
    keys = {
        "signer": wanted.signer,
        "agency": wanted.agency,
        "programme": wanted.programme,
    }
    found = Q(**{name: record.pk for name, record in keys.items() if record is not None})
    if wanted.kind:
        found &= Q(record_kind=wanted.kind)
    if wanted.field:
        sets = ChangedFields.objects.filter(record_kind=wanted.kind, names__contains=f",{wanted.field},")
        # As values: the database then knows how many there are of each.
        found &= Q(fields_key__in=list(sets.values_list("pk", flat=True)))
    if wanted.deed:
        found &= Q(deed=wanted.deed)
    if wanted.first:
        found &= Q(day__gte=wanted.first)
    if wanted.last:
        found &= Q(day__lte=wanted.last)
    return found


def _within(wanted: Wanted) -> Q | None:
    """Between which places the days stand that are asked for; None where nothing stands there."""
    found = Q(place__lt=wanted.before) if wanted.before else Q()
    if not (wanted.first or wanted.last):
        return found
    days = LoggedDay.objects.all()
    if wanted.first:
        days = days.filter(day__gte=wanted.first)
    if wanted.last:
        days = days.filter(day__lte=wanted.last)
    ends = days.aggregate(first=Min("first_place"), last=Max("last_place"))
    if ends["first"] is None:
        return None
    return found & Q(place__gte=ends["first"], place__lte=ends["last"])


def _ways_to(wanted: Wanted) -> Iterable[Q]:
    """Each way to the record, with each way to the agency and to the task: every column has an index of its own."""
    ways = [_by_any_of(OF_AGENCIES, wanted.holder), _by_any_of(OF_TASKS, wanted.task), _ways_to_record(wanted.record)]
    for several in product(*ways):
        yield reduce(and_, several)


def _by_any_of(columns: Iterable[str], record: Any) -> list[Q]:
    return [Q(**{name: record.pk}) for name in columns] if record is not None else [Q()]


def _ways_to_record(record: tuple[str, int] | None) -> list[Q]:
    """A record is found by itself, as what its parts belong to, and as what their parts belong to."""
    if record is None:
        return [Q()]
    kind, key = record
    if kind in OF_A_RECORD:
        return [Q(**{name: key}) for name in OF_A_RECORD[kind]]
    owner = f"{kind}-{key}"
    return [Q(record_kind=kind, record_id=key), Q(owner=owner), Q(grand=owner)]


def _changes_of(rows: QuerySet[LoggedChange], places: list[int], whole: bool) -> QuerySet[LoggedChange]:
    rows = rows.filter(place__in=places)
    return (rows if whole else first_of_each(rows)).order_by("-place", "number", "pk")


def first_of_each(rows: QuerySet[LoggedChange]) -> QuerySet[LoggedChange]:
    """Of each act, the changes that its line looks at; of very many, what is likely to tell what it was about."""
    nth = Window(RowNumber(), partition_by=F("place"), order_by=[LIKELY, F("number").asc()])
    return rows.annotate(nth=nth).filter(nth__lte=OF_ONE_ACT)
