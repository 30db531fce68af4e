"""The answer to whoever comes second: nothing was saved, who was first, and what was typed, to be copied."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url

from programme.gone import KEPT, typed_words
from smartcity.sending.once import nothing_saved


def too_late(
    request: HttpRequest, back: Any, sentences: Iterable[str], *filled: forms.BaseForm, title: str = ""
) -> HttpResponse:
    """Whoever only looks is led ``back`` and reads it there; whoever sent something gets a page that says it."""
    if request.method != "POST":
        for sentence in sentences:
            messages.warning(request, sentence)
        return nothing_saved(redirect(back))
    typed = typed_words(*filled)
    context = {
        "title": title or "Chưa lưu: đã có người làm trước",
        "sentence": "\n".join([*sentences, *([KEPT] if typed else ["Chưa lưu gì."])]),
        "typed": typed,
        "back": resolve_url(back),
    }
    return render(request, "gone.html", context, status=409)
