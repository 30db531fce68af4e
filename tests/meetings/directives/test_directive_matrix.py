"""The matrix: directives that went to several agencies, and how each of these stands."""

import re
from datetime import date

import pytest

from meetings.models import AssignmentRole, AssignmentState, Directive
from meetings.models.due import Due, DueKind
from meetings.pages.directives.directive_status import read_directive_status
from meetings.pages.directives.figures import Wanted
from meetings.pages.directives.matrix import MOST_COLUMNS, read_matrix, shared_directives
from programme.models import Role
from tests.factories import AgencyFactory, ProgrammeFactory, UserFactory, rewrite
from tests.given import by, extend, give, meeting_about, page, words
from tests.meetings.factories import AssignmentFactory, DirectiveFactory

pytestmark = pytest.mark.django_db

DAY = date(2024, 5, 1)
AS_TYPED = "01/05/2024"
PAST = by(date(2024, 4, 20))


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def meeting(programme):
    return meeting_about(programme)


@pytest.fixture
def agencies(programme):
    return [AgencyFactory(province=programme.province, name=f"Sở {letter}") for letter in "ABC"]


@pytest.fixture
def leader(programme):
    return UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)


@pytest.fixture
def reader(client_of, leader):
    return client_of(leader)


def matrix(user, on=DAY, **wanted):
    return read_matrix(shared_directives(user, Wanted(**wanted), on=on), on=on)


def finish(directive, agency, on):
    part = directive.assignments.get(agency=agency)
    rewrite(part, state=AssignmentState.CONFIRMED, done_on=on)


def whole_on(day, directive):
    """The directive as a whole: its cell and its day."""
    [found] = Directive.objects.filter(pk=directive.pk).with_due(day)
    whole = read_directive_status(found, found.assignments.on_day(day), on=day)
    return whole.timeliness.value, whole.due_on


# The directive as a whole


def test_directive_is_done_once_all_leads_are(meeting, agencies):
    directive = give(meeting, *agencies[:2], due=PAST).directive
    AssignmentFactory(directive=directive, agency=agencies[2], role=AssignmentRole.COORDINATING)
    finish(directive, agencies[0], date(2024, 4, 20))
    finish(directive, agencies[1], date(2024, 4, 25))

    days = (20, 21, 24, 25)
    assert [whole_on(date(2024, 4, day), directive)[0] for day in days] == [
        "open_in_time",
        "open_overdue",
        "open_overdue",
        "done_late",
    ]


def test_directive_done_in_time_by_all_leads_is_in_time(meeting, agencies):
    directive = give(meeting, *agencies[:2], due=PAST, done_on=date(2024, 4, 20)).directive

    assert whole_on(DAY, directive) == ("done_on_time", date(2024, 4, 20))


def test_directive_is_overdue_if_any_open_lead_is_and_due_with_the_last(meeting, agencies):
    directive = give(meeting, *agencies[:2], due=PAST).directive
    extend(directive.assignments.get(agency=agencies[0]), date(2024, 5, 31), on=date(2024, 4, 20))

    assert whole_on(DAY, directive) == ("open_overdue", date(2024, 5, 31))


def test_coordinating_agencies_do_not_hold_it_up(meeting, agencies):
    directive = give(meeting, agencies[0], due=PAST, done_on=date(2024, 4, 19)).directive
    AssignmentFactory(directive=directive, agency=agencies[1], role=AssignmentRole.COORDINATING)

    assert whole_on(DAY, directive)[0] == "done_on_time"


@pytest.mark.parametrize(
    ("due", "expected"), [(PAST, ("open_overdue", date(2024, 4, 20))), (None, ("no_due_date", None))]
)
def test_directive_without_a_lead_goes_by_whom_it_has(meeting, agencies, due, expected):
    fields = {"due": due} if due else {}
    directive = give(meeting, agencies[0], role=AssignmentRole.COORDINATING, **fields).directive
    nobody = DirectiveFactory(conclusion__meeting=meeting, **fields)

    assert whole_on(DAY, directive) == whole_on(DAY, nobody) == expected


# The matrix


def test_directives_of_two_agencies_and_more_have_a_row(meeting, agencies, leader):
    shared = give(meeting, *agencies[:2], due=PAST).directive
    give(meeting, agencies[2])
    finish(shared, agencies[0], date(2024, 4, 20))

    found = matrix(leader)

    assert [row.directive for row in found.rows] == [shared]
    assert found.columns == [agency.name for agency in agencies[:2]]
    assert [cell.short_label for cell in found.rows[0].cells] == ["Đúng hạn", "Quá hạn"]
    assert matrix(leader, on=date(2024, 4, 9)).rows == []


def test_cell_says_role_state_and_leads_to_the_assignment(meeting, agencies, reader):
    part = give(meeting, *agencies[:2], due=PAST)

    response = reader.get(page("directive_matrix", ngay=AS_TYPED))

    assert f'{part.get_absolute_url()}?ngay={AS_TYPED}" title="Chưa hoàn thành, quá hạn">Quá hạn</a>' in response.text
    assert 'title="Chủ trì">CT</abbr> · Chưa báo hoàn thành' in response.text
    assert "Chung: Chưa hoàn thành, quá hạn · hạn 20/04/2024" in words(response)
    assert response.text.count('<th scope="col">') == 3
    assert response.text.count('<th scope="row">') == 1


def test_what_has_no_day_yet_is_called_as_on_the_board(meeting, agencies, leader):
    give(meeting, *agencies[:2], due=Due(DueKind.PHRASE, words="trong thời gian sớm nhất"))

    (row,) = matrix(leader).rows

    assert row.whole_label == "Chưa hoàn thành, chưa có hạn"
    assert [cell.short_label for cell in row.cells] == ["Chưa có hạn"] * 2


def test_agencies_without_a_column_are_told_and_not_lost(meeting, programme, leader, reader):
    crowd = AgencyFactory.create_batch(MOST_COLUMNS + 2, province=programme.province)
    give(meeting, *crowd)

    found = matrix(leader)

    assert (len(found.columns), found.left_out) == (MOST_COLUMNS, 2)
    [row] = found.rows
    shown = [*row.cells, *row.others]
    assert {cell.assignment.agency for cell in shown} == set(crowd)
    response = reader.get(page("directive_matrix"))
    assert "2 cơ quan còn lại trong cột «Cơ quan khác»" in words(response)
    assert len(set(re.findall(r"/phan-cong/\d+/", response.text))) == len(crowd)


def test_matrix_is_filtered_by_meeting_and_programme(programme, meeting, agencies, reader, leader):
    give(meeting, *agencies, text="Việc một")
    other = ProgrammeFactory(province=programme.province, code="KHAC")
    later = meeting_about(other, held_on=date(2024, 4, 20))
    give(later, *agencies, text="Việc hai")

    def found(**query):
        told = words(reader.get(page("directive_matrix", **query)))
        return sorted((told.index(text), text) for text in ("Việc một", "Việc hai") if text in told)

    assert [text for _, text in found()] == ["Việc hai", "Việc một"]
    assert [text for _, text in found(de_an="DO-THI")] == ["Việc một"]
    assert [text for _, text in found(cuoc_hop=later.pk)] == ["Việc hai"]
    assert found(de_an="DO-THI", cuoc_hop=later.pk) == []
    for query in ({"de_an": "X"}, {"cuoc_hop": "x"}):
        assert reader.get(page("directive_matrix", **query)).status_code == 404


def test_other_provinces_have_no_row(agencies, leader):
    theirs = ProgrammeFactory()
    give(meeting_about(theirs), *AgencyFactory.create_batch(2, province=theirs.province))

    assert matrix(leader).rows == []


@pytest.mark.parametrize("count", [1, 10])
def test_matrix_query_count_does_not_grow(meeting, agencies, reader, count, django_assert_num_queries):
    for _ in range(count):
        give(meeting, *agencies, due=PAST)

    # Session, user with agency; the programmes and meetings to choose from; the directives, counted and read; cells.
    with django_assert_num_queries(6):
        response = reader.get(page("directive_matrix", ngay=AS_TYPED))

    assert response.text.count('<th scope="row">') == count


def test_long_matrix_has_pages(meeting, agencies, reader):
    for _ in range(21):
        give(meeting, *agencies[:2])

    assert "Trang 1/2" in words(reader.get(page("directive_matrix")))
    assert reader.get(page("directive_matrix", trang=2)).text.count('<th scope="row">') == 1
