"""What a province has decided: agencies and people, documents, programmes and their revisions."""

from programme.models.agency import Agency, AgencyKind
from programme.models.document import CHANGING_KINDS, DocumentKind, DocumentRelation, LegalDocument, RelationKind
from programme.models.frozen import DraftQuerySet, refuse_frozen
from programme.models.programme import Programme
from programme.models.province import Province
from programme.models.revision import Objective, Period, PeriodKind, Revision, RevisionStep
from programme.models.revision_state import STATE_AFTER, STEPS_FROM, RevisionState, StepKind
from programme.models.stated_figure import Measure, StatedFigure
from programme.models.user import Role, User

__all__ = [
    "CHANGING_KINDS",
    "STATE_AFTER",
    "STEPS_FROM",
    "Agency",
    "AgencyKind",
    "DocumentKind",
    "DocumentRelation",
    "DraftQuerySet",
    "LegalDocument",
    "Measure",
    "Objective",
    "Period",
    "PeriodKind",
    "Programme",
    "Province",
    "RelationKind",
    "Revision",
    "RevisionState",
    "RevisionStep",
    "Role",
    "StatedFigure",
    "StepKind",
    "User",
    "refuse_frozen",
]
