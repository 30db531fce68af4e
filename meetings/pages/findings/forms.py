"""What may be typed about findings of auditors and inspectors."""

from typing import ClassVar

from django import forms

from meetings.models import Directive, Finding, FindingState
from programme.agency_names import AgencyTold
from programme.document_choice import DocumentChoice, documents_for
from programme.models import Agency, User
from smartcity.lib.forms.inputs import LineInput, ReasonForm, day_field
from smartcity.lib.forms.record_forms import VersionedForm
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.text_fields import TypedText
from tasks.models import Task
from tasks.task_names import named


class SearchForm(forms.Form):
    """``?tinh-trang=open&co-quan-kien-nghi=3&co-quan=7``; what cannot be read filters nothing."""

    def __init__(self, data, *, bodies, agencies):
        super().__init__(data, label_suffix="")
        states = [("", "Tất cả"), *FindingState.choices]
        self.fields["tinh-trang"] = forms.ChoiceField(choices=states, label="Tình trạng", required=False)
        for name, label, choices in (
            ("co-quan-kien-nghi", "Cơ quan kiến nghị", bodies),
            ("co-quan", "Cơ quan thực hiện", agencies),
        ):
            self.fields[name] = AgencyTold(choices, label=label, required=False, empty_label="Tất cả")
            self.fields[name].offer(choices)

    def chosen(self) -> dict:
        self.is_valid()
        names = {"tinh-trang": "state", "co-quan-kien-nghi": "body", "co-quan": "agency"}
        return {field: self.cleaned_data[name] for name, field in names.items() if self.cleaned_data.get(name)}


class FindingTaskChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj) -> str:
        return f"{obj.programme.code} · {obj.plan_name or obj.code}"


class FindingForm(VersionedForm):
    """One item; its conclusions may be left open while nobody has seen them."""

    task = FindingTaskChoice(Task.objects.none(), label="Nhiệm vụ liên quan", required=False, empty_label="Không có")
    change_reason = TypedText(
        label="Lý do thay đổi",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ghi vào lịch sử, để người kiểm tra hiểu vì sao.",
        error_messages={"required": "Ghi lý do thay đổi."},
    )

    class Meta:
        model = Finding
        field_classes: ClassVar = {"document": DocumentChoice, "source": DocumentChoice}
        fields = [
            *("body", "document", "source", "item", "subject", "asks", "agency", "due_on", "directive", "task", "note"),
        ]
        widgets = {
            "item": LineInput(size=24),
            "subject": LineInput(size=60),
            "asks": forms.Textarea(attrs={"rows": 4}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {"due_on": "Ngày/tháng/năm, ví dụ 31/12/2024. Để trống nếu không nêu."}

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if self.instance.pk is None:
            del self.fields["change_reason"]
        province = self.instance.province
        # Whoever inspects: of the state's audit, of central bodies, of the province.
        self.fields["body"].queryset = Agency.objects.visible_to(by).order_by("name", "pk")
        self.fields["agency"].queryset = Agency.objects.filter(province=province).order_by("name", "pk")
        self.fields["body"].empty_label, self.fields["agency"].empty_label = "Chọn cơ quan", "Chọn cơ quan"
        documents = documents_for(by).cited_in(province)
        for name, empty in (("document", "Chưa biết"), ("source", "Không có")):
            self.fields[name].offer(documents, by, empty_label=empty)
        directives = Directive.objects.visible_to(by).filter(conclusion__meeting__province=province)
        self.fields["directive"].queryset = directives.order_by("-conclusion__meeting__held_on", "pk")
        self.fields["directive"].empty_label = "Không có"
        tasks = named(Task.objects.filter(programme__province=province), known_today())
        self.fields["task"].queryset = tasks.select_related("programme").order_by("programme__code", "plan_position")
        for name, missing in (
            ("body", "Chọn cơ quan kiến nghị."),
            ("agency", "Chọn cơ quan thực hiện."),
            ("subject", "Ghi kiến nghị về việc gì."),
            ("asks", "Ghi nội dung kiến nghị."),
        ):
            self.fields[name].error_messages["required"] = missing


class FindingAnswerForm(forms.Form):
    text = TypedText(
        label="Nội dung giải trình, kết quả",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Ghi nội dung giải trình, kết quả."},
    )
    answered_on = day_field("Ngày giải trình", "Ngày/tháng/năm, không sau hôm nay.", missing="Ghi ngày giải trình.")
    answer_document = DocumentChoice(label="Văn bản giải trình", required=False, empty_label="Không có")

    def __init__(self, *args, documents, by: User, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["answer_document"].offer(documents, by)


class FindingCloseForm(forms.Form):
    closed_on = day_field(
        "Thực hiện xong ngày", "Ngày/tháng/năm, không sau hôm nay.", missing="Ghi ngày thực hiện xong."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class FindingReopenForm(ReasonForm):
    field_order: ClassVar = ["reason"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "Lý do mở lại"
        self.fields["reason"].error_messages["required"] = "Ghi lý do mở lại, để cơ quan biết phải bổ sung gì."
