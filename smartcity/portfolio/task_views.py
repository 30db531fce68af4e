"""The page of one task on a day: its plan, what was reported of it, its money, its words in each revision."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from meetings.pages.directives.links import directives_of
from programme.models import Programme, Revision
from programme.page_citations import citations_in, texts_of
from programme.removed_records import or_its_history
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.records.signers import as_signed
from smartcity.portfolio.views import asks, compare_pending
from tasks.figures.holders import tell_what_became_of_holders
from tasks.figures.lineage import proposal, read_ending, read_lineage
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.reading import read_programmes
from tasks.figures.task_rows import TaskRow
from tasks.models import BudgetEntry, PlannedBudget, PlannedTask, ProgressUpdate, Task, UpdateState, evidence_of
from tasks.pages.explanations.open_requests import standing_lines
from tasks.pages.ledger.entries import Rate, Rows, ledger_of
from tasks.pages.procedures.steps import keeps_steps, read_procedure
from tasks.plan_contents import Contents

# So many lines of its ledger stand on a task's page; the rest are one click away.
LEDGER_LINES = 10
# Where documents are cited in what plans and reports say.
PLAN_TEXTS = ["name", "scope", "deliverable", "lead_ground", "note"]
REPORT_TEXTS = ["results", "obstacles", "objective_cause", "subjective_cause", "proposals", "next_steps"]


@login_required
@or_its_history(Task)
def task_detail(request, pk):
    """One task on a day: its plan, what was reported and accepted, its money, its words in each revision."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("programme"), pk=pk)
    form = AsOfForm(request.GET)
    as_of = form.day()
    (day,) = read_programmes(Programme.objects.filter(pk=task.programme_id), as_of=as_of)
    coordinating = coordinating_agencies(task, day)
    row = day.row_of(task)
    tell_what_became_of_holders(day, [row] if row else [], today=localdate(), helpers=coordinating)
    states = dict(Revision.objects.known(as_of).filter(programme=task.programme_id).values_list("pk", "state_then"))
    known = PlannedTask.objects.filter(task=task, revision__in=states).order_by("revision__number")
    plans = list(known.select_related("revision__programme", "lead_agency", "period"))
    updates = ProgressUpdate.objects.filter(task=task)
    accepted = accepted_until(as_of, updates)
    entries = list(
        BudgetEntry.objects.filter(task=task)
        .decided_by(as_of)
        .select_related("document")
        .order_by("-decided_on", "-pk")
    )
    procedure = read_procedure(task, route=row.plan.route if row else None, on=as_of)
    context = day_context(form)
    context |= {
        "task": task,
        "day": day,
        "row": row,
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
        "planned_money": planned_money(row),
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


def planned_money(row: TaskRow | None) -> Contents | None:
    """What the plan in force plans to spend on the task, where it says anything."""
    if row is None:
        return None
    budgets = PlannedBudget.objects.filter(planned_task=row.plan).values_list("source", "year", "amount_vnd")
    return Contents(row.plan, budgets={(source, year): vnd for source, year, vnd in budgets})


def coordinating_agencies(task: Task, day: ProgrammeOnDay) -> list:
    if day.revision is None:
        return []
    plan = PlannedTask.objects.filter(task=task, revision=day.revision).first()
    return list(plan.coordinating_agencies.select_related("province").order_by("name")) if plan else []
