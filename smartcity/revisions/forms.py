"""What may be typed about a revision: the draft as a whole, its tasks, the steps of its life."""

from typing import ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from programme.forms import ConstraintForm, DayField, MoneyField, VersionedForm
from programme.models import (
    STEPS_FROM,
    Agency,
    LegalDocument,
    Objective,
    Period,
    PeriodKind,
    Revision,
    StepKind,
    User,
)
from programme.money import MoneySource
from programme.text import clean_line
from tasks.models import PlannedTask, Task

REASON = "Ghi vào lịch sử, để người kiểm tra hiểu vì sao."


class LineInput(forms.TextInput):
    """One line, without the browser's memory of what others typed here."""

    def __init__(self, **attrs):
        super().__init__(attrs={"autocomplete": "off"} | attrs)


def place_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Show what an operation refused beside the field that it speaks of, else above the form."""
    given = refusal.error_dict.items() if hasattr(refusal, "error_dict") else [(NON_FIELD_ERRORS, refusal.error_list)]
    for name, errors in given:
        for error in errors:
            place = next((one for one in (name, error.code) if one in form.fields), None)
            form.add_error(place, ValidationError(error.messages))


def day_field(label: str, help_text: str = "", *, required: bool = False) -> DayField:
    widget = LineInput(inputmode="numeric", size=12)
    return DayField(label=label, required=required, help_text=help_text or "Ví dụ: 31/12/2024.", widget=widget)


def money_field(label: str, help_text: str = "") -> MoneyField:
    field = MoneyField(label=label, required=False, help_text=help_text)
    field.widget.attrs = {"autocomplete": "off", "size": 20}
    return field


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Lý do", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=REASON, required=False
    )


class RemovalForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "Lý do đưa ra khỏi đề án"
        self.fields["reason"].help_text = "Hiện trong bảng so sánh và trên trang của nhiệm vụ."
        self.fields["reason"].error_messages["required"] = "Ghi lý do đưa nhiệm vụ ra khỏi đề án."


class RevisionForm(VersionedForm):
    """What a draft says of the programme as a whole."""

    error_places: ClassVar[dict[str, str]] = {"declared_budget_vnd": "declared_budget"}
    declared_budget = money_field(
        "Tổng kinh phí công bố", "Ví dụ: 2.030 tỷ đồng. Để trống nếu văn bản không nêu; «3,47» sẽ được hỏi lại."
    )

    class Meta:
        model = Revision
        fields = [
            "name",
            "reason",
            "declared_budget",
            "declared_budget_kind",
            "budget_document",
            "task_list_is_partial",
            "note",
        ]
        fields = [name for name in fields if name != "declared_budget"]
        widgets = {
            "name": forms.Textarea(attrs={"rows": 2}),
            "reason": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    field_order = ["name", "reason", "declared_budget", "declared_budget_kind", "budget_document"]

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["declared_budget"] = self.instance.declared_budget_vnd
        self.fields["budget_document"].queryset = documents_for(by)

    def clean_declared_budget(self):
        self.instance.declared_budget_vnd = self.cleaned_data["declared_budget"]
        return self.instance.declared_budget_vnd

    def said(self) -> dict:
        """The fields of the record that the form decides."""
        names = [*self.Meta.fields, "declared_budget_vnd"]
        return {name: getattr(self.instance, name) for name in names}


class PlannedTaskForm(VersionedForm):
    """What a draft says of one task."""

    position = forms.IntegerField(
        label="STT",
        min_value=1,
        max_value=9999,
        required=False,
        help_text="Để trống thì xếp cuối. Các nhiệm vụ khác tự dồn số.",
        widget=LineInput(inputmode="numeric", size=5),
    )
    coordinating = forms.ModelMultipleChoiceField(
        Agency.objects.none(), label="Cơ quan phối hợp", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = PlannedTask
        fields = [
            "name",
            "field",
            "lead_agency",
            "lead_is_assumed",
            "lead_ground",
            "lead_document",
            "period",
            "start_on",
            "due_on",
            "scope",
            "deliverable",
            "route",
            "basis_document",
            "basis_pinpoint",
            "note",
        ]
        widgets = {"name": forms.Textarea(attrs={"rows": 2})} | {
            name: forms.Textarea(attrs={"rows": 2}) for name in ("scope", "deliverable", "lead_ground", "note")
        }

    start_on = day_field("Bắt đầu")
    due_on = day_field("Hạn hoàn thành", "Để trống thì hạn là ngày cuối của giai đoạn.")
    field_order = ["position", "name", "field", "lead_agency", "coordinating", "period", "start_on", "due_on", "route"]

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
            self.fields[name].queryset = documents_for(by)
        if self.instance.pk:
            self.initial["position"] = self.instance.position
            self.initial["coordinating"] = self.instance.coordinating_agencies.all()
            self.fields["position"].required = True
            self.fields["position"].help_text = "Đổi số thì nhiệm vụ chuyển chỗ, các nhiệm vụ khác tự dồn số."


class BudgetForm(forms.Form):
    """One amount of a task's planned money; a row without an amount is no row."""

    source = forms.ChoiceField(label="Nguồn vốn", choices=MoneySource, initial=MoneySource.UNSPECIFIED)
    year = forms.IntegerField(
        label="Năm", min_value=1945, max_value=2099, required=False, widget=LineInput(inputmode="numeric", size=5)
    )
    amount = money_field("Số tiền")

    def as_budget(self) -> dict | None:
        typed = self.cleaned_data
        if typed.get("amount") is None:
            return None
        return {"source": typed["source"], "year": typed["year"], "amount_vnd": typed["amount"]}

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


class PartForm(forms.Form):
    """One of the tasks that an old one is split into."""

    name = forms.CharField(
        label="Tên nhiệm vụ mới", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    lead_agency = forms.ModelChoiceField(
        Agency.objects.none(), label="Chủ trì", required=False, empty_label="Như nhiệm vụ cũ"
    )

    def __init__(self, *args, revision: Revision, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lead_agency"].queryset = agencies_for(revision)

    def as_part(self) -> dict | None:
        name = clean_line(self.cleaned_data.get("name", ""))
        if not name:
            return None
        lead = self.cleaned_data["lead_agency"]
        named = {"lead_agency": lead, "lead_is_assumed": False, "lead_ground": "", "lead_document": None}
        return {"name": name} | (named if lead else {})


class BasePartFormSet(forms.BaseFormSet):
    row_title = "Nhiệm vụ mới"


PartFormSet = forms.formset_factory(PartForm, formset=BasePartFormSet, extra=4, max_num=20)


class TaskChoice(forms.ModelMultipleChoiceField):
    """Tasks of a draft, offered by number, name and present period."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: PlannedTask) -> str:
        return f"{obj.position}. {obj.name}{f' ({obj.period})' if obj.period else ''}"


class MergeForm(ReasonForm):
    tasks = TaskChoice(
        PlannedTask.objects.none(),
        label="Các nhiệm vụ gộp lại",
        error_messages={"required": "Chọn ít nhất hai nhiệm vụ để gộp."},
    )
    name = forms.CharField(label="Tên nhiệm vụ sau khi gộp", max_length=600, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ["tasks", "name", "reason"]

    def __init__(self, *args, revision: Revision, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["tasks"].queryset = revision.planned_tasks.select_related("period").order_by("position")


class CarryOverForm(ReasonForm):
    """The period that open tasks go to: one that the draft has, or a new one."""

    period = forms.ModelChoiceField(
        Period.objects.none(), label="Sang giai đoạn", required=False, empty_label="Giai đoạn mới, ghi dưới đây"
    )
    label = forms.CharField(
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
        for name, missing in (
            ("label", "Ghi tên giai đoạn mới, hoặc chọn một giai đoạn đã có ở trên."),
            ("first_day", "Ghi ngày đầu của giai đoạn mới."),
            ("last_day", "Ghi ngày cuối của giai đoạn mới."),
        ):
            if not typed.get(name) and name not in self.errors:
                self.add_error(name, missing)

    def new_period(self) -> Period:
        typed = self.cleaned_data
        return Period(
            revision=self.revision,
            label=clean_line(typed["label"]),
            first_day=typed["first_day"],
            last_day=typed["last_day"],
            kind=PeriodKind.IMPLEMENTATION,
        )


class PeriodForm(ConstraintForm):
    first_day = day_field("Từ ngày", " ", required=True)
    last_day = day_field("Đến hết ngày", " ", required=True)

    class Meta:
        model = Period
        fields = ["label", "kind", "first_day", "last_day"]
        widgets = {"label": LineInput(size=20)}


class ObjectiveForm(ConstraintForm):
    class Meta:
        model = Objective
        fields = ["position", "field", "text", "target", "target_year", "document"]
        widgets = {
            "position": LineInput(inputmode="numeric", size=4),
            "field": LineInput(size=20),
            "text": forms.Textarea(attrs={"rows": 2}),
            "target": LineInput(size=20),
            "target_year": LineInput(inputmode="numeric", size=6),
        }

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents_for(by)


class BasePeriodFormSet(forms.BaseInlineFormSet):
    row_title = "Giai đoạn"


class BaseObjectiveFormSet(forms.BaseInlineFormSet):
    row_title = "Mục tiêu"


PeriodFormSet = forms.inlineformset_factory(Revision, Period, form=PeriodForm, formset=BasePeriodFormSet, extra=2)
ObjectiveFormSet = forms.inlineformset_factory(
    Revision, Objective, form=ObjectiveForm, formset=BaseObjectiveFormSet, extra=2
)


class StepForm(forms.Form):
    """The next step in the life of a revision."""

    kind = forms.ChoiceField(label="Việc")
    on = day_field("Ngày", "Ngày diễn ra, ví dụ 16/06/2023.", required=True)
    document = forms.ModelChoiceField(
        LegalDocument.objects.none(),
        label="Văn bản, nguồn",
        required=False,
        empty_label="Chưa có văn bản",
        help_text="Tờ trình khi trình; nghị quyết đã ban hành khi thông qua.",
    )
    effective_on = day_field("Ngày có hiệu lực", "Khi thông qua. Để trống thì lấy ngày có hiệu lực của văn bản.")
    pinpoint = forms.CharField(
        label="Sửa đổi điểm, khoản, Điều",
        max_length=200,
        required=False,
        widget=LineInput(size=30),
        help_text="Khi thông qua, ví dụ: điểm b khoản 4 Điều 1.",
    )
    meeting_on = day_field("Ngày họp")
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, revision: Revision, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        possible = STEPS_FROM[revision.state] - {StepKind.DRAFTED}
        self.fields["kind"].choices = [
            ("", "Chọn việc"),
            *((kind.value, kind.label) for kind in StepKind if kind in possible),
        ]
        self.fields["document"].queryset = documents_for(by)

    def clean(self):
        typed = self.cleaned_data
        document = typed.get("document")
        if typed.get("kind") == StepKind.ADOPTED and document and not typed.get("effective_on"):
            typed["effective_on"] = document.effective_on
        return typed

    def details(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "kind"}


class CompareForm(forms.Form):
    """Which two revisions of a programme to set side by side."""

    tu = forms.TypedChoiceField(label="Lần trước", coerce=int)
    den = forms.TypedChoiceField(label="Lần sau", coerce=int)

    def __init__(self, *args, revisions: list[Revision], **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(one.number, f"{one.title} ({one.get_state_display().lower()})") for one in revisions]
        for name in ("tu", "den"):
            self.fields[name].choices = choices

    def clean(self):
        if self.cleaned_data.get("tu") == self.cleaned_data.get("den") is not None:
            self.add_error("den", "Chọn hai lần khác nhau.")


def agencies_for(revision: Revision):
    """Whom a plan can name: agencies of the programme's province."""
    return Agency.objects.filter(province=revision.programme.province_id).order_by("name")


def documents_for(user: User):
    """What can be cited: what the person may see, the newest first."""
    return LegalDocument.objects.visible_to(user).order_by("-signed_on", "-pk")


def open_tasks_of(revision: Revision, complete: set[int]):
    """The planned tasks of a draft that are not complete."""
    return (
        revision.planned_tasks.exclude(task__in=Task.objects.filter(pk__in=complete))
        .select_related("period")
        .order_by("position")
    )
