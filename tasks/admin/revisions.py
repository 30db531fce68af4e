"""Revisions, what they plan and their steps, for reading; they are drafted and recorded on pages of the programme."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from unfold.decorators import action

from programme.models import Objective, Period, Programme, Revision, RevisionState, RevisionStep
from smartcity.lib.admin import ReadAdmin, ReadOnlyInline, VisibleFilter
from smartcity.lib.language.money import say_money
from tasks.models import Coordination, PlannedBudget, PlannedTask, TaskLineage
from tasks.pages.revisions.views import may_draft, records_steps

OPEN = {RevisionState.DRAFT, RevisionState.PROPOSED}


def _page(name: str, revision: Revision, *args) -> str:
    return reverse(name, args=[revision.programme.code, revision.number, *args])


def _drafts(user, revision: Revision) -> bool:
    return revision.is_draft and may_draft(user, revision)


class PlanAdmin(ReadAdmin):
    """The address where a form for a new one stood leads to the page on which it is made now."""

    # The list in which the ``owner`` is looked up where the address names none.
    owners = "admin:programme_revision_changelist"

    def add_view(self, request, form_url="", extra_context=None):
        if not request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}"):
            raise PermissionDenied
        visible = self.model._meta.get_field(self.owner).related_model._default_manager.visible_to(request.user)
        key = request.GET.get(self.owner, "")
        owner = visible.filter(pk=key).first() if key.isdecimal() else None
        return redirect(self.page_to_add(owner) if owner else self.owners)

    def page_to_add(self, owner: Model) -> str:
        raise NotImplementedError


class PeriodInline(ReadOnlyInline):
    model = Period
    fields = ["label", "kind", "first_day", "last_day"]
    order_by = ("first_day", "pk")


class ObjectiveInline(ReadOnlyInline):
    model = Objective
    fields = ["position", "field", "text", "target", "target_year", "document"]
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


@admin.register(Revision)
class RevisionAdmin(PlanAdmin):
    owner, owners = "programme", "admin:index"
    list_display = ["title", "programme", "state", "effective_on", "document", "name"]
    list_filter = [("programme", VisibleFilter), "state"]
    list_select_related = ["programme", "document"]
    search_fields = ["search_text"]
    ordering = ["programme", "-number"]
    inlines = [PeriodInline, ObjectiveInline, PlannedTaskInline, LineageInline, StepInline]
    actions_detail = ["open_page", "add_task", "add_step"]
    fields = [
        "state",
        "number",
        "base",
        "document",
        "effective_on",
        "programme",
        "name",
        ("declared_budget", "declared_budget_kind"),
        "budget_document",
        "reason",
        "task_list_is_partial",
        "note",
    ]

    @admin.display(description="lần", ordering="number")
    def title(self, obj):
        return obj.title

    @admin.display(description="tổng kinh phí công bố")
    def declared_budget(self, obj):
        return "chưa có số liệu" if obj.declared_budget_vnd is None else say_money(obj.declared_budget_vnd)

    def page_to_add(self, owner: Programme) -> str:
        return reverse("revision_first", args=[owner.code])

    @action(description="Soạn, so sánh", url_path="so-sanh")
    def open_page(self, request, object_id):
        return redirect(get_object_or_404(self.get_queryset(request), pk=object_id))

    @action(description="Thêm nhiệm vụ", url_path="them-nhiem-vu", permissions=["add_task"])
    def add_task(self, request, object_id):
        return redirect(_page("planned_task_add", self.get_object(request, object_id)))

    def has_add_task_permission(self, request, object_id=None):
        revision = self._revision(request, object_id)
        return revision is not None and _drafts(request.user, revision)

    @action(description="Ghi nhận bước tiếp theo", url_path="ghi-nhan", permissions=["add_step"])
    def add_step(self, request, object_id):
        return redirect(_page("revision_step", self.get_object(request, object_id)))

    def has_add_step_permission(self, request, object_id=None):
        revision = self._revision(request, object_id)
        return revision is not None and revision.state in OPEN and records_steps(request.user, revision)

    def _revision(self, request, object_id):
        return self.get_queryset(request).select_related("programme").filter(pk=object_id).first()


class CoordinationInline(ReadOnlyInline):
    model = Coordination
    fields = ["agency"]


class PlannedBudgetInline(ReadOnlyInline):
    model = PlannedBudget
    fields = ["source", "year", "amount"]

    @admin.display(description="số tiền")
    def amount(self, obj):
        return say_money(obj.amount_vnd)


@admin.register(PlannedTask)
class PlannedTaskAdmin(PlanAdmin):
    """What a revision says of a task; its page is where a draft of it is changed, else that of the revision."""

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
        "short_name",
        ("lead_agency", "lead_is_assumed"),
        ("lead_ground", "lead_document"),
        ("period", "route"),
        ("start_on", "due_on"),
        ("scope", "deliverable"),
        ("basis_document", "basis_pinpoint"),
        "note",
    ]

    def page_to_add(self, owner: Revision) -> str:
        return _page("planned_task_add", owner)

    def page_of(self, request, obj):
        if _drafts(request.user, obj.revision):
            return _page("planned_task_edit", obj.revision, obj.task_id)
        return obj.revision.get_absolute_url()


@admin.register(RevisionStep)
class RevisionStepAdmin(PlanAdmin):
    owner = "revision"
    list_display = ["on", "kind", "revision", "document"]
    list_filter = ["kind"]
    list_select_related = ["revision__programme", "document"]
    ordering = ["-on", "-pk"]
    fields = ["revision", "kind", "on", "document", "meeting_on", "note"]

    def get_queryset(self, request):
        return RevisionStep.objects.filter(revision__in=Revision.objects.visible_to(request.user))

    def page_to_add(self, owner: Revision) -> str:
        return _page("revision_step", owner)

    def page_of(self, request, obj):
        return obj.revision.get_absolute_url()
