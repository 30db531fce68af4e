"""What may be typed in the rows of a meeting: who took part, what they said, who gets its notice."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from meetings.models import Attendance, AttendanceRole, Meeting, Opinion, Recipient
from meetings.pages.meetings.forms import agencies_around, lived
from programme.agency_names import AgencyChoice, say_agency
from programme.models import Agency
from smartcity.lib.forms.inputs import LineInput
from smartcity.lib.forms.record_forms import VersionedForm, VersionedRows
from smartcity.lib.log.known.marks import known_today


class MeetingPartForm(VersionedForm):
    """One row of a meeting; where it stands is not typed."""

    def __init__(self, *args, agencies: dict[int, str], **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        for field in self.fields.values():
            # Said once, above all rows.
            field.help_text = ""
        # Already read, so that many rows ask for them once.
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=agencies)
        self.fields["agency"].choices = [("", "Không ghi"), *agencies.items()]


class AttendanceForm(MeetingPartForm):
    class Meta:
        model = Attendance
        field_classes: ClassVar = {"agency": AgencyChoice}
        fields = ["role", "person", "title", "agency", "site", "is_present"]
        widgets = {"person": LineInput(size=22), "title": LineInput(size=34), "site": LineInput(size=26)}

    def _get_validation_exclusions(self):
        # Whether there is one chair is asked of all rows together: two people may change places.
        return super()._get_validation_exclusions() | {"role"}


class OpinionForm(MeetingPartForm):
    class Meta:
        model = Opinion
        field_classes: ClassVar = {"agency": AgencyChoice}
        fields = ["agency", "person", "topic", "text"]
        widgets = {
            "person": LineInput(size=28),
            "topic": LineInput(size=34),
            "text": forms.Textarea(attrs={"rows": 2}),
        }


class RecipientForm(MeetingPartForm):
    class Meta:
        model = Recipient
        field_classes: ClassVar = {"agency": AgencyChoice}
        fields = ["text", "agency"]
        widgets = {"text": LineInput(size=44)}


# Fills the rows of attendance with those of the meeting before.
COPY = ("chep-thanh-phan", "Chép thành phần của cuộc họp trước")
UNUSED = "Dòng nào không dùng thì để trống. Cần thêm dòng thì bấm «Lưu, nhập tiếp dòng mới»."


class RowsOfMeeting(VersionedRows, forms.BaseInlineFormSet):
    """Rows of one kind, in the order in which they were entered."""

    legend: ClassVar[str]
    hint: ClassVar[str]
    row_title: ClassVar[str]
    # How many empty rows a new meeting offers.
    for_new: ClassVar[int]
    # What says that a row is not empty.
    said_by: ClassVar[tuple[str, ...]]
    # A button that fills rows without saving any: its name, its words.
    fills: ClassVar[tuple[str, str] | None] = None

    @property
    def filled(self) -> int:
        return sum(bool(form.instance.pk or any(form[name].value() for name in self.said_by)) for form in self.forms)

    @property
    def is_open(self) -> bool:
        """Whether there is something in the rows, or something wrong."""
        return bool(self.filled or (self.is_bound and self.total_error_count()))

    def changed(self) -> tuple[list[Model], list[Model]]:
        """The rows to save, new ones at the end, and those to take out."""
        self.save(commit=False)
        rows = self.model._default_manager.filter(meeting=self.instance.pk) if self.instance.pk else []
        last = max((row.position for row in rows), default=0)
        for position, row in enumerate(self.new_objects, last + 1):
            row.position = position
        return [*(row for row, _ in self.changed_objects), *self.new_objects], list(self.deleted_objects)


class AttendanceRows(RowsOfMeeting):
    legend, row_title, for_new = "Thành phần dự họp", "Người dự, cơ quan dự", 3
    said_by = ("person", "title", "agency", "site")
    fills = COPY
    hint = (
        "Chọn cơ quan, hoặc ghi họ tên, chức vụ, thành phần như nguồn: «đại diện», «tập thể lãnh đạo Sở». "
        f"Điểm cầu chỉ ghi khi dự từ xa, ví dụ: điểm cầu các huyện, thị xã. {UNUSED}"
    )

    def clean(self):
        super().clean()
        chairs = [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", {}).get("role") == AttendanceRole.CHAIR
            and not self._should_delete_form(form)
        ]
        if len(chairs) > 1:
            raise ValidationError("Có nhiều hơn một người chủ trì. Giữ một người, sửa tư cách của những người còn lại.")

    def changed(self):
        keep, drop = super().changed()
        # Who hands the chair over does so before another takes it.
        return sorted(keep, key=lambda one: one.role == AttendanceRole.CHAIR), drop


class OpinionRows(RowsOfMeeting):
    legend, row_title, for_new = "Ý kiến tại cuộc họp", "Ý kiến", 2
    said_by = ("agency", "person", "topic", "text")
    hint = f"Chọn cơ quan, hoặc ghi người phát biểu. {UNUSED}"


class RecipientRows(RowsOfMeeting):
    legend, row_title, for_new = "Nơi nhận thông báo", "Nơi nhận", 3
    said_by = ("text", "agency")
    hint = f"Mỗi dòng như trong thông báo, ví dụ: Các sở, ban, ngành. Chọn cơ quan khi dòng đó là một cơ quan. {UNUSED}"


def _rows(model: type[Model], form: type[MeetingPartForm], formset: type[RowsOfMeeting]):
    return forms.inlineformset_factory(Meeting, model, form=form, formset=formset, extra=2, can_delete_extra=False)


ATTENDANCE = "thanh-phan"
ROWS = {
    ATTENDANCE: _rows(Attendance, AttendanceForm, AttendanceRows),
    "y-kien": _rows(Opinion, OpinionForm, OpinionRows),
    "noi-nhan": _rows(Recipient, RecipientForm, RecipientRows),
}


def rows_of(meeting: Meeting, data=None) -> list[RowsOfMeeting]:
    """The rows of the page of a meeting, with some empty ones at the end of each kind."""
    on = meeting.held_on or known_today()
    agencies = {one.pk: str(one) if lived(one, on) else say_agency(one) for one in agencies_around(meeting)}
    form_kwargs = {"agencies": agencies}
    made = []
    for prefix, formset in ROWS.items():
        rows = formset.model._default_manager.order_by("position")
        one = formset(data, instance=meeting, prefix=prefix, queryset=rows, form_kwargs=form_kwargs)
        if meeting.pk is None:
            one.extra = one.for_new
        made.append(one)
    return made
