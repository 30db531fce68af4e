"""Revisions with their periods, goals and tasks: drafted here, read-only from the moment they are proposed."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from unfold.decorators import action
from unfold.widgets import UnfoldBooleanWidget

from programme.frozen_revision import say_frozen
from programme.models import Objective, Period, Programme, Revision, RevisionState, RevisionStep
from programme.operations import draft_revision
from smartcity.lib.admin import ReadOnlyInline, RecordAdmin, RecordInline, StackedRecordInline, VisibleFilter
from smartcity.lib.forms.record_forms import RecordForm, VersionedForm
from smartcity.lib.language.money import say_money
from tasks.models import Coordination, PlannedBudget, PlannedTask, Task, TaskLineage
from tasks.operations import change_planned_task, plan_task
from tasks.pages.revisions.plan_form import NOT_ON_THE_RECORD, PlanForm


class DraftOnlyInline(RecordInline):
    """Rows of a draft; frozen together with it."""

    def has_add_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return _is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


def _is_draft(obj) -> bool:
    if obj is None:
        return False
    return (obj.revision if isinstance(obj, PlannedTask) else obj).is_draft


class PeriodInline(DraftOnlyInline):
    model = Period
    fields = ["label", "kind", "first_day", "last_day"]
    order_by = ("first_day", "pk")


class ObjectiveInline(DraftOnlyInline, StackedRecordInline):
    model = Objective
    fields = [("position", "field", "target_year"), "text", ("target", "document")]
    order_by = ("position",)


class StepInline(ReadOnlyInline):
    model = RevisionStep
    fields = ["on", "kind", "document", "meeting_on", "note"]
    order_by = ("on", "pk")


class PlannedTaskInline(ReadOnlyInline):
    model = PlannedTask
    fields = ["position", "name", "lead_agency", "period", "due_on"]
    order_by = ("position",)
    show_change_link = True


class LineageInline(ReadOnlyInline):
    model = TaskLineage
    joins = ("from_task__programme", "to_task__programme")
    fields = ["from_task", "kind", "to_task"]


class RevisionForm(RecordForm):
    sent_as = {"declared_budget_vnd": "declared_budget"}

    class Meta:
        help_texts = {"declared_budget_vnd": "Ví dụ: 3.470 tỷ đồng. Để trống nếu văn bản không nêu."}

    def clean_programme(self):
        programme = self.cleaned_data["programme"]
        if programme.revisions.in_force(localdate()).exists():
            raise ValidationError(
                "Đề án đã có lần ban hành đang có hiệu lực. Bấm «Soạn điều chỉnh» ở trang của đề án: "
                "dự thảo được sao chép đầy đủ từ lần đó."
            )
        return programme


@admin.register(Revision)
class RevisionAdmin(RecordAdmin):
    form = RevisionForm
    list_display = ["title", "programme", "state", "effective_on", "document", "name"]
    list_filter = [("programme", VisibleFilter), "state"]
    list_select_related = ["programme", "document"]
    search_fields = ["search_text"]
    ordering = ["programme", "-number"]
    inlines = [PeriodInline, ObjectiveInline, PlannedTaskInline, LineageInline, StepInline]
    actions_detail = ["open_page", "add_task", "add_step"]
    decided = ["state", "number", "base", "document", "effective_on"]

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or (obj.is_draft and obj.programme.is_coordinated_by(request.user)))

    def frozen(self, request, obj):
        drafts = super().has_change_permission(request) and obj.programme.is_coordinated_by(request.user)
        return say_frozen(obj) if drafts and not obj.is_draft else ""

    def lock(self, obj):
        # In the order in which drafting locks them.
        Programme.objects.select_for_update().get(pk=obj.programme_id)
        super().lock(obj)

    def get_fields(self, request, obj=None):
        # Who only reads has the amount in words.
        amount = "declared_budget_vnd" if obj is None or self.has_change_permission(request, obj) else "declared_budget"
        said = ["name", (amount, "declared_budget_kind"), "budget_document", "reason", "task_list_is_partial", "note"]
        return [*(self.decided if obj else []), "programme", *said]

    def get_readonly_fields(self, request, obj=None):
        return [*self.decided, "programme", "declared_budget"] if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @admin.display(description="lần", ordering="number")
    def title(self, obj):
        return obj.title

    @admin.display(description="tổng kinh phí công bố")
    def declared_budget(self, obj):
        return "chưa có số liệu" if obj.declared_budget_vnd is None else say_money(obj.declared_budget_vnd)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "programme":
            field.queryset = field.queryset.coordinated_by(request.user, localdate())
        return field

    def save(self, request, obj, form, change):
        if change:
            super().save(request, obj, form, change)
            return
        names = ["name", "declared_budget_kind", "budget_document", "reason", "task_list_is_partial", "note"]
        revision = draft_revision(
            obj.programme,
            declared_budget_vnd=obj.declared_budget_vnd,
            change_reason=form.cleaned_data["change_reason"],
            by=request.user,
            **{name: getattr(obj, name) for name in names},
        )
        obj.pk, obj.number = revision.pk, revision.number

    def response_post_save_add(self, request, obj):
        """A new draft is gone on with on its page: periods, goals, tasks."""
        return HttpResponseRedirect(obj.get_absolute_url())

    @action(description="Soạn, so sánh", url_path="so-sanh", permissions=["open_page"])
    def open_page(self, request, object_id):
        return HttpResponseRedirect(self.get_object(request, object_id).get_absolute_url())

    def has_open_page_permission(self, request, object_id=None):
        return self.get_queryset(request).filter(pk=object_id).exists()

    @action(description="Thêm nhiệm vụ", url_path="them-nhiem-vu", permissions=["add_task"])
    def add_task(self, request, object_id):
        return HttpResponseRedirect(f"{reverse('admin:tasks_plannedtask_add')}?revision={object_id}")

    @action(description="Ghi nhận bước tiếp theo", url_path="ghi-nhan", permissions=["add_step"])
    def add_step(self, request, object_id):
        return HttpResponseRedirect(f"{reverse('admin:programme_revisionstep_add')}?revision={object_id}")

    def has_add_task_permission(self, request, object_id=None):
        revision = self.get_queryset(request).filter(pk=object_id).first()
        return revision is not None and self.has_change_permission(request, revision)

    def has_add_step_permission(self, request, object_id=None):
        open_states = [RevisionState.DRAFT, RevisionState.PROPOSED]
        revision = self.get_queryset(request).filter(pk=object_id, state__in=open_states).first()
        return revision is not None and request.user.has_perm("programme.add_revisionstep")


class CoordinationInline(DraftOnlyInline):
    model = Coordination
    fields = ["agency"]


class PlannedBudgetForm(VersionedForm):
    sent_as = {"amount_vnd": "amount"}


class PlannedBudgetInline(DraftOnlyInline):
    model = PlannedBudget
    form = PlannedBudgetForm
    fields = ["source", "year", "amount_vnd"]
    readonly_fields = ["amount"]

    def get_fields(self, request, obj=None):
        if self.has_change_permission(request, obj):
            return super().get_fields(request, obj)
        # Who only reads has the amount in words.
        return ["source", "year", "amount"]

    @admin.display(description="số tiền")
    def amount(self, obj):
        return say_money(obj.amount_vnd)


class PlannedTaskForm(PlanForm, RecordForm):
    asked_with = UnfoldBooleanWidget

    def clean(self):
        super().clean()
        revision = self.cleaned_data.get("revision") or (self.instance.revision if self.instance.revision_id else None)
        task = self.cleaned_data.get("task")
        if task and revision and task.programme_id != revision.programme_id:
            self.add_error("task", ValidationError("Nhiệm vụ này thuộc đề án khác."))

    def _get_validation_exclusions(self):
        # A new task gets its identity when it is saved.
        return super()._get_validation_exclusions() | ({"task"} if not self.cleaned_data.get("task") else set())


@admin.register(PlannedTask)
class PlannedTaskAdmin(RecordAdmin):
    """What a draft says of a task. A new one without «nhiệm vụ» begins a new task."""

    form = PlannedTaskForm
    owner = "revision"
    list_display = ["position", "name", "lead_agency", "period", "revision"]
    list_display_links = ["name"]
    list_filter = [("revision__programme", VisibleFilter), "revision__state"]
    list_select_related = ["lead_agency", "period", "revision__programme"]
    search_fields = ["search_text"]
    ordering = ["revision", "position"]
    inlines = [CoordinationInline, PlannedBudgetInline]
    fields = [
        ("revision", "task"),
        ("position", "field"),
        "name",
        ("lead_agency", "lead_is_assumed"),
        ("lead_ground", "lead_document"),
        ("period", "route"),
        ("start_on", "due_on"),
        "earlier_is_meant",
        ("scope", "deliverable"),
        ("basis_document", "basis_pinpoint"),
        "note",
    ]

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (
            obj is None or (obj.revision.is_draft and obj.revision.programme.is_coordinated_by(request.user))
        )

    def get_fields(self, request, obj=None):
        # A question to whoever changes a plan, not a part of it.
        asks = obj is not None and self.has_change_permission(request, obj)
        return [name for name in self.fields if asks or name != "earlier_is_meant"]

    def frozen(self, request, obj):
        drafts = super().has_change_permission(request) and obj.revision.programme.is_coordinated_by(request.user)
        return say_frozen(obj.revision) if drafts and not obj.revision.is_draft else ""

    def lock(self, obj):
        # In the order in which drafting locks them.
        Programme.objects.select_for_update().get(pk=obj.revision.programme_id)
        Revision.objects.select_for_update(of=("self",)).get(pk=obj.revision_id)
        super().lock(obj)

    def get_readonly_fields(self, request, obj=None):
        return ["revision", "task"] if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        own = Programme.objects.coordinated_by(request.user, localdate())
        drafts = Revision.objects.filter(state=RevisionState.DRAFT, programme__in=own.values("pk"))
        drafts = drafts.select_related("programme")
        if db_field.name == "revision":
            field.queryset = drafts
        elif db_field.name == "task":
            field.required = False
            field.help_text = "Để trống để bắt đầu một nhiệm vụ mới."
            field.queryset = Task.objects.filter(programme__in=drafts.values("programme")).select_related("programme")
        elif db_field.name == "period":
            field.queryset = Period.objects.filter(revision__in=drafts).select_related("revision__programme")
            field.label_from_instance = lambda period: f"{period.label} ({period.revision.programme.code})"
        return field

    def save(self, request, obj, form, change):
        if change:
            asked = {"change_reason", "earlier_is_meant"}
            typed = {name: form.cleaned_data[name] for name in form.changed_data if name not in asked}
            reason = form.cleaned_data["change_reason"]
            change_planned_task(PlannedTask.objects.get(pk=obj.pk), by=request.user, change_reason=reason, **typed)
            return
        names = [name for name in form.cleaned_data if name not in {"revision", "task"} | NOT_ON_THE_RECORD]
        planned = plan_task(
            obj.revision,
            task=form.cleaned_data["task"],
            by=request.user,
            **{name: form.cleaned_data[name] for name in names},
        )
        obj.pk, obj.task = planned.pk, planned.task
