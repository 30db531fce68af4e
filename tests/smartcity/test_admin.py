"""Every page of the admin, for every role; whose rows they show; what lists find."""

import re
import unicodedata
from dataclasses import dataclass
from html import unescape

import pytest
from django.apps import apps
from django.test import Client

from programme.models import Programme, User
from tests.factories import (
    AgencyFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProvinceFactory,
    RevisionFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    rewrite,
)
from tests.forms_read import ENGLISH, Page, url
from tests.office import (
    ADDED_ON_PAGES,
    EVERYBODY,
    OF_THE_PROVINCE,
    POLICY,
    RECORDS,
    everything,
    one_of,
    policy_of,
    province_of,
)

pytestmark = pytest.mark.django_db


# Every page opens

HISTORIES = {"chuyen-vien", "kiem-toan"}


@pytest.fixture(scope="module")
def opened(office, django_db_blocker):
    """What each person is answered by list, empty form, record and history of each kind: ``opened[who][kind, page]``.

    Each page is asked for once, whatever is said of it below.
    """

    def open_all(username):
        browser, pages = Client(), {}
        browser.force_login(User.objects.get(username=username))
        for record in RECORDS:
            one = one_of(record, province_of(username))
            # What else each role may read in histories, the tests of leaks ask.
            history = [("history", (one.pk,))] if username in HISTORIES else []
            for page, args in [("changelist", ()), ("add", ()), ("change", (one.pk,)), *history]:
                response = browser.get(url(record, page, *args))
                rows = {row.pk for row in response.context["cl"].queryset} if page == "changelist" else None
                pages[record, page] = Opened(response.status_code, response.text, policy_of(response), rows)
        return pages

    with django_db_blocker.unblock():
        return {username: open_all(username) for username in EVERYBODY}


@dataclass(frozen=True)
class Opened:
    status: int
    html: str
    policy: dict
    rows: set | None


def faults_of(answer, *, says=()):
    """What is wrong with a page that should open: not there, without our policy, not in Vietnamese."""
    if answer.status != 200:
        return [f"status {answer.status}"]
    found = [] if answer.policy == POLICY else ["policy"]
    found += [f"English: {words}" for words in Page(answer.html).words if ENGLISH.search(words)]
    return found + [f"does not say {words}" for words in says if words not in answer.html]


@pytest.mark.parametrize("username", EVERYBODY)
def test_list_record_and_history_of_each_kind_open_for_everybody(opened, username):
    found = {}
    for record in RECORDS:
        listed, one = opened[username][record, "changelist"], opened[username][record, "change"]
        found[record, "list"] = faults_of(listed) + ([] if listed.rows else ["no rows"])
        found[record, "record"] = faults_of(one) + (["Seen version"] if "Seen version" in one.html else [])
        if username in HISTORIES:
            found[record, "history"] = faults_of(opened[username][record, "history"], says=["lần thay đổi"])

    assert {place: faults for place, faults in found.items() if faults} == {}


@pytest.mark.parametrize("username", EVERYBODY)
def test_form_for_a_new_record_opens_for_those_who_may_add_one(opened, username):
    found = {}
    for record, (may_add, _) in RECORDS.items():
        answer = opened[username][record, "add"]
        led = username in ADDED_ON_PAGES.get(record, [])
        answered_rightly = username not in may_add and answer.status == (302 if led else 403)
        found[record] = [] if answered_rightly else faults_of(answer) + ([] if username in may_add else ["opens"])

    assert {record: faults for record, faults in found.items() if faults} == {}


def test_list_without_rows_says_so_in_words_alone(client_of):
    browser = client_of(coordinator_of(ProgrammeFactory()))

    empty = browser.get(url("tasks.progressupdate", "changelist")).text
    sought = browser.get(url("tasks.progressupdate", "changelist", q="không có đâu")).text

    assert "Không có báo cáo tiến độ nào ở đây" in empty
    assert 'href="?">Bỏ tìm, lọc</a>' not in empty
    assert 'href="?">Bỏ tìm, lọc</a>' in sought
    # An icon made of a word is read aloud as that word.
    assert "filter_list_off" not in empty + sought


@pytest.mark.parametrize("username", EVERYBODY)
def test_front_page_opens_for_everybody(client_of, office, username):
    response = client_of(username).get("/quan-tri/")

    reports = username in {"chuyen-vien", "dau-moi", "dau-moi-hd"}
    assert response.status_code == 200
    assert policy_of(response) == POLICY
    assert ("Báo cáo một nhiệm vụ ngoài kỳ" in response.text) == reports
    assert "nhiệm vụ hoàn thành" in response.text
    assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("address", ["/quan-tri/auth/group/", "/quan-tri/authtoken/tokenproxy/"])
def test_records_that_are_not_ours_open_for_nobody(client_of, office, username, address):
    assert client_of(username).get(address).status_code in {403, 404}


# Another province


@pytest.mark.parametrize("username", OF_THE_PROVINCE)
def test_record_of_another_province_does_not_exist(client_of, office, username):
    browser, found = client_of(username), {}

    for record in RECORDS:
        foreign = one_of(record, "hai-duong")
        for page in ("change", "history"):
            response = browser.get(url(record, page, foreign.pk))
            unknown = browser.get(url(record, page, 999_999))
            same = response.content == unknown.content
            found[record, page] = (response.status_code, unknown.status_code, same)

    assert {place: answer for place, answer in found.items() if answer != (404, 404, True)} == {}


@pytest.mark.parametrize(("record", "way"), [("programme.revision", "so-sanh"), ("meetings.finding", "mo-trang")])
def test_way_to_the_page_of_a_record_of_another_province_leads_nowhere(client_of, office, record, way):
    foreign, own = (url(record, "change", one_of(record, place).pk) for place in ("hai-duong", "ba-ria-vung-tau"))
    browser = client_of("dau-moi")

    answers = [browser.get(change.replace("/change/", f"/{way}/")).status_code for change in (foreign, own)]

    assert answers == [404, 302]


@pytest.mark.parametrize(
    "address",
    [
        "meetings/finding/abc/mo-trang/",
        "programme/revision/abc/so-sanh/",
        "programme/revision/1_/them-nhiem-vu/",
        "programme/revision/-1/ghi-nhan/",
        "programme/revision/1.0/change/",
        "programme/programme/BRVT-DTTM/soan-dieu-chinh/",
        "tasks/budgetentry/null/dinh-chinh/",
        "tasks/progressupdate/x/y/dinh-chinh/",
        "tasks/task/ /history/",
    ],
)
def test_address_without_the_number_of_a_record_leads_nowhere(client_of, office, address):
    assert client_of("dau-moi").get(f"/quan-tri/{address}").status_code == 404


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_record_of_another_province_cannot_be_written(client_of, office, username):
    browser, before, found = client_of(username), everything(), {}
    typed = {"change_reason": "Thử", "_save": ""}

    for record in RECORDS:
        foreign = one_of(record, "hai-duong")
        response = browser.post(url(record, "change", foreign.pk), typed)
        unknown = browser.post(url(record, "change", 999_999), typed)
        same = (response.status_code, response.content) == (unknown.status_code, unknown.content)
        found[record] = (response.status_code in {403, 404}, same)

    assert {record: answer for record, answer in found.items() if answer != (True, True)} == {}
    assert everything() == before


@pytest.mark.parametrize("username", OF_THE_PROVINCE)
def test_list_has_no_row_of_another_province(opened, username):
    found = {}
    for record, (_, where) in RECORDS.items():
        foreign = apps.get_model(record).objects.filter(**{where: "hai-duong"})
        found[record] = opened[username][record, "changelist"].rows & set(foreign.values_list("pk", flat=True))

    assert {record: rows for record, rows in found.items() if rows} == {}


@pytest.mark.parametrize("username", OF_THE_PROVINCE)
def test_no_list_and_no_form_names_another_province(opened, username):
    found = []
    for (record, page), answer in opened[username].items():
        # The example beside the field for a province's name is not a row of anybody's.
        html = unescape(answer.html).replace("ví dụ: Tỉnh Hải Dương.", "")
        found += [(record, page, words) for words in ("HD-CQDT", "Hải Dương") if page != "history" and words in html]

    assert found == []


def test_list_cannot_be_filtered_by_another_province(client_of, office):
    foreign = Programme.objects.get(code="HD-CQDT")

    response = client_of("dau-moi").get(url("tasks.task", "changelist", **{"de-an": foreign.code}))

    assert list(response.context["cl"].result_list) == []
    assert "Hải Dương" not in response.text


# Who only reads


@pytest.mark.parametrize("username", ["kiem-toan", "lanh-dao"])
def test_reader_cannot_write_anything(client_of, office, username):
    browser, before, found = client_of(username), everything(), {}
    typed = {"name": "Thử", "change_reason": "Thử", "_save": ""}

    for record in RECORDS:
        one = one_of(record, "ba-ria-vung-tau")
        answers = [browser.post(url(record, "add"), typed), browser.post(url(record, "change", one.pk), typed)]
        found[record] = [answer.status_code for answer in answers]

    assert {record: statuses for record, statuses in found.items() if statuses != [403, 403]} == {}
    assert everything() == before


MAY_DO_MOST = {"dau-moi", "quan-tri"}


@pytest.mark.parametrize("username", EVERYBODY)
def test_nobody_deletes_anything(client_of, opened, username):
    browser, before, found = client_of(username), everything(), {}

    for record in RECORDS:
        one = one_of(record, province_of(username))
        delete, listed = url(record, "delete", one.pk), url(record, "changelist")
        answers = [browser.post(delete, {"post": "yes"})]
        if username in MAY_DO_MOST:
            answers.append(browser.get(delete))
            browser.post(listed, {"action": "delete_selected", "_selected_action": [one.pk], "post": "yes"})
        offered = "delete_selected" in opened[username][record, "changelist"].html
        stays = type(one).objects.filter(pk=one.pk).exists()
        found[record] = ({answer.status_code for answer in answers}, offered, stays)

    assert {record: answer for record, answer in found.items() if answer != ({403}, False, True)} == {}
    assert everything() == before


# Officers


@pytest.mark.parametrize("username", ["chuyen-vien", "dau-moi", "lanh-dao"])
def test_list_of_tasks_opens_on_everything_that_one_may_read(client_of, office, username):
    response = client_of(username).get(url("tasks.task", "changelist"))

    assert len(response.context["cl"].result_list) == 12


def test_list_of_tasks_narrows_to_those_of_the_agency(officer):
    response = officer.get(url("tasks.task", "changelist", **{"pham-vi": "don-vi-toi"}))

    assert [task.code for task in response.context["cl"].result_list] == ["NV-10"]


@pytest.mark.parametrize("username", ["chuyen-vien", "dau-moi"])
@pytest.mark.parametrize("term", ["giao thông", "không có đâu"])
def test_link_beside_a_search_shows_all(client_of, office, username, term):
    browser, listed = client_of(username), url("tasks.task", "changelist")

    address = re.search(r'<a href="([^"]*)">Hiện tất cả</a>', browser.get(listed, {"q": term}).text)[1]

    assert len(browser.get(f"{listed}{address}").context["cl"].result_list) == 12


def test_list_of_tasks_tells_what_is_in_force_and_not_what_a_draft_says(client_of):
    first = adopted_revision(tasks=1, name="Tên đã thông qua")
    second = RevisionFactory(programme=first.programme, base=first)
    lead = AgencyFactory(province=first.programme.province, name="Sở của dự thảo")
    task = first.planned_tasks.get().task
    PlannedTaskFactory(revision=second, task=task, name="Tên của dự thảo", lead_agency=lead)

    html = client_of(coordinator_of(first.programme)).get(url("tasks.task", "changelist")).text

    assert "Tên đã thông qua" in html
    assert "Tên của dự thảo" not in html
    assert "Sở của dự thảo" not in html
    assert "nguồn không nêu" in html


# Searching, sorting


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "term",
    [
        pytest.param("chính quyền số", id="as written"),
        pytest.param("chinh quyen so", id="without accents"),
        pytest.param("CHÍNH QUYỀN SỐ", id="capitals"),
        pytest.param(unicodedata.normalize("NFD", "chính quyền số"), id="decomposed"),
        pytest.param(" chính\u00a0quyền  số ", id="blanks"),
        pytest.param("số quyền chính", id="another order"),
    ],
)
@pytest.mark.parametrize(
    ("record", "found"),
    [
        ("tasks.task", 3),
        ("tasks.plannedtask", 16),
        ("programme.revision", 1),
        ("programme.legaldocument", 1),
    ],
)
def test_search_finds_however_it_is_typed(client_of, office, record, found, term):
    response = client_of("kiem-toan").get(url(record, "changelist", q=term))

    assert response.context["cl"].result_count == found


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("record", "term", "found"),
    [
        ("programme.legaldocument", "112/NQ-HĐND", {"112/NQ-HĐND", "/TTr-UBND", "/NQ-HĐND", "716/QĐ-UBND", ""}),
        ("programme.legaldocument", "02-nq/tu", {"02-NQ/TU"}),
        ("programme.legaldocument", "716", {"716/QĐ-UBND"}),
    ],
)
def test_document_is_found_by_its_code(client_of, office, record, term, found):
    response = client_of("dau-moi").get(url(record, "changelist", q=term))

    assert {document.code for document in response.context["cl"].result_list} == found


@pytest.mark.both_databases
@pytest.mark.parametrize("record", ["programme.agency", "programme.legaldocument", "tasks.task", "tasks.plannedtask"])
@pytest.mark.parametrize("term", ["%", "_", "'", '"', "\\", "\x00", "không có đâu", "x" * 5000])
def test_search_takes_what_is_typed_as_text(client_of, office, record, term):
    response = client_of("kiem-toan").get(url(record, "changelist"), {"q": term})

    assert response.status_code == 200


@pytest.mark.both_databases
@pytest.mark.parametrize("term", ["so y te", "Sở Y tế", "SỞ Y TẾ"])
def test_agency_is_found_however_it_is_typed(administrator, term):
    response = administrator.get(url("programme.agency", "changelist", q=term))

    assert "Sở Y tế tỉnh Bà Rịa - Vũng Tàu" in [agency.name for agency in response.context["cl"].result_list]


@pytest.mark.both_databases
def test_report_is_found_by_the_name_of_its_task(officer):
    response = officer.get(url("tasks.progressupdate", "changelist", q="an ninh trat tu"))

    assert {update.task.code for update in response.context["cl"].result_list} == {"NV-10"}


@pytest.mark.both_databases
def test_agencies_stand_in_vietnamese_order(client_of):
    province = ProvinceFactory()
    names = [
        "Ban Dân tộc",
        "Công an tỉnh",
        "Dự án trọng điểm",
        "Đài Phát thanh",
        "Sở Du lịch",
        "Sở Tài chính",
        "Sở Tư pháp",
        "Ủy ban nhân dân tỉnh",
        "Văn phòng",
        "Xã Ba",
        "Xã Bà",
        "Xã Bả",
        "Xã Bã",
        "Xã Bá",
        "Xã Bạ",
    ]
    people = AgencyFactory.create_batch(len(names), province=province)
    for agency, name in zip(people, reversed(names), strict=True):
        rewrite(agency, name=name)
    browser = client_of(officer_of(people[0]))

    listed = browser.get(url("programme.agency", "changelist", province__id__exact=province.pk))

    assert [agency.name for agency in listed.context["cl"].result_list] == names
