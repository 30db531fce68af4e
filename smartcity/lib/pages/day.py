"""The day that a page speaks of: «?ngay=16/06/2023»."""

from datetime import date

from django import forms

from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.compared_day import PARAMETER, ComparedDay, read_compared_day
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
        return (self.is_valid() and self.cleaned_data["ngay"]) or known_today()


def day_context(form: AsOfForm, compared: ComparedDay | None = None) -> dict:
    """What every page of a day shows: the field as typed, and whether the day is still to come.

    ``compared`` is the earlier day, where the page can tell what moved since; links of other pages keep it too.
    """
    as_of = form.day()
    earlier = compared or read_compared_day(form.data.get(PARAMETER, ""), as_of)
    kept = [f"ngay={as_of:%d/%m/%Y}"] if form.is_valid() and form.cleaned_data["ngay"] else []
    kept += [f"{PARAMETER}={earlier.day:%d/%m/%Y}"] if earlier.day else []
    return {
        "as_of_form": form,
        "as_of": as_of,
        "today": known_today(),
        "compared": compared,
        # Links keep the days that the reader chose, and none when they chose none.
        "kept_day": "&".join(kept),
    }


def form_status(form: AsOfForm, compared: ComparedDay | None = None) -> int:
    return 400 if not form.is_valid() or (compared and compared.refusal) else 200
