"""What may be typed on the pages of databases: what was seen of one."""

from typing import ClassVar

from django import forms

from programme.document_choice import DocumentChoice, documents_for
from smartcity.lib.forms.record_forms import ConstraintForm
from tasks.models import DatasetObservation


class ObservationForm(ConstraintForm):
    """What was seen of a database on a day; it begins with what was seen ``last``, which it takes the place of."""

    is_built = forms.TypedChoiceField(
        label="Xây dựng",
        choices=[("", "Chọn"), ("1", "Đã xây dựng"), ("0", "Chưa xây dựng")],
        coerce=lambda value: value == "1",
        error_messages={"required": "Chọn đã hay chưa xây dựng."},
    )

    class Meta:
        model = DatasetObservation
        fields = ["as_of", "is_built", "last_updated_on", "sharing", "document", "note"]
        field_classes: ClassVar = {"document": DocumentChoice}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        error_messages = {
            "as_of": {"required": "Ghi ngày mà tình trạng này đúng."},
            "sharing": {"required": "Chọn mức chia sẻ về IOC."},
        }
        help_texts = {
            "as_of": "Ngày/tháng/năm, ví dụ 10/04/2024.",
            "last_updated_on": "Để trống nếu chưa xây dựng hoặc không rõ.",
        }

    def __init__(self, *args, user, last: DatasetObservation | None = None, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if last:
            self.initial |= {"is_built": "1" if last.is_built else "0", "sharing": last.sharing}
            self.initial["last_updated_on"] = last.last_updated_on
        self.fields["sharing"].choices = [("", "Chọn"), *self.fields["sharing"].choices[1:]]
        self.fields["document"].offer(documents_for(user), user, empty_label="Không có văn bản")
