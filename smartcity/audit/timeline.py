"""The history of a record in words: who, when, what, old and new, why, on the ground of which document."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from itertools import groupby, pairwise
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.timezone import localdate

from programme.models import Agency, LegalDocument, User
from programme.models.names_then import read_names
from smartcity.audit.reading import ReadableHistory
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.hours import say_hour
from smartcity.lib.language.money import say_money
from smartcity.lib.records.signers import signers_then
from smartcity.lib.records.text_fields import DigestField

DEEDS = {"+": "Tạo", "~": "Sửa", "-": "Xóa"}
EMPTY = "(trống)"
NOT_TOLD = "(bạn chưa xem được)"
# Fields that tell what a record is called.
TITLED = {
    *("name", "full_name", "label", "subject", "question", "text"),
    *("code", "kind", "as_of", "agency", "source", "file"),
}


@dataclass(frozen=True)
class Change:
    """One field of one change. Empty values are written out, so that nothing is told by its absence."""

    label: str
    old: str
    new: str


@dataclass
class Event:
    """One change of one record, as its history has it; the signer and their ``agency`` as they were called then."""

    at: datetime
    who: User
    agency: Agency | None
    deed: str
    subject: str
    reason: str
    document: LegalDocument | None
    action: str
    changes: list[Change] = field(default_factory=list)

    @property
    def is_change(self) -> bool:
        """Whether something that was there before became something else."""
        return self.deed == DEEDS["~"]


def actions(events: list[Event]) -> list[list[Event]]:
    """Events that one person made in one go, together; in the order of the events."""
    return [list(together) for _, together in groupby(events, key=lambda event: event.action)]


def timeline(
    record: Model, parts: Sequence[tuple[type[Model], str]] = (), *, reader: User | None = None
) -> list[Event]:
    """The events of ``record``, and of its ``parts`` (model and the name of their key to it), newest first.

    Those that ``reader`` may read; all of them where nobody is named.
    Within a record the order is that of its history, not of the clock, which can be set back.
    A constant number of queries for each model, whatever the number of events.
    """
    reading = ReadableHistory(reader, record) if reader else None
    rows = list(_rows(type(record), {type(record)._meta.pk.attname: record.pk}))
    for model, key in parts:
        found = _rows(model, {f"{key}_id": record.pk})
        rows += reading.rows_of(model, found) if reading else found
    histories = list(_by_record(rows).values())
    signers_then(rows)
    if reading:
        histories = [told for history in histories if (told := reading.told(history))]
    names = _names(rows, reading, _held_by(record) if reading else ())
    events = []
    for history in histories:
        latest = history[0].history_date
        for before, row in pairwise([None, *history]):
            # A clock set back does not put a later change before an earlier one.
            latest = max(latest, row.history_date)
            event = _event(row, before, names, reading)
            if event.changes or not reading or _is_read_whole(row, reading):
                events.append((latest, row.history_id, event))
    return [event for _, _, event in sorted(events, key=lambda one: one[:2], reverse=True)]


def _rows(model: Any, known_by: dict):
    return model.history.filter(**known_by).select_related("history_user", "history_document")


def _by_record(rows) -> dict:
    histories = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.history_id):
        histories[row.instance_type, row.id].append(row)
    return histories


def _is_read_whole(row, reading: ReadableHistory) -> bool:
    """Whether a change of nothing is one, and not of what the reader may not read."""
    return not any(reading.hides(row, tracked.name) for tracked in row.tracked_fields)


def _event(row, before, names, reading: ReadableHistory | None = None) -> Event:
    model = row.instance_type
    changes = []
    for tracked in row.tracked_fields:
        # That a secret was changed is told by the reason; a digest of it is nobody's to read.
        if tracked.primary_key or isinstance(tracked, DigestField) or (reading and reading.hides(row, tracked.name)):
            continue
        old = _say(tracked, before, names) if before else EMPTY
        new = EMPTY if row.history_type == "-" else _say(tracked, row, names)
        if old != new:
            changes.append(Change(_label(tracked), old, new))
    return Event(
        at=row.history_date,
        who=row.history_user,
        agency=row.history_user.agency_on(localdate(row.history_date)),
        deed=DEEDS[row.history_type],
        subject=f"{model._meta.verbose_name} «{_title(row, names)}»",
        reason=row.history_change_reason or "",
        document=row.history_document,
        action=str(row.history_action)[:8],
        changes=changes,
    )


def name_of(row) -> str:
    """What the record of this row of history was called, also when it is no more."""
    return f"{row.instance_type._meta.verbose_name} «{_title(row, _names([row]))}»"


def _title(row, names) -> str:
    """What the record was called at that time: its own words, or the names of what it joins."""
    told = [_say(tracked, row, names) for tracked in row.tracked_fields if tracked.name in TITLED]
    return _short(", ".join(one for one in told if one != EMPTY) or str(row.id))


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:89].rstrip() + "…"


def _label(tracked: Field) -> str:
    text = str(tracked.verbose_name)
    return text[:1].upper() + text[1:]


def _names(rows, reading: ReadableHistory | None = None, held: Sequence[Model] = ()) -> dict[type[Model], dict]:
    """What the keys in these rows are called: one query for each model that they point to, beside those ``held``.

    Of people and agencies what tells it for a moment.
    """
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for row in rows:
        for tracked in row.tracked_fields:
            key = getattr(row, tracked.attname)
            if isinstance(tracked, ForeignKey) and key is not None:
                wanted[tracked.related_model].add(key)
    names: dict[type[Model], dict[int, Any]] = {}
    for model, keys in wanted.items():
        known = [record for record in held if type(record) is model and record.pk in keys]
        found = [*known, *_with_named_relations(model).filter(pk__in=keys - {record.pk for record in known})]
        if hasattr(model, "CALLED"):
            # These were called otherwise at other times.
            [called] = read_names((model, keys))
            names[model] = {record.pk: partial(called.then, record) for record in found}
        else:
            told = reading.visible_keys(model, keys) if reading else keys
            names[model] = {record.pk: str(record) if record.pk in told else NOT_TOLD for record in found}
    return names


def _held_by(record: Model) -> list[Model]:
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


def _say(tracked: Field, row, names) -> str:
    value = getattr(row, tracked.attname)
    if value is None or value == "":
        return EMPTY
    if isinstance(tracked, ForeignKey):
        name = names[tracked.related_model].get(value, f"(không còn, mã {value})")
        return name if isinstance(name, str) else str(name(row.history_date))
    if tracked.choices:
        return str(dict(tracked.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, date) and not isinstance(value, datetime):
        return say_day(value)
    if isinstance(value, time):
        return say_hour(value)
    if tracked.name.endswith("_vnd"):
        return say_money(value)
    return f"{value}%" if tracked.name == "percent" else str(value)
