"""What on a page would send something: buttons of forms that post, wherever on the page they stand."""

from html.parser import HTMLParser

SENDS_NOTHING = {"button", "reset"}


def sending_controls(html: str, *, but: tuple[str, ...] = ()) -> list[str]:
    """The words or names of those buttons; ``but`` are the addresses of forms that may send."""
    page = _Forms()
    page.feed(html)
    page.close()
    return [said for said, form, named in page.controls if _posts(page.named.get(named) if named else form, but)]


def _posts(form: dict | None, but: tuple[str, ...]) -> bool:
    return form is not None and form.get("method", "").lower() == "post" and form.get("action") not in but


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.named: dict[str, dict] = {}
        # Each with what it says, the form in which it stands, and the one that it names.
        self.controls: list[tuple[str, dict | None, str]] = []
        self._form: dict | None = None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = given
            self.named[given.get("id", "")] = given
        is_button = tag == "button" and given.get("type") not in SENDS_NOTHING
        if is_button or (tag == "input" and given.get("type") in {"submit", "image"}):
            said = f"<{tag} name={given.get('name')} value={given.get('value')}>"
            self.controls.append((said, self._form, given.get("form", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
