"""What the page of one task reads first: the task, its plans, and what its programme is on the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from meetings.models import DirectiveLink
from programme.models import PROPOSING_STEPS, Agency, LegalDocument, Programme, StepKind, User
from tasks.figures.holders import tell_what_became_of_holders
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.task_rows import TaskRow
from tasks.models import Evidence, Explanation, PlannedBudget, PlannedTask, ProgressUpdate, RouteStep, Task, TaskLineage
from tasks.plan_contents import Contents

# What few tasks have is asked for with the task, and read only where it is there.
HAS = {
    "has_steps": Exists(RouteStep.objects.filter(task=OuterRef("pk"))),
    "has_evidence": Exists(Evidence.objects.filter(update__task=OuterRef("pk"))),
    "has_lineage": Exists(TaskLineage.objects.filter(Q(from_task=OuterRef("pk")) | Q(to_task=OuterRef("pk")))),
    "has_directives": Exists(DirectiveLink.objects.filter(task=OuterRef("pk"))),
    "has_explanations": Exists(Explanation.objects.filter(task=OuterRef("pk"))),
    "has_waiting": Exists(ProgressUpdate.objects.waiting().filter(task=OuterRef("pk"))),
}
# Made once: it is the same for everybody on every day, and takes longer to say than to ask.
TASKS = Task.objects.select_related("programme__province").annotate(**HAS)


def tasks_to_show(user: User, *, today: date) -> QuerySet[Any]:
    """The tasks that the person may see, each with what it has (``HAS``) and what they may do with it."""
    may = {
        "may_report": Task.objects.reportable_by(user, today).filter(pk=OuterRef("pk")),
        "is_coordinated": Programme.objects.coordinated_by(user, today).filter(pk=OuterRef("programme")),
    }
    return TASKS.visible_to(user).annotate(**{name: Exists(rows) for name, rows in may.items()})


@dataclass(frozen=True)
class TaskOnDay:
    """One task on one day.

    ``revisions`` are those known by then, in their order, each with what it says of the task as ``plan``, if anything;
    ``in_effect`` those of them that took effect, the newest first. ``programme`` knows what is in force and what waits,
    but not its figures. ``helpers`` are the agencies that help, each with what became of it.
    """

    revisions: list[Any]
    in_effect: list[Any]
    programme: ProgrammeOnDay
    plan: PlannedTask | None
    row: TaskRow | None
    helpers: list[tuple[Agency, str]]

    @property
    def planning(self) -> list[Any]:
        """The revisions that say something of the task."""
        return [revision for revision in self.revisions if revision.plan]


def read_task_on_day(
    task: Task, *, as_of: date, today: date, documents: Iterable[LegalDocument | None] = ()
) -> TaskOnDay:
    """The task on the day ``as_of``. Three queries; more where a revision waits, the lead moved or an agency has ended.

    ``documents`` are those of its reports, which the page has read.
    """
    revisions = _known_revisions(task, as_of)
    in_effect = sorted(
        (revision for revision in revisions if revision.is_in_effect(as_of)),
        key=lambda revision: revision.effective_on,
        reverse=True,
    )
    in_force = in_effect[0] if in_effect else None
    waiting = [revision for revision in revisions if _waits(revision, as_of)]
    programme = ProgrammeOnDay(task.programme, as_of, revision=in_force, pending=waiting[-1] if waiting else None)
    plan = in_force.plan if in_force else None
    row = programme.row_of(task, at_hand=[plan.lead_agency, *documents]) if plan else None
    helpers = _helpers(plan) if plan else []
    _tell_what_became_of(programme, row, helpers, today=today)
    told = [(agency, programme.beside.get(agency.pk, "")) for agency in helpers]
    return TaskOnDay(revisions, in_effect, programme, plan, row, told)


def _known_revisions(task: Task, on: date) -> list[Any]:
    """Those that something had happened to by the day, each with its ``state_then`` and its ``plan`` of the task."""
    plan = FilteredRelation("planned_tasks", condition=Q(planned_tasks__task=task))
    revisions = task.programme.revisions.with_last_step(on).annotate(plan=plan).order_by("number")
    found = []
    for revision in revisions.select_related(
        "document", "plan__lead_agency__province", "plan__lead_document", "plan__period"
    ):
        state = revision.state_on(on, revision.last_step)
        if state:
            revision.state_then = state.label
            # Django leaves the name of a relation that is not there unset.
            revision.plan = getattr(revision, "plan", None)
            found.append(revision)
    return found


def _helpers(plan: PlannedTask) -> list[Agency]:
    return list(Agency.objects.filter(coordinations__planned_task=plan).select_related("province").order_by("name"))


def _waits(revision: Any, on: date) -> bool:
    """Whether it was proposed by the day, or adopted, and is not in effect: as ``pending`` says it in SQL."""
    return revision.last_step in {*PROPOSING_STEPS, StepKind.ADOPTED} and not revision.is_in_effect(on)


def _tell_what_became_of(programme: ProgrammeOnDay, row: TaskRow | None, helpers: list[Agency], *, today: date) -> None:
    """Fill in ``beside``, if there is anything to tell of the agencies that the page names."""
    lead = row.lead if row else None
    if any(agency.has_ended(max(programme.as_of, today)) for agency in [*helpers, *([lead] if lead else [])]):
        tell_what_became_of_holders(programme, [row] if row else [], today=today, helpers=helpers)


def planned_money(plan: PlannedTask | None) -> Contents | None:
    """What the plan in force plans to spend on the task, where it says anything."""
    if plan is None:
        return None
    budgets = PlannedBudget.objects.filter(planned_task=plan).values_list("source", "year", "amount_vnd")
    return Contents(plan, budgets={(source, year): vnd for source, year, vnd in budgets})
