"""A meeting that did not take place, or was entered by mistake, is taken out with its reason."""

from datetime import date

import pytest

from meetings.models import Attendance, Meeting
from meetings.operations.removing import MeetingStays, remove_meeting
from programme.models import Role
from tests.factories import UserFactory
from tests.meeting_pages import page, secretary_of, send
from tests.meetings.factories import AttendanceFactory, ConclusionFactory, MeetingFactory, OpinionFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TODAY = date(2024, 5, 2)


@pytest.fixture
def meeting():
    meeting = MeetingFactory()
    AttendanceFactory(meeting=meeting, chair=True)
    OpinionFactory(meeting=meeting)
    return meeting


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province)


def test_meeting_is_taken_out_with_its_parts_and_its_reason(client_of, meeting, person):
    response = send(client_of(person), "meeting_remove", meeting, reason="Hoãn họp.")

    assert "Đã bỏ cuộc họp ngày 10/04/2024." in text_of(response.text)
    assert not Meeting.objects.exists()
    for model in (Meeting, Attendance):
        last = model.history.latest()
        assert (last.history_type, last.history_user, last.history_change_reason) == ("-", person, "Hoãn họp.")


def test_meeting_is_not_taken_out_without_a_reason(client_of, meeting, person):
    response = send(client_of(person), "meeting_remove", meeting, reason=" ")

    assert response.status_code == 400
    assert "Ghi lý do bỏ cuộc họp." in text_of(response.text)
    assert Meeting.objects.exists()


def test_meeting_with_conclusions_stays(meeting, person):
    ConclusionFactory(meeting=meeting)

    with pytest.raises(MeetingStays, match="kết luận soạn dở"):
        remove_meeting(meeting, reason="Nhầm.", by=person, today=TODAY)

    assert Attendance.objects.count() == 1


def test_concluded_meeting_stays(person):
    with pytest.raises(MeetingStays, match="đã kết luận"):
        remove_meeting(MeetingFactory(concluded=True), reason="Nhầm.", by=person, today=TODAY)


def test_only_the_office_takes_meetings_out(client_of, meeting):
    leader = UserFactory(role=Role.LEADER, agency=secretary_of(meeting.province).agency)

    assert client_of(leader).post(page("meeting_remove", meeting), {"reason": "Nhầm."}).status_code == 403
    assert Meeting.objects.exists()
