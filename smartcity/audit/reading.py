"""What of a history a person reads: what the pages would show them, and nothing of the time when it was a draft."""

from copy import copy
from typing import Any

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
from tasks.models import ProgressUpdate, UpdateState

# Of a meeting that is not concluded everybody reads that it is held, about what and with whom.
ALWAYS_TOLD = {Meeting, MeetingProgramme, Attendance, MeetingVersion}
# Their names stand in every history that they signed or appear in.
NAMED_ANYWHERE = (User, Agency, Province)
# What the notice says beyond the facts of the meeting.
OF_THE_NOTICE = {"heard", "signing"}


class ReadableHistory:
    """What ``reader`` may read of the history of ``record`` and its parts."""

    def __init__(self, reader: User, record: Model):
        self.reader, self.record = reader, record
        self._first_told: Any = None
        self._is_cut = False
        if isinstance(record, ProgressUpdate):
            drafted = record.history.filter(state=UpdateState.DRAFT)
            # Of its own rows: what one may see of all reports is read as a whole before it excludes anything.
            visible = visible_rows(ProgressUpdate, reader).filter(id=record.pk)
            self._is_cut = drafted.exclude(pk__in=visible).exists()
            rows = record.history.exclude(state=UpdateState.DRAFT)
        elif (meeting := _meeting_of(record)) is not None:
            self._is_cut = not reads_drafts(reader)
            rows = Meeting.history.filter(id=meeting.pk, version__gte=1)
        if self._is_cut:
            rows = rows.select_related("history_user", "history_document")
            self._first_told = rows.order_by("history_id").first()

    def rows_of(self, model: Any, rows: QuerySet) -> QuerySet:
        """Those of the rows of a part whose keys, as they then were, lead to what the reader may see."""
        if self.reader.sees_every_province or model is type(self.record) or not hasattr(model.objects, "visible_to"):
            return rows
        return rows.filter(pk__in=visible_rows(model, self.reader))

    def told(self, history: list[Any]) -> list[Any]:
        """Of the rows of one record, oldest first, those to tell.

        What was drafted is told once, as it was when it was first told to others, by whoever told it.
        """
        if self._is_cut and history[0].instance_type not in ALWAYS_TOLD:
            history = self._after_the_draft(history)
        if not history or history[0].history_type == "-":
            return []
        # Where what was before is not told, nothing was before.
        return [_as_made(history[0]), *history[1:]]

    def _after_the_draft(self, history: list[Any]) -> list[Any]:
        first = self._first_told
        if first is None:
            return []
        # By number within one table; across tables only the clock tells. What precedes a drafted row was drafted too.
        count = max((place for place, row in enumerate(history, start=1) if _is_before(row, first)), default=0)
        drafted, later = history[:count], history[count:]
        if not drafted or drafted[-1].history_type == "-":
            return later
        if drafted[-1].instance_type is ProgressUpdate:
            # The row with which it was sent says all.
            return later
        return [_as_made(drafted[-1], told_by=first), *later]

    def hides(self, row: Any, before: Any, name: str) -> bool:
        """Whether the field is part of a notice that was not concluded when the row was written."""
        return self._is_cut and is_of_a_draft(row, before, name)

    @property
    def reads_removed(self) -> bool:
        return self.reader.audits

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


def _is_before(row: Any, first: Any) -> bool:
    if row.instance_type is first.instance_type:
        return row.history_id < first.history_id
    return row.history_date < first.history_date


def visible_rows(model: Any, reader: User) -> QuerySet:
    """A row of history has the same keys as its record, so the record's own rule decides about it."""
    own = type(model._default_manager.all())(model.history.model)
    return own.visible_to(reader).values("pk")


def _as_made(row: Any, told_by: Any = None) -> Any:
    made = copy(row)
    made.history_type = "+"
    if told_by is not None:
        for name in ("history_date", "history_user", "history_change_reason", "history_action", "history_document"):
            setattr(made, name, getattr(told_by, name))
    return made


def _meeting_of(record: Model) -> Meeting | None:
    if isinstance(record, Assignment):
        record = record.directive
    if isinstance(record, Directive):
        record = record.conclusion
    return record.meeting if isinstance(record, Conclusion) else record if isinstance(record, Meeting) else None
