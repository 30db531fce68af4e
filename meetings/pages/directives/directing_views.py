"""The pages on which the office gives directives, changes them, takes them back, and gives a due its day."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect

from meetings.models import AssignmentState, Conclusion, Directive
from meetings.operations.directing import (
    change_directive,
    give_directive,
    remove_directive,
    resolve_due,
    resume_directive,
    withdraw_directive,
)
from meetings.pages.directives.forms import (
    DirectiveForm,
    ResolveForm,
    ResumeForm,
    TypedDirectiveForm,
    WithdrawForm,
    is_dated_later,
)
from meetings.pages.meetings.form_pages import NEXT, are_valid, meeting_page, place_of, recording_part
from meetings.pages.meetings.forms import CorrectionForm
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.unsaved_input import tell_left_out, tell_merged, too_late
from smartcity.lib.records.overtaken import say_recorded

DIRECTIVE = "meetings/directives/directive_form.html"


@recording_part(Conclusion, typed_into=TypedDirectiveForm)
def directive_add(request, conclusion):
    """Add a directive at the end of its conclusion."""
    meeting = conclusion.meeting
    form = DirectiveForm(request.POST or None, instance=Directive(conclusion=conclusion), by=request.user)
    correction = CorrectionForm(request.POST or None, meeting=meeting)
    made: list[Directive] = []

    def give():
        made.append(
            give_directive(
                conclusion,
                **form.said(),
                assigned=form.assigned(),
                by=request.user,
                today=known_today(),
                correction=correction.why,
            )
        )

    if are_valid(form, correction) and attempt(form, give):
        messages.success(request, f"Đã thêm ý kiến chỉ đạo {made[0].label}: {made[0]}")
        tell_left_out(request, form)
        return redirect("directive_add", pk=conclusion.pk) if NEXT in request.POST else redirect(place_of(made[0]))
    title = f"Thêm ý kiến chỉ đạo vào kết luận {conclusion.number}"
    around = {"button": "Thêm ý kiến chỉ đạo", "more": (NEXT, "Lưu, thêm ý kiến tiếp"), "template": DIRECTIVE}
    return meeting_page(request, meeting, form, correction, title=title, **around)


@recording_part(Directive, typed_into=TypedDirectiveForm)
def directive_change(request, directive):
    meeting = directive.conclusion.meeting
    form = DirectiveForm(request.POST or None, instance=directive, by=request.user)
    correction = CorrectionForm(request.POST or None, meeting=meeting)

    def change():
        if form.has_changed():
            assigned, why = form.assigned(), correction.why
            change_directive(directive, assigned=assigned, by=request.user, today=known_today(), correction=why)

    if are_valid(form, correction) and attempt(form, change):
        messages.success(request, f"Đã lưu ý kiến chỉ đạo {directive.label}.")
        tell_left_out(request, form)
        tell_merged(request, form)
        return redirect(place_of(directive))
    title = f"Sửa ý kiến chỉ đạo {directive.label}"
    return meeting_page(request, meeting, form, correction, title=title, template=DIRECTIVE)


@recording_part(Directive)
def directive_remove(request, directive):
    """Take out a directive that nobody has answered; asked once more on a page of its own."""
    meeting, label = directive.conclusion.meeting, directive.label
    form = forms.Form(request.POST or None)
    correction = CorrectionForm(request.POST or None, meeting=meeting)

    def remove():
        remove_directive(directive, by=request.user, today=known_today(), correction=correction.why)

    if request.method == "POST" and are_valid(form, correction) and attempt(form, remove):
        messages.success(request, f"Đã bỏ ý kiến chỉ đạo {label}. Lịch sử vẫn giữ nội dung đã ghi.")
        return redirect(meeting)
    return meeting_page(
        request,
        meeting,
        form,
        correction,
        title=f"Bỏ ý kiến chỉ đạo {label}",
        button="Bỏ ý kiến chỉ đạo này",
        told=_told(directive),
        template="meetings/directives/directive_remove.html",
        directive=directive,
        is_answered=is_answered(directive),
    )


def is_answered(directive: Directive) -> bool:
    """Whether an agency has answered or asked for more time, so that it can only be withdrawn."""
    assignments = directive.assignments.all()
    return (
        assignments.exclude(state=AssignmentState.OPEN).exists()
        or assignments.filter(answers__isnull=False).exists()
        or assignments.filter(extensions__isnull=False).exists()
    )


@recording_part(Directive, typed_into=WithdrawForm)
def directive_withdraw(request, directive):
    """Stop following a directive; what was answered stays readable."""
    meeting, today = directive.conclusion.meeting, known_today()
    if not meeting.is_concluded:
        said = f"Cuộc họp chưa kết luận nên ý kiến {directive.label} chưa giao. Không cần nữa thì bỏ ý kiến đó."
        return too_late(request, meeting, [said])
    if directive.withdrawn_on:
        since = f"{directive.withdrawn_on:%d/%m/%Y}. {say_recorded(directive.history)}"
        said = f"Ý kiến {directive.label} đã thôi theo dõi từ ngày {since}"
        return too_late(request, meeting, [said], WithdrawForm(request.POST))
    form = WithdrawForm(request.POST or None, initial={"on": today})

    def withdraw():
        withdraw_directive(directive, **form.cleaned_data, by=request.user, today=today)

    if form.is_valid() and attempt(form, withdraw):
        messages.success(request, f"Đã thôi theo dõi ý kiến chỉ đạo {directive.label}.")
        return redirect(place_of(directive))
    title = f"Thôi theo dõi ý kiến {directive.label}"
    return meeting_page(request, meeting, form, title=title, button="Thôi theo dõi", told=_told(directive))


@recording_part(Directive)
def directive_resume(request, directive):
    """Follow a withdrawn directive again."""
    meeting = directive.conclusion.meeting
    if directive.withdrawn_on is None:
        said = f"Ý kiến {directive.label} đang được theo dõi. {say_recorded(directive.history)}"
        return too_late(request, meeting, [said], ResumeForm(request.POST))
    form = ResumeForm(request.POST or None)

    def resume():
        resume_directive(directive, **form.cleaned_data, by=request.user)

    if form.is_valid() and attempt(form, resume):
        messages.success(request, f"Ý kiến chỉ đạo {directive.label} được theo dõi lại.")
        return redirect(place_of(directive))
    title = f"Theo dõi lại ý kiến {directive.label}"
    return meeting_page(request, meeting, form, title=title, button="Theo dõi lại", told=_told(directive))


@recording_part(Directive)
def directive_resolve(request, directive):
    """Give a due that waited its day, or a phrase the day by which it is followed."""
    meeting = directive.conclusion.meeting
    if not is_dated_later(directive):
        said = f"Hạn của ý kiến {directive.label} không chờ ngày nào. {say_recorded(directive.history)}"
        return too_late(request, meeting, [said])
    initial = {"day": directive.due_day}
    form = ResolveForm(request.POST or None, due=directive.due, held_on=meeting.held_on, initial=initial)

    def resolve():
        resolve_due(directive, **form.resolved(), by=request.user, today=known_today())

    if form.is_valid() and attempt(form, resolve):
        messages.success(request, f"Đã ghi ngày của hạn {directive.label}.")
        return redirect(place_of(directive))
    title = f"Ghi ngày của hạn {directive.label}"
    return meeting_page(request, meeting, form, title=title, button="Ghi ngày", told=_told(directive))


def _told(directive: Directive) -> list[tuple[str, str]]:
    return [("Nội dung giao", directive.text), ("Thời hạn", directive.due.say())]
