"""Two people on one record: what each of them changed since both saw the same version, put together.

A field that one of them changed becomes what that person made of it; about a field that both changed to different
values the second is asked. Values are compared as a browser sends them: what a page showed and nobody touched comes
back as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any, cast

from django import forms
from django.db.models import Model
from django.forms.widgets import ChoiceWidget
from django.utils.text import capfirst

from smartcity.lib.language.dates import say_moment
from smartcity.lib.language.text import clean_text
from smartcity.lib.records.history import acting_user
from smartcity.lib.records.overtaken import say_who

EMPTY = "(trống)"
MINE, THEIRS = "cua-toi", "cua-ho"


@dataclass(frozen=True)
class Version:
    """One version of a record: the row of history that made it, and what the form shows of it, field by field."""

    row: Any
    values: dict[str, Any]


@dataclass(frozen=True)
class Meanwhile:
    """A field that somebody else changed while the form was open, and what they made of it."""

    label: str
    value: str
    who: Model
    at: datetime

    @property
    def moment(self) -> str:
        return say_moment(self.at)


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed to different values.

    ``name`` is the field's in the page and ``field`` in its form; the hidden input ``asked`` says that it was asked
    about, and ``question`` is the name of the answer: ``MINE`` or ``THEIRS``.
    """

    name: str
    field: str
    asked: str
    label: str
    mine: str
    theirs: str
    who: Model
    at: datetime
    keep, take = MINE, THEIRS

    @property
    def question(self) -> str:
        return question(self.name)

    @property
    def moment(self) -> str:
        return say_moment(self.at)

    @property
    def is_own(self) -> bool:
        """Whether the same person typed both, in two windows."""
        return self.who == acting_user()

    @property
    def name_of_other(self) -> str:
        return say_who(self.who)

    def __str__(self) -> str:
        return (
            f"{capfirst(self.name_of_other)} đã sửa thành «{self.theirs}» lúc {self.moment}; bạn nhập «{self.mine}». "
            "Chọn một trong hai ở đầu trang."
        )


def question(name: str) -> str:
    return f"{name}-chon"


def say_merged(merged: Iterable[Meanwhile], reader: Model | None = None) -> list[str]:
    """What the person is told whose content was saved together with that of others; one sentence for each of them."""
    sentences = []
    for (who, moment), found in groupby(merged, key=lambda one: (one.who, one.moment)):
        labels = ", ".join(dict.fromkeys(f"“{one.label}”" for one in found))
        name = "chính bạn (ở một trang khác)" if who == reader else str(who)
        sentences.append(
            f"Trong lúc bạn nhập, {name} đã sửa {labels} lúc {moment}; thay đổi đó được giữ cùng với nội dung của bạn."
        )
    return list(dict.fromkeys(sentences))


def as_sent(field: forms.Field, value: Any) -> list[str]:
    """``value`` as the browser sends it when nobody touches what the page shows of it."""
    value, widget = field.prepare_value(value), field.widget
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    if isinstance(widget, ChoiceWidget):
        # A set of ticks has no order.
        return sorted(str(one) for one in widget.format_value(value) if one not in (None, ""))
    text = widget.format_value(value)
    return [clean_text(str(text))] if text not in (None, "") else []


def typed(form: forms.BaseForm, name: str) -> Any:
    return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def is_same(field: forms.Field, value: Any, sent: Any) -> bool:
    """Whether ``sent`` says ``value``, be it in another spelling: «3/4/2024» is «03/04/2024»."""
    return as_sent(field, value) == as_sent(field, sent) or not field.has_changed(value, sent)


def put(form: forms.BaseForm, name: str, value: Any) -> None:
    """Let the form hold ``value`` as if it had been typed; its data must be a copy that may change."""
    field, key, data = form.fields[name], form.add_prefix(name), cast(Any, form.data)
    sent = as_sent(field, value)
    if isinstance(field.widget, ChoiceWidget) and field.widget.allow_multiple_selected:
        getattr(data, "setlist", data.__setitem__)(key, sent)
    elif sent or not isinstance(field.widget, forms.CheckboxInput):
        data[key] = next(iter(sent), "")
    else:
        data.pop(key, None)


def in_words(field: Any, value: Any) -> str:
    """``value``, stored or typed, as a person reads it: days, money, choices and related records by their names."""
    sent = as_sent(field, value)
    if isinstance(field, forms.BooleanField):
        return "có" if sent else "không"
    if isinstance(field, forms.ModelChoiceField):
        keys = [int(one) for one in sent if one.isdigit()]
        found = cast(Any, field).queryset.model._default_manager.filter(pk__in=keys)
        sent = sorted(field.label_from_instance(one) for one in found)
    elif isinstance(field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in cast(Any, field).choices}
        sent = [labels.get(one, one) for one in sent]
    return ", ".join(sent) or EMPTY


def last_to_change(versions: Sequence[Version], field: forms.Field, name: str) -> Any:
    """The row of history that last changed a field; the last of all where none did."""
    for before, after in reversed(list(pairwise(versions))):
        if as_sent(field, before.values.get(name)) != as_sent(field, after.values.get(name)):
            return after.row
    return versions[-1].row


def questions_asked(form: forms.BaseForm) -> set[str]:
    """The fields about which the page asked before."""
    key = form.add_prefix("hoi")
    return set(form.data.getlist(key) if hasattr(form.data, "getlist") else form.data.get(key, []))


class Merge:
    """What was typed into a form and what was saved meanwhile, put together field by field.

    ``base`` is what the page showed, ``None`` where that cannot be known; ``versions`` are those saved from then on.
    """

    def __init__(self, form, base: dict[str, Any] | None, versions: Sequence[Version], owner: str = ""):
        self.form, self.base, self.versions = form, base, versions
        self.stored = versions[-1].values
        self.owner = owner
        self.merged: list[Meanwhile] = []
        self.conflicts: list[Conflict] = []
        asked = questions_asked(form)
        for name, field in form.fields.items():
            if name not in self.stored:
                continue
            if base is None or as_sent(field, base.get(name)) != as_sent(field, self.stored[name]):
                self._changed_by_others(name, field)
            elif name in asked:
                self._answered(name, field)

    def _changed_by_others(self, name: str, field: forms.Field) -> None:
        stored, sent = self.stored[name], typed(self.form, name)
        if self.base is not None and isinstance(field, forms.ModelMultipleChoiceField):
            before, now, mine = (set(as_sent(field, one)) for one in (self.base[name], stored, sent))
            put(self.form, name, [int(one) for one in now - (before - mine) | (mine - before) if one.isdigit()])
        elif is_same(field, stored, sent):
            if self.base is None:
                return
        elif self.base is not None and is_same(field, self.base[name], sent):
            put(self.form, name, stored)
        else:
            self._ask(name, field)
            return
        row = last_to_change(self.versions, field, name)
        self.merged.append(Meanwhile(self._label(name), in_words(field, stored), row.history_user, row.history_date))

    def _answered(self, name: str, field: forms.Field) -> None:
        answer = self.form.data.get(question(self.form.add_prefix(name)))
        if answer == THEIRS:
            put(self.form, name, self.stored[name])
        elif answer != MINE and not is_same(field, self.stored[name], typed(self.form, name)):
            self._ask(name, field)

    def _ask(self, name: str, field: forms.Field) -> None:
        row = last_to_change(self.versions, field, name)
        self.conflicts.append(
            Conflict(
                name=self.form.add_prefix(name),
                field=name,
                asked=self.form.add_prefix("hoi"),
                label=self._label(name),
                mine=in_words(field, typed(self.form, name)),
                theirs=in_words(field, self.stored[name]),
                who=row.history_user,
                at=row.history_date,
            )
        )

    def _label(self, name: str) -> str:
        return f"{self.owner}{self.form[name].label}"
