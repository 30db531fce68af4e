"""Who was urged, when, how and with which words, for reading; one urges on a page of its own."""

from django.contrib import admin

from smartcity.lib.admin import ReadOnlyInline, RecordAdmin, VisibleFilter
from tasks.models import UrgedReport, Urging


class UrgedReportInline(ReadOnlyInline):
    model = UrgedReport
    fields = ["task", "cycle"]


@admin.register(Urging)
class UrgingAdmin(RecordAdmin):
    list_display = ["at", "programme", "agency", "way", "by"]
    list_filter = ["way", ("programme", VisibleFilter), ("agency", VisibleFilter)]
    list_select_related = ["programme", "agency", "by"]
    ordering = ["-at", "-pk"]
    # It has no other page.
    view_on_site = False
    inlines = [UrgedReportInline]
    fields = [("programme", "agency"), ("at", "by"), "way", "recipients", "text"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
