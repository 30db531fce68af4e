"""The pages for reading: the programmes, one programme on a day, one task."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from meetings.pages.directives.figures import Wanted, read_board
from meetings.pages.directives.links import directives_of
from programme.models import Programme, Revision, RevisionState
from programme.page_citations import citations_in, texts_of
from programme.removed_records import or_its_history
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import ROWS_ON_A_PAGE, WHOLE, page_of
from smartcity.lib.records.signers import as_signed
from smartcity.portfolio.columns import TASK_COLUMNS
from tasks.comparison import Comparison, compare
from tasks.figures.headline import freshness, headline
from tasks.figures.holders import tell_what_became_of_holders
from tasks.figures.lineage import proposal, read_ending, read_lineage
from tasks.figures.milestones import acts_until
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.reading import FACETS_OF_CARDS, read_programmes
from tasks.figures.row_sets import ROW_SETS
from tasks.figures.share_bar import bar
from tasks.figures.task_rows import TaskRow
from tasks.models import BudgetEntry, PlannedBudget, PlannedTask, ProgressUpdate, Task, UpdateState, evidence_of
from tasks.pages.explanations.asked_figure import askable_figures
from tasks.pages.explanations.open_requests import standing_lines
from tasks.pages.explanations.thread import MAY_ASK
from tasks.pages.ledger.entries import Rate, Rows, ledger_of
from tasks.pages.procedures.steps import keeps_steps, read_procedure
from tasks.pages.stated.on_day import set_beside
from tasks.plan_contents import Contents

# Above this many tasks a cell is too small to carry its number, and the strip becomes a bar.
LONGEST_STRIP = 24
# More than there were provinces when each had one.
PROGRAMMES_ON_A_PAGE = 70
# So many lines of its ledger stand on a task's page; the rest are one click away.
LEDGER_LINES = 10
# Where documents are cited in what plans and reports say.
PLAN_TEXTS = ["name", "scope", "deliverable", "lead_ground", "note"]
REPORT_TEXTS = ["results", "obstacles", "objective_cause", "subjective_cause", "proposals", "next_steps"]


@login_required
def home(request):
    """The programmes that the user may see, each with its sentence."""
    form = AsOfForm(request.GET)
    page = page_of(request, Programme.objects.visible_to(request.user).loaded(), PROGRAMMES_ON_A_PAGE)
    days = read_programmes(page.object_list, as_of=form.day(), facets=FACETS_OF_CARDS)
    context = day_context(form) | {"cards": [card(day) for day in days], "page": page}
    return render(request, "smartcity/portfolio/home.html", context, status=form_status(form))


def card(day: ProgrammeOnDay) -> dict:
    """What the card of a programme says, wherever one stands."""
    return {"day": day, "headline": headline(day), "freshness": freshness(day), "bar": bar(day)}


@login_required
def programme_detail(request, code):
    """One programme on a day; ``?loc=`` shows the rows behind one of its figures."""
    row_set = ROW_SETS.get(request.GET.get("loc", "tat-ca"))
    if row_set is None:
        raise Http404
    form = AsOfForm(request.GET)
    as_of = form.day()
    found = Programme.objects.visible_to(request.user).filter(code=code)
    days = read_programmes(found.select_related("province", "coordinating_agency__province"), as_of=as_of)
    if not days:
        raise Http404
    day, programme = days[0], days[0].programme
    count = day.counts[row_set.key]
    size = count if request.GET.get("trang") == WHOLE else ROWS_ON_A_PAGE
    page = page_of(request, day.behind(row_set.key), max(size, 1), count=count)
    rows = day.read(page.object_list)
    tell_what_became_of_holders(day, rows, today=localdate())
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
        "strip": strip_of(day, rows),
        "row_set": row_set,
        "page": page,
        "rows": rows,
        "headings": headings_of(TASK_COLUMNS),
        "stated": [set_beside(figure, day) for figure in day.stated_on_day],
        "acts": acts_until(programme, as_of, day.stated_budgets),
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


@login_required
@or_its_history(Task)
def task_detail(request, pk):
    """One task on a day: its plan, what was reported and accepted, its money, its words in each revision."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("programme"), pk=pk)
    form = AsOfForm(request.GET)
    as_of = form.day()
    (day,) = read_programmes([task.programme], as_of=as_of)
    coordinating = coordinating_agencies(task, day)
    row = day.row_of(task)
    tell_what_became_of_holders(day, [row] if row else [], today=localdate(), helpers=coordinating)
    states = dict(Revision.objects.known(as_of).filter(programme=task.programme_id).values_list("pk", "state_then"))
    known = PlannedTask.objects.filter(task=task, revision__in=states).order_by("revision__number")
    plans = list(known.select_related("revision__programme", "lead_agency", "lead_document", "period"))
    updates = ProgressUpdate.objects.filter(task=task)
    accepted = accepted_until(as_of, updates)
    entries = list(
        BudgetEntry.objects.filter(task=task)
        .decided_by(as_of)
        .select_related("document")
        .order_by("-decided_on", "-pk")
    )
    in_force = next((plan for plan in plans if row and plan.pk == row.plan), None)
    procedure = read_procedure(task, route=in_force.route if in_force else None, on=as_of)
    context = day_context(form)
    context |= {
        "task": task,
        "day": day,
        "row": row,
        "plan": in_force,
        "procedure": procedure,
        "may_keep_steps": keeps_steps(request.user, task),
        "plans": [(plan, states[plan.revision_id]) for plan in plans],
        "coordinating": [(agency, day.beside.get(agency.pk, "")) for agency in coordinating],
        "proposal": proposal(task, compare_pending(day)),
        "directives": directives_of(task, request.user),
        "family": read_lineage(task, states, as_of),
        "ending": read_ending(task, as_of),
        "updates": accepted,
        "waiting": updates.waiting().filter(reported_on__lte=as_of).count() if as_of >= localdate() else 0,
        "entries": entries[:LEDGER_LINES],
        "more_entries": max(len(entries) - LEDGER_LINES, 0),
        "rates": task_rates(entries),
        "planned_money": planned_money(in_force),
        "citations": citations_in(
            texts_of(plans, *PLAN_TEXTS) + texts_of(accepted, *REPORT_TEXTS) + procedure.texts,
            user=request.user,
            province=day.programme.province,
            kept_day=context["kept_day"],
        ),
        "may_ask": asks(request.user, as_of),
        "explanations": standing_lines(request.user, today=localdate(), task=task),
        "may_report": Task.objects.reportable_by(request.user, localdate()).filter(pk=task.pk).exists(),
    }
    return render(request, "smartcity/portfolio/task_detail.html", context, status=form_status(form))


def strip_of(day: ProgrammeOnDay, rows: list[TaskRow]) -> list[TaskRow]:
    """Each task in the order of the plan, where they are few; ``rows`` are those of the table, which may be all."""
    if day.total > LONGEST_STRIP:
        return []
    return sorted(rows, key=lambda row: row.position) if len(rows) == day.total else day.rows


def asks(user, as_of: date) -> bool:
    """Whether the person may ask for an explanation of what the page shows; of a day to come nobody can."""
    return user.has_perm(MAY_ASK) and as_of <= localdate()


def accepted_until(as_of: date, updates: QuerySet[ProgressUpdate]) -> list[ProgressUpdate]:
    """What was accepted of the days up to ``as_of``, the newest first."""
    by_then = updates.filter(state=UpdateState.ACCEPTED, as_of__lte=as_of).order_by("-as_of", "-pk")
    by_then = by_then.select_related("document", "author", "reviewer", "corrects")
    return as_signed(by_then.prefetch_related(evidence_of()))


def task_rates(entries: list[BudgetEntry]) -> list[tuple[int, Rate]]:
    """The disbursement rate of each year that has a plan or payments, the newest first."""
    ledger = ledger_of(entries)
    rates = [(year, ledger.rate(Rows(year=year))) for year in ledger.numbers if year]
    return [(year, rate) for year, rate in rates if rate.planned.rows or rate.disbursed.rows]


def planned_money(plan: PlannedTask | None) -> Contents | None:
    """What the plan in force plans to spend on the task, where it says anything."""
    if plan is None:
        return None
    budgets = PlannedBudget.objects.filter(planned_task=plan).values_list("source", "year", "amount_vnd")
    return Contents(plan, budgets={(source, year): vnd for source, year, vnd in budgets})


def compare_pending(day: ProgrammeOnDay) -> Comparison | None:
    """What the revision that waits on that day would change, judged by what was complete when it was proposed."""
    if day.pending is None or day.pending.base is None or day.pending_step is None:
        return None
    return compare(day.pending.base, day.pending, today=day.as_of, on=day.pending_step.on)


def coordinating_agencies(task: Task, day: ProgrammeOnDay) -> list:
    if day.revision is None:
        return []
    plan = PlannedTask.objects.filter(task=task, revision=day.revision).first()
    return list(plan.coordinating_agencies.select_related("province").order_by("name")) if plan else []
