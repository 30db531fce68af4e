"""The history of a record in words: who, when, what, old and new, why, on the ground of which document."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from django.db.models import Model
from django.utils.timezone import localdate

from programme.models import Agency, LegalDocument, Revision, User
from smartcity.audit.changes.catching_up import catch_up_for_a_page
from smartcity.audit.changes.readable import ReadableChanges
from smartcity.audit.reading import ReadableHistory
from smartcity.audit.verbs import say_unchanged, verb_of
from smartcity.audit.words import Change, changes_of, held_by, names_in, subject_of
from smartcity.lib.records.signers import signers_then


@dataclass
class Event:
    """One change of one record, as its history has it; the signer and their ``agency`` as they were called then."""

    at: datetime
    who: User
    agency: Agency | None
    # As the history has it: «+», «~», «-».
    sign: str
    verb: str
    subject: str
    reason: str
    document: LegalDocument | None
    action: str
    changes: list[Change] = field(default_factory=list)

    @property
    def is_change(self) -> bool:
        """Whether something that was there before became something else."""
        return self.sign == "~"

    @property
    def unchanged(self) -> str:
        return say_unchanged(self.verb)


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
    reading = ReadableHistory(reader, record, _told_removed_by(reader)) if reader else None
    rows = list(_rows(type(record), {type(record)._meta.pk.attname: record.pk}))
    for model, key in parts:
        found = _rows(model, {f"{key}_id": record.pk})
        rows += reading.rows_of(model, found) if reading else found
    histories = list(_by_record(rows).values())
    signers_then(rows)
    if reading:
        histories = reading.told(histories)
    names = names_in(rows, reading, held_by(record) if reading else ())
    # What came with a revision that was drafted after another one was done when that one was.
    made = {(row.history_action, row.id) for row in rows if row.instance_type is Revision and row.history_type == "+"}
    events = []
    for history in histories:
        latest = history[0].history_date
        for before, row in pairwise([None, *history]):
            # A clock set back does not put a later change before an earlier one.
            latest = max(latest, row.history_date)
            is_copied = (row.history_action, getattr(row, "revision_id", None)) in made
            event = _event(row, before, names, reading, is_copied=is_copied)
            if event.changes or not reading or _is_read_whole(row, before, reading):
                events.append((latest, row.history_id, event))
    return [event for _, _, event in sorted(events, key=lambda one: one[:2], reverse=True)]


def _told_removed_by(reader: User) -> Callable[[Any, set[int]], set[int]]:
    """What was removed just now is told as well as what was found before."""

    def told_removed(model: Any, keys: set[int]) -> set[int]:
        catch_up_for_a_page()
        return ReadableChanges(reader).told_removed(model, keys)

    return told_removed


def _rows(model: Any, known_by: dict):
    return model.history.filter(**known_by).select_related("history_user", "history_document")


def _by_record(rows) -> dict:
    histories = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.history_id):
        histories[row.instance_type, row.id].append(row)
    return histories


def _is_read_whole(row, before, reading: ReadableHistory) -> bool:
    """Whether a change of nothing is one, and not of what the reader may not read."""
    return not any(reading.hides(row, before, tracked.name) for tracked in row.tracked_fields)


def _event(row, before, names, reading: ReadableHistory | None = None, *, is_copied: bool = False) -> Event:
    changes = changes_of(row, before, names, reading)
    verb = verb_of(row, before, {change.name for change in changes}, is_copied=is_copied)
    return Event(
        at=row.history_date,
        who=row.history_user,
        agency=row.history_user.agency_on(localdate(row.history_date)),
        sign=row.history_type,
        verb=verb.said,
        subject=subject_of(row, names, verb.noun),
        reason=row.history_change_reason or "",
        document=row.history_document,
        action=str(row.history_action)[:8],
        changes=changes,
    )


def name_of(row) -> str:
    """What the record of this row of history was called, also when it is no more."""
    return subject_of(row, names_in([row]))
