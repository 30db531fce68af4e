"""Tasks: the identity, with what each revision plans, what was reported and what was paid."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate

from smartcity.lib.admin import ReadOnlyInline, RecordAdmin, VisibleFilter
from smartcity.lib.language.money import say_money
from tasks.models import BudgetEntry, LeadTransfer, PlannedTask, ProgressUpdate, RouteStep, Task
from tasks.task_names import named, with_last_status


class OwnTasksFilter(admin.SimpleListFilter):
    """For people who report: the tasks that their agency reports on. The list itself opens on everything."""

    title = "phạm vi"
    parameter_name = "pham-vi"

    def lookups(self, request, model_admin):
        return [("don-vi-toi", "Đơn vị tôi báo cáo")] if request.user.reports else []

    def queryset(self, request, queryset):
        if self.value() != "don-vi-toi" or not request.user.reports:
            return queryset
        return queryset.filter(pk__in=Task.objects.reportable_by(request.user, localdate()).values("pk"))


class PlanInline(ReadOnlyInline):
    model = PlannedTask
    joins = ("revision__programme",)
    fields = ["revision", "position", "name", "lead_agency", "period", "due_on"]
    order_by = ("revision__number",)
    show_change_link = True


class UpdateInline(ReadOnlyInline):
    model = ProgressUpdate
    joins = ("task__programme",)
    fields = ["as_of", "status", "percent", "state", "author", "document"]
    order_by = ("-as_of", "-pk")
    show_change_link = True


class EntryInline(ReadOnlyInline):
    model = BudgetEntry
    fields = ["decided_on", "kind", "source", "year", "amount", "document"]
    order_by = ("decided_on", "pk")

    @admin.display(description="số tiền")
    def amount(self, obj):
        return say_money(obj.amount_vnd)


class RouteStepInline(ReadOnlyInline):
    """The steps of procedure; they are recorded on the page of the task."""

    model = RouteStep
    fields = ["route", "position", "name", "planned_start", "planned_due", "done_on", "document", "skipped_reason"]
    order_by = ("route", "position")


class TransferInline(ReadOnlyInline):
    """Who leads since when; transfers are recorded on the page of the agency."""

    model = LeadTransfer
    fields = ["effective_on", "from_agency", "to_agency", "document", "note"]
    order_by = ("effective_on",)


@admin.register(Task)
class TaskAdmin(RecordAdmin):
    owner = "programme"
    list_display = ["name", "lead", "last_status", "programme", "report"]
    list_filter = [OwnTasksFilter, ("programme", VisibleFilter)]
    list_select_related = ["programme"]
    search_fields = ["plans__search_text"]
    fields = ["name", "lead", "programme", "code"]
    readonly_fields = ["name", "lead", "programme", "code"]
    inlines = [UpdateInline, PlanInline, RouteStepInline, TransferInline, EntryInline]

    def with_columns(self, rows):
        return with_last_status(named(rows, localdate()), localdate())

    def get_ordering(self, request):
        return ["programme__code", "plan_position"]

    def get_list_display(self, request):
        # Asked for more than once a page.
        if not hasattr(request, "reportable"):
            own = Task.objects.reportable_by(request.user, localdate())
            request.reportable = set(own.values_list("pk", flat=True)) if request.user.reports else set()
        self.reportable = request.reportable
        return [name for name in self.list_display if name != "report" or request.user.reports]

    @admin.display(description="nhiệm vụ", ordering="plan_position")
    def name(self, obj):
        return f"{obj.plan_position}. {obj.plan_name}" if obj.plan_name else obj.code

    @admin.display(description="chủ trì", ordering="lead_name")
    def lead(self, obj):
        return obj.lead_name or "nguồn không nêu"

    @admin.display(description="trạng thái gần nhất")
    def last_status(self, obj):
        return obj.last_status_label

    @admin.display(description="báo cáo")
    def report(self, obj):
        if obj.pk not in self.reportable:
            return ""
        return format_html(
            '<a href="{}?task={}">Báo cáo tiến độ</a>', reverse("admin:tasks_progressupdate_add"), obj.pk
        )

    # A button, not a value.
    report.in_export = False
