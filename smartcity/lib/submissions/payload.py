"""What somebody typed into a form that could not be saved yet: carried through signing in again, then shown again."""

import json
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from smartcity.lib.submissions.token import FIELD, FormToken, read_token

# Where the page for signing in carries what was typed before it.
CARRIED = "typed"
# Asks for the page of the form with what is sent, instead of saving it.
REOPEN = "reopen"
# More than any of our forms can hold; a session is no place for a book.
LONGEST = 500_000
# The button that Enter presses.
ENTER = "enter"
# Buttons beside a field, whose name follows: to look for what its line of words says, or to enter a new record for it.
# It stands in the name of the button: a row that a script adds is numbered there, and nowhere in values.
FIND, NEW_RECORD, WORDS = "tim:", "nhap-moi:", "-tim"
NOT_TYPED = {"csrfmiddlewaretoken", FIELD, CARRIED, REOPEN, ENTER}


@dataclass(frozen=True)
class Payload:
    """``address`` is where the form is; ``left_out``, whether files or passwords were in it, which are not kept.

    ``asked``: the field or the set of rows that its author asked to be filled in, where that is why it is kept.
    """

    address: str
    token: FormToken
    pairs: list[tuple[str, str]]
    left_out: bool
    asked: str = ""

    def as_text(self) -> str:
        kept = {"address": self.address, FIELD: self.token.text, "pairs": self.pairs, "left_out": self.left_out}
        kept |= {"asked": self.asked} if self.asked else {}
        return json.dumps(kept, ensure_ascii=False)

    def as_data(self) -> QueryDict:
        data = QueryDict(mutable=True)
        for name, value in self.pairs:
            data.appendlist(name, value)
        return data

    def with_data(self, data: QueryDict, *, asked: str) -> "Payload":
        """The same form as if ``data`` had been typed into it."""
        pairs = [(name, str(value)) for name, values in data.lists() for value in values]
        return replace(self, pairs=pairs, asked=asked)


def payload_of(request: HttpRequest) -> Payload | None:
    """What the request sends of a form with a token of ours; of the page for signing in, what it carries."""
    if request.method != "POST":
        return None
    if request.path == reverse("sign_in"):
        return read_payload(request.POST.get(CARRIED, ""), request)
    token = read_token(request.POST.get(FIELD, ""))
    if token is None:
        return None
    typed = [name for name in request.POST if name not in NOT_TYPED and not name.startswith((FIND, NEW_RECORD))]
    sent = [(name, value) for name in typed for value in request.POST.getlist(name)]
    pairs = [(name, value) for name, value in sent if "password" not in name]
    left_out = bool(request.FILES) or has_password(request)
    return Payload(request.get_full_path() if pairs else page_before(request), token, pairs, left_out)


def has_password(request: HttpRequest) -> bool:
    return any("password" in name and any(values) for name, values in request.POST.lists())


def read_payload(text: str, request: HttpRequest) -> Payload | None:
    """What ``as_text`` wrote, if our own token is in it; it went through a browser, so nothing of it is believed."""
    try:
        kept = json.loads(text)
        token = read_token(str(kept[FIELD]))
        pairs = [(str(name), str(value)) for name, value in kept["pairs"]]
        address, left_out, asked = str(kept["address"]), bool(kept["left_out"]), str(kept.get("asked", ""))
        # Half a character, as «\\ud800» says, can be written to no page and no address.
        json.dumps(kept, ensure_ascii=False).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if token is None or not is_ours(address, request):
        return None
    return Payload(address, token, pairs, left_out, asked)


def is_ours(address: str, request: HttpRequest) -> bool:
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})


def page_before(request: HttpRequest) -> str:
    """The page that a button without fields stood on; its own address may answer no one who only looks."""
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return reverse("home")
    address = before._replace(scheme="", netloc="").geturl()
    return address if before.netloc == request.get_host() and is_ours(address, request) else reverse("home")
