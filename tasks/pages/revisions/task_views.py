"""The pages on which a task of a draft is added, changed, split, merged, taken out and brought back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from programme.models import Revision
from smartcity.lib.forms.inputs import ReasonForm
from smartcity.lib.forms.merging import say_moment
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.forms.unsaved_input import KEPT, removal_of, typed_words
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.unsaved_input import tell_merged, unsaved_page
from smartcity.lib.records.overtaken import say_who
from smartcity.lib.records.signers import signer_of
from tasks.models import PlannedTask, Task
from tasks.operations.copying import restore_task
from tasks.operations.drafting import change_planned_task, merge_tasks, plan_task, remove_task, split_task
from tasks.pages.revisions.draft_views import draft_page, drafting, refused
from tasks.pages.revisions.plan_form import NOT_ON_THE_RECORD
from tasks.pages.revisions.planned_money import budget_rows, merge_money
from tasks.pages.revisions.task_forms import (
    MergeForm,
    PartFormSet,
    PlannedTaskForm,
    RemovalForm,
)


@drafting
def planned_task_add(request, revision):
    """Add a new task to the draft."""
    form = PlannedTaskForm(request.POST or None, instance=PlannedTask(revision=revision), by=request.user)
    budgets = budget_rows(None, request.POST or None)
    if _save(form, budgets, lambda said: plan_task(revision, by=request.user, **said)):
        messages.success(request, f"Đã bổ sung «{form.cleaned_data['name']}».")
        return redirect(revision)
    return draft_page(request, revision, form, budgets, title="Bổ sung nhiệm vụ", button="Bổ sung")


@drafting
def planned_task_edit(request, revision, pk):
    """Change what the draft says of a task."""
    planned = find_planned(revision, pk)
    if planned is None:
        return gone(request, revision, pk, lambda was: [PlannedTaskForm(request.POST, instance=was, by=request.user)])
    form = PlannedTaskForm(request.POST or None, instance=planned, by=request.user)
    budgets = budget_rows(form, request.POST or None)
    if request.method == "POST":
        seen = form.seen()
        form.is_valid()
        budgets = merge_money(form, seen, budgets)
    if _save(form, budgets, lambda said: change_planned_task(planned, by=request.user, **said)):
        messages.success(request, f"Đã lưu «{form.cleaned_data['name']}».")
        tell_merged(request, form)
        return redirect(revision)
    return draft_page(request, revision, form, budgets, title="Sửa nội dung nhiệm vụ", planned=planned)


def _save(form: PlannedTaskForm, budgets, act: Callable[[dict], Any]) -> bool:
    """Do ``act`` with what the form and its rows of money say of a task, once both are in order."""
    if not (form.is_bound and form.is_valid() and budgets.is_valid()):
        return False
    said = {name: value for name, value in form.cleaned_data.items() if name not in NOT_ON_THE_RECORD}
    return attempt(form, lambda: act(said | {"budgets": budgets.budgets()}))


@drafting
def planned_task_split(request, revision, pk):
    """Split a task into two or more."""
    planned = find_planned(revision, pk)
    if planned is None:
        parts = PartFormSet(request.POST or None, prefix="phan", form_kwargs={"revision": revision})
        return gone(request, revision, pk, lambda _: [ReasonForm(request.POST), *parts.forms])
    form = ReasonForm(request.POST or None)
    kwargs = {"revision": revision, "planned": planned}
    parts = PartFormSet(request.POST or None, prefix="phan", form_kwargs=kwargs)

    def act():
        named = [part for row in parts.forms if (part := row.as_part())]
        split_task(planned, parts=named, reason=form.cleaned_data["reason"], by=request.user, today=known_today())

    if request.method == "POST" and form.is_valid() and parts.is_valid() and attempt(form, act):
        messages.success(request, f"Đã tách «{planned.name}». Kinh phí của từng phần ghi ở «Sửa».")
        return redirect(revision)
    return draft_page(request, revision, form, parts, title="Tách nhiệm vụ", button="Tách", planned=planned)


@drafting
def planned_task_merge(request, revision):
    """Merge two or more tasks into one."""
    form = MergeForm(request.POST or None, revision=revision)

    def act():
        merge_tasks(
            list(form.cleaned_data["tasks"]),
            name=form.cleaned_data["name"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            today=known_today(),
        )

    if form.is_valid() and attempt(form, act):
        messages.success(request, f"Đã gộp thành «{form.cleaned_data['name']}».")
        return redirect(revision)
    return draft_page(request, revision, form, title="Gộp nhiệm vụ", button="Gộp")


@drafting
def planned_task_remove(request, revision, pk):
    """Take a task out of the programme, with the reason."""
    planned = find_planned(revision, pk)
    if planned is None:
        return gone(request, revision, pk, lambda _: [RemovalForm(request.POST)])
    name = planned.name
    form = RemovalForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: remove_task(planned, reason=form.cleaned_data["reason"], by=request.user)
    ):
        messages.success(request, f"Đã đưa «{name}» ra khỏi đề án. Khôi phục được cho đến khi trình.")
        return redirect(revision)
    title, button = "Đưa nhiệm vụ ra khỏi đề án", "Đưa ra khỏi đề án"
    return draft_page(request, revision, form, title=title, button=button, planned=planned)


@require_POST
@drafting
def planned_task_restore(request, revision, pk):
    """Put a task, by the key of its identity, back as the base has it."""
    task = get_object_or_404(Task, pk=pk, programme=revision.programme_id)
    try:
        back = restore_task(revision, task, by=request.user)
    except ValidationError as refusal:
        return refused(request, revision, refusal)
    messages.success(request, f"Đã khôi phục {', '.join(f'«{planned.name}»' for planned in back)}.")
    return redirect(revision)


def find_planned(revision: Revision, pk: int) -> PlannedTask | None:
    """What the draft says of a task, by the key of the task's identity; None when the draft has it no more."""
    planned = revision.planned_tasks.select_related("revision__programme", "task").filter(task=pk).first()
    if planned is None and removal_of(PlannedTask, revision=revision.pk, task=pk) is None:
        raise Http404
    return planned


def gone(request, revision: Revision, pk: int, filled: Callable[[PlannedTask], list[forms.BaseForm]]):
    """Say who took a task out of the draft, when and why; what was typed about it stays to be copied."""
    row = removal_of(PlannedTask, revision=revision.pk, task=pk)
    sentence = (
        f"Nhiệm vụ này không còn trong dự thảo: {say_who(signer_of(row))} đã đưa ra khỏi đề án, tách hoặc gộp "
        f"lúc {say_moment(row.history_date)}."
    )
    if row.history_change_reason:
        sentence += f" Lý do: {row.history_change_reason.rstrip('.')}."
    if request.method != "POST":
        return refused(request, revision, ValidationError(sentence))
    typed, title = typed_words(*filled(row.instance)), "Nhiệm vụ không còn trong dự thảo"
    return unsaved_page(request, revision, f"{sentence} {KEPT}", typed, title=title, status=410)
