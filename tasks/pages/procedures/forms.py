"""What may be typed about the steps of a procedure: their planned days, that one is done or left out, a new one."""

from copy import copy
from typing import ClassVar

from django import forms

from programme.document_choice import DocumentChoice, NewestDocuments, documents_for
from programme.models import User
from smartcity.lib.forms.inputs import LineInput, ReasonForm
from smartcity.lib.forms.record_forms import ConstraintForm, VersionedForm
from smartcity.lib.records.history import rows_by_record
from tasks.models import RouteStep, Task
from tasks.operations.route_steps import StepDates


class RouteStepForm(VersionedForm):
    """One step: when it is planned, and what became of it."""

    class Meta:
        model = RouteStep
        fields = ["planned_start", "planned_due", "done_on", "document", "skipped_on", "skipped_reason"]
        field_classes: ClassVar = {"document": DocumentChoice}
        widgets = {"skipped_reason": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, documents: NewestDocuments, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        for field in self.fields.values():
            # How a day is written stands once above all rows.
            field.help_text = ""
        self.fields["document"].offer_newest(documents, empty_label="Chưa có văn bản")

    @property
    def skips(self) -> bool:
        """Whether something was typed about leaving the step out, or is wrong with it."""
        names = ("skipped_on", "skipped_reason")
        return any(self[name].value() or self[name].errors for name in names)

    def dates(self) -> StepDates:
        return StepDates(self.instance, self.cleaned_data["planned_start"], self.cleaned_data["planned_due"])


class PlanReasonForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["reason"].label = "Lý do đổi ngày dự kiến"
        self.fields["reason"].help_text = "Bắt buộc khi đổi ngày dự kiến đã ghi trước đó; hiện trong lịch sử."
        self.fields["reason"].widget.attrs["rows"] = 2


class StepForms:
    """The rows of a page: a form for each step that is open, and for each that was open when it was typed."""

    def __init__(self, task: Task, steps: list[RouteStep], *, by: User, data=None):
        documents = NewestDocuments(documents_for(by), by, [step.document_id for step in steps])
        rows = rows_by_record(RouteStep.history.filter(task=task.pk))
        self.of: dict[int, RouteStepForm] = {}
        for step in steps:
            prefix = f"buoc-{step.pk}"
            typed = data if data and f"{prefix}-seen_version" in data else None
            if typed is None and step.is_closed:
                continue
            # What is typed does not become what the page shows of the step.
            self.of[step.pk] = RouteStepForm(typed, instance=copy(step), prefix=prefix, rows=rows, documents=documents)
            self.of[step.pk].row_title = f"Bước {step}"

    def __iter__(self):
        return iter(self.of.values())

    @property
    def typed(self) -> list[RouteStepForm]:
        return [form for form in self if form.is_bound]

    def are_valid(self) -> bool:
        # Each is asked, so that each says what is wrong with it.
        verdicts = [form.is_valid() for form in self.typed]
        return all(verdicts)


class AfterChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: RouteStep) -> str:
        return f"Sau bước {obj}"


class AddStepForm(ConstraintForm):
    """A step of one's own."""

    after = AfterChoice(RouteStep.objects.none(), label="Vị trí", required=False, empty_label="Ở cuối")

    class Meta:
        model = RouteStep
        fields = ["name", "result", "planned_start", "planned_due", "note"]
        widgets = {
            "name": LineInput(size=40),
            "result": LineInput(size=40),
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {"result": "Văn bản hoặc sản phẩm mà bước kết thúc, ví dụ: Quyết định phê duyệt."}

    field_order: ClassVar = ["name", "result", "after"]

    def __init__(self, *args, task: Task, route: str, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["after"].queryset = task.route_steps.filter(route=route).order_by("position")
        self.fields["name"].error_messages["required"] = "Ghi tên bước."


class StepReopenForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "Lý do mở lại"
        self.fields["reason"].error_messages["required"] = "Ghi lý do mở lại bước này."
