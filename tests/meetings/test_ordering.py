"""Conclusions and directives take another place; the numbers stay those of the notice, from 1 without a gap."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Conclusion, Directive
from meetings.operations.ordering import NothingMoved, move_conclusion, move_directive
from meetings.operations.recording import MeetingLocked, conclude_meeting
from tests.factories import UserFactory
from tests.meetings.factories import (
    AssignmentFactory,
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    MeetingFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2024, 4, 12)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def meeting():
    """Conclusions A (directives a1, a2, a3) and B (b1), then C."""
    meeting = MeetingFactory()
    a, b, _ = (ConclusionFactory(meeting=meeting, number=n, heading=name) for n, name in enumerate("ABC", 1))
    for conclusion, position, text in [(a, 1, "a1"), (a, 2, "a2"), (a, 3, "a3"), (b, 1, "b1")]:
        AssignmentFactory(directive=DirectiveFactory(conclusion=conclusion, position=position, text=text))
    AttendanceFactory(meeting=meeting, chair=True, position=1)
    return meeting


def conclusion(heading):
    return Conclusion.objects.get(heading=heading)


def directive(text):
    return Directive.objects.get(text=text)


def order(meeting):
    return [(one.number, one.heading) for one in meeting.conclusions.order_by("number")]


def listed(heading):
    return [(one.position, one.text) for one in conclusion(heading).directives.order_by("position")]


@pytest.mark.parametrize(
    ("heading", "to", "expected"),
    [("A", 3, "BCA"), ("C", 1, "CAB"), ("B", 1, "BAC"), ("A", 99, "BCA"), ("C", 0, "CAB")],
)
def test_conclusion_takes_another_place(person, meeting, heading, to, expected):
    moved = move_conclusion(conclusion(heading), to=to, by=person, today=TODAY)

    assert order(meeting) == list(enumerate(expected, 1))
    assert moved.number == expected.index(heading) + 1


@pytest.mark.parametrize(
    ("text", "to", "expected"), [("a1", 3, ["a2", "a3", "a1"]), ("a3", 1, ["a3", "a1", "a2"]), ("a1", 99, None)]
)
def test_directive_takes_another_place_in_its_conclusion(person, meeting, text, to, expected):
    move_directive(directive(text), conclusion=conclusion("A"), to=to, by=person, today=TODAY)

    assert listed("A") == list(enumerate(expected or ["a2", "a3", "a1"], 1))
    assert listed("B") == [(1, "b1")]


@pytest.mark.parametrize(("goal", "to", "expected"), [("B", 1, ["a1", "b1"]), ("B", 2, ["b1", "a1"]), ("C", 1, ["a1"])])
def test_directive_goes_to_another_conclusion(person, meeting, goal, to, expected):
    moved = move_directive(directive("a1"), conclusion=conclusion(goal), to=to, by=person, today=TODAY)

    assert listed("A") == [(1, "a2"), (2, "a3")]
    assert listed(goal) == list(enumerate(expected, 1))
    assert moved.label == f"{conclusion(goal).number}.{expected.index('a1') + 1}"


def test_each_row_that_moved_says_who_moved_it(person, meeting):
    move_directive(directive("a2"), conclusion=conclusion("B"), to=1, by=person, today=TODAY)

    changes = [directive(text).history.latest("history_id") for text in ("a2", "a3", "b1")]
    assert {(row.history_user, row.history_change_reason) for row in changes} == {(person, "Đổi thứ tự")}
    assert len({row.history_action for row in changes}) == 1
    assert directive("a1").history.count() == 1
    assert [row.position for row in directive("a3").history.order_by("history_id")] == [3, 2]


def test_what_stands_there_already_is_refused(person, meeting):
    with pytest.raises(NothingMoved):
        move_conclusion(conclusion("B"), to=2, by=person, today=TODAY)
    with pytest.raises(NothingMoved):
        move_directive(directive("a3"), conclusion=conclusion("A"), to=9, by=person, today=TODAY)

    assert directive("a3").history.count() == 1


def test_directive_does_not_go_to_another_meeting(person, meeting):
    other = ConclusionFactory(meeting=MeetingFactory(province=meeting.province))

    with pytest.raises(ValidationError, match="không còn trong cuộc họp"):
        move_directive(directive("a1"), conclusion=other, to=1, by=person, today=TODAY)

    assert not other.directives.exists()


def test_order_of_a_concluded_meeting_is_a_correction(person, meeting):
    move_directive(directive("a1"), conclusion=conclusion("C"), to=1, by=person, today=TODAY)
    conclude_meeting(meeting, by=person, today=TODAY)

    with pytest.raises(MeetingLocked):
        move_conclusion(conclusion("C"), to=1, by=person, today=TODAY)
    with pytest.raises(MeetingLocked):
        move_directive(directive("a3"), conclusion=conclusion("A"), to=1, by=person, today=TODAY)
    move_conclusion(conclusion("C"), to=1, by=person, today=TODAY, correction="Nhập sai thứ tự")

    assert order(meeting) == [(1, "C"), (2, "A"), (3, "B")]
    assert meeting.versions.get(number=2).reason == "Nhập sai thứ tự"
    assert "1. C\n" in meeting.versions.get(number=2).text
