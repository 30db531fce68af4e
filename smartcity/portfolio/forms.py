"""What may be typed on the pages of programmes: the day that they speak of, and notes to published figures."""

from datetime import date

from django import forms
from django.utils.timezone import localdate

from programme.forms import DayField, RecordForm
from programme.models import StatedFigure


class AsOfForm(forms.Form):
    """``?ngay=16/06/2023``; an empty field is today."""

    ngay = DayField(
        label="Số liệu đến ngày",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 10}),
    )

    def day(self) -> date:
        """The day typed, or today when none, or none that can be read, was typed."""
        return (self.is_valid() and self.cleaned_data["ngay"]) or localdate()


class NoteForm(RecordForm):
    """What explains a published figure."""

    class Meta:
        model = StatedFigure
        fields = ["note"]
        labels = {"note": "Ghi chú"}
        help_texts = {"note": "Ví dụ: vì sao số công bố khác số hệ thống tính, đã hỏi ai."}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
