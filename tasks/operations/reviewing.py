"""What may happen to a report that was sent: accepted, alone or with others, or sent back."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError

from programme.models import Membership, User
from programme.rights import REVIEW, roles_that
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded
from tasks.ledger_checks import answer_to, money_warnings, read_known_money
from tasks.models import BudgetEntry, ProgressUpdate, Task, UpdateState
from tasks.operations.ledger import enter_budget, payment_reported
from tasks.operations.report_rules import neighbours, refuse_unsound
from tasks.operations.route_steps import finish_reported_step
from tasks.operations.task_days import keep_after_acceptance, lock_task_days


class NotTheReviewer(ValidationError):
    """Somebody else decides on this report: the coordinating agency, and on its own reports the Office."""


class UpdateNotWaiting(Overtaken):
    """The report was decided before this request got here, or was never sent."""


class UpdateSentAnew(Overtaken):
    """What the reviewer read is not what waits now."""


@operation
def accept_update(
    update: ProgressUpdate, *, by: User, today: date, seen: int | None = None, reason: str = ""
) -> ProgressUpdate:
    """Accept a report: from now on it counts in every figure, and nothing in it changes again.

    What it says was disbursed enters the ledger; where it corrects another report, that one's lines are undone.
    ``seen`` is the ``version`` that the reviewer read: what was sent anew meanwhile is read anew.
    """
    lock_task_days([update.task.programme_id])
    update = _waiting(update, by, today, seen)
    # Since it was sent another may have been accepted.
    Task.objects.select_for_update().get(pk=update.task_id)
    refuse_unsound(update, neighbours(update, ProgressUpdate.objects.counting()))
    update.state, update.reviewer = UpdateState.ACCEPTED, by
    signed_save(update, by=by, reason=reason)
    _enter_disbursement(update, by=by, today=today)
    finish_reported_step(update, by=by, reason=_ground(update))
    keep_after_acceptance(update)
    return update


@operation
def accept_updates(
    updates: Iterable[ProgressUpdate], *, by: User, today: date, seen: Mapping[int, int], reason: str = ""
) -> list[ProgressUpdate]:
    """Accept several reports, or none: one that cannot be accepted is named and keeps all of them waiting.

    ``seen`` holds the ``version`` of each report, by its key, that the reviewer read.
    """
    updates = sorted(updates, key=lambda update: (update.as_of, update.pk))
    lock_task_days({update.task.programme_id for update in updates})
    accepted, refused = [], []
    for update in updates:
        try:
            accepted.append(accept_update(update, by=by, today=today, seen=seen.get(update.pk, 0), reason=reason))
        except ValidationError as refusal:
            refused += [ValidationError(f"{update}: {sentence}") for sentence in refusal.messages]
    if refused:
        raise ValidationError([ValidationError("Chưa tiếp nhận báo cáo nào."), *refused])
    return accepted


@operation
def return_update(
    update: ProgressUpdate, *, by: User, today: date, reason: str, seen: int | None = None
) -> ProgressUpdate:
    """Send a report back to its author with a reason; it counts as not reported."""
    update = _waiting(update, by, today, seen)
    update.state, update.reviewer, update.return_reason = UpdateState.RETURNED, by, reason
    return signed_save(update, by=by, reason=reason)


def _waiting(update: ProgressUpdate, by: User, today: date, seen: int | None) -> ProgressUpdate:
    update = ProgressUpdate.objects.select_for_update().get(pk=update.pk)
    if update.state != UpdateState.SUBMITTED:
        raise UpdateNotWaiting(say_decided(update))
    if not ProgressUpdate.objects.reviewable_by(by, today).filter(pk=update.pk).exists():
        raise NotTheReviewer(_who_decides(update, by, today))
    if seen is not None and seen != update.version:
        raise UpdateSentAnew("Báo cáo đã được sửa và gửi lại sau khi bạn mở trang. Đọc lại rồi quyết định.")
    return update


def say_decided(update: ProgressUpdate) -> str:
    """Why nothing is to be decided any more: «… đã tiếp nhận bởi Lê Thị Hoa.»"""
    if update.state == UpdateState.DRAFT:
        return (
            "Báo cáo này đã được người gửi thu hồi để sửa; gửi lại thì báo cáo hiện ở «Việc của tôi». "
            f"{say_recorded(update.history)}"
        )
    whom = f" bởi {update.reviewer}" if update.reviewer else ""
    said = f"Báo cáo này không còn chờ tiếp nhận: {update.get_state_display().lower()}{whom}."
    return f"{said} {say_recorded(update.history)}"


def _who_decides(update: ProgressUpdate, by: User, today: date) -> str:
    if update.history.filter(author=by).exists():
        return "Bạn là người viết báo cáo này nên không tự tiếp nhận. Đề nghị đồng nghiệp tiếp nhận."
    coordinator = update.task.programme.coordinator_on(today)
    if update.author_agency == coordinator:
        return f"Báo cáo này của chính {coordinator}, nên do Văn phòng tiếp nhận để bảo đảm khách quan."
    return f"Báo cáo của đề án này do {coordinator} tiếp nhận."


def say_who_accepts(update: ProgressUpdate, on: date) -> str:
    """Who decides on a report that was sent just now; of the coordinating agency's own, who there is to do it."""
    coordinator = update.task.programme.coordinator_on(on)
    if coordinator is None or update.author_agency != coordinator:
        return f"{coordinator or 'Cơ quan đầu mối'} sẽ tiếp nhận; nếu bị trả lại, báo cáo hiện ở trang này."
    people = User.objects.filter(is_active=True, role__in=roles_that(REVIEW, "tasks.progressupdate")).order_by("pk")
    working = Membership.objects.overlapping(on, on).filter(agency__province=coordinator.province_id)
    for person in people.filter(pk__in=working.values("user")):
        if ProgressUpdate.objects.reviewable_by(person, on).filter(pk=update.pk).exists():
            whose = f"Một người khác của {coordinator}" if person.agency == coordinator else person.agency
            return (
                f"Báo cáo của chính cơ quan đầu mối nên người viết không tự tiếp nhận: {whose} xem xét để tiếp nhận "
                "hoặc trả lại; nếu bị trả lại, báo cáo hiện ở trang này."
            )
    return (
        "Báo cáo của chính cơ quan đầu mối nên người viết không tự tiếp nhận, mà hiện chưa có tài khoản nào được tiếp "
        "nhận báo cáo này. Đề nghị người quản trị lập tài khoản cho Văn phòng hoặc cho một người khác của đơn vị."
    )


def _left_of(entry: BudgetEntry) -> int:
    """What a line comes to, in đồng, with the line that corrects it, the one that corrects that, and so on."""
    left = 0
    line: BudgetEntry | None = entry
    while line:
        left += line.amount_vnd
        line = BudgetEntry.objects.filter(corrects=line).first()
    return left


def _ground(update: ProgressUpdate) -> str:
    return f"Theo báo cáo số liệu đến ngày {say_day(update.as_of)}"


def _enter_disbursement(update: ProgressUpdate, *, by: User, today: date) -> None:
    said = _ground(update)
    # What it paid; what it took off from the report before it stays taken off.
    paid = BudgetEntry.objects.filter(report=update.corrects_id, report__isnull=False, amount_vnd__gt=0)
    for entry in paid.prefetch_related("corrections"):
        left = _left_of(entry)
        if not left:
            continue
        opposite = BudgetEntry(
            task=update.task,
            kind=entry.kind,
            source=entry.source,
            year=entry.year,
            amount_vnd=-left,
            decided_on=entry.decided_on,
            document=entry.document,
            # What was corrected in part by hand is not corrected twice: the rest is taken off by a line of its own.
            corrects=None if entry.corrections.all() else entry,
            report=update,
            note=f"{said}, đính chính báo cáo trước",
        )
        enter_budget(opposite, by=by, today=today, reason=said)
    payment = payment_reported(update)
    if payment:
        # Its author was asked before sending, the reviewer reads the amount.
        answer = answer_to(money_warnings(payment, read_known_money([update.task])))
        enter_budget(payment, by=by, today=today, reason=said, confirmed=answer)
