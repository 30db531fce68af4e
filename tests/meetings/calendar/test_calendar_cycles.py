"""By when reports on tasks are due, in the calendar of who has to send them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from meetings.operations.calendar_feeds import make_address
from programme.models import Role
from tasks.models import ReportingCycle
from tasks.operations.cycles import open_cycles
from tests.calendar_feed import events, feed_for
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingDutyFactory,
    UserFactory,
    officer_of,
    task_in_force,
)

pytestmark = pytest.mark.django_db


def asked_to_report(agency=None):
    """The agency leads a task of a programme; returns it and the cycle that runs."""
    programme = ProgrammeFactory(**({"province": agency.province} if agency else {}))
    agency = agency or AgencyFactory(province=programme.province)
    task = task_in_force(programme, lead=agency)
    open_cycles(ReportingDutyFactory(programme=programme), by=UserFactory(), today=localdate())
    return task, running().filter(duty__programme=programme).latest("first_day")


def running():
    return ReportingCycle.objects.begun(localdate()).filter(due_on__gte=localdate())


def lead_of(task):
    return task.plans.get().lead_agency


def test_cycle_is_told_by_its_due_day_until_the_report_is_sent():
    task, cycle = asked_to_report()
    officer = officer_of(lead_of(task))

    before = events(feed_for(officer))
    for one in running():
        ProgressUpdateFactory(task=task, cycle=one, as_of=one.first_day, author=officer, submitted=True)

    event = before[f"ky-bao-cao-{cycle.pk}"]
    assert event.decoded("dtstart") == cycle.due_on
    assert str(event["summary"]) == f"Hạn nộp báo cáo tiến độ: {task.programme.code} – {cycle}"
    assert str(event["url"]) == "http://testserver/quan-tri/"
    assert cycle.window.days in str(event["description"])
    assert events(feed_for(officer)) == {}


def test_what_is_overdue_is_no_day_of_the_calendar():
    task, _ = asked_to_report()

    told = events(feed_for(officer_of(lead_of(task)))).values()

    assert told
    assert all(event.decoded("dtstart") >= localdate() for event in told)


def test_nobody_else_is_told_of_it():
    task, _ = asked_to_report()
    province = task.programme.province

    assert events(feed_for(officer_of(AgencyFactory(province=province)))) == {}
    for role in (Role.LEADER, Role.OFFICE):
        assert events(feed_for(UserFactory(role=role, agency=lead_of(task)))) == {}


def test_query_count_does_not_grow_with_programmes():
    task, _ = asked_to_report()
    key, counts = make_address(officer_of(lead_of(task))), []
    # That it was read in this hour is noted once.
    Client().get(f"/lich/{key}.ics")

    for count in (1, 5):
        for _ in range(count):
            asked_to_report(lead_of(task))
        with CaptureQueriesContext(connection) as queries:
            told = events(Client().get(f"/lich/{key}.ics"))
        counts.append((len(queries), len(told) > count))

    assert counts[0] == counts[1]
