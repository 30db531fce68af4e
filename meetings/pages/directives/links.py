"""What directives are about and what came of them, seen from both sides; and what is made for a directive."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from meetings.models import Directive, DirectiveLink, LinkKind
from meetings.operations.directing import link_directive
from programme.models import LegalDocument, Programme, Revision, User
from programme.operations.documents import keep_document
from smartcity.lib.records.history import operation
from tasks.models import Task
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import plan_task
from tasks.task_names import named

# What a link is called from the other side.
FROM_THE_OTHER_SIDE = {LinkKind.ABOUT: "Ý kiến chỉ đạo liên quan", LinkKind.RESULT: "Được lập theo ý kiến chỉ đạo"}


@dataclass(frozen=True)
class Linked:
    """One link of a directive, by the name of the record at its end."""

    link: DirectiveLink
    name: str
    beside: str


@dataclass(frozen=True)
class Related:
    """A directive, as the page of the record sees it that it is linked with or waits for."""

    directive: Directive
    relation: str


def links_of(directive: Directive, *, on: date) -> list[Linked]:
    """The links of a directive. Two queries, however many there are."""
    links = list(
        directive.links.select_related("task__programme", "revision__programme", "document").order_by("kind", "pk")
    )
    tasks = named(Task.objects.filter(pk__in=[link.task_id for link in links if link.task_id]), on)
    names: dict[int, str] = {task.pk: getattr(task, "plan_name", None) or task.code for task in tasks}
    return [_told(link, names) for link in links]


def _told(link: DirectiveLink, names: dict[int, str]) -> Linked:
    if link.task:
        return Linked(link, names[link.task.pk], f"Nhiệm vụ · {link.task.programme.code}")
    if link.revision:
        state = link.revision.get_state_display()
        return Linked(link, f"{link.revision.programme.code} · {link.revision.title}", state)
    return Linked(link, str(link.document), link.document.subject if link.document else "")


def directives_of(record: Task | Revision | LegalDocument, user: User) -> list[Related]:
    """The directives of concluded meetings that are linked with the record, and those whose due waits for it.

    One query for a task, two for a document or a revision.
    """
    end = {Task: "task", Revision: "revision", LegalDocument: "document"}[type(record)]
    visible = Directive.objects.visible_to(user).filter(conclusion__meeting__version__gte=1)
    links = DirectiveLink.objects.filter(**{end: record}, directive__in=visible)
    links = links.select_related("directive__conclusion__meeting")
    found = [Related(link.directive, FROM_THE_OTHER_SIDE[LinkKind(link.kind)]) for link in links.order_by("kind", "pk")]
    if end != "task":
        awaiting = visible.filter(**{f"due_{end}": record}).select_related("conclusion__meeting").in_order()
        words = "Chờ văn bản này" if end == "document" else "Chờ lần điều chỉnh này"
        found += [Related(directive, f"{words}: {directive.due.say()}") for directive in awaiting]
    return found


@operation
def link_new_document(
    directive: Directive, document: LegalDocument, *, kind: LinkKind, by: User, reason: str = ""
) -> LegalDocument:
    """Keep a document, and say what it is to the directive."""
    keep_document(document, by=by, reason=reason)
    link_directive(directive, document, kind=kind, by=by, reason=reason)
    return document


@operation
def link_new_amendment(directive: Directive, programme: Programme, *, by: User, reason: str = "") -> Revision:
    """Begin an amendment of a programme as a result of the directive."""
    revision = begin_amendment(programme, by=by, reason=reason)
    link_directive(directive, revision, kind=LinkKind.RESULT, by=by, reason=reason)
    return revision


@operation
def link_new_task(
    directive: Directive, revision: Revision, *, name: str, by: User, reason: str = "", **fields: Any
) -> Task:
    """Put a new task into a draft as a result of the directive."""
    planned = plan_task(revision, name=name, by=by, change_reason=reason, **fields)
    link_directive(directive, planned.task, kind=LinkKind.RESULT, by=by, reason=reason)
    return planned.task
