"""The page of a programme's schedule on a day: as a chart, or the same as a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.shortcuts import get_object_or_404, render

from programme.models import Programme
from smartcity.lib.language.dates import read_day, say_day
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.compared_day import PARAMETER, read_compared_day
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import ROWS_ON_A_PAGE, WHOLE, page_of
from tasks.figures.headline import freshness
from tasks.figures.marks import Mark, marks_of, together
from tasks.figures.movements import Between, Reading
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.reading import read_tasks_of
from tasks.figures.schedule import BY_AGENCY, GROUPINGS, Schedule, read_schedule, with_steps
from tasks.figures.schedule_rows import ScheduleRow
from tasks.figures.time_scale import ZOOM_LABELS, TimeScale, Zoom, stretch, whole_scale
from tasks.pages.schedule.columns import SCHEDULE_COLUMNS

# ``?xem=bang``: the same as a table.
AS_TABLE = "bang"


@dataclass(frozen=True)
class Asked:
    """How the address wants the schedule: grouped, zoomed, from which day on. What it cannot be read is left out."""

    grouping: str
    zoom: Zoom
    begin: date | None
    is_table: bool


def asked_in(parameters: Mapping[str, str]) -> Asked:
    grouping, zoom = parameters.get("nhom", ""), parameters.get("thu-phong", "")
    try:
        begin = read_day(parameters.get("tu", ""))
    except ValueError:
        begin = None
    return Asked(
        grouping if grouping in GROUPINGS else BY_AGENCY,
        Zoom(zoom) if zoom in ZOOM_LABELS else Zoom.YEAR,
        begin,
        parameters.get("xem") == AS_TABLE,
    )


@login_required
def programme_schedule(request, code):
    """``?ngay=…&nhom=linh-vuc&thu-phong=thang&tu=01/03/2024&xem=bang``."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("province"), code=code)
    form, asked = AsOfForm(request.GET), asked_in(request.GET)
    [day] = read_tasks_of([programme], as_of=form.day())
    compared = read_compared_day(request.GET.get(PARAMETER, ""), form.day())
    schedule = read_schedule(day, grouping=asked.grouping)
    page = page_of_rows(request, schedule)
    rows = with_steps(page.object_list, day)
    # What a week asks for is what is done in it, step by step.
    steps = [step for row in rows for step in row.dated_steps] if asked.zoom == Zoom.WEEK else []
    drawn = chain((row.pieces for row in rows), (step.pieces for step in steps))
    context = day_context(form, compared)
    context |= {
        "day": day,
        "marks": marks_since(compared.day, [day]) if compared.day else [],
        "day_label": "hôm nay" if context["as_of"] == context["today"] else say_day(context["as_of"]),
        "schedule": schedule,
        "asked": asked,
        "freshness": freshness(day),
        "scale": scale_of(schedule, asked, rows),
        "page": page,
        "groups": schedule.shown(rows),
        "has_steps": bool(steps),
        "has_miles": any(row.miles for row in rows),
        "kinds": {piece.kind for pieces in drawn for piece in pieces},
        "groupings": GROUPINGS,
        "zooms": [(zoom.value, label) for zoom, label in ZOOM_LABELS.items()],
        "headings": headings_of(SCHEDULE_COLUMNS),
    }
    return render(request, "tasks/schedule/programme_schedule.html", context, status=form_status(form, compared))


def marks_since(earlier: date, days: Sequence[ProgrammeOnDay]) -> list[Mark]:
    """What moved in the programmes of these days, which are one day, since the earlier one."""
    between = Between([day.programme.pk for day in days], Reading(earlier), Reading(days[0].as_of))
    return marks_of(together(between.moved.values()))


def page_of_rows(request, schedule: Schedule) -> Page:
    """One page of the rows in the order of their groups; all of them where they are printed."""
    rows = schedule.in_order
    size = len(rows) if request.GET.get("trang") == WHOLE else ROWS_ON_A_PAGE
    return page_of(request, rows, max(size, 1), count=len(rows))


def scale_of(schedule: Schedule, asked: Asked, rows: Iterable[ScheduleRow]) -> TimeScale:
    """The years of all tasks, so that a bar of one page can be held against that of another; or a stretch of them."""
    as_of = schedule.day.as_of
    if asked.zoom != Zoom.YEAR:
        return stretch(asked.zoom, as_of, asked.begin)
    return whole_scale(chain([as_of], *(row.days for row in chain(schedule.rows, rows))))
