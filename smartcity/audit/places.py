"""Where something was done, as one reads it: pages of the admin have the names of models in their addresses."""

from django.apps import apps
from django.urls import reverse


def page_in_words(place: str) -> str:
    """«Báo cáo tiến độ» for an address of the admin; any other as it is."""
    return _titled(place)[0] or place


def place_in_words(place: str) -> str:
    """The same with the record that the address names: «Báo cáo tiến độ» mã 12."""
    title, rest = _titled(place)
    key = rest.partition("/")[0]
    return f"{title} mã {key}" if title and key.isdecimal() else title or place


def _titled(place: str) -> tuple[str, str]:
    """What the page is called, nothing where it has no such name; and what follows in its address."""
    root = reverse("admin:index")
    if not place.startswith(root):
        return "", ""
    if place.startswith(reverse("admin:password_change")):
        return "«Đổi mật khẩu»", ""
    app, _, rest = place.partition("?")[0].removeprefix(root).partition("/")
    name, _, rest = rest.partition("/")
    try:
        kind = str(apps.get_model(app, name)._meta.verbose_name)
    except LookupError:
        return "", ""
    return f"«{kind[:1].upper()}{kind[1:]}»", rest
