"""What may be typed about what a directive is linked with: an existing record, a new one, why a link goes."""

from typing import ClassVar

from django import forms
from django.db.models import QuerySet

from meetings.models import Directive, LinkKind
from programme.document_choice import DocumentChoice, documents_for
from programme.models import Agency, LegalDocument, Programme, Revision, RevisionState, User
from smartcity.lib.forms.fields import CodeField
from smartcity.lib.forms.inputs import LineInput, ReasonForm, day_field
from smartcity.lib.forms.record_forms import CodeFormMixin, ConstraintForm
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.text_fields import TypedLine
from tasks.models import Task
from tasks.task_names import named

KIND = {"label": "Quan hệ", "choices": LinkKind.choices, "widget": forms.RadioSelect, "initial": LinkKind.ABOUT}


class LinkedTaskChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj) -> str:
        return f"{obj.programme.code} · {obj.plan_name or obj.code}"


class LinkedRevisionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj) -> str:
        return f"{obj.programme.code} · {obj.title} ({obj.get_state_display().lower()})"


class LinkForm(forms.Form):
    """An existing record of the province, and what it is to the directive."""

    kind = forms.ChoiceField(**KIND)
    note = TypedLine(
        label="Lý do, căn cứ", max_length=500, required=False, help_text="Không bắt buộc; ghi vào lịch sử."
    )

    def __init__(self, *args, end: str, directive: Directive, by: User, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        chosen: forms.ModelChoiceField = CHOICES[end](directive, by)
        chosen.error_messages["required"] = f"Chọn {chosen.label.lower()}."
        chosen.error_messages["invalid_choice"] = f"Chọn {chosen.label.lower()} trong danh sách."
        # The refusals of a link name the end that they speak of.
        self.end = end
        self.fields[end] = chosen
        self.order_fields([end, "kind", "note"])


def _tasks(directive: Directive, by: User) -> LinkedTaskChoice:
    visible = Task.objects.visible_to(by).filter(programme__province=directive.conclusion.meeting.province_id)
    tasks = named(visible.exclude(directive_links__directive=directive), known_today()).select_related("programme")
    ordered = tasks.order_by("programme__code", "plan_position", "pk")
    return LinkedTaskChoice(ordered, label="Nhiệm vụ", empty_label="Chọn nhiệm vụ")


def _revisions(directive: Directive, by: User) -> LinkedRevisionChoice:
    visible = Revision.objects.visible_to(by).filter(programme__province=directive.conclusion.meeting.province_id)
    revisions = visible.exclude(directive_links__directive=directive).select_related("programme")
    ordered = revisions.order_by("programme__code", "-number")
    return LinkedRevisionChoice(ordered, label="Lần ban hành, điều chỉnh", empty_label="Chọn lần ban hành, điều chỉnh")


def _documents(directive: Directive, by: User) -> DocumentChoice:
    documents = documents_for(by).cited_in(directive.conclusion.meeting.province)
    unlinked = documents.exclude(directive_links__directive=directive)
    field = DocumentChoice(label="Văn bản")
    field.offer(unlinked, by, empty_label="Chọn văn bản")
    return field


CHOICES = {"task": _tasks, "revision": _revisions, "document": _documents}


class NewDocumentForm(CodeFormMixin, ConstraintForm):
    """A document that came of a directive, or that it speaks of; the rest is filled in on the document's page."""

    code = CodeField()
    link_kind = forms.ChoiceField(**KIND | {"initial": LinkKind.RESULT})

    class Meta:
        model = LegalDocument
        fields = ["kind", "issuer", "signed_on", "subject"]
        widgets = {"subject": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"signed_on": "Ngày/tháng/năm, ví dụ 16/06/2023. Để trống nếu chưa ban hành."}

    field_order: ClassVar = ["kind", "code", "issuer", "signed_on", "subject", "link_kind"]

    def __init__(self, *args, by: User, province: int, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.instance.province_id = province
        self.fields["code"].widget = LineInput(size=24)
        issuers = Agency.objects.visible_to(by).filter(province=province).order_by("name", "pk")
        self.fields["issuer"].queryset = issuers
        self.fields["issuer"].empty_label = "Chọn cơ quan ban hành"
        self.fields["issuer"].required = True
        self.fields["issuer"].error_messages["required"] = "Chọn cơ quan ban hành."
        self.fields["kind"].error_messages["required"] = "Chọn loại văn bản."
        self.fields["subject"].error_messages["required"] = "Ghi trích yếu."


class NewAmendmentForm(ReasonForm):
    """The programme to amend."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label="Đề án",
        empty_label="Chọn đề án",
        error_messages={"required": "Chọn đề án."},
    )
    field_order: ClassVar = ["programme", "reason"]

    def __init__(self, *args, programmes: QuerySet, reason: str, **kwargs):
        super().__init__(*args, label_suffix="", initial={"reason": reason}, **kwargs)
        self.fields["programme"].queryset = programmes
        self.fields["reason"].label = "Lý do điều chỉnh"
        self.fields["reason"].help_text = "Sửa được sau, cho đến khi trình."


class NewTaskForm(forms.Form):
    """A task in a draft; what else its plan says is filled in on the page of the draft."""

    revision = LinkedRevisionChoice(
        Revision.objects.none(),
        label="Dự thảo",
        empty_label="Chọn dự thảo",
        error_messages={"required": "Chọn dự thảo."},
    )
    name = TypedLine(label="Tên nhiệm vụ", max_length=500, error_messages={"required": "Ghi tên nhiệm vụ."})
    lead_agency = forms.ModelChoiceField(
        Agency.objects.none(), label="Cơ quan chủ trì", required=False, empty_label="Chưa rõ"
    )
    due_on = day_field("Hạn hoàn thành", "Ngày/tháng/năm, ví dụ 31/12/2024. Để trống nếu chưa đặt hạn.")

    def __init__(self, *args, revisions: QuerySet, agencies: QuerySet, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["revision"].queryset = revisions
        self.fields["lead_agency"].queryset = agencies
        self.fields["name"].widget = LineInput(size=60)


class UnlinkForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["reason"].required = True
        self.fields["reason"].label = "Lý do bỏ liên kết"
        self.fields["reason"].error_messages["required"] = "Ghi lý do bỏ liên kết này."


def drafts_of(programmes: QuerySet) -> QuerySet[Revision]:
    drafts = Revision.objects.filter(programme__in=programmes, state=RevisionState.DRAFT)
    return drafts.select_related("programme").order_by("programme__code", "-number")
