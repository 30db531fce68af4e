"""Meetings in a calendar: at their hour by the clock of Vietnam; those without one take the day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import localdate
from icalendar import Calendar

from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tests.calendar_feed import events, feed_for
from tests.factories import AgencyFactory, ProvinceFactory, officer_of
from tests.meetings.factories import MeetingFactory

pytestmark = pytest.mark.django_db

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
SOON = localdate() + timedelta(days=3)


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def officer(province):
    return officer_of(AgencyFactory(province=province))


@pytest.mark.parametrize("held_on", [SOON, localdate(), localdate() - timedelta(days=3)])
def test_meeting_with_an_hour_begins_then(officer, province, held_on):
    MeetingFactory(province=province, held_on=held_on, begins_at=time(8, 30))

    [event] = events(feed_for(officer)).values()

    begins = event.decoded("dtstart")
    assert begins == datetime.combine(held_on, time(8, 30), VIETNAM)
    assert begins.astimezone(UTC).time() == time(1, 30)
    # Nobody said when it ends.
    assert "dtend" not in event


def test_calendar_brings_the_clock_that_its_hours_go_by(officer, province):
    MeetingFactory(province=province, held_on=SOON, begins_at=time(8, 30))

    content = feed_for(officer).content

    [zone] = Calendar.from_ical(content).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Asia/Ho_Chi_Minh"
    assert zone.to_tz(lookup_tzid=False).utcoffset(datetime.combine(SOON, time(8, 30))) == timedelta(hours=7)
    assert f"DTSTART;TZID=Asia/Ho_Chi_Minh:{SOON:%Y%m%d}T083000\r\n".encode() in content
    assert content.index(b"BEGIN:VTIMEZONE") < content.index(b"BEGIN:VEVENT")


def test_meeting_without_an_hour_takes_the_day(officer, province):
    MeetingFactory(province=province, held_on=SOON)

    response = feed_for(officer)

    [event] = events(response).values()
    assert event.decoded("dtstart") == SOON
    assert type(event.decoded("dtstart")) is date
    assert event.decoded("dtend") == SOON + timedelta(days=1)
    assert b"VTIMEZONE" not in response.content


def test_midnight_is_an_hour(officer, province):
    MeetingFactory(province=province, held_on=SOON, begins_at=time(0))

    [event] = events(feed_for(officer)).values()

    assert event.decoded("dtstart") == datetime.combine(SOON, time(0), VIETNAM)


def test_hour_that_becomes_known_moves_the_same_event(officer, province):
    meeting = MeetingFactory(province=province, held_on=SOON)
    before = events(feed_for(officer))
    meeting.begins_at = time(14)
    signed_save(meeting, by=system_account())

    after = events(feed_for(officer))

    assert list(before) == list(after)
    assert after[f"cuoc-hop-{meeting.pk}"].decoded("dtstart") == datetime.combine(SOON, time(14), VIETNAM)
