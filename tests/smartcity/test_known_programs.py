"""Programs that ask what was known at a moment: calendars, the API, commands."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import localtime
from rest_framework.authtoken.models import Token

from meetings.operations.calendar_feeds import make_address
from programme.models import Role
from smartcity.lib.log.sealing import seal
from tests.calendar_feed import due_assignment, events, same_place
from tests.factories import ProgrammeFactory, UserFactory, adopted_revision, officer_of

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def sealed():
    """A moment as addresses say it."""
    return f"khoi-{seal().seal.number}"


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    return browser


def test_calendar_tells_what_was_known_whoever_asks():
    assignment = due_assignment()
    officer = officer_of(assignment.agency)
    address = f"/lich/{make_address(officer)}.ics"
    moment = sealed()
    due_assignment(**same_place(assignment))
    nobody, browser = Client(), signed_in(officer)
    then = [asking.get(address, {"biet-den": moment}) for asking in (nobody, browser)]
    unread = [asking.get(address, {"biet-den": "x"}) for asking in (nobody, browser)]

    assert then[0].content == then[1].content
    assert events(then[0]) != events(nobody.get(address))
    assert not events(nobody.get(address, {"biet-den": "01/01/2001"}))
    assert {answer.status_code for answer in unread} == {400}
    assert "chưa phải một ngày" in unread[0].text
    assert nobody.get("/lich/sai.ics", {"biet-den": moment}).status_code == 404


def test_api_says_the_moment_and_reads_it_as_machines_write_it():
    programme = ProgrammeFactory(code="DT-MOT")
    adopted_revision(programme, tasks=1)
    token = Token.objects.create(user=UserFactory(role=Role.AUDITOR, agency=None))
    moment = sealed()

    def asked(**query):
        address = "/api/v1/programmes/DT-MOT/figures/"
        return Client().get(address, query, headers={"Authorization": f"Token {token}"})

    then = asked(known_at=moment).json()
    assert "known_at" not in asked().json()
    assert then["known_block"] == int(moment.removeprefix("khoi-"))
    assert asked(known_at=localtime().isoformat(timespec="seconds")).json()["known_block"] == then["known_block"]
    assert asked(known_at=then["known_at"]).json()["known_at"] == then["known_at"]
    assert asked(known_at="2001-01-01T00:00:00").status_code == 404
    assert asked(known_at=moment, **{"biet-den": moment}).status_code == 400


def test_command_refuses_an_empty_moment(capsys):
    with pytest.raises(CommandError, match="chưa phải một ngày"):
        call_command("figures", known_at="")
