"""The pages on which meetings are read: the list, one meeting as its notice reads, its versions, the printed notice."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from meetings.models import (
    Attendance,
    AttendanceRole,
    Directive,
    Meeting,
    MeetingProgramme,
    MeetingState,
    order_of_meetings,
    reads_drafts,
)
from meetings.notice import compose_notice, paragraphs_of
from meetings.pages.meetings.filters import MeetingFilterForm
from meetings.pages.meetings.on_day import MEETING_TONES, read_meeting
from meetings.pages.meetings.versions import changed_lines, says_otherwise
from programme.models import User
from programme.page_citations import citations_in
from programme.removed_records import or_its_history
from smartcity.lib.language.text import words_to_find
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import page_of
from smartcity.lib.records.signers import signers_then

MAY_ADD, MAY_CHANGE = "meetings.add_meeting", "meetings.change_meeting"


@login_required
def meeting_list(request):
    """The meetings that the user may see, the newest first."""
    today = known_today()
    form = MeetingFilterForm(request.GET, user=request.user)
    page = page_of(request, found_meetings(form, request.user))
    states = [(meeting, meeting.state_on(today)) for meeting in page]
    context = day_context(AsOfForm(request.GET)) | {
        "form": form,
        "page": page,
        "rows": [(meeting, state.label, MEETING_TONES[state]) for meeting, state in states],
        "searched": bool(form.chosen()),
        "may_add": request.user.has_perm(MAY_ADD),
    }
    return render(request, "meetings/meetings/meeting_list.html", context)


def found_meetings(form: MeetingFilterForm, user: User) -> QuerySet[Meeting]:
    """What the filters find of the meetings that the user may see, in the order of the list."""
    today = known_today()
    meetings = Meeting.objects.visible_to(user)
    for word in words_to_find(form.typed("q")):
        meetings = meetings.filter(search_text__contains=word)
    if code := form.typed("de-an"):
        meetings = meetings.filter(about__programme__code=code)
    states = {
        MeetingState.PLANNED: Q(held_on__gt=today),
        MeetingState.HELD: Q(held_on__lte=today, version=0),
        MeetingState.CONCLUDED: Q(held_on__lte=today, version__gte=1),
    }
    if state := form.typed("tinh-trang"):
        meetings = meetings.filter(states[MeetingState(state)])
    # Beside each meeting, not joined to it: the pages are counted without them.
    directives = Directive.objects.visible_to(user).filter(conclusion__meeting=OuterRef("pk")).order_by()
    counted = directives.values("conclusion__meeting").annotate(count=Count("pk")).values("count")
    about = MeetingProgramme.objects.select_related("programme").order_by("pk")
    chairs = Attendance.objects.filter(role=AttendanceRole.CHAIR).select_related("agency")
    return (
        meetings.annotate(directive_count=Coalesce(Subquery(counted), 0))
        .prefetch_related(Prefetch("about", about), Prefetch("attendances", chairs, to_attr="chairs"))
        .order_by(*order_of_meetings(newest_first=True))
    )


def find_meeting(user: User, pk: int) -> Meeting:
    """The meeting, if the person may see it; raises ``Http404``."""
    meetings = Meeting.objects.visible_to(user).select_related("province", "source", "notice__issuer")
    return get_object_or_404(meetings, pk=pk)


def is_told_to(user: User, meeting: Meeting) -> bool:
    """Whether the person may read what the meeting concluded, of a meeting that may be seen."""
    return meeting.is_concluded or reads_drafts(user)


@login_required
@or_its_history(Meeting)
def meeting_detail(request, pk):
    """One meeting as its notice reads, each directive with where it stands on the day."""
    meeting = find_meeting(request.user, pk)
    form = AsOfForm(request.GET)
    context = day_context(form)
    shown = read_meeting(meeting, on=context["as_of"], today=context["today"])
    opinions = list(meeting.opinions.visible_to(request.user).select_related("agency").order_by("position"))
    may_change = request.user.has_perm(MAY_CHANGE)
    is_told = is_told_to(request.user, meeting)
    versions = list(meeting.versions.order_by("-number"))
    context |= {
        "is_told": is_told,
        "meeting": meeting,
        "shown": shown,
        "opinions": opinions,
        "programmes": [one.programme for one in meeting.about.select_related("programme").order_by("programme__code")],
        "versions": versions,
        "says_otherwise": bool(versions) and says_otherwise(shown.notice.as_text(), versions[0].text),
        "may_change": may_change,
        "may_conclude": may_change and shown.state == MeetingState.HELD,
        "citations": citations_in(
            [*(shown.texts if is_told else ()), *(one.text for one in opinions)],
            user=request.user,
            province=meeting.province,
            kept_day=context["kept_day"],
        ),
    }
    return render(request, "meetings/meetings/meeting_detail.html", context, status=form_status(form))


@login_required
def meeting_version(request, pk, number):
    """What the notice said as one of its versions, and what that one changed."""
    meeting = find_meeting(request.user, pk)
    version = get_object_or_404(meeting.versions.all(), number=number)
    before = meeting.versions.filter(number__lt=number).order_by("-number").first()
    recorded = version.history.select_related("history_user").earliest("history_id")
    signers_then([recorded])
    context = {
        "meeting": meeting,
        "version": version,
        "before": before,
        "lines": changed_lines(before.text, version.text) if before else changed_lines(version.text, version.text),
        "after": meeting.versions.filter(number__gt=number).order_by("number").first(),
        "recorded": recorded,
    }
    return render(request, "meetings/meetings/meeting_version.html", context)


@login_required
def meeting_notice(request, pk):
    """The notice on a sheet of paper, as Nghị định 30/2020/NĐ-CP lays it out."""
    meeting = find_meeting(request.user, pk)
    if not is_told_to(request.user, meeting):
        raise Http404
    notice = compose_notice(meeting)
    context = {
        "meeting": meeting,
        "notice": notice,
        "points": [(point.number, *_first_and_rest(paragraphs_of(point))) for point in notice.points],
        "may_issue": request.user.has_perm("programme.change_legaldocument")
        and meeting.notice is not None
        and meeting.notice.awaits_its_number
        and meeting.notice.is_kept_by(request.user),
    }
    return render(request, "meetings/meetings/meeting_notice.html", context)


def _first_and_rest(paragraphs: list[str]) -> tuple[str, list[str]]:
    return paragraphs[0], paragraphs[1:]
