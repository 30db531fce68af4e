"""What may happen to tasks: planned and replanned in a draft, reported on, paid for."""

from tasks.operations.copying import (
    NothingToAmend,
    NothingToRestore,
    NotYetDecided,
    begin_amendment,
    redraft_revision,
    restore_task,
)
from tasks.operations.drafting import (
    NothingToCarryOver,
    PartOfAnother,
    ProgrammesDiffer,
    TaskIsComplete,
    TaskNotInDraft,
    TooFewParts,
    carry_over,
    change_planned_task,
    merge_tasks,
    plan_task,
    remove_task,
    split_task,
)
from tasks.operations.ledger import DecidedInFuture, enter_budget
from tasks.operations.numbering import last_position
from tasks.operations.rebasing import AlreadyOnNewest, Rebased, rebase_draft
from tasks.operations.reporting import (
    NotTheReporter,
    NotTheReviewer,
    TaskNotPlanned,
    UpdateNotOpen,
    UpdateNotWaiting,
    accept_update,
    draft_update,
    record_published_update,
    return_update,
    submit_update,
)
from tasks.operations.steps import EmptyRevision, take_step
from tasks.operations.transfer import DutyNotHeld, NotTheSuccessor, TransferNotFounded, transfer_duties

__all__ = [
    "AlreadyOnNewest",
    "DecidedInFuture",
    "DutyNotHeld",
    "EmptyRevision",
    "NotTheReporter",
    "NotTheReviewer",
    "NotTheSuccessor",
    "NotYetDecided",
    "NothingToAmend",
    "NothingToCarryOver",
    "NothingToRestore",
    "PartOfAnother",
    "ProgrammesDiffer",
    "Rebased",
    "TaskIsComplete",
    "TaskNotInDraft",
    "TaskNotPlanned",
    "TooFewParts",
    "TransferNotFounded",
    "UpdateNotOpen",
    "UpdateNotWaiting",
    "accept_update",
    "begin_amendment",
    "carry_over",
    "change_planned_task",
    "draft_update",
    "enter_budget",
    "last_position",
    "merge_tasks",
    "plan_task",
    "rebase_draft",
    "record_published_update",
    "redraft_revision",
    "remove_task",
    "restore_task",
    "return_update",
    "split_task",
    "submit_update",
    "take_step",
    "transfer_duties",
]
