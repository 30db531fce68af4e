"""What may be typed on the pages of assignments: answers, reports of a period, requests, decisions."""

from collections.abc import Iterable
from datetime import date

from django import forms

from meetings.expected import ExpectedReport
from meetings.models import Answer
from smartcity.lib.forms.file_fields import FilesField
from smartcity.lib.forms.inputs import day_field, text_field
from smartcity.lib.language.dates import ISO_DAY, say_day


class AssignmentAnswerForm(forms.Form):
    """That an agency's part is done."""

    done_on = day_field(
        "Hoàn thành ngày", "Ngày/tháng/năm, ví dụ 25/04/2024. Muộn nhất hôm nay.", missing="Ghi ngày đã hoàn thành."
    )
    text = text_field("Kết quả", "Ghi kết quả đã làm được.", rows=6)
    files = FilesField(label="Tệp minh chứng", required=False)


class PeriodChoice(forms.TypedChoiceField):
    """One of the periods that miss a report; of one that is reported meanwhile the operation says by whom."""

    def valid_value(self, value):
        return super().valid_value(value) or bool(ISO_DAY.match(str(value)))


class PeriodicReportForm(forms.Form):
    """How it stands in one period."""

    period_last_day = PeriodChoice(label="Kỳ báo cáo", error_messages={"required": "Chọn kỳ báo cáo."})
    text = text_field("Kết quả trong kỳ", "Ghi kết quả trong kỳ.", rows=6)
    files = FilesField(label="Tệp minh chứng", required=False)

    def __init__(self, *args, missing: Iterable[ExpectedReport], **kwargs):
        super().__init__(*args, **kwargs)
        windows = {one.window.last_day.isoformat(): one.window for one in missing}
        field = self.fields["period_last_day"]
        field.choices = [(key, f"{window} ({window.days})") for key, window in windows.items()]
        field.coerce = date.fromisoformat
        field.error_messages["invalid_choice"] = "Kỳ này đã có báo cáo hoặc không phải báo cáo. Chọn một kỳ khác."


class ProgressForm(forms.Form):
    """How far it is by a day; ``seen`` is the last word of it that the page showed when it was opened."""

    as_of = day_field("Tiến độ đến ngày", "Ngày/tháng/năm. Muộn nhất hôm nay.", missing="Ghi tiến độ đến ngày nào.")
    text = text_field(
        "Nội dung",
        "Ghi việc đang làm đến đâu.",
        rows=5,
        help_text="Đã làm được gì, còn gì, vướng mắc gì. Việc vẫn là chưa hoàn thành và hạn giữ nguyên. "
        "Ghi nhầm thì gửi một cập nhật khác, bản mới nhất được hiện.",
    )
    files = FilesField(label="Tệp minh chứng", required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, last: Answer | None, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.last_key = last.pk if last else 0
        self.initial |= {"as_of": say_day(today), "seen": self.last_key}

    def clean_seen(self):
        seen = self.cleaned_data["seen"]
        # The next press of the button has read what stands above.
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(self.last_key)
        return seen


class ReturnForm(forms.Form):
    reason = text_field(
        "Lý do trả lại",
        "Ghi lý do trả lại.",
        help_text="Cơ quan đọc để biết phải bổ sung gì. Việc coi như chưa làm xong.",
    )


class AssignmentReopenForm(forms.Form):
    reason = text_field(
        "Lý do mở lại", "Ghi lý do mở lại.", help_text="Dùng khi xác nhận nhầm. Việc trở lại chưa hoàn thành."
    )


class ConfirmForm(forms.Form):
    """Nothing to type: the button says it."""


class ExtensionForm(forms.Form):
    asked_due_on = day_field(
        "Xin gia hạn đến ngày", "Ngày/tháng/năm, sau hạn hiện nay.", missing="Ghi ngày xin gia hạn đến."
    )
    reason = text_field("Lý do xin gia hạn", "Ghi lý do xin gia hạn.")


class DecideForm(forms.Form):
    grant = forms.TypedChoiceField(
        label="Quyết định",
        choices=[("1", "Gia hạn"), ("0", "Không gia hạn")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn gia hạn hoặc không gia hạn."},
    )
    granted_due_on = day_field("Gia hạn đến ngày")
    note = text_field(
        "Ý kiến", "", rows=3, required=False, help_text="Bắt buộc khi không gia hạn: cơ quan đọc để biết vì sao."
    )

    def __init__(self, *args, asked_due_on, **kwargs):
        super().__init__(*args, **kwargs)
        asked = say_day(asked_due_on)
        self.fields["granted_due_on"].help_text = f"Để trống nếu gia hạn đúng đến ngày cơ quan xin: {asked}."
