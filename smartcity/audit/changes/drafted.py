"""To whom a change is told: what was drafted, to few; and as it stood when others were told, to all the others.

A meeting tells everybody when it is concluded, a report when it is sent. What it then says of its parts is a change of
its own, for those who could not read how it came about.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from meetings.models import Meeting
from smartcity.audit.changes.belonging import Belonging
from smartcity.audit.changes.models import Audience
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


class Told(NamedTuple):
    """When meetings and reports first told everybody: the number in the log, by key."""

    meetings: dict[int, int]
    reports: dict[int, int]


def tellings_of(row: Row, number: int, belonging: Belonging, told: Told) -> list[Telling]:
    """What this entry of the log says, to whom; once for all, or once for each of two kinds of reader."""
    deed, fields, model = row.values["history_type"], row.changed, row.model
    if model is Meeting:
        return _of_meeting(row, deed, fields)
    if model in OF_REPORTS:
        return _of_report(row, number, told, deed, fields)
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
    key = row.values["id"] if row.model is ProgressUpdate else row.values["update_id"]
    first = told.reports.get(key)
    if first is None or number < first:
        return [Telling(Audience.REPORT_DRAFT, deed, fields)]
    was_drafted = row.model is ProgressUpdate and row.before is not None
    if number == first and was_drafted and deed == "~":
        made = Row(row.model, row.values | {"history_type": "+"}, None)
        return [Telling(Audience.REPORT_DRAFT, deed, fields), Telling(Audience.REPORT_TOLD, "+", made.changed)]
    return [Telling(Audience.ALL, deed, fields)]


def first_told(meetings: set[int], reports: set[int]) -> Told:
    """Four questions at most."""
    concluded = Meeting.history.filter(version__gte=1)
    sent = ProgressUpdate.history.exclude(state=UpdateState.DRAFT)
    return Told(_first_numbers(concluded, meetings), _first_numbers(sent, reports))


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


class Part(NamedTuple):
    """A part as it was when the whole of it was told first: the last row from before."""

    row: Row
    audience: Audience
    # The entry with which it was told.
    number: int


def parts_told(parts: dict[Any, dict[int, int]]) -> Iterator[Part]:
    """Of each kind, the last rows before those entries: ``parts`` has, by model, numbers of rows of the history and
    the entry that told them. What was removed by then is not told."""
    for model, wanted in parts.items():
        audience = Audience.REPORT_TOLD if model in OF_REPORTS else Audience.MEETING_TOLD
        for history_id, row in read_rows(model, set(wanted)).items():
            if row.values["history_type"] != "-":
                made = Row(model, row.values | {"history_type": "+"}, None)
                yield Part(made, audience, wanted[history_id])
