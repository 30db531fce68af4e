"""The league: each agency's numbers, and the rows behind each of them."""

import re
from datetime import date

import pytest

from meetings.models import AnswerState, AssignmentRole, AssignmentState
from meetings.models.due import Due, DueKind
from meetings.pages.directives.league import CELLS, LeagueLine, read_league
from programme.models import Role
from tests.factories import AgencyFactory, AgencySuccessionFactory, ProgrammeFactory, UserFactory
from tests.given import by, extend, give, links, meeting_about, page, row_count, words
from tests.meetings.factories import AnswerFactory

pytestmark = pytest.mark.django_db

DAY = date(2024, 5, 1)
AS_TYPED = "01/05/2024"
PAST, TODAY = by(date(2024, 4, 20)), by(DAY)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def meeting(programme):
    return meeting_about(programme)


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Tài chính")


@pytest.fixture
def leader(programme):
    return UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)


@pytest.fixture
def reader(client_of, leader):
    return client_of(leader)


def league(user, role="lead", on=DAY):
    return read_league(user, on=on, today=date(2026, 11, 21), role=role)


def send_back(part):
    AnswerFactory(
        assignment=part,
        sent_on=date(2024, 4, 25),
        state=AnswerState.RETURNED,
        reviewer=UserFactory(role=Role.OFFICE, agency=part.agency),
        reviewed_on=date(2024, 4, 26),
        return_reason="Thiếu số liệu.",
    )


def fill(meeting, agency):
    """Of each cell at least one, in both roles."""
    give(meeting, agency, due=PAST, done_on=date(2024, 4, 20))
    give(meeting, agency, due=PAST, done_on=date(2024, 4, 21))
    give(meeting, agency, due=PAST)
    send_back(give(meeting, agency, due=PAST, state=AssignmentState.RETURNED))
    extended = give(meeting, agency, due=PAST)
    extend(extended, date(2024, 4, 30), on=date(2024, 4, 20))
    extend(extended, date(2024, 5, 31), on=date(2024, 4, 30))
    give(meeting, agency)
    give(meeting, agency, done_on=DAY)
    give(meeting, agency, due=TODAY, role=AssignmentRole.COORDINATING)


@pytest.mark.parametrize("role", ["lead", "coordinating", "tat-ca"])
def test_each_number_is_that_of_the_rows_behind_it(meeting, programme, agency, reader, role):
    fill(meeting, agency)
    fill(meeting, AgencyFactory(province=programme.province, name="Sở Y tế"))

    response = reader.get(page("directive_league", ngay=AS_TYPED, vai_tro=role))

    numbers = [(href, label) for href, label in links(response) if "co-quan=" in href]
    assert len(numbers) == 2 * {"lead": 1 + 6 + 2 + 1, "coordinating": 1 + 1, "tat-ca": 1 + 6 + 2 + 1}[role]
    for href, label in numbers:
        assert row_count(reader.get(href)) == (int(label), int(label)), href


def test_cells_add_up_to_what_was_given(meeting, agency, leader):
    fill(meeting, agency)

    [line] = league(leader)

    assert [count for _, count in line.counts] == [1, 1, 1, 2, 1, 1]
    assert line.total == sum(count for _, count in line.counts) == 7
    assert (line.returned, line.extended, line.extensions) == (1, 1, 2)
    assert len({standing.key for standing in CELLS}) == 6


def test_percent_names_its_parts_and_is_cut_off(meeting, agency, reader, leader):
    for done_on in (date(2024, 4, 20), date(2024, 4, 19), date(2024, 4, 21)):
        give(meeting, agency, due=PAST, done_on=done_on)
    give(meeting, agency, due=TODAY)

    told = words(reader.get(page("directive_league", ngay=AS_TYPED)))

    assert "66,66% 2/3" in told
    assert "cắt ở hai số lẻ, không làm tròn" in told


def test_nothing_due_has_no_percent(meeting, agency, reader, leader):
    give(meeting, agency, due=TODAY)
    give(meeting, agency, due=Due(DueKind.NONE))

    [line] = league(leader)

    assert line.percent == ""
    assert "chưa có việc đến hạn" in words(reader.get(page("directive_league", ngay=AS_TYPED)))


def test_worst_is_first_and_equals_stand_by_name(meeting, programme, leader):
    def agency(name):
        return AgencyFactory(province=programme.province, name=name)

    good, half, two, idle = agency("Sở A"), agency("Sở B"), agency("Sở C"), agency("Ban D")
    equals = [agency("Sở Đất đai"), agency("Sở Dân cư")]
    give(meeting, good, due=PAST, done_on=date(2024, 4, 20))
    give(meeting, half, due=PAST, done_on=date(2024, 4, 20))
    give(meeting, half, two, *equals, due=PAST)
    give(meeting, two, due=PAST)
    give(meeting, idle)

    assert [line.agency for line in league(leader)] == [two, equals[1], equals[0], half, good, idle]


def test_roles_are_counted_apart(meeting, agency, reader, leader):
    give(meeting, agency, due=PAST)
    give(meeting, agency, due=PAST, role=AssignmentRole.COORDINATING)

    assert [[line.total for line in league(leader, role)] for role in ("lead", "coordinating", "")] == [[1], [1], [2]]
    assert 'vai-tro=lead" aria-current="true"' in reader.get(page("directive_league")).text
    assert reader.get(page("directive_league", vai_tro="chair")).status_code == 404


def test_agency_that_ended_says_what_it_is_now(meeting, programme, reader):
    old = AgencyFactory(province=programme.province, name="Sở Thông tin và Truyền thông", in_force_to=date(2025, 2, 28))
    new = AgencyFactory(province=programme.province, name="Sở Khoa học và Công nghệ")
    AgencySuccessionFactory(predecessor=old, successor=new, effective_on=date(2025, 3, 1))
    give(meeting, old)

    told = words(reader.get(page("directive_league", ngay=AS_TYPED)))

    assert "Sở Thông tin và Truyền thông (nay là Sở Khoa học và Công nghệ)" in told


def test_league_is_as_of_its_day(meeting, agency, leader):
    give(meeting, agency, due=PAST, done_on=date(2024, 4, 22))

    cells = [[count for _, count in league(leader, on=date(2024, 4, day))[0].counts] for day in (20, 21, 22)]

    assert cells == [[0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 1, 0, 0, 0, 0]]
    assert league(leader, on=date(2024, 4, 9)) == []


def test_other_provinces_are_not_counted(meeting, agency, leader):
    give(meeting_about(ProgrammeFactory()), AgencyFactory())

    assert league(leader) == []


@pytest.mark.parametrize("count", [1, 10])
def test_league_query_count_does_not_grow(meeting, programme, reader, count, django_assert_num_queries):
    for _ in range(count):
        give(meeting, AgencyFactory(province=programme.province), due=PAST)

    # Session, user with agency; the numbers; the agencies.
    with django_assert_num_queries(2 + 2):
        response = reader.get(page("directive_league", ngay=AS_TYPED))

    assert len(re.findall(r'<th scope="row">', response.text)) == count


def test_line_without_numbers_has_none():
    assert LeagueLine(agency=None, name="").total == 0
