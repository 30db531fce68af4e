"""Tasks: the identity, with what each revision plans, what was reported and what was paid."""

from django.contrib import admin
from django.db.models import Case, OuterRef, Subquery, Value, When

from programme.models import Agency
from smartcity.lib.admin import ReadOnlyInline, RecordAdmin
from smartcity.lib.admin.lists import FileChangeList
from smartcity.lib.language.money import say_money
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import Kind
from tasks.admin.task_list import TaskChangeList, TaskFileChangeList
from tasks.figures.report_words import AS_OF, STATUS, word_columns
from tasks.models import BudgetEntry, LeadTransfer, PlannedTask, ProgressUpdate, RouteStep, Task
from tasks.task_names import named
from tasks.timeliness import Timeliness

# What needs somebody first, by the word that stands there.
BY_STATUS = Case(
    When(is_complete=True, then=Value(5)),
    When(is_proposed=True, then=Value(2)),
    When(timeliness=Timeliness.OPEN_OVERDUE.value, then=Value(1)),
    When(is_carried_over=True, then=Value(3)),
    default=Value(4),
)
# By the name of who leads.
BY_LEAD = Subquery(Agency.objects.filter(pk=OuterRef("lead_id")).values("name"))


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
    """The list shows tasks as they are today, as their programmes' pages do; the record, all that was said."""

    owner = "programme"
    list_display = [
        "position",
        "name",
        "programme",
        "code",
        "lead",
        "due",
        "period",
        "status",
        "reported_status",
        "percent",
        "days_late",
        "told_on",
    ]
    # What the page calls them; the other ones stand below these.
    on_the_page = {
        "position": "STT",
        "name": "Nhiệm vụ",
        "lead": "Chủ trì",
        "due": "Hạn",
        "status": "Trạng thái",
        "percent": "Tiến độ",
        "days_late": "Chậm",
        "told_on": "Báo cáo gần nhất",
    }
    # Of tasks out of force no report is told.
    file_columns = word_columns(
        lambda task: getattr(task, "told", None), lambda task, name: getattr(task, f"told_{name}", None)
    )
    list_select_related = ["programme"]
    search_fields = ["plans__search_text"]
    fields = ["name", "lead", "programme", "code"]
    readonly_fields = ["name", "lead", "programme", "code"]
    inlines = [UpdateInline, PlanInline, RouteStepInline, TransferInline, EntryInline]

    def get_queryset(self, request):
        visible = Task.objects.visible_to(request.user)
        # The list adds columns of its own.
        is_of_one = request.resolver_match and "object_id" in request.resolver_match.kwargs
        return named(visible, known_today()) if is_of_one else visible

    def get_changelist(self, request, **kwargs):
        is_file = super().get_changelist(request, **kwargs) is FileChangeList
        return TaskFileChangeList if is_file else TaskChangeList

    def get_paginator(self, request, queryset, per_page, orphans=0, allow_empty_first_page=True):
        paginator = super().get_paginator(request, queryset, per_page, orphans, allow_empty_first_page)
        paginator.count = request.known_count
        return paginator

    def get_ordering(self, request):
        return ["programme__code", "plan_position"]

    @admin.display(description="STT", ordering="plan_position")
    def position(self, obj):
        return obj.plan_position

    position.kind = Kind.NUMBER

    @admin.display(description="nhiệm vụ", ordering="plan_name")
    def name(self, obj):
        return obj.plan_name or obj.code

    @admin.display(description="chủ trì", ordering=BY_LEAD)
    def lead(self, obj):
        # On the page of one record it comes with it; in a file it was read for many at once.
        return getattr(obj, "lead_name", "") or getattr(obj, "lead", "") or "nguồn không nêu"

    @admin.display(description="hạn", ordering="due")
    def due(self, obj):
        return obj.today and obj.today.due

    due.kind = Kind.DAY

    @admin.display(description="giai đoạn")
    def period(self, obj):
        return obj.today and obj.today.period

    @admin.display(description="trạng thái", ordering=BY_STATUS)
    def status(self, obj):
        return obj.today.label if obj.today else obj.fate

    status.title_in_file = "tình trạng"

    @admin.display(description="theo báo cáo gần nhất")
    def reported_status(self, obj):
        return obj.today and obj.today.status_label

    reported_status.title_in_file = STATUS

    @admin.display(description="tiến độ", ordering="percent")
    def percent(self, obj):
        return obj.today and obj.today.percent

    percent.kind = Kind.PERCENT

    @admin.display(description="số ngày chậm", ordering="-late_since")
    def days_late(self, obj):
        return (obj.today and obj.today.days_late) or None

    days_late.kind = Kind.NUMBER

    @admin.display(description="báo cáo gần nhất", ordering="told_on")
    def told_on(self, obj):
        return obj.today and obj.today.told_on

    told_on.kind = Kind.DAY
    told_on.title_in_file = AS_OF
