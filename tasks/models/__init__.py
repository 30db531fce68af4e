"""What is to be done, and what is done: tasks, their plan, their progress, their money."""

from tasks.models.budget_entry import BudgetEntry
from tasks.models.dataset import Dataset, DatasetList, DatasetObservation, Sharing, UpdateCadence
from tasks.models.evidence import Evidence, evidence_of
from tasks.models.explanation import (
    AskedFigure,
    Explanation,
    ExplanationReply,
    ExplanationState,
    ReplyKind,
    read_awaiting,
)
from tasks.models.lead_transfer import LeadTransfer, with_lead
from tasks.models.paid_day import PaidDay
from tasks.models.planned_task import Coordination, PlannedBudget, PlannedTask, Route
from tasks.models.progress_update import ProgressUpdate
from tasks.models.proposed_move import ProposedMove
from tasks.models.report_state import ALLOWED_MOVES, Causes, OperationState, Status, UpdateState
from tasks.models.reporting_cycle import ReportingCycle, ReportingDuty
from tasks.models.route_step import RouteStep
from tasks.models.task import LineageKind, Task, TaskLineage, TaskRemoval
from tasks.models.task_day import RevisionCounts, TaskDay
from tasks.models.urging import UrgedReport, Urging, UrgingWay

__all__ = [
    "ALLOWED_MOVES",
    "AskedFigure",
    "BudgetEntry",
    "Causes",
    "Coordination",
    "Dataset",
    "DatasetList",
    "DatasetObservation",
    "Evidence",
    "Explanation",
    "ExplanationReply",
    "ExplanationState",
    "LeadTransfer",
    "LineageKind",
    "OperationState",
    "PaidDay",
    "PlannedBudget",
    "PlannedTask",
    "ProgressUpdate",
    "ProposedMove",
    "ReplyKind",
    "ReportingCycle",
    "ReportingDuty",
    "RevisionCounts",
    "Route",
    "RouteStep",
    "Sharing",
    "Status",
    "Task",
    "TaskDay",
    "TaskLineage",
    "TaskRemoval",
    "UpdateCadence",
    "UpdateState",
    "UrgedReport",
    "Urging",
    "UrgingWay",
    "evidence_of",
    "read_awaiting",
    "with_lead",
]
