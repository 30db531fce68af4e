"""What a province has decided: agencies and people, documents, programmes and their revisions."""

from programme.models.agency import Agency, AgencyKind
from programme.models.agency_succession import AgencySuccession
from programme.models.coordination_transfer import CoordinationTransfer
from programme.models.frozen import DraftQuerySet, refuse_frozen
from programme.models.last_sign_in import LastSignIn
from programme.models.legal_document import CHANGING_KINDS, DocumentKind, DocumentRelation, LegalDocument, RelationKind
from programme.models.membership import Membership, memberships_of
from programme.models.objective import Objective
from programme.models.period import Period, PeriodKind
from programme.models.programme import Programme, ProgrammeQuerySet
from programme.models.province import SIMULATED, Province, in_visible_province
from programme.models.revision import Revision, RevisionStep
from programme.models.revision_state import (
    PROPOSING_STEPS,
    STATE_AFTER,
    STEPS_FROM,
    RevisionState,
    StepKind,
    taking_step,
)
from programme.models.stated_figure import Measure, StatedFigure
from programme.models.stored_file import StoredFile
from programme.models.user import NAME_THE_AGENCY, OF_NO_AGENCY, Role, User

__all__ = [
    "CHANGING_KINDS",
    "NAME_THE_AGENCY",
    "OF_NO_AGENCY",
    "PROPOSING_STEPS",
    "SIMULATED",
    "STATE_AFTER",
    "STEPS_FROM",
    "Agency",
    "AgencyKind",
    "AgencySuccession",
    "CoordinationTransfer",
    "DocumentKind",
    "DocumentRelation",
    "DraftQuerySet",
    "LastSignIn",
    "LegalDocument",
    "Measure",
    "Membership",
    "Objective",
    "Period",
    "PeriodKind",
    "Programme",
    "ProgrammeQuerySet",
    "Province",
    "RelationKind",
    "Revision",
    "RevisionState",
    "RevisionStep",
    "Role",
    "StatedFigure",
    "StepKind",
    "StoredFile",
    "User",
    "in_visible_province",
    "memberships_of",
    "refuse_frozen",
    "taking_step",
]
