"""The calendar of a person: its address, what it holds, and that any real program can read it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from meetings.operations.calendar_feeds import make_address, revoke_address
from meetings.pages.calendar import feed
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tests.calendar_feed import DUE, due_assignment, events, feed_for, same_place
from tests.factories import AgencyFactory, UserFactory, officer_of
from tests.meetings.factories import AssignmentFactory, ExtensionFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment():
    return due_assignment()


@pytest.fixture
def officer(assignment):
    return officer_of(assignment.agency)


def test_feed_tells_what_the_agency_has_to_do(officer, assignment):
    due_assignment(directive=assignment.directive)

    response = feed_for(officer)

    [event] = events(response).values()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert not response.cookies
    assert event.decoded("dtstart") == DUE
    assert str(event["url"]) == f"http://testserver{assignment.get_absolute_url()}"
    assert assignment.agency.label in str(event["description"])


def test_feed_is_the_same_until_something_in_it_changes(officer, assignment):
    meeting = MeetingFactory(province=assignment.agency.province, held_on=localdate())
    browser, address = Client(), f"/lich/{make_address(officer)}.ics"
    first = browser.get(address)

    again = browser.get(address)
    unchanged = browser.get(address, headers={"If-None-Match": first["ETag"]})
    meeting.place = "Phòng họp khác"
    signed_save(meeting, by=system_account())
    changed = browser.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_event_tells_when_it_was_last_changed():
    meeting = MeetingFactory(held_on=localdate())
    meeting.place = "Phòng họp khác"
    signed_save(meeting, by=system_account())

    [event] = events(feed_for(officer_of(AgencyFactory(province=meeting.province)))).values()

    last = meeting.history.latest().history_date.replace(microsecond=0)
    assert event.decoded("last-modified") == event.decoded("dtstamp") == last


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER])
def test_office_and_leaders_are_told_of_the_whole_province(assignment, role):
    province = assignment.agency.province
    due_assignment()
    user = UserFactory(role=role, agency=AgencyFactory(province=province))

    assert list(events(feed_for(user))) == [f"phan-cong-{assignment.pk}"]


def test_due_that_was_extended_moves_and_stays_the_same_event(officer, assignment):
    before = events(feed_for(officer))
    later = DUE + timedelta(days=10)
    ExtensionFactory(
        assignment=assignment,
        state="granted",
        granted_due_on=later,
        decided_on=localdate(),
        decided_by=UserFactory(),
    )

    after = events(feed_for(officer))

    assert list(before) == list(after)
    assert next(iter(after.values())).decoded("dtstart") == later


def test_what_is_done_or_has_no_day_is_not_told(officer, assignment):
    assignment.state, assignment.done_on = "confirmed", date(2024, 4, 20)
    signed_save(assignment, by=system_account())
    AssignmentFactory(**same_place(assignment))

    assert events(feed_for(officer)) == {}


def test_meetings_of_the_province_are_told_from_90_days_back_on(officer, assignment):
    province, today = assignment.agency.province, localdate()
    recent = MeetingFactory(province=province, held_on=today - timedelta(days=90), place="Phòng họp số 1")
    MeetingFactory(province=province, held_on=today - timedelta(days=91))
    MeetingFactory(held_on=today)

    told = events(feed_for(officer))

    assert set(told) == {f"cuoc-hop-{recent.pk}", f"phan-cong-{assignment.pk}"}
    assert str(told[f"cuoc-hop-{recent.pk}"]["location"]) == "Phòng họp số 1"


def test_lines_are_folded_and_texts_escaped(officer, assignment):
    province = assignment.agency.province
    title = "nghe báo cáo; thảo luận, kết luận\nvề Đề án đô thị thông minh tỉnh Bà Rịa - Vũng Tàu " * 3
    meeting = MeetingFactory(province=province, held_on=localdate(), title=title)

    response = feed_for(officer)

    lines = response.content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\n" in line for line in lines)
    assert str(events(response)[f"cuoc-hop-{meeting.pk}"]["summary"]) == f"Họp: {meeting.title}"


def test_feed_tells_that_there_is_more(officer, assignment, monkeypatch):
    monkeypatch.setattr(feed, "MOST", 2)
    for _ in range(2):
        due_assignment(**same_place(assignment))

    told = events(feed_for(officer))

    assert len(told) == 3
    assert "con-nua" in told


def test_query_count_does_not_grow(officer, assignment):
    key, counts = make_address(officer), []
    # That it was read in this hour is noted once.
    Client().get(f"/lich/{key}.ics")

    for count in (1, 10):
        for _ in range(count):
            due_assignment(**same_place(assignment))
            MeetingFactory(province=assignment.agency.province, held_on=localdate())
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(f"/lich/{key}.ics").status_code == 200
        counts.append(len(queries))

    assert counts[1] == counts[0]


# Who reads it


def test_address_is_shown_once(client_of, officer):
    browser = client_of(officer)

    made = browser.post("/lich/")
    again = browser.get("/lich/")

    address = made.context["made"]
    assert address in made.text
    assert Client().get(address).status_code == 200
    assert ".ics" not in again.text
    assert "Bạn có một địa chỉ lịch" in again.text


def test_address_that_was_revoked_or_replaced_opens_nothing(client_of, officer):
    first, browser = make_address(officer), client_of(officer)
    second = make_address(officer)
    replaced = Client().get(f"/lich/{first}.ics").status_code

    browser.post("/lich/thu-hoi/")

    assert replaced == 404
    assert Client().get(f"/lich/{second}.ics").status_code == 404
    assert not revoke_address(officer)


@pytest.mark.parametrize("key", ["x", "khoa-khong-co", "x" * 5000, "%00", "đ"])
def test_unknown_address_opens_nothing(key):
    assert Client().get(f"/lich/{key}.ics").status_code == 404


def test_calendar_of_an_inactive_person_opens_nothing(officer):
    key = make_address(officer)
    officer.is_active = False
    signed_save(officer, by=system_account())

    assert Client().get(f"/lich/{key}.ics").status_code == 404


def test_calendar_of_who_works_for_no_agency_any_more_opens_nothing(officer):
    key = make_address(officer)
    membership = officer.memberships.get()
    membership.last_day = localdate() - timedelta(days=1)
    signed_save(membership, by=system_account())

    assert Client().get(f"/lich/{key}.ics").status_code == 404


def test_auditor_has_no_calendar(client_of):
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    assert client_of(auditor).post("/lich/").status_code == 403
