"""The pages for reading: the programmes, and one programme on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from meetings.pages.directives.figures import Wanted, read_board
from programme.joined_objectives import joined_objectives, objectives_in
from programme.models import Programme, Revision, RevisionState, StatedFigure, User
from programme.page_citations import citations_in, texts_of
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.compared_day import ComparedDay
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import ROWS_ON_A_PAGE, WHOLE, page_of
from smartcity.lib.records.joined_keys import JoinedKeys
from smartcity.portfolio.change_views import compared_on
from smartcity.portfolio.columns import TASK_COLUMNS
from smartcity.portfolio.portfolio import SORTINGS, Portfolio, read_portfolio
from tasks.comparison import Comparison, compare
from tasks.figures.headline import freshness, headline
from tasks.figures.holders import tell_what_became_of_holders, told_once
from tasks.figures.marks import Mark, marks_of
from tasks.figures.milestones import acts_until, changed_from_outside
from tasks.figures.moved_tasks import moved_tasks, read_moved_tasks
from tasks.figures.movements import Between, Reading
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.reading import FACETS_OF_CARDS, read_programmes
from tasks.figures.row_sets import ROW_SETS
from tasks.figures.share_bar import bar
from tasks.figures.small_schedule import small_schedule
from tasks.figures.task_rows import TaskRow
from tasks.models import Explanation, Task
from tasks.pages.explained.counted import explain_programmes, explain_rows
from tasks.pages.explanations.asked_figure import askable_figures
from tasks.pages.explanations.open_requests import OpenRequest, standing_lines
from tasks.pages.explanations.thread import MAY_ASK
from tasks.pages.ledger.explained import explain_budget
from tasks.pages.ledger.rules import RATE
from tasks.pages.ledger.year_money import of_years
from tasks.pages.stated.on_day import set_beside

# Above this many tasks a cell is too small to carry its number, and the strip becomes a bar.
LONGEST_STRIP = 24
# What not every programme has is asked for with it, and read only where it is there.
HAS = {
    "has_stated": Exists(StatedFigure.objects.filter(programme=OuterRef("pk"))),
    "has_drafts": Exists(Revision.objects.filter(programme=OuterRef("pk"), state=RevisionState.DRAFT)),
    "has_changed_documents": Exists(changed_from_outside(OuterRef("pk"))),
    "has_explanations": Exists(Explanation.objects.standing().filter(programme=OuterRef("pk"))),
}
# By them the ledger is read.
TASK_KEYS = Task.objects.filter(programme=OuterRef("pk")).order_by().values("programme").annotate(keys=JoinedKeys("pk"))
# More than there were provinces when each had one.
PROGRAMMES_ON_A_PAGE = 70
# Of the tasks that are overdue for longest.
LATEST = 5
# Of what moved in a programme; the rest has a page of its own.
FIRST_MOVED = 8
# The row set of all tasks.
ALL = "tat-ca"


@login_required
def home(request):
    """The programmes that the user may see, beside each other; ``?xep=`` names what they are sorted by."""
    form = AsOfForm(request.GET)
    compared = compared_on(request, form)
    page = page_of(request, Programme.objects.visible_to(request.user).loaded(), PROGRAMMES_ON_A_PAGE)
    days = read_programmes(page.object_list, as_of=form.day(), facets=FACETS_OF_CARDS)
    portfolio = read_portfolio(days, moved_since(compared, days), sorting=request.GET.get("xep", ""))
    context = day_context(form, compared)
    # All that is overdue stands in the list of tasks, which is of today and of every programme.
    is_listed = context["as_of"] == context["today"] and page.paginator.num_pages == 1
    context |= {
        "page": page,
        "portfolio": portfolio,
        "sortings": SORTINGS,
        "rows_at": rows_at_of(portfolio, context["kept_day"], is_listed=is_listed) if portfolio else "",
        "elapsed": share_of_year(form.day()),
        "explained": explain_programmes([line.day for line in portfolio.lines], form.day(), rate=RATE)
        if portfolio
        else None,
    }
    return render(request, "smartcity/portfolio/home.html", context, status=form_status(form, compared))


def share_of_year(day: date) -> float:
    """How much of its year is gone at the end of the day; 1 on the last."""
    begins, ends = date(day.year, 1, 1), date(day.year, 12, 31)
    return ((day - begins).days + 1) / ((ends - begins).days + 1)


def rows_at_of(portfolio: Portfolio, kept_day: str, *, is_listed: bool) -> str:
    """Where the rows are of the figures of all: of the only programme, or in the list of tasks; else nowhere."""
    if len(portfolio.lines) == 1:
        kept = f"{kept_day}&" if kept_day else ""
        return f"{portfolio.lines[0].day.programme.get_absolute_url()}?{kept}loc="
    return f"{reverse('admin:tasks_task_changelist')}?loc=" if is_listed else ""


def moved_since(compared: ComparedDay, days: Sequence[ProgrammeOnDay]) -> Between | None:
    """What moved since the day that the page is compared with; None where it is compared with none."""
    if compared.day is None or not days:
        return None
    return Between([day.programme.pk for day in days], Reading(compared.day), Reading(days[0].as_of))


def marks_in(between: Between | None, day: ProgrammeOnDay) -> list[Mark]:
    return marks_of(between.moved[day.programme.pk]) if between else []


@login_required
def programme_detail(request, code):
    """One programme on a day; ``?loc=`` shows the rows behind one of its figures."""
    row_set = ROW_SETS.get(request.GET.get("loc", ALL))
    if row_set is None:
        raise Http404
    form = AsOfForm(request.GET)
    as_of = form.day()
    days = read_programmes(programme_to_show(request.user, code, on=as_of), as_of=as_of, with_years=True)
    if not days:
        raise Http404
    day = days[0]
    # With what ``programme_to_show`` adds.
    programme: Any = day.programme
    compared = compared_on(request, form, [programme])
    between = moved_since(compared, days)
    page = tasks_behind(request, day, row_set.key)
    rows = day.read(page.object_list)
    tell_what_became_of_holders(day, rows, today=known_today())
    rows = told_once(day, rows)
    explained = None
    if "loc" in request.GET:
        explained, rows = explain_rows(day, row_set, rows, is_of_a_page=page.paginator.num_pages > 1)
    # One that is in force says it already.
    states = {RevisionState.ADOPTED} if day.revision else {*programme.revisions.values_list("state", flat=True)}
    may_draft = request.user.has_perm("programme.add_revision") and programme.is_coordinated_by(request.user)
    askable = askable_figures(day) if asks(request.user, as_of) else []
    objectives = objectives_in(programme.objectives_told, day.revision)
    is_first_page = row_set.key == ALL and page.number == 1
    pending_comparison = compare_pending(day)
    explanations = explanations_of(programme, request.user)
    context = day_context(form, compared)
    context |= {
        "day": day,
        "moved": between.moved[programme.pk] if between else None,
        "marks": marks_in(between, day),
        "moved_rows": read_moved_tasks(moved_tasks(between)[:FIRST_MOVED], between) if between else [],
        "headline": headline(day),
        "freshness": freshness(day),
        "bar": bar(day.counts),
        "strip": strip_of(day, rows),
        "latest": latest_of(rows) if is_first_page else [],
        "schedule": small_schedule(day, rows, pending_comparison) if is_first_page else None,
        "money": of_years(day.year_sums),
        "explained_money": explain_budget(day, explanations),
        "row_set": row_set,
        "explained": explained,
        "page": page,
        "rows": rows,
        "headings": headings_of(TASK_COLUMNS),
        "stated": [set_beside(figure, day) for figure in day.stated_on_day],
        "acts": acts_until(programme, as_of, day.stated_budgets),
        "pending_comparison": pending_comparison,
        "may_draft": may_draft,
        "drafts": drafts_of(programme) if may_draft else [],
        "begun": bool(states),
        "adopted": RevisionState.ADOPTED in states,
        "askable": askable,
        "ask_about": {one.figure.value: one.address for one in askable},
        "explanations": explanations,
        "directed": read_board(request.user, Wanted(programme=programme.code), on=as_of),
        "objectives": objectives,
        "citations": citations_in(
            texts_of(objectives, "text")
            + texts_of([day.pending], "reason", "note")
            + texts_of([day.pending_step], "note"),
            user=request.user,
            province=day.programme.province,
            kept_day=context["kept_day"],
        ),
    }
    return render(request, "smartcity/portfolio/programme_detail.html", context, status=form_status(form, compared))


def programme_to_show(user: User, code: str, *, on: date) -> QuerySet[Any]:
    """The programme of that code, if the person may see it, with its goals and what it ``HAS``.

    And with who coordinates it on the day and today.
    """
    found = (
        Programme.objects.visible_to(user)
        .filter(code=code)
        .with_coordinator(on)
        .with_coordinator_today()
        .annotate(**HAS, objectives_told=joined_objectives(), task_keys=Subquery(TASK_KEYS.values("keys")))
    )
    return found.select_related("province", "coordinating_agency__province")


def drafts_of(programme: Any) -> Iterable[Revision]:
    """The revisions that are being drafted, by their numbers."""
    if not programme.has_drafts:
        return []
    return programme.revisions.filter(state=RevisionState.DRAFT).select_related("programme").order_by("number")


def explanations_of(programme: Any, user: User) -> list[OpenRequest]:
    return standing_lines(user, today=known_today(), programme=programme) if programme.has_explanations else []


def tasks_behind(request, day: ProgrammeOnDay, key: str) -> Page:
    """One page of the tasks behind a figure, most urgent first; all of them where they are printed."""
    count = day.counts[key]
    size = count if request.GET.get("trang") == WHOLE else ROWS_ON_A_PAGE
    return page_of(request, day.behind(key), max(size, 1), count=count)


def strip_of(day: ProgrammeOnDay, rows: list[TaskRow]) -> list[TaskRow]:
    """Each task in the order of the plan, where they are few; ``rows`` are those of the table, which may be all."""
    if day.total > LONGEST_STRIP:
        return []
    return sorted(rows, key=lambda row: row.position) if len(rows) == day.total else day.rows


def latest_of(rows: list[TaskRow]) -> list[TaskRow]:
    """The first of those that are overdue; ``rows`` begin with the most urgent."""
    return [row for row in rows[:LATEST] if row.days_late]


def asks(user, as_of: date) -> bool:
    """Whether the person may ask for an explanation of what the page shows; of a day to come nobody can."""
    return user.has_perm(MAY_ASK) and as_of <= known_today()


def compare_pending(day: ProgrammeOnDay) -> Comparison | None:
    """What the revision that waits on that day would change, judged by what was complete when it was proposed."""
    if day.pending is None or day.pending.base_id is None:
        return None
    base = day.revision if day.revision and day.revision.pk == day.pending.base_id else day.pending.base
    return compare(base, day.pending, today=day.as_of, on=day.pending.last_step_on)
