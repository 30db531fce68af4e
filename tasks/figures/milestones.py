"""What happened to a programme, in time: acts of councils and committees, and what was published of its money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet

from programme.models import DocumentRelation, LegalDocument, Programme, RevisionStep, StatedFigure, StepKind
from smartcity.lib.language.money import say_money


@dataclass(frozen=True)
class Milestone:
    on: date
    text: str
    document: LegalDocument | None
    tone: str = "idle"


def acts_until(programme: Programme, as_of: date, budgets: Iterable[StatedFigure]) -> list[Milestone]:
    """The acts by the day ``as_of``, oldest first; ``budgets`` are those stated by then.

    Two queries; one where the programme was read with ``has_changed_documents``, and has none.
    """
    steps = RevisionStep.objects.filter(revision__programme=programme, on__lte=as_of)
    acts = [
        Milestone(step.on, f"{step.get_kind_display()}: {step.revision.title.lower()}", step.document, _tone(step.kind))
        for step in steps.select_related("revision", "document").order_by("on", "pk")
    ]
    if getattr(programme, "has_changed_documents", True):
        acts += _changes(programme, as_of)
    acts += [
        Milestone(figure.as_of, f"Công bố kinh phí {say_money(figure.value)}", figure.document) for figure in budgets
    ]
    return sorted(acts, key=lambda act: act.on)


def changed_from_outside(programme: Programme | OuterRef) -> QuerySet[DocumentRelation]:
    """By which documents that are none of its own the programme's were changed."""
    relations = DocumentRelation.objects.changing().filter(target__revisions__programme=programme)
    return relations.exclude(document__revisions__programme=programme)


def _changes(programme: Programme, as_of: date) -> list[Milestone]:
    relations = changed_from_outside(programme).filter(document__signed_on__lte=as_of)
    return [
        Milestone(
            relation.document.signed_on, f"{relation.get_kind_display()} {relation.target.code}", relation.document
        )
        for relation in relations.select_related("document", "target")
        if relation.document.signed_on
    ]


def _tone(kind: str) -> str:
    if kind == StepKind.ADOPTED:
        return "run"
    return "late" if kind == StepKind.REJECTED else "wait"
