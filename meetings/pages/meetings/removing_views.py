"""The page on which a meeting is taken out that did not take place, or was entered by mistake."""

from django.contrib import messages
from django.shortcuts import redirect

from meetings.operations.removing import remove_meeting
from meetings.pages.meetings.form_pages import meeting_page, recording
from meetings.pages.meetings.forms import RemoveForm
from smartcity.lib.forms.record_forms import attempt
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.unsaved_input import too_late


@recording
def meeting_remove(request, meeting):
    """Take the meeting out of list and calendar, with its reason."""
    if meeting.is_concluded:
        return too_late(request, meeting, ["Cuộc họp đã kết luận nên không bỏ được. Nội dung sai thì đính chính."])
    form, name = RemoveForm(request.POST or None), str(meeting)

    def remove():
        remove_meeting(meeting, **form.cleaned_data, by=request.user, today=known_today())

    if form.is_valid() and attempt(form, remove):
        messages.success(request, f"Đã bỏ {name[:1].lower()}{name[1:]}.")
        return redirect("meeting_list")
    told = [("Cuộc họp", name), ("Nội dung", meeting.title)]
    return meeting_page(request, meeting, form, title="Bỏ cuộc họp", button="Bỏ cuộc họp này", told=told)
