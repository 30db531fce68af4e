"""Meetings, what they direct, and findings that are found."""

import re

from django.db.models import F, Q, QuerySet

from meetings.models import Directive, Finding, Meeting
from smartcity.lib.language.dates import say_day
from smartcity.search.hits import Hit, Kind, hit, place
from smartcity.search.matching import Search, best_first, cited_documents, found, has_words

# The place of a directive in the notice of its meeting.
LABEL = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})")


def _meetings(search: Search) -> QuerySet[Meeting]:
    """By what it was about and where, by day, or by the document of its conclusions."""
    visible = Meeting.objects.visible_to(search.user)
    exact = visible.filter(Q(notice__in=cited_documents(search)) | Q(held_on=search.asked.day))
    rows = found(visible.filter(has_words(search.asked.words)), exact)
    rows = best_first(rows, search.asked, F("held_on").desc(), exact=exact, name="title")
    return rows.select_related("province", "notice")


def _tell_meeting(meeting: Meeting, search: Search) -> Hit:
    told = [meeting.place, str(meeting.notice) if meeting.notice else None, place(meeting.province, search)]
    return hit(search, meeting.get_absolute_url(), f"{meeting}: {meeting.title}", told=told)


def _directives(search: Search) -> QuerySet[Directive]:
    """By what is to be done, or by place in the notice: «2.3»."""
    visible = Directive.objects.visible_to(search.user)
    label = LABEL.fullmatch(search.asked.typed)
    exact = visible.filter(conclusion__number=label[1], position=label[2]) if label else None
    rows = found(visible.filter(has_words(search.asked.words)), exact)
    rows = best_first(rows, search.asked, F("conclusion__meeting__held_on").desc(), exact=exact)
    return rows.select_related("conclusion__meeting__province")


def _tell_directive(directive: Directive, search: Search) -> Hit:
    meeting = directive.conclusion.meeting
    return hit(
        search,
        directive.get_absolute_url(),
        str(directive),
        texts=[directive.text],
        told=[
            f"mục {directive.label}, cuộc họp ngày {say_day(meeting.held_on)}",
            place(meeting.province, search),
            "thôi theo dõi" if directive.withdrawn_on and directive.withdrawn_on <= search.on else None,
        ],
    )


def _findings(search: Search) -> QuerySet[Finding]:
    """By what it is about and asks, or by the document that it stands in."""
    visible = Finding.objects.visible_to(search.user)
    exact = visible.filter(document__in=cited_documents(search))
    rows = found(visible.filter(has_words(search.asked.words)), exact)
    return best_first(rows, search.asked, exact=exact, name="subject").select_related(
        "body", "agency", "province", "document"
    )


def _tell_finding(finding: Finding, search: Search) -> Hit:
    return hit(
        search,
        finding.get_absolute_url(),
        str(finding),
        texts=[finding.asks],
        told=[finding.agency.name, finding.get_state_display(), place(finding.province, search)],
    )


MEETINGS = Kind("cuoc-hop", "Cuộc họp", _meetings, _tell_meeting)
DIRECTIVES = Kind("chi-dao", "Ý kiến chỉ đạo", _directives, _tell_directive)
FINDINGS = Kind("kien-nghi", "Kiến nghị kiểm toán, thanh tra", _findings, _tell_finding)
