"""The life of a revision, as far as its tasks have a say in it."""

from datetime import date

from django.core.exceptions import ValidationError

from programme.models import STATE_AFTER, Revision, RevisionState, RevisionStep, StepKind
from programme.operations.deciding import record_step
from smartcity.lib.records.history import operation
from tasks.models import PlannedTask, ProgressUpdate, Task
from tasks.operations.drafting import TaskIsComplete
from tasks.operations.task_days import keep_proposed_moves, keep_task_days


class EmptyRevision(ValidationError):
    """A revision without tasks would leave the programme with none."""


@operation
def take_step(revision: Revision, kind: StepKind, **details) -> RevisionStep:
    """Record a step of ``revision`` (see ``record_step``); what has no tasks is neither proposed nor adopted."""
    forward = STATE_AFTER[kind] in {RevisionState.PROPOSED, RevisionState.ADOPTED}
    if forward and not revision.planned_tasks.exists():
        raise EmptyRevision(
            f"{revision.title} chưa có nhiệm vụ nào nên chưa trình, chưa thông qua được. "
            "Thêm nhiệm vụ trước; nếu không dùng dự thảo này nữa thì ghi «Rút, không trình nữa»."
        )
    if forward:
        _refuse_completed_since(revision, details["on"])
    step = record_step(revision, kind, **details)
    if step.kind == StepKind.ADOPTED:
        keep_task_days(revision.programme_id)
    else:
        keep_proposed_moves(revision.programme_id)
    return step


def _refuse_completed_since(revision: Revision, on: date) -> None:
    """What was open when it was split or merged in the draft may have been completed since."""
    tasks = Task.objects.filter(descendants__revision=revision)
    complete = ProgressUpdate.objects.complete_tasks(tasks, on)
    named = PlannedTask.objects.filter(revision=revision.base_id, task__in=complete).order_by("position").first()
    if named:
        raise TaskIsComplete(
            f"«{named.name}» đã hoàn thành từ khi được tách, gộp trong dự thảo. "
            "Khôi phục nhiệm vụ này ở bảng so sánh, rồi ghi nhận lại."
        )
