"""The forms of a page that change something, and what is answered to one that is sent with nothing in it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.db import transaction

# Drawn by the library beside a form, to be seen by programs that keep passwords.
SHOWN = {"csrfmiddlewaretoken"}
# May be sent as it is: the reason of an amendment or of taking a report back and the verdict of a request can be left
# out, and a conclusion that only gives something to do has neither heading nor text.
ASKS_NOTHING = {
    "conclusion_add",
    "conclusion_change",
    "admin:programme_programme_amend",
    "revision_begin",
    "explanation_close",
    "calendar_page",
    "route_steps",
    "admin:tasks_progressupdate_withdraw",
}
# Where the first button asks nothing either.
PRESSED = {"admin:tasks_progressupdate_review": {"_return": ""}}


@dataclass
class Form:
    action: str
    values: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    buttons: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page that change something, and where its links lead."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.links, self.form = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name") or ""
        if tag == "a" and attrs.get("href", "#").partition("#")[0]:
            self.links.append(attrs["href"].partition("#")[0])
        if tag == "form" and (attrs.get("method") or "").lower() == "post":
            self.form = Form(attrs.get("action") or "")
            self.forms.append(self.form)
        elif self.form is None or not name or "__prefix__" in name or "disabled" in attrs:
            return
        elif tag == "button" or attrs.get("type") == "submit":
            self.form.buttons[name] = attrs.get("value") or ""
        elif tag == "input" and attrs.get("type") == "hidden":
            self.form.values[name] = attrs.get("value") or ""
        elif tag in {"input", "textarea", "select"}:
            self.form.typed.add(name)

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def answers_to_nothing(browser, name, here, page):
    """Each form of the page at the address ``here``, and the answer to it; nothing that it did is kept."""
    for form in page.forms:
        empty = {one: "" for one in form.typed - SHOWN if not one.endswith("-DELETE")}
        if not empty or name in ASKS_NOTHING:
            continue
        pressed = PRESSED.get(name, dict(list(form.buttons.items())[:1]))
        with transaction.atomic():
            yield form, browser.post(urljoin(here, form.action), form.values | empty | pressed)
            transaction.set_rollback(True)


def taken_or_not_told(answers):
    """The answers, by any key, that are no refusal with all that is wrong on top of the page."""
    return {
        key: answer.status_code
        for key, answer in answers.items()
        if answer.status_code not in {400, 409}
        or not re.search(r"<title>\s*Lỗi: ", answer.text)
        or 'class="error faults"' not in answer.text
    }
