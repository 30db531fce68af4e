"""Addresses of the user's guide; without its texts, which are read with its first page."""

from django.urls import reverse


def guide_address(place: str) -> str:
    """The address of a page, or of a part of it, named as ``page#anchor``; of nothing, that of the contents."""
    page, _, anchor = place.partition("#")
    path = reverse("guide_page", args=[page]) if page else reverse("guide_contents")
    return f"{path}#{anchor}" if anchor else path
