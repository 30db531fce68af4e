"""Meetings, directives, who has to do them, and findings: for reading. Each is entered and answered on its own page."""

from datetime import date

from django.contrib import admin

from meetings.models import (
    Answer,
    Assignment,
    Attendance,
    Conclusion,
    Directive,
    DirectiveLink,
    DirectiveUrging,
    Extension,
    Finding,
    FindingEntry,
    Meeting,
    MeetingProgramme,
    MeetingVersion,
    Opinion,
    Recipient,
    Reopening,
    UrgedAssignment,
    order_of_meetings,
)
from meetings.models.directive import meeting_order, notice_order
from smartcity.lib.admin import ReadAdmin, ReadOnlyInline, RecordAdmin, VisibleFilter
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.hours import say_hour
from smartcity.lib.log.known.marks import known_today
from tasks.timeliness import TIMELINESS_LABELS, Timeliness

UNKNOWN = "chưa biết"


def _told(day: date | None, directive: Directive) -> str:
    if day:
        return say_day(day)
    return "không có" if directive.due.is_open_ended else "chưa có ngày"


class MeetingProgrammeInline(ReadOnlyInline):
    model = MeetingProgramme
    fields = ["programme"]


class AttendanceInline(ReadOnlyInline):
    model = Attendance
    fields = ["position", "role", "person", "title", "agency", "is_present", "site"]
    order_by = ("position",)


class OpinionInline(ReadOnlyInline):
    model = Opinion
    fields = ["position", "person", "agency", "topic", "text"]
    order_by = ("position",)


class RecipientInline(ReadOnlyInline):
    model = Recipient
    fields = ["position", "text", "agency"]
    order_by = ("position",)


class ConclusionInline(ReadOnlyInline):
    model = Conclusion
    fields = ["number", "heading", "text"]
    order_by = ("number",)


class MeetingVersionInline(ReadOnlyInline):
    model = MeetingVersion
    fields = ["number", "on", "reason", "text"]
    order_by = ("number",)


@admin.register(Meeting)
class MeetingAdmin(ReadAdmin):
    list_display = ["held_on", "hour", "title", "state", "notice", "province"]
    list_filter = [("province", VisibleFilter), ("about__programme", VisibleFilter)]
    list_select_related = ["province", "notice"]
    search_fields = ["search_text"]
    ordering = order_of_meetings(newest_first=True)
    inlines = [
        MeetingProgrammeInline,
        AttendanceInline,
        OpinionInline,
        ConclusionInline,
        RecipientInline,
        MeetingVersionInline,
    ]
    fields = [
        "province",
        "title",
        ("held_on", "hour", "day_as_written"),
        "place",
        "heard",
        ("state", "version"),
        ("notice", "source"),
        "signing",
    ]
    readonly_fields = ["hour", "state", "version"]

    def get_fields(self, request, obj=None):
        if obj and not Meeting.objects.told_to(request.user).filter(pk=obj.pk).exists():
            return [name for name in self.fields if name not in {"heard", "signing"}]
        return super().get_fields(request, obj)

    @admin.display(description="giờ họp", ordering="begins_at")
    def hour(self, obj):
        return say_hour(obj.begins_at) if obj.begins_at else None

    @admin.display(description="tình trạng")
    def state(self, obj):
        return obj.state_on(known_today()).label


class AssignmentInline(ReadOnlyInline):
    model = Assignment
    fields = ["agency", "role", "is_assumed", "state", "done_on"]
    order_by = ("-role", "agency__name", "pk")
    show_change_link = True


class DirectiveLinkInline(ReadOnlyInline):
    model = DirectiveLink
    joins = ("task__programme", "revision__programme")
    fields = ["kind", "task", "revision", "document"]


@admin.register(Directive)
class DirectiveAdmin(ReadAdmin):
    list_display = ["meeting", "place", "text", "due_told", "due_then"]
    list_filter = ["due_kind", ("conclusion__meeting__province", VisibleFilter)]
    list_select_related = ["conclusion__meeting"]
    search_fields = ["search_text"]
    ordering = [*meeting_order(newest_first=True), *notice_order()]
    inlines = [AssignmentInline, DirectiveLinkInline]
    fields = [
        "conclusion",
        "text",
        ("due_told", "due_then"),
        ("due_document", "due_revision"),
        "withdrawn_on",
        "note",
    ]
    readonly_fields = ["due_told", "due_then", "withdrawn_on"]

    def with_columns(self, rows):
        return rows.with_due(known_today())

    @admin.display(description="cuộc họp", ordering="conclusion__meeting__held_on")
    def meeting(self, obj):
        return obj.conclusion.meeting

    @admin.display(description="mục")
    def place(self, obj):
        return obj.label

    @admin.display(description="thời hạn")
    def due_told(self, obj):
        return obj.due.say()

    @admin.display(description="đến hạn ngày", ordering="due_then")
    def due_then(self, obj):
        return _told(obj.due_then, obj)

    due_then.export_value = "due_then"


class AnswerInline(ReadOnlyInline):
    model = Answer
    fields = [
        "sent_on",
        "author",
        "kind",
        "text",
        "done_on",
        "period_last_day",
        "state",
        "reviewer",
        "reviewed_on",
        "return_reason",
    ]
    order_by = ("sent_on", "pk")


class ExtensionInline(ReadOnlyInline):
    model = Extension
    fields = [
        "requested_on",
        "requested_by",
        "asked_due_on",
        "reason",
        "state",
        "granted_due_on",
        "decided_on",
        "decided_by",
        "note",
    ]
    order_by = ("requested_on", "pk")


class ReopeningInline(ReadOnlyInline):
    model = Reopening
    fields = ["on", "author", "text"]


@admin.register(Assignment)
class AssignmentAdmin(ReadAdmin):
    list_display = ["agency", "role", "directive", "meeting", "state", "due_then", "timeliness"]
    list_filter = ["state", "role", ("agency", VisibleFilter)]
    list_select_related = ["agency", "directive__conclusion__meeting"]
    search_fields = ["directive__search_text", "agency__search_text"]
    ordering = [*meeting_order("directive__", newest_first=True), "directive", "-role", "agency__name", "pk"]
    inlines = [AnswerInline, ExtensionInline, ReopeningInline]
    fields = [
        "directive",
        ("agency", "role"),
        "is_assumed",
        ("state", "done_on"),
        ("due_then", "first_due_then", "extensions_then"),
        "timeliness",
    ]
    readonly_fields = ["state", "done_on", "due_then", "first_due_then", "extensions_then", "timeliness"]

    def with_columns(self, rows):
        return rows.on_day(known_today())

    @admin.display(description="cuộc họp", ordering="directive__conclusion__meeting__held_on")
    def meeting(self, obj):
        return obj.directive.conclusion.meeting

    @admin.display(description="đến hạn ngày", ordering="due_then")
    def due_then(self, obj):
        return _told(obj.due_then, obj.directive)

    due_then.export_value = "due_then"

    @admin.display(description="hạn ban đầu")
    def first_due_then(self, obj):
        return _told(obj.first_due_then, obj.directive)

    @admin.display(description="số lần gia hạn")
    def extensions_then(self, obj):
        return obj.extensions_then

    @admin.display(description="đúng hạn, quá hạn")
    def timeliness(self, obj):
        return TIMELINESS_LABELS[Timeliness(obj.timeliness_then)]


class FindingEntryInline(ReadOnlyInline):
    model = FindingEntry
    fields = ["on", "kind", "author", "text", "document"]


@admin.register(Finding)
class FindingAdmin(ReadAdmin):
    list_display = ["subject", "body", "agency", "conclusions", "due_on", "state"]
    list_filter = ["state", ("agency", VisibleFilter), ("province", VisibleFilter)]
    list_select_related = ["body", "agency", "document"]
    search_fields = ["search_text"]
    ordering = ["-pk"]
    inlines = [FindingEntryInline]
    fields = [
        "province",
        ("body", "conclusions", "item"),
        "source",
        "subject",
        "asks",
        ("agency", "due_on"),
        ("directive", "task"),
        "state",
        "answer",
        ("answered_on", "answered_by"),
        "answer_document",
        "closed_on",
        "note",
    ]
    readonly_fields = ["conclusions", "state", "answer", "answered_on", "answered_by", "answer_document", "closed_on"]

    def get_fields(self, request, obj=None):
        if obj and not obj.directive_told_to(request.user):
            return [("task",) if name == ("directive", "task") else name for name in self.fields]
        return super().get_fields(request, obj)

    @admin.display(description="văn bản kết luận")
    def conclusions(self, obj):
        return obj.document or UNKNOWN


class UrgedAssignmentInline(ReadOnlyInline):
    model = UrgedAssignment
    fields = ["assignment"]
    joins = ("assignment__directive__conclusion__meeting", "assignment__agency")


@admin.register(DirectiveUrging)
class DirectiveUrgingAdmin(RecordAdmin):
    """Who was urged, when, how and with which words; one urges on a page of its own."""

    list_display = ["at", "agency", "way", "by"]
    list_filter = ["way", ("agency", VisibleFilter)]
    list_select_related = ["agency", "by"]
    ordering = ["-at", "-pk"]
    # It has no other page.
    view_on_site = False
    inlines = [UrgedAssignmentInline]
    fields = [("province", "agency"), ("at", "by"), "way", "recipients", "text"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
