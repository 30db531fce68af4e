"""The evidence of a report in the admin: read there; attached and taken away with the report itself."""

from django.contrib import admin
from django.utils.timezone import localtime

from smartcity.lib.admin import ReadOnlyInline, SignedRowsFormSet, link_to_file
from smartcity.lib.records.signers import as_signed
from tasks.models import Evidence


class EvidenceFormSet(SignedRowsFormSet):
    def sign(self, rows):
        as_signed([row.file for row in rows])


class EvidenceInline(ReadOnlyInline):
    model = Evidence
    formset = EvidenceFormSet
    fields = ["link", "uploaded"]
    joins = ("file__uploaded_by",)

    @admin.display(description="tệp")
    def link(self, obj):
        return link_to_file(obj.file)

    @admin.display(description="tải lên")
    def uploaded(self, obj):
        return f"{obj.file.uploaded_by}, {localtime(obj.file.uploaded_at):%H:%M %d/%m/%Y}"
