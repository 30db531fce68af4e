"""The day that a page speaks of: «?ngay=16/06/2023»."""

from datetime import date

from django import forms
from django.utils.timezone import localdate

from smartcity.lib.records.typed_fields import TypedDay


class AsOfForm(forms.Form):
    """``?ngay=16/06/2023``; an empty field is today."""

    ngay = TypedDay(
        label="Số liệu đến ngày",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 10}),
    )

    def day(self) -> date:
        """The day typed, or today when none, or none that can be read, was typed."""
        return (self.is_valid() and self.cleaned_data["ngay"]) or localdate()


def day_context(form: AsOfForm) -> dict:
    """What every page of a day shows: the field as typed, and whether the day is still to come."""
    as_of = form.day()
    return {
        "as_of_form": form,
        "as_of": as_of,
        "today": localdate(),
        # Links keep the day that the reader chose, and none when they chose none.
        "kept_day": f"ngay={as_of:%d/%m/%Y}" if form.is_valid() and form.cleaned_data["ngay"] else "",
    }


def form_status(form: AsOfForm) -> int:
    return 200 if form.is_valid() else 400
