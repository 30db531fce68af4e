"""The states of a revision, and the steps that lead from one to the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError
from django.db import models


class RevisionState(models.TextChoices):
    DRAFT = "draft", "Dự thảo"
    PROPOSED = "proposed", "Đã trình"
    ADOPTED = "adopted", "Đã thông qua"
    REJECTED = "rejected", "Không được thông qua"
    WITHDRAWN = "withdrawn", "Đã rút"


class StepKind(models.TextChoices):
    DRAFTED = "drafted", "Bắt đầu soạn"
    CONSIDERED = "considered", "UBND xem xét tờ trình"
    AGREED = "agreed", "UBND thống nhất trình"
    SUBMITTED = "submitted", "Trình HĐND"
    ADOPTED = "adopted", "HĐND thông qua"
    REJECTED = "rejected", "HĐND không thông qua"
    WITHDRAWN = "withdrawn", "Rút, không trình nữa"


STEP_FIRST = (
    "Tình trạng của lần điều chỉnh chỉ đổi khi ghi nhận một bước: trình, thông qua, rút. "
    "Ghi bước đó ở trang của lần điều chỉnh."
)
_taking_step: ContextVar[bool] = ContextVar("taking_step", default=False)


@contextmanager
def taking_step() -> Iterator[None]:
    """Around the one operation that moves a revision from state to state; elsewhere its records refuse it."""
    token = _taking_step.set(True)
    try:
        yield
    finally:
        _taking_step.reset(token)


def refuse_unless_taking_step() -> None:
    """Raise ``ValidationError`` where a state changes without the step that it comes from."""
    if not _taking_step.get():
        raise ValidationError(STEP_FIRST)


# The state that each step leaves the revision in.
STATE_AFTER: dict[str, RevisionState] = {
    StepKind.DRAFTED: RevisionState.DRAFT,
    StepKind.CONSIDERED: RevisionState.PROPOSED,
    StepKind.AGREED: RevisionState.PROPOSED,
    StepKind.SUBMITTED: RevisionState.PROPOSED,
    StepKind.ADOPTED: RevisionState.ADOPTED,
    StepKind.REJECTED: RevisionState.REJECTED,
    StepKind.WITHDRAWN: RevisionState.WITHDRAWN,
}
PROPOSING_STEPS = [step for step, state in STATE_AFTER.items() if state == RevisionState.PROPOSED]

# An act that was recorded nowhere else may be entered straight from its document: draft → adopted.
STEPS_FROM: dict[str, set[StepKind]] = {
    RevisionState.DRAFT: {
        StepKind.DRAFTED,
        StepKind.CONSIDERED,
        StepKind.AGREED,
        StepKind.SUBMITTED,
        StepKind.ADOPTED,
        StepKind.WITHDRAWN,
    },
    RevisionState.PROPOSED: {
        StepKind.CONSIDERED,
        StepKind.AGREED,
        StepKind.SUBMITTED,
        StepKind.ADOPTED,
        StepKind.REJECTED,
        StepKind.WITHDRAWN,
    },
    RevisionState.ADOPTED: set(),
    RevisionState.REJECTED: set(),
    RevisionState.WITHDRAWN: set(),
}
