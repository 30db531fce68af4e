"""Days, hours, amounts and percentages: how they are typed, read back and refused, wherever a form asks for one.

A model declares what a column holds; each form of it asks in the same way. The form fields serve those who ask for
what no column holds.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst

from smartcity.lib.language.dates import read_day
from smartcity.lib.language.hours import read_hour
from smartcity.lib.language.money import read_money, say_money
from smartcity.lib.language.readback import read_back
from smartcity.lib.language.text import plain_line

EXAMPLE_OF_A_DAY = "Ví dụ: 31/12/2024."
EXAMPLE_OF_AN_HOUR = "Ví dụ: 8h30, 14h00."


class Echoed(forms.TextInput):
    """An input that shows beside itself, in words, how what stands in it is read.

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
    """A day as text, which can be typed, pasted and read aloud, and needs no script."""

    read_as = "ngay"

    def format_value(self, value):
        return date_format(value, "d/m/Y") if hasattr(value, "year") else value


class WritesHours(Echoed):
    """An hour as people write it; «8h30» is read back as «8 giờ 30 (sáng)»."""

    read_as = "gio"

    def format_value(self, value):
        return f"{value.hour}h{value:%M}" if hasattr(value, "minute") else value


class WritesMoney(Echoed):
    read_as = "so-tien"

    def format_value(self, value):
        return say_money(value) if isinstance(value, int) else value


class DayInput(WritesDays):
    def __init__(self, attrs=None):
        super().__init__({"inputmode": "numeric", "autocomplete": "off", "size": 12} | (attrs or {}))


class HourInput(WritesHours):
    def __init__(self, attrs=None):
        super().__init__({"autocomplete": "off", "size": 12} | (attrs or {}))


class MoneyInput(WritesMoney):
    def __init__(self, attrs=None):
        super().__init__({"autocomplete": "off", "size": 20} | (attrs or {}))


class TypedDay(forms.DateField):
    """A day, day first. Says what is wrong with what was typed instead of guessing."""

    widget = DayInput

    def to_python(self, value):
        if value in self.empty_values or hasattr(value, "year"):
            return super().to_python(value)
        try:
            return read_day(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


class TypedHour(forms.TimeField):
    """An hour of the day; blanks alone say none, and none is never midnight."""

    widget = HourInput

    def to_python(self, value):
        if value in self.empty_values or hasattr(value, "minute"):
            return super().to_python(value)
        if not str(value).strip():
            return None
        try:
            return read_hour(str(value))
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


class TypedNumber(forms.CharField):
    """A number typed in words; it has changed when another number is meant."""

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class TypedMoney(TypedNumber):
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


class TypedPercent(TypedNumber):
    """A whole percentage; «50%», «50 %» and «５０％» are 50."""

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


class TypedColumn(models.Field):
    """A column that every form asks for in the same way. A migration knows it as what it is in the table."""

    typed_by: type[forms.Field]
    example = ""

    def formfield(self, **kwargs):
        name = str(self.verbose_name)
        # «Nhập ngày họp.», but no «Nhập từ ngày.».
        missing = f"Nhập {name}." if name.startswith(("ngày", "số tiền")) else f"Hãy nhập ô «{capfirst(name)}»."
        options = {"form_class": self.typed_by, "help_text": self.help_text or self.example} | kwargs
        options["error_messages"] = {"required": missing} | kwargs.get("error_messages", {})
        # Past the limits that the form field of a whole number takes; the column itself checks them.
        return models.Field.formfield(self, **options)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        column = next(kind for kind in type(self).__mro__ if kind.__module__ == models.Field.__module__)
        return name, f"django.db.models.{column.__name__}", args, kwargs


class DayField(TypedColumn, models.DateField):
    typed_by, example = TypedDay, EXAMPLE_OF_A_DAY


class HourField(TypedColumn, models.TimeField):
    typed_by, example = TypedHour, EXAMPLE_OF_AN_HOUR


class MoneyField(TypedColumn, models.BigIntegerField):
    """An amount in đồng."""

    typed_by = TypedMoney


class PercentField(TypedColumn, models.PositiveSmallIntegerField):
    typed_by = TypedPercent
