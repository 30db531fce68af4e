"""The board beside an earlier day: what moved is marked, and each mark opens exactly its rows."""

from datetime import date

import pytest

from meetings.operations.directing import withdraw_directive
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from tests.factories import AgencyFactory, ProgrammeFactory, UserFactory
from tests.given import by, extend, give, links, meeting_about, page, row_count, words

pytestmark = pytest.mark.django_db

EARLIER, LATER = "20/04/2024", "01/06/2024"


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def agency(programme):
    return AgencyFactory(province=programme.province, name="Sở Tài chính")


@pytest.fixture
def reader(client_of, agency):
    return client_of(UserFactory(role=Role.LEADER, agency=agency))


@pytest.fixture
def parts(programme, agency):
    """Between the days two fall due, one late one is done, another extended; two are new, one is withdrawn."""
    meeting, next_one = meeting_about(programme), meeting_about(programme, held_on=date(2024, 5, 10))
    soon, passed = by(date(2024, 5, 1)), by(date(2024, 4, 15))
    late = [give(meeting, agency, due=soon) for _ in range(2)]
    done = give(meeting, agency, due=passed, done_on=date(2024, 5, 5))
    extended = give(meeting, agency, due=passed)
    extend(extended, date(2024, 12, 31), on=date(2024, 5, 6))
    new = [give(next_one, agency, due=by(date(2024, 12, 31))) for _ in range(2)]
    withdrawn = give(meeting, agency, due=by(date(2024, 12, 31)))
    withdraw_directive(
        withdrawn.directive, on=date(2024, 5, 20), reason="Thay", by=system_account(), today=date(2024, 5, 20)
    )
    return {"late": late, "done": done, "extended": extended, "new": new}


def marks_of(response):
    return {label: href for href, label in links(response) if "doi=" in href}


def test_what_moved_is_marked_and_opens_its_rows(reader, parts):
    response = reader.get(page(ngay=LATER, so_voi=EARLIER))

    marks = marks_of(response)
    assert [*marks] == ["+2 quá hạn", "−2 quá hạn", "+1 hoàn thành", "+2 việc"]
    assert [row_count(reader.get(f"/chi-dao/{href.split('#')[0]}"))[0] for href in marks.values()] == [2, 2, 1, 2]
    assert "−1 việc đã rút" in words(response)


def test_numbers_of_both_days_differ_by_what_moved(reader, parts):
    def total(day):
        return row_count(reader.get(page(ngay=day)))[1]

    assert total(LATER) == total(EARLIER) + 2 - 1
    overdue = [row_count(reader.get(page(ngay=day, tinh_trang="open_overdue")))[1] for day in (EARLIER, LATER)]
    assert overdue[1] == overdue[0] + 2 - 2


def test_other_filters_stay_and_narrow_the_marks(reader, parts, agency):
    other = AgencyFactory(province=agency.province)
    give(meeting_about(ProgrammeFactory(province=agency.province)), other, due=by(date(2024, 5, 1)))

    response = reader.get(page(ngay=LATER, so_voi=EARLIER, co_quan=other.pk))

    [(label, href)] = marks_of(response).items()
    assert label == "+1 quá hạn"
    assert f"co-quan={other.pk}" in href
    assert row_count(reader.get(f"/chi-dao/{href.split('#')[0]}"))[0] == 1


def test_file_has_the_rows_of_the_page(reader, parts):
    response = reader.get("/chi-dao/danh-sach.csv", {"ngay": LATER, "so-voi": EARLIER, "doi": "qua-han"})

    assert b"".join(response).decode().count("Sở Tài chính") == 2


def test_board_without_an_earlier_day_asks_for_no_movement(reader, parts):
    response = reader.get(page(ngay=LATER, doi="qua-han"))

    assert response.status_code == 200
    assert 'class="marks"' not in response.text
    assert row_count(response)[1] == 6


@pytest.mark.parametrize("typed", [LATER, "02/06/2024", "abc", "cuoc-hop-999"])
def test_earlier_day_that_cannot_be_compared_with_is_refused(reader, parts, typed):
    response = reader.get(page(ngay=LATER, so_voi=typed))

    assert response.status_code == 400
    assert 'id="so-voi-loi"' in response.text
    assert row_count(response)[1] == 6


def test_unknown_movement_does_not_exist(reader, parts):
    assert reader.get(page(ngay=LATER, so_voi=EARLIER, doi="khong-co")).status_code == 404


@pytest.mark.parametrize("count", [1, 10])
def test_comparing_costs_three_queries_more(reader, programme, agency, count, django_assert_num_queries):
    meeting = meeting_about(programme)
    for _ in range(count):
        give(meeting, agency, due=by(date(2024, 5, 1)))

    # What the board asks without; the meetings, what moved, what was withdrawn.
    with django_assert_num_queries(8 + 3):
        response = reader.get(page(ngay=LATER, so_voi=EARLIER))

    assert [*marks_of(response)] == [f"+{count} quá hạn"]


# The league, the matrix, a directive


def test_line_of_the_league_is_marked_and_its_marks_open_the_rows(reader, parts):
    response = reader.get(page("directive_league", ngay=LATER, so_voi=EARLIER))

    marks = marks_of(response)
    assert [*marks] == ["+2 quá hạn", "−2 quá hạn", "+1 hoàn thành", "+2 việc"]
    assert [row_count(reader.get(href))[0] for href in marks.values()] == [2, 2, 1, 2]
    assert "−1 việc đã rút" in words(response)
    assert "từ 19/04/2024: không đổi" in words(reader.get(page("directive_league", ngay=EARLIER, so_voi="19/04/2024")))


def test_directive_is_marked_on_the_matrix_and_on_its_page(reader, parts, agency):
    meeting, other = meeting_about(ProgrammeFactory(province=agency.province)), AgencyFactory(province=agency.province)
    part = give(meeting, agency, other, due=by(date(2024, 5, 1)))

    matrix = reader.get(page("directive_matrix", ngay=LATER, so_voi=EARLIER))
    of_it = reader.get(f"{part.directive.get_absolute_url()}?ngay={LATER}&so-voi={EARLIER}")

    assert "Từ 20/04/2024: +2 quá hạn" in words(matrix)
    assert "Sở Tài chính: +1 quá hạn" in words(of_it)


@pytest.mark.parametrize("name", ["directive_league", "directive_matrix", "directive_detail"])
def test_other_pages_refuse_an_earlier_day_that_cannot_be(reader, parts, name):
    detail = parts["done"].directive.get_absolute_url()
    address = detail if name == "directive_detail" else page(name)

    response = reader.get(address, {"ngay": EARLIER, "so-voi": LATER})

    assert response.status_code == 400
    assert 'id="so-voi-loi"' in response.text
