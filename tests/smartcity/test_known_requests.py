"""Asking pages, files, the API and commands for what was known at a moment."""

import json
import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import path
from django.utils.timezone import localdate, now
from rest_framework.authtoken.models import Token

from programme.models import Agency, Programme, Role
from smartcity.exchange.imports.models import FileState
from smartcity.lib.log.known.marks import current, mark_at
from smartcity.lib.log.known.reading import known_at
from smartcity.lib.log.sealing import seal
from smartcity.lib.records.history import signed_save
from smartcity.urls import urlpatterns as site
from tasks.models import Status
from tasks.operations.task_days import keep_task_days
from tests.factories import (
    AgencyFactory,
    ImportedFileFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    adopted_revision,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def moved():
    """A programme that was renamed and whose task was reported complete after the first block."""
    agency = AgencyFactory(name="Sở Thông tin")
    auditor = UserFactory(username="kiem.toan", role=Role.AUDITOR, agency=None)
    programme = ProgrammeFactory(code="DT-CU", province=agency.province)
    adopted_revision(programme, tasks=1)
    block = seal().seal.number
    rename(agency, "Sở Khoa học", auditor)
    ProgressUpdateFactory(task=programme.tasks.get(), accepted=True, status=Status.COMPLETE, as_of=date(2023, 6, 1))
    keep_task_days(programme.pk)
    seal()
    browser = Client()
    browser.force_login(auditor)
    return browser, agency, programme, f"khoi-{block}"


def rename(agency, name, by):
    agency.name = name
    signed_save(agency, by=by, reason="Hợp nhất")


def test_page_says_the_moment_keeps_it_in_its_links_and_leaves_it_by_one(moved):
    browser, agency, _, moment = moved
    page = browser.get(f"/co-quan/{agency.pk}/", {"biet-den": moment}).text

    assert "Sở Thông tin" in page
    assert "Sở Khoa học" not in page
    assert "Theo những gì biết đến" in page
    assert f"biet-den={moment}" in page
    assert "biet-den=&quot;" not in page
    assert "Về hiện tại" in page


def test_next_request_reads_the_present(moved):
    browser, agency, _, moment = moved
    address = f"/co-quan/{agency.pk}/"
    browser.get(address, {"biet-den": moment})
    page = browser.get(address).text

    assert "Sở Khoa học" in page
    assert "Theo những gì biết đến" not in page
    assert current.get() is None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW search_path")
            assert "known" not in cursor.fetchone()[0]


def test_file_that_is_streamed_tells_what_was_known(moved):
    browser, _, _, moment = moved
    lists = [browser.get("/quan-tri/programme/agency/danh-sach.csv", asked) for asked in ({}, {"biet-den": moment})]
    now, then = (b"".join(answer).decode() for answer in lists)

    assert "Sở Khoa học" in now
    assert "Sở Thông tin" in then
    assert "Sở Khoa học" not in then


def test_search_finds_what_things_were_called(moved):
    browser, agency, _, moment = moved
    then = browser.get("/tim/", {"q": "Sở Thông tin", "biet-den": moment}).text
    now = browser.get("/tim/", {"q": "Sở Thông tin"}).text

    assert f"/co-quan/{agency.pk}/" in then
    assert f"/co-quan/{agency.pk}/" not in now


def test_nothing_can_be_sent_to_a_moment(moved):
    browser, agency, _, moment = moved
    answer = browser.post(f"/quan-tri/programme/agency/{agency.pk}/change/?biet-den={moment}", {"name": "Sở Giả"})

    assert answer.status_code == 405
    assert "Không sửa được quá khứ" in answer.text
    agency.refresh_from_db()
    assert agency.name == "Sở Khoa học"


@pytest.mark.parametrize("typed", ["lúc nãy", "32/01/2023", "khoi-99999", "9" * 300, "01/01/2999"])
def test_moment_that_cannot_be_read_is_refused_in_words(moved, typed):
    browser = moved[0]
    answer = browser.get("/", {"biet-den": typed})

    assert answer.status_code == 400
    assert "Thời điểm chưa đọc được" in answer.text
    assert "Xem theo hiện tại" in answer.text


def test_before_the_first_block_pages_are_empty_and_records_not_there(moved):
    browser, agency, *_ = moved

    assert browser.get("/", {"biet-den": "01/01/2001"}).status_code == 200
    assert browser.get(f"/co-quan/{agency.pk}/", {"biet-den": "01/01/2001"}).status_code == 404


def test_reader_who_came_later_reads_by_the_rights_of_today(moved):
    _, agency, _, moment = moved
    later = UserFactory(agency=agency, role=Role.OFFICER)
    browser = Client()
    browser.force_login(later)
    page = browser.get(f"/co-quan/{agency.pk}/", {"biet-den": moment})

    assert page.status_code == 200
    assert "Sở Thông tin" in page.text
    assert later.full_name in page.text


def writes(request):
    ProgrammeFactory()


def changes(request):
    rename(Agency.objects.order_by("pk").first(), "Sở Giả", request.user)


def locks(request):
    Agency.objects.select_for_update().order_by("pk").first()
    writes(request)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("page", ["sua", "giu"])
def test_page_that_would_change_what_is_there_says_so_too(moved, page):
    browser, agency, _, moment = moved
    answer = browser.get(f"/{page}/", {"biet-den": moment})

    assert answer.status_code == 409
    assert "chỉ mở được ở hiện tại" in answer.text
    assert Agency.objects.get(pk=agency.pk).name == "Sở Khoa học"


@pytest.mark.urls(__name__)
def test_page_that_would_write_is_refused_by_the_database_and_says_so(moved):
    browser, _, _, moment = moved
    count = Programme.objects.count()
    answer = browser.get("/ghi/", {"biet-den": moment})

    assert answer.status_code == 409
    assert "chỉ mở được ở hiện tại" in answer.text
    assert Programme.objects.count() == count


def test_api_and_commands_tell_what_was_known(moved, capsys):
    _, _, programme, moment = moved
    token = Token.objects.create(user=UserFactory(role=Role.AUDITOR, agency=None))
    asked = {"as_of": "2023-06-16"}
    told = {}
    for name, known in (("now", {}), ("then", {"known_at": moment})):
        answer = Client().get(
            f"/api/v1/programmes/{programme.code}/figures/", asked | known, headers={"Authorization": f"Token {token}"}
        )
        given = {"known_at": moment} if known else {}
        call_command("figures", programme.code, as_of="2023-06-16", format="json", **given)
        told[name] = answer.json()
        assert json.loads(capsys.readouterr().out) == told[name]

    assert told["now"] != told["then"]
    with pytest.raises(CommandError, match="chưa phải một ngày"):
        call_command("figures", known_at="hôm qua")


def test_now_is_a_moment_too_for_pages_programs_and_commands(moved, capsys):
    browser, agency, programme, _ = moved
    rename(agency, "Sở Vừa đổi", UserFactory())
    today = f"{localdate():%d/%m/%Y}"
    call_command("figures", programme.code, known_at=today, format="json")

    assert json.loads(capsys.readouterr().out)["tasks"]["total"] == 1
    with known_at(mark_at(now())):
        assert Agency.objects.get(pk=agency.pk).name == "Sở Vừa đổi"
    assert "Sở Vừa đổi" in browser.get(f"/co-quan/{agency.pk}/", {"biet-den": today}).text


def test_what_was_learned_of_a_day_names_each_task_and_how(moved):
    browser, _, programme, moment = moved
    page = browser.get("/biet-them/", {"ngay": "16/06/2023", "biet-truoc": moment}).text
    unmoved = browser.get("/biet-them/", {"ngay": "16/06/2022", "biet-truoc": moment, "biet-den": moment}).text

    assert "1 nhiệm vụ nay biết khác về ngày 16/06/2023" in page
    assert "Hoàn thành" in page
    assert f"/nhiem-vu/{programme.tasks.get().pk}/" in page
    assert "Không biết gì khác" in unmoved


def test_earlier_moment_typed_as_today_stays_what_it_was_when_typed(moved):
    browser, _, programme, _ = moved
    today = f"{localdate():%d/%m/%Y}"
    page = browser.get("/biet-them/", {"ngay": "16/06/2023", "biet-truoc": today}).text
    [kept] = re.findall(r'name="biet-truoc" id="id_truoc" value="([^"]*)"', page)
    task = programme.tasks.get()
    ProgressUpdateFactory(task=task, accepted=True, status=Status.IN_PROGRESS, as_of=date(2023, 6, 10))
    keep_task_days(programme.pk)
    seal()

    assert kept != today
    later = browser.get("/biet-them/", {"ngay": "16/06/2023", "biet-truoc": kept}).text
    assert "1 nhiệm vụ nay biết khác" in later
    assert f'name="biet-truoc" id="id_truoc" value="{kept}"' in later
    assert f'type="hidden" name="biet-truoc" value="{kept}"' in page


def test_window_of_the_admin_in_which_something_is_chosen_says_the_moment(moved):
    browser, agency, _, moment = moved
    for place in ("", f"{agency.pk}/change/"):
        address = f"/quan-tri/programme/agency/{place}"
        then, now = (browser.get(address, {"_popup": "1"} | asked).text for asked in ({"biet-den": moment}, {}))

        assert "Theo những gì biết đến" in then
        assert "Từ đó biết thêm gì" not in then
        assert "Theo những gì biết đến" not in now


def test_search_window_of_the_admin_leads_to_the_moment(moved):
    browser, *_, moment = moved
    browser.force_login(UserFactory(role=Role.ADMINISTRATOR, agency=None))
    page = browser.get("/quan-tri/", {"biet-den": moment}).text
    found = browser.get("/quan-tri/search/", {"s": "cơ quan", "biet-den": moment}).text

    assert f'hx-get="/quan-tri/search/?biet-den={moment}"' in page
    assert re.findall(r'href="([^"]*)"', found)
    assert all(f"biet-den={moment}" in address for address in re.findall(r'href="([^"]*)"', found))


@pytest.mark.parametrize("state", [FileState.READING, FileState.CHECKING, FileState.APPLYING])
def test_file_that_was_on_its_way_in_stays_as_far_as_it_was(state):
    officer = UserFactory(role=Role.COORDINATOR)
    programme = ProgrammeFactory(coordinating_agency=officer.agency, province=officer.agency.province)
    file = ImportedFileFactory(programme=programme, uploaded_by=officer, state=state)
    moment = f"khoi-{seal().seal.number}"
    file.state, file.refusal = FileState.REFUSED, "Có dòng chưa nhập được."
    file.findings = [{"row": 2, "errors": [["Số tiền", "x", "chưa phải số tiền"]], "skipped": "", "notes": []}]
    signed_save(file, by=officer, reason="Đã kiểm tra")
    refused = f"khoi-{seal().seal.number}"
    browser = Client()
    browser.force_login(officer)
    page = browser.get(file.get_absolute_url(), {"biet-den": moment})

    assert page.status_code == browser.get("/nhap-tep/", {"biet-den": moment}).status_code == 200
    assert "Refresh" not in page
    assert "Lúc ấy" in page.text
    errors = f"/nhap-tep/{file.pk}/loi.csv"
    assert f'href="{errors}?biet-den="' in browser.get(file.get_absolute_url(), {"biet-den": refused}).text
    assert browser.get(errors, {"biet-den": refused}).status_code == 409
    assert b"".join(browser.get(errors, {"biet-den": ""}))


def test_day_is_that_of_the_moment_where_none_is_chosen(moved):
    browser, *_ = moved
    page = browser.get("/", {"biet-den": f"{localdate():%d/%m/%Y}"}).text

    assert f'value="{localdate():%d/%m/%Y}"' in page
    assert 'value="16/06/2023"' in browser.get("/", {"biet-den": "16/06/2023"}).text


urlpatterns = [path("ghi/", writes), path("sua/", changes), path("giu/", locks), *site]
