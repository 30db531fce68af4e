"""Forms as a browser reads them off a page, and what a page says is wrong with what was sent."""

import re
from html.parser import HTMLParser

from django.urls import reverse

VOID = {"input", "br", "img", "meta", "link", "hr", "path"}
ENGLISH = re.compile(
    r"\b(the|and|you|of|is|Save|Add|Change|Delete|Select|Search|Filter|Clear|Today|View|Close|Back|selected|results|"
    r"Home|History|Version|Seen|Yes|No|All|None|Type|Reset|Unknown|Open|Toggle|reason|Reason|required)\b"
)


class Page(HTMLParser):
    """What a page says to its reader, and what a browser would send if its form were sent as it is."""

    def __init__(self, html):
        super().__init__()
        self.words, self.values = [], {}
        self._hidden, self._form, self._field, self._chosen = [], False, None, None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.words += [attrs[name] for name in ("placeholder", "title", "aria-label") if attrs.get(name)]
        if tag not in VOID:
            icon = "material-symbols" in (attrs.get("class") or "")
            self._hidden.append(icon or tag in {"script", "style", "template"})
        if tag == "form":
            self._form = attrs.get("method") == "post" and attrs.get("id") != "logout-form"
        name = attrs.get("name", "")
        if not self._form or "__prefix__" in name or "disabled" in attrs:
            return
        if tag == "input" and name and attrs.get("type") not in {"submit", "button"}:
            if attrs.get("type") not in {"checkbox", "radio"} or "checked" in attrs:
                self.values[name] = attrs.get("value", "on" if attrs.get("type") == "checkbox" else "")
        elif tag in {"select", "textarea"}:
            self._field, self._chosen = name, False
            self.values[name] = ""
        elif tag == "option" and self._field and ("selected" in attrs or self._chosen is False):
            self.values[self._field] = attrs.get("value", "")
            self._chosen = "selected" in attrs or None

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = False
        if tag in {"select", "textarea"}:
            if tag == "textarea" and self._field:
                self.values[self._field] = self.values[self._field].removeprefix("\n")
            self._field = None
        if tag not in VOID and self._hidden:
            self._hidden.pop()

    def handle_data(self, data):
        if self.lasttag == "textarea" and self._field:
            self.values[self._field] += data
        elif not any(self._hidden) and data.strip():
            self.words.append(" ".join(data.split()))


def url(record, page, *args, **query):
    return reverse(f"admin:{record.replace('.', '_')}_{page}", args=args, query=query)


def send(browser, address, *, press="_save", **typed):
    """Open the form, type into it, press the button: what is not typed is sent as the page has it."""
    values = Page(browser.get(address).text).values
    assert set(typed) - set(values) == set()
    return browser.post(address, values | typed | {press: ""})


def refused(response):
    """What the form says, by the field beside which it says it; all of it stands on the page."""
    assert response.status_code == 400
    errors = {name: list(told) for name, told in response.context["adminform"].form.errors.items()}
    page = " ".join(Page(response.text).words)
    for told in errors.values():
        for message in told:
            assert " ".join(message.split()) in page
    return errors


def sentence_of(browser, day):
    """What the page of Bà Rịa - Vũng Tàu says first, for the day."""
    [heading] = re.findall(r"(?s)<h1.*?</h1>", browser.get(f"/de-an/BRVT-DTTM/?ngay={day}").text)
    return " ".join(re.sub(r"<[^>]+>", "", heading).split())
