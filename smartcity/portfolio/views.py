"""The pages for reading: the programmes, one programme on a day, one task."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from programme.models import Programme, Revision, memberships_of
from smartcity.portfolio.acts import acts_until
from smartcity.portfolio.bars import bar
from smartcity.portfolio.figures import ROW_SETS, ProgrammeOnDay, read_programmes, stated_on
from smartcity.portfolio.forms import AsOfForm
from smartcity.portfolio.holders import tell_what_became_of_holders
from smartcity.portfolio.sentence import headline
from smartcity.portfolio.stated import set_beside
from tasks.models import BudgetEntry, PlannedTask, ProgressUpdate, Task

# Above this many tasks a cell is too small to carry its number, and the strip becomes a bar.
LONGEST_STRIP = 24


@login_required
def home(request):
    """The programmes that the user may see, each with its sentence."""
    form = AsOfForm(request.GET)
    as_of = form.day()
    days = read_programmes(Programme.objects.visible_to(request.user), as_of=as_of)
    context = day_context(form) | {"cards": [{"day": day, "headline": headline(day), "bar": bar(day)} for day in days]}
    return render(request, "portfolio/home.html", context, status=form_status(form))


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
    tell_what_became_of_holders(day, today=localdate())
    context = day_context(form) | {
        "day": day,
        "headline": headline(day),
        "bar": bar(day),
        "strip": day.rows if len(day.rows) <= LONGEST_STRIP else [],
        "row_set": row_set,
        "rows": day.rows_of(row_set.key),
        "stated": [set_beside(figure, day) for figure in stated_on(programme, as_of)],
        "acts": acts_until(programme, as_of),
        "objectives": day.revision.objectives.order_by("position") if day.revision else [],
    }
    return render(request, "portfolio/programme_detail.html", context, status=form_status(form))


@login_required
def task_detail(request, pk):
    """One task on a day: its plan, what was reported and accepted, its money, its words in each revision."""
    task = get_object_or_404(Task.objects.visible_to(request.user).select_related("programme"), pk=pk)
    form = AsOfForm(request.GET)
    as_of = form.day()
    (day,) = read_programmes(Programme.objects.filter(pk=task.programme_id), as_of=as_of)
    tell_what_became_of_holders(day, today=localdate())
    states = dict(Revision.objects.known(as_of).filter(programme=task.programme_id).values_list("pk", "state_then"))
    plans = PlannedTask.objects.filter(task=task, revision__in=states).order_by("revision__number")
    updates = ProgressUpdate.objects.filter(task=task)
    context = day_context(form) | {
        "task": task,
        "day": day,
        "row": next((row for row in day.rows if row.plan.task_id == task.pk), None),
        "plans": [
            (plan, states[plan.revision_id])
            for plan in plans.select_related("revision__programme", "lead_agency", "period")
        ],
        "coordinating": coordinating_agencies(task, day),
        "updates": updates.accepted()
        .filter(as_of__lte=as_of)
        .select_related("document", "author", "reviewer", "corrects")
        .prefetch_related(memberships_of("author"))
        .order_by("-as_of", "-pk"),
        "waiting": updates.waiting().filter(reported_on__lte=as_of).count() if as_of >= localdate() else 0,
        "entries": BudgetEntry.objects.filter(task=task)
        .decided_by(as_of)
        .select_related("document")
        .order_by("decided_on"),
        "may_report": Task.objects.reportable_by(request.user, localdate()).filter(pk=task.pk).exists(),
    }
    return render(request, "portfolio/task_detail.html", context, status=form_status(form))


def coordinating_agencies(task: Task, day: ProgrammeOnDay) -> list:
    if day.revision is None:
        return []
    plan = PlannedTask.objects.filter(task=task, revision=day.revision).first()
    return list(plan.coordinating_agencies.order_by("name")) if plan else []


def day_context(form: AsOfForm) -> dict:
    """What every page of a day shows: the field as typed, and whether the day is still to come."""
    as_of = form.day()
    return {
        "as_of_form": form,
        "as_of": as_of,
        "today": localdate(),
        # Links keep the day that the reader chose, and none when they chose none.
        "kept_day": f"ngay={as_of:%d/%m/%Y}" if form.is_valid() and form.cleaned_data["ngay"] else "",
    }


def form_status(form: AsOfForm) -> int:
    return 200 if form.is_valid() else 400
