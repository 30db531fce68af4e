"""The pages on which an officer reports: what to say, what it changes, and sent."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BoundField
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from programme.dates import say_day
from programme.forms import place_refusal, status_of
from programme.history import operation
from programme.merging import say_merged
from tasks.admin.difference import difference, tell
from tasks.forms import TEXTS, ReportForm, SendForm
from tasks.models import ProgressUpdate, ReportingCycle, Task
from tasks.naming import named, with_last_status, with_task_name
from tasks.operations import attach_evidence, detach_evidence, draft_update, submit_update

# What goes on from the last accepted report unless the officer says otherwise.
CARRIED = ["status", "percent", "completed_on", "operation_state", "causes", "objective_cause", "subjective_cause"]
CARRIED_WHEN_UNCHANGED = [*CARRIED, "next_steps", "obstacles", "proposals"]


def begin(request, site):
    """A new report on the task that the address names; without one, the tasks to choose from."""
    if not request.user.has_perm("tasks.add_progressupdate"):
        raise PermissionDenied
    key = request.GET.get("task", "")
    if not key.isdecimal():
        return _choose_task(request, site)
    task = get_object_or_404(_reportable(request.user), pk=key)
    cycle = _cycle(request, task)
    written = ProgressUpdate.objects.open().filter(task=task, cycle=cycle, corrects=None).order_by("-pk").first()
    if written and request.method == "GET":
        # One report for a cycle, whoever of the agency began it.
        return redirect("admin:tasks_progressupdate_change", written.pk)
    today = localdate()
    update = ProgressUpdate(task=task, cycle=cycle, as_of=min(today, cycle.last_day) if cycle else today)
    before = update.last_accepted()
    for name in CARRIED if before else []:
        setattr(update, name, getattr(before, name))
    return _write(request, site, task, update)


def go_on(request, site, update: ProgressUpdate):
    """A report that was begun, or sent back."""
    task = get_object_or_404(_reportable(request.user), pk=update.task_id)
    return _write(request, site, task, update)


def _reportable(user):
    today = localdate()
    return named(Task.objects.reportable_by(user, today), today).select_related("programme")


def _cycle(request, task: Task) -> ReportingCycle | None:
    key = request.GET.get("ky", "")
    if not key.isdecimal():
        return None
    cycles = ReportingCycle.objects.select_related("duty").begun(localdate())
    return get_object_or_404(cycles.filter(duty__programme=task.programme_id), pk=key)


def _choose_task(request, site):
    today = localdate()
    tasks = with_last_status(_reportable(request.user), today).order_by("programme__code", "plan_position")
    context = {**site.each_context(request), "title": "Báo cáo tiến độ: chọn nhiệm vụ", "tasks": tasks}
    return render(request, "admin/tasks/progressupdate/choose.html", context)


@transaction.atomic
def _write(request, site, task: Task, update: ProgressUpdate):
    if request.method == "POST" and update.pk:
        # Two who save at once take turns: the second is held against what the first has written.
        update = ProgressUpdate.objects.select_for_update().get(pk=update.pk)
    today = localdate()
    form = ReportForm(request.POST or None, request.FILES or None, instance=update, user=request.user, today=today)
    before = update.last_accepted()
    if request.method == "POST":
        kept = _to_keep(request, form)
        if kept:
            try:
                _keep(kept, form, by=request.user, today=today)
                for sentence in say_merged(form.merged, reader=request.user):
                    messages.warning(request, sentence)
                return _after_keeping(request, kept)
            except ValidationError as refusal:
                place_refusal(form, refusal)
    context = {
        **site.each_context(request),
        "title": "Báo cáo tiến độ",
        "task": task,
        "update": update,
        "before": before,
        "form": form,
        "texts": [(form[name], tell(before, name) if before else "") for name in TEXTS],
        "facts": [(form[name], tell(before, name) if before and name != "as_of" else "") for name in FACTS],
    }
    status = 409 if form.errors and status_of(form) == 409 else 200
    return TemplateResponse(request, "admin/tasks/progressupdate/report.html", context, status=status)


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
    typed = [field.label.lower() for field in form if field.name in form.changed_data and _says_more(field)]
    if typed:
        form.add_error(
            None,
            f"Bạn đã nhập {', '.join(typed)}. Bấm «Kiểm tra rồi gửi» để gửi cả phần này, hoặc bỏ phần đã nhập rồi bấm "
            "«Không có thay đổi».",
        )
        return None
    before = form.instance.last_accepted()
    if before is None:
        form.add_error("as_of", "Đến ngày này chưa có báo cáo nào được tiếp nhận để so. Sửa ngày, hoặc điền báo cáo.")
        return None
    return _unchanged(form.instance, before)


def _says_more(field: BoundField) -> bool:
    """Whether what was typed there would be lost when the last report is said again."""
    return field.name != "as_of" and bool(field.value())


@operation
def _keep(update: ProgressUpdate, form: ReportForm, *, by, today) -> None:
    """The draft with its files, or nothing of both."""
    draft_update(update, by=by, today=today)
    for evidence in form.cleaned_data.get("drop", []):
        detach_evidence(evidence, by=by, today=today)
    attach_evidence(update, form.cleaned_data.get("files", []), by=by, today=today)


FACTS = ["as_of", "status", "percent", "operation_state"]


def _unchanged(update: ProgressUpdate, before: ProgressUpdate) -> ProgressUpdate:
    """The same again, said of a later day."""
    for name in CARRIED_WHEN_UNCHANGED:
        setattr(update, name, getattr(before, name))
    update.document = before.document if update.document_id is None else update.document
    update.results = f"Không thay đổi so với số liệu đến ngày {say_day(before.as_of)}."
    return update


def _after_keeping(request, update: ProgressUpdate):
    if "_draft" not in request.POST:
        return redirect("admin:tasks_progressupdate_check", update.pk)
    text = f"Đã lưu bản nháp lúc {_now()}. Bản nháp chưa gửi và chưa tính vào số liệu."
    messages.success(request, text)
    return redirect("admin:index")


def check(request, site, pk):
    """What the report changes, before it is sent; the button that sends it."""
    today = localdate()
    own = ProgressUpdate.objects.filter(task__in=Task.objects.reportable_by(request.user, today).values("pk"))
    update = get_object_or_404(with_task_name(own.select_related("task__programme", "cycle__duty"), today), pk=pk)
    if not update.is_open:
        messages.info(request, f"Báo cáo này {update.get_state_display().lower()}, không cần gửi lại.")
        return redirect("admin:index")
    form = SendForm(request.POST if request.method == "POST" else None, update=update)
    refusals: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            submit_update(update, by=request.user, today=today, confirmed=form.confirmed)
            messages.success(request, _sent(update))
            return redirect("admin:index")
        except ValidationError as refusal:
            refusals = refusal.messages
    before = update.last_accepted()
    context = {
        **site.each_context(request),
        "title": "Kiểm tra trước khi gửi",
        "update": update,
        "before": before,
        "lines": difference(before, update),
        "form": form,
        "refusals": refusals,
        "change_url": reverse("admin:tasks_progressupdate_change", args=[update.pk]),
    }
    return TemplateResponse(request, "admin/tasks/progressupdate/check.html", context)


def _sent(update: ProgressUpdate) -> str:
    reviewer = update.task.programme.coordinator_on(localdate())
    return (
        f"Đã gửi báo cáo số liệu đến ngày {say_day(update.as_of)} lúc {_now()} (mã BC-{update.pk}). "
        f"{reviewer} sẽ tiếp nhận; nếu bị trả lại, báo cáo hiện ở trang này."
    )


def _now() -> str:
    return f"{localtime():%H:%M ngày %d/%m/%Y}"
