"""The pages on which an officer reports: which task, and what to say of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from programme.models import Programme, Province
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.signers import as_signed
from tasks.expected import Expected, asked_on, outstanding_on
from tasks.models import ProgressUpdate, ReportingCycle, Task
from tasks.pages.reports.correcting_views import correct
from tasks.pages.reports.no_change import CARRIED
from tasks.pages.reports.own_tasks import task_to_write_on
from tasks.pages.reports.report_page import page_of, write
from tasks.pages.reports.unsaved_input import reported_before, say_answered, say_done, say_taken, typed_in_vain, who_did
from tasks.task_names import named_by_plan, with_last_status
from tasks.task_reports import TaskReports

# Older ones are corrected from their own pages.
CORRECTABLE = 5


@transaction.atomic
def begin(request, site):
    """A new report on the task that the address names; without one, the tasks to choose from."""
    if not request.user.has_perm("tasks.add_progressupdate"):
        raise PermissionDenied
    key = request.GET.get("task", "")
    if not key.isdecimal():
        return _choose_task(request, site)
    task = task_to_write_on(request.user, key)
    if task is None:
        return _no_task(request, key)
    if request.GET.get("dinh-chinh"):
        return correct(request, site, task)
    today = known_today()
    cycle, reports = _cycle(request, task), TaskReports(task)
    answer = cycle and ProgressUpdate.objects.answering(cycle, task).first()
    if answer and request.method == "GET":
        messages.info(request, say_answered(answer))
        return redirect("admin:tasks_progressupdate_change", answer.pk)
    if answer and not request.POST.get("corrects"):
        sentence = f"{say_answered(answer)} Báo cáo đó do {who_did(answer, request.user)}."
        return typed_in_vain(request, task, sentence, page_of(answer))
    asked = [] if cycle else outstanding_on(task, reports, today=today)
    written = _written(task, cycle, asked, reports)
    if written and request.method == "GET":
        # One report for a cycle, whoever of the agency began it.
        return redirect("admin:tasks_progressupdate_change", written.pk)
    update = ProgressUpdate(task=task, cycle=cycle, as_of=min(today, cycle.last_day) if cycle else today)
    # What is sent says all of it itself.
    before = reports.last_accepted(update.as_of) if request.method != "POST" else None
    for name in CARRIED if before else []:
        setattr(update, name, getattr(before, name))
    return write(request, site, update, asked, reports, correctable=reports.counting[:CORRECTABLE])


@transaction.atomic
def go_on(request, site, key: str):
    """A report that was begun, or sent back, for whoever may write on it; None for all others."""
    if request.method == "POST":
        # Two who save at once take turns: the second is held against what the first has written.
        ProgressUpdate.objects.select_for_update().only("pk").filter(pk=key).first()
    update = ProgressUpdate.objects.select_related("cycle__duty", "corrects", "reviewer").filter(pk=key).first()
    task = task_to_write_on(request.user, update.task_id) if update and update.is_open else None
    if task is None or not _sees(request.user, task.programme):
        return None
    update.task = task
    if request.method != "POST" and update.reviewer:
        as_signed([update], "reviewer")
    reports = TaskReports(task)
    asked = [] if update.cycle else outstanding_on(task, reports, today=known_today())
    return write(request, site, update, asked, reports)


def write_in_vain(request, update: ProgressUpdate):
    """What was typed into a report that is no longer open, or not theirs any more, for whoever did report on its task.

    None for all others.
    """
    reports = Task.objects.filter(pk=update.task_id).reported_by(request.user, known_today()).exists()
    if not (reports or reported_before(request.user, update.task)):
        return None
    sentence = say_taken(update.task) if update.is_open else say_done(update, request.user)
    return typed_in_vain(request, update.task, sentence, page_of(update))


def _no_task(request, key: str):
    """The task is not the agency's to report on; who reported on it until lately keeps what they typed."""
    task = get_object_or_404(Task.objects.visible_to(request.user), pk=key)
    if request.method != "POST" or not reported_before(request.user, task):
        raise Http404
    return typed_in_vain(request, task, say_taken(task), task.get_absolute_url())


def _written(
    task: Task, cycle: ReportingCycle | None, asked: list[Expected], reports: TaskReports
) -> ProgressUpdate | None:
    """What somebody of the agency has begun already: for the cycle, without one for that of today, or for none."""
    wanted = asked_on(asked, task, known_today())
    answered = {cycle and cycle.pk} | ({wanted.cycle.pk} if wanted else set())
    begun = [report for report in reports.open if report.corrects_id is None and report.cycle_id in answered]
    # One of a cycle before one of none, then the newest.
    return min(begun, key=lambda report: (report.cycle_id is None, report.cycle_id or 0, -report.pk), default=None)


def _sees(user, programme: Programme) -> bool:
    """As ``visible_to``; of one's own province there is nothing to ask."""
    of_own_province = programme.province_id == user.province_id
    return of_own_province or Province.objects.visible_to(user).filter(pk=programme.province_id).exists()


def _cycle(request, task: Task) -> ReportingCycle | None:
    key = request.GET.get("ky", "")
    if not key.isdecimal():
        return None
    cycles = ReportingCycle.objects.select_related("duty").begun(known_today())
    return get_object_or_404(cycles.filter(duty__programme=task.programme_id), pk=key)


def _choose_task(request, site):
    today = known_today()
    reported = named_by_plan(Task.objects.reportable_by(request.user, today)).select_related("programme")
    tasks = with_last_status(reported, today).order_by("programme__code", "plan_position")
    context = {**site.each_context(request), "title": "Báo cáo tiến độ: chọn nhiệm vụ", "tasks": tasks}
    return render(request, "tasks/reports/choose.html", context)
