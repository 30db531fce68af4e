"""The moment in addresses: kept wherever a page leads, said once, and dropped where the present is meant."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils.timezone import localdate, localtime, now

from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.log.sealing import seal
from smartcity.lib.records.history import signed_save
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    ProgrammeFactory,
    UserFactory,
    adopted_revision,
)
from tests.forms_read import Page
from tests.reading import text_of
from tests.sent_by import sending_controls

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
SIGNS_OUT = ("/dang-xuat/",)


@pytest.fixture
def province():
    return AgencyFactory().province


@pytest.fixture
def keeper(province):
    """Keeps the house, and may change nearly everything."""
    return signed_in(UserFactory(username="quan.tri", role=Role.ADMINISTRATOR, agency=None))


@pytest.fixture
def reader():
    return signed_in(UserFactory(username="kiem.toan", role=Role.AUDITOR, agency=None))


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    return browser


def sealed():
    """A moment as addresses say it."""
    return f"khoi-{seal().seal.number}"


# What would be saved


def test_no_button_of_the_administration_saves_at_a_moment(keeper, province):
    pages = [
        f"/quan-tri/programme/province/{province.pk}/change/",
        "/quan-tri/programme/province/add/",
        "/quan-tri/programme/legaldocument/add/",
        f"/quan-tri/programme/user/{UserFactory().pk}/change/",
        "/quan-tri/programme/agency/",
    ]
    moment = sealed()
    live = [keeper.get(page) for page in pages]
    known = [keeper.get(page, {"biet-den": moment}) for page in pages]

    assert {page.status_code for page in known} == {200}
    assert any("Lưu và sửa tiếp" in page.text for page in live)
    assert "Thêm cơ quan" in text_of(live[-1].text)
    for page in known:
        assert sending_controls(page.text, but=SIGNS_OUT) == []
        assert "Lưu" not in Page(page.text).words
        assert "Lưu và sửa tiếp" not in page.text
    assert "Thêm cơ quan" not in text_of(known[-1].text)


# Where one is led


@pytest.mark.parametrize("address", ["/van-ban", "/quan-tri", "/nhiem-vu/1"])
def test_missing_slash_keeps_the_moment(reader, address):
    answer = reader.get(f"{address}?q=an&biet-den=16/06/2023")

    assert (answer.status_code, answer["Location"]) == (301, f"{address}/?q=an&biet-den=16/06/2023")


def test_way_from_the_administration_to_the_page_keeps_the_moment(keeper):
    programme = ProgrammeFactory(code="DT-MOT")
    moment = sealed()
    page = keeper.get(f"/quan-tri/programme/programme/{programme.pk}/change/", {"biet-den": moment})
    [address] = {href for href in hrefs(page.text) if href.startswith("/quan-tri/r/")}
    led = keeper.get(address)

    assert led["Location"] == f"http://testserver/de-an/DT-MOT/?biet-den={moment}"


def hrefs(html):
    return [unescape(part.partition('"')[0]) for part in html.split('href="')[1:]]


def test_who_has_to_change_the_password_does_so_in_the_present_and_goes_on_to_the_moment(province):
    user = UserFactory(username="lan", agency=AgencyFactory(province=province), must_change_password=True)
    browser = signed_in(user)
    form = browser.get("/van-ban/?q=an&biet-den=16/06/2023").url
    page = browser.get(form)
    new = "hoa-sen-no-thang-sau"
    typed = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    sent = browser.post(form, Page(page.text).values | typed)

    assert form == "/quan-tri/password_change/?next=/van-ban/%3Fq%3Dan%26biet-den%3D16/06/2023"
    assert sending_controls(page.text, but=SIGNS_OUT)
    assert (sent.status_code, sent.url) == (302, "/van-ban/?q=an&biet-den=16/06/2023")
    assert "Theo những gì biết đến" in browser.get(sent.url).text


def test_own_password_and_signing_out_are_of_the_present(reader):
    page = reader.get("/van-ban/", {"biet-den": "16/06/2023"}).text
    form = reader.get("/quan-tri/password_change/", {"biet-den": "16/06/2023"})

    assert 'href="/quan-tri/password_change/"' in page
    assert sending_controls(form.text, but=SIGNS_OUT)
    assert "Theo những gì biết đến" not in form.text
    assert reader.post("/dang-xuat/?biet-den=16/06/2023").status_code == 302


def test_day_that_is_not_over_leads_on_to_what_was_known_by_now(reader):
    agency = AgencyFactory(name="Sở Thông tin")
    moment = sealed()
    page = reader.get("/", {"biet-den": f"{localdate():%d/%m/%Y}"}).text
    agency.name = "Sở Khoa học"
    signed_save(agency, by=system_account())
    seal()
    [search] = {href for href in hrefs(page) if href.startswith("/van-ban/?")}
    said = search.partition("biet-den=")[2]

    assert said == moment
    assert "Sở Thông tin" in reader.get(f"/co-quan/{agency.pk}/?biet-den={said}").text


def test_what_was_typed_before_waits_for_the_page_of_the_present(keeper):
    form = "/quan-tri/programme/agency/add/"
    session = keeper.session
    session["kept_text"] = {form: "what was typed"}
    session.save()
    keeper.get(form, {"biet-den": sealed()})

    assert form in keeper.session["kept_text"]
    keeper.get(form)
    assert form not in keeper.session["kept_text"]


# What cannot be read


@pytest.mark.parametrize("query", ["biet-den=x&biet-den=", "biet-den=16/06/2023&biet-den=17/06/2023"])
def test_two_moments_are_refused_in_words(reader, query):
    answer = reader.get(f"/van-ban/?q=an&{query}")

    assert answer.status_code == 400
    assert "nhiều lần" in answer.text
    assert 'href="/van-ban/?q=an&amp;biet-den="' in answer.text
    assert reader.get("/van-ban/?biet-den=&biet-den=").status_code == 200


def test_what_was_not_known_yet_is_said_to_be_so_with_the_way_to_the_present(reader):
    moment = sealed()
    programme = ProgrammeFactory(code="DT-MOI")
    adopted_revision(programme, tasks=1)
    task = programme.tasks.get()
    page = reader.get(f"/nhiem-vu/{task.pk}/", {"ngay": "16/06/2023", "biet-den": moment})
    unknown = reader.get("/khong-co-dau/", {"biet-den": moment})

    assert page.status_code == 404
    assert "Theo những gì biết đến" not in page.text
    assert f"biết đến {localtime():%H:}" in page.text
    assert "nhập sau lúc ấy" in page.text
    [present] = {href for href in hrefs(page.text) if href.startswith("/nhiem-vu/")}
    assert reader.get(present).status_code == 200
    assert "Theo những gì biết đến" not in reader.get(present).text
    assert "Địa chỉ không đúng" in unknown.text


# What was learned between two moments


@pytest.fixture
def blocks(reader):
    """Two sealed moments."""
    first = sealed()
    adopted_revision(ProgrammeFactory(), tasks=1)
    return first, sealed()


@pytest.mark.parametrize("named", ["block", "hour"])
def test_earlier_moment_after_the_later_is_refused_beside_its_field(reader, blocks, named):
    first, second = blocks
    earlier = second if named == "block" else f"{localtime(now() + timedelta(minutes=1)):%H:%M %d/%m/%Y}"
    page = reader.get("/biet-them/", {"biet-truoc": earlier, "biet-den": first, "ngay": "16/06/2023"})

    assert page.status_code == 400
    assert "sau lúc ấy" in page.text
    assert "Ghi một lúc trước lúc ấy" in page.text
    assert "Không biết gì khác" not in page.text
    assert "Không có khối" not in page.text
    assert 'aria-invalid="true"' in page.text


def test_two_earlier_moments_are_refused_in_words(reader, blocks):
    page = reader.get(f"/biet-them/?biet-truoc={blocks[1]}&biet-truoc={blocks[0]}")

    assert page.status_code == 400
    assert "nhiều lần" in page.text


def test_earlier_moment_before_the_first_block_of_a_later_one_too(reader, blocks):
    asked = {"biet-truoc": blocks[0], "biet-den": "01/01/2001"}
    refused = reader.get("/biet-them/", asked)
    told = reader.get("/biet-them/", {"biet-truoc": blocks[0], "biet-den": blocks[1]})

    assert refused.status_code == 400
    assert "chưa có khối niêm phong nào" in refused.text
    assert told.status_code == 200
