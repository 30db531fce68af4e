"""What may happen to a report that was sent, by its author's side: it is taken back while nobody has decided."""

from datetime import date

from programme.models import User
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded
from tasks.models import ProgressUpdate, Task, UpdateState
from tasks.operations.reporting import NotTheReporter

WHAT_NOW = {
    UpdateState.ACCEPTED: "Báo cáo này đã được tiếp nhận nên không thu hồi được; bị sai thì bấm «Đính chính».",
    UpdateState.RETURNED: "Báo cáo này đã bị trả lại nên không cần thu hồi: sửa rồi gửi lại.",
    UpdateState.DRAFT: "Báo cáo này đã được thu hồi, đang là bản nháp: viết tiếp rồi gửi lại.",
}


class NothingToWithdraw(Overtaken):
    """The report was decided, or taken back, before this request got here."""


class DraftInTheWay(Overtaken):
    """Another draft on the task has been begun since the report was sent; there is one at a time."""


@operation
def withdraw_update(update: ProgressUpdate, *, by: User, today: date, reason: str = "") -> ProgressUpdate:
    """Take a report back before it is decided: it is a draft again, which whoever reports on the task goes on with.

    The stored row is locked: of this and a decision at the same moment, the second finds what the first has done.
    """
    update = ProgressUpdate.objects.select_for_update().get(pk=update.pk)
    if not Task.objects.filter(pk=update.task_id).reported_by(by, today).exists():
        raise NotTheReporter("Nhiệm vụ này do cơ quan khác báo cáo nên bạn không thu hồi được.")
    if update.state != UpdateState.SUBMITTED:
        raise NothingToWithdraw(say_settled(update))
    _refuse_second_draft(update)
    update.state = UpdateState.DRAFT
    return signed_save(update, by=by, reason=reason)


def say_settled(update: ProgressUpdate) -> str:
    """Why there is nothing to take back any more, who saw to that and when, and what to do now."""
    return f"{WHAT_NOW[UpdateState(update.state)]} {say_recorded(update.history)}"


def _refuse_second_draft(update: ProgressUpdate) -> None:
    drafts = ProgressUpdate.objects.filter(state=UpdateState.DRAFT, task=update.task_id, cycle=update.cycle_id)
    other = None if update.corrects_id else drafts.filter(corrects=None).first()
    if other:
        raise DraftInTheWay(
            f"Nhiệm vụ này đang có bản nháp khác (BC-{other.pk}, số liệu đến ngày {other.as_of:%d/%m/%Y}) nên chưa thu "
            "hồi được. Gửi bản nháp đó trước, hoặc ghi nội dung cần sửa vào đó rồi gửi."
        )
