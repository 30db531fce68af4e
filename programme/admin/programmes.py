"""Programmes. Their revisions, with the tasks and the steps of each, are in ``tasks.admin``."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.http import HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action

from programme.models import Agency, CoordinationTransfer, Programme, Revision
from smartcity.lib.admin import ReadOnlyInline, RecordAdmin
from smartcity.lib.log.known.marks import known_today


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
    actions_detail = ["amend"]

    def with_columns(self, rows):
        in_force = Revision.objects.in_force(known_today()).filter(programme=OuterRef("pk"))
        return rows.with_coordinator(known_today()).annotate(
            name_in_force=Subquery(in_force.values("name")[:1]),
            coordinator_name=Subquery(Agency.objects.filter(pk=OuterRef("coordinator_id")).values("name")),
        )

    def get_changeform_initial_data(self, request):
        return {
            "province": request.user.province_id,
            "coordinating_agency": request.user.agency_id,
            **super().get_changeform_initial_data(request),
        }

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "coordinating_agency":
            # Central bodies coordinate no province's programme.
            field.queryset = field.queryset.exclude(province=None)
        return field

    def response_post_save_add(self, request, obj):
        """On its page stands what comes next: its first revision."""
        return HttpResponseRedirect(obj.get_absolute_url())

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

    @action(description="Soạn điều chỉnh", url_path="soan-dieu-chinh", permissions=["amend"])
    def amend(self, request, object_id):
        return HttpResponseRedirect(reverse("revision_begin", args=[self.get_object(request, object_id).code]))

    def has_amend_permission(self, request, object_id=None):
        programme = self.get_queryset(request).filter(pk=object_id).first()
        if programme is None or not request.user.has_perm("programme.add_revision"):
            return False
        return programme.is_coordinated_by(request.user) and programme.revisions.in_force(known_today()).exists()
