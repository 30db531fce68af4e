"""The page on which a report is written, whatever it was opened for: begun, gone on with, or a correction."""

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localtime

from smartcity.lib.forms.record_forms import place_refusal, status_of
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.unsaved_input import tell_merged
from smartcity.lib.records.history import operation
from smartcity.lib.records.overtaken import Overtaken
from tasks.expected import Expected, asked_on
from tasks.models import ProgressUpdate, RouteStep, Task
from tasks.operations.evidence import attach_evidence, carry_evidence, detach_evidence
from tasks.operations.report_rules import say_missing
from tasks.operations.reporting import draft_update, refuse_unsendable
from tasks.pages.reports.difference import tell
from tasks.pages.reports.forms import FILLED_UP, TEXTS, ReportForm
from tasks.pages.reports.last_words import COPY, take_last_words
from tasks.pages.reports.no_change import say_again
from tasks.task_reports import TaskReports

FACTS = ["as_of", "status", "percent", "operation_state"]


def page_of(update: ProgressUpdate) -> str:
    return reverse("admin:tasks_progressupdate_change", args=[update.pk])


def correction_of(update: ProgressUpdate) -> str:
    """Where a report in the place of this one is written."""
    return f"{reverse('admin:tasks_progressupdate_add')}?task={update.task_id}&dinh-chinh={update.pk}"


def write(
    request,
    site,
    update: ProgressUpdate,
    asked: Sequence[Expected] = (),
    reports: TaskReports | None = None,
    correctable: Sequence[ProgressUpdate] = (),
):
    """``reports`` may be left out of a correction, which is held against what it corrects."""
    today = known_today()
    # Before anything is typed into it.
    stored, day, wrong, status = update.pk, update.as_of, update.corrects, 400
    copies = request.method == "POST" and COPY in request.POST
    form = ReportForm(
        None if copies else request.POST or None,
        None if copies else request.FILES or None,
        instance=update,
        user=request.user,
        today=today,
        steps=RouteStep.objects.open_on_route(update.task, update.task.plan_route),  # type: ignore[attr-defined]
        asked=asked,
    )
    if copies:
        take_last_words(form, request, _counting_then(wrong, reports, day))
    kept = _to_keep(request, form) if form.is_bound else None
    if kept:
        try:
            _keep(kept, form, by=request.user, today=today, sends="_draft" not in request.POST)
            tell_merged(request, form)
            return _after_keeping(request, kept, form)
        except ValidationError as refusal:
            place_refusal(form, refusal)
            status = status_of_refusal(refusal)
            # Where it was refused it is not stored, whatever key it was given.
            update.pk = stored
    status = max(409 if form.newer else status, status_of(form)) if form.errors else 200
    before = _counting_then(wrong, reports, day)
    files = update.files if stored else []
    told = {
        "can_be_corrected": [] if update.corrects else [(report, correction_of(report)) for report in correctable],
        "files": files,
        "missing": [say_missing(file.name) for file in files if not file.is_there],
        **_told(update, before, form, asked),
    }
    context = {**site.each_context(request), "task": update.task, **told}
    return TemplateResponse(request, "tasks/reports/report.html", context, status=status)


def _counting_then(
    wrong: ProgressUpdate | None, reports: TaskReports | None, day: date | None
) -> ProgressUpdate | None:
    return wrong or (reports.last_accepted(day) if reports and day else None)


def _told(update: ProgressUpdate, before: ProgressUpdate | None, form: ReportForm, asked: Sequence[Expected]) -> dict:
    """What the page of a report shows: its form, and what counts so far beside each field."""
    return {
        "title": "Báo cáo tiến độ",
        "update": update,
        "before": before,
        **_cycles(update.task, update, asked),
        "form": form,
        "texts": [(form[name], tell(before, name) if before else "") for name in TEXTS],
        "facts": [(form[name], tell(before, name) if before and name != "as_of" else "") for name in FACTS],
    }


def status_of_refusal(refusal: ValidationError) -> int:
    """Of a report that was refused: whether somebody else was first."""
    return 409 if isinstance(refusal, Overtaken) else 400


def _cycles(task: Task, update: ProgressUpdate, asked: Sequence[Expected]) -> dict:
    """Which cycle the report answers, and which others wait for one, each with where to write it."""
    wanted = None if update.cycle else asked_on(asked, task, update.as_of)
    cycle = wanted.cycle if wanted else update.cycle
    address = reverse("admin:tasks_progressupdate_add")
    others = [
        (one.cycle, page_of(one.update) if one.update else f"{address}?task={task.pk}&ky={one.cycle.pk}")
        for one in asked
        if one.cycle != cycle and (one.update is None or one.update.pk != update.pk)
    ]
    return {"cycle": cycle, "by_day": bool(asked), "other_cycles": others}


def _to_keep(request, form: ReportForm) -> ProgressUpdate | None:
    """What was typed, or, where nothing has changed, the last report said of the day that was typed."""
    is_valid = form.is_valid()
    if "_same" in request.POST:
        return say_again(form)
    return form.instance if is_valid else None


@operation
def _keep(update: ProgressUpdate, form: ReportForm, *, by, today, sends: bool) -> None:
    """The draft with its files, or nothing of both; what goes on to be sent must be fit for that."""
    draft_update(update, by=by, today=today)
    for evidence in form.cleaned_data.get("drop", []):
        detach_evidence(evidence, by=by, today=today)
    if form.cleaned_data.get("carried"):
        carry_evidence(update, form.cleaned_data["carried"], by=by, today=today)
    if form.cleaned_data.get("files"):
        attach_evidence(update, form.cleaned_data["files"], by=by, today=today)
    if sends:
        refuse_unsendable(update)


def _after_keeping(request, update: ProgressUpdate, form: ReportForm):
    if form.is_filled_up:
        messages.info(request, FILLED_UP)
    if "_draft" not in request.POST:
        return redirect("admin:tasks_progressupdate_check", update.pk)
    text = f"Đã lưu bản nháp lúc {say_now()}. Bản nháp chưa gửi và chưa tính vào số liệu."
    messages.success(request, text)
    return redirect("admin:index")


def say_now() -> str:
    return f"{localtime():%H:%M ngày %d/%m/%Y}"
