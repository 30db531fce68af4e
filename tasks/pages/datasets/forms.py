"""What may be typed on the pages of databases: which of them to show, and what was seen of one."""

from django import forms

from programme.agency_names import AgencyTold
from programme.models import LegalDocument
from smartcity.lib.forms.fields import DayField
from smartcity.lib.forms.record_forms import ConstraintForm
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.lists import FilterForm
from tasks.models import DatasetList, DatasetObservation

ON = {"inputmode": "numeric", "autocomplete": "off", "size": 10}


class RegisterForm(FilterForm):
    """``?danh-muc=shared&co-quan=7``; what cannot be read filters nothing."""

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        lists = [("", "Tất cả"), *DatasetList.choices]
        told = AgencyTold(agencies, label="Cơ quan", required=False, empty_label="Tất cả")
        told.offer(agencies)
        self.fields |= {
            "danh-muc": forms.ChoiceField(label="Danh mục", required=False, choices=lists),
            "co-quan": told,
        }


class ObservationForm(ConstraintForm):
    """What was seen of a database on a day; it begins with what was seen ``last``, which it takes the place of."""

    as_of = DayField(
        label="Đúng vào ngày",
        widget=forms.TextInput(attrs=ON),
        error_messages={"required": "Ghi ngày mà tình trạng này đúng."},
        help_text="Ngày/tháng/năm, ví dụ 10/04/2024.",
    )
    is_built = forms.TypedChoiceField(
        label="Xây dựng",
        choices=[("", "Chọn"), ("1", "Đã xây dựng"), ("0", "Chưa xây dựng")],
        coerce=lambda value: value == "1",
        error_messages={"required": "Chọn đã hay chưa xây dựng."},
    )
    last_updated_on = DayField(
        label="Cập nhật gần nhất ngày",
        required=False,
        widget=forms.TextInput(attrs=ON),
        help_text="Để trống nếu chưa xây dựng hoặc không rõ.",
    )

    class Meta:
        model = DatasetObservation
        fields = ["as_of", "is_built", "last_updated_on", "sharing", "document", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"sharing": {"required": "Chọn mức chia sẻ về IOC."}}

    def __init__(self, *args, user, last: DatasetObservation | None = None, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        if last:
            updated = say_day(last.last_updated_on) if last.last_updated_on else ""
            self.initial |= {"is_built": "1" if last.is_built else "0", "sharing": last.sharing}
            self.initial["last_updated_on"] = updated
        self.fields["sharing"].choices = [("", "Chọn"), *self.fields["sharing"].choices[1:]]
        documents = LegalDocument.objects.visible_to(user).select_related("issuer").newest_first()
        self.fields["document"].queryset = documents
        self.fields["document"].empty_label = "Không có văn bản"
