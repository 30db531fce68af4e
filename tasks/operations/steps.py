"""The life of a revision, as far as its tasks have a say in it."""

from django.core.exceptions import ValidationError

from programme.history import operation
from programme.models import STATE_AFTER, Revision, RevisionState, RevisionStep, StepKind
from programme.operations import record_step


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
    return record_step(revision, kind, **details)
