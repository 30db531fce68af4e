"""Stands between the address and the view: what is sent takes effect once, and what cannot be saved yet is kept."""

from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from smartcity.lib.submissions.drafts import keep_draft, show_draft
from smartcity.lib.submissions.files import bring_in, forget_of, keep_sound, keep_unseen
from smartcity.lib.submissions.idempotency import has_saved, send_once
from smartcity.lib.submissions.payload import ENTER, FIND, NEW_RECORD, REOPEN, WORDS, Payload, payload_of
from smartcity.lib.submissions.token import FIELD, FormToken

# Read by keep.js, which then forgets its copy of what was typed; the last few, for forms in several tabs.
SAVED_COOKIE = "saved-forms"
REMEMBERED_BY_BROWSER = 5


def keep_nothing(get_response):
    """What is answered to somebody who is signed in stays in no cache: the next person at the machine goes Back.

    Whoever is signed in sends a session or a token. The account is not looked up: this must hold for the page that
    says that the database is away too.
    """

    def middleware(request):
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def read_as_utf8(get_response):
    """Browsers send our forms as UTF-8; in other encodings come halves of characters, which fit nowhere."""

    def middleware(request):
        if (request.encoding or "utf-8").lower() not in {"utf-8", "utf8"}:
            raise BadRequest(f"Sent as {request.encoding}")
        return get_response(request)

    return middleware


class SendingMiddleware:
    """Last in the list: the check of the token and the name of whoever acts come before it.

    The site says what is answered to a form that cannot be saved yet, since that page asks to sign in.
    """

    def sign_in_again(self, request: HttpRequest, typed: Payload) -> HttpResponse:
        raise NotImplementedError

    def stale_page(self, request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    def new_record_page(self, request: HttpRequest, back: str, field: str, words: str) -> str:
        """Where a record for ``field`` of the form at ``back`` is entered, which then leads back to it."""
        raise NotImplementedError

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or FIELD not in request.POST:
            return None
        act = partial(view, request, *args, **kwargs)
        typed = payload_of(request)
        if typed is None:
            return self.stale_page(request)
        if not request.user.is_authenticated:
            response = act()
            return self.sign_in_again(request, keep_unseen(request, typed)) if _asks_to_sign_in(response) else response
        if typed.token.is_old or not typed.token.belongs_to(request.user):
            return self.stale_page(request)
        if REOPEN in request.POST:
            keep_draft(request, typed)
            return redirect(typed.address)
        if asked := _asked(request):
            keep_draft(request, keep_unseen(request, replace(typed, asked=asked)))
            words = request.POST.get(f"{asked}{WORDS}", "")
            is_new = f"{NEW_RECORD}{asked}" in request.POST
            return redirect(self.new_record_page(request, typed.address, asked, words) if is_new else typed.address)
        return _send(request, typed.token, act)

    def process_template_response(self, request, response):
        """Fill the admin's forms, which are not made here, with what was typed into them before."""
        context = response.context_data or {}
        form = context["adminform"].form if "adminform" in context else context.get("form")
        if form is not None:
            show_draft(request, form, *(inline.formset for inline in context.get("inline_admin_formsets", [])))
        return response


def _send(request: HttpRequest, token: FormToken, act) -> HttpResponse:
    bring_in(request, token)
    response = send_once(request, token, act)
    if has_saved(response):
        forget_of(request, token)
        _tell_browser(request, response, token)
    else:
        keep_sound(request, token)
        # The form is shown again: whichever of its copies is sent next, one of them takes effect.
        request.token_to_reuse = token  # type: ignore[attr-defined]
    return response


def _tell_browser(request: HttpRequest, response: HttpResponse, token: FormToken) -> None:
    before = request.COOKIES.get(SAVED_COOKIE, "").split(".")[1 - REMEMBERED_BY_BROWSER :]
    response.set_cookie(
        SAVED_COOKIE,
        ".".join([*filter(None, before), token.id.hex]),
        max_age=24 * 60 * 60,
        secure=settings.HTTPS,
        samesite="Lax",
    )


def _asked(request: HttpRequest) -> str:
    """The field for which a record is looked for or entered; Enter in its line of words looks for it."""
    sent = request.POST
    for name in sent:
        for button in (FIND, NEW_RECORD):
            if name.startswith(button):
                return name.removeprefix(button)
    fields = [name.removesuffix(WORDS) for name in sent if name.endswith(WORDS) and sent[name].strip()]
    return fields[0] if ENTER in sent and fields else ""


def _asks_to_sign_in(response: HttpResponse) -> bool:
    address = urlsplit(response.headers.get("Location", "")).path
    return address in {reverse("sign_in"), reverse("admin:login")}
