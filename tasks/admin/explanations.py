"""Requests for an explanation and their history, for reading; they are asked and answered on their own pages."""

from django.contrib import admin

from smartcity.lib.admin import ReadOnlyInline, RecordAdmin, VisibleFilter
from tasks.models import Explanation, ExplanationReply


class ExplanationReplyInline(ReadOnlyInline):
    model = ExplanationReply
    fields = ["on", "kind", "author", "text"]


@admin.register(Explanation)
class ExplanationAdmin(RecordAdmin):
    list_display = ["asked_on", "programme", "question", "agency", "due_on", "state"]
    list_filter = ["state", ("programme", VisibleFilter)]
    list_select_related = ["programme", "agency"]
    ordering = ["-asked_on", "-pk"]
    inlines = [ExplanationReplyInline]
    fields = [
        ("programme", "task"),
        ("figure", "shown"),
        "as_of",
        "question",
        ("asked_by", "asked_on"),
        ("agency", "due_on"),
        "state",
        ("closed_by", "closed_on"),
        "verdict",
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
