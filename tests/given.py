"""What meetings gave to agencies, made for tests, and what a page of it shows."""

import re
from datetime import date
from html import unescape

from django.urls import reverse

from meetings.models import AssignmentRole, AssignmentState, ExtensionState, correcting
from meetings.models.due import Due, DueKind
from tests.factories import UserFactory
from tests.meetings.factories import (
    AssignmentFactory,
    DirectiveFactory,
    ExtensionFactory,
    MeetingFactory,
    MeetingProgrammeFactory,
)

NO_DUE = Due(DueKind.NONE)


def by(day: date, **more) -> Due:
    return Due(DueKind.DAY, day=day, **more)


def meeting_about(programme, held_on: date = date(2024, 4, 10)):
    """A meeting on the programme that is concluded."""
    meeting = MeetingFactory(province=programme.province, concluded=True, held_on=held_on)
    with correcting():
        MeetingProgrammeFactory(meeting=meeting, programme=programme)
    return meeting


def give(meeting, *agencies, due=NO_DUE, done_on=None, state=None, role=AssignmentRole.LEAD, **directive):
    """One directive to these agencies, each with the same role and state; returns the first one's part."""
    directive = DirectiveFactory(conclusion__meeting=meeting, due=due, **directive)
    state = state or (AssignmentState.CONFIRMED if done_on else AssignmentState.OPEN)
    parts = [
        AssignmentFactory(directive=directive, agency=agency, role=role, done_on=done_on, state=state)
        for agency in agencies
    ]
    return parts[0]


def extend(assignment, until: date, *, on: date):
    return ExtensionFactory(
        assignment=assignment,
        asked_due_on=until,
        requested_on=on,
        state=ExtensionState.GRANTED,
        granted_due_on=until,
        decided_on=on,
        decided_by=UserFactory(agency=assignment.agency),
    )


def page(name="directive_board", **query):
    return reverse(name, query={key.replace("_", "-"): value for key, value in query.items()})


def words(response):
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", response.text))
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def links(response):
    """Each address with the words of its link."""
    found = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', response.text, re.DOTALL)
    return [(unescape(href), " ".join(re.sub(r"<[^>]+>", " ", label).split())) for href, label in found]


def row_count(response):
    """How many rows the board's table has, and what it says of their number."""
    told = re.search(r"<caption>([\d.]+) việc", response.text)
    shown = response.text.count('data-label="Tình trạng"')
    return shown, int(told[1].replace(".", "")) if told else 0
