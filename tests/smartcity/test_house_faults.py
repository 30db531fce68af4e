"""What an administrator is told to mend: how many, the first of them, the form that mends it; and nobody else is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from programme.models import Agency, Role, User
from smartcity.house_faults import SHOWN, read_house_faults
from tasks.models import Status
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    CoordinationTransferFactory,
    LeadTransferFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    UserFactory,
    task_in_force,
)
from tests.forms_read import Page, send, url
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

ENDED = date(2025, 2, 28)
NO_SUCCESSOR = "Cơ quan đã kết thúc, chưa ghi cơ quan kế thừa"
NO_COORDINATOR = "Đề án có cơ quan đầu mối đã kết thúc"
NO_LEAD = "Nhiệm vụ chưa hoàn thành, không có cơ quan chủ trì"
AT_ENDED = "Tài khoản ở cơ quan đã kết thúc"
NO_ADDRESS = "Tài khoản chưa có thư điện tử"
ALL_WELL = "Cơ quan, tài khoản, đề án, nhiệm vụ: không có gì cần sửa."


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def ended(province):
    return AgencyFactory(province=province, name="Sở Thông tin và Truyền thông", in_force_to=ENDED)


@pytest.fixture
def keeper():
    """The administrator of all provinces."""
    return UserFactory(role=Role.ADMINISTRATOR, agency=None, email="quan-tri@example.vn")


def faults_of(user):
    return {fault.title: fault for fault in read_house_faults(user, today=localdate())}


def told(user):
    return {
        title: (fault.count, [(row.title, row.detail, row.button) for row in fault.rows])
        for title, fault in faults_of(user).items()
    }


def officer(agency, **fields):
    return UserFactory(agency=agency, email=f"{agency.pk}@example.vn", **fields)


@pytest.mark.both_databases
def test_agency_without_successor_is_told_with_what_it_still_has_to_do(keeper, ended, province):
    older = AgencyFactory(province=province, name="Ban Quản lý cũ", in_force_to=date(2020, 12, 31))
    programme = ProgrammeFactory(province=province, coordinating_agency=ended, code="DE-AN-CU")
    task_in_force(programme, lead=ended)

    fault = faults_of(keeper)[NO_SUCCESSOR]

    assert fault.count == 2
    assert [(row.title, row.detail) for row in fault.rows] == [
        (
            ended.name,
            "Hoạt động đến hết 28/02/2025. Còn đứng tên đầu mối đề án DE-AN-CU và chủ trì 1 nhiệm vụ chưa hoàn thành.",
        ),
        (older.name, "Hoạt động đến hết 31/12/2020. Không còn đứng tên việc nào."),
    ]
    assert fault.rows[0].url == url("programme.agencysuccession", "add", predecessor=ended.pk)


def test_button_opens_the_form_with_the_agency_chosen_and_mends_it(client_of, keeper, ended, province):
    heir = AgencyFactory(province=province)
    browser = client_of(keeper)
    [row] = faults_of(keeper)[NO_SUCCESSOR].rows

    assert Page(browser.get(row.url).text).values["predecessor"] == str(ended.pk)
    send(browser, row.url, successor=str(heir.pk), effective_on="01/03/2025")

    assert faults_of(keeper) == {}
    assert ALL_WELL in text_of(browser.get("/quan-tri/").text)


def test_successor_that_is_still_to_come_is_none_yet(keeper, ended):
    AgencySuccessionFactory(predecessor=ended, effective_on=date(localdate().year + 1, 1, 1))

    assert faults_of(keeper)[NO_SUCCESSOR].count == 1


def test_agencies_end_with_their_province(keeper, province):
    agency = AgencyFactory(province=ProvinceFactory(merged_into=province, in_force_to=ENDED))

    assert [row.title for row in faults_of(keeper)[NO_SUCCESSOR].rows] == [agency.name]


@pytest.mark.both_databases
def test_programme_and_tasks_of_an_ended_agency_pass_on_where_it_is_known_to_whom(keeper, ended, province):
    AgencySuccessionFactory(predecessor=ended)
    programme = ProgrammeFactory(province=province, coordinating_agency=ended, code="DE-AN-CU")
    task_in_force(programme, lead=ended)
    done = task_in_force(ProgrammeFactory(province=province), lead=ended)
    ProgressUpdateFactory(
        task=done,
        status=Status.COMPLETE,
        percent=100,
        completed_on=date(2024, 5, 6),
        as_of=date(2024, 6, 1),
        accepted=True,
    )

    found = told(keeper)
    found.pop(NO_ADDRESS)
    assert found == {
        NO_COORDINATOR: (1, [("DE-AN-CU", f"Đầu mối: {ended}, hoạt động đến hết 28/02/2025.", "Chuyển giao")]),
        NO_LEAD: (1, [(f"{ended}: 1 nhiệm vụ", "Hoạt động đến hết 28/02/2025.", "Chuyển giao")]),
    }
    addresses = [faults_of(keeper)[title].rows[0].url for title in found]
    assert addresses == 2 * [f"/co-quan/{ended.pk}/chuyen-giao/"]


def test_duties_that_were_passed_on_are_nobody_s_fault(keeper, ended, province):
    heir = AgencySuccessionFactory(predecessor=ended, successor__province=province).successor
    programme = ProgrammeFactory(province=province, coordinating_agency=ended)
    task = task_in_force(programme, lead=ended)
    CoordinationTransferFactory(programme=programme, to_agency=heir)
    LeadTransferFactory(task=task, from_agency=ended, to_agency=heir)

    assert told(keeper) == {}


def test_tasks_for_which_nobody_is_named_are_told_by_programme(keeper, province):
    programme = ProgrammeFactory(province=province, code="DE-AN-MOI")
    task_in_force(programme, lead=None)

    count, [(title, _, button)] = told(keeper)[NO_LEAD]

    assert (count, title, button) == (1, "Đề án DE-AN-MOI: 1 nhiệm vụ", "Xem đề án")


@pytest.mark.both_databases
def test_accounts_are_told_that_work_nowhere_or_get_no_letters(keeper, ended, province):
    left = officer(ended, full_name="Trần Văn Nam", username="nam")
    officer(ended, is_active=False)
    living = AgencyFactory(province=province)
    silent = UserFactory(agency=living, full_name="Lê Thị Hoa", username="hoa", email="")
    UserFactory(agency=living, email="", is_active=False)

    rows = told(keeper)

    assert rows[AT_ENDED] == (1, [("Trần Văn Nam (nam)", f"{ended}, hoạt động đến hết 28/02/2025", "Chuyển công tác")])
    assert rows[NO_ADDRESS] == (1, [("Lê Thị Hoa (hoa)", "Chuyên viên", "Ghi thư điện tử")])
    addresses = [faults_of(keeper)[title].rows[0].url for title in (AT_ENDED, NO_ADDRESS)]
    assert addresses == [url("programme.user", "change", person.pk) for person in (left, silent)]


def test_of_many_the_first_are_shown_and_the_list_holds_them_all(client_of, keeper, ended, province):
    for number in range(SHOWN + 2):
        AgencyFactory(province=province, in_force_to=ENDED, name=f"Ban số {number}")
        officer(ended, username=f"cu-{number}")
        UserFactory(agency=AgencyFactory(province=province), email="")
    browser = client_of(keeper)

    for title, count in ((NO_SUCCESSOR, SHOWN + 3), (AT_ENDED, SHOWN + 2), (NO_ADDRESS, SHOWN + 2)):
        fault = faults_of(keeper)[title]
        assert (fault.count, len(fault.rows), fault.left_out) == (count, SHOWN, count - SHOWN)
        assert fault.all_at in dict(Reader(browser.get("/quan-tri/").text).links)
        assert browser.get(fault.all_at).context["cl"].result_count == count


def test_administrator_of_a_province_is_told_of_it_alone(client_of, ended, province):
    office = AgencyFactory(province=province)
    own = UserFactory(role=Role.ADMINISTRATOR, agency=office, email="quan-tri@example.vn")
    elsewhere = AgencyFactory(in_force_to=ENDED, name="Sở của tỉnh khác")
    programme = ProgrammeFactory(province=elsewhere.province, coordinating_agency=elsewhere)
    task_in_force(programme, lead=elsewhere)
    AgencyFactory(province=None, in_force_to=ENDED, name="Bộ đã kết thúc")
    UserFactory(agency=elsewhere, email="")
    UserFactory(agency=None, role=Role.AUDITOR, email="")
    browser = client_of(own)

    assert told(own) == {
        NO_SUCCESSOR: (
            1,
            [
                (
                    ended.name,
                    "Hoạt động đến hết 28/02/2025. Không còn đứng tên việc nào.",
                    "Ghi cơ quan kế thừa",
                )
            ],
        )
    }
    [fault] = faults_of(own).values()
    assert browser.get(fault.all_at).context["cl"].result_count == fault.count
    assert browser.get(url("programme.user", "changelist", **{"can-sua": "thu"})).context["cl"].result_count == 0


def test_task_of_an_ended_central_body_is_told_in_the_province(ended, province):
    own = UserFactory(role=Role.ADMINISTRATOR, agency=AgencyFactory(province=province), email="quan-tri@example.vn")
    central = AgencyFactory(province=None, in_force_to=ENDED, name="Bộ đã kết thúc")
    task_in_force(ProgrammeFactory(province=province), lead=central)

    assert told(own)[NO_LEAD] == (
        1,
        [
            (
                "Bộ đã kết thúc: 1 nhiệm vụ",
                "Hoạt động đến hết 28/02/2025; chưa xác định cơ quan kế thừa.",
                "Ghi cơ quan kế thừa",
            )
        ],
    )
    assert told(own)[NO_SUCCESSOR][0] == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_reads_of_it(client_of, ended, role):
    person = UserFactory(role=role, agency=AgencyFactory(province=ended.province))

    assert "Quản trị cần xử lý" not in text_of(client_of(person).get("/quan-tri/").text)


@pytest.mark.parametrize("number", [1, 8])
def test_first_page_asks_as_often_whatever_there_is_to_mend(client_of, keeper, number):
    """Session, user, five of the programmes' sentences; what was left, by nobody, agencies, two of accounts."""
    for _ in range(number):
        agency = AgencyFactory(in_force_to=ENDED)
        programme = ProgrammeFactory(province=agency.province, coordinating_agency=agency)
        task_in_force(programme, lead=agency)
        task_in_force(ProgrammeFactory(province=agency.province), lead=None)
        UserFactory(agency=agency, email="")
    browser = client_of(keeper)

    with CaptureQueriesContext(connection) as queries:
        page = browser.get("/quan-tri/")

    asked = [query["sql"] for query in queries]
    assert f"{AT_ENDED} ({number})" in text_of(page.text)
    # Three of them ask what is not sealed.
    assert (len(asked), len(set(asked))) == (11, 11)


def test_demonstration_tells_its_administrator_what_is_to_be_mended(client_of, office):
    keeper = User.objects.get(username="quan-tri")

    faults = faults_of(keeper)

    page = text_of(client_of(keeper).get("/quan-tri/").text)
    assert all(f"{title} ({fault.count})" in page for title, fault in faults.items())
    lacking = [one for one in Agency.objects.all() if one.has_ended(localdate()) and not one.successions.exists()]
    assert faults[NO_SUCCESSOR].count == len(lacking)
