"""What of a history a person reads: what the pages would show them, and nothing of the time when it was a draft."""

from collections import defaultdict
from collections.abc import Callable
from copy import copy
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from meetings.models import (
    Assignment,
    Attendance,
    Conclusion,
    Directive,
    Meeting,
    MeetingProgramme,
    MeetingVersion,
    reads_drafts,
)
from programme.models import Agency, Province, User
from smartcity.lib.log.models import LogEntry
from smartcity.lib.records.signers import signers_then
from tasks.models import ProgressUpdate, UpdateState

# Of a meeting that is not concluded everybody reads that it is held, about what and with whom.
ALWAYS_TOLD = {Meeting, MeetingProgramme, Attendance, MeetingVersion}
# Their names stand in every history that they signed or appear in.
NAMED_ANYWHERE = (User, Agency, Province)
# What the notice says beyond the facts of the meeting.
OF_THE_NOTICE = {"heard", "signing"}


IN_THE_OPEN = object()


class _Stage(NamedTuple):
    """A row of the whole, by its number in the log."""

    number: int
    row: Any
    is_draft: bool


class ReadableHistory:
    """What ``reader`` may read of the history of ``record`` and its parts."""

    def __init__(self, reader: User, record: Model, told_removed: Callable[[Any, set[int]], set[int]]):
        self.reader, self.record, self.told_removed = reader, record, told_removed
        self._is_cut = False
        # Rows of the whole, and whether it was a draft then.
        stages: list[tuple[Any, bool]] = []
        if isinstance(record, ProgressUpdate):
            drafted = record.history.filter(state=UpdateState.DRAFT)
            # Of its own rows: what one may see of all reports is read as a whole before it excludes anything.
            visible = visible_rows(ProgressUpdate, reader).filter(id=record.pk)
            self._is_cut = drafted.exclude(pk__in=visible).exists()
            if self._is_cut:
                stages = [(row, row.state == UpdateState.DRAFT) for row in _with_signers(record.history)]
        elif (meeting := _meeting_of(record)) is not None:
            self._is_cut = not reads_drafts(reader)
            if self._is_cut:
                stages = [(row, row.version == 0) for row in _with_signers(Meeting.history.filter(id=meeting.pk))]
        # Who told of parts is named as they were called when they did.
        signers_then([row for row, is_draft in stages if not is_draft])
        numbers = _numbers_of([row for row, _ in stages])
        self._stages = [_Stage(number, row, is_draft) for row, is_draft in stages if (number := numbers.get(_key(row)))]

    def rows_of(self, model: Any, rows: QuerySet) -> QuerySet:
        """Those of the rows of a part whose keys, as they then were, lead to what the reader may see."""
        if self.reader.sees_every_province or model is type(self.record) or not hasattr(model.objects, "visible_to"):
            return rows
        return rows.filter(pk__in=visible_rows(model, self.reader))

    def told(self, histories: list[list[Any]]) -> list[list[Any]]:
        """Of the rows of each record, oldest first, those to tell.

        What was drafted is told once, as it was when others were told of it, by whoever told it; what came and went
        between two tellings is not told.
        """
        if self._is_cut:
            drafted = [row for history in histories if not _is_whole(history) for row in history]
            numbers = _numbers_of(drafted)
            histories = [self._cut(history, numbers) for history in histories]
        # Where what was before is not told, nothing was before.
        return [
            [_as_made(history[0]), *history[1:]] for history in histories if history and history[0].history_type != "-"
        ]

    def _cut(self, history: list[Any], numbers: dict) -> list[Any]:
        if history[0].instance_type is ProgressUpdate:
            return _sent(history)
        if _is_whole(history):
            return history
        told: list[Any] = []
        tellers = [(self._teller_of(numbers.get(_key(row))), row) for row in history]
        for place, (teller, row) in enumerate(tellers):
            if teller is IN_THE_OPEN:
                told.append(row)
            # Of what was drafted together, the last row alone, once it is told.
            elif teller is not None and (place + 1 == len(tellers) or tellers[place + 1][0] is not teller):
                told += _told_by(teller, row, told)
        return told

    def _teller_of(self, number: int | None) -> Any:
        """The row of the whole that told others of what was drafted then; ``IN_THE_OPEN`` where they knew at once."""
        before = [stage for stage in self._stages if number and stage.number < number]
        if before and not before[-1].is_draft:
            return IN_THE_OPEN
        later = self._stages[len(before) :] if number else []
        return next((stage.row for stage in later if not stage.is_draft), None)

    def hides(self, row: Any, before: Any, name: str) -> bool:
        """Whether the field is part of a notice that was not concluded when the row was written."""
        return self._is_cut and is_of_a_draft(row, before, name)

    @property
    def reads_drafts(self) -> bool:
        """Whether of meetings; what these were called before they were concluded is told to nobody else."""
        return reads_drafts(self.reader)

    def visible_keys(self, model: Any, keys: set) -> set:
        """Of records that a row points to, those whose names the reader may read."""
        return visible_keys(self.reader, model, keys)


def is_of_a_draft(row: Any, before: Any, name: str) -> bool:
    """Whether the field tells what a notice said before it was concluded, also beside what it became."""
    if row.instance_type is not Meeting or name not in OF_THE_NOTICE:
        return False
    return row.version == 0 or (before is not None and before.version == 0)


def visible_keys(reader: User, model: Any, keys: set) -> set:
    """Of records of this kind, those whose names ``reader`` may read."""
    if reader.sees_every_province or issubclass(model, NAMED_ANYWHERE) or not hasattr(model.objects, "visible_to"):
        return keys
    return set(model.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True))


def _is_whole(history: list[Any]) -> bool:
    return history[0].instance_type in {*ALWAYS_TOLD, ProgressUpdate}


def _sent(history: list[Any]) -> list[Any]:
    """Of a report what was not a draft when it was written: each row beside the one that was sent before it."""
    told: list[Any] = []
    was_draft = False
    for row in history:
        is_draft = row.state == UpdateState.DRAFT
        if not is_draft:
            told.append(as_sent_again(row) if was_draft and told else row)
        was_draft = is_draft
    return told


def as_sent_again(row: Any) -> Any:
    """A row that sends what was sent before, and taken back."""
    again = copy(row)
    again.is_sent_again = True
    return again


def _told_by(teller: Any, row: Any, told: list[Any]) -> list[Any]:
    if row.history_type == "-":
        return [_as_told(row, "-", teller)] if told and told[-1].history_type != "-" else []
    if not told:
        return [_as_told(row, "+", teller)]
    names = [tracked.attname for tracked in row.tracked_fields]
    is_same = all(getattr(row, name) == getattr(told[-1], name) for name in names)
    return [] if is_same else [_as_told(row, "~", teller)]


def _with_signers(rows: Any) -> QuerySet:
    return rows.select_related("history_user", "history_document").order_by("history_id")


def _key(row: Any) -> tuple[str, int]:
    return row._meta.db_table, row.history_id


def _numbers_of(rows: list[Any]) -> dict[tuple[str, int], int]:
    """Where these rows stand in the log, which the clock does not tell; one question for each kind of record."""
    records: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        records[row._meta.db_table].add(row.id)
    return {
        (table, history_id): number
        for table, keys in records.items()
        for history_id, number in LogEntry.objects.filter(table=table, record_id__in=keys).values_list(
            "history_id", "number"
        )
    }


def visible_rows(model: Any, reader: User) -> QuerySet:
    """A row of history has the same keys as its record, so the record's own rule decides about it."""
    own = type(model._default_manager.all())(model.history.model)
    return own.visible_to(reader).values("pk")


def _as_made(row: Any) -> Any:
    made = copy(row)
    made.history_type = "+"
    return made


def _as_told(row: Any, sign: str, teller: Any) -> Any:
    told = copy(row)
    told.history_type = sign
    for name in ("history_date", "history_user", "history_change_reason", "history_action", "history_document"):
        setattr(told, name, getattr(teller, name))
    return told


def _meeting_of(record: Model) -> Meeting | None:
    if isinstance(record, Assignment):
        record = record.directive
    if isinstance(record, Directive):
        record = record.conclusion
    return record.meeting if isinstance(record, Conclusion) else record if isinstance(record, Meeting) else None
