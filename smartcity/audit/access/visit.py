"""Where a request comes from, and what of its address may be written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.http import HttpRequest

from smartcity.audit.access.models import AccessEntry
from smartcity.lib.language.text import clean_line, shorten

LONGEST_PLACE, LONGEST_AGENT = 300, 150
# Whoever has one of these could use it: parts of an address, and of what follows its question mark.
SECRET_PARTS = {"key"}
SECRET_ANSWERS = {"key", "token", "next", "csrfmiddlewaretoken", "password", "sessionid"}


@dataclass
class Visit:
    """A request while it is answered."""

    address: str | None
    agent: str
    place: str
    # A page may be read where nothing can be written: what is noted meanwhile is written once it is made.
    only_reads: bool
    waiting: list[AccessEntry] = field(default_factory=list)


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


def current_visit() -> Visit | None:
    return _visit.get()


@contextmanager
def visiting(request: HttpRequest) -> Iterator[Visit]:
    visit = Visit(
        address=address_of(request),
        agent=shorten(clean_line(request.headers.get("User-Agent", "")[:1_000]), LONGEST_AGENT),
        place=request.path,
        only_reads=request.method in {"GET", "HEAD", "OPTIONS"},
    )
    token = _visit.set(visit)
    try:
        yield visit
    finally:
        _visit.reset(token)


def address_of(request: HttpRequest) -> str | None:
    """The address of whoever asks. Behind proxies, what the outermost of ours wrote, counted from the end.

    What stands before that in ``X-Forwarded-For`` was sent by the caller, who may write anything there.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.PROXIES and len(forwarded) >= settings.PROXIES:
        told = _as_address(forwarded[-settings.PROXIES])
        if told:
            return told
    return _as_address(request.META.get("REMOTE_ADDR", ""))


def _as_address(text: str) -> str | None:
    try:
        found = ip_address(text.strip()[:100])
    except ValueError:
        return None
    plain = getattr(found, "ipv4_mapped", None) or found
    return str(plain).partition("%")[0]


def told_place(request: HttpRequest, *, with_query: bool) -> str:
    """The address that was asked for, without what opens anything; one line, of a sane length."""
    path = request.path
    match = request.resolver_match
    for name, value in (match.kwargs if match else {}).items():
        if name in SECRET_PARTS and value:
            path = path.replace(str(value), "…")
    asked = [(name, value) for name, value in request.GET.items() if value and name.lower() not in SECRET_ANSWERS]
    query = f"?{unquote(urlencode(asked))}" if with_query and asked else ""
    return shorten(clean_line(path + query), LONGEST_PLACE)
