"""How a change is said: what the record was called, each field with what it was and became, how far these are apart."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any, Protocol

from django.db.models import Field, FileField, ForeignKey, Model

from meetings.models import Conclusion, Meeting, MeetingVersion
from programme.models import LegalDocument, Revision
from programme.models.names_then import read_names
from smartcity.audit.called_then import NAMED_BY, CalledThen
from smartcity.lib.language.dates import say_day, say_moment
from smartcity.lib.language.hours import say_hour
from smartcity.lib.language.money import say_money
from smartcity.lib.language.word_changes import Piece, changed_words
from smartcity.lib.records.history import as_it_was
from smartcity.lib.records.text_fields import DigestField

EMPTY = "(trống)"
# To whoever does not read what was removed, nor what it was called.
GONE = "(nay đã xóa)"
NOT_TOLD = "(bạn chưa xem được)"
# Fields that tell what a record is called.
TITLED = {
    *("name", "full_name", "label", "subject", "question", "text"),
    *("code", "kind", "as_of", "agency", "source", "file"),
}
# Of those that none of these tell.
TITLED_ELSE = {
    *("programme", "task", "cadence", "first_day", "last_day", "item", "number", "heading", "on", "answer", "user"),
    *("title", "held_on", "person"),
}
# Their words are whole papers, or a name says it all.
TITLED_OTHERWISE = {
    "meetings.meeting": {"title", "held_on"},
    "meetings.directivelink": {"kind", "task", "revision", "document"},
    "meetings.extension": {"asked_due_on"},
    "meetings.urgedassignment": {"assignment"},
    "programme.province": {"name"},
    "programme.agency": {"name"},
    "programme.period": {"label"},
    "programme.agencysuccession": {"predecessor", "successor"},
    "programme.documentrelation": {"kind", "target"},
    "programme.coordinationtransfer": {"from_agency", "to_agency"},
    "programme.statedfigure": {"as_of", "measure", "wording"},
    # The second of one day corrects the first.
    "tasks.datasetobservation": {"as_of", "is_built", "sharing"},
    # Several are alike in all but their money.
    "tasks.budgetentry": {"kind", "source", "year", "amount_vnd"},
    "tasks.leadtransfer": {"from_agency", "to_agency"},
    "tasks.plannedbudget": {"source", "year", "amount_vnd"},
    "tasks.plannedtask": {"task", "name"},
    "tasks.tasklineage": {"from_task", "to_task"},
}
# From the one to the other.
PASSED_ON = {
    *("programme.agencysuccession", "programme.coordinationtransfer", "tasks.leadtransfer", "tasks.tasklineage"),
}
ONLY_BLANKS = "chỉ đổi khoảng trắng, xuống dòng"
# Names of these begin with the end of their kind; «phân công» and «Công an tỉnh» have nothing to do with each other.
JOINED = {"cuộc họp", "cơ sở dữ liệu"}
# From the one day to the other.
STRETCHES = {"tasks.reportingcycle"}
BLANKS = re.compile(r"[^\S\u00a0]+")
# Shorter texts are read at a glance.
FEW_WORDS = 4
# What the product itself knows a record by, beside a name that says the same.
INNER_KEYS = {"tasks.routestep": {"key"}}
# A digest of a secret is nobody's to read; that the secret is another one is told.
SECRETS = {
    "password_digest": ("Mật khẩu", "đã đặt", "đã đổi", "đã bỏ"),
    "token_digest": ("Mã truy cập API", "đã cấp", "đã đổi", "đã thu hồi"),
}


class Reading(Protocol):
    """What somebody may read of the rows that are told."""

    def hides(self, row: Any, before: Any, name: str) -> bool: ...

    def visible_keys(self, model: Any, keys: set) -> set: ...

    def told_removed(self, model: Any, keys: set[int]) -> set[int]: ...

    @property
    def reads_drafts(self) -> bool: ...


@dataclass(frozen=True)
class Change:
    """One field of one change. Empty values are written out, so that nothing is told by its absence."""

    label: str
    old: str
    new: str
    name: str = field(default="", compare=False)
    # How far the two are apart: «+120 triệu đồng», «lùi 14 ngày», «chỉ đổi khoảng trắng, xuống dòng».
    apart: str = field(default="", compare=False)
    # Of a secret, of which neither is told: «Mật khẩu đã đổi».
    sentence: str = ""

    @property
    def pieces(self) -> tuple[list[Piece], list[Piece]] | None:
        """Both texts by words, those that differ marked; none where there is nothing to look for."""
        if self.apart == ONLY_BLANKS:
            return changed_words(self.old, self.new)
        if EMPTY in (self.old, self.new) or min(len(self.old.split()), len(self.new.split())) < FEW_WORDS:
            return None
        return changed_words(self.old, self.new)

    @property
    def in_words(self) -> str:
        """On one line, as a file has it."""
        return self.sentence or f"{self.label}: {self.old} → {self.new}{f' ({self.apart})' if self.apart else ''}"


def changes_of(row: Any, before: Any, names: dict, reading: Reading | None = None) -> list[Change]:
    """What a row of history says otherwise than the one before it; without that, all that is there."""
    changes = []
    for tracked in row.tracked_fields:
        if tracked.primary_key or (reading and reading.hides(row, before, tracked.name)):
            continue
        if is_withheld(tracked):
            changes += _of_secret(tracked, row, before)
            continue
        # What it names may have got another name since: that is no change of this record.
        if before and row.history_type != "-" and getattr(before, tracked.attname) == getattr(row, tracked.attname):
            continue
        old = _say(tracked, before, names) if before else EMPTY
        new = EMPTY if row.history_type == "-" else _say(tracked, row, names)
        if old != new:
            apart = _apart(tracked, before, row) if before and row.history_type == "~" else ""
            changes.append(Change(label_of(tracked), old, new, tracked.name, apart))
    return changes


def is_withheld(tracked: Field) -> bool:
    """Whether nobody reads the values: digests, secrets that the model names, where a file lies on disk, inner keys."""
    if tracked.name in INNER_KEYS.get(tracked.model._meta.label_lower, ()):
        return True
    return isinstance(tracked, DigestField | FileField) or tracked.name in getattr(tracked.model, "SECRET", ())


def _of_secret(tracked: Field, row: Any, before: Any) -> list[Change]:
    # An account is made with its password; that is no change of it.
    if before is None or row.history_type != "~":
        return []
    old, new = getattr(before, tracked.attname) or "", getattr(row, tracked.attname) or ""
    if old == new or tracked.name not in SECRETS:
        return []
    label, given, changed, taken = SECRETS[tracked.name]
    deed = changed if old and new else given if new else taken
    return [Change(label, "", "", tracked.name, sentence=f"{label} {deed}")]


def _apart(tracked: Field, before: Any, row: Any) -> str:
    old, new = getattr(before, tracked.attname), getattr(row, tracked.attname)
    if old is None or new is None or isinstance(old, bool) or isinstance(tracked, ForeignKey):
        return ""
    if isinstance(old, str) and isinstance(new, str) and old.split() == new.split():
        return ONLY_BLANKS
    if tracked.name.endswith("_vnd"):
        return f"{'+' if new > old else ''}{say_money(new - old)}"
    if isinstance(old, date) and isinstance(new, date) and not isinstance(old, datetime):
        days = (new - old).days
        return f"{'lùi' if days > 0 else 'sớm'} {abs(days)} ngày"
    if tracked.name == "percent":
        return f"{'+' if new > old else '−'}{abs(new - old)} điểm phần trăm"
    return ""


def subject_of(row: Any, names: dict, noun: str = "") -> str:
    """What kind of record it is, or the ``noun`` that goes with a verb, and what it was called: «cơ quan «Sở Y tế»»."""
    kind, title = noun or str(row.instance_type._meta.verbose_name), title_of(row, names)
    return f"{kind} «{title}»" if title else kind


def title_of(row: Any, names: dict) -> str:
    """What the record was called at that time: its own words, or the names of what it joins, or else its days."""
    kind = row.instance_type._meta.label_lower
    if row.instance_type is Revision:
        return _short(f"{as_it_was(row).title}, {row.name}" if row.name else as_it_was(row).title)  # type: ignore[attr-defined]
    if row.instance_type is LegalDocument:
        return _short(f"{as_it_was(row)}, {row.subject}" if row.subject else str(as_it_was(row)))
    if row.instance_type is MeetingVersion or (row.instance_type is Conclusion and not row.text):
        return _short(str(as_it_was(row)))
    by = TITLED_OTHERWISE.get(kind, TITLED)
    told = [_say_in_title(tracked, row, names) for tracked in row.tracked_fields if tracked.name in by]
    if not any(one != EMPTY for one in told):
        told = [_say_in_title(tracked, row, names) for tracked in row.tracked_fields if tracked.name in TITLED_ELSE]
    joined = " → " if kind in PASSED_ON else " – " if kind in STRETCHES else ", "
    return _short(joined.join(one for one in told if one != EMPTY))


def _say_in_title(tracked: Field, row: Any, names: dict) -> str:
    """Without a label beside it: «năm 2024», «chưa xây dựng»."""
    said, value = _say(tracked, row, names), getattr(row, tracked.attname)
    if isinstance(value, bool):
        label = str(tracked.verbose_name)
        return label if value else label.replace("đã ", "chưa ", 1)
    return f"năm {said}" if tracked.name == "year" and said != EMPTY else said


def _short(text: str) -> str:
    # A figure stays with its unit.
    text = BLANKS.sub(" ", text).strip()
    return text if len(text) <= 90 else text[:89].rstrip() + "…"


def whole_of(row: Any, names: dict, owners: Sequence[str]) -> str:
    """What the record is a part of, which its own name does not tell: «nhiệm vụ BRVT-DTTM / 12»."""
    fields = {tracked.name: tracked for tracked in row.tracked_fields}
    for name in owners:
        if isinstance(fields.get(name), ForeignKey) and getattr(row, fields[name].attname) is not None:
            said = _say(fields[name], row, names)
            kind = str(fields[name].related_model._meta.verbose_name)
            if said in title_of(row, names):
                return ""
            return _joined(kind, said)
    return ""


def _joined(kind: str, said: str) -> str:
    """«cuộc họp» and «Họp giao ban» are «cuộc họp giao ban»; «Cuộc họp ngày 02/03/2026» has said it itself."""
    words, named = kind.split(), said.split()
    for first in range(len(words) if kind in JOINED else 1):
        tail = words[first:]
        if [word.casefold() for word in named[: len(tail)]] == tail:
            return " ".join([*words[:first], *tail, *named[len(tail) :]])
    return f"{kind} {said}"


def label_of(tracked: Field) -> str:
    if tracked.name in SECRETS:
        return SECRETS[tracked.name][0]
    text = str(tracked.verbose_name)
    return text[:1].upper() + text[1:]


def names_in(
    rows: Iterable[Any], reading: Reading | None = None, held: Sequence[Model] = (), *, names_removed: bool = True
) -> dict[type[Model], dict]:
    """What the keys in these rows are called: one query for each model that they point to, beside those ``held``.

    Of what may have been called otherwise, what tells it for a moment.
    """
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for row in rows:
        for tracked in row.tracked_fields:
            key = getattr(row, tracked.attname)
            if isinstance(tracked, ForeignKey) and key is not None:
                wanted[tracked.related_model].add(key)
    names: dict[type[Model], dict[int, Any]] = {}
    then: list[Any] = []
    for model, keys in wanted.items():
        known = [record for record in held if type(record) is model and record.pk in keys]
        found = [*known, *_with_named_relations(model).filter(pk__in=keys - {record.pk for record in known})]
        if hasattr(model, "CALLED"):
            # These were called otherwise at other times.
            [called] = read_names((model, keys))
            names[model] = {record.pk: partial(called.then, record) for record in found}
        else:
            told = reading.visible_keys(model, keys) if reading else keys
            # What a name needs is loaded once, before it is asked for at several moments.
            names[model] = {record.pk: str(record) if record.pk in told else NOT_TOLD for record in found}
            if model._meta.label_lower in NAMED_BY:
                then += [record for record in found if record.pk in told]
        gone = keys - names[model].keys()
        if gone and names_removed:
            told = reading.told_removed(model, gone) if reading else gone
            names[model] |= _names_of_removed(model, told, reading) if told else {}
    if then:
        called_then = CalledThen(then, reads_drafts=reading is None or reading.reads_drafts)
        for record in then:
            names[type(record)][record.pk] = partial(called_then.then, record)
    return names


def _names_of_removed(model: Any, keys: set[int], reading: Reading | None) -> dict[int, str]:
    """What they were called at the end, by their own words, and by the names of what is still there."""
    if not hasattr(model, "history"):
        return {}
    last = {row.id: row for row in model.history.filter(id__in=keys).order_by("history_id")}
    names = names_in(last.values(), reading, names_removed=False)
    return {key: f"{title_of(row, names)} {GONE}".strip() for key, row in last.items()}


def held_by(record: Model) -> list[Model]:
    """The record and those loaded with it whose names need nothing more to be loaded."""
    keys = [one for one in record._meta.fields if isinstance(one, ForeignKey) and one.is_cached(record)]
    return [record, *(getattr(record, one.name) for one in keys if not _required(one.related_model))]


def _with_named_relations(model: type[Model]):
    """Names are made of names, of a report's task and that task's programme: load what ``__str__`` reads."""
    paths = [
        path
        for one in _required(model)
        for path in (one.name, *(f"{one.name}__{next_one.name}" for next_one in _required(one.related_model)))
    ]
    return model._default_manager.select_related(*paths) if paths else model._default_manager.all()


def _required(model: Any) -> list[ForeignKey]:
    return [one for one in model._meta.fields if isinstance(one, ForeignKey) and not one.null]


def _is_no_version(tracked: Field, value: Any) -> bool:
    """A meeting that is not concluded has no version yet, which is kept as nought."""
    return tracked.model is Meeting and tracked.name == "version" and value == 0


def _say(tracked: Field, row: Any, names: dict) -> str:
    value = getattr(row, tracked.attname)
    if value is None or value == "" or _is_no_version(tracked, value):
        return EMPTY
    if isinstance(tracked, ForeignKey):
        name = names.get(tracked.related_model, {}).get(value, GONE)
        return name if isinstance(name, str) else str(name(row.history_date))
    if tracked.choices:
        return str(dict(tracked.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return say_moment(value)
    if isinstance(value, date):
        return say_day(value)
    if isinstance(value, time):
        return say_hour(value)
    if tracked.name.endswith("_vnd"):
        return say_money(value)
    return f"{value}%" if tracked.name == "percent" else str(value)
