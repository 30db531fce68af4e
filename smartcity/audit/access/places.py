"""Where something was done, as one reads it: pages of the admin have the names of models in their addresses."""

from django.urls import reverse

from smartcity.audit.changes.pages_in_words import page_in_words


def place_in_words(place: str) -> str:
    """«Báo cáo tiến độ» mã 12; any page but the admin's as it is, with what it was asked for."""
    root, path = reverse("admin:index"), place.partition("?")[0]
    title = page_in_words(path) if path.startswith(root) else ""
    named = path.removeprefix(root).split("/")[2:3]
    return f"{title} mã {named[0]}" if title and named and named[0].isdecimal() else title or place
