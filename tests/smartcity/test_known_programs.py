"""Programs that ask what was known at a moment: calendars, the API, commands."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.timezone import localtime
from rest_framework.authtoken.models import Token

from meetings.operations.calendar_feeds import make_address
from programme.models import Role
from smartcity.lib.log.known.marks import mark_of
from smartcity.lib.log.sealing import seal
from smartcity.lib.pages.known.moment import say_known
from tests.calendar_feed import due_assignment, events, same_place
from tests.factories import AgencyFactory, ProgrammeFactory, UserFactory, adopted_revision, officer_of
from tests.given import give, meeting_about

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


def printed(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def test_commands_of_directives_and_revisions_say_day_and_moment():
    programme = ProgrammeFactory(code="DT-MOT")
    give(meeting_about(programme), AgencyFactory(province=programme.province))
    adopted_revision(programme, tasks=1)
    moment = sealed()
    block = int(moment.removeprefix("khoi-"))
    compared, directed = ["compare", "DT-MOT", "1", "1"], ["directives", "--as-of", "2024-05-01"]

    for command in (compared, directed):
        assert "theo những gì biết đến" not in printed(*command)
        assert f"theo những gì biết đến {say_known(mark_of(block))}" in printed(*command, known_at=moment)
    assert "số liệu đến ngày 01/05/2024" in printed(*directed)
    assert "Hoàn thành hay chưa tính đến ngày" in printed(*compared)
    then = json.loads(printed(*compared, format="json", known_at=moment))
    [given] = json.loads(printed(*directed, format="json", known_at=moment))
    assert {then["known_block"], given["known_block"]} == {block}
    assert given["as_of"] == "2024-05-01"
    assert "known_block" not in printed(*compared, format="json")


def test_command_refuses_an_empty_moment(capsys):
    with pytest.raises(CommandError, match="chưa phải một ngày"):
        call_command("figures", known_at="")
