"""What a person has to do now: the first page of who reports, and the body of their reminder."""

from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import agencies_answered_for
from meetings.pages.assignments.chaired import directed_work
from meetings.pages.assignments.todo import assigned_work, overdue_work
from meetings.pages.findings.thread import findings_awaiting
from programme.models import User
from programme.rights import CLOSE, REVIEW
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.todo import Todo, TodoGroup, TodoSection
from smartcity.lib.records.signers import as_signed
from tasks.expected import Expected, OwnReports, ReportOutcome, read_own_reports
from tasks.models import ProgressUpdate, UpdateState, read_awaiting
from tasks.pages.cycles.todo import late_reports
from tasks.pages.revisions.todo import undecided
from tasks.task_names import with_task_name

# A report that is due within a week is told of as due soon.
SOON = 7


def my_work(user: User, *, today: date, own: OwnReports | None = None) -> list[TodoGroup]:
    """Everything that waits for ``user``, and then what others have yet to do and they are to hear of."""
    return waiting_work(user, today=today, own=own) + _others_work(user, today)


def waiting_work(user: User, *, today: date, own: OwnReports | None = None) -> list[TodoGroup]:
    """What waits for ``user``: sent back first, then by due day with the oldest at the head.

    ``own`` is what they have to report, where somebody has read it already.
    """
    own = own or read_own_reports(user, today=today)
    # Beside the person's own agency those that ended and left it their duties; asked for once.
    agencies = agencies_answered_for(user.agency, today) if user.agency and user.is_given_work else set()
    groups = [_returned(own, today), *_by_cycle(own.asked, today), _drafts(own)]
    groups += [*assigned_work(user, agencies, today=today), _findings(user, agencies, today), _to_explain(user, today)]
    groups += [_to_review(user, today), undecided(user, today=today)]
    return [group for group in groups if group.jobs]


def _others_work(user: User, today: date) -> list[TodoGroup]:
    directed, late = directed_work(user, today=today), overdue_work(user, today=today)
    return [group for group in [*directed, late_reports(user, today=today), *late] if group.jobs]


def _returned(own: OwnReports, today: date) -> TodoGroup:
    late = {one.update.pk: one.days_late(today) for one in own.asked if one.update}
    rows = [update for update in own.open if update.state == UpdateState.RETURNED]
    jobs = [
        Todo(
            title=update.task.plan_name,
            detail=f"{update.reviewer} trả lại: {update.return_reason}",
            button="Sửa và gửi lại",
            url=reverse("admin:tasks_progressupdate_change", args=[update.pk]),
            days_late=late.get(update.pk),
        )
        for update in as_signed(rows, "reviewer")
    ]
    return TodoGroup("Báo cáo bị trả lại", jobs)


def _by_cycle(asked: list[Expected], today: date) -> list[TodoGroup]:
    groups: dict[int, TodoGroup] = {}
    for one in asked:
        if one.answer == ReportOutcome.RETURNED:
            continue
        cycle = one.cycle
        title = f"{cycle} ({cycle.window.days}), hạn nộp {say_day(cycle.due_on)}"
        groups.setdefault(cycle.pk, TodoGroup(title, [], by_file=_by_file(one))).jobs.append(_asked_job(one, today))
    return list(groups.values())


def _by_file(one: Expected) -> tuple[tuple[str, str], ...]:
    """Where all of a cycle is had as a sheet to fill in, and sent at once."""
    code = one.task.programme.code
    filled = f"{reverse('imported_file_filled', args=[code])}?ky={one.cycle.pk}"
    return (
        (filled, "Tải biểu mẫu đã điền"),
        (reverse("imported_file_upload", args=["bao-cao-tien-do", code]), "Nhập từ tệp"),
    )


def _asked_job(one: Expected, today: date) -> Todo:
    address = reverse("admin:tasks_progressupdate_add")
    return Todo(
        title=f"{one.task.plan_position}. {one.task.plan_name}",
        detail=f"{one.task.programme.code}{' · có bản nháp' if one.update else ''}{_urged(one)}",
        button="Viết tiếp" if one.update else "Báo cáo",
        url=reverse("admin:tasks_progressupdate_change", args=[one.update.pk])
        if one.update
        else f"{address}?task={one.task.pk}&ky={one.cycle.pk}",
        days_late=one.days_late(today),
    )


def _urged(one: Expected) -> str:
    return f" · được đôn đốc ngày {say_day(localdate(one.urged_at))}" if one.urged_at else ""


def _drafts(own: OwnReports) -> TodoGroup:
    in_cycles = {one.update.pk for one in own.asked if one.update}
    jobs = [
        Todo(
            title=update.task.plan_name,  # type: ignore[attr-defined]
            detail=f"Bản nháp chưa gửi, số liệu đến ngày {say_day(update.as_of)}",
            button="Viết tiếp",
            url=reverse("admin:tasks_progressupdate_change", args=[update.pk]),
        )
        for update in own.open
        if update.state == UpdateState.DRAFT and update.pk not in in_cycles
    ]
    return TodoGroup("Bản nháp ngoài kỳ", jobs)


def _to_review(user: User, today: date) -> TodoGroup:
    if not user.may(REVIEW, "tasks.progressupdate"):
        return TodoGroup("", [])
    rows = ProgressUpdate.objects.reviewable_by(user, today)
    rows = as_signed(with_task_name(rows, today).order_by("as_of", "pk"), "author")
    jobs = [
        Todo(
            title=update.task_name,
            detail=f"Số liệu đến ngày {say_day(update.as_of)} · {update.get_status_display()} · {update.author}"
            + (f" ({update.author_agency.label})" if update.author_agency else ""),
            button="Xem xét",
            url=reverse("admin:tasks_progressupdate_review", args=[update.pk]),
            days_waited=(today - update.reported_on).days,
        )
        for update in rows
    ]
    together = (reverse("admin:tasks_progressupdate_accept_many"), "Tiếp nhận nhiều báo cáo cùng lúc")
    return TodoGroup("Báo cáo chờ tiếp nhận", jobs, TodoSection.REVIEW, together=together)


def _findings(user: User, agencies: set[int], today: date) -> TodoGroup:
    jobs = [
        Todo(
            title=one.subject,
            detail=f"{one.body}{f', {one.item}' if one.item else ''}",
            button="Giải trình",
            url=reverse("finding_answer", args=[one.pk]),
            days_late=(today - one.due_on).days if one.due_on else None,
            is_pressing=one.due_on is not None,
        )
        for one in findings_awaiting(user, today, agencies=agencies)
    ]
    return TodoGroup("Kiến nghị kiểm toán, thanh tra chờ giải trình", jobs)


def _to_explain(user: User, today: date) -> TodoGroup:
    """What an agency must explain; for a leader, the answers to their own questions."""
    leads = user.may(CLOSE, "tasks.explanation")
    jobs = [
        Todo(
            title=one.question,
            detail=f"{one.asked_by} hỏi ngày {say_day(one.asked_on)} · {one.programme.code}",
            button="Xem trả lời" if leads else "Trả lời",
            url=one.get_absolute_url(),
            days_late=(today - one.due_on).days if one.due_on and not leads else None,
            days_waited=(today - one.answered_on).days if leads else None,  # type: ignore[attr-defined]
        )
        for one in as_signed(read_awaiting(user, today), "asked_by")
    ]
    if leads:
        return TodoGroup("Giải trình đã có trả lời", jobs, TodoSection.REVIEW)
    return TodoGroup("Yêu cầu giải trình chờ trả lời", jobs)
