"""Pages for a form that cannot be saved yet: sign in again, or open it again with what was typed."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from smartcity.accounts.forms import SignInForm
from smartcity.lib.pages import errors
from smartcity.lib.submissions.drafts import keep_draft
from smartcity.lib.submissions.files import keep_unseen
from smartcity.lib.submissions.payload import CARRIED, Payload, payload_of
from smartcity.lib.submissions.token import fresh_token


def sign_in_again(request: HttpRequest, typed: Payload) -> HttpResponse:
    """The page for signing in, which carries what was typed until it is known who signs in."""
    context = {"form": SignInForm(request), "next": typed.address, "typed": typed, "carried_in": CARRIED}
    response = render(request, "registration/sign_in.html", context)
    add_never_cache_headers(response)
    return response


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose page is out of date: opened before signing in again, or too long ago.

    What another site sends has no token of this person, so nothing of it is kept.
    """
    # Nobody was refused a page; the log of access passes it by.
    request.is_stale = True  # type: ignore[attr-defined]
    typed = payload_of(request)
    if typed is None:
        return errors.csrf_failure(request, reason)
    if typed.token.is_old:
        # What is kept now is sent with a token that is still good.
        typed = replace(typed, token=fresh_token(typed.token))
    if not request.user.is_authenticated:
        return sign_in_again(request, keep_unseen(request, typed))
    if not typed.token.belongs_to(request.user):
        return errors.csrf_failure(request, reason)
    typed = keep_unseen(request, typed)
    keep_draft(request, typed)
    return errors.stale_form(typed.address, keeps_text=bool(typed.pairs))
