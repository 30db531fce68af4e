"""Directives judged by the day that was given first, beside the current one; more time asked for too late is marked."""

import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from meetings.pages.directives.league import read_league
from programme.models import Role
from tests.factories import AgencyFactory, ProgrammeFactory, UserFactory
from tests.given import by, extend, give, links, meeting_about, page, row_count, words

pytestmark = pytest.mark.django_db

FIRST_DUE, ASKED, EXTENDED_TO, DONE = date(2024, 4, 20), date(2024, 5, 10), date(2024, 6, 30), date(2024, 6, 20)
DAY = date(2024, 7, 1)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Tài chính")


@pytest.fixture
def reader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


@pytest.fixture
def late(programme, agency):
    """Due on 20/04, asked for more time on 10/05, granted until 30/06, done on 20/06; beside it one done in time."""
    meeting = meeting_about(programme)
    part = give(meeting, agency, due=by(FIRST_DUE), done_on=DONE)
    extend(part, EXTENDED_TO, on=ASKED)
    give(meeting, agency, due=by(date(2024, 5, 31)), done_on=date(2024, 5, 20))
    return part


def test_league_sets_the_rate_by_first_due_beside_the_current_one(late, reader):
    response = reader.get(page("directive_league", ngay="01/07/2024"))

    text = words(response)
    assert "100% 2/2" in text
    assert "50% 1/2" in text
    assert "1 việc xin sau hạn" in text


def test_part_that_had_no_day_before_its_extension_says_so(programme, agency, reader):
    part = give(meeting_about(programme), agency)
    extend(part, EXTENDED_TO, on=ASKED)

    for record in (part, part.directive):
        assert "trước đó chưa có ngày" in words(reader.get(record.get_absolute_url(), {"ngay": "01/07/2024"}))


def test_numbers_of_the_first_due_open_their_rows(late, reader):
    response = reader.get(page("directive_league", ngay="01/07/2024"))

    opened = {href: label for href, label in links(response) if "han=dau" in href or "gia-han=sau-han" in href}
    assert sorted(label for label in opened.values()) == ["1", "1 việc xin sau hạn"]
    for href in opened:
        assert row_count(reader.get(href)) == (1, 1), href


def test_board_marks_what_was_asked_for_after_the_due_day(late, reader):
    assert "gia hạn 1 lần, hạn đầu 20/04/2024, xin sau hạn" in words(reader.get(page(ngay="01/07/2024")))


def test_thread_tells_how_late_more_time_was_asked_for(late, reader):
    response = reader.get(late.get_absolute_url())

    assert "Xin sau khi đã quá hạn 20 ngày (hạn 20/04/2024)" in words(response)


def test_more_time_asked_for_in_time_is_not_marked(programme, agency, reader):
    part = give(meeting_about(programme), agency, due=by(FIRST_DUE), done_on=DONE)
    extend(part, date(2024, 5, 31), on=date(2024, 4, 20))
    # In time for the day that held by then, though past the first.
    extend(part, EXTENDED_TO, on=ASKED)

    assert not re.search(r"gia hạn \d+ lần, [^,]*, xin sau hạn", words(reader.get(page(ngay="01/07/2024"))))
    assert "Xin sau khi đã quá hạn" not in words(reader.get(part.get_absolute_url()))


def test_extension_of_what_had_no_day_is_not_late(programme, agency, reader):
    part = give(meeting_about(programme), agency)
    extend(part, EXTENDED_TO, on=ASKED)

    assert not re.search(r"gia hạn \d+ lần, [^,]*, xin sau hạn", words(reader.get(page(ngay="01/07/2024"))))


def test_command_tells_both(late):
    out = StringIO()

    call_command("directives", as_of="2024-07-01", format="json", stdout=out)

    told = json.loads(out.getvalue())[0]
    assert (told["due_on"], told["timeliness"]) == ("2024-06-30", "done_on_time")
    assert (told["first_due_on"], told["timeliness_by_first_due"]) == ("2024-04-20", "done_late")
    assert told["asked_late"] == 1


def test_day_before_the_extension_does_not_know_of_it(late, programme, agency):
    leader = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)

    [line] = read_league(leader, on=date(2024, 5, 9), today=DAY, role="lead")

    assert (line.asked_late, line.extended) == (0, 0)
