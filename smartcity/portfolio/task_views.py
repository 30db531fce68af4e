"""The page of one task on a day: its plan, what was reported of it, its money, its words in each revision."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, render

from meetings.pages.directives.links import directives_of
from programme.page_citations import citations_in, texts_of
from programme.removed_records import or_its_history
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.compared_day import ComparedDay
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.portfolio.change_views import compared_on
from smartcity.portfolio.task_on_day import planned_money, read_task_on_day, tasks_to_show
from smartcity.portfolio.views import asks
from tasks.figures.lineage import Family, proposal, read_ending, read_lineage
from tasks.figures.moved_tasks import moved_tasks, read_moved_tasks
from tasks.figures.movements import Between, Reading
from tasks.models import ProgressUpdate, Task
from tasks.pages.explained.counted import explain_task
from tasks.pages.explanations.open_requests import lines_about
from tasks.pages.ledger.of_task import read_money
from tasks.pages.procedures.steps import MAY_KEEP, read_procedure
from tasks.pages.reports.accepted import read_accepted, texts_of_reports

# Where documents are cited in what plans say.
PLAN_TEXTS = ["name", "scope", "deliverable", "lead_ground", "note"]


@login_required
@or_its_history(Task)
def task_detail(request, pk):
    """One task on a day: its plan, what was reported and accepted, its money, its words in each revision."""
    form, today, user = AsOfForm(request.GET), known_today(), request.user
    as_of = form.day()
    task = get_object_or_404(tasks_to_show(user, today=today), pk=pk)
    reports = read_accepted(task, until=as_of, has_evidence=task.has_evidence)
    documents = [report.update.document for report in reports]
    on_day = read_task_on_day(task, as_of=as_of, today=today, documents=documents)
    route = on_day.plan.route if on_day.plan else None
    procedure = read_procedure(task, route=route, on=as_of, has_steps=task.has_steps)
    revisions = {revision.pk: revision for revision in on_day.revisions}
    plans = [revision.plan for revision in on_day.planning]
    waiting = ProgressUpdate.objects.waiting().filter(task=task, reported_on__lte=as_of)
    compared = compared_on(request, form, [task.programme])
    asked = lines_about(user, today=today, task=task) if task.has_explanations else []
    context = day_context(form, compared)
    context |= {
        "task": task,
        "name": on_day.programme.name,
        "moved": moved_since(task, compared, as_of),
        "pending": on_day.programme.pending,
        "pending_is_adopted": on_day.programme.pending_is_adopted,
        "plan": on_day.plan,
        "row": on_day.row,
        "told": next((report.update for report in reports if on_day.row and report.update.pk == on_day.row.told), None),
        "procedure": procedure,
        "may_keep_steps": user.has_perm(MAY_KEEP) and (task.may_report or task.is_coordinated),
        "planning": on_day.planning,
        "helpers": on_day.helpers,
        "proposal": proposal(task, on_day.programme),
        "directives": directives_of(task, user) if task.has_directives else [],
        "family": read_lineage(task, revisions, as_of) if task.has_lineage else Family([], []),
        "ending": read_ending(task, on_day.in_effect, [plan.revision_id for plan in plans]),
        "reports": reports,
        "waiting": waiting.count() if task.has_waiting and as_of >= today else 0,
        "money": read_money(task, as_of=as_of),
        "planned_money": planned_money(on_day.plan),
        "citations": citations_in(
            texts_of(plans, *PLAN_TEXTS) + texts_of_reports(reports) + procedure.texts,
            user=user,
            province=task.programme.province,
            kept_day=context["kept_day"],
        ),
        "may_ask": asks(user, as_of),
        "explanations": [one for one in asked if not one.explanation.is_closed],
        "explained": explain_task(on_day.row, on_day.in_effect[0], reports, [one.explanation for one in asked])
        if on_day.row
        else None,
    }
    return render(request, "smartcity/portfolio/task_detail.html", context, status=form_status(form, compared))


def moved_since(task: Task, compared: ComparedDay, as_of: date) -> list[str]:
    """What moved of the task since the day that the page is compared with, a line for each movement."""
    if compared.day is None:
        return []
    between = Between([task.programme_id], Reading(compared.day), Reading(as_of))
    return [line for row in read_moved_tasks(moved_tasks(between).filter(pk=task.pk), between) for line in row.said]
