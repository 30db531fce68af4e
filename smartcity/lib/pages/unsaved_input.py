"""The answer to whoever comes second: nothing was saved, who was first, and what was typed, to be copied."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url

from smartcity.lib.forms.merging import say_merged
from smartcity.lib.forms.unsaved_input import KEPT, typed_words
from smartcity.lib.submissions.idempotency import nothing_saved


def too_late(
    request: HttpRequest, back: Any, sentences: Iterable[str], *filled: forms.BaseForm, title: str = ""
) -> HttpResponse:
    """Whoever only looks is led ``back`` and reads it there; whoever sent something gets a page that says it."""
    if request.method != "POST":
        for sentence in sentences:
            messages.warning(request, sentence)
        return nothing_saved(redirect(back))
    typed = typed_words(*filled)
    sentence = "\n".join([*sentences, KEPT if typed else "Chưa lưu gì."])
    return unsaved_page(request, back, sentence, typed, title=title or "Chưa lưu: đã có người làm trước")


def unsaved_page(
    request: HttpRequest, back: Any, sentence: str, typed: list[tuple[str, str]], *, title: str, status: int = 409
) -> HttpResponse:
    """Why nothing could be saved, and what was ``typed``, to be copied; 410 where the record is there no more."""
    context = {"title": title, "sentence": sentence, "typed": typed, "back": resolve_url(back)}
    return render(request, "lib/gone.html", context, status=status)


def tell_merged(request, *parts) -> None:
    """Say what others changed meanwhile, which is kept together with what was typed."""
    merged = [meanwhile for part in parts for meanwhile in getattr(part, "merged", [])]
    for sentence in say_merged(merged, reader=request.user):
        messages.warning(request, sentence)


def tell_left_out(request, form) -> None:
    """Say what stood in fields that the chosen kind does not use, and was therefore not saved."""
    for sentence in form.left_out:
        messages.warning(request, sentence)
