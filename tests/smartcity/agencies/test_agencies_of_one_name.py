"""Two agencies may have one name: in two provinces, or because one was founded again. They stay two, told apart."""

import re
from datetime import date

import pytest

from programme.models import Role
from tests.factories import (
    AgencyFactory,
    DatasetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProvinceFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    RevisionFactory,
    UserFactory,
    adopt,
)
from tests.given import by, give, meeting_about, page, words
from tests.meetings.factories import FindingFactory

pytestmark = pytest.mark.django_db

NAME = "Trung tâm Điều hành"
FIRST, SECOND = f"{NAME} (đến 28/02/2023)", f"{NAME} (từ 01/03/2023)"


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def dissolved(programme):
    return AgencyFactory(province=programme.province, name=NAME, in_force_to=date(2023, 2, 28))


@pytest.fixture
def founded_again(programme, dissolved):
    return AgencyFactory(province=programme.province, name=NAME, in_force_from=date(2023, 3, 1))


@pytest.fixture
def elsewhere():
    return AgencyFactory(province=ProvinceFactory(name="Tỉnh Hải Dương"), name=NAME)


@pytest.fixture
def reader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def headings_of_rows(response):
    found = re.findall(r'<th scope="row">(.*?)</th>', response.text, re.DOTALL)
    # What may be done about an agency stands beside its name.
    named = (re.sub(r'<a class="button.*?</a>', "", one, flags=re.DOTALL) for one in found)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in named]


def test_each_has_its_own_row_in_the_list_of_who_is_late(reader, programme, dissolved, founded_again):
    revision = RevisionFactory(programme=programme)
    for lead in (dissolved, founded_again, founded_again):
        PlannedTaskFactory(revision=revision, lead_agency=lead)
    adopt(revision)
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))

    late = reader.get(f"/de-an/DO-THI/ky-bao-cao/?ky={cycle.pk}&loc=chua-nop")
    table = reader.get(f"/de-an/DO-THI/ky-bao-cao/?ky={cycle.pk}")

    assert headings_of_rows(late) == [FIRST, SECOND]
    assert "Danh sách cơ quan chưa báo cáo (2)" in words(table)
    assert headings_of_rows(table)[:2] == [FIRST, SECOND]


def test_number_in_the_list_by_agency_says_what_it_counts_on_a_phone(reader, programme, founded_again):
    revision = RevisionFactory(programme=programme)
    PlannedTaskFactory(revision=revision, lead_agency=founded_again)
    adopt(revision)
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))

    table = reader.get(f"/de-an/DO-THI/ky-bao-cao/?ky={cycle.pk}").text

    assert re.findall(r'<td class="n"( data-label="[^"]+")?>', table) == [
        f' data-label="{label}"' for label in ("Đã nộp", "Nộp muộn", "Trả lại", "Chưa nộp")
    ]


def test_each_has_its_own_line_and_column_where_directives_are_counted(reader, programme, dissolved, founded_again):
    meeting = meeting_about(programme)
    give(meeting, dissolved, founded_again, due=by(date(2024, 4, 20)))
    give(meeting, founded_again, due=by(date(2024, 4, 20)))

    league = headings_of_rows(reader.get(page("directive_league", ngay="01/05/2024")))
    matrix = reader.get(page("directive_matrix", ngay="01/05/2024")).text

    assert [any(line.startswith(name) for line in league) for name in (FIRST, SECOND)] == [True, True]
    assert re.findall(r'<th scope="col">(Trung tâm[^<]*)', matrix) == [FIRST, SECOND]
    assert set(re.findall(r'data-label="(Trung tâm[^"]*)"', matrix)) == {FIRST, SECOND}


def test_each_can_be_chosen_in_the_filters(client_of, programme, founded_again, elsewhere):
    for agency in (founded_again, elsewhere):
        give(meeting_about(ProgrammeFactory(province=agency.province)), agency)
        DatasetFactory(agency=agency)
        FindingFactory(province=agency.province, agency=agency)
    auditor = client_of(UserFactory(role=Role.AUDITOR, agency=None))
    wanted = {f"{NAME} ({agency.province.name})" for agency in (founded_again, elsewhere)}

    for name in ("directive_board", "dataset_list", "finding_list"):
        offered = re.findall(r"<option[^>]*>([^<]*)</option>", auditor.get(page(name)).text)
        assert wanted <= set(offered), name
