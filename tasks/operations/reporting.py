"""What may happen to reports of progress: written, sent, accepted, returned, or entered from a document."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from programme.history import operation, signed_save, user_action
from programme.models import LegalDocument, User
from tasks.models import ProgressUpdate, Task, UpdateState


class TaskNotPlanned(ValidationError):
    """On the day that the report speaks of, no revision in force contained the task."""


class NotTheReporter(ValidationError):
    """The person's agency does not lead the task."""


class NotTheReviewer(ValidationError):
    """Only the programme's coordinating agency accepts or returns, and nobody their own report."""


class UpdateNotOpen(ValidationError):
    """The report was sent or decided already."""


class UpdateNotWaiting(ValidationError):
    """The report was decided before this request got here, or was never sent."""


@operation
def draft_update(update: ProgressUpdate, *, by: User, today: date, reason: str = "") -> ProgressUpdate:
    """Keep a report as its author's draft; a returned one stays returned until it is sent again."""
    if update.pk:
        update = _still_open(update, by)
    else:
        update.author, update.state = by, UpdateState.DRAFT
    update.reported_on = today
    _refuse_foreign_report(update, by=by, today=today)
    return signed_save(update, by=by, reason=reason)


@operation
def submit_update(update: ProgressUpdate, *, by: User, today: date, reason: str = "") -> ProgressUpdate:
    """Send a report to the coordinating agency. After this point its author cannot change it.

    The stored row is locked: a second press of the button finds it sent and is told so.
    """
    if update.pk:
        update = _still_open(update, by)
    else:
        update.author = by
    update.reported_on = today
    update.state, update.return_reason, update.reviewer = UpdateState.SUBMITTED, "", None
    _refuse_foreign_report(update, by=by, today=today)
    return signed_save(update, by=by, reason=reason)


def _still_open(update: ProgressUpdate, by: User) -> ProgressUpdate:
    stored = ProgressUpdate.objects.select_for_update().get(pk=update.pk)
    if not stored.is_open_to_its_author:
        raise UpdateNotOpen(
            f"Báo cáo này {stored.get_state_display().lower()} nên không sửa được. "
            "Muốn đính chính, lập báo cáo mới và chọn báo cáo này ở ô «đính chính cho báo cáo»."
        )
    if stored.author_id != by.pk:
        raise UpdateNotOpen(f"Bản nháp này là của {stored.author}. Lập báo cáo của bạn, hoặc đề nghị người đó gửi.")
    # The copy at hand may be older than the return of the report.
    update.state, update.reviewer, update.return_reason = stored.state, stored.reviewer, stored.return_reason
    return update


def _refuse_foreign_report(update: ProgressUpdate, *, by: User, today: date) -> None:
    if not Task.objects.planned(update.as_of).filter(pk=update.task_id).exists():
        raise TaskNotPlanned(
            {"as_of": "Vào ngày này đề án đang có hiệu lực không có nhiệm vụ đó. Kiểm tra lại ngày của số liệu."}
        )
    if not Task.objects.reportable_by(by, today).filter(pk=update.task_id).exists():
        raise NotTheReporter({"task": "Nhiệm vụ này do cơ quan khác chủ trì; bạn chỉ xem được."})


@operation
def accept_update(update: ProgressUpdate, *, by: User, reason: str = "") -> ProgressUpdate:
    """Accept a report: from now on it counts in every figure, and nothing in it changes again."""
    update = _waiting(update, by)
    update.state, update.reviewer = UpdateState.ACCEPTED, by
    return signed_save(update, by=by, reason=reason)


@operation
def return_update(update: ProgressUpdate, *, by: User, reason: str) -> ProgressUpdate:
    """Send a report back to its author with a reason; it counts as not reported."""
    update = _waiting(update, by)
    update.state, update.reviewer, update.return_reason = UpdateState.RETURNED, by, reason
    return signed_save(update, by=by, reason=reason)


def _waiting(update: ProgressUpdate, by: User) -> ProgressUpdate:
    update = ProgressUpdate.objects.select_for_update().get(pk=update.pk)
    if not update.task.programme.is_coordinated_by(by):
        reviewer = update.task.programme.coordinator_on(localdate())
        raise NotTheReviewer(f"Báo cáo của đề án này do {reviewer} tiếp nhận.")
    if update.author_id == by.pk:
        raise NotTheReviewer("Bạn là người lập báo cáo này nên không tự tiếp nhận. Đề nghị đồng nghiệp tiếp nhận.")
    if update.state != UpdateState.SUBMITTED:
        raise UpdateNotWaiting(
            f"Báo cáo này không còn chờ tiếp nhận: {update.get_state_display().lower()}"
            + (f" bởi {update.reviewer}." if update.reviewer else ".")
        )
    return update


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
        return signed_save(update, by=by, reason=f"Theo {document}")
