"""A form that was sent takes effect once, however often it arrives."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime, now

from smartcity.lib.submissions.models import SentForm
from smartcity.lib.submissions.token import FormToken

# The same form sent twice: the second waits for the first, longer than people wait for each other's records.
WAIT_FOR_THE_FIRST = "25s"


def nothing_saved(response: HttpResponse) -> HttpResponse:
    """Say of an answer that leads elsewhere that nothing was saved: the same form may be sent again."""
    response.saved_nothing = True  # type: ignore[attr-defined]
    return response


def send_once(request, token: FormToken, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer with what ``act`` answers, or, where this token took effect before, with where it led.

    One transaction holds the effect and the note of it. An answer that shows the form again leaves the token
    unused; an exception leaves nothing.
    """
    with transaction.atomic():
        sent = _note(request, token)
        if sent.outcome:
            return _saved_before(request, sent)
        response = act()
        if has_saved(response):
            sent.outcome = response.url  # type: ignore[attr-defined]
            sent.save(update_fields=["outcome"])
        else:
            sent.delete()
    return response


def _note(request, token: FormToken) -> SentForm:
    """The note of this sending: a new one without an outcome, or that of the time before."""
    note = SentForm(token=token.id, user=request.user, path=request.path, sent_at=now())
    try:
        with transaction.atomic():
            _wait(WAIT_FOR_THE_FIRST)
            note.save(force_insert=True)
            _wait("DEFAULT")
    except IntegrityError:
        return SentForm.objects.get(token=token.id)
    return note


def _wait(limit: str) -> None:
    """SQLite lets one writer in at a time, and its own time limit is long enough."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout TO {limit if limit == 'DEFAULT' else repr(limit)}")


def has_saved(response: HttpResponse) -> bool:
    """Views lead on once they have saved, and show the form again where they have not."""
    return response.status_code in {302, 303} and not getattr(response, "saved_nothing", False)


def _saved_before(request, sent: SentForm) -> HttpResponse:
    saved_at = localtime(sent.sent_at)
    text = f"Nội dung này đã được lưu lúc {saved_at:%H:%M} ngày {saved_at:%d/%m/%Y}; lần gửi sau không ghi thêm."
    messages.info(request, text)
    return redirect(sent.outcome)


def forget_sent_forms(*, now: datetime) -> int:
    """Delete the notes that no token needs any more; return how many."""
    return SentForm.objects.forgettable(now).delete()[0]
