"""What may be asked of the list of meetings."""

from django import forms

from meetings.models import MeetingState
from programme.models import Programme, User
from smartcity.lib.pages.lists import FilterForm


class MeetingFilterForm(FilterForm):
    """``?q=…&de-an=BRVT-DTTM&tinh-trang=held``; what cannot be read looks for nothing in particular."""

    q = forms.CharField(label="Tìm theo nội dung, địa điểm", required=False, max_length=100)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        programmes = Programme.objects.visible_to(user).order_by("code")
        codes = [(code, code) for code in programmes.values_list("code", flat=True)]
        for name, label, choices in (
            ("de-an", "Đề án", codes),
            ("tinh-trang", "Tình trạng", MeetingState.choices),
        ):
            self.fields[name] = forms.ChoiceField(label=label, required=False, choices=[("", "Tất cả"), *choices])
