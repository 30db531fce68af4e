"""What happened to a programme, in time: acts of councils and committees, and what was published of its money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from programme.models import DocumentRelation, LegalDocument, Programme, RevisionStep, StatedFigure, StepKind
from smartcity.lib.language.money import say_money


@dataclass(frozen=True)
class Milestone:
    on: date
    text: str
    document: LegalDocument | None
    tone: str = "idle"


def acts_until(programme: Programme, as_of: date, budgets: Iterable[StatedFigure]) -> list[Milestone]:
    """The acts by the day ``as_of``, oldest first; ``budgets`` are those stated by then. Two queries."""
    steps = RevisionStep.objects.filter(revision__programme=programme, on__lte=as_of)
    acts = [
        Milestone(step.on, f"{step.get_kind_display()}: {step.revision.title.lower()}", step.document, _tone(step.kind))
        for step in steps.select_related("revision__programme", "document").order_by("on", "pk")
    ]
    relations = (
        DocumentRelation.objects.changing()
        .filter(target__revisions__programme=programme, document__signed_on__lte=as_of)
        .exclude(document__revisions__programme=programme)
    )
    acts += [
        Milestone(
            relation.document.signed_on, f"{relation.get_kind_display()} {relation.target.code}", relation.document
        )
        for relation in relations.select_related("document", "target")
        if relation.document.signed_on
    ]
    acts += [
        Milestone(figure.as_of, f"Công bố kinh phí {say_money(figure.value)}", figure.document) for figure in budgets
    ]
    return sorted(acts, key=lambda act: act.on)


def _tone(kind: str) -> str:
    if kind == StepKind.ADOPTED:
        return "run"
    return "late" if kind == StepKind.REJECTED else "wait"
