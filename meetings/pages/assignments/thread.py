"""What was said on assignments, in order of time: answers, what the office decided, requests for more time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.timezone import localdate

from meetings.models import Answer, AnswerKind, AnswerState, Assignment, AssignmentState, Extension
from programme.models import Agency, StoredFile, User
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.reporting_periods import window_of
from smartcity.lib.records.history import rows_by_record
from smartcity.lib.records.signers import as_signed, signers_then


@dataclass(frozen=True)
class Entry:
    """One thing that somebody said, with the state in which it left the assignment, if it changed it."""

    assignment: Assignment
    on: date
    # When it was written down, for what happened on one day.
    at: datetime
    title: str
    tone: str
    who: User
    agency: Agency | None
    text: str = ""
    detail: str = ""
    files: list[StoredFile] = field(default_factory=list)
    leaves: str = ""


def read_threads(assignments: Iterable[Assignment]) -> dict[int, list[Entry]]:
    """By assignment, read ``on_day``, in order of time; a fixed number of queries. Their directives are at hand."""
    by_key = {one.pk: one for one in assignments}
    found: dict[int, list[Entry]] = {key: [] for key in by_key}
    for entry in [*_of_answers(by_key), *_of_extensions(by_key), *_of_reopenings(by_key)]:
        found[entry.assignment.pk].append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.on, entry.at))
    return found


def state_on(assignment: Assignment, entries: list[Entry], day: date, *, today: date) -> AssignmentState:
    """The state at the end of the day; today, and for days to come, the one that is stored.

    What was done by the day is confirmed, whenever the office said so, and nothing else is: ``done_then`` decides, as
    it does of timeliness.
    """
    if day >= today:
        return AssignmentState(assignment.state)
    if assignment.done_then:  # type: ignore[attr-defined]
        return AssignmentState.CONFIRMED
    left = [entry.leaves for entry in entries if entry.leaves and entry.on <= day]
    last = AssignmentState(left[-1]) if left else AssignmentState.OPEN
    return AssignmentState.RETURNED if last == AssignmentState.CONFIRMED else last


def returned_by(rows: list[Any]) -> list[Any]:
    """Of the history of one assignment, oldest first, the rows with which it was returned or opened again."""
    returned = AssignmentState.RETURNED
    return [row for before, row in pairwise(rows) if row.state == returned and before.state != returned]


def say_period(assignment: Assignment, last_day: date | None) -> str:
    """«tuần 16 năm 2024»; of a cadence that has changed since, by its last day."""
    if last_day is None:
        return ""
    cadence = assignment.directive.due_cadence
    window = window_of(cadence, last_day) if cadence else None
    return str(window) if window and window.last_day == last_day else f"kỳ kết thúc ngày {say_day(last_day)}"


def _of_answers(by_key: dict[int, Assignment]) -> list[Entry]:
    answers = Answer.objects.filter(assignment__in=by_key).select_related("author", "reviewer").order_by("pk")
    written = _written(Answer.history.filter(assignment__in=by_key))
    entries = []
    for answer in as_signed(answers.prefetch_related("files__file")):
        assignment = by_key[answer.assignment_id]
        says_done = answer.kind == AnswerKind.COMPLETION
        moments = written[answer.pk]
        sent = Entry(
            assignment=assignment,
            on=answer.sent_on,
            at=moments[0],
            title="Báo cáo hoàn thành" if says_done else f"Báo cáo {say_period(assignment, answer.period_last_day)}",
            tone="run",
            who=answer.author,
            agency=answer.author_agency,
            text=answer.text,
            detail=f"Hoàn thành ngày {say_day(answer.done_on)}" if answer.done_on else "",
            files=[one.file for one in answer.files.all()],
            leaves=AssignmentState.ANSWERED if says_done else "",
        )
        entries.append(sent)
        if answer.reviewer and answer.reviewed_on:
            is_confirmed = answer.state == AnswerState.CONFIRMED
            decided = Entry(
                assignment=assignment,
                on=answer.reviewed_on,
                at=moments[-1],
                title="Xác nhận hoàn thành" if is_confirmed else "Trả lại",
                tone="good" if is_confirmed else "late",
                who=answer.reviewer,
                agency=answer.reviewer.agency_on(answer.reviewed_on),
                text=answer.return_reason,
                leaves=AssignmentState.CONFIRMED if is_confirmed else AssignmentState.RETURNED,
            )
            entries.append(decided)
    return entries


def _of_extensions(by_key: dict[int, Assignment]) -> list[Entry]:
    extensions = Extension.objects.filter(assignment__in=by_key).select_related("requested_by", "decided_by")
    written = _written(Extension.history.filter(assignment__in=by_key))
    entries = []
    dues = {key: assignment.first_due_then for key, assignment in by_key.items()}  # type: ignore[attr-defined]
    for extension in as_signed(extensions.order_by("pk")):
        assignment, moments = by_key[extension.assignment_id], written[extension.pk]
        due = dues[assignment.pk]
        asked = Entry(
            assignment=assignment,
            on=extension.requested_on,
            at=moments[0],
            title=f"Xin gia hạn đến {say_day(extension.asked_due_on)}",
            tone="wait",
            who=extension.requested_by,
            agency=extension.requester_agency,
            text=extension.reason,
            detail=_say_asked_late(extension, due),
        )
        entries.append(asked)
        if extension.decided_by and extension.decided_on:
            until = extension.granted_due_on
            dues[assignment.pk] = max((day for day in (due, until) if day), default=None)
            decided = Entry(
                assignment=assignment,
                on=extension.decided_on,
                at=moments[-1],
                title=f"Gia hạn đến {say_day(until)}" if until else "Không gia hạn",
                tone="good" if until else "late",
                who=extension.decided_by,
                agency=extension.decided_by.agency_on(extension.decided_on),
                text=extension.note,
            )
            entries.append(decided)
    return entries


def _say_asked_late(extension: Extension, due: date | None) -> str:
    """That more time was asked for when the due of then had passed; what is done after it was late all the same."""
    if due is None or extension.requested_on <= due:
        return ""
    return f"Xin sau khi đã quá hạn {(extension.requested_on - due).days} ngày (hạn {say_day(due)})"


def _of_reopenings(by_key: dict[int, Assignment]) -> list[Entry]:
    """A confirmation that was a mistake leaves no record but the history."""
    opened_again = [
        row
        for rows in rows_by_record(Assignment.history.filter(id__in=by_key)).values()
        for before, row in pairwise(rows)
        if (before.state, row.state) == (AssignmentState.CONFIRMED, AssignmentState.RETURNED)
    ]
    signers_then(opened_again)
    return [_reopened(by_key[row.id], row) for row in opened_again]


def _reopened(assignment: Assignment, row: Any) -> Entry:
    on = localdate(row.history_date)
    return Entry(
        assignment=assignment,
        on=on,
        at=row.history_date,
        title="Mở lại, chưa hoàn thành",
        tone="late",
        who=row.history_user,
        agency=row.history_user.agency_on(on),
        text=row.history_change_reason or "",
        leaves=AssignmentState.RETURNED,
    )


def _written(changes) -> dict[int, list[datetime]]:
    """When each record was first and last written down."""
    moments: dict[int, list[datetime]] = defaultdict(list)
    for key, at in changes.order_by("history_id").values_list("id", "history_date"):
        moments[key].append(at)
    return moments
