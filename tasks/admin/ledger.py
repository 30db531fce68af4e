"""The ledger: lines are added, never changed."""

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from programme.admin.document_fields import DocumentFields
from programme.models import Programme
from smartcity.lib.admin import RecordAdmin, VisibleFilter
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import say_money
from smartcity.lib.log.known.marks import known_today
from tasks.admin.choices import TaskChoiceField
from tasks.admin.confirming import ConfirmedForm
from tasks.ledger_checks import answer_to, money_warnings, read_known_money
from tasks.models import BudgetEntry, Task
from tasks.operations.ledger import enter_budget
from tasks.task_names import with_task_name

# Of the entries that can be corrected, so many are offered; any other is reached from its own page.
OFFERED_ENTRIES = 50


class EntryChoiceField(forms.ModelChoiceField):
    """An entry to correct, by its day, kind, amount and task."""

    def label_from_instance(self, obj: BudgetEntry) -> str:
        return f"{say_day(obj.decided_on)} · {obj} · {obj.task_name or obj.task.code}"[:120]

    def offer(self, chosen: str) -> None:
        """Offer the newest, and the one that is chosen already: the whole ledger is no list to choose from."""
        newest = list(self.queryset.filter(corrected_on=None)[:OFFERED_ENTRIES])
        if chosen.isascii() and chosen.isdigit() and int(chosen) not in {one.pk for one in newest}:
            newest += self.queryset.filter(pk=int(chosen))
        named = [(str(one.pk), self.label_from_instance(one)) for one in newest]
        self.choices = [("", "Không đính chính bút toán nào"), *named]


class BudgetEntryForm(ConfirmedForm):
    sent_as = {"amount_vnd": "amount"}

    class Meta:
        help_texts = {"amount_vnd": "Ví dụ: 160 triệu đồng; 1.573,1 tỷ đồng. Số âm để ghi giảm hoặc đính chính."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "corrects" in self.fields:
            chosen = self.data.get("corrects") if self.is_bound else self.initial.get("corrects")
            self.fields["corrects"].offer(str(chosen or ""))

    def asked(self):
        warnings = money_warnings(self.instance, read_known_money([self.instance.task]))
        return answer_to(warnings), [(one.field, one.text) for one in warnings]


@admin.register(BudgetEntry)
class BudgetEntryAdmin(DocumentFields, RecordAdmin):
    form = BudgetEntryForm
    list_display = ["decided_on", "kind", "amount", "year", "source", "task_name"]
    list_filter = ["kind", ("task__programme", VisibleFilter)]
    list_select_related = ["task__programme"]
    ordering = ["-decided_on", "-pk"]
    actions_detail = ["correct"]

    def get_readonly_fields(self, request, obj=None):
        return ["amount"] if obj else []

    def get_fields(self, request, obj=None):
        # What stands is read in words, what is new is typed.
        amount = "amount" if obj else "amount_vnd"
        fields = ["task", ("kind", amount), ("source", "year"), ("decided_on", "document"), "corrects", "note"]
        return fields if obj else [*fields, "confirmed"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_correct_permission(self, request, object_id=None):
        """Whether the person keeps this programme's ledger, and the entry was not corrected yet."""
        own = self._kept_by(request.user).filter(pk=object_id, corrected_on=None)
        return self.has_add_permission(request) and own.exists()

    def with_columns(self, rows):
        return with_task_name(rows, known_today())

    @admin.display(description="số tiền", ordering="amount_vnd")
    def amount(self, obj):
        return say_money(obj.amount_vnd)

    amount.export_value = "amount_vnd"

    @admin.display(description="nhiệm vụ")
    def task_name(self, obj):
        return obj.task_name or obj.task.code

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "task":
            own = Programme.objects.coordinated_by(request.user, known_today())
            visible = Task.objects.visible_to(request.user)
            return TaskChoiceField(visible.filter(programme__in=own.values("pk")), label="Nhiệm vụ")
        if db_field.name == "corrects":
            kept = with_task_name(self._kept_by(request.user), known_today()).select_related("task")
            return EntryChoiceField(
                kept.order_by("-decided_on", "-pk"),
                label="Đính chính cho bút toán",
                required=False,
                widget=UnfoldAdminSelectWidget(),
                help_text="Đính chính thì cùng nhiệm vụ, loại, nguồn, năm; ngược dấu; nhiều nhất bằng bút toán gốc.",
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        """``?corrects=12``: what takes the entry back as a whole, on its own day, as if it had not been made."""
        initial = super().get_changeform_initial_data(request)
        number = str(initial.get("corrects", ""))
        if not (number.isascii() and number.isdigit()):
            return initial
        mistake = self._kept_by(request.user).filter(pk=int(number)).first()
        if mistake is None:
            return initial
        same = ("kind", "source", "year", "decided_on")
        filled = {name: getattr(mistake, name) for name in same}
        return {"task": mistake.task_id, "corrects": mistake.pk, "amount_vnd": -mistake.amount_vnd} | filled

    def save(self, request, obj, form, change):
        given = form.cleaned_data
        reason, confirmed = given["change_reason"], given["confirmed"]
        enter_budget(obj, by=request.user, today=known_today(), reason=reason, confirmed=confirmed)

    @action(description="Ghi bút toán đính chính", url_path="dinh-chinh", permissions=["correct"])
    def correct(self, request, object_id):
        """The form of a new entry, filled in to take this one back."""
        return HttpResponseRedirect(f"{reverse('admin:tasks_budgetentry_add')}?corrects={object_id}")

    def _kept_by(self, user):
        own = Programme.objects.coordinated_by(user, known_today())
        return BudgetEntry.objects.filter(task__programme__in=own.values("pk")).with_correction()
