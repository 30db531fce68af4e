"""One door for what goes out: every answer passes here, so that no new file can be forgotten.

What is noted of an answer is written when it is made and before it is sent, outside of whatever the page was read in.
"""

import logging
import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import localtime, now
from rest_framework.authtoken.models import Token

from meetings.models import FeedAddress, digest_of_key
from programme.models import User
from smartcity.audit.access.models import AccessEntry, AccessKind, Outcome
from smartcity.audit.access.noting import entry_of
from smartcity.audit.access.visit import Visit, told_place, visiting

logger = logging.getLogger(__name__)

# Of what is taken out, that which somebody else brought in; all else is made of what the system holds.
STORED_FILES = {"stored_file", "imported_file_content"}
TAKEN_OUT = {AccessKind.EXPORT, AccessKind.FILE, AccessKind.PACKAGE}
# As RFC 6266 writes a name: with all its letters, or without accents alone.
WHOLE_NAME = re.compile(r"filename\*=utf-8''([^;]+)", re.IGNORECASE)
PLAIN_NAME = re.compile(r"filename=\"?([^\";]+)")
NO_RIGHT = "Không có quyền mở trang này."
NOT_THEIRS = "Không có bản ghi này, hoặc bản ghi ngoài phạm vi được xem."
NO_CALENDAR = "Không có địa chỉ lịch này."
REVOKED_CALENDAR = "Địa chỉ lịch đã thu hồi."
CLOSED_CALENDAR = "Địa chỉ lịch của tài khoản đã khóa, hoặc không còn được dùng lịch."
WRONG_TOKEN = "Mã truy cập không đúng, đã thu hồi, hoặc tài khoản đã khóa."  # noqa: S105


def note_visits(get_response):
    """Behind the middleware that knows who asks, and outside of all that reads the database for a page."""

    def middleware(request):
        with visiting(request) as visit:
            response = get_response(request)
            _note_given(request, response, visit)
            _note_refused(request, response)
            return response

    return middleware


def _note_given(request: HttpRequest, response: HttpResponseBase, visit: Visit) -> None:
    """What cannot be noted is not given: the fault is raised."""
    # A view that has said itself what it gives out is not told twice.
    is_said = any(entry.kind in TAKEN_OUT for entry in visit.waiting)
    for entry in (*visit.waiting, *([] if is_said else _given(request, response, visit))):
        entry.save(force_insert=True)


def _given(request: HttpRequest, response: HttpResponseBase, visit: Visit) -> list[AccessEntry]:
    # Whoever asks for headers, or for what may be asked, gets nothing that is held.
    if request.method in {"HEAD", "OPTIONS"} or response.status_code not in {200, 206, 304}:
        return []
    if response.get("Content-Disposition", "").startswith("attachment"):
        return [_file_taken(request, response)]
    # A program that reads by a secret asks again and again: one row an hour tells as much.
    reader: Any = getattr(request, "reader", None) or (request.user if _is_api(request) else None)
    if reader is None or not reader.is_authenticated:
        return []
    place = told_place(request, with_query=False)
    entry = entry_of(reader, AccessKind.API, place=place)
    return [] if _is_noted_since(_clock().replace(minute=0), entry) else [entry]


def _file_taken(request: HttpRequest, response: HttpResponseBase) -> AccessEntry:
    match = request.resolver_match
    kind = AccessKind.FILE if match and match.view_name in STORED_FILES else AccessKind.EXPORT
    said = response["Content-Disposition"]
    named = WHOLE_NAME.search(said) or PLAIN_NAME.search(said)
    name = unquote(named[1]) if named else ""
    return entry_of(request, kind, what=name, place=told_place(request, with_query=True))


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _clock() -> datetime:
    """By the clock on the wall, in whole minutes."""
    return localtime(now()).replace(second=0, microsecond=0)


def _is_noted_since(moment: datetime, entry: AccessEntry) -> bool:
    same = AccessEntry.objects.filter(kind=entry.kind, outcome=entry.outcome, place=entry.place, address=entry.address)
    return same.filter(user=entry.user, account=entry.account, at__gte=moment).exists()


def _note_refused(request: HttpRequest, response: HttpResponseBase) -> None:
    """Whoever is refused stays refused, also where nothing can be noted."""
    if response.status_code not in {401, 403, 404}:
        return
    try:
        entry = _refused(request, response.status_code)
        if entry is not None:
            with transaction.atomic():
                entry.save(force_insert=True)
    except (DatabaseError, InterfaceError):
        logger.exception("Could not note in the log of access that %s was refused", request.path)


def _refused(request: HttpRequest, status: int) -> AccessEntry | None:
    if status == 401:
        return _wrong_token(request)
    if _is_calendar(request):
        return _wrong_calendar(request)
    # A form that is only too old is no refusal; of who has not signed in the page asks just that.
    if getattr(request, "is_stale", False) or not request.user.is_authenticated:
        return None
    if status == 404 and not _names_a_record(request):
        return None
    what = NO_RIGHT if status == 403 else NOT_THEIRS
    place = told_place(request, with_query=False)
    return entry_of(request, AccessKind.PAGE, what=what, outcome=Outcome.REFUSED, place=place)


def _names_a_record(request: HttpRequest) -> bool:
    """Whether the address is one of ours with a record in it: a mistyped one, or a missing picture, names none."""
    match = request.resolver_match
    return bool(match and match.kwargs and set(match.kwargs) != {"url"})


def _wrong_token(request: HttpRequest) -> AccessEntry | None:
    """Of the token itself nothing is written down, only whose it is, where it is anybody's."""
    word, _, key = request.headers.get("Authorization", "").partition(" ")
    if not word:
        return None
    key = key.strip()
    is_whole = word.lower() == "token" and key.isascii() and key.isalnum()
    token = Token.objects.filter(key=key).select_related("user").first() if is_whole else None
    account: User | None = token.user if token else None
    return entry_of(
        None,
        AccessKind.TOKEN,
        what=WRONG_TOKEN,
        account=account,
        outcome=Outcome.REFUSED,
        place=told_place(request, with_query=False),
    )


def _is_calendar(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.view_name == "calendar_feed")


def _wrong_calendar(request: HttpRequest) -> AccessEntry | None:
    """One row a day for each account and network address: a forgotten calendar asks every few minutes, for years.

    Addresses that nobody has are one account: who tries many leaves no more rows than who tries one.
    """
    key = str(request.resolver_match.kwargs["key"])  # type: ignore[union-attr]
    made = FeedAddress.objects.filter(digest=digest_of_key(key)).select_related("user").first()
    known = REVOKED_CALENDAR if made and made.revoked_at else CLOSED_CALENDAR
    entry = entry_of(
        request,
        AccessKind.TOKEN,
        what=known if made else NO_CALENDAR,
        account=made.user if made else None,
        outcome=Outcome.REFUSED,
        place=told_place(request, with_query=False),
    )
    return None if _is_noted_since(_clock().replace(hour=0, minute=0), entry) else entry
