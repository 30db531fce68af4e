"""What of the programmes rests on a document: revisions, their steps, tasks, figures, reports, money."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from meetings.pages.directives.links import Related, directives_of
from programme.models import LegalDocument, Revision, RevisionStep, StatedFigure, StepKind, User
from tasks.models import BudgetEntry, PlannedTask, ProgressUpdate, Task


@dataclass
class TaskUse:
    """A task, by its name in the newest revision that names the document, and what the document is to it."""

    task: Task
    name: str
    roles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Uses:
    revisions: list[tuple[Revision, str]]
    steps: list[RevisionStep]
    tasks: list[TaskUse]
    figures: list[StatedFigure]
    updates: list[ProgressUpdate]
    entries: list[BudgetEntry]
    directives: list[Related]

    @property
    def are_none(self) -> bool:
        return not (self.revisions or self.steps or self.tasks or self.figures or self.updates or self.entries)


def uses_of(document: LegalDocument, user: User) -> Uses:
    """What the user may see of it. Eight queries."""
    steps = RevisionStep.objects.filter(document=document, revision__in=Revision.objects.visible_to(user))
    # Its adoption is told with the revision itself.
    steps = steps.exclude(kind=StepKind.ADOPTED)
    figures = StatedFigure.objects.visible_to(user).filter(document=document).select_related("programme")
    updates = ProgressUpdate.objects.visible_to(user).accepted().filter(document=document)
    entries = BudgetEntry.objects.visible_to(user).filter(document=document)
    return Uses(
        revisions=_revisions(document, user),
        steps=list(steps.select_related("revision__programme").order_by("on", "pk")),
        tasks=_tasks(PlannedTask.objects.visible_to(user), document),
        figures=list(figures.order_by("-as_of", "pk")),
        updates=list(updates.select_related("task__programme").order_by("-as_of", "task__code")),
        entries=list(entries.select_related("task__programme").order_by("-decided_on", "pk")),
        directives=directives_of(document, user),
    )


def _revisions(document: LegalDocument, user: User) -> list[tuple[Revision, str]]:
    found = Revision.objects.visible_to(user).filter(Q(document=document) | Q(budget_document=document))
    found = found.select_related("programme").order_by("programme__code", "number")
    return [
        (revision, "văn bản thông qua" if revision.document_id == document.pk else "nguồn số liệu kinh phí")
        for revision in found
    ]


def _tasks(plans: QuerySet[PlannedTask], document: LegalDocument) -> list[TaskUse]:
    found: dict[int, TaskUse] = {}
    naming = plans.filter(Q(basis_document=document) | Q(lead_document=document)).select_related("task__programme")
    for plan in naming.order_by("task__programme__code", "-revision__number", "position"):
        use = found.setdefault(plan.task_id, TaskUse(plan.task, plan.name))
        roles = []
        if plan.basis_document_id == document.pk:
            roles.append(f"căn cứ pháp lý{f', {plan.basis_pinpoint}' if plan.basis_pinpoint else ''}")
        if plan.lead_document_id == document.pk:
            roles.append("nguồn của giả định về cơ quan chủ trì")
        use.roles += [role for role in roles if role not in use.roles]
    return list(found.values())
