"""Programmes, and the steps of their revisions. The revisions themselves, with their tasks, are in ``tasks.admin``."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate

from programme import operations
from programme.admin.base import ReadOnlyInline, RecordAdmin
from programme.forms import DayField, RecordForm
from programme.models import (
    Agency,
    CoordinationTransfer,
    Programme,
    Revision,
    RevisionState,
    RevisionStep,
    StepKind,
)


class CoordinationTransferInline(ReadOnlyInline):
    """Who coordinates since when; transfers are recorded on the page of the agency."""

    model = CoordinationTransfer
    fields = ["effective_on", "from_agency", "to_agency", "document", "note"]
    order_by = ("effective_on",)


@admin.register(Programme)
class ProgrammeAdmin(RecordAdmin):
    list_display = ["code", "current_name", "coordinator", "province"]
    list_select_related = ["province"]
    ordering = ["code"]
    inlines = [CoordinationTransferInline]

    def get_queryset(self, request):
        in_force = Revision.objects.in_force(localdate()).filter(programme=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .with_coordinator(localdate())
            .annotate(
                name_in_force=Subquery(in_force.values("name")[:1]),
                coordinator_name=Subquery(Agency.objects.filter(pk=OuterRef("coordinator_id")).values("name")),
            )
        )

    def get_readonly_fields(self, request, obj=None):
        # A programme keeps its code and its province for good.
        return ["code", "province"] if obj else []

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @admin.display(description="cơ quan đầu mối", ordering="coordinator_name")
    def coordinator(self, obj):
        return obj.coordinator_name

    @admin.display(description="tên hiện nay")
    def current_name(self, obj):
        return obj.name_in_force or "chưa có lần ban hành nào có hiệu lực"


class RevisionStepForm(RecordForm):
    effective_on = DayField(
        label="Ngày có hiệu lực", required=False, help_text="Khi thông qua: ngày có hiệu lực ghi trong văn bản."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [
                ("", "Chọn việc"),
                *((kind.value, kind.label) for kind in StepKind if kind != StepKind.DRAFTED),
            ]


@admin.register(RevisionStep)
class RevisionStepAdmin(RecordAdmin):
    """Steps are only added; each goes through ``record_step``, which moves the revision."""

    form = RevisionStepForm
    list_display = ["on", "kind", "revision", "document"]
    list_filter = ["kind"]
    list_select_related = ["revision__programme", "document"]
    ordering = ["-on", "-pk"]
    fields = ["revision", ("kind", "on"), ("document", "effective_on"), "meeting_on", "note"]

    def get_queryset(self, request):
        return RevisionStep.objects.filter(revision__in=Revision.objects.visible_to(request.user))

    def get_fields(self, request, obj=None):
        return ["revision", "kind", "on", "document", "meeting_on", "note"] if obj else self.fields

    def has_change_permission(self, request, obj=None):
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "revision":
            open_states = [RevisionState.DRAFT, RevisionState.PROPOSED]
            visible = Revision.objects.visible_to(request.user).filter(state__in=open_states)
            if request.user.is_coordinator:
                own = Programme.objects.coordinated_by(request.user, localdate())
                visible = visible.filter(programme__in=own.values("pk"))
            kwargs["queryset"] = visible.select_related("programme")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save(self, request, obj, form, change):
        step = operations.record_step(
            obj.revision,
            StepKind(obj.kind),
            on=obj.on,
            document=obj.document,
            effective_on=form.cleaned_data["effective_on"],
            meeting_on=obj.meeting_on,
            note=obj.note,
            reason=form.cleaned_data["change_reason"],
            by=request.user,
            today=localdate(),
        )
        obj.pk = step.pk
