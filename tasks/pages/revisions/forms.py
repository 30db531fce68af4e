"""What may be typed about a revision: the draft as a whole, its tasks, the steps of its life."""

from typing import ClassVar

from django import forms

from programme.document_choice import DocumentChoice, NewestDocuments, documents_for
from programme.models import STEPS_FROM, Objective, Period, Revision, RevisionStep, StepKind, User
from programme.operations.deciding import was_possible
from smartcity.lib.forms.inputs import LineInput, day_field
from smartcity.lib.forms.kinds import KindFields
from smartcity.lib.forms.record_forms import VersionedForm, VersionedRows
from smartcity.lib.records.overtaken import say_recorded
from smartcity.lib.records.text_fields import TypedLine, TypedText


class RevisionForm(VersionedForm):
    """What a draft says of the programme as a whole."""

    sent_as: ClassVar[dict[str, str]] = {"declared_budget_vnd": "declared_budget"}

    class Meta:
        model = Revision
        field_classes: ClassVar = {"budget_document": DocumentChoice}
        fields = [
            *("name", "reason"),
            *("declared_budget_vnd", "declared_budget_kind", "budget_document"),
            *("task_list_is_partial", "note"),
        ]
        help_texts = {
            "declared_budget_vnd": "Ví dụ: 2.030 tỷ đồng. Để trống nếu văn bản không nêu; «3,47» sẽ được hỏi lại."
        }
        widgets = {
            "name": forms.Textarea(attrs={"rows": 2}),
            "reason": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = self.fields["declared_budget_kind"]
        kinds.choices = [("", "Không công bố"), *(choice for choice in kinds.choices if choice[0])]
        self.fields["budget_document"].offer(documents_for(by), by, empty_label="Không nêu")

    def said(self) -> dict:
        """The fields of the record that the form decides."""
        return {name: getattr(self.instance, name) for name in self.Meta.fields}


class PeriodForm(VersionedForm):
    class Meta:
        model = Period
        fields = ["label", "kind", "first_day", "last_day"]
        widgets = {"label": LineInput(size=20)}
        help_texts = {"first_day": "", "last_day": ""}


class ObjectiveForm(VersionedForm):
    class Meta:
        model = Objective
        fields = ["position", "field", "text", "target", "target_year", "document"]
        field_classes: ClassVar = {"document": DocumentChoice}
        widgets = {
            "position": LineInput(inputmode="numeric", size=4),
            "field": LineInput(size=20),
            "text": forms.Textarea(attrs={"rows": 3}),
            "target": LineInput(size=20),
            "target_year": LineInput(inputmode="numeric", size=6),
        }

    def __init__(self, *args, documents: NewestDocuments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].offer_newest(documents, empty_label="Không nêu")

    def _get_validation_exclusions(self):
        # Goals are numbered anew when all of them are known.
        return super()._get_validation_exclusions() | {"position"}


class PartsFormSet(VersionedRows, forms.BaseInlineFormSet):
    """Rows of a draft."""


class BasePeriodFormSet(PartsFormSet):
    row_title = "Giai đoạn"


class BaseObjectiveFormSet(PartsFormSet):
    row_title = "Mục tiêu"


PeriodFormSet = forms.inlineformset_factory(
    Revision, Period, form=PeriodForm, formset=BasePeriodFormSet, extra=2, can_delete_extra=False
)
ObjectiveFormSet = forms.inlineformset_factory(
    Revision, Objective, form=ObjectiveForm, formset=BaseObjectiveFormSet, extra=2, can_delete_extra=False
)


# What only the adoption says.
ADOPTION_SAYS = {"effective_on": [StepKind.ADOPTED], "pinpoint": [StepKind.ADOPTED]}


class RevisionStepForm(forms.Form):
    """The next step in the life of a revision."""

    kind = forms.ChoiceField(label="Việc")
    on = day_field("Ngày", "Ngày diễn ra, ví dụ 16/06/2023.", required=True)
    document = DocumentChoice(
        label="Văn bản, nguồn",
        required=False,
        empty_label="Chưa có văn bản",
        help_text="Tờ trình khi trình; nghị quyết đã ban hành khi thông qua.",
    )
    effective_on = day_field("Ngày có hiệu lực", "Để trống thì lấy ngày có hiệu lực của văn bản.")
    pinpoint = TypedLine(
        label="Sửa đổi điểm, khoản, Điều",
        max_length=200,
        required=False,
        widget=LineInput(size=30),
        help_text="Ví dụ: điểm b khoản 4 Điều 1.",
    )
    meeting_on = day_field("Ngày họp")
    note = TypedText(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, revision: Revision, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        possible = STEPS_FROM[revision.state] - {StepKind.DRAFTED}
        steps = [kind for kind in StepKind if kind in possible]
        self.fields["kind"].choices = [("", "Chọn việc"), *((kind.value, kind.label) for kind in steps)]
        self.kinds = KindFields(self, "kind", ADOPTION_SAYS)
        self.left_out: list[str] = []
        told = ", ".join(f"«{kind.label}»" for kind in steps)
        self.fields["kind"].error_messages["invalid_choice"] = (
            f"{revision.title} ({revision.get_state_display().lower()}): không ghi được việc này. Có thể ghi: {told}."
        )
        self.fields["document"].offer(documents_for(by), by)
        sent = self.data.get(self.add_prefix("kind"))
        if sent in set(StepKind.values) - possible and was_possible(revision, StepKind(sent)):
            # The page offered it: somebody recorded another step since.
            self.is_overtaken = True
            who = say_recorded(RevisionStep.history.filter(revision=revision.pk))
            self.fields["kind"].error_messages["invalid_choice"] += f" {who}"

    def clean(self):
        self.left_out = self.kinds.leave_out()
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
