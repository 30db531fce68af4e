"""What may happen to tasks: planned in a draft, reported on, accepted or returned, paid for."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError

from programme.history import operation, signed_save, user_action
from programme.models import Agency, LegalDocument, Revision, User
from tasks.models import (
    BudgetEntry,
    Coordination,
    LineageKind,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    Task,
    TaskLineage,
    UpdateState,
)


class TaskNotPlanned(ValidationError):
    """On the day that the report speaks of, no revision in force contained the task."""


class NotTheReporter(ValidationError):
    """The person's agency does not lead the task."""


class NotTheReviewer(ValidationError):
    """Only the programme's coordinating agency accepts or returns, and nobody their own report."""


class UpdateNotOpen(ValidationError):
    """The report was sent or decided already."""


class DecidedInFuture(ValidationError):
    """Money is entered when it has been decided or paid, not before."""


class UpdateNotWaiting(ValidationError):
    """The report was decided before this request got here, or was never sent."""


@operation
def plan_task(
    revision: Revision,
    *,
    name: str,
    position: int,
    by: User,
    task: Task | None = None,
    code: str = "",
    coordinating: Iterable[Agency] = (),
    budgets: Iterable[dict] = (),
    change_reason: str = "",
    **fields,
) -> PlannedTask:
    """Put a task into a draft; without ``task`` a new one begins, under ``code`` or a code made of its number.

    The revision is locked: what is being proposed at this moment takes no more tasks.
    """
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    revision.refuse_unless_draft()
    sign = partial(signed_save, by=by, reason=change_reason)
    if task is None:
        task = sign(Task(programme=revision.programme, code=code or _free_code(revision, position)))
    planned = sign(PlannedTask(revision=revision, task=task, name=name, position=position, **fields))
    for agency in coordinating:
        sign(Coordination(planned_task=planned, agency=agency))
    for budget in budgets:
        sign(PlannedBudget(planned_task=planned, **budget))
    return planned


def _free_code(revision: Revision, position: int) -> str:
    taken = set(Task.objects.filter(programme=revision.programme).values_list("code", flat=True))
    number = position
    while f"NV-{number:02d}" in taken:
        number += 1
    return f"NV-{number:02d}"


@operation
def record_lineage(*, from_task: Task, to_task: Task, revision: Revision, kind: LineageKind, by: User) -> TaskLineage:
    """Record which task becomes which when ``revision`` takes effect."""
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    revision.refuse_unless_draft()
    lineage = TaskLineage(from_task=from_task, to_task=to_task, revision=revision, kind=kind)
    return signed_save(lineage, by=by)


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
        raise NotTheReviewer(f"Báo cáo của đề án này do {update.task.programme.coordinating_agency} tiếp nhận.")
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


@operation
def enter_budget(entry: BudgetEntry, *, by: User, today: date, reason: str = "") -> BudgetEntry:
    """Add a line to the ledger. Lines are never edited: a mistake is undone by an opposite line."""
    if entry.decided_on > today:
        raise DecidedInFuture(
            {"decided_on": f"Ngày {entry.decided_on:%d/%m/%Y} chưa đến. Chỉ ghi việc đã quyết định, đã chi."}
        )
    with user_action(document=entry.document):
        return signed_save(entry, by=by, reason=reason)
