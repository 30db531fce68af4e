"""The page on which the steps of a task's procedure are planned and recorded, and its smaller ones."""

from dataclasses import dataclass, field
from functools import partial, wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from programme.models import User
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.record_page import form_page, record_page
from smartcity.lib.pages.unsaved_input import tell_merged, too_late
from smartcity.lib.records.history import user_action
from smartcity.lib.records.overtaken import say_recorded
from tasks.models import Route, RouteStep, Task
from tasks.operations.route_steps import (
    Finished,
    add_step,
    finish_step,
    lay_out_route,
    plan_steps,
    reopen_step,
    skip_step,
)
from tasks.pages.procedures.forms import AddStepForm, PlanReasonForm, RouteStepForm, StepForms, StepReopenForm
from tasks.pages.procedures.steps import keeps_steps, read_procedure
from tasks.task_names import named


def keeping(view):
    """Let in only those who record the steps; who saves takes turns with others on the same task."""

    @wraps(view)
    @login_required
    def wrapped(request, pk, **kwargs):
        visible = Task.objects.visible_to(request.user).filter(pk=pk).select_related("programme")
        task = get_object_or_404(named(visible, known_today()))
        if not keeps_steps(request.user, task):
            raise PermissionDenied
        if request.method != "POST":
            return view(request, task, **kwargs)
        with transaction.atomic():
            # Before what was typed is compared with what is stored.
            Task.objects.select_for_update().get(pk=pk)
            return view(request, task, **kwargs)

    return wrapped


@keeping
def route_steps(request, task):
    """Plan the steps, and record which are done or left out: all rows of the page at once."""
    today = known_today()
    procedure = read_procedure(task, route=task.route_on(today), on=today)
    reason = PlanReasonForm(request.POST or None)
    steps = [row.step for row in procedure.rows]
    forms = StepForms(task, steps, by=request.user, data=request.POST)
    # Each is asked, so that each says what is wrong with it.
    saved = all([reason.is_valid(), forms.are_valid()]) and _save(task, forms, reason, by=request.user)
    if saved:
        _tell(request, saved)
        tell_merged(request, *forms)
        return redirect("route_steps", pk=task.pk)
    context = {
        "task": task,
        "procedure": procedure,
        "rows": [(row, forms.of.get(row.step.pk)) for row in procedure.rows],
        "forms": list(forms),
        "reason": reason,
    }
    return form_page(request, "tasks/procedures/route_steps.html", context, reason, *forms)


@dataclass(frozen=True)
class Saved:
    """What one press of the button did."""

    replanned: list[RouteStep] = field(default_factory=list)
    skipped: list[RouteStep] = field(default_factory=list)
    finished: list[Finished] = field(default_factory=list)

    @property
    def steps(self) -> set[int]:
        return {step.pk for step in [*self.replanned, *self.skipped, *(one.step for one in self.finished)]}


def _save(task: Task, forms: StepForms, reason: PlanReasonForm, *, by: User) -> Saved | None:
    """Do what was typed, all of it or nothing; None when something was refused, which its form then says."""
    today, saved = known_today(), Saved()

    def plan():
        why = reason.cleaned_data["reason"]
        dates = [form.dates() for form in forms.typed]
        saved.replanned.extend(plan_steps(task, dates, by=by, today=today, reason=why))

    def close(form: RouteStepForm):
        if not form.has_changed():
            # Closed by somebody else meanwhile, perhaps; not by whoever sends this page.
            return
        typed, step = form.cleaned_data, form.instance
        if typed["done_on"]:
            on, document = typed["done_on"], typed["document"]
            saved.finished.append(finish_step(step, on=on, document=document, by=by, today=today))
        elif typed["skipped_on"]:
            on, why = typed["skipped_on"], typed["skipped_reason"]
            saved.skipped.append(skip_step(step, reason=why, on=on, by=by, today=today))

    with transaction.atomic(), user_action():
        # Each is tried, so that each says what is wrong with it.
        verdicts = [attempt(reason, plan), *(attempt(form, partial(close, form)) for form in forms.typed)]
        if all(verdicts):
            return saved
        transaction.set_rollback(True)
    return None


def _tell(request, saved: Saved) -> None:
    if not saved.steps:
        messages.info(request, "Chưa có gì thay đổi so với lần lưu trước.")
        return
    messages.success(request, f"Đã lưu {len(saved.steps)} bước.")
    for one in saved.finished:
        if one.still_open:
            numbers = ", ".join(str(step.position) for step in one.still_open)
            messages.warning(request, f"Bước {one.step.position} đã xong, trong khi bước {numbers} chưa xong.")


@require_POST
@keeping
def route_lay_out(request, task):
    """Make the steps of the route that the task has today."""
    today = known_today()
    route = task.route_on(today) or Route.UNDECIDED
    try:
        steps = lay_out_route(task, route=route, by=request.user, today=today)
    except ValidationError as refusal:
        return too_late(request, reverse("route_steps", args=[task.pk]), refusal.messages, title="Chưa lập các bước")
    messages.success(request, f"Đã lập {len(steps)} bước. Ghi ngày dự kiến cho từng bước.")
    return redirect("route_steps", pk=task.pk)


@keeping
def route_step_add(request, task):
    """Add a step of one's own."""
    today = known_today()
    route = task.route_on(today)
    if route is None:
        said = "Đề án đang có hiệu lực không có nhiệm vụ này, nên không thêm bước."
        return too_late(request, reverse("route_steps", args=[task.pk]), [said], title="Chưa thêm bước")
    form = AddStepForm(request.POST or None, task=task, route=route)

    def add():
        add_step(task, by=request.user, today=today, **form.cleaned_data)

    if form.is_valid() and attempt(form, add):
        messages.success(request, f"Đã thêm bước «{form.cleaned_data['name']}».")
        return redirect("route_steps", pk=task.pk)
    return _step_page(request, task, form, title="Thêm bước", button="Thêm bước")


@keeping
def route_step_reopen(request, task, step):
    """Take back that a step is done or left out."""
    found = get_object_or_404(task.route_steps.select_related("document"), pk=step)
    if not found.is_closed:
        said = f"Bước {found} đang mở. {say_recorded(found.history)}"
        return too_late(request, reverse("route_steps", args=[task.pk]), [said], StepReopenForm(request.POST))
    form = StepReopenForm(request.POST or None)

    def reopen():
        reopen_step(found, by=request.user, today=known_today(), **form.cleaned_data)

    if form.is_valid() and attempt(form, reopen):
        messages.success(request, f"Đã mở lại bước {found}. Nội dung đã ghi còn trong lịch sử.")
        return redirect("route_steps", pk=task.pk)
    title = f"Mở lại bước {found}"
    return _step_page(request, task, form, title=title, button="Mở lại bước", note=_closed_how(found))


def _closed_how(step: RouteStep) -> str:
    if step.done_on:
        return f"Đã ghi xong ngày {step.done_on:%d/%m/%Y}{f': {step.document}' if step.document else ''}."
    return f"Đã bỏ qua từ ngày {step.skipped_on:%d/%m/%Y}. Lý do: {step.skipped_reason}"


def _step_page(request, task, form, **around):
    crumbs = [
        (task.programme.code, task.programme.get_absolute_url()),
        (task.plan_name or task.code, task.get_absolute_url()),
        ("Các bước thủ tục", reverse("route_steps", args=[task.pk])),
    ]
    return record_page(request, form, crumbs=crumbs, of=task.programme.code, **around)
