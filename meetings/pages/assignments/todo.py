"""What of the meetings waits for a person: assignments and reports of their agency, decisions, what is overdue."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from meetings.expected import READS, ExpectedReport, missing_reports
from meetings.models import (
    Answer,
    AnswerState,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Extension,
    Reopening,
    agencies_answered_for,
)
from meetings.pages.assignments.actions import WORDS
from meetings.progress_said import progress_said
from meetings.urged import urged_on, with_urged
from programme.models import AgencyKind, User
from programme.rights import ADD, CONFIRM, URGE
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import shorten
from smartcity.lib.pages.todo import Todo, TodoGroup, TodoSection
from smartcity.lib.records.signers import as_called, signed_together, written_at
from tasks.timeliness import Timeliness

# Of what is overdue, a leader reads the worst of each agency; the rest is on the board.
WORST = 5
# What a line about it says; the texts beside it are long.
TOLD_OF_OVERDUE = (
    *("state", "agency__name", "directive__text", "directive__position"),
    *("directive__conclusion__number", "directive__conclusion__meeting__held_on"),
)
# Of what was said of the progress, as many characters as remind of it.
TOLD_OF_PROGRESS = 80
# A window of a week would otherwise be written about on each of its days.
WINDOW_PRESSES_FROM = -2


def assigned_work(user: User, agencies: set[int], *, today: date) -> list[TodoGroup]:
    """What the meetings have for ``user`` to do, whose agency answers for ``agencies``."""
    groups = []
    if agencies and user.may(ADD, "meetings.answer"):
        groups += _to_answer(user, agencies, today)
    if user.may(CONFIRM, "meetings.answer"):
        answers, extensions = signed_together(_to_confirm(user, today), _to_decide(user, today))
        groups += [_confirm_jobs(answers, today), _decide_jobs(extensions, today)]
    return groups


def _to_answer(user: User, agencies: set[int], today: date) -> list[TodoGroup]:
    """What was returned first, then by due day; reports of a period one line for each assignment."""
    undone = [AssignmentState.OPEN, AssignmentState.RETURNED]
    asked = Assignment.objects.filter(agency__in=agencies, state__in=undone).given(today).with_due(today)
    asked = with_urged(asked.with_progress(today), today)
    found = list(asked.select_related(READS, "agency").order_by(F("due_then").asc(nulls_last=True), "pk"))
    found.sort(key=lambda one: one.state != AssignmentState.RETURNED)
    told = _why_returned(one.pk for one in found if one.state == AssignmentState.RETURNED)
    missing = missing_reports(found, on=today)
    jobs = [_answer_job(one, told.get(one.pk, ""), user, today) for one in found]
    reports = [_period_job(missing[one.pk], today) for one in found if one.pk in missing]
    return [
        TodoGroup("Việc được giao tại các cuộc họp", jobs),
        TodoGroup("Báo cáo định kỳ theo yêu cầu của cuộc họp", reports),
    ]


def _why_returned(keys: Iterable[int]) -> dict[int, str]:
    """By assignment, who returned it last, or opened it again, and why; no query where nothing was returned."""
    keys = set(keys)
    answers = Answer.objects.of_completion().filter(assignment__in=keys).select_related("reviewer").order_by("pk")
    last = {answer.assignment_id: answer for answer in answers.annotate(at=written_at(Answer))}
    told = {
        key: (answer.reviewer, answer.at, answer.return_reason)
        for key, answer in last.items()
        if answer.state == AnswerState.RETURNED
    }
    # Of what was confirmed last and is not done, it was opened again.
    reopenings = Reopening.objects.filter(assignment__in=keys - set(told)).select_related("author").order_by("pk")
    for reopening in reopenings.annotate(at=written_at(Reopening)):
        told[reopening.assignment_id] = (reopening.author, reopening.at, reopening.text)
    people = as_called([(who, at) for who, at, _ in told.values()])
    return {key: f"{who} trả lại: {why}" for who, (key, (_, _, why)) in zip(people, told.items(), strict=True)}


def _answer_job(one: Assignment, why_returned: str, user: User, today: date) -> Todo:
    due_on = one.due_then  # type: ignore[attr-defined]
    told = [why_returned, _place(one)]
    if not due_on:
        told.append(one.directive.due.say())
    if one.role == AssignmentRole.COORDINATING:
        told.append("phối hợp")
    if one.agency_id != user.agency_id:
        told.append(f"giao cho {one.agency.label}")
    if said := progress_said(one, today):
        told.append(f"tiến độ {said.since}: {shorten(said.text, TOLD_OF_PROGRESS)}")
    if urged := urged_on(one):
        told.append(f"được đôn đốc ngày {say_day(urged)}")
    return Todo(
        title=str(one.directive),
        detail=" · ".join(filter(None, told)),
        url=reverse("assignment_answer", args=[one.pk]),
        button="Trả lời",
        days_late=(today - due_on).days if due_on else None,
        is_pressing=bool(due_on or why_returned),
        meanwhile=(reverse("assignment_progress", args=[one.pk]), WORDS["progress"][0]),
    )


def _period_job(missing: list[ExpectedReport], today: date) -> Todo:
    assignment, oldest = missing[0].assignment, missing[0]
    late = oldest.days_late(today)
    count = f"còn thiếu {len(missing)} kỳ, cũ nhất là {oldest.window}" if len(missing) > 1 else str(oldest.window)
    return Todo(
        title=str(assignment.directive),
        detail=f"{count} ({oldest.window.days}) · {_place(assignment)}",
        url=reverse("assignment_period", args=[assignment.pk]),
        button="Báo cáo kỳ",
        days_late=late,
        is_pressing=late >= WINDOW_PRESSES_FROM,
    )


def _place(assignment: Assignment) -> str:
    """Where it was said: «cuộc họp ngày 10/04/2024, ý kiến 2.3»."""
    directive = assignment.directive
    return f"cuộc họp ngày {say_day(directive.conclusion.meeting.held_on)}, ý kiến {directive.label}"


def _to_confirm(user: User, today: date) -> QuerySet[Answer]:
    waiting = Assignment.objects.confirmable_by(user).given(today)
    answers = Answer.objects.waiting().filter(assignment__in=waiting).order_by("sent_on", "pk")
    return answers.select_related(f"assignment__{READS}", "assignment__agency")


def _confirm_jobs(answers: Iterable[Answer], today: date) -> TodoGroup:
    jobs = [
        Todo(
            title=str(answer.assignment.directive),
            detail=f"{answer.assignment.agency.label} báo cáo hoàn thành ngày {say_day(answer.done_on)} · "
            f"{_who(answer.author, answer.author_agency)} gửi ngày {say_day(answer.sent_on)} · "
            f"{_place(answer.assignment)}",
            button="Xem xét",
            url=answer.assignment.get_absolute_url(),
            days_waited=(today - answer.sent_on).days,
        )
        for answer in answers
        if answer.done_on
    ]
    return TodoGroup("Trả lời chờ bạn xác nhận", jobs, TodoSection.REVIEW)


def _to_decide(user: User, today: date) -> QuerySet[Extension]:
    given = Assignment.objects.given(today).exclude(state=AssignmentState.CONFIRMED)
    waiting = Extension.objects.decidable_by(user).filter(assignment__in=given).order_by("requested_on", "pk")
    return waiting.select_related(f"assignment__{READS}", "assignment__agency")


def _decide_jobs(extensions: Iterable[Extension], today: date) -> TodoGroup:
    jobs = [
        Todo(
            title=str(one.assignment.directive),
            detail=f"{one.assignment.agency.label} xin gia hạn đến {say_day(one.asked_due_on)}: {one.reason} · "
            f"{_who(one.requested_by, one.requester_agency)} gửi ngày {say_day(one.requested_on)}",
            button="Quyết định",
            url=reverse("extension_decide", args=[one.pk]),
            days_waited=(today - one.requested_on).days,
        )
        for one in extensions
    ]
    return TodoGroup("Đề nghị gia hạn chờ quyết định", jobs, TodoSection.REVIEW)


def _who(person: User, agency) -> str:
    return f"{person} ({agency.label})" if agency else str(person)


def overdue_work(user: User, *, today: date) -> list[TodoGroup]:
    """For a leader, what is overdue by agency: of their own one, and of all for those of the People's Committee."""
    if not user.may(URGE, "meetings.assignment") or user.agency is None:
        return []
    undone = Q(done_on=None) | Q(done_on__gt=today)
    found = Assignment.objects.visible_to(user).given(today).filter(undone).with_due(today)
    found = found.filter(due_then__lt=today)
    if user.agency.kind != AgencyKind.COMMITTEE:
        found = found.filter(agency__in=agencies_answered_for(user.agency, today))
    ranked = found.annotate(
        place=Window(RowNumber(), order_by=[F("due_then").asc(), F("pk").asc()], partition_by=[F("agency")]),
        of_agency=Window(Count("pk"), partition_by=[F("agency")]),
    )
    worst: dict[int, list[Assignment]] = defaultdict(list)
    shown = ranked.filter(place__lte=WORST).select_related(READS, "agency").only(*TOLD_OF_OVERDUE)
    for one in shown.order_by("agency__name", "agency", "place"):
        worst[one.agency_id].append(one)
    return [_overdue_group(rows, today) for rows in worst.values()]


def _overdue_group(rows: list[Assignment], today: date) -> TodoGroup:
    agency = rows[0].agency
    query = {"co-quan": agency.pk, "tinh-trang": Timeliness.OPEN_OVERDUE.value}
    jobs = [
        Todo(
            title=str(one.directive),
            detail=f"{_place(one)} · {one.get_state_display().lower()}",
            url=one.get_absolute_url(),
            days_late=(today - one.due_then).days,  # type: ignore[attr-defined]
        )
        for one in rows
    ]
    return TodoGroup(
        f"Chỉ đạo quá hạn: {agency.name}",
        jobs,
        TodoSection.LATE,
        left_out=rows[0].of_agency - len(rows),  # type: ignore[attr-defined]
        all_at=reverse("directive_board", query=query),
    )
