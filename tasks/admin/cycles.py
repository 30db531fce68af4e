"""Orders to report, and the cycles that follow from them."""

from django.contrib import admin, messages

from programme.admin.document_fields import DocumentFields
from programme.models import Programme
from smartcity.lib.admin import RecordAdmin, VisibleFilter
from smartcity.lib.log.known.marks import known_today
from tasks.admin.choices import TaskChoiceField
from tasks.admin.confirming import ConfirmedForm
from tasks.models import ReportingCycle, ReportingDuty, Task
from tasks.operations.cycles import past_cycles_question, set_duty


def _coordinates(user, programme: Programme) -> bool:
    return programme.is_coordinated_by(user)


def _cycles_of(duty: ReportingDuty) -> set[int]:
    return set(ReportingCycle.objects.filter(duty=duty.pk).values_list("pk", flat=True))


class ReportingDutyForm(ConfirmedForm):
    def asked(self):
        question = past_cycles_question(self.instance, known_today())
        return (question.code, [("first_day", question.sentence)]) if question else ("", [])


@admin.register(ReportingDuty)
class ReportingDutyAdmin(DocumentFields, RecordAdmin):
    form = ReportingDutyForm
    list_display = ["__str__", "programme", "first_day", "last_day", "days_to_report"]
    list_filter = ["cadence", ("programme", VisibleFilter)]
    list_select_related = ["programme", "task__programme"]
    ordering = ["programme__code", "-first_day", "-pk"]
    fields = [
        ("programme", "task"),
        ("cadence", "days_to_report"),
        ("first_day", "last_day"),
        "document",
        "note",
    ]

    def get_readonly_fields(self, request, obj=None):
        fixed = ["programme", "task", "cadence"] if obj else []
        return [*fixed, "first_day"] if obj and obj.is_answered() else fixed

    def get_fields(self, request, obj=None):
        fields = super().get_fields(request, obj)
        may_save = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*fields, "confirmed"] if may_save else fields

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or _coordinates(request.user, obj.programme))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        own = Programme.objects.coordinated_by(request.user, known_today())
        if db_field.name == "task":
            tasks = Task.objects.visible_to(request.user).filter(programme__in=own.values("pk"))
            help_text = db_field.help_text
            return TaskChoiceField(tasks, label="Nhiệm vụ", required=False, help_text=help_text)
        if db_field.name == "programme":
            kwargs["queryset"] = Programme.objects.filter(pk__in=own.values("pk")).order_by("code")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save(self, request, obj, form, change):
        given, before = form.cleaned_data, _cycles_of(obj)
        set_duty(
            obj,
            by=request.user,
            today=known_today(),
            reason=given["change_reason"],
            confirmed=[given["confirmed"]],
        )
        withdrawn = before - _cycles_of(obj)
        if withdrawn:
            told = f"Đã rút {len(withdrawn)} kỳ chưa ai báo cáo, nằm ngoài thời gian áp dụng."
            self.message_user(request, told, messages.WARNING)


@admin.register(ReportingCycle)
class ReportingCycleAdmin(RecordAdmin):
    """A cycle is opened by its duty; here only its due day is put off, for a holiday or on request."""

    # Who looks for a cycle that was withdrawn is told by whom and why.
    owner = "duty"
    list_display = ["__str__", "of_what", "first_day", "last_day", "due_on"]
    list_filter = ["duty__cadence", ("duty__programme", VisibleFilter)]
    list_select_related = ["duty__programme", "duty__task__programme"]
    ordering = ["-due_on", "-pk"]
    fields = ["of_what", ("first_day", "last_day"), "due_on"]
    readonly_fields = ["of_what", "first_day", "last_day"]

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        return may and (obj is None or _coordinates(request.user, obj.duty.programme))

    @admin.display(description="đề án, nhiệm vụ")
    def of_what(self, obj):
        return str(obj.duty.task or obj.duty.programme)
