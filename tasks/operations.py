"""What may happen to tasks: planned in a draft, reported on, accepted or returned, paid for."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from programme.dates import say_day
from programme.history import operation, signed_save, user_action
from programme.models import (
    Agency,
    AgencySuccession,
    CoordinationTransfer,
    LegalDocument,
    Programme,
    Province,
    Revision,
    User,
)
from tasks.models import (
    BudgetEntry,
    Coordination,
    LeadTransfer,
    LineageKind,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    Task,
    TaskLineage,
    UpdateState,
    with_lead,
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


@operation
def enter_budget(entry: BudgetEntry, *, by: User, today: date, reason: str = "") -> BudgetEntry:
    """Add a line to the ledger. Lines are never edited: a mistake is undone by an opposite line."""
    if entry.decided_on > today:
        raise DecidedInFuture(
            {"decided_on": f"Ngày {entry.decided_on:%d/%m/%Y} chưa đến. Chỉ ghi việc đã quyết định, đã chi."}
        )
    with user_action(document=entry.document):
        return signed_save(entry, by=by, reason=reason)


class NotTheSuccessor(ValidationError):
    """Duties pass only to an agency that is recorded, by that day, as a successor of the one that held them."""


class TransferNotFounded(ValidationError):
    """A transfer rests on an issued document, and on a day that has come."""


class DutyNotHeld(ValidationError):
    """On that day the agency does not hold the duty, or the duty has passed on since."""


@operation
def transfer_duties(
    *,
    from_agency: Agency,
    to_agency: Agency,
    on: date,
    document: LegalDocument,
    by: User,
    today: date,
    tasks: Iterable[Task] = (),
    programmes: Iterable[Programme] = (),
    note: str = "",
    reason: str = "",
) -> list[LeadTransfer | CoordinationTransfer]:
    """From the day ``on``, ``to_agency`` leads these tasks and coordinates these programmes.

    No plan changes: a day before ``on`` reads as it did. All of them pass, or none. Tasks and programmes are
    locked, so that of two acts on the same duty the second one finds who holds it now.
    """
    tasks = list(Task.objects.select_for_update().filter(pk__in=[one.pk for one in tasks]).order_by("pk"))
    programmes = list(
        Programme.objects.select_for_update().filter(pk__in=[one.pk for one in programmes]).order_by("pk")
    )
    if not tasks and not programmes:
        raise DutyNotHeld({"tasks": "Chọn ít nhất một việc để chuyển giao."})
    _refuse_unfounded_transfer(document, from_agency, to_agency, on=on, today=today)
    _refuse_other_heirs(from_agency, to_agency, on)
    _refuse_unseen(to_agency, {task.programme_id for task in tasks} | {programme.pk for programme in programmes})
    _refuse_duties_of_others(from_agency, tasks, programmes, on)
    act = {"from_agency": from_agency, "to_agency": to_agency, "effective_on": on, "document": document, "note": note}
    transfers: list[LeadTransfer | CoordinationTransfer] = [
        *(CoordinationTransfer(programme=programme, **act) for programme in programmes),
        *(LeadTransfer(task=task, **act) for task in tasks),
    ]
    with user_action(document=document):
        return [signed_save(transfer, by=by, reason=reason or note) for transfer in transfers]


def _refuse_unfounded_transfer(
    document: LegalDocument, from_agency: Agency, to_agency: Agency, *, on: date, today: date
) -> None:
    if on > today:
        raise TransferNotFounded({"on": f"Ngày {say_day(on)} chưa đến. Chỉ ghi việc đã diễn ra."})
    if not document.is_issued or document.signed_on is None:
        raise TransferNotFounded(
            {"document": "Chuyển giao phải có văn bản đã ban hành, đủ số và ngày. Nhập văn bản trước, rồi chọn ở đây."}
        )
    if document.province_id not in {None, from_agency.province_id, to_agency.province_id}:
        raise TransferNotFounded({"document": "Văn bản này của tỉnh khác. Chọn văn bản giao việc cho cơ quan kế thừa."})
    if document.signed_on > on:
        raise TransferNotFounded(
            {"on": f"Văn bản ban hành ngày {say_day(document.signed_on)}; chuyển giao không thể trước ngày đó."}
        )


def _refuse_other_heirs(from_agency: Agency, to_agency: Agency, on: date) -> None:
    successions = AgencySuccession.objects.filter(predecessor=from_agency, successor=to_agency)
    first = successions.order_by("effective_on").first()
    if first is None:
        raise NotTheSuccessor(
            {"to_agency": f"{to_agency} chưa được ghi là kế thừa {from_agency}. Đề nghị quản trị ghi kế thừa trước."}
        )
    if not successions.known(on).exists():
        begins = f"{to_agency} kế thừa từ {say_day(first.effective_on)}"
        raise NotTheSuccessor({"on": f"{begins}; ngày chuyển giao phải từ ngày đó trở đi."})
    last_day = to_agency.last_day
    if last_day and last_day < on:
        raise NotTheSuccessor(
            {"to_agency": f"{to_agency} chỉ hoạt động đến {say_day(last_day)}. Chọn ngày sớm hơn, hoặc cơ quan khác."}
        )


def _refuse_unseen(to_agency: Agency, programmes: set[int]) -> None:
    """An agency whose people may not see the programme could not do the work."""
    kept = Province.objects.kept_by(to_agency.province_id) if to_agency.province_id else Province.objects.none()
    if Programme.objects.filter(pk__in=programmes).exclude(province__in=kept).exists():
        raise NotTheSuccessor(
            {"to_agency": f"{to_agency} không thuộc tỉnh có đề án nên không nhận việc được. Kiểm tra hợp nhất tỉnh."}
        )


def _refuse_duties_of_others(from_agency: Agency, tasks: list[Task], programmes: list[Programme], on: date) -> None:
    led = with_lead(Task.objects.planned(on), on, plan="plans__").filter(lead_id=from_agency.pk)
    coordinated = Programme.objects.with_coordinator(on).filter(coordinator_id=from_agency.pk)
    for field, chosen, held in (("tasks", tasks, led), ("programmes", programmes, coordinated)):
        mine = set(held.filter(pk__in=[one.pk for one in chosen]).values_list("pk", flat=True))
        others = [str(one) for one in chosen if one.pk not in mine]
        if others:
            raise DutyNotHeld(
                {field: f"Ngày {say_day(on)} {from_agency} không giữ việc này: {', '.join(others)}. Kiểm tra lại ngày."}
            )
    if any(
        later.filter(effective_on__gte=on).exists()
        for later in (
            LeadTransfer.objects.filter(task__in=tasks),
            CoordinationTransfer.objects.filter(programme__in=programmes),
        )
    ):
        raise DutyNotHeld(
            {"on": "Việc này đã được chuyển giao từ ngày đó hoặc sau đó. Chọn ngày sau lần chuyển giao cuối."}
        )
    if Revision.objects.in_force(on).filter(effective_on=on, planned_tasks__task__in=tasks).exists():
        raise DutyNotHeld(
            {"on": "Đề án được ban hành hoặc điều chỉnh có hiệu lực đúng ngày này. Chuyển giao từ ngày sau đó."}
        )
