"""What a province has decided: agencies and people, documents, programmes and their revisions."""

from programme.models.agency import Agency, AgencyKind
from programme.models.document import CHANGING_KINDS, DocumentKind, DocumentRelation, LegalDocument, RelationKind
from programme.models.programme import Programme
from programme.models.province import Province
from programme.models.revision import (
    STATE_AFTER,
    Objective,
    Period,
    PeriodKind,
    Revision,
    RevisionState,
    RevisionStep,
    StepKind,
    refuse_frozen,
)
from programme.models.stated_figure import Measure, StatedFigure
from programme.models.user import Role, User

__all__ = [
    "CHANGING_KINDS",
    "STATE_AFTER",
    "Agency",
    "AgencyKind",
    "DocumentKind",
    "DocumentRelation",
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
