"""What a document does to others, and others to it, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from programme.models import DocumentRelation, LegalDocument, RelationKind, User


@dataclass(frozen=True)
class Link:
    """One relation, seen from one of its documents."""

    kind: RelationKind
    document: LegalDocument
    pinpoint: str


@dataclass(frozen=True)
class RelationGroup:
    """The relations of one kind, under what they are called from this side."""

    label: str
    links: list[Link]


@dataclass(frozen=True)
class Relations:
    """Both directions of one document: what it rests on or changes, and what rests on it or changes it."""

    outgoing: list[Link]
    incoming: list[Link]

    @property
    def groups(self) -> list[RelationGroup]:
        return [*_grouped(self.outgoing, "label"), *_grouped(self.incoming, "passive_label")]

    @property
    def count(self) -> int:
        return len(self.outgoing) + len(self.incoming)


def relations_of(document: LegalDocument, user: User) -> Relations:
    """Those of which ``user`` may see both ends. One query."""
    (relations,) = read_relations([document], user).values()
    return relations


def read_relations(documents: Iterable[LegalDocument], user: User) -> dict[int, Relations]:
    """The relations of each of these documents, by its key. One query, however many there are."""
    found = {document.pk: Relations([], []) for document in documents}
    relations = DocumentRelation.objects.visible_to(user).filter(Q(document__in=found) | Q(target__in=found))
    for relation in relations.select_related("document", "target").order_by("pk"):
        kind = RelationKind(relation.kind)
        if relation.document_id in found:
            found[relation.document_id].outgoing.append(Link(kind, relation.target, relation.pinpoint))
        if relation.target_id in found:
            found[relation.target_id].incoming.append(Link(kind, relation.document, relation.pinpoint))
    for both in found.values():
        both.outgoing.sort(key=_weight)
        both.incoming.sort(key=_weight)
    return found


def _weight(link: Link) -> tuple[int, int]:
    """What changes a document comes before what only names it; then the newest, and first of all what is to come."""
    return list(RelationKind).index(link.kind), -(link.document.signed_on or date.max).toordinal()


def _grouped(links: list[Link], label: str) -> list[RelationGroup]:
    by_kind = {kind: [link for link in links if link.kind == kind] for kind in RelationKind}
    return [RelationGroup(str(getattr(kind, label)), found) for kind, found in by_kind.items() if found]
