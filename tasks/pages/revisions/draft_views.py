"""The pages on which the coordinating agency drafts an amendment; each does one operation and comes back."""

from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from programme.document_choice import NewestDocuments, documents_for
from programme.frozen_revision import say_frozen
from programme.models import STATE_AFTER, STEPS_FROM, Programme, Revision, RevisionState, RevisionStep, StepKind
from programme.operations.drafting import change_parts, change_revision, lock_draft
from smartcity.lib.forms.inputs import ReasonForm
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.record_page import record_page
from smartcity.lib.pages.unsaved_input import tell_left_out, tell_merged, too_late
from smartcity.lib.records.overtaken import say_recorded
from tasks.comparison import compare
from tasks.models import PlannedTask, ProgressUpdate, Task
from tasks.operations.copying import begin_amendment, redraft_revision
from tasks.operations.deciding import take_step
from tasks.operations.drafting import carry_over
from tasks.operations.rebasing import rebase_draft
from tasks.pages.revisions.forms import ObjectiveFormSet, PeriodFormSet, RevisionForm, RevisionStepForm
from tasks.pages.revisions.task_forms import CarryOverForm, open_tasks_of
from tasks.pages.revisions.views import find_revision, may_draft, records_steps, tell


def drafting(view):
    """Let only the agency that drafts in; what is no draft any more is shown, with the reason why it stays as it is."""

    @wraps(view)
    @login_required
    def wrapped(request, code, number, **kwargs):
        revision = find_revision(request.user, code, number)
        if not may_draft(request.user, revision):
            raise PermissionDenied
        try:
            if request.method != "POST":
                revision.refuse_unless_draft()
                return view(request, revision, **kwargs)
            with transaction.atomic():
                # Before anything is compared with what was typed: two people saving at once take turns.
                request.refusal = lock_for_post(revision)
                return view(request, find_revision(request.user, code, number), **kwargs)
        except ValidationError as refusal:
            return refused(request, revision, refusal)

    return wrapped


def lock_for_post(revision: Revision) -> str:
    """Lock the draft; of what is no draft any more, say who made it so: the operation refuses what was typed."""
    try:
        lock_draft(revision)
    except ValidationError:
        return say_frozen(Revision.objects.select_related("programme").get(pk=revision.pk))
    return ""


def refused(request, revision: Revision, refusal: ValidationError):
    """Back to the revision, where the refusal is read."""
    return too_late(request, revision, refusal.messages)


def draft_page(request, revision: Revision, form, *rows, planned: PlannedTask | None = None, **around):
    programme = revision.programme
    about = f"{revision.title} · {revision.get_state_display()}"
    return record_page(
        request,
        form,
        *rows,
        crumbs=[(programme.code, programme.get_absolute_url()), (revision.title, revision.get_absolute_url())],
        of=programme.code,
        about=f"{about} · nhiệm vụ {planned.position}: {planned.name}" if planned else about,
        refusal=getattr(request, "refusal", ""),
        **around,
    )


@login_required
def revision_begin(request, code):
    """Begin an amendment from the revision in force."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    if not (request.user.has_perm("programme.add_revision") and programme.is_coordinated_by(request.user)):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = "Lý do điều chỉnh"
    form.fields["reason"].help_text = "Sửa được sau, cho đến khi trình."
    made: list[Revision] = []
    if form.is_valid() and attempt(
        form,
        lambda: made.append(begin_amendment(programme, by=request.user, reason=form.cleaned_data["reason"])),
    ):
        messages.success(request, f"Đã sao chép thành dự thảo {made[0].title}. Mọi thay đổi hiện ngay dưới đây.")
        return redirect(made[0])
    base = programme.revisions.newest_adopted().select_related("programme", "document").first()
    open_drafts = programme.revisions.filter(state__in=[RevisionState.DRAFT, RevisionState.PROPOSED])
    return record_page(
        request,
        form,
        title="Soạn điều chỉnh",
        button="Bắt đầu soạn" if base else "",
        crumbs=[(programme.code, programme.get_absolute_url())],
        of=programme.code,
        template="tasks/revisions/revision_begin.html",
        base=base,
        open_drafts=open_drafts.select_related("programme").order_by("number"),
    )


@drafting
def revision_edit(request, revision):
    """Change the name, the declared budget and the reason of the programme as a whole."""
    form = RevisionForm(request.POST or None, instance=revision, by=request.user)
    if form.is_valid() and attempt(form, lambda: change_revision(revision, by=request.user, **form.said())):
        messages.success(request, "Đã lưu nội dung chung của dự thảo.")
        tell_merged(request, form)
        return redirect(revision)
    return draft_page(request, revision, form, title="Tên, kinh phí, lý do")


@drafting
def revision_periods(request, revision):
    return _parts_page(
        request, revision, PeriodFormSet(request.POST or None, instance=revision), "Giai đoạn", "Đã lưu các giai đoạn."
    )


@drafting
def revision_objectives(request, revision):
    chosen = revision.objectives.values_list("document", flat=True)
    documents = NewestDocuments(documents_for(request.user), request.user, chosen)
    formset = ObjectiveFormSet(request.POST or None, instance=revision, form_kwargs={"documents": documents})
    return _parts_page(request, revision, formset, "Mục tiêu", "Đã lưu các mục tiêu.")


def _parts_page(request, revision: Revision, formset, title: str, done: str):
    form = forms.Form(request.POST or None)
    if request.method == "POST" and formset.is_valid():
        formset.save(commit=False)
        keep = [*formset.new_objects, *(changed for changed, _ in formset.changed_objects)]
        drop = formset.deleted_objects
        if attempt(form, lambda: change_parts(revision, keep=keep, drop=drop, by=request.user)):
            messages.success(request, done)
            tell_merged(request, formset)
            return redirect(revision)
    return draft_page(request, revision, form, formset, title=title)


@drafting
def revision_carry_over(request, revision):
    """Move open tasks to a later period, many at once."""
    today = known_today()
    tasks = Task.objects.filter(programme=revision.programme_id)
    open_tasks = open_tasks_of(revision, ProgressUpdate.objects.complete_tasks(tasks, today))
    form = CarryOverForm(request.POST or None, revision=revision, open_tasks=open_tasks)
    moved: list[PlannedTask] = []

    def act():
        period, chosen = form.cleaned_data["period"] or form.new_period(), form.cleaned_data["tasks"]
        if period.pk is None:
            change_parts(revision, keep=[period], by=request.user)
        moved.extend(
            carry_over(
                revision,
                period=period,
                tasks=[planned.task for planned in chosen.select_related("task")],
                reason=form.cleaned_data["reason"],
                by=request.user,
                today=today,
            )
        )

    if form.is_valid() and attempt(form, act):
        messages.success(request, f"Đã chuyển tiếp {len(moved)} nhiệm vụ sang {moved[0].period}.")
        return redirect(revision)
    return draft_page(request, revision, form, title="Chuyển tiếp các nhiệm vụ chưa hoàn thành", button="Chuyển tiếp")


@login_required
def revision_step(request, code, number):
    """Record what happened to the revision: proposed, adopted, rejected, withdrawn."""
    revision = find_revision(request.user, code, number)
    if not records_steps(request.user, revision):
        raise PermissionDenied
    if not STEPS_FROM[revision.state]:
        state = revision.get_state_display().lower()
        who = say_recorded(RevisionStep.history.filter(revision=revision.pk))
        said = f"{revision.title} {state} rồi nên không ghi thêm bước. {who}"
        form = RevisionStepForm(request.POST or None, revision=revision, by=request.user)
        return too_late(request, revision, [said], *([form] if request.method == "POST" else []))
    form = RevisionStepForm(request.POST or None, revision=revision, by=request.user)
    if form.is_valid() and attempt(
        form,
        lambda: take_step(
            revision, StepKind(form.cleaned_data["kind"]), by=request.user, today=known_today(), **form.details()
        ),
    ):
        state = STATE_AFTER[StepKind(form.cleaned_data["kind"])].label.lower()
        messages.success(request, f"Đã ghi nhận. {revision.title} {state}.")
        tell_left_out(request, form)
        return redirect(revision)
    return draft_page(request, revision, form, title="Ghi nhận bước tiếp theo", button="Ghi nhận")


@drafting
def revision_rebase(request, revision):
    """Show what was adopted since the draft was begun, and bring the draft onto it."""
    newest = revision.programme.revisions.newest_adopted().select_related("programme", "document").first()
    if request.method == "POST":
        try:
            told = rebase_draft(revision, by=request.user)
        except ValidationError as refusal:
            return refused(request, revision, refusal)
        messages.success(request, f"Đã cập nhật dự thảo theo {newest.title}: {len(told.taken)} thay đổi được lấy vào.")
        for sentence in told.kept:
            messages.warning(request, f"Kiểm tra lại: {sentence}.")
        return redirect(revision)
    if newest is None or newest.pk == revision.base_id:
        return redirect(revision)
    moved = compare(revision.base, newest, today=known_today()) if revision.base else None
    title, changes = f"Cập nhật dự thảo theo {newest.title.lower()}", moved and tell(moved)
    around = {"template": "tasks/revisions/revision_rebase.html", "newest": newest, "moved": moved, "changes": changes}
    return draft_page(request, revision, forms.Form(), title=title, button="Cập nhật dự thảo", **around)


@require_POST
@login_required
def revision_redraft(request, code, number):
    """Draft anew what was withdrawn or rejected; that one stays as it was."""
    revision = find_revision(request.user, code, number)
    if not may_draft(request.user, revision):
        raise PermissionDenied
    try:
        draft = redraft_revision(revision, by=request.user)
    except ValidationError as refusal:
        return refused(request, revision, refusal)
    messages.success(request, f"Đã sao chép {revision.title} thành dự thảo {draft.title}.")
    return redirect(draft)
