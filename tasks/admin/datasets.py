"""The register of databases; what is seen of each is recorded on its own page."""

from django.contrib import admin

from programme.admin.document_fields import DocumentFields
from programme.models import Programme
from smartcity.lib.admin import ReadOnlyInline, RecordAdmin, VisibleFilter
from smartcity.lib.log.known.marks import known_today
from tasks.models import Dataset, DatasetObservation
from tasks.operations.datasets import register_dataset


class ObservationInline(ReadOnlyInline):
    model = DatasetObservation
    fields = ["as_of", "is_built", "last_updated_on", "sharing", "note", "document", "recorded_by"]
    order_by = ("-as_of", "-pk")


@admin.register(Dataset)
class DatasetAdmin(DocumentFields, RecordAdmin):
    list_display = ["name", "agency", "listed_as", "cadence", "listed_from", "listed_to"]
    list_filter = ["listed_as", "cadence", ("agency", VisibleFilter)]
    list_select_related = ["agency"]
    ordering = ["name", "pk"]
    inlines = [ObservationInline]
    fields = [("province", "agency"), "name", ("listed_as", "document"), "cadence", ("listed_from", "listed_to")]

    def has_change_permission(self, request, obj=None):
        mine = Dataset.objects.registrable_by(request.user, known_today())
        return super().has_change_permission(request, obj) and (obj is None or mine.filter(pk=obj.pk).exists())

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "province":
            own = Programme.objects.coordinated_by(request.user, known_today())
            field.queryset = field.queryset.filter(pk__in=own.values("province"))
        return field

    def save(self, request, obj, form, change):
        register_dataset(obj, by=request.user, today=known_today(), reason=form.cleaned_data["change_reason"])
