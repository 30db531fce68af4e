"""The steps of revisions: proposed, considered, adopted, rejected, withdrawn."""

from django.contrib import admin
from django.utils.timezone import localdate
from unfold.widgets import UnfoldAdminTextInputWidget

from programme.models import Programme, Revision, RevisionState, RevisionStep, StepKind, taking_step
from smartcity.lib.admin import RecordAdmin
from smartcity.lib.forms.fields import AdminDayInput
from smartcity.lib.forms.record_forms import RecordForm
from smartcity.lib.records.text_fields import TypedLine
from smartcity.lib.records.typed_fields import TypedDay
from tasks.operations import take_step


class RevisionStepForm(RecordForm):
    effective_on = TypedDay(
        label="Ngày có hiệu lực",
        required=False,
        widget=AdminDayInput,
        help_text="Khi thông qua: ngày có hiệu lực ghi trong văn bản.",
    )
    pinpoint = TypedLine(
        label="Sửa đổi điểm, khoản, Điều",
        max_length=200,
        required=False,
        help_text="Khi thông qua, ví dụ: điểm b khoản 4 Điều 1.",
        widget=UnfoldAdminTextInputWidget,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [
                ("", "Chọn việc"),
                *((kind.value, kind.label) for kind in StepKind if kind != StepKind.DRAFTED),
            ]

    def _post_clean(self):
        # What is typed here is a step; ``take_step`` alone saves it.
        with taking_step():
            super()._post_clean()


@admin.register(RevisionStep)
class RevisionStepAdmin(RecordAdmin):
    """Steps are only added; each goes through ``take_step``, which moves the revision."""

    form = RevisionStepForm
    list_display = ["on", "kind", "revision", "document"]
    list_filter = ["kind"]
    list_select_related = ["revision__programme", "document"]
    ordering = ["-on", "-pk"]
    fields = ["revision", ("kind", "on"), ("document", "effective_on"), ("pinpoint", "meeting_on"), "note"]

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
        step = take_step(
            obj.revision,
            StepKind(obj.kind),
            on=obj.on,
            document=obj.document,
            effective_on=form.cleaned_data["effective_on"],
            pinpoint=form.cleaned_data["pinpoint"],
            meeting_on=obj.meeting_on,
            note=obj.note,
            reason=form.cleaned_data["change_reason"],
            by=request.user,
            today=localdate(),
        )
        obj.pk = step.pk
