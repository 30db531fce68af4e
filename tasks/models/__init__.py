"""What is to be done, and what is done: tasks, their plan, their progress, their money."""

from tasks.models.cycle import ReportingCycle, ReportingDuty
from tasks.models.ledger import BudgetEntry
from tasks.models.plan import Coordination, PlannedBudget, PlannedTask, Route
from tasks.models.progress import ALLOWED_MOVES, Causes, OperationState, ProgressUpdate, Status, UpdateState
from tasks.models.route_step import RouteStep
from tasks.models.task import LineageKind, Task, TaskLineage, TaskRemoval
from tasks.models.transfer import LeadTransfer, with_lead

__all__ = [
    "ALLOWED_MOVES",
    "BudgetEntry",
    "Causes",
    "Coordination",
    "LeadTransfer",
    "LineageKind",
    "OperationState",
    "PlannedBudget",
    "PlannedTask",
    "ProgressUpdate",
    "ReportingCycle",
    "ReportingDuty",
    "Route",
    "RouteStep",
    "Status",
    "Task",
    "TaskLineage",
    "TaskRemoval",
    "UpdateState",
    "with_lead",
]
