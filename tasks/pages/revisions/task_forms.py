"""What may be typed about the tasks of a draft: each one's plan, what it is split into, merged with or moved to."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError

from programme.agency_names import AgenciesChoice, AgencyChoice
from programme.document_choice import DocumentChoice, documents_for
from programme.models import Agency, Period, PeriodKind, Revision, User
from smartcity.lib.forms.fields import SeveralField
from smartcity.lib.forms.inputs import REASON, LineInput, ReasonForm, day_field
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import MoneySource
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.text_fields import TypedLine
from smartcity.lib.records.typed_fields import TypedMoney
from tasks.models import Coordination, PlannedBudget, PlannedTask, Task
from tasks.operations.drafting import INHERITED
from tasks.operations.numbering import last_position
from tasks.pages.revisions.plan_form import PlanForm, refusals_of_ended
from tasks.task_names import named


class RemovalForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "Lý do đưa ra khỏi đề án"
        self.fields["reason"].help_text = "Hiện trong bảng so sánh và trên trang của nhiệm vụ."
        self.fields["reason"].error_messages["required"] = "Ghi lý do đưa nhiệm vụ ra khỏi đề án."


class KnownTaskChoice(forms.ModelChoiceField):
    """A task that another revision has, by the name that it bears there."""

    def label_from_instance(self, obj: Task) -> str:
        return obj.plan_name or obj.code


class PlannedTaskForm(PlanForm):
    """What a draft says of one task."""

    position = forms.IntegerField(
        label="STT",
        min_value=1,
        max_value=9999,
        required=False,
        help_text="Để trống thì xếp cuối. Các nhiệm vụ khác tự dồn số.",
        widget=LineInput(inputmode="numeric", size=5),
    )
    coordinating = AgenciesChoice(Agency.objects.none(), label="Cơ quan phối hợp", required=False)
    task = KnownTaskChoice(
        Task.objects.none(),
        label="Đưa lại nhiệm vụ đã có",
        required=False,
        help_text="Báo cáo, kinh phí đã ghi của nhiệm vụ đó được tiếp tục. Nhiệm vụ mới thì không chọn.",
    )

    class Meta:
        model = PlannedTask
        field_classes: ClassVar = {
            "lead_agency": AgencyChoice,
            "lead_document": DocumentChoice,
            "basis_document": DocumentChoice,
        }
        fields = ["name", "short_name", *INHERITED, "note"]
        widgets = {"name": forms.Textarea(attrs={"rows": 2})} | {
            name: forms.Textarea(attrs={"rows": 2}) for name in ("scope", "deliverable", "lead_ground", "note")
        }

    # Asked for only where a deadline is brought forward.
    change_reason = TypedLine(
        label="Lý do rút ngắn hạn", max_length=500, required=False, widget=forms.HiddenInput, help_text=REASON
    )
    # In pairs, as the page shows them side by side; what is long takes the whole line.
    field_order: ClassVar = [
        *("task", "position"),
        "field",
        "name",
        "short_name",
        *("lead_agency", "lead_is_assumed"),
        "lead_ground",
        "lead_document",
        "coordinating",
        *("period", "route"),
        *("start_on", "due_on"),
        *("earlier_is_meant", "change_reason"),
    ]

    def clean(self):
        super().clean()
        if not self.fields["earlier_is_meant"].widget.is_hidden:
            self.fields["change_reason"].widget = LineInput()

    def histories(self) -> list:
        parts = (part.history.filter(planned_task=self.instance.pk) for part in (Coordination, PlannedBudget))
        return [*super().histories(), *parts]

    def shown(self, record, upto):
        return {"position": record.position, "coordinating": [row.agency_id for row in self.part_at(1, upto)]}

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        revision = self.instance.revision
        agencies = agencies_for(revision)
        self.fields["lead_agency"].queryset = agencies
        self.fields["lead_agency"].empty_label = "Văn bản không nêu"
        self.fields["coordinating"].queryset = agencies
        self.fields["period"].queryset = revision.periods.order_by("first_day", "pk")
        self.fields["period"].empty_label = "Không nêu"
        for name in ("lead_document", "basis_document"):
            self.fields[name].offer(documents_for(by), by, empty_label="Không nêu")
        if self.instance.pk:
            del self.fields["task"]
            self.fields["position"].required = True
            self.fields["position"].help_text = "Đổi số thì nhiệm vụ chuyển chỗ, các nhiệm vụ khác tự dồn số."
        else:
            self._offer_known_tasks(revision)

    def _offer_known_tasks(self, revision: Revision) -> None:
        """What the draft says nothing of; one that somebody put there meanwhile is refused by its operation."""
        field = self.fields["task"]
        field.queryset = Task.objects.filter(programme=revision.programme_id)
        known = named(Task.objects.left_out_of(revision), known_today()).order_by("plan_position", "pk")
        offered = [(task.pk, field.label_from_instance(task)) for task in known]
        field.choices = [("", "Không: nhiệm vụ mới"), *offered]
        if not offered and not self.data.get(self.add_prefix("task")):
            field.widget = forms.HiddenInput()

    def clean_position(self):
        """A number beyond the list is the next one; a list that is known in part has its document's numbers."""
        position, revision = self.cleaned_data["position"], self.instance.revision
        if position is None or revision.task_list_is_partial:
            return position
        return min(position, last_position(revision) + (self.instance.pk is None))


class BudgetForm(forms.Form):
    """One amount of a task's planned money; a row without an amount is no row."""

    source = forms.ChoiceField(label="Nguồn vốn", choices=MoneySource, initial=MoneySource.UNSPECIFIED, required=False)
    year = forms.IntegerField(
        label="Năm", min_value=1945, max_value=2099, required=False, widget=LineInput(inputmode="numeric", size=5)
    )
    amount = TypedMoney(label="Số tiền", required=False)

    def as_budget(self) -> dict | None:
        typed = self.cleaned_data
        if typed.get("amount") is None:
            return None
        return {
            "source": typed["source"] or MoneySource.UNSPECIFIED,
            "year": typed["year"],
            "amount_vnd": typed["amount"],
        }

    def clean(self):
        if self.cleaned_data.get("year") and self.cleaned_data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", "Ghi số tiền của năm này, hoặc xóa năm.")

    def clean_amount(self):
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise ValidationError("Kinh phí dự kiến phải lớn hơn 0. Muốn bỏ dòng này thì để trống số tiền.")
        return amount


class BaseBudgetFormSet(forms.BaseFormSet):
    row_title = "Kinh phí dự kiến"

    def clean(self):
        rows = [form.as_budget() for form in self.forms if form.is_valid()]
        keys = [(row["source"], row["year"]) for row in rows if row]
        if len(set(keys)) < len(keys):
            raise ValidationError("Có hai dòng cùng nguồn vốn và năm. Gộp lại thành một dòng.")

    def budgets(self) -> list[dict]:
        return [row for form in self.forms if (row := form.as_budget())]


BudgetFormSet = forms.formset_factory(BudgetForm, formset=BaseBudgetFormSet, extra=2, max_num=100)


class SplitPartForm(forms.Form):
    """One of the tasks that an old one is split into."""

    name = TypedLine(label="Tên nhiệm vụ mới", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    lead_agency = AgencyChoice(Agency.objects.none(), label="Chủ trì", required=False, empty_label="Như nhiệm vụ cũ")

    def __init__(self, *args, revision: Revision, planned: PlannedTask | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.planned = planned
        self.fields["lead_agency"].queryset = agencies_for(revision)

    def clean_lead_agency(self):
        lead = self.cleaned_data["lead_agency"]
        if self.planned and (refusals := refusals_of_ended([lead], self.planned.named_on(known_today()))):
            raise ValidationError(refusals)
        return lead

    def as_part(self) -> dict | None:
        name = self.cleaned_data.get("name", "")
        if not name:
            return None
        lead = self.cleaned_data["lead_agency"]
        named = {"lead_agency": lead, "lead_is_assumed": False, "lead_ground": "", "lead_document": None}
        return {"name": name} | (named if lead else {})


class BasePartFormSet(forms.BaseFormSet):
    row_title = "Nhiệm vụ mới"


PartFormSet = forms.formset_factory(SplitPartForm, formset=BasePartFormSet, extra=4, max_num=20)


class TaskChoice(SeveralField):
    """Tasks of a draft, offered by number, name and present period."""

    def label_from_instance(self, obj: PlannedTask) -> str:
        return f"{obj.position}. {obj.name}{f' ({obj.period})' if obj.period else ''}"


class MergeForm(ReasonForm):
    tasks = TaskChoice(
        PlannedTask.objects.none(),
        label="Các nhiệm vụ gộp lại",
        error_messages={"required": "Chọn ít nhất hai nhiệm vụ để gộp."},
    )
    name = TypedLine(
        label="Tên nhiệm vụ sau khi gộp",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Nhập tên nhiệm vụ sau khi gộp."},
    )
    field_order = ["tasks", "name", "reason"]

    def __init__(self, *args, revision: Revision, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tasks"].queryset = revision.planned_tasks.select_related("period").order_by("position")


class CarryOverForm(ReasonForm):
    """The period that open tasks go to: one that the draft has, or a new one."""

    period = forms.ModelChoiceField(
        Period.objects.none(), label="Sang giai đoạn", required=False, empty_label="Giai đoạn mới"
    )
    label = TypedLine(
        label="Giai đoạn mới", max_length=100, required=False, widget=LineInput(size=20), help_text="Ví dụ: 2023–2024."
    )
    first_day = day_field("Từ ngày", "Ví dụ: 01/01/2023.")
    last_day = day_field("Đến hết ngày", "Ví dụ: 31/12/2024.")
    tasks = TaskChoice(
        PlannedTask.objects.none(),
        label="Nhiệm vụ chưa hoàn thành",
        error_messages={"required": "Chọn ít nhất một nhiệm vụ để chuyển tiếp."},
    )
    field_order = ["period", "label", "first_day", "last_day", "tasks", "reason"]

    def __init__(self, *args, revision: Revision, open_tasks, **kwargs):
        super().__init__(*args, **kwargs)
        self.revision = revision
        self.fields["period"].queryset = revision.periods.order_by("first_day", "pk")
        self.fields["tasks"].queryset = open_tasks
        self.initial["tasks"] = open_tasks

    def clean(self):
        typed = self.cleaned_data
        if typed.get("period"):
            return
        first, last = typed.get("first_day"), typed.get("last_day")
        if first and last and last < first:
            self.add_error("first_day", f"Ngày này không thể sau «Đến hết ngày» ({say_day(last)}).")
            self.add_error("last_day", f"Ngày cuối phải từ ngày đầu của giai đoạn trở đi ({say_day(first)}).")
        for name, missing in (
            ("label", "Ghi tên giai đoạn mới, hoặc chọn một giai đoạn đã có."),
            ("first_day", "Ghi ngày đầu của giai đoạn mới."),
            ("last_day", "Ghi ngày cuối của giai đoạn mới."),
        ):
            if not typed.get(name) and name not in self.errors:
                self.add_error(name, missing)

    def new_period(self) -> Period:
        typed = self.cleaned_data
        return Period(
            revision=self.revision,
            label=typed["label"],
            first_day=typed["first_day"],
            last_day=typed["last_day"],
            kind=PeriodKind.IMPLEMENTATION,
        )


def agencies_for(revision: Revision):
    """Whom a plan can name: agencies of the programme's province and of what it has become part of."""
    provinces = revision.programme.province.carried_on_in
    return Agency.objects.filter(province__in=provinces).select_related("province").order_by("name", "pk")


def open_tasks_of(revision: Revision, complete: set[int]):
    """The planned tasks of a draft that are not complete."""
    return (
        revision.planned_tasks.exclude(task__in=Task.objects.filter(pk__in=complete))
        .select_related("period")
        .order_by("position")
    )
