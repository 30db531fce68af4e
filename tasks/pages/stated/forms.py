"""What may be typed about published figures."""

from django import forms

from programme.models import StatedFigure
from smartcity.lib.forms.record_forms import RecordForm


class NoteForm(RecordForm):
    """What explains a published figure."""

    class Meta:
        model = StatedFigure
        fields = ["note"]
        labels = {"note": "Ghi chú"}
        help_texts = {"note": "Ví dụ: vì sao số công bố khác số hệ thống tính, đã hỏi ai."}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
