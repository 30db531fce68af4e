"""What the timeline may be narrowed by, as it stands in the address; what cannot be read is said beside its field."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from programme.models import Agency, Programme, User
from smartcity.audit.changes.belonging import name_of_kind
from smartcity.audit.changes.named import LARGEST, RecordField, named
from smartcity.audit.changes.touched import model_named
from smartcity.audit.verbs import PLAIN
from smartcity.audit.words import SECRETS, is_withheld, label_of
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import fold
from smartcity.lib.log.tracked import tracked_tables
from smartcity.lib.records.typed_fields import TypedDay
from tasks.models import Task

SIGNS = {"tao": "+", "sua": "~", "xoa": "-"}


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


def _agency_field(label: str) -> RecordField:
    return RecordField(
        Agency.objects.visible_to,
        _each_word,
        exactly=[_named_agency],
        before=_named_agency,
        names=["name", "short_name"],
        what="cơ quan",
        label=label,
    )


def _coded(text: str) -> Q:
    return Q(code__iexact=text)


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
        return {
            "nguoi": RecordField(
                User.objects.visible_to,
                _of_person,
                exactly=[_signs_in_as, _named_person],
                before=_named_person,
                names=["full_name"],
                what="người",
                label="Người thực hiện",
            ),
            "co-quan": _agency_field("Cơ quan của người thực hiện"),
            "cua": _agency_field("Cơ quan mà bản ghi nói đến"),
            "de-an": RecordField(
                Programme.objects.visible_to,
                _coded,
                exactly=[_coded],
                before=_coded,
                names=["code"],
                what="đề án",
                label="Mã đề án",
            ),
            "nhiem-vu": RecordField(
                self._tasks,
                _of_task,
                exactly=[_of_task],
                before=_of_task,
                names=["code"],
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
        self.fields["nhiem-vu"].removed_within = {"programme_id": programme.pk} if programme else {}
        return tasks.filter(programme=programme.pk) if programme else tasks

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
                self[name].help_text = field.remark

    def chosen_words(self) -> list[str]:
        """What it is narrowed by, as one reads it: «Việc: Xóa»."""
        said = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and name not in {"ban-ghi", "truoc"}:
                remark = f" ({field.remark.rstrip('.')})" if isinstance(field, RecordField) and field.remark else ""
                said.append(f"{field.label}: {self._shown(field, value)}{remark}")
        return said

    def _shown(self, field: forms.Field, value: Any) -> str:
        if isinstance(field, forms.ChoiceField):
            flat = [one for group in field.choices for one in (group[1] if isinstance(group[1], list) else [group])]
            return str(dict(flat).get(value, value))
        return say_day(value) if isinstance(value, date) else str(value)
