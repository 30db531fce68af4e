"""What the pages that change a meeting share: who is let in, how a form is judged, shown and refused."""

from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from meetings.models import Conclusion, Directive, Meeting, correcting
from meetings.pages.meetings.views import MAY_CHANGE, find_meeting
from programme.models import User
from smartcity.lib.forms.unsaved_input import KEPT, removal_of, say_removed, typed_words
from smartcity.lib.language.text import shorten
from smartcity.lib.pages.record_page import record_page
from smartcity.lib.pages.unsaved_input import unsaved_page

# The second button of a page: saves, and goes on to the next directive.
NEXT = "y-kien-tiep"


def recording(view):
    """Let in only those who record meetings; who saves takes turns with others on the same meeting."""

    @wraps(view)
    @login_required
    def wrapped(request, pk, **kwargs):
        meeting = find_meeting(request.user, pk)
        if not request.user.has_perm(MAY_CHANGE):
            raise PermissionDenied
        if request.method != "POST":
            return view(request, meeting, **kwargs)
        with transaction.atomic():
            take_turns(meeting)
            return view(request, find_meeting(request.user, pk), **kwargs)

    return wrapped


def recording_part(model: type[Conclusion] | type[Directive], *, typed_into: type[forms.BaseForm] | None = None):
    """The same for a page of one of its conclusions or directives; of one that is gone, say who took it out."""

    def decorate(view):
        @wraps(view)
        @login_required
        def wrapped(request, pk, **kwargs):
            part = find_part(model, request.user, pk)
            if not request.user.has_perm(MAY_CHANGE):
                raise PermissionDenied
            if part is None:
                return _gone(request, model, pk, typed_into)
            if request.method != "POST":
                return view(request, part, **kwargs)
            with transaction.atomic():
                take_turns(meeting_of(part))
                part = find_part(model, request.user, pk)
                return view(request, part, **kwargs) if part else _gone(request, model, pk, typed_into)

        return wrapped

    return decorate


def take_turns(meeting: Meeting) -> None:
    """Before what was typed is compared with what is stored."""
    Meeting.objects.select_for_update().get(pk=meeting.pk)


def meeting_of(part: Any) -> Meeting:
    return part.meeting if isinstance(part, Conclusion) else part.conclusion.meeting


def find_part(model: Any, user: User, pk: int):
    """The conclusion or directive; none where it was taken out of a meeting that may be seen, else ``Http404``."""
    path = "meeting" if model is Conclusion else "conclusion__meeting"
    found = model.objects.visible_to(user).select_related(f"{path}__province", f"{path}__notice").filter(pk=pk).first()
    if found is None:
        get_object_or_404(Meeting.objects.visible_to(user), pk=_meeting_of_removed(model, pk))
    return found


def _meeting_of_removed(model: Any, pk: int) -> int:
    row = removal_of(model, id=pk)
    if row is None:
        raise Http404
    if model is Conclusion:
        return row.meeting_id
    return Conclusion.history.filter(id=row.conclusion_id).order_by("-history_id").first().meeting_id


def _gone(request, model: Any, pk: int, typed_into: type[forms.BaseForm] | None):
    meeting = find_meeting(request.user, _meeting_of_removed(model, pk))
    name = str(model._meta.verbose_name).capitalize()
    filled = [typed_into(request.POST)] if typed_into and request.method == "POST" else []
    said, title = say_removed(removal_of(model, id=pk)), f"{name} này không còn trong cuộc họp"
    sentence = f"{said} {KEPT}" if filled else said
    return unsaved_page(request, meeting, sentence, typed_words(*filled), title=title, status=410)


def are_valid(*filled: forms.BaseForm | forms.BaseFormSet) -> bool:
    """Whether all that was sent holds; each is asked, so that each says what is wrong with it.

    What is typed into a concluded meeting is judged as the correction that it will be saved as.
    """
    with correcting():
        verdicts = [one.is_bound and one.is_valid() for one in filled]
    return all(verdicts)


def meeting_page(request, meeting: Meeting, form, *rows, **around):
    crumbs = [("Cuộc họp", reverse("meeting_list"))]
    if meeting.pk:
        crumbs.append((str(meeting), meeting.get_absolute_url()))
        around["about"] = f"{meeting}: {shorten(meeting.title, 200)}"
    return record_page(request, form, *rows, crumbs=crumbs, **around)


def place_of(directive: Directive) -> str:
    """Where the directive stands on the page of its meeting."""
    return f"{directive.conclusion.meeting.get_absolute_url()}#chi-dao-{directive.pk}"
