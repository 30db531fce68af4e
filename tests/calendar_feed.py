"""Somebody's calendar, as a calendar program reads it."""

from datetime import timedelta

from django.test import Client
from django.utils.timezone import localdate
from icalendar import Calendar

from meetings.models.due import DueKind
from meetings.operations.calendar_feeds import make_address
from tests.meetings.factories import AssignmentFactory

DUE = localdate() + timedelta(days=20)


def due_assignment(**fields):
    return AssignmentFactory(directive__due_kind=DueKind.DAY, directive__due_day=DUE, **fields)


def same_place(assignment):
    """Another directive to the same agency."""
    return {
        "agency": assignment.agency,
        "directive__conclusion__meeting__province": assignment.agency.province,
    }


def feed_for(user):
    return Client().get(f"/lich/{make_address(user)}.ics")


def events(response):
    return {str(event["uid"]).split("@")[0]: event for event in Calendar.from_ical(response.content).walk("VEVENT")}
