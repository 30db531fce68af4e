"""What may be typed: days, amounts, percentages and document codes, and forms that sign what they save."""

from typing import ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from unfold.widgets import UnfoldAdminTextInputWidget

from programme.dates import read_day
from programme.day_order import beside_both_days
from programme.document_code import EXAMPLES, DocumentCode, read_code
from programme.echo import read_back
from programme.money import read_money, say_money
from programme.text import TypedLine


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
    """A whole percentage; «50%» and «50 %» are 50."""

    widget = UnfoldAdminTextInputWidget

    def to_python(self, value):
        text = str(value or "").strip().removesuffix("%").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
            raise ValidationError("Tiến độ phải là số nguyên từ 0 đến 100, ví dụ 50.", code="invalid")
        return int(text)

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class CodeField(forms.CharField):
    """A document's number and symbol in one field, as one reads them off the page."""

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
        if not text:
            return DocumentCode(None, "")
        try:
            return read_code(text)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from None


class ConstraintForm(forms.ModelForm):
    """A form of one record that shows each refusal beside the field that it speaks of.

    Constraints carry the name of that field as their ``violation_error_code``; an error whose code is a field
    of the form is shown there. All constraints are checked, those on fields that the form does not show too.
    """

    # Where an error about a field of the record stands, when the form has it under another name.
    error_places: ClassVar[dict[str, str]] = {}

    def _get_validation_exclusions(self):
        # Derived fields (a document's year) take part in constraints although nobody types them. What is given
        # only on saving (a revision's number) is not there yet.
        derived = {
            field.name
            for field in self.instance._meta.fields
            if not (field.editable or field.is_relation)
            and (field.null or getattr(self.instance, field.attname) is not None)
        }
        typed_otherwise = {name for name, place in self.error_places.items() if place not in self._errors}
        return super()._get_validation_exclusions() - derived - typed_otherwise

    def add_error(self, field, error):
        if field is None:
            error = ValidationError(self._by_field(ValidationError(error)))
        super().add_error(field, error)

    def _update_errors(self, errors):
        super()._update_errors(ValidationError(self._by_field(errors)))

    def _by_field(self, error: ValidationError) -> dict[str, list[ValidationError]]:
        """Sort errors to the fields they speak of: by key, else by code, else to the whole form."""
        sorted_errors: dict[str, list[ValidationError]] = {}
        given = error.error_dict.items() if hasattr(error, "error_dict") else [(NON_FIELD_ERRORS, error.error_list)]
        for name, found in given:
            for one in found:
                if told := beside_both_days(self.instance, one):
                    for place in told.keys() & self.fields.keys():
                        sorted_errors.setdefault(place, []).append(told[place])
                    continue
                places = [self.error_places.get(place, place) for place in (name, one.code)]
                place = next((place for place in places if place in self.fields), NON_FIELD_ERRORS)
                sorted_errors.setdefault(place, []).append(one)
        return sorted_errors


class VersionedForm(ConstraintForm):
    """A form that notices when somebody else saved the same record, or a part that it changes too, meanwhile."""

    seen_version = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)

    def __init__(self, *args, newest: dict | None = None, **kwargs):
        """``newest``: the last change of each record by its key, where they were read for many forms at once."""
        super().__init__(*args, **kwargs)
        if newest is None:
            histories = self.histories() if self.instance.pk else []
            changes = [last for history in histories if (last := history.order_by("-history_id").first())]
        else:
            changes = [newest[self.instance.pk]] if self.instance.pk in newest else []
        self.newest = max(changes, key=lambda change: change.history_date, default=None)
        # Each key only grows, so any change makes another sum.
        self.version = sum(change.history_id for change in changes) or None
        self.initial["seen_version"] = self.version

    def histories(self) -> list:
        """The changes of the record; a form that changes its parts too adds theirs."""
        return [self.instance.history.all()]

    def clean_seen_version(self):
        seen = self.cleaned_data["seen_version"]
        if self.newest and seen != self.version:
            # The next press of the button knows of the other change.
            self.data = self.data.copy()
            self.data[self.add_prefix("seen_version")] = self.version
            time = localtime(self.newest.history_date)
            self.add_error(
                None,
                f"Trong lúc bạn nhập, {self.newest.history_user} đã sửa bản ghi này lúc {time:%H:%M ngày %d/%m/%Y}. "
                "Nội dung bạn nhập vẫn còn dưới đây. Mở lịch sử để đối chiếu, rồi bấm Lưu lần nữa nếu vẫn đúng.",
            )
        return seen


class RecordForm(VersionedForm):
    """A form that also asks why."""

    change_reason = TypedLine(
        label="Lý do thay đổi",
        max_length=500,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Ghi vào lịch sử, để người kiểm tra hiểu vì sao.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["change_reason"].required = self.newest is not None
        self.fields["change_reason"].error_messages["required"] = "Ghi lý do thay đổi."


def place_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Show what an operation refused beside the field that it speaks of, else above the form."""
    given = refusal.error_dict.items() if hasattr(refusal, "error_dict") else [(NON_FIELD_ERRORS, refusal.error_list)]
    for name, errors in given:
        for error in errors:
            place = next((one for one in (name, error.code) if one in form.fields), None)
            form.add_error(place, ValidationError(error.messages))
