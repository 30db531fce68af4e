"""What may be typed about a meeting: what it was about, who was there, what they said, who gets its notice."""

from datetime import date
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Model

from meetings.models import Conclusion, Meeting, MeetingProgramme, MeetingVersion
from meetings.preview import digest_of_preview, last_change
from programme.agency_successors import Successors
from programme.document_choice import DocumentChoice, documents_for
from programme.models import Agency, AgencyKind, DocumentKind, Programme, Province, User
from smartcity.lib.forms.fields import SeveralField
from smartcity.lib.forms.inputs import LineInput
from smartcity.lib.forms.merging import say_moment
from smartcity.lib.forms.record_forms import VersionedForm
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.document_code import read_code
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.overtaken import say_who
from smartcity.lib.records.signers import signer_of
from smartcity.lib.records.text_fields import TypedLine, TypedText


class CorrectionForm(forms.Form):
    """Why a concluded meeting is corrected; of one that is still open it asks nothing."""

    correction = TypedText(
        label="Lý do đính chính",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Cuộc họp đã kết luận: nội dung sau khi lưu là một bản mới kèm lý do này, bản trước vẫn giữ nguyên.",
        error_messages={"required": "Ghi lý do đính chính."},
    )

    def __init__(self, *args, meeting: Meeting, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if not meeting.is_concluded:
            del self.fields["correction"]
            return
        # The page was opened before the meeting was concluded: it could not ask.
        self.is_outdated = self.is_bound and "correction" not in self.data
        if self.is_outdated:
            self.fields["correction"].error_messages["required"] = (
                f"{_who_concluded(meeting)} Chưa lưu gì, nội dung bạn nhập vẫn còn: ghi lý do đính chính rồi lưu lại."
            )

    @property
    def why(self) -> str:
        return self.cleaned_data.get("correction", "")


def _who_concluded(meeting: Meeting) -> str:
    row = (
        MeetingVersion.history.filter(meeting=meeting.pk).select_related("history_user").order_by("history_id").first()
    )
    if row is None:
        return "Cuộc họp đã được kết luận nên nội dung đã khóa."
    return f"{signer_of(row)} đã chốt kết luận lúc {say_moment(row.history_date)} nên nội dung đã khóa."


class RemoveForm(forms.Form):
    reason = TypedText(
        label="Lý do bỏ cuộc họp",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ví dụ: hoãn, ghi nhầm. Lý do còn trong lịch sử.",
        error_messages={"required": "Ghi lý do bỏ cuộc họp."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class ProgrammesChoice(SeveralField):
    def label_from_instance(self, obj: Programme) -> str:
        return obj.code


class MeetingForm(VersionedForm):
    programmes = ProgrammesChoice(Programme.objects.none(), label="Đề án liên quan", required=False)

    class Meta:
        model = Meeting
        fields = ["title", "held_on", "begins_at", "day_as_written", "place", "heard", "source", "notice", "signing"]
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "day_as_written": LineInput(size=30),
            "place": LineInput(size=30),
            "heard": forms.Textarea(attrs={"rows": 2}),
            "signing": forms.Textarea(attrs={"rows": 3}),
        }
        field_classes: ClassVar = {"source": DocumentChoice, "notice": DocumentChoice}
        help_texts = {"held_on": "Ví dụ: 10/04/2024. Lịch họp sắp tới cũng ghi ở đây."}

    field_order: ClassVar = [
        "title",
        *("held_on", "begins_at", "place"),
        "day_as_written",
        "programmes",
        "heard",
        *("source", "notice"),
        "signing",
    ]
    # What an appointment does without stands folded below it.
    folded_name = "Đề án, báo cáo đã nghe, văn bản, chữ ký"
    FOLDED: ClassVar = {"day_as_written", "programmes", "heard", "source", "notice", "signing"}

    @property
    def in_sight(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.FOLDED]

    @property
    def folded(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in self.FOLDED]

    @property
    def folded_filled(self) -> int:
        return sum(bool(field.value()) for field in self.folded)

    @property
    def opens_folded(self) -> bool:
        return bool(self.folded_filled or any(field.errors for field in self.folded))

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        province = self.instance.province
        programmes = Programme.objects.visible_to(by).filter(province__in=province.carried_on_in).order_by("code")
        self.fields["programmes"].queryset = programmes
        documents = documents_for(by)
        for name, offered, empty in (
            ("source", documents, "Không có"),
            ("notice", documents.filter(kind=DocumentKind.NOTICE), "Chưa có"),
        ):
            self.fields[name].offer(offered, by, empty_label=empty)

    def histories(self) -> list:
        return [*super().histories(), MeetingProgramme.history.filter(meeting=self.instance.pk)]

    def shown(self, record, upto):
        return {"programmes": [row.programme_id for row in self.part_at(1, upto)]}

    def about(self) -> tuple[list[Model], list[Model]]:
        """The programmes that the meeting becomes about, and those that it no longer is."""
        had = {one.programme_id: one for one in self.instance.about.all()} if self.instance.pk else {}
        chosen = {one.pk: one for one in self.cleaned_data["programmes"]}
        added = [MeetingProgramme(meeting=self.instance, programme=one) for pk, one in chosen.items() if pk not in had]
        return added, [one for pk, one in had.items() if pk not in chosen]


def agencies_around(meeting: Meeting, *, on: date | None = None) -> list[Agency]:
    """Whom a meeting can name: agencies of its province and central ones; of a day ``on``, those that lived then."""
    found = Agency.objects.within_reach_of(meeting.province.carried_on_in)
    agencies = found.select_related("province").order_by(F("province").asc(nulls_last=True), "name", "pk")
    return [one for one in agencies if on is None or lived(one, on)]


def ended_around(meeting: Meeting) -> list[tuple[Agency, str]]:
    """Agencies of the meeting's province that had ended by its day, which nobody can be given work in the name of.

    Each with what became of it: «nay là Sở Khoa học và Công nghệ», empty where nobody recorded that.
    """
    own = [one for one in agencies_around(meeting) if one.province_id]
    ended = [one for one in own if one.has_ended(meeting.held_on)]
    successors = Successors(ended, today=known_today())
    return [(one, successors.say(one)) for one in ended]


def lived(agency: Agency, on: date) -> bool:
    began = agency.in_force_from
    return not agency.has_ended(on) and (began is None or began <= on)


class ConclusionForm(VersionedForm):
    class Meta:
        model = Conclusion
        fields = ["heading", "text"]
        widgets = {"heading": forms.Textarea(attrs={"rows": 2}), "text": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["text"].help_text += " Kết luận chỉ gồm việc giao thì để trống cả hai ô."


class ConcludeForm(forms.Form):
    """Who issues the notice; of a meeting that has one, or that is known from a report, nothing is asked.

    Its page sends back which content it showed (``seen``): what changed since has to be read first.
    """

    is_outdated = False
    # Agencies that could have issued it had they not ended, where no other is left.
    ended: list[tuple[Agency, str]] = []

    issuer = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Cơ quan ban hành thông báo",
        empty_label=None,
        error_messages={"required": "Chọn cơ quan ban hành thông báo."},
    )
    symbol = TypedLine(
        label="Ký hiệu",
        max_length=60,
        initial="TB-UBND",
        widget=LineInput(size=16),
        help_text="Số và ngày ban hành ghi sau, khi văn thư đã cấp.",
        error_messages={"required": "Ghi ký hiệu, ví dụ TB-UBND."},
    )

    def __init__(self, *args, meeting: Meeting, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.meeting = meeting
        self.preview = digest_of_preview(meeting)
        if meeting.notice_id or meeting.source_id:
            self.fields.clear()
            return
        issuers = issuers_of(meeting.province, meeting.held_on)
        self.fields["issuer"].queryset = Agency.objects.filter(pk__in=[one.pk for one in issuers])
        self.fields["issuer"].choices = [(one.pk, str(one)) for one in issuers]
        if issuers:
            self.initial["issuer"] = issuers[0].pk
        else:
            self.ended = ended_around(meeting)
            self._tell_that_nobody_can()

    def _tell_that_nobody_can(self) -> None:
        """No agency of the province worked on the day: told where one would choose, with what to do about it."""
        day = say_day(self.meeting.held_on)
        self.fields["issuer"].choices = [("", "chưa có cơ quan nào để chọn")]
        self.fields["issuer"].error_messages["required"] = (
            f"Ngày họp {day} chưa có cơ quan nào của {self.meeting.province} đang hoạt động. "
            "Quản trị hệ thống thêm cơ quan ban hành thông báo, rồi chốt lại."
        )

    def clean_symbol(self) -> str:
        try:
            return read_code(f"/{self.cleaned_data['symbol'].lstrip('/')}").symbol
        except ValueError:
            raise ValidationError("Ký hiệu chưa đọc được. Viết như: TB-UBND.") from None

    def clean(self):
        super().clean()
        self.is_outdated = self.data.get("seen") != self.preview
        if self.is_outdated:
            self.add_error(None, _say_changed(self.meeting))


def _say_changed(meeting: Meeting) -> str:
    row = last_change(meeting)
    last = f" Lần sửa cuối: {say_who(signer_of(row))}, lúc {say_moment(row.history_date)}." if row else ""
    return (
        f"Nội dung đã thay đổi sau khi bạn mở trang này nên chưa chốt.{last} "
        "Đọc lại nội dung mới ở dưới; nếu đúng thì bấm «Chốt kết luận» lần nữa."
    )


def issuers_of(province: Province, on: date) -> list[Agency]:
    """Agencies of the province that lived on the day, its committee first; where none did, those of its successor."""
    agencies = Agency.objects.filter(province__in=province.carried_on_in).select_related("province")
    offered = [one for one in agencies.order_by("name", "pk") if lived(one, on)]
    own = [one for one in offered if one.province_id == province.pk]
    return sorted(own or offered, key=lambda one: one.kind != AgencyKind.COMMITTEE)
