"""Forms that show each refusal beside its field, and put together what several people save at once."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.utils import ErrorDict
from unfold.widgets import UnfoldAdminTextInputWidget

from smartcity.lib.forms.merging import Conflict, Meanwhile, Merge, Version, is_same, say_moment, typed
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.day_order import beside_both_days
from smartcity.lib.records.history import as_it_was, rows_by_record, state_at
from smartcity.lib.records.overtaken import Overtaken, say_who
from smartcity.lib.records.text_fields import TypedLine


class ConstraintForm(forms.ModelForm):
    """A form of one record that shows each refusal beside the field that it speaks of.

    Constraints carry the name of that field as their ``violation_error_code``; an error whose code is a field
    of the form is shown there. All constraints are checked, those on fields that the form does not show too.
    """

    # Where an error about a field of the record stands, when the form has it under another name.
    error_places: ClassVar[dict[str, str]] = {}
    # By what name the page sends a field of the record, when that is not the column's: drafts are kept under it.
    sent_as: ClassVar[dict[str, str]] = {}

    def add_prefix(self, field_name):
        return super().add_prefix(self.sent_as.get(field_name, field_name))

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


class CodeFormMixin:
    """For a form of a document with a ``CodeField`` named «code»: sets number and symbol, compares a cited day."""

    error_places: ClassVar = {"symbol": "code"}

    def shown(self, record, upto):
        return {"code": record.code}

    def clean_code(self):
        code = self.cleaned_data["code"]
        # Set before the record is validated, so that a document known already is noticed here.
        self.instance.number, self.instance.symbol = code.number, code.symbol
        return code

    def clean(self):
        super().clean()
        cited, signed_on = self.fields["code"].day, self.cleaned_data.get("signed_on")
        if cited and signed_on and cited != signed_on:
            self.add_error(
                "code",
                f"Ô này ghi ngày {say_day(cited)}, ngày ban hành là {say_day(signed_on)}. Sửa một trong hai.",
            )
        elif cited and "signed_on" not in self.errors:
            self.cleaned_data["signed_on"] = cited


class VersionedForm(ConstraintForm):
    """A form that changes what its reader changed and nothing else, when somebody saves the record meanwhile.

    What others changed and the reader did not is taken over (``merged``). A field that both changed to different
    values is asked about (``conflicts``) before anything is saved.
    """

    # The newest row of each history that the page was made from, as «120» or, with parts, «120.0.7».
    seen_version = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rows: dict[int, list] | None = None, **kwargs):
        """``rows``: the history of each record by its key, oldest first, where it was read for many forms at once."""
        super().__init__(*args, **kwargs)
        self.merged: list[Meanwhile] = []
        self.conflicts: list[Conflict] = []
        self.is_outdated = False
        self.removal = None
        self._parts: dict[tuple[int, int], list] = {}
        self._rows = None if rows is None else rows.get(self.instance.pk, [])
        if self._rows is not None:
            self._last = self._rows[-1:]
        else:
            histories = self.histories() if self.instance.pk else []
            self._last = [history.order_by("-history_id").first() for history in histories]
        self.newest = self._last[0] if self._last else None
        self.now = [row.history_id if row else 0 for row in self._last]
        self.version = ".".join(str(key) for key in self.now)
        self.initial["seen_version"] = self.version
        if self.instance.pk:
            self.initial |= self._as_recorded() | self.shown(self.instance, self.now)

    def _as_recorded(self) -> dict[str, Any]:
        """What the newest version says of the record where it was saved after it was read, before its history was.

        A page that shows one version and names the next would pass off the older values as changes of its reader.
        """
        if self.is_bound or self.newest is None:
            return {}
        fields = [field.attname for field in self.newest.tracked_fields]
        if all(getattr(self.instance, name) == getattr(self.newest, name) for name in fields):
            return {}
        self.instance = self.newest.instance
        return forms.model_to_dict(self.instance, self._meta.fields, self._meta.exclude)

    def histories(self) -> list:
        """The changes of the record; a form that changes its parts too adds theirs."""
        return [self.instance.history.all()]

    def shown(self, record: Model, upto: list[int]) -> dict[str, Any]:
        """What the form shows of ``record`` under other names than the record's own fields.

        ``upto`` are the last changes of its histories to look at, for what is made of its parts.
        """
        return {}

    def part_at(self, place: int, upto: list[int]) -> list:
        """The rows of one of the histories as they were after the last change to look at; each state is read once."""
        state = place, upto[place]
        if state not in self._parts:
            self._parts[state] = state_at(self.histories()[place], upto[place])
        return self._parts[state]

    def full_clean(self):
        if self.removal and not self._typed_into_what_is_gone():
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        if self.is_bound and self.newest and not self.is_outdated and not (self.merged or self.conflicts):
            self._merge()
        super().full_clean()
        for conflict in self.conflicts:
            self.add_error(conflict.field, str(conflict))
        if self.removal:
            self.add_error(
                None,
                f"Trong lúc bạn nhập, {say_who(self.removal.history_user)} đã bỏ dòng này lúc "
                f"{say_moment(self.removal.history_date)}. Nội dung bạn nhập vẫn còn đây: chép sang một dòng mới nếu "
                "cần giữ, rồi đánh dấu xóa dòng này.",
            )
        elif self.is_outdated:
            self.add_error(
                None,
                f"Trong lúc bạn nhập, {say_who(self.newest.history_user)} đã sửa bản ghi này lúc "
                f"{say_moment(self.newest.history_date)}. Nội dung bạn nhập vẫn còn dưới đây. "
                "Mở lịch sử để đối chiếu, rồi bấm Lưu lần nữa nếu vẫn đúng.",
            )

    def _merge(self) -> None:
        """Put what was typed and what was saved meanwhile together, before anything is judged."""
        self.data = self.data.copy()
        base, versions = self._versions(self.seen())
        self.data[self.add_prefix("seen_version")] = self.version
        self.is_outdated = base is None
        # A row of several is told by its name.
        owner = f"{self.instance}: " if self._rows is not None else ""
        merge = Merge(self, base and base.values, versions, owner)
        self.merged, self.conflicts = merge.merged, merge.conflicts
        # A list of rows may have asked before the rows were put together.
        self.__dict__.pop("changed_data", None)

    def seen(self) -> list[int] | None:
        """The last changes that the page knew of; ``None`` where it names none that there can be."""
        sent = str(self.data.get(self.add_prefix("seen_version")) or "")
        keys = [int(key) for key in sent.split(".")] if re.fullmatch(r"\d{1,18}(\.\d{1,18})*", sent) else []
        known = len(keys) == len(self.now) and all(key <= last for key, last in zip(keys, self.now, strict=True))
        return keys if known else None

    def _versions(self, seen: list[int] | None) -> tuple[Version | None, list[Version]]:
        """What the page showed, and what was saved from then on; of a page that shows nothing known only the latter."""
        now = Version(self.newest, self._values(self.instance, self.now))
        if seen == self.now:
            return now, [now]
        own = [row for row in self._own_rows(seen[0]) if row.history_id >= seen[0]] if seen else []
        if not (seen and own) or own[0].history_id != seen[0]:
            return None, [now]
        versions = [Version(row, self._values(as_it_was(row), seen)) for row in own]
        keys = list(seen)
        for place, part in enumerate(self._last[1:], start=1):
            if part and part.history_id != keys[place]:
                keys[place] = part.history_id
                versions.append(Version(part, self._values(as_it_was(own[-1]), keys)))
        return versions[0], versions

    def _own_rows(self, first: int) -> list:
        if self._rows is not None:
            return self._rows
        rows = self.instance.history.filter(history_id__gte=first).select_related("history_user")
        return list(rows.order_by("history_id"))

    def _values(self, record: Model, upto: list[int]) -> dict[str, Any]:
        own = forms.model_to_dict(record, self._meta.fields, self._meta.exclude)
        return own | self.shown(record, upto)

    def _typed_into_what_is_gone(self) -> bool:
        if not self.is_bound or self._rows is None:
            return False
        last = next((row for row in reversed(self._rows) if row.history_type != "-"), None)
        if last is None:
            return False
        values = self._values(as_it_was(last), [last.history_id])
        return any(
            not is_same(field, values[name], typed(self, name)) for name, field in self.fields.items() if name in values
        )

    @property
    def is_stale(self) -> bool:
        """Whether somebody saved the record after the page was made; asked before the form is judged."""
        return bool(self.is_bound and self.newest and self.seen() != self.now)


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


class VersionedRows:
    """For a set of rows that belong to one record: each notices when somebody else changed it or took it out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._deleted_though_changed: list[VersionedForm] = []
        self._rows: dict[int, list] = {}
        if self.instance.pk is not None:
            self._rows = rows_by_record(self.model.history.filter(**{self.fk.attname: self.instance.pk}))

    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"rows": self._rows}

    def add_fields(self, form, index):
        super().add_fields(form, index)
        key = form.data.get(form.add_prefix(self._pk_field.name)) or "" if form.is_bound else ""
        history = self._rows.get(int(key), []) if key.isdecimal() else []
        if form.instance.pk is None and history and history[-1].history_type == "-":
            form._rows, form.removal = history, history[-1]
            form.fields[self._pk_field.name] = forms.IntegerField(required=False, widget=forms.HiddenInput)
        elif self.is_bound and self.can_delete and form.is_stale and self._is_ticked(form):
            self._deleted_though_changed.append(form)

    def clean(self):
        super().clean()
        for form in self._deleted_though_changed:
            raise ValidationError(
                f"Trong lúc bạn nhập, {say_who(form.newest.history_user)} đã sửa «{form.instance}» lúc "
                f"{say_moment(form.newest.history_date)}. Xem lại dòng này rồi bấm Lưu lần nữa nếu vẫn muốn xóa."
            )

    def _is_ticked(self, form) -> bool:
        return bool(form.data.get(form.add_prefix(DELETION_FIELD_NAME)))

    @property
    def merged(self) -> list[Meanwhile]:
        return [one for form in self.forms for one in form.merged]

    @property
    def conflicts(self) -> list[Conflict]:
        return [one for form in self.forms for one in form.conflicts]

    @property
    def is_outdated(self) -> bool:
        """Whether a row was refused because of what others did, beside those about which it is asked."""
        return bool(self._deleted_though_changed) or any(
            form.is_outdated or (form.removal and form.errors) for form in self.forms
        )


def status_of(*forms_and_rows) -> int:
    """What the page of forms that were refused answers: 409 where somebody else was first, else 400."""
    signs = ("conflicts", "is_outdated", "is_overtaken")
    return 409 if any(getattr(one, sign, None) for one in forms_and_rows for sign in signs) else 400


def place_refusal(form: forms.BaseForm, refusal: ValidationError) -> None:
    """Show what an operation refused beside the field that it speaks of, else above the form."""
    if isinstance(refusal, Overtaken):
        form.is_overtaken = True  # type: ignore[attr-defined]
    given = refusal.error_dict.items() if hasattr(refusal, "error_dict") else [(NON_FIELD_ERRORS, refusal.error_list)]
    for name, errors in given:
        for error in errors:
            place = next((one for one in (name, error.code) if one in form.fields), None)
            form.add_error(place, ValidationError(error.messages))


def attempt(form: forms.BaseForm, act: Callable[[], Any]) -> bool:
    """Do ``act`` whole or not at all; what it refuses is shown in the form, with everything that was typed."""
    try:
        with transaction.atomic():
            act()
    except ValidationError as refusal:
        place_refusal(form, refusal)
        return False
    return True
