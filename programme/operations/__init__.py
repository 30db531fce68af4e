"""What may happen to a programme and its revisions.

Who may do it in the office is decided by role (``smartcity.accounts.rights``); what may happen at all, and in
which order, is decided here. A refusal is a ``ValidationError`` with a name, so that forms, pages and the API
can show its Vietnamese sentence beside the field that it speaks of.
"""

from programme.operations.documents import (
    AlreadyIssued,
    NotYetIssued,
    issue_document,
    keep_document,
    note_stated_figure,
)
from programme.operations.drafting import (
    AlreadyAdopted,
    PeriodInUse,
    change_parts,
    change_revision,
    draft_first_revision,
    draft_revision,
    lock_draft,
)
from programme.operations.files import FileNotTaken, store_file
from programme.operations.people import NotMoved, move_member
from programme.operations.steps import DocumentNotIssued, EffectiveBeforeBase, StaleBase, StepOutOfOrder, record_step

__all__ = [
    "AlreadyAdopted",
    "AlreadyIssued",
    "DocumentNotIssued",
    "EffectiveBeforeBase",
    "FileNotTaken",
    "NotMoved",
    "NotYetIssued",
    "PeriodInUse",
    "StaleBase",
    "StepOutOfOrder",
    "change_parts",
    "change_revision",
    "draft_first_revision",
    "draft_revision",
    "issue_document",
    "keep_document",
    "lock_draft",
    "move_member",
    "note_stated_figure",
    "record_step",
    "store_file",
]
