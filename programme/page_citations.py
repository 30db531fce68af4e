"""The citations in the texts of one page, for the person who reads it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model

from programme.citations import CitedDocuments
from programme.models import LegalDocument, Province, User


@dataclass(frozen=True)
class PageCitations:
    """What the texts of a page cite, and the day that links to it keep."""

    documents: CitedDocuments
    kept_day: str


def citations_in(texts: Iterable[str], *, user: User, province: Province | None, kept_day: str) -> PageCitations:
    """Of the texts of one province. «155/QĐ-UBND» is in each province another document: only its own is meant."""
    cited = CitedDocuments(texts, lambda: LegalDocument.objects.visible_to(user).cited_in(province))
    return PageCitations(cited, kept_day)


def texts_of(records: Iterable[Model | None], *names: str) -> list[str]:
    """What these fields of the records say, for ``citations_in``."""
    return [getattr(record, name) for record in records if record for name in names]
