"""The page of a form: it shows what was kept of an earlier sending, and all that is wrong with this one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from smartcity.lib.forms.record_forms import status_of
from smartcity.lib.submissions.drafts import show_draft


def form_page(
    request: HttpRequest, template: str, context: dict, *parts: forms.BaseForm | forms.BaseFormSet, refusal: str = ""
) -> HttpResponse:
    """A page with forms and rows on it; refused it answers 400, or 409 where somebody else was first.

    ``refusal`` says what is refused whatever is typed.
    """
    show_draft(request, *parts)
    # Each is asked, so that each says what is wrong with it.
    verdicts = [part.is_valid() for part in parts if part.is_bound]
    wrong = bool(refusal) or not all(verdicts)
    status = 409 if refusal else status_of(*parts) if wrong else 200
    return render(request, template, context | {"wrong": wrong, "refusal": refusal}, status=status)


def record_page(
    request: HttpRequest,
    form: forms.BaseForm,
    *rows: forms.BaseForm | forms.BaseFormSet,
    title: str,
    crumbs: list[tuple[str, str]],
    button: str = "Lưu",
    template: str = "lib/record_page.html",
    refusal: str = "",
    **around: Any,
) -> HttpResponse:
    """The page that is one form, with sets of rows or further forms below its fields.

    ``crumbs`` lead to the page, each a name with its address; the last is where one goes back to without saving. A
    page without ``button`` only says why nothing can be done. ``template`` names what stands ``around`` the form.
    """
    context = {"form": form, "rows": rows, "title": title, "button": button, "crumbs": crumbs, "back": crumbs[-1][1]}
    return form_page(request, template, context | around, form, *rows, refusal=refusal)
