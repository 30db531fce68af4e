"""What may be typed into one field: days, amounts, percentages and document codes; what may be ticked of a list."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextInputWidget

from smartcity.lib.language.dates import read_day
from smartcity.lib.language.document_code import EXAMPLES, DocumentCode, read_code, split_citation
from smartcity.lib.language.money import read_money, say_money
from smartcity.lib.language.readback import read_back
from smartcity.lib.language.text import plain_line


class Echoed:
    """For an input: shows beside itself, in words, how what stands in it is read.

    A script asks the same of what is being typed (``data-read-as``). What cannot be read is told by the field's
    own error; the place stays empty.
    """

    read_as = ""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = {**(attrs or {})}
        key = attrs.get("id")
        if not key:
            return super().render(name, value, attrs, renderer)
        described = [attrs.get("aria-describedby"), f"{key}_echo"]
        attrs |= {"data-read-as": self.read_as, "aria-describedby": " ".join(filter(None, described))}
        echo = '{}<span class="echo" id="{}_echo" aria-live="polite">{}</span>'
        return format_html(echo, super().render(name, value, attrs, renderer), key, self._echo(value))

    def _echo(self, value) -> str:
        try:
            return read_back(self.read_as, str(self.format_value(value))) if value not in {None, ""} else ""
        except ValueError:
            return ""


class WritesDays(Echoed):
    """For an input: a day as text, which can be typed, pasted and read aloud, and needs no script."""

    read_as = "ngay"

    def format_value(self, value):
        return date_format(value, "d/m/Y") if hasattr(value, "year") else value


class DayInput(WritesDays, UnfoldAdminTextInputWidget):
    pass


class PlainDayInput(WritesDays, forms.TextInput):
    """For pages outside the admin."""

    def __init__(self, attrs=None):
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "size": 12} | (attrs or {}))


class DayField(forms.DateField):
    """A day, day first. Says what is wrong with what was typed instead of guessing."""

    widget = DayInput

    def to_python(self, value):
        if value in self.empty_values or hasattr(value, "year"):
            return super().to_python(value)
        try:
            return read_day(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


class MoneyInput(Echoed, UnfoldAdminTextInputWidget):
    read_as = "so-tien"

    def format_value(self, value):
        return say_money(value) if isinstance(value, int) else value


class FigureInput(Echoed, UnfoldAdminTextInputWidget):
    """A count, or an amount of money with its unit."""

    read_as = "so-lieu"


class MoneyField(forms.CharField):
    """An amount in đồng, written as documents write it: «3.470 tỷ đồng»."""

    widget = MoneyInput

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            return read_money(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class PercentField(forms.CharField):
    """A whole percentage; «50%», «50 %» and «５０％» are 50."""

    widget = UnfoldAdminTextInputWidget

    def to_python(self, value):
        typed = str(value or "")
        text = plain_line(typed).removesuffix("%").strip()
        # Cleaning drops a NUL byte; nobody typed it.
        has_nul = "\x00" in typed
        if not (text or has_nul):
            return None
        if has_nul or not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
            raise ValidationError("Tiến độ phải là số nguyên từ 0 đến 100, ví dụ 50.", code="invalid")
        return int(text)

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class CodeField(forms.CharField):
    """A document's number and symbol in one field, as one reads them off the page or cites them.

    ``day`` is the day of a citation («6439/QĐ-UBND ngày 29/12/2018») that was typed, once it is cleaned.
    """

    day: date | None = None
    widget = UnfoldAdminTextInputWidget(attrs={"maxlength": 100})

    def __init__(self, **kwargs):
        super().__init__(
            label="Số, ký hiệu",
            help_text=f"Ví dụ: {EXAMPLES}. Chưa có số thì ghi /TB-UBND; tin, bài thì để trống.",
            required=False,
            **kwargs,
        )

    def clean(self, value):
        text = super().clean(value)
        self.day = None
        if not text:
            return DocumentCode(None, "")
        try:
            _, day = split_citation(text)
            self.day = read_day(day) if day else None
            return read_code(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


class SeveralField(forms.ModelMultipleChoiceField):
    """Several records of a list, as boxes to tick. A key that the list does not have is refused, however it reads."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = dict.fromkeys(
        ("invalid_choice", "invalid_pk_value"), "Chọn lại: có mục vừa gửi không nằm trong danh sách này."
    )

    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError:
            # SQLite cannot even be asked for a key beyond 64 bits.
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None
