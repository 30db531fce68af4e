"""The page that sets what documents stated beside what the system computes, and the notes to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from programme.models import Programme, StatedFigure
from programme.operations.documents import note_stated_figure
from programme.page_citations import citations_in, texts_of
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.pages.day import AsOfForm, day_context
from smartcity.lib.pages.record_page import form_page
from smartcity.lib.pages.unsaved_input import tell_merged
from tasks.pages.stated.forms import NoteForm
from tasks.pages.stated.on_day import all_stated, summary


@login_required
def stated_figures(request, code):
    """Every figure that was stated of the programme; the newest first."""
    programme = get_object_or_404(visible_programmes(request.user), code=code)
    return render(request, "tasks/stated/stated_figures.html", page_context(request, programme))


@login_required
@permission_required("programme.change_statedfigure", raise_exception=True)
@transaction.atomic
def stated_figure_note(request, code, pk):
    """The same page, with the note to one of the figures open."""
    programme = get_object_or_404(visible_programmes(request.user), code=code)
    figures = StatedFigure.objects.filter(programme=programme)
    # Two people saving at once take turns; the second is told of the first.
    figure = get_object_or_404(figures.select_for_update() if request.POST else figures, pk=pk)
    form = NoteForm(request.POST or None, instance=figure)
    context = page_context(request, programme)

    def note():
        given = form.cleaned_data
        note_stated_figure(figure, note=given["note"], reason=given["change_reason"], by=request.user)

    if form.is_valid() and attempt(form, note):
        messages.success(request, "Đã ghi chú.")
        tell_merged(request, form)
        query = f"?{context['kept_day']}" if context["kept_day"] else ""
        return redirect(f"{reverse('stated_figures', args=[programme.code])}{query}#so-lieu-{pk}")
    return form_page(request, "tasks/stated/stated_figures.html", context | {"form": form}, form)


def visible_programmes(user):
    return Programme.objects.visible_to(user).select_related("province")


def page_context(request, programme: Programme) -> dict:
    context = day_context(AsOfForm(request.GET))
    days = all_stated(programme)
    figures = [one.figure for day in days for one in day.comparisons]
    return context | {
        "programme": programme,
        "days": days,
        "summary": summary(days),
        "may_note": request.user.has_perm("programme.change_statedfigure"),
        "citations": citations_in(
            texts_of(figures, "wording", "note"),
            user=request.user,
            province=programme.province,
            kept_day=context["kept_day"],
        ),
    }
