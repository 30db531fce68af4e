"""The pages for reading: the programmes, and one programme on a day."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from meetings.pages.directives.figures import Wanted, read_board
from programme.models import Programme, RevisionState
from programme.page_citations import citations_in, texts_of
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.portfolio.columns import TASK_COLUMNS
from tasks.comparison import Comparison, compare
from tasks.figures.headline import freshness, headline
from tasks.figures.holders import tell_what_became_of_holders
from tasks.figures.milestones import acts_until
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.reading import read_programmes, stated_on
from tasks.figures.row_sets import ROW_SETS
from tasks.figures.share_bar import bar
from tasks.pages.explanations.asked_figure import askable_figures
from tasks.pages.explanations.open_requests import standing_lines
from tasks.pages.explanations.thread import MAY_ASK
from tasks.pages.stated.on_day import set_beside

# Above this many tasks a cell is too small to carry its number, and the strip becomes a bar.
LONGEST_STRIP = 24


@login_required
def home(request):
    """The programmes that the user may see, each with its sentence."""
    form = AsOfForm(request.GET)
    as_of = form.day()
    days = read_programmes(Programme.objects.visible_to(request.user), as_of=as_of)
    context = day_context(form) | {"cards": [card(day) for day in days]}
    return render(request, "smartcity/portfolio/home.html", context, status=form_status(form))


def card(day: ProgrammeOnDay) -> dict:
    """What the card of a programme says, wherever one stands."""
    return {"day": day, "headline": headline(day), "freshness": freshness(day), "bar": bar(day)}


@login_required
def programme_detail(request, code):
    """One programme on a day; ``?loc=`` shows the rows behind one of its figures."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    row_set = ROW_SETS.get(request.GET.get("loc", "tat-ca"))
    if row_set is None:
        raise Http404
    form = AsOfForm(request.GET)
    as_of = form.day()
    (day,) = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=as_of)
    tell_what_became_of_holders(day, day.rows, today=localdate())
    # One that is in force says it already.
    states = {RevisionState.ADOPTED} if day.revision else {*programme.revisions.values_list("state", flat=True)}
    drafts = programme.revisions.filter(state=RevisionState.DRAFT).select_related("programme")
    may_draft = request.user.has_perm("programme.add_revision") and programme.is_coordinated_by(request.user)
    askable = askable_figures(day) if asks(request.user, as_of) else []
    objectives = list(day.revision.objectives.order_by("position")) if day.revision else []
    context = day_context(form)
    context |= {
        "day": day,
        "headline": headline(day),
        "freshness": freshness(day),
        "bar": bar(day),
        "strip": day.rows if len(day.rows) <= LONGEST_STRIP else [],
        "row_set": row_set,
        "rows": day.rows_of(row_set.key),
        "headings": headings_of(TASK_COLUMNS),
        "stated": [set_beside(figure, day) for figure in stated_on(programme, as_of)],
        "acts": acts_until(programme, as_of),
        "pending_comparison": compare_pending(day),
        "may_draft": may_draft,
        "drafts": drafts.order_by("number") if may_draft else [],
        "begun": bool(states),
        "adopted": RevisionState.ADOPTED in states,
        "askable": askable,
        "ask_about": {one.figure.value: one.address for one in askable},
        "explanations": standing_lines(request.user, today=localdate(), programme=programme),
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
    return render(request, "smartcity/portfolio/programme_detail.html", context, status=form_status(form))


def asks(user, as_of: date) -> bool:
    """Whether the person may ask for an explanation of what the page shows; of a day to come nobody can."""
    return user.has_perm(MAY_ASK) and as_of <= localdate()


def compare_pending(day: ProgrammeOnDay) -> Comparison | None:
    """What the revision that waits on that day would change, judged by what was complete when it was proposed."""
    if day.pending is None or day.pending.base is None or day.pending_step is None:
        return None
    return compare(day.pending.base, day.pending, today=day.as_of, on=day.pending_step.on)
