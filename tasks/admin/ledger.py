"""The ledger: lines are added, never changed."""

from django.contrib import admin
from django.utils.timezone import localdate

from programme.admin.base import RecordAdmin, VisibleFilter
from programme.forms import MoneyField, RecordForm
from programme.models import Programme
from programme.money import say_money
from tasks.admin.choices import TaskChoiceField
from tasks.models import BudgetEntry, Task
from tasks.naming import with_task_name
from tasks.operations import enter_budget


class BudgetEntryForm(RecordForm):
    error_places = {"amount_vnd": "amount"}
    amount = MoneyField(
        label="Số tiền", help_text="Ví dụ: 160 triệu đồng; 1.573,1 tỷ đồng. Số âm để ghi giảm hoặc đính chính."
    )

    def clean_amount(self):
        self.instance.amount_vnd = self.cleaned_data["amount"]
        return self.instance.amount_vnd


@admin.register(BudgetEntry)
class BudgetEntryAdmin(RecordAdmin):
    form = BudgetEntryForm
    list_display = ["decided_on", "kind", "amount", "year", "source", "task_name"]
    list_filter = ["kind", ("task__programme", VisibleFilter)]
    list_select_related = ["task__programme"]
    ordering = ["-decided_on", "-pk"]
    fields = ["task", ("kind", "amount"), ("source", "year"), ("decided_on", "document"), "corrects", "note"]

    def get_readonly_fields(self, request, obj=None):
        return ["amount"] if obj else []

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return with_task_name(super().get_queryset(request), localdate())

    @admin.display(description="số tiền", ordering="amount_vnd")
    def amount(self, obj):
        return say_money(obj.amount_vnd)

    @admin.display(description="nhiệm vụ")
    def task_name(self, obj):
        return obj.task_name or obj.task.code

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "task":
            own = Programme.objects.coordinated_by(request.user, localdate())
            visible = Task.objects.visible_to(request.user)
            return TaskChoiceField(visible.filter(programme__in=own.values("pk")), label="Nhiệm vụ")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save(self, request, obj, form, change):
        enter_budget(obj, by=request.user, today=localdate(), reason=form.cleaned_data["change_reason"])
