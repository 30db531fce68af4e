"""What may happen to reports of progress before they are decided: written, sent, or entered from a document."""

from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from programme.models import LegalDocument, User
from smartcity.lib.language.dates import say_moment
from smartcity.lib.records.history import operation, signed_save, user_action
from smartcity.lib.records.overtaken import Overtaken, say_recorded, say_who
from tasks.models import ProgressUpdate, Task, UpdateState
from tasks.operations.report_rules import (
    neighbours,
    questions_about,
    refuse_missing_files,
    refuse_second,
    refuse_unsound,
    whole_when_complete,
)
from tasks.operations.task_days import keep_after_acceptance


class TaskNotPlanned(ValidationError):
    """On the day that the report speaks of, no revision in force contained the task."""


class NotTheReporter(ValidationError):
    """The person's agency does not lead the task."""


class UpdateNotOpen(Overtaken):
    """The report was sent or decided already."""


class UpdateRewritten(Overtaken):
    """A colleague wrote in the draft after the page that sends it was opened."""


class Unconfirmed(ValidationError):
    """The report says something that is seldom meant, and nobody has confirmed it."""


@operation
def draft_update(update: ProgressUpdate, *, by: User, today: date, reason: str = "") -> ProgressUpdate:
    """Keep a report as a draft of the agency's; a returned one stays returned until it is sent again."""
    if update.pk:
        _refresh_state(update)
    else:
        update.state = UpdateState.DRAFT
    update.author, update.reported_on = by, today
    update.percent = whole_when_complete(update.status, update.percent)
    _refuse_foreign(update, by=by, today=today)
    refuse_unplanned(update, planned_on=today)
    return signed_save(update, by=by, reason=reason)


@operation
def submit_update(
    update: ProgressUpdate,
    *,
    by: User,
    today: date,
    confirmed: Collection[str] = (),
    seen: int | None = None,
    reason: str = "",
) -> ProgressUpdate:
    """Send a report to the coordinating agency. After this point nobody changes it.

    The stored row is locked: a second press of the button finds it sent and is told so. ``confirmed`` holds the
    codes of the ``questions_about`` it that its author has answered with yes; ``seen`` is the ``version`` of the
    draft that they read: what a colleague wrote meanwhile is read before it is sent.
    """
    if seen is not None:
        update = _as_seen(update, seen)
    elif update.pk:
        _refresh_state(update)
    update.author, update.reported_on = by, today
    update.state, update.return_reason, update.reviewer = UpdateState.SUBMITTED, "", None
    update.percent = whole_when_complete(update.status, update.percent)
    # Of two reports on a task at once, the second is held against the first.
    Task.objects.select_for_update().get(pk=update.task_id)
    _refuse_foreign(update, by=by, today=today)
    refuse_unplanned(update, planned_on=today)
    refuse_unsendable(update)
    open_questions = [question for question in questions_about(update) if question.code not in confirmed]
    if open_questions:
        raise Unconfirmed([ValidationError(question.sentence, code=question.code) for question in open_questions])
    return signed_save(update, by=by, reason=reason)


def refuse_unsendable(update: ProgressUpdate) -> None:
    """Raise what forbids to send a draft that may be kept: asked when it is checked, and again when it is sent."""
    refuse_second(update)
    refuse_missing_files(update)
    standing = neighbours(update, ProgressUpdate.objects.standing())
    refuse_unsound(update, standing)
    # What waits may be sent back: then it is accepted after these alone.
    refuse_unsound(update, [report for report in standing if report.state == UpdateState.ACCEPTED])


def _as_seen(update: ProgressUpdate, seen: int) -> ProgressUpdate:
    stored = _still_open(update)
    if stored.version != seen:
        last = stored.history.select_related("history_user").latest("history_id")
        who = capfirst(say_who(last.history_user))
        raise UpdateRewritten(f"{who} vừa sửa bản nháp này lúc {say_moment(last.history_date)}. Đọc lại rồi gửi.")
    return stored


def _still_open(update: ProgressUpdate) -> ProgressUpdate:
    """The report as it is stored, locked."""
    stored = ProgressUpdate.objects.select_for_update().get(pk=update.pk)
    if not stored.is_open:
        raise UpdateNotOpen(
            f"Báo cáo này {stored.get_state_display().lower()} nên không sửa được. "
            f"{say_recorded(stored.history)} "
            "Muốn sửa báo cáo đã tiếp nhận thì mở báo cáo đó và bấm «Đính chính»."
        )
    return stored


def _refresh_state(update: ProgressUpdate) -> None:
    """The copy at hand may be older than the return of the report."""
    stored = _still_open(update)
    update.state, update.reviewer_id, update.return_reason = stored.state, stored.reviewer_id, stored.return_reason


def refuse_unplanned(update: ProgressUpdate, *, planned_on: date | None = None) -> None:
    """Raise where on the day that the report speaks of the task was in no plan: so it can be neither kept nor sent.

    On the day ``planned_on`` it is known to be in one: whoever reports on it then was found by that plan.
    """
    if update.as_of != planned_on and not Task.objects.planned(update.as_of).filter(pk=update.task_id).exists():
        raise TaskNotPlanned(
            {"as_of": "Vào ngày này đề án đang có hiệu lực không có nhiệm vụ đó. Kiểm tra lại ngày của số liệu."}
        )


def _refuse_foreign(update: ProgressUpdate, *, by: User, today: date) -> None:
    if not Task.objects.filter(pk=update.task_id).reported_by(by, today).exists():
        # Of a task that is in no plan, that is the reason.
        refuse_unplanned(update)
        raise NotTheReporter({"task": "Nhiệm vụ này do cơ quan khác chủ trì; bạn chỉ xem được."})


@operation
def record_published_update(
    task: Task, *, document: LegalDocument, as_of: date, reported_on: date, by: User, **fields
) -> ProgressUpdate:
    """Enter what a published document says of a task; the document stands in for the reviewer."""
    if not Task.objects.planned(as_of).filter(pk=task.pk).exists():
        raise TaskNotPlanned({"as_of": f"Vào ngày {as_of:%d/%m/%Y} đề án không có nhiệm vụ {task}."})
    update = ProgressUpdate(
        task=task,
        document=document,
        as_of=as_of,
        reported_on=reported_on,
        author=by,
        state=UpdateState.ACCEPTED,
        **fields,
    )
    with user_action(document=document):
        signed_save(update, by=by, reason=f"Theo {document}")
    keep_after_acceptance(update)
    return update
