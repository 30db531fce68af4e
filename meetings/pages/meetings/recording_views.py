"""The pages on which the office records a meeting and what it concluded; each does one operation and comes back."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from meetings.models import Conclusion, Meeting, MeetingVersion
from meetings.notice import compose_notice
from meetings.operations.recording import (
    add_conclusion,
    change_meeting,
    conclude_meeting,
    missing_to_conclude,
    record_meeting,
    remove_conclusion,
)
from meetings.pages.meetings.form_pages import NEXT, are_valid, meeting_page, recording, recording_part
from meetings.pages.meetings.forms import ConcludeForm, ConclusionForm, CorrectionForm, MeetingForm
from meetings.pages.meetings.last_attendance import copy_attendance
from meetings.pages.meetings.mending import mended_at
from meetings.pages.meetings.row_forms import COPY, rows_of
from meetings.pages.meetings.views import MAY_ADD
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.record_page import form_page
from smartcity.lib.pages.unsaved_input import tell_merged, too_late
from smartcity.lib.records.overtaken import say_recorded

# The second button of the page: saves, and comes back with new empty rows.
MORE = ("them-dong", "Lưu, nhập tiếp dòng mới")


@login_required
@permission_required(MAY_ADD, raise_exception=True)
def meeting_add(request):
    """Plan a meeting, or record one that was held."""
    if request.user.agency is None or request.user.agency.province is None:
        raise PermissionDenied
    meeting = Meeting(province=request.user.agency.province)
    if COPY[0] in request.POST:
        return copy_attendance(request, meeting)
    form = MeetingForm(request.POST or None, instance=meeting, by=request.user)
    rows = rows_of(meeting, request.POST or None)

    def record():
        parts = [*form.about()[0], *(part for one in rows for part in one.changed()[0])]
        record_meeting(meeting, parts=parts, by=request.user, today=known_today())

    if are_valid(form, *rows) and attempt(form, record):
        messages.success(request, f"Đã ghi cuộc họp ngày {form.cleaned_data['held_on']:%d/%m/%Y}.")
        return redirect("meeting_change", pk=meeting.pk) if MORE[0] in request.POST else redirect(meeting)
    return meeting_page(request, meeting, form, *rows, title="Lên lịch, ghi cuộc họp", button="Lưu cuộc họp", more=MORE)


@recording
def meeting_change(request, meeting):
    """Change what was recorded of a meeting; once it is concluded, as a correction with its reason."""
    if COPY[0] in request.POST:
        return copy_attendance(request, meeting)
    form = MeetingForm(request.POST or None, instance=meeting, by=request.user)
    rows = rows_of(meeting, request.POST or None)
    correction = CorrectionForm(request.POST or None, meeting=meeting)
    kept: list = []

    def change():
        added, taken = form.about()
        changed = [one.changed() for one in rows]
        keep = [
            *([meeting] if _says_something_else(form) else []),
            *added,
            *(row for part, _ in changed for row in part),
        ]
        drop = [*taken, *(row for _, part in changed for row in part)]
        kept.extend([*keep, *drop])
        if kept:
            why = correction.why
            change_meeting(meeting, keep=keep, drop=drop, by=request.user, today=known_today(), correction=why)

    if are_valid(form, correction, *rows) and attempt(form, change):
        tell_merged(request, form, *rows)
        if kept:
            messages.success(request, "Đã lưu cuộc họp.")
        else:
            messages.info(request, "Chưa có gì thay đổi so với lần lưu trước.")
        return redirect("meeting_change", pk=meeting.pk) if MORE[0] in request.POST else redirect(meeting)
    title = "Đính chính cuộc họp" if meeting.is_concluded else "Sửa cuộc họp"
    return meeting_page(request, meeting, form, *rows, correction, title=title, button="Lưu cuộc họp", more=MORE)


def _says_something_else(form: MeetingForm) -> bool:
    """Whether a field of the meeting itself is not as it is stored."""
    stored = Meeting.objects.get(pk=form.instance.pk)
    names = [field.attname for field in Meeting._meta.fields if field.name in form.Meta.fields]
    return any(getattr(stored, name) != getattr(form.instance, name) for name in names)


@recording
def conclusion_add(request, meeting):
    """Add the next numbered conclusion."""
    form = ConclusionForm(request.POST or None, instance=Conclusion(meeting=meeting))
    correction = CorrectionForm(request.POST or None, meeting=meeting)
    made: list[Conclusion] = []

    def add():
        said = {name: form.cleaned_data[name] for name in ("heading", "text")}
        made.append(add_conclusion(meeting, **said, by=request.user, today=known_today(), correction=correction.why))

    if are_valid(form, correction) and attempt(form, add):
        messages.success(request, f"Đã thêm kết luận {made[0].number}.")
        if NEXT in request.POST:
            return redirect("directive_add", pk=made[0].pk)
        return redirect(f"{meeting.get_absolute_url()}#ket-luan-{made[0].number}")
    more = (NEXT, "Lưu, thêm ý kiến chỉ đạo")
    return meeting_page(request, meeting, form, correction, title="Thêm kết luận", button="Thêm kết luận", more=more)


@recording_part(Conclusion, typed_into=ConclusionForm)
def conclusion_change(request, conclusion):
    meeting = conclusion.meeting
    form = ConclusionForm(request.POST or None, instance=conclusion)
    correction = CorrectionForm(request.POST or None, meeting=meeting)

    def change():
        if form.has_changed():
            why = correction.why
            change_meeting(meeting, keep=[conclusion], by=request.user, today=known_today(), correction=why)

    if are_valid(form, correction) and attempt(form, change):
        messages.success(request, f"Đã lưu kết luận {conclusion.number}.")
        tell_merged(request, form)
        return redirect(f"{meeting.get_absolute_url()}#ket-luan-{conclusion.number}")
    return meeting_page(request, meeting, form, correction, title=f"Sửa kết luận {conclusion.number}")


@recording_part(Conclusion)
def conclusion_remove(request, conclusion):
    """Take out a conclusion that directs nothing; asked once more on a page of its own."""
    meeting, name = conclusion.meeting, str(conclusion)
    form = forms.Form(request.POST or None)
    correction = CorrectionForm(request.POST or None, meeting=meeting)

    def remove():
        remove_conclusion(conclusion, by=request.user, today=known_today(), correction=correction.why)

    if _pressed(request, form, correction) and attempt(form, remove):
        messages.success(request, f"Đã bỏ kết luận «{name}». Các kết luận sau được đánh số lại.")
        return redirect(meeting)
    told = [("Kết luận", name), ("Nội dung", conclusion.text)]
    return meeting_page(request, meeting, form, correction, title="Bỏ kết luận", button="Bỏ kết luận này", told=told)


def _pressed(request, form: forms.Form, correction: CorrectionForm) -> bool:
    return request.method == "POST" and are_valid(form, correction)


@recording
def meeting_conclude(request, meeting):
    """Show the notice as it will be locked, and lock it."""
    today = known_today()
    if meeting.is_concluded:
        who = say_recorded(MeetingVersion.history.filter(meeting=meeting.pk))
        return too_late(request, meeting, [f"Cuộc họp này đã được kết luận trước đó. {who} Muốn sửa thì đính chính."])
    form = ConcludeForm(request.POST if request.method == "POST" else None, meeting=meeting)

    def conclude():
        conclude_meeting(meeting, **form.cleaned_data, by=request.user, today=today)

    if form.is_valid() and attempt(form, conclude):
        messages.success(request, "Đã chốt kết luận. Từ nay nội dung khóa lại; muốn sửa thì đính chính kèm lý do.")
        return redirect(meeting)
    context = {
        "meeting": meeting,
        "form": form,
        "missing": [(one, *mended_at(one)) for one in missing_to_conclude(meeting, today=today)],
        "lines": compose_notice(meeting).as_text().splitlines(),
    }
    return form_page(request, "meetings/meetings/meeting_conclude.html", context, form)
