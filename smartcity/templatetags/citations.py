"""How pages link what a text cites: ``{{ plan.note|linked:citations }}``."""

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join

from programme.citations import CitedPiece
from programme.page_citations import PageCitations
from smartcity.lib.pages.unbroken import unbroken

register = template.Library()


@register.filter
def linked(text: str, citations: PageCitations | None) -> str:
    """The text, escaped, with a link on each citation of a document that the page knows."""
    if not citations:
        return unbroken(text)
    parts = citations.documents.parts(text)
    if not any(part.document for part in parts):
        return unbroken(text)
    return format_html_join("", "{}", ((_html(part, citations.kept_day),) for part in parts))


@register.filter
def linked_lines(text: str, citations: PageCitations | None) -> str:
    """The same, its lines as they were typed."""
    html = linked(text, citations)
    return linebreaksbr(html) if "\n" in html or "\r" in html else html


def _html(part: CitedPiece, kept_day: str) -> str:
    if part.document is None:
        return unbroken(part.text)
    address = part.document.get_absolute_url() + (f"?{kept_day}" if kept_day else "")
    return format_html('<a href="{}" title="{}">{}</a>', address, part.document, unbroken(part.text))
