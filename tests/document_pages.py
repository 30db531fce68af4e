"""The page of a document and its parts."""

from django.urls import reverse

from tests.reading import text_of


def page(document, **query):
    return reverse("document_detail", args=[document.pk], query=query)


def section(html, heading):
    """The words of one card of a page."""
    (found,) = [one for one in html.split("<section")[1:] if f"<h2>{heading}</h2>" in one]
    return text_of(f"<section{found}")
