"""The day that a page speaks of, as it stands in its address."""

from datetime import date

from django import forms
from django.utils.timezone import localdate

from programme.forms import DayField


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
