"""What may be typed into one field: document codes; what may be ticked of a list; days and amounts in the admin."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from smartcity.lib.language.dates import read_day
from smartcity.lib.language.document_code import EXAMPLES, DocumentCode, read_code, split_citation
from smartcity.lib.records.typed_fields import Echoed, WritesDays, WritesMoney


class AdminDayInput(WritesDays, UnfoldAdminTextInputWidget):
    pass


class AdminMoneyInput(WritesMoney, UnfoldAdminTextInputWidget):
    pass


class FigureInput(Echoed, UnfoldAdminTextInputWidget):
    """A count, or an amount of money with its unit."""

    read_as = "so-lieu"


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
