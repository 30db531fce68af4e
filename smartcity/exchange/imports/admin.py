"""The list of files that were brought in; each opens its own page."""

from django.contrib import admin

from smartcity.exchange.imports.models import ImportedFile
from smartcity.lib.admin import RecordAdmin, VisibleFilter
from smartcity.lib.records.files import say_size


@admin.register(ImportedFile)
class ImportedFileAdmin(RecordAdmin):
    list_display = ["name", "kind", "programme", "state", "row_count", "written_count", "uploaded_by", "uploaded_at"]
    list_filter = ["kind", "state", ("programme", VisibleFilter)]
    list_select_related = ["programme", "uploaded_by"]
    ordering = ["-uploaded_at", "-pk"]
    fields = [
        ("name", "kind"),
        ("programme", "revision"),
        ("state", "repeated"),
        ("row_count", "written_count"),
        ("uploaded_by", "uploaded_at"),
        ("told_size", "sha256"),
        "refusal",
    ]
    readonly_fields = ["told_size"]

    def with_columns(self, rows):
        return rows.light()

    def has_add_permission(self, request):
        # A file is brought in on its own page, where it can be checked.
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description="kích thước")
    def told_size(self, obj):
        return say_size(obj.size)
