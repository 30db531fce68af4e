"""To whom a change is told: what was drafted, to few; and as it stood when others were told, to all the others.

A meeting tells everybody when it is concluded, a report each time that it is sent: one that was withdrawn is a draft
again. What it then says of its parts is a change of its own, for those who could not read how it came about.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from meetings.models import Meeting
from smartcity.audit.changes.belonging import Belonging
from smartcity.audit.changes.models import Audience, LoggedChange
from smartcity.audit.changes.touched import Row, read_rows
from smartcity.audit.reading import ALWAYS_TOLD, OF_THE_NOTICE
from smartcity.lib.log.models import LogEntry
from tasks.models import Evidence, ProgressUpdate, UpdateState

OF_REPORTS = (ProgressUpdate, Evidence)


class Telling(NamedTuple):
    """A change as some are told it."""

    audience: Audience
    deed: str
    fields: list[str]
    # The row of the history that these know from before, where it is not the one just before it.
    before_id: int | None = None
    before: dict[str, Any] | None = None


class Stage(NamedTuple):
    """One row of the history of a report."""

    number: int
    history_id: int
    is_draft: bool


class Told(NamedTuple):
    """When meetings first told everybody, and what reports were at each of their rows: numbers in the log, by key."""

    meetings: dict[int, int]
    reports: dict[int, list[Stage]]
    # Texts that were sent before others were, by the number of their row.
    sent: dict[int, Row]

    def is_drafted(self, report: int, number: int) -> bool:
        """Whether the report was not sent, or was taken back, when this entry was written."""
        before = [stage for stage in self.reports.get(report, []) if stage.number < number]
        return not before or before[-1].is_draft

    def last_sent(self, report: int, number: int) -> Stage | None:
        sent = [stage for stage in self.reports.get(report, []) if stage.number < number and not stage.is_draft]
        return sent[-1] if sent else None

    def sends(self, report: int, number: int) -> bool:
        """Whether this entry of the report tells others what was a draft until then."""
        stages = self.reports.get(report, [])
        return any(stage.number == number and not stage.is_draft for stage in stages) and self.is_drafted(
            report, number
        )


def tellings_of(row: Row, number: int, belonging: Belonging, told: Told) -> list[Telling]:
    """What this entry of the log says, to whom; once for all, or once for each of two kinds of reader."""
    deed, fields, model = row.values["history_type"], row.changed, row.model
    if model is Meeting:
        return _of_meeting(row, deed, fields)
    if model is ProgressUpdate:
        return _of_report(row, number, told, deed, fields)
    if model is Evidence:
        is_drafted = told.is_drafted(row.values["update_id"], number)
        return [Telling(Audience.REPORT_DRAFT if is_drafted else Audience.ALL, deed, fields)]
    is_of_meeting = belonging.meeting is not None and model not in ALWAYS_TOLD
    is_drafted = is_of_meeting and number < told.meetings.get(belonging.meeting or 0, number + 1)
    return [Telling(Audience.MEETING_DRAFT if is_drafted else Audience.ALL, deed, fields)]


def _of_meeting(row: Row, deed: str, fields: list[str]) -> list[Telling]:
    """What its notice says is drafted until it is concluded."""
    versions = [values["version"] for values in (row.values, row.before) if values]
    if 0 not in versions or not OF_THE_NOTICE & set(fields):
        return [Telling(Audience.ALL, deed, fields)]
    plain = [name for name in fields if name not in OF_THE_NOTICE]
    others = [Telling(Audience.MEETING_TOLD, deed, plain)] if plain or deed != "~" else []
    return [Telling(Audience.MEETING_DRAFT, deed, fields), *others]


def _of_report(row: Row, number: int, told: Told, deed: str, fields: list[str]) -> list[Telling]:
    """A draft, also one that was sent before, is its agency's; each sending is told against what was sent last."""
    if row.values["state"] == UpdateState.DRAFT:
        return [Telling(Audience.REPORT_DRAFT, deed, fields)]
    if deed == "-" or row.before is None or row.before["state"] != UpdateState.DRAFT:
        return [Telling(Audience.ALL, deed, fields)]
    own = Telling(Audience.REPORT_DRAFT, deed, fields)
    last = told.last_sent(row.values["id"], number)
    if last is None or last.history_id not in told.sent:
        made = Row(row.model, row.values | {"history_type": "+"}, None)
        return [own, Telling(Audience.REPORT_TOLD, "+", made.changed)]
    before = told.sent[last.history_id].values
    sent = Row(row.model, row.values, before)
    return [own, Telling(Audience.REPORT_TOLD, "~", sent.changed, last.history_id, before)]


def first_told(meetings: set[int], reports: set[int]) -> Told:
    """A few questions, whatever the number of records."""
    stages = _stages_of(reports)
    again = {
        earlier.history_id
        for of_one in stages.values()
        for earlier, later in pairwise(of_one)
        if later.is_draft and not earlier.is_draft
    }
    sent = read_rows(ProgressUpdate, again) if again else {}
    concluded = Meeting.history.filter(version__gte=1)
    return Told(_first_numbers(concluded, meetings), stages, sent)


def _stages_of(reports: set[int]) -> dict[int, list[Stage]]:
    if not reports:
        return {}
    history: Any = ProgressUpdate.history.model
    logged = LogEntry.objects.filter(table=history._meta.db_table, record_id__in=reports)
    numbers = dict(logged.values_list("history_id", "number"))
    found: dict[int, list[Stage]] = {}
    rows = history.objects.filter(id__in=reports).order_by("history_id").values_list("id", "history_id", "state")
    for key, history_id, state in rows:
        if history_id in numbers:
            stage = Stage(numbers[history_id], history_id, state == UpdateState.DRAFT)
            found.setdefault(key, []).append(stage)
    return found


def _first_numbers(rows: Any, keys: set[int]) -> dict[int, int]:
    if not keys:
        return {}
    # Of one record the numbers of its history and those of the log go the same way.
    first: dict[int, int] = {}
    for key, history_id in rows.filter(id__in=keys).order_by("-history_id").values_list("id", "history_id"):
        first[key] = history_id
    numbers = dict(
        LogEntry.objects.filter(table=rows.model._meta.db_table, history_id__in=first.values()).values_list(
            "history_id", "number"
        )
    )
    return {key: numbers[history_id] for key, history_id in first.items() if history_id in numbers}


class Span(NamedTuple):
    """What was drafted of one part before the whole told of it: the first and the last change, and the telling one."""

    model: Any
    first: LoggedChange
    last: LoggedChange
    teller: LoggedChange

    @property
    def before_id(self) -> int | None:
        """The row that was told before, if any."""
        return self.first.before_id if self.first.deed != "+" else None


def parts_told(spans: Iterable[Span]) -> Iterator[tuple[Span, Telling]]:
    """Of each part its one change since others were told last. What came and went meanwhile is not told."""
    by_model: dict[Any, list[Span]] = {}
    for span in spans:
        by_model.setdefault(span.model, []).append(span)
    for model, some in by_model.items():
        audience = Audience.REPORT_TOLD if model in OF_REPORTS else Audience.MEETING_TOLD
        keys = {span.last.history_id for span in some} | {span.before_id for span in some if span.before_id}
        rows = read_rows(model, keys)
        for span in some:
            row, before = rows.get(span.last.history_id), rows.get(span.before_id or 0)
            if row is not None and (told := _part_told(row, before)) is not None:
                deed, fields = told
                known = (span.before_id, before.values) if before else (None, None)
                yield span, Telling(audience, deed, fields, *known)


def _part_told(row: Row, before: Row | None) -> tuple[str, list[str]] | None:
    deed = "-" if row.values["history_type"] == "-" else "~" if before else "+"
    if deed == "-" and before is None:
        return None
    told = Row(row.model, row.values | {"history_type": deed}, before.values if before else None)
    return (deed, told.changed) if deed != "~" or told.changed else None
