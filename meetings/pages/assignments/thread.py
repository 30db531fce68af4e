"""What was said on assignments, in order of time: answers, what the office decided, requests for more time."""

from collections.abc import Iterable
from datetime import date

from meetings.models import Answer, AnswerKind, AnswerState, Assignment, AssignmentState, Extension, Reopening
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.reporting_periods import window_of
from smartcity.lib.pages.thread import ThreadEntry, Tone
from smartcity.lib.records.signers import as_signed, entries_as_signed


def read_threads(assignments: Iterable[Assignment]) -> dict[int, list[ThreadEntry]]:
    """By assignment, read ``on_day``, in order of time; a fixed number of queries. Their directives are at hand."""
    by_key = {one.pk: one for one in assignments}
    found: dict[int, list[ThreadEntry]] = {key: [] for key in by_key}
    for entry in [*_of_answers(by_key), *_of_extensions(by_key), *_of_reopenings(by_key)]:
        found[entry.subject.pk].append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.on, entry.at))
    return found


def state_on(assignment: Assignment, entries: list[ThreadEntry], day: date, *, today: date) -> AssignmentState:
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


def say_period(assignment: Assignment, last_day: date | None) -> str:
    """«tuần 16 năm 2024»; of a cadence that has changed since, by its last day."""
    if last_day is None:
        return ""
    cadence = assignment.directive.due_cadence
    window = window_of(cadence, last_day) if cadence else None
    return str(window) if window and window.last_day == last_day else f"kỳ kết thúc ngày {say_day(last_day)}"


def _of_answers(by_key: dict[int, Assignment]) -> list[ThreadEntry]:
    answers = Answer.objects.filter(assignment__in=by_key).select_related("author", "reviewer").order_by("pk")
    entries = []
    for answer in as_signed(answers.prefetch_related("files__file"), with_moments=True):
        assignment = by_key[answer.assignment_id]
        sent = ThreadEntry(
            subject=assignment,
            on=answer.sent_on,
            at=answer.named_at["author"],
            title=_title_of(answer, assignment),
            tone=Tone.SAID,
            who=answer.author,
            text=answer.text,
            detail=f"Hoàn thành ngày {say_day(answer.done_on)}" if answer.done_on else "",
            files=[one.file for one in answer.files.all()],
            leaves=AssignmentState.ANSWERED if answer.kind == AnswerKind.COMPLETION else "",
        )
        entries.append(sent)
        if answer.reviewer and answer.reviewed_on:
            is_confirmed = answer.state == AnswerState.CONFIRMED
            decided = ThreadEntry(
                subject=assignment,
                on=answer.reviewed_on,
                at=answer.named_at["reviewer"],
                title="Xác nhận hoàn thành" if is_confirmed else "Trả lại",
                tone=Tone.ACCEPTED if is_confirmed else Tone.SENT_BACK,
                who=answer.reviewer,
                text=answer.return_reason,
                leaves=AssignmentState.CONFIRMED if is_confirmed else AssignmentState.RETURNED,
            )
            entries.append(decided)
    return entries


def _title_of(answer: Answer, assignment: Assignment) -> str:
    if answer.kind == AnswerKind.PERIODIC:
        return f"Báo cáo {say_period(assignment, answer.period_last_day)}"
    if answer.as_of:
        return f"Cập nhật tiến độ đến {say_day(answer.as_of)}"
    return str(AnswerKind.COMPLETION.label)


def _of_extensions(by_key: dict[int, Assignment]) -> list[ThreadEntry]:
    extensions = Extension.objects.filter(assignment__in=by_key).select_related("requested_by", "decided_by")
    entries = []
    dues = {key: assignment.first_due_then for key, assignment in by_key.items()}  # type: ignore[attr-defined]
    for extension in as_signed(extensions.order_by("pk"), with_moments=True):
        assignment = by_key[extension.assignment_id]
        due = dues[assignment.pk]
        asked = ThreadEntry(
            subject=assignment,
            on=extension.requested_on,
            at=extension.named_at["requested_by"],
            title=f"Xin gia hạn đến {say_day(extension.asked_due_on)}",
            tone=Tone.ASKED,
            who=extension.requested_by,
            text=extension.reason,
            detail=_say_asked_late(extension, due),
        )
        entries.append(asked)
        if extension.decided_by and extension.decided_on:
            until = extension.granted_due_on
            dues[assignment.pk] = max((day for day in (due, until) if day), default=None)
            decided = ThreadEntry(
                subject=assignment,
                on=extension.decided_on,
                at=extension.named_at["decided_by"],
                title=f"Gia hạn đến {say_day(until)}" if until else "Không gia hạn",
                tone=Tone.ACCEPTED if until else Tone.SENT_BACK,
                who=extension.decided_by,
                text=extension.note,
            )
            entries.append(decided)
    return entries


def _say_asked_late(extension: Extension, due: date | None) -> str:
    """That more time was asked for when the due of then had passed; what is done after it was late all the same."""
    if due is None or extension.requested_on <= due:
        return ""
    return f"Xin sau khi đã quá hạn {(extension.requested_on - due).days} ngày (hạn {say_day(due)})"


def _of_reopenings(by_key: dict[int, Assignment]) -> list[ThreadEntry]:
    return [
        ThreadEntry(
            subject=by_key[reopening.assignment_id],
            on=reopening.on,
            at=reopening.at,
            title="Mở lại, chưa hoàn thành",
            tone=Tone.SENT_BACK,
            who=reopening.author,
            text=reopening.text,
            leaves=AssignmentState.RETURNED,
        )
        for reopening in entries_as_signed(Reopening.objects.filter(assignment__in=by_key))
    ]
