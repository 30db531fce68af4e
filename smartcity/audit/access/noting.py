"""Writing a row of the log of access: ``note_access(request, AccessKind.PACKAGE, what="…")``.

What lets somebody in or gives something out is refused where it cannot be noted: the fault is raised, the page says
that the system failed, and nothing was given. What is refused, or ends, goes on without (``note_if_possible``).
"""

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest
from django.utils.timezone import localdate

from programme.models import Membership, User
from smartcity.audit.access.models import LONGEST_NAME, AccessEntry, AccessKind, Outcome
from smartcity.audit.access.visit import current_visit
from smartcity.lib.language.text import clean_line, shorten
from smartcity.lib.log.origin import origin

logger = logging.getLogger(__name__)

LONGEST_WORDS = 400


def note_access(
    who: HttpRequest | User | AnonymousUser | None,
    kind: AccessKind,
    *,
    what: str = "",
    account: User | None = None,
    outcome: Outcome = Outcome.DONE,
    typed_name: str = "",
    place: str = "",
    is_new: bool = False,
) -> None:
    """Note that ``who`` (nobody, where they did not prove it) did ``kind``; ``account``, where it is about another's.

    ``is_new``: the account was made just now, and works nowhere yet.

    Written at once, in the transaction of what it tells of; while a page is only read, once that is made. Never give
    it a password or a token.
    """
    entry = entry_of(
        who, kind, what=what, account=account, outcome=outcome, typed_name=typed_name, place=place, is_new=is_new
    )
    visit = current_visit()
    if visit is not None and visit.only_reads:
        visit.waiting.append(entry)
    else:
        entry.save(force_insert=True)


def note_if_possible(who: HttpRequest | User | AnonymousUser | None, kind: AccessKind, **words: Any) -> None:
    """The same for what happens anyway: somebody is refused, or leaves. What failed is in the server's own log."""
    try:
        with transaction.atomic():
            note_access(who, kind, **words)
    except (DatabaseError, InterfaceError):
        logger.exception("Could not note in the log of access: %s", kind)


def entry_of(
    who: HttpRequest | User | AnonymousUser | None,
    kind: AccessKind,
    *,
    what: str = "",
    account: User | None = None,
    outcome: Outcome = Outcome.DONE,
    typed_name: str = "",
    place: str = "",
    is_new: bool = False,
) -> AccessEntry:
    """The row, with who ``who`` is at this moment and where the request comes from."""
    user = _person(who)
    visit = current_visit()
    entry = AccessEntry(
        kind=kind,
        outcome=outcome,
        what=_one_line(what, LONGEST_WORDS),
        place=_one_line(place or (visit.place if visit else origin().place), LONGEST_WORDS),
        address=visit.address if visit else None,
        agent=visit.agent if visit else "",
        name=_one_line(typed_name, LONGEST_NAME),
        user=user,
        account=account if account != user else None,
    )
    if user:
        told = user.as_signing()
        entry.name = _one_line(told["name"], LONGEST_NAME)
        entry.role, entry.agency, entry.agency_key = told["role"], told["agency"], told["agency_key"]
    of_whom = account or user
    if of_whom:
        entry.is_simulated = of_whom.is_simulated
        entry.province_key = _province_of(user if is_new else of_whom, user)
    return entry


def _person(who: HttpRequest | User | AnonymousUser | None) -> User | None:
    if isinstance(who, HttpRequest):
        who = who.user  # type: ignore[assignment]
    return who if who is not None and who.is_authenticated else None  # type: ignore[return-value, union-attr]


def _province_of(person: User | None, by: User | None) -> int | None:
    """The province that the person works in, or did last; of one who works nowhere yet, that of whoever does it."""
    if person is None:
        return None
    # What a request knows of its user is as new as it.
    known = getattr(person, "_prefetched_objects_cache", {}).get("memberships")
    if known and person.agency:
        return person.agency.province_id
    latest = None
    # None at all is none ever: not asked again for each row that is signed.
    if known is None or len(known):
        latest = Membership.objects.filter(user=person).latest_first(localdate()).select_related("agency").first()
    if latest:
        return latest.agency.province_id
    return _province_of(by, None) if by and by != person else None


def _one_line(text: str, most: int) -> str:
    """Nothing that would begin a line, or that a database cannot keep."""
    cleaned = clean_line(text[: most * 4].encode("utf-8", "replace").decode())
    return shorten(cleaned, most)
