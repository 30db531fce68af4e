"""The pages on which the office gives a conclusion or a directive another place in the notice."""

from django.contrib import messages
from django.shortcuts import redirect

from meetings.models import Conclusion, Directive
from meetings.operations.ordering import move_conclusion, move_directive
from meetings.pages.meetings.form_pages import are_valid, meeting_page, place_of, recording_part
from meetings.pages.meetings.forms import CorrectionForm
from meetings.pages.meetings.ordering_forms import ConclusionPlaceForm, DirectivePlaceForm
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today


@recording_part(Conclusion)
def conclusion_move(request, conclusion):
    meeting, before = conclusion.meeting, conclusion.number
    form = ConclusionPlaceForm(request.POST or None, conclusion=conclusion)
    correction = CorrectionForm(request.POST or None, meeting=meeting)
    moved: list[Conclusion] = []

    def move():
        said = form.cleaned_data | {"by": request.user, "today": known_today(), "correction": correction.why}
        moved.append(move_conclusion(conclusion, **said))

    if are_valid(form, correction) and attempt(form, move):
        number = moved[0].number
        messages.success(request, f"Kết luận {before} nay là kết luận {number}. Các kết luận khác đã dồn số.")
        return redirect(f"{meeting.get_absolute_url()}#ket-luan-{number}")
    title, told = f"Đổi vị trí kết luận {before}", [("Kết luận", str(conclusion)), ("Nội dung", conclusion.text)]
    return meeting_page(request, meeting, form, correction, title=title, button="Đổi vị trí", told=told)


@recording_part(Directive)
def directive_move(request, directive):
    meeting, before = directive.conclusion.meeting, directive.label
    form = DirectivePlaceForm(request.POST or None, directive=directive)
    correction = CorrectionForm(request.POST or None, meeting=meeting)
    moved: list[Directive] = []

    def move():
        said = form.cleaned_data | {"by": request.user, "today": known_today(), "correction": correction.why}
        moved.append(move_directive(directive, **said))

    if are_valid(form, correction) and attempt(form, move):
        messages.success(request, f"Ý kiến {before} nay là ý kiến {moved[0].label}. Các ý kiến khác đã dồn số.")
        return redirect(place_of(directive))
    title, told = f"Đổi vị trí ý kiến chỉ đạo {before}", [("Nội dung giao", directive.text)]
    return meeting_page(request, meeting, form, correction, title=title, button="Đổi vị trí", told=told)
