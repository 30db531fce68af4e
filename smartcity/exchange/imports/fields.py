"""What may stand in a cell: words of a list, names and codes of records; days, money and percentages as on pages."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from programme.models import Agency, AgencySuccession, LegalDocument
from smartcity.exchange.exports.csv_file import say_yes
from smartcity.lib.language.dates import read_day, say_day
from smartcity.lib.language.document_code import read_code, split_citation
from smartcity.lib.language.money import say_money
from smartcity.lib.language.name_matching import find_same
from smartcity.lib.language.text import clean_line, fold
from smartcity.lib.pages.columns import Kind
from smartcity.lib.records.typed_fields import TypedDay, TypedMoney, TypedPercent

NEAR = 0.6
MOST_CANDIDATES = 3


@dataclass(frozen=True)
class ImportColumn:
    """A column of a form to fill in: how its cells are read, and what the form says of it."""

    name: str
    title: str
    cell: forms.Field
    help: str = ""
    kind: Kind = Kind.TEXT
    width: int = 24
    # What may stand here, for the list on the form's second sheet.
    values: list[str] = field(default_factory=list)
    # Below this an amount in đồng is asked about, unless its own cell gives the unit.
    least: int = 0
    # Another title, by which the files of our lists call it.
    also: str = ""
    # Whether the form asks for it; the file of a list may tell more.
    is_asked: bool = True
    # What a row goes on from stands for it where the file has no such column.
    is_carried: bool = False

    @property
    def titles(self) -> list[str]:
        return [self.title, self.also] if self.also else [self.title]

    def read(self, text: str) -> Any:
        """The value; raises ``ValidationError``."""
        value = self.cell.clean(text) if text.strip() or not self.cell.required else None
        if self.cell.required and value in (None, ""):
            raise ValidationError(f"Cột «{self.title}» bắt buộc ghi.")
        return value

    def say(self, value: Any) -> str:
        """The value in words, as the preview shows it."""
        if value in (None, "", []):
            return ""
        if isinstance(value, bool):
            return say_yes(value)
        if isinstance(value, date):
            return say_day(value)
        if isinstance(value, list):
            return "; ".join(str(one) for one in value)
        if self.kind == Kind.MONEY:
            return say_money(value)
        if self.kind == Kind.PERCENT:
            return f"{value}%"
        label = getattr(self.cell, "label_of", None)
        return label(value) if label else str(value)


class TextCell(forms.Field):
    """Text as a field of a record keeps it, cleaned and no longer than that allows."""

    def __init__(self, kept: Any, *, required: bool = False):
        super().__init__(required=required)
        # The field of the record.
        self.kept = kept

    def clean(self, value):
        text = self.kept.to_python(value) or ""
        if text:
            self.kept.run_validators(text)
        return text


class NumberCell(forms.IntegerField):
    """A whole number; thousands are not grouped."""

    default_error_messages = {"invalid": "Ghi một số nguyên, ví dụ 2024."}


class PositionCell(NumberCell):
    """A number of the list: «3», «3.», «03»."""

    def clean(self, value):
        text = clean_line(value).rstrip(".)")
        if re.fullmatch(r"[0-9]+(?:\.[0-9]+)+", text):
            raise ValidationError(
                "Đây là số của việc con. Nếu là nhiệm vụ riêng thì ghi số nguyên 1, 2, 3… và xóa dòng chỉ cộng các "
                "việc con; để trống thì xếp theo thứ tự của tệp."
            )
        if text and not re.fullmatch(r"-?[0-9]+", text):
            raise ValidationError(
                "Ghi số nguyên 1, 2, 3…, hoặc để trống. Nếu dòng này là tiêu đề nhóm thì xóa khỏi tệp."
            )
        return super().clean(text)


class YearCell(NumberCell):
    """One year; of several, each takes a row of its own."""

    def clean(self, value):
        text = re.sub(r"^năm\s+", "", clean_line(value), flags=re.IGNORECASE)
        if re.search(r"[0-9]{4}\D+[0-9]{4}", text):
            raise ValidationError(
                "Mỗi dòng chỉ ghi một năm. Tách số tiền của từng năm thành các dòng cùng tên nhiệm vụ; kinh phí của cả "
                "giai đoạn thì để trống năm."
            )
        return super().clean(text)


class BudgetCell(TypedMoney):
    """One amount; those of several sources take a row each."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as refusal:
            if len(re.findall(r"(?:tỷ|tỉ|triệu|tr|đồng|đ)\b", str(value), re.IGNORECASE)) < 2 and ":" not in str(value):
                raise
            how = " Ô ghi nhiều số tiền thì tách mỗi nguồn, mỗi năm thành một dòng cùng tên nhiệm vụ."
            raise ValidationError(f"{' '.join(refusal.messages)}{how}", code="invalid") from None


class ChoiceCell(forms.Field):
    """A word of a list, however it is accented or capitalised."""

    def __init__(
        self, choices: Iterable[tuple[str, Any]], *, empty: Any = "", nothing: str = "", required: bool = False
    ):
        """``nothing`` is what stands where there is none, in words."""
        super().__init__(required=required)
        self.nothing = {"", fold(nothing)}
        self.labels = {value: str(label) for value, label in choices if value}
        self.by_label = {fold(label): value for value, label in self.labels.items()}
        self.empty = empty

    def label_of(self, value) -> str:
        return self.labels[value]

    def clean(self, value):
        if fold(value) in self.nothing:
            return self.empty
        found = self.by_label.get(fold(value))
        if found is None:
            raise ValidationError(
                f"«{_short(value)}» không có trong danh sách. Chọn: {'; '.join(self.labels.values())}."
            )
        return found


class YesNoCell(forms.Field):
    def clean(self, value):
        answers = {"co": True, "x": True, "khong": False, "": False}
        if fold(value) not in answers:
            raise ValidationError("Ghi «Có» hoặc «Không»; để trống là «Không».")
        return answers[fold(value)]


class RecordCell(forms.Field):
    """A record by its name, of those that may be named here. None is ever made.

    Exactly spelt wins, then another spelling of the same name; what only looks alike is suggested.
    """

    # The province that names may leave out.
    place = ""

    def __init__(
        self,
        records: Iterable[Model],
        *,
        names: Callable[[Any], Iterable[str]],
        unknown: str,
        label_of: Callable[[Any], str] = str,
        required: bool = False,
    ):
        super().__init__(required=required)
        self.unknown, self.label_of = unknown, label_of
        self.records: dict[int, Any] = {record.pk: record for record in records}
        self.named = [(name, record) for record in self.records.values() for name in names(record) if name]
        self.by_name: dict[str, list[Model]] = {}
        for name, record in self.named:
            self.by_name.setdefault(fold(name), []).append(record)
        # A file says the same few names in thousands of rows.
        self.found: dict[str, list[Any]] = {}

    def clean(self, value):
        if not value.strip():
            return None
        if value not in self.found:
            self.found[value] = find_same(value, self.named, place=self.place)
        found = self.found[value]
        if not found:
            raise ValidationError(f"«{_short(value)}» {self.unknown}.{self._candidates(value)}")
        return self.choose(found, value)

    def choose(self, found: list, value: str):
        if len(found) > 1:
            raise ValidationError(f"«{_short(value)}» có {len(found)} bản ghi cùng tên. Ghi rõ hơn.")
        return found[0]

    def _candidates(self, value: str) -> str:
        near = get_close_matches(fold(value), self.by_name, MOST_CANDIDATES, NEAR)
        names = {self.label_of(record): None for name in near for record in self.by_name[name]}
        return f" Gần giống: {'; '.join(names)}." if names else ""


class AgencyCell(RecordCell):
    """An agency by its name or short name. Instead of one that has ended, those that carry on are asked for."""

    def __init__(self, agencies: Iterable[Agency], *, on: date, required: bool = False):
        super().__init__(
            agencies,
            names=lambda agency: [agency.name, agency.short_name],
            unknown="không có trong danh sách cơ quan của tỉnh",
            required=required,
        )
        # The day whose agencies a row names; a row may move it.
        self.on = on
        self.successors = AgencySuccession.objects.heirs_of(self.records, on)
        self.place = next((one.province.name for one in self.records.values() if one.province), "")

    def choose(self, found: list, value: str):
        living = [agency for agency in found if not agency.has_ended(self.on)]
        for fits in (lambda one: not one.in_force_from or one.in_force_from <= self.on, lambda one: not one.last_day):
            if len(living) > 1:
                living = [agency for agency in living if fits(agency)] or living
        if len(living) > 1:
            raise ValidationError(f"«{_short(value)}» là tên của {len(living)} cơ quan. Ghi tên đầy đủ.")
        if living:
            return living[0]
        ended = found[-1]
        ended.refuse_ended(self.on, self.successors.get(ended.pk, []))
        return ended


class AgenciesCell(forms.Field):
    """Several agencies, with a semicolon between them."""

    def __init__(self, one: AgencyCell):
        super().__init__(required=False)
        self.one = one

    def clean(self, value):
        found = [self.one.clean(name) for name in value.replace("\n", ";").split(";") if name.strip()]
        twice = next((agency for agency in found if found.count(agency) > 1), None)
        if twice:
            raise ValidationError(f"«{twice}» được ghi hai lần.")
        return found


class DocumentCell(forms.Field):
    """A document by its number and symbol, with its day where the number alone is not enough."""

    def __init__(self, documents: Iterable[LegalDocument]):
        super().__init__(required=False)
        self.records = {document.pk: document for document in documents}
        self.by_code: dict[str, list[LegalDocument]] = {}
        for document in self.records.values():
            self.by_code.setdefault(str(document.code), []).append(document)

    def clean(self, value):
        text = clean_line(value)
        if not text:
            return None
        _, day = split_citation(text)
        try:
            wanted, signed_on = read_code(text), read_day(day) if day else None
        except ValueError as error:
            raise ValidationError(str(error)) from None
        found = [one for one in self.by_code.get(str(wanted), []) if signed_on in (None, one.signed_on)]
        if not found:
            raise ValidationError(f"Chưa có văn bản «{_short(text)}». Thêm văn bản trước, hoặc để trống.")
        if len(found) > 1:
            days = "; ".join(f"{wanted} ngày {say_day(one.signed_on)}" for one in found if one.signed_on)
            raise ValidationError(f"Có {len(found)} văn bản mang số này. Ghi kèm ngày: {days or text}.")
        return found[0]


def _short(value: str) -> str:
    return clean_line(value)[:60]


__all__ = [
    "AgenciesCell",
    "AgencyCell",
    "BudgetCell",
    "ChoiceCell",
    "DocumentCell",
    "ImportColumn",
    "NumberCell",
    "PositionCell",
    "RecordCell",
    "TextCell",
    "TypedDay",
    "TypedMoney",
    "TypedPercent",
    "YearCell",
    "YesNoCell",
]
