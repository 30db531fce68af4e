"""Boxes to tick: what a browser would never send is refused beside its list, and nothing is saved."""

import pytest

from meetings.models import Directive, Meeting
from tests.meeting_pages import errors_of, secretary_of, send
from tests.meetings.factories import ConclusionFactory, MeetingFactory

pytestmark = pytest.mark.django_db

UNKNOWN = [
    pytest.param("999999", id="no such record"),
    pytest.param("99999999999999999999999", id="beyond any key"),
    pytest.param("-99999999999999999999999", id="below any key"),
    pytest.param("9" * 5000, id="thousands of digits"),
    pytest.param("abc", id="no number"),
    pytest.param("", id="empty"),
]


@pytest.fixture
def meeting():
    return MeetingFactory()


@pytest.fixture
def office(client_of, meeting):
    return client_of(secretary_of(meeting.province))


@pytest.mark.parametrize("key", UNKNOWN)
@pytest.mark.parametrize("field", ["leads", "coordinating"])
def test_unknown_agency_of_a_directive_is_refused(office, meeting, field, key):
    conclusion = ConclusionFactory(meeting=meeting, number=1)

    response = send(office, "directive_add", conclusion, text="Trình hồ sơ.", kind="none", **{field: [key]})

    assert errors_of(response)[field].startswith("Chọn lại")
    assert not Directive.objects.exists()


@pytest.mark.parametrize("key", UNKNOWN)
def test_unknown_programme_of_a_meeting_is_refused(office, meeting, key):
    response = send(office, "meeting_change", meeting, title="Nội dung khác", programmes=[key])

    assert errors_of(response)["programmes"].startswith("Chọn lại")
    assert Meeting.objects.get().title == meeting.title
