"""The pages on which an officer reports: what to say, what it changes, and sent."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.forms import BoundField, model_to_dict
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from programme.models import Programme, Province
from smartcity.lib.forms.merging import is_same, typed
from smartcity.lib.forms.record_forms import place_refusal, status_of
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.unsaved_input import tell_merged
from smartcity.lib.records.history import operation
from smartcity.lib.records.overtaken import Overtaken
from smartcity.lib.records.signers import as_signed
from tasks.expected import Expected, asked_on, outstanding_on
from tasks.models import ProgressUpdate, ReportingCycle, RouteStep, Task
from tasks.operations.evidence import attach_evidence, carry_evidence, detach_evidence
from tasks.operations.reporting import UpdateRewritten, draft_update, refuse_unplanned, refuse_unsendable, submit_update
from tasks.operations.reviewing import say_who_accepts
from tasks.pages.reports.difference import difference, tell
from tasks.pages.reports.forms import TEXTS, ReportForm, SendForm
from tasks.pages.reports.unsaved_input import reported_before, say_answered, say_done, say_taken, typed_in_vain, who_did
from tasks.task_names import named_by_plan, with_last_status
from tasks.task_reports import TaskReports

# What goes on from the last accepted report unless the officer says otherwise.
CARRIED = ["status", "percent", "completed_on", "operation_state", "causes", "objective_cause", "subjective_cause"]
CARRIED_WHEN_UNCHANGED = [*CARRIED, "next_steps", "obstacles", "proposals"]
# Of what an address holds as a key, longer ones are none.
LONGEST_KEY = 19
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
    task = _task_to_write_on(request.user, key)
    if task is None:
        return _no_task(request, key)
    if request.GET.get("dinh-chinh"):
        return _correct(request, site, task)
    today = localdate()
    cycle, reports = _cycle(request, task), TaskReports(task)
    answer = cycle and ProgressUpdate.objects.answering(cycle, task).first()
    if answer and request.method == "GET":
        messages.info(request, say_answered(answer))
        return redirect("admin:tasks_progressupdate_change", answer.pk)
    if answer and not request.POST.get("corrects"):
        sentence = f"{say_answered(answer)} Báo cáo đó do {who_did(answer, request.user)}."
        return typed_in_vain(request, task, sentence, _page_of(answer))
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
    return _write(request, site, update, asked, reports, correctable=reports.counting[:CORRECTABLE])


def _correct(request, site, task: Task):
    """A report in the place of the one that the address names, which begins with all that this one says."""
    key = request.GET["dinh-chinh"]
    accepted = ProgressUpdate.objects.accepted().filter(task=task)
    wrong = get_object_or_404(accepted, pk=key if key.isdecimal() and len(key) < LONGEST_KEY else 0)
    others = ProgressUpdate.objects.filter(corrects=wrong)
    begun = others.open().order_by("-pk").first()
    if request.method == "GET" and others.sent().exists():
        messages.info(request, f"Báo cáo BC-{wrong.pk} đã có báo cáo đính chính.")
        return redirect(_page_of(others.sent().order_by("-pk")[0]))
    if request.method == "GET" and begun:
        return redirect(_page_of(begun))
    update = ProgressUpdate(task=task, corrects=wrong)
    for name in ReportForm.Meta.fields:
        if name != "corrects":
            setattr(update, name, getattr(wrong, name))
    return _write(request, site, update)


@transaction.atomic
def go_on(request, site, key: str):
    """A report that was begun, or sent back, for whoever may write on it; None for all others."""
    if request.method == "POST":
        # Two who save at once take turns: the second is held against what the first has written.
        ProgressUpdate.objects.select_for_update().only("pk").filter(pk=key).first()
    update = ProgressUpdate.objects.select_related("cycle__duty", "corrects", "reviewer").filter(pk=key).first()
    task = _task_to_write_on(request.user, update.task_id) if update and update.is_open else None
    if task is None or not _sees(request.user, task.programme):
        return None
    update.task = task
    if request.method != "POST" and update.reviewer:
        as_signed([update], "reviewer")
    reports = TaskReports(task)
    asked = [] if update.cycle else outstanding_on(task, reports, today=localdate())
    return _write(request, site, update, asked, reports)


def write_in_vain(request, update: ProgressUpdate):
    """What was typed into a report that is no longer open, or not theirs any more, for whoever did report on its task.

    None for all others.
    """
    reports = Task.objects.filter(pk=update.task_id).reported_by(request.user, localdate()).exists()
    if not (reports or reported_before(request.user, update.task)):
        return None
    sentence = say_taken(update.task) if update.is_open else say_done(update, request.user)
    return typed_in_vain(request, update.task, sentence, _page_of(update))


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
    wanted = asked_on(asked, task, localdate())
    answered = {cycle and cycle.pk} | ({wanted.cycle.pk} if wanted else set())
    begun = [report for report in reports.open if report.corrects_id is None and report.cycle_id in answered]
    # One of a cycle before one of none, then the newest.
    return min(begun, key=lambda report: (report.cycle_id is None, report.cycle_id or 0, -report.pk), default=None)


def _page_of(update: ProgressUpdate) -> str:
    return reverse("admin:tasks_progressupdate_change", args=[update.pk])


def _own(user, key) -> QuerySet[Task]:
    """The task, as its plan in force names it, if it is the person's to report on."""
    return named_by_plan(Task.objects.filter(pk=key).reported_by(user, localdate())).select_related("programme")


def _task_to_write_on(user, key) -> Any:
    """With what its form asks: which steps it goes through."""
    return _own(user, key).annotate(plan_route=F("plans__route")).first()


def _sees(user, programme: Programme) -> bool:
    """As ``visible_to``; of one's own province there is nothing to ask."""
    of_own_province = programme.province_id == user.province_id
    return of_own_province or Province.objects.visible_to(user).filter(pk=programme.province_id).exists()


def _cycle(request, task: Task) -> ReportingCycle | None:
    key = request.GET.get("ky", "")
    if not key.isdecimal():
        return None
    cycles = ReportingCycle.objects.select_related("duty").begun(localdate())
    return get_object_or_404(cycles.filter(duty__programme=task.programme_id), pk=key)


def _choose_task(request, site):
    today = localdate()
    reported = named_by_plan(Task.objects.reportable_by(request.user, today)).select_related("programme")
    tasks = with_last_status(reported, today).order_by("programme__code", "plan_position")
    context = {**site.each_context(request), "title": "Báo cáo tiến độ: chọn nhiệm vụ", "tasks": tasks}
    return render(request, "tasks/reports/choose.html", context)


def _write(
    request,
    site,
    update: ProgressUpdate,
    asked: Sequence[Expected] = (),
    reports: TaskReports | None = None,
    correctable: Sequence[ProgressUpdate] = (),
):
    """``reports`` may be left out of a correction, which is held against what it corrects."""
    today = localdate()
    # Before anything is typed into it.
    stored, day, wrong, status = update.pk, update.as_of, update.corrects, 400
    form = ReportForm(
        request.POST or None,
        request.FILES or None,
        instance=update,
        user=request.user,
        today=today,
        steps=RouteStep.objects.open_on_route(update.task, update.task.plan_route),
        asked=asked,
    )
    kept = _to_keep(request, form) if request.method == "POST" else None
    if kept:
        try:
            _keep(kept, form, by=request.user, today=today, sends="_draft" not in request.POST)
            tell_merged(request, form)
            return _after_keeping(request, kept)
        except ValidationError as refusal:
            place_refusal(form, refusal)
            status = _status_of(refusal)
            # Where it was refused it is not stored, whatever key it was given.
            update.pk = stored
    status = max(status, status_of(form)) if form.errors else 200
    before = wrong or (reports and reports.last_accepted(day))
    told = {
        "can_be_corrected": [] if update.corrects else _with_addresses(update.task, correctable),
        "files": update.files if stored else [],
        **_told(update, before, form, asked),
    }
    context = {**site.each_context(request), "task": update.task, **told}
    return TemplateResponse(request, "tasks/reports/report.html", context, status=status)


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


def _status_of(refusal: ValidationError) -> int:
    """Of a report that was refused: whether somebody else was first."""
    return 409 if isinstance(refusal, Overtaken) else 400


def _with_addresses(task: Task, correctable: Sequence[ProgressUpdate]) -> list[tuple[ProgressUpdate, str]]:
    """Each report with where to correct it."""
    address = reverse("admin:tasks_progressupdate_add")
    return [(report, f"{address}?task={task.pk}&dinh-chinh={report.pk}") for report in correctable]


def _cycles(task: Task, update: ProgressUpdate, asked: Sequence[Expected]) -> dict:
    """Which cycle the report answers, and which others wait for one, each with where to write it."""
    wanted = None if update.cycle else asked_on(asked, task, update.as_of)
    cycle = wanted.cycle if wanted else update.cycle
    address = reverse("admin:tasks_progressupdate_add")
    others = [
        (one.cycle, _page_of(one.update) if one.update else f"{address}?task={task.pk}&ky={one.cycle.pk}")
        for one in asked
        if one.cycle != cycle and (one.update is None or one.update.pk != update.pk)
    ]
    return {"cycle": cycle, "by_day": bool(asked), "other_cycles": others}


def _to_keep(request, form: ReportForm) -> ProgressUpdate | None:
    """What was typed, or, where nothing has changed, the last report said of the day that was typed."""
    is_valid = form.is_valid()
    if "_same" not in request.POST:
        return form.instance if is_valid else None
    if "as_of" in form.errors or form.non_field_errors() or form.conflicts:
        return None
    if form.merged:
        # The last report would be written over what the page did not show yet.
        form.add_error(None, f"{form.merged[-1].who} vừa viết thêm vào bản nháp này. Đọc lại rồi bấm lần nữa.")
        return None
    before = form.instance.last_accepted()
    if before is None:
        form.add_error("as_of", "Đến ngày này chưa có báo cáo nào được tiếp nhận để so. Sửa ngày, hoặc điền báo cáo.")
        return None
    said = _said_beyond(form, before)
    if said:
        form.add_error(
            None,
            f"Bạn đã nhập {', '.join(said)}. Bấm «Kiểm tra rồi gửi» để gửi cả phần này, hoặc bỏ phần đã nhập rồi bấm "
            "«Không có thay đổi».",
        )
        return None
    return _unchanged(form.instance, before)


def _said_beyond(form: ReportForm, before: ProgressUpdate) -> list[str]:
    """Labels of what the page says beyond the last report: it would be lost when that one is said again."""
    counts = model_to_dict(before, [*CARRIED_WHEN_UNCHANGED, "document"]) | {"results": _same_as(before)}
    said = [field.label.lower() for field in form if _says_more(field, counts.get(field.name))]
    kept = form.fields["drop"].queryset.exclude(pk__in=form.cleaned_data.get("drop", []))
    label = form["files"].label.lower()
    return [*said, label] if kept.exists() and label not in said else said


def _says_more(field: BoundField, before) -> bool:
    if field.is_hidden or field.name in {"as_of", "drop", "carried"} or not field.value():
        return False
    return not is_same(field.field, before, typed(field.form, field.name))


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


FACTS = ["as_of", "status", "percent", "operation_state"]


def _unchanged(update: ProgressUpdate, before: ProgressUpdate) -> ProgressUpdate:
    """The same again, said of a later day."""
    for name in CARRIED_WHEN_UNCHANGED:
        setattr(update, name, getattr(before, name))
    update.document = before.document if update.document_id is None else update.document
    update.results = _same_as(before)
    return update


def _same_as(before: ProgressUpdate) -> str:
    return f"Không thay đổi so với số liệu đến ngày {say_day(before.as_of)}."


def _after_keeping(request, update: ProgressUpdate):
    if "_draft" not in request.POST:
        return redirect("admin:tasks_progressupdate_check", update.pk)
    text = f"Đã lưu bản nháp lúc {_now()}. Bản nháp chưa gửi và chưa tính vào số liệu."
    messages.success(request, text)
    return redirect("admin:index")


def check(request, site, pk):
    """What the report changes, before it is sent; the button that sends it."""
    update = _to_send(request, pk)
    if not update.is_open and request.method == "POST":
        return typed_in_vain(request, update.task, say_done(update, request.user), _page_of(update))
    if not update.is_open:
        messages.info(request, f"Báo cáo này {update.get_state_display().lower()}, không cần gửi lại.")
        return redirect("admin:index")
    form, status = SendForm(request.POST if request.method == "POST" else None, update=update), 200
    refusals: list[str] = []
    if not form.is_valid():
        refusals = _why_not_sent(update)
    else:
        given = {"confirmed": form.confirmed, "seen": form.cleaned_data["seen"] or 0}
        try:
            sent = submit_update(update, by=request.user, today=localdate(), **given)
            sent.task = update.task
            messages.success(request, _sent(sent))
            return redirect("admin:index")
        except UpdateRewritten as refusal:
            refusals, status = refusal.messages, _status_of(refusal)
            # What was confirmed was said of the wording before.
            update = _to_send(request, pk)
            form = SendForm(update=update)
        except ValidationError as refusal:
            refusals, status = refusal.messages, _status_of(refusal)
    before = update.corrects or update.last_accepted()
    context = {
        **site.each_context(request),
        "title": "Kiểm tra trước khi gửi",
        "update": update,
        "before": before,
        "lines": difference(before, update),
        "form": form,
        "refusals": refusals,
        "change_url": _page_of(update),
    }
    status = 400 if form.errors else status
    return TemplateResponse(request, "tasks/reports/check.html", context, status=status)


def _to_send(request, pk) -> ProgressUpdate:
    update = get_object_or_404(ProgressUpdate.objects.select_related("cycle__duty", "corrects__document"), pk=pk)
    update.task = get_object_or_404(_own(request.user, update.task_id))
    return update


def _why_not_sent(update: ProgressUpdate) -> list[str]:
    """What sending would refuse of a draft that was kept before it was fit."""
    try:
        refuse_unplanned(update)
        refuse_unsendable(update)
    except ValidationError as refusal:
        return refusal.messages
    return []


def _sent(update: ProgressUpdate) -> str:
    return (
        f"Đã gửi báo cáo số liệu đến ngày {say_day(update.as_of)} lúc {_now()} (mã BC-{update.pk}). "
        f"{say_who_accepts(update, localdate())}"
    )


def _now() -> str:
    return f"{localtime():%H:%M ngày %d/%m/%Y}"
