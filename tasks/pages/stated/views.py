"""The page that sets what documents stated beside what the system computes, and the notes to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from programme import operations
from programme.models import Programme, StatedFigure
from programme.page_citations import citations_in, texts_of
from smartcity.lib.forms.merging import say_merged
from smartcity.lib.forms.record_forms import status_of
from smartcity.lib.pages.day import AsOfForm, day_context
from smartcity.lib.submissions.drafts import show_kept
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
    if request.method == "POST" and form.is_valid() and noted(form, by=request.user):
        messages.success(request, "Đã ghi chú.")
        for sentence in say_merged(form.merged, reader=request.user):
            messages.warning(request, sentence)
        query = f"?{context['kept_day']}" if context["kept_day"] else ""
        return redirect(f"{reverse('stated_figures', args=[programme.code])}{query}#so-lieu-{pk}")
    show_kept(request, form)
    status = status_of(form) if form.errors else 200
    return render(request, "tasks/stated/stated_figures.html", context | {"form": form}, status=status)


def noted(form: NoteForm, *, by) -> bool:
    """Whether the operation let it pass; what it refuses is shown in the form."""
    given = form.cleaned_data
    try:
        operations.note_stated_figure(form.instance, note=given["note"], reason=given["change_reason"], by=by)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return not form.errors


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
