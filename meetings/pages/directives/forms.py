"""What may be typed about a directive: what is to be done, by whom, by when."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from meetings.models import Assignment, AssignmentRole, Directive
from meetings.models.due import COMES_TRUE, DATED_LATER, FIELDS, Due, DueKind, When, ask_if_before, read_due
from meetings.operations.directing import Assigned
from meetings.pages.meetings.forms import agencies_around, ended_around
from programme.agency_names import AgenciesChoice
from programme.document_choice import DocumentChoice, documents_for
from programme.models import Agency, Revision, User
from smartcity.lib.forms.inputs import LineInput, day_field
from smartcity.lib.forms.kinds import KindFields
from smartcity.lib.forms.record_forms import VersionedForm
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.lib.records.text_fields import TypedLine, TypedText

# What ``read_due`` reads, by the names of its fields.
DUE_FIELDS = ("kind", "day", "month", "words", "when", "cadence")
# Which kinds of due ask for a field of the form.
ASKED_BY = {name: [kind for kind in DueKind if name in set.union(*FIELDS[kind])] for name in DUE_FIELDS[1:]} | {
    "due_document": [kind for kind in DueKind if kind in COMES_TRUE],
    "due_revision": [DueKind.CONDITION],
}


class DueConfirmInput(forms.CheckboxInput):
    """A box that, ticked, confirms exactly what was asked."""

    def __init__(self, confirms: str):
        super().__init__(check_test=lambda value: value == confirms)
        self.confirms = confirms

    def format_value(self, value):
        return self.confirms


def confirmation_field() -> forms.CharField:
    """Becomes a box to tick when there is something to confirm."""
    return forms.CharField(
        label="Đã kiểm tra, hạn đúng là trước ngày họp", required=False, max_length=64, widget=forms.HiddenInput
    )


def ask_about(form: forms.BaseForm, due: Due, held_on: date, *, beside: str) -> None:
    """Ask in ``form`` about a due before the meeting, unless exactly that was confirmed."""
    asked = ask_if_before(due, held_on)
    if not asked:
        return
    answer = f"{due.due_on:%d/%m/%Y} < {held_on:%d/%m/%Y}"
    form.fields["confirmed"].widget = DueConfirmInput(answer)
    if form.cleaned_data.get("confirmed") != answer:
        form.add_error(beside, asked)
        form.add_error("confirmed", "Sửa lại hạn ở trên; nếu đúng thì đánh dấu ô này rồi lưu.")


class DueRevisionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Revision) -> str:
        return f"{obj} ({obj.get_state_display().lower()})"


class DirectiveForm(VersionedForm):
    """One directive with its due and its agencies. A due before the meeting is asked about."""

    error_places: ClassVar[dict[str, str]] = {f"due_{name}": name for name in DUE_FIELDS} | {"due_year": "month"}

    leads = AgenciesChoice(
        Agency.objects.none(),
        label="Cơ quan chủ trì",
        error_messages={"required": "Chọn ít nhất một cơ quan chủ trì: việc không giao cho ai thì không ai làm."},
    )
    lead_is_assumed = forms.BooleanField(
        label="Chủ trì do suy ra, nguồn không nêu rõ",
        required=False,
        help_text="Đánh dấu khi thông báo không ghi tên cơ quan làm việc này.",
    )
    coordinating = AgenciesChoice(Agency.objects.none(), label="Cơ quan phối hợp", required=False)
    kind = forms.ChoiceField(
        label="Loại hạn",
        choices=[("", "Chọn loại hạn"), *DueKind.choices],
        required=False,
        help_text="Chọn loại nào thì nhập các ô của loại đó.",
    )
    day = day_field("Ngày", "Ngày đến hạn, ví dụ 15/04/2024; với lời văn chưa rõ ngày là ngày để theo dõi.")
    month = TypedLine(
        label="Tháng", required=False, max_length=40, widget=LineInput(size=12), help_text="Ví dụ: 04/2024."
    )
    words = TypedLine(
        label="Nguyên văn thời hạn, điều kiện, văn bản định hạn",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Ví dụ: đầu tháng 4/2018; HĐND tỉnh thông qua Nghị quyết sửa đổi; 155/QĐ-UBND ngày 18/01/2024.",
    )
    when = forms.ChoiceField(label="Khi nào", required=False, choices=[("", "Chọn"), *When.choices])
    cadence = forms.ChoiceField(
        label="Báo cáo định kỳ",
        required=False,
        choices=[("", "Không có"), *Cadence.choices],
        help_text="Khi văn bản giao báo cáo theo kỳ.",
    )
    confirmed = confirmation_field()

    class Meta:
        model = Directive
        fields = ["text", "due_document", "due_revision", "note"]
        field_classes: ClassVar = {"due_revision": DueRevisionChoice, "due_document": DocumentChoice}
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "note": forms.Textarea(attrs={"rows": 2})}
        labels = {
            "due_document": "Văn bản mà thời hạn chờ hoặc theo",
            "due_revision": "Lần điều chỉnh mà điều kiện chờ",
        }
        help_texts = {
            "due_document": "Với điều kiện, hạn có ngày khi văn bản này được ban hành.",
            "due_revision": "Hạn có ngày khi lần điều chỉnh này được thông qua.",
        }

    field_order: ClassVar = [
        "text",
        *("leads", "lead_is_assumed", "coordinating"),
        *("kind", "when", "day", "month", "words", "cadence", "confirmed"),
        *("due_document", "due_revision"),
        "note",
    ]

    def __init__(self, *args, by: User, **kwargs):
        stored = kwargs["instance"]
        self._stored_due = stored.due if stored.pk else None
        self._stored_due_on = stored.due_on
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["text"].error_messages["required"] = "Ghi nội dung giao."
        self.meeting = self.instance.conclusion.meeting
        agencies = agencies_around(self.meeting, on=self.meeting.held_on)
        self.ended = ended_around(self.meeting)
        named = {one.agency_id: one.agency for one in self._assignments()}
        agencies += [agency for pk, agency in named.items() if pk not in {one.pk for one in agencies}]
        parts = Assignment.objects.filter(directive__conclusion__meeting=self.meeting)
        chosen = set(parts.values_list("agency", flat=True))
        # One meeting directs the same few agencies again and again.
        agencies.sort(key=lambda one: one.pk not in chosen)
        for name in ("leads", "coordinating"):
            self.fields[name].queryset = Agency.objects.filter(pk__in=[one.pk for one in agencies])
            # Already read, for both lists. All of them lived on the day of the meeting.
            self.fields[name].choices = [(one.pk, str(one)) for one in agencies]
        self.fields["due_document"].offer(documents_for(by), by, empty_label="Không gắn với văn bản nào")
        revisions = Revision.objects.visible_to(by).select_related("programme").order_by("programme__code", "-number")
        self.fields["due_revision"].queryset = revisions
        self.fields["due_revision"].empty_label = "Không chờ lần điều chỉnh nào"
        self.kinds = KindFields(self, "kind", ASKED_BY)
        # What stood in fields of other kinds, each told in a sentence.
        self.left_out: list[str] = []

    def _assignments(self) -> list[Assignment]:
        if self.instance.pk is None:
            return []
        return list(self.instance.assignments.select_related("agency__province").order_by("pk"))

    def histories(self) -> list:
        return [*super().histories(), Assignment.history.filter(directive=self.instance.pk)]

    def shown(self, record, upto):
        parts = self.part_at(1, upto)
        leads = [row for row in parts if row.role == AssignmentRole.LEAD]
        return {name: getattr(record, f"due_{name}", "") for name in DUE_FIELDS} | {
            "month": f"{record.due_month:02}/{record.due_year}" if record.due_month else "",
            "leads": [row.agency_id for row in leads],
            "lead_is_assumed": any(row.is_assumed for row in leads),
            "coordinating": [row.agency_id for row in parts if row.role == AssignmentRole.COORDINATING],
        }

    def clean(self):
        super().clean()
        both = set(self.cleaned_data.get("leads", ())) & set(self.cleaned_data.get("coordinating", ()))
        if both:
            names = ", ".join(sorted(str(one) for one in both))
            self.add_error("coordinating", f"{names} đã được chọn chủ trì. Bỏ chọn ở một trong hai danh sách.")
        self.left_out = self.kinds.leave_out()
        if not self.errors.keys() & set(DUE_FIELDS):
            self._read_due()

    def _read_due(self) -> None:
        try:
            typed = {name: self.cleaned_data[name] for name in DUE_FIELDS}
            self.instance.due = read_due(**typed, was=self._stored_due)
        except ValidationError as refusal:
            for name, told in refusal.error_dict.items():
                self.add_error(name, told)

    def _post_clean(self):
        # A due that could not be read says nothing for the record's own rules to judge.
        if self.errors.keys() & set(DUE_FIELDS):
            return
        super()._post_clean()
        if not self.errors:
            self._ask()

    def _ask(self) -> None:
        """Ask about a day before that of the meeting; one that was confirmed before is not asked about again."""
        due = self.instance.due
        if due.due_on != self._stored_due_on:
            ask_about(self, due, self.meeting.held_on, beside="month" if due.kind == DueKind.MONTH else "day")

    def assigned(self) -> list[Assigned]:
        """The agencies from now on. What was assumed of one that stays is as it was, unless the tick was changed."""
        typed, stored = self.cleaned_data, {one.agency_id: one for one in self._assignments()}
        was_lead = {pk: one for pk, one in stored.items() if one.role == AssignmentRole.LEAD}
        tick = typed["lead_is_assumed"]
        is_changed = tick != any(one.is_assumed for one in was_lead.values())

        def assumed(agency: Agency) -> bool:
            return tick if is_changed or agency.pk not in was_lead else was_lead[agency.pk].is_assumed

        leads = [Assigned(agency, AssignmentRole.LEAD, assumed(agency)) for agency in typed["leads"]]
        return leads + [
            Assigned(agency, AssignmentRole.COORDINATING, agency.pk in stored and stored[agency.pk].is_assumed)
            for agency in typed["coordinating"]
        ]

    def said(self) -> dict[str, Any]:
        """What the operation that gives a directive takes of it."""
        names = ("text", "due_document", "due_revision", "note")
        return {name: self.cleaned_data[name] for name in names} | {"due": self.instance.due}


class TypedDirectiveForm(forms.Form):
    """The words of a directive, where they were typed for a place that is gone."""

    text = TypedText(label="Nội dung giao", required=False)
    words = TypedText(label="Nguyên văn thời hạn", required=False)
    note = TypedText(label="Ghi chú", required=False)


class WithdrawForm(forms.Form):
    on = day_field(
        "Thôi theo dõi từ ngày", "Từ ngày họp đến hôm nay, ví dụ 15/05/2024.", missing="Nhập ngày thôi theo dõi."
    )
    reason = TypedText(
        label="Lý do thôi theo dõi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Hiện trên trang của ý kiến chỉ đạo và trong lịch sử.",
        error_messages={"required": "Ghi lý do thôi theo dõi."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class ResumeForm(forms.Form):
    reason = TypedText(
        label="Lý do theo dõi lại",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi lý do theo dõi lại."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class ResolveForm(forms.Form):
    """The day that a due was waiting for, and from where it is known; of a phrase the day that the officer chooses."""

    day = day_field("Ngày", "Ví dụ: 15/07/2024.", missing="Nhập ngày.")
    confirmed = confirmation_field()
    reason = TypedText(
        label="Căn cứ",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Văn bản nào cho biết ngày này, ví dụ: điểm b khoản 2 Điều 1 Quyết định số 155/QĐ-UBND.",
        error_messages={"required": "Ghi căn cứ: văn bản nào cho biết ngày này."},
    )

    def __init__(self, *args, due: Due, held_on: date, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self._due, self._held_on = due, held_on
        day, reason = self.fields["day"], self.fields["reason"]
        day.label = "Ngày điều kiện xảy ra" if due.kind == DueKind.CONDITION else "Hạn mà văn bản đó định"
        if due.kind == DueKind.PHRASE:
            day.label = "Ngày để theo dõi"
            day.help_text = "Cán bộ theo dõi tự chọn, vì lời văn của thời hạn chưa rõ ngày. Ví dụ: 10/04/2018."
            reason.label = "Lý do chọn ngày này"
            reason.help_text = "Ví dụ: «đầu tháng» tính đến ngày 10. Lời văn của thời hạn giữ nguyên."
            reason.error_messages["required"] = "Ghi lý do chọn ngày này."

    def clean(self):
        day = self.cleaned_data.get("day")
        if day and day != self._due.day:
            ask_about(self, replace(self._due, day=day), self._held_on, beside="day")

    def resolved(self) -> dict[str, Any]:
        """What the operation that gives the due its day takes of it."""
        return {name: self.cleaned_data[name] for name in ("day", "reason")}


def is_dated_later(directive: Directive) -> bool:
    """Whether its due can be given a day later."""
    return directive.due_kind in DATED_LATER
