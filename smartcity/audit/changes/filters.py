"""What the timeline may be narrowed by, as it stands in the address; what cannot be read is said beside its field."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from programme.models import Agency, Programme, User
from smartcity.audit.changes.belonging import name_of_kind
from smartcity.audit.changes.touched import model_named
from smartcity.audit.verbs import PLAIN
from smartcity.audit.words import SECRETS, is_withheld, label_of
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import fold
from smartcity.lib.log.tracked import tracked_tables
from smartcity.lib.records.typed_fields import TypedDay
from tasks.models import Task

SIGNS = {"tao": "+", "sua": "~", "xoa": "-"}
# Names as the page writes them into its own fields: «Sở Y tế (mã 12)».
WITH_KEY = re.compile(r"(?:^|\(mã )([0-9]{1,18})\)?$")
LARGEST = 2**63 - 1
# So many are named where several are called alike.
NAMED = 8


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for; None asks for all."""

    signer: User | None = None
    agency: Agency | None = None
    holder: Agency | None = None
    programme: Programme | None = None
    task: Task | None = None
    kind: str = ""
    field: str = ""
    deed: str = ""
    first: date | None = None
    last: date | None = None
    record: tuple[str, int] | None = None
    # Only what stands before this place.
    before: int | None = None


class RecordField(forms.CharField):
    """A record by its key, or by words of its name if only one is called so, among those that the reader sees.

    What is called ``exactly`` so, by the first of these ways that finds one, stands before what has the words in it.
    """

    def __init__(
        self,
        found: Callable[[Any], Any],
        search: Callable[[str], Q],
        *,
        what: str,
        exactly: Sequence[Callable[[str], Q]] = (),
        **kwargs,
    ):
        super().__init__(required=False, max_length=200, **kwargs)
        self.found, self.search, self.exactly, self.what = found, search, exactly, what
        self.reader: Any = None

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        seen = self.found(self.reader)
        key = WITH_KEY.search(text)
        if key and int(key[1]) <= LARGEST:
            record = seen.filter(pk=int(key[1])).first()
            if record is None:
                raise ValidationError(f"Không có {self.what} nào có mã {key[1]} trong phạm vi của bạn.")
            return record
        for called in self.exactly:
            if len(rows := list(seen.filter(called(text))[:2])) == 1:
                return rows[0]
        rows = list(seen.filter(self.search(text)).order_by("pk")[: NAMED + 1])
        if not rows:
            raise ValidationError(f"Không có {self.what} nào như «{text}» trong phạm vi của bạn.")
        if len(rows) > 1:
            several = "; ".join(named(row) for row in rows[:NAMED])
            more = "; và nhiều nữa" if len(rows) > NAMED else ""
            raise ValidationError(f"Có nhiều {self.what} như vậy, ghi rõ một trong số này: {several}{more}.")
        return rows[0]


def named(record: Any) -> str:
    """As it stands in its field; read back by its key, whatever else is called so."""
    return f"{record} (mã {record.pk})"


def _each_word(text: str) -> Q:
    found = Q()
    for word in fold(text).split():
        found &= Q(search_text__contains=word)
    return found


def _of_person(text: str) -> Q:
    return Q(username__iexact=text) | _each_word(text)


def _signs_in_as(text: str) -> Q:
    return Q(username__iexact=text)


def _named_person(text: str) -> Q:
    return Q(full_name__iexact=text)


def _named_agency(text: str) -> Q:
    return Q(name__iexact=text) | Q(short_name__iexact=text)


def _of_task(text: str) -> Q:
    """«NV-05», or with its programme: «BRVT-DTTM / NV-05»."""
    programme, _, code = text.rpartition("/")
    found = Q(code__iexact=code.strip())
    return found & Q(programme__code__iexact=programme.strip()) if programme.strip() else found


def _kinds() -> list[tuple[str, str]]:
    found = [(name_of_kind(one.model), _titled(one.model)) for one in tracked_tables().values()]
    return sorted(found, key=lambda one: fold(one[1]))


def _titled(model: Any) -> str:
    text = str(model._meta.verbose_name)
    return text[:1].upper() + text[1:]


def _fields() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each field of each kind of record, under that kind: «tasks.task.code»."""
    for kind, title in _kinds():
        fields = model_named(kind).history.model.tracked_fields
        told = [one for one in fields if not one.primary_key and (one.name in SECRETS or not is_withheld(one))]
        yield title, [(f"{kind}.{one.name}", f"{label_of(one)} ({title})") for one in told]


def _choice(label: str, choices: Callable[[], Any], any_word: str) -> forms.ChoiceField:
    field = forms.ChoiceField(label=label, required=False, choices=lambda: [("", any_word), *choices()])
    field.error_messages["invalid_choice"] = "Không có lựa chọn này. Chọn một trong danh sách."
    return field


class ChangesForm(forms.Form):
    """``?nguoi=…&co-quan=…&cua=…&de-an=…&nhiem-vu=…&loai=…&truong=…&viec=…&tu=…&den=…&ban-ghi=…&truoc=…``"""

    use_required_attribute = False

    def __init__(self, data, reader: User):
        super().__init__(data)
        for name, field in self._asked().items():
            if isinstance(field, RecordField):
                field.reader = reader
            self.fields[name] = field

    def _asked(self) -> dict[str, forms.Field]:
        people, agencies = User.objects.visible_to, Agency.objects.visible_to
        return {
            "nguoi": RecordField(
                people,
                _of_person,
                exactly=[_signs_in_as, _named_person],
                what="người",
                label="Người thực hiện",
            ),
            "co-quan": RecordField(
                agencies, _each_word, exactly=[_named_agency], what="cơ quan", label="Cơ quan của người thực hiện"
            ),
            "cua": RecordField(
                agencies, _each_word, exactly=[_named_agency], what="cơ quan", label="Cơ quan mà bản ghi nói đến"
            ),
            "de-an": RecordField(
                Programme.objects.visible_to, lambda text: Q(code__iexact=text), what="đề án", label="Mã đề án"
            ),
            "nhiem-vu": RecordField(
                self._tasks,
                _of_task,
                what="nhiệm vụ",
                label="Mã nhiệm vụ",
            ),
            "loai": _choice("Loại bản ghi", _kinds, "Mọi loại"),
            "truong": _choice("Nội dung đã đổi", _fields, "Mọi nội dung"),
            "viec": _choice("Việc", lambda: [(key, PLAIN[sign]) for key, sign in SIGNS.items()], "Tạo, sửa, xóa"),
            "tu": TypedDay(label="Từ ngày", required=False),
            "den": TypedDay(label="Đến ngày", required=False),
            "ban-ghi": forms.CharField(required=False, max_length=60, widget=forms.HiddenInput),
            "truoc": forms.IntegerField(
                required=False,
                min_value=1,
                max_value=LARGEST,
                widget=forms.HiddenInput,
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Không có trang này của nhật ký."),
            ),
        }

    def _tasks(self, reader: User):
        """Those of the programme that was asked for, if any: tasks of several have one code."""
        tasks = Task.objects.visible_to(reader).select_related("programme")
        programme = self.cleaned_data.get("de-an")
        return tasks.filter(programme=programme) if programme else tasks

    def clean(self):
        given = super().clean()
        first, last = given.get("tu"), given.get("den")
        if first and last and first > last:
            self.add_error("den", f"Đến ngày {say_day(last)} là trước từ ngày {say_day(first)}.")
        field, kind = given.get("truong"), given.get("loai")
        if field and kind and field.rpartition(".")[0] != kind:
            self.add_error(
                "truong", "Nội dung này không thuộc loại bản ghi đã chọn. Bỏ chọn loại bản ghi, hoặc chọn lại."
            )
        return given

    def clean_ban_ghi(self, text: str) -> tuple[str, int] | None:
        kind, _, key = text.rpartition("-")
        try:
            model_named(kind)
        except LookupError:
            raise ValidationError("Địa chỉ này không chỉ đến bản ghi nào.") from None
        if not (key.isascii() and key.isdecimal()) or int(key) > LARGEST:
            raise ValidationError("Địa chỉ này không chỉ đến bản ghi nào.")
        return kind, int(key)

    def _clean_fields(self):
        super()._clean_fields()
        # Django finds no method for a name with a dash.
        if text := self.cleaned_data.get("ban-ghi"):
            try:
                self.cleaned_data["ban-ghi"] = self.clean_ban_ghi(text)
            except ValidationError as refusal:
                self.add_error("ban-ghi", refusal)

    def wanted(self) -> Wanted | None:
        """None where something cannot be read: to leave that out would show more than was asked for."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        kind, _, field = given["truong"].rpartition(".")
        return Wanted(
            signer=given["nguoi"],
            agency=given["co-quan"],
            holder=given["cua"],
            programme=given["de-an"],
            task=given["nhiem-vu"],
            kind=kind or given["loai"],
            field=field,
            deed=SIGNS[given["viec"]] if given["viec"] else "",
            first=given["tu"],
            last=given["den"],
            record=given["ban-ghi"] or None,
            before=given["truoc"],
        )

    def read_back(self) -> None:
        """Write into the fields of records what was found by what was typed."""
        self.data = self.data.copy()
        for name, field in self.fields.items():
            record = getattr(self, "cleaned_data", {}).get(name)
            if isinstance(field, RecordField) and record is not None:
                self.data[name] = named(record)

    def chosen_words(self) -> list[str]:
        """What it is narrowed by, as one reads it: «Việc: Xóa»."""
        said = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and name not in {"ban-ghi", "truoc"}:
                said.append(f"{field.label}: {self._shown(field, value)}")
        return said

    def _shown(self, field: forms.Field, value: Any) -> str:
        if isinstance(field, forms.ChoiceField):
            flat = [one for group in field.choices for one in (group[1] if isinstance(group[1], list) else [group])]
            return str(dict(flat).get(value, value))
        return say_day(value) if isinstance(value, date) else str(value)
