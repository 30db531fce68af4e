"""The act by which the open duties of an agency pass to its recorded successor."""

from django import forms

from programme.document_choice import DocumentChoice, documents_for
from programme.models import Agency, CoordinationTransfer, DocumentKind, Programme
from smartcity.agencies.duties import coordinated_by, led_by, still_open
from smartcity.lib.forms.fields import SeveralField
from smartcity.lib.forms.inputs import day_field
from smartcity.lib.records.overtaken import say_recorded
from smartcity.lib.records.text_fields import TypedText
from tasks.models import LeadTransfer, Task

# Of what a browser sends as keys, longer ones are none.
LONGEST_KEY = 19


class ProgrammesField(SeveralField):
    def label_from_instance(self, obj):
        return f"{obj.code} · {obj.name_in_force or 'chưa có hiệu lực'}"


class TasksField(SeveralField):
    def label_from_instance(self, obj):
        return f"{obj.programme.code} · {obj.plan_position}. {obj.plan_name} ({obj.last_status_label.lower()})"


class TransferForm(forms.Form):
    to_agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Cơ quan nhận",
        empty_label="Chọn cơ quan",
        error_messages={"required": "Chọn cơ quan nhận."},
        help_text="Chỉ gồm cơ quan đã được ghi là kế thừa.",
    )
    on = day_field("Từ ngày", "Ngày/tháng/năm ghi trong văn bản, ví dụ 16/06/2025.", missing="Nhập ngày chuyển giao.")
    document = DocumentChoice(
        label="Theo văn bản",
        error_messages={"required": "Chọn văn bản giao việc cho cơ quan kế thừa."},
        help_text="Chỉ gồm văn bản đã ban hành, đủ số và ngày.",
    )
    note = TypedText(label="Ghi chú", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    programmes = ProgrammesField(Programme.objects.none(), label="Làm đầu mối của đề án", required=False)
    tasks = TasksField(Task.objects.none(), label="Chủ trì nhiệm vụ chưa hoàn thành", required=False)

    field_order = ("to_agency", "on", "document", "programmes", "tasks", "note")

    def __init__(self, *args, agency: Agency, user, today, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.agency = agency
        successors = Agency.objects.filter(inheritances__predecessor=agency, inheritances__effective_on__lte=today)
        self.fields["to_agency"].queryset = successors.distinct().order_by("name")
        issued = documents_for(user).filter(number__isnull=False, signed_on__isnull=False)
        self.fields["document"].offer(issued.exclude(kind=DocumentKind.PRESS), user, empty_label="Chọn văn bản")
        led = led_by(agency, on=today, user=user)
        self.fields["programmes"].queryset = coordinated_by(agency, on=today, user=user)
        self.fields["tasks"].queryset = led.filter(pk__in=[task.pk for task in still_open(led)])

    def clean(self):
        typed = super().clean()
        for name, transfers in (("programmes", CoordinationTransfer.history), ("tasks", LeadTransfer.history)):
            sent = [key for key in self.data.getlist(name) if key.isdecimal() and len(key) < LONGEST_KEY]
            moved = transfers.filter(**{f"{name[:-1]}__in": sent}, from_agency=self.agency)
            if name in self.errors and moved.exists():
                self.is_overtaken = True
                self.add_error(name, f"Có việc đã được chuyển giao trước đó. {say_recorded(moved)}")
        return typed

    def visible_fields(self):
        """Duties of which the agency has none are not offered."""
        duties = ("programmes", "tasks")
        return [field for field in super().visible_fields() if field.name not in duties or field.field.queryset]

    @property
    def has_duties(self) -> bool:
        return self.fields["programmes"].queryset.exists() or self.fields["tasks"].queryset.exists()
