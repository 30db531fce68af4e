"""Besides days that a meeting set: periodic reports and findings in the calendar of who answers for them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from meetings.models import AssignmentRole
from meetings.operations.answering import report_period
from meetings.operations.calendar_feeds import make_address
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tests.calendar_feed import events, feed_for, same_place
from tests.factories import AgencyFactory, UserFactory, officer_of
from tests.meetings.factories import AssignmentFactory, FindingFactory

pytestmark = pytest.mark.django_db

# Sunday of this week.
WEEK_END = localdate() + timedelta(days=6 - localdate().weekday())
WEEK = WEEK_END.isocalendar()
DUE = localdate() + timedelta(days=20)


def periodic(**fields):
    return AssignmentFactory(directive__due_kind="cadence", directive__due_cadence="weekly", **fields)


def leader_of(province):
    return UserFactory(role=Role.LEADER, agency=AgencyFactory(province=province))


def test_report_of_the_running_week_is_told_once_until_it_is_sent():
    assignment = periodic()
    officer = officer_of(assignment.agency)

    before = events(feed_for(officer))
    report_period(assignment, period_last_day=WEEK_END, text="Đã nối 60%.", by=officer, today=localdate())

    [event] = before.values()
    assert list(before) == [f"bao-cao-{assignment.pk}-{WEEK_END:%Y%m%d}"]
    assert event.decoded("dtstart") == WEEK_END
    assert event.decoded("dtend") == WEEK_END + timedelta(days=1)
    assert str(event["summary"]) == f"Hạn báo cáo kỳ: {assignment.agency.label} – tuần {WEEK.week} năm {WEEK.year}"
    assert str(event["url"]) == f"http://testserver{assignment.get_absolute_url()}"
    assert events(feed_for(officer)) == {}


def test_report_is_expected_of_nobody_else():
    assignment = periodic(role=AssignmentRole.COORDINATING)
    other = periodic(**same_place(assignment) | {"agency": AgencyFactory(province=assignment.agency.province)})

    assert events(feed_for(officer_of(assignment.agency))) == {}
    assert events(feed_for(leader_of(other.agency.province))) == {}


def test_open_finding_with_a_day_is_told_to_the_agency_that_answers():
    finding = FindingFactory(due_on=DUE)
    FindingFactory(agency=finding.agency, province=finding.province)
    FindingFactory(due_on=DUE)

    [(key, event)] = events(feed_for(officer_of(finding.agency))).items()

    assert key == f"kien-nghi-{finding.pk}"
    assert event.decoded("dtstart") == DUE
    assert str(event["summary"]) == f"Hạn kiến nghị: {finding.agency.label} – {finding.subject}"
    assert finding.asks in str(event["description"])
    assert events(feed_for(leader_of(finding.province))) == {}


def test_finding_that_was_closed_is_not_told():
    finding = FindingFactory(due_on=DUE)
    finding.state, finding.answer = "closed", "Đã rà soát."
    finding.answered_on, finding.closed_on = date(2024, 4, 25), date(2024, 4, 30)
    signed_save(finding, by=system_account())

    assert events(feed_for(officer_of(finding.agency))) == {}


def test_query_count_does_not_grow():
    first = periodic()
    key, counts = make_address(officer_of(first.agency)), []
    # That it was read in this hour is noted once.
    Client().get(f"/lich/{key}.ics")

    for count in (1, 8):
        for _ in range(count):
            periodic(**same_place(first))
            FindingFactory(agency=first.agency, province=first.agency.province, due_on=DUE)
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(f"/lich/{key}.ics").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
