"""The page on which auditors take a package: who may, what they choose, what is said to them."""

import json
import logging
from datetime import timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Role
from smartcity.lib.log.models import SealedEntry
from tests.factories import AgencyFactory, UserFactory
from tests.past_the_history import past_the_history
from tests.smartcity.audit.evidence.packages import content_of, export, records_of, verified

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PAGE, PACKAGE = "/goi-bang-chung/", "/goi-bang-chung/goi.zip"


@pytest.fixture
def auditor(client_of):
    return client_of(UserFactory(role=Role.AUDITOR, agency=None))


def asked(**query):
    return {"de-an": "HH-CQDT", "tu": "", "den": "", "dong": "", **query}


def taken(client, **query):
    response = client.get(PACKAGE, asked(**query))
    assert response.status_code == 200
    return response, b"".join(response.streaming_content)


def test_page_tells_what_the_package_will_hold(auditor, country):
    page = auditor.get(PAGE, asked()).content.decode()

    assert "Báo cáo tiến độ" in page
    assert f"{PACKAGE}?de-an=HH-CQDT" in page
    assert "Tỉnh Cửu Long" in auditor.get(PAGE).content.decode()


def test_package_of_the_page_is_verified_and_named_after_what_it_is(auditor, country):
    today = localdate()
    response, held = taken(auditor, tu="01/02/2024", den=f"{today:%d/%m/%Y}")

    name = f"goi-bang-chung-HH-CQDT-tu-2024-02-01-den-{today:%Y-%m-%d}.zip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    assert verified(held).code == 0
    assert records_of(content_of(held), "tasks_task") == {country.house.report.task_id}


def test_package_of_the_page_is_the_one_of_the_command(auditor, country):
    _, held = taken(auditor)

    assert held == export("--programme", "HH-CQDT")


def test_two_that_are_made_at_once_are_each_whole(auditor, country):
    first, second = (auditor.get(PACKAGE, asked(**{"de-an": code})) for code in ("HH-CQDT", "CL-DTTM"))
    pieces = {0: [], 1: []}
    streams = [iter(first.streaming_content), iter(second.streaming_content)]
    for turn in range(2):
        for place, stream in enumerate(streams):
            pieces[place] += [next(stream, b"")] if turn == 0 else list(stream)

    for place, code in enumerate(("HH-CQDT", "CL-DTTM")):
        assert verified(b"".join(pieces[place])).code == 0
        assert b"".join(pieces[place]) == export("--programme", code)


def test_package_goes_to_a_checkpoint_as_it_stands_on_paper(auditor, country):
    size = country.early.splitlines()[1]

    _, held = taken(auditor, dong=f" {size[:1]}.{size[1:]} ")

    assert json.loads(content_of(held)["manifest.json"])["size"] == int(size)


def test_everything_is_what_the_reader_may_read(client_of, country):
    province = country.house.province
    client = client_of(UserFactory(role=Role.AUDITOR, agency=AgencyFactory(province=province)))

    _, held = taken(client, **{"de-an": "tat-ca"})

    assert records_of(content_of(held), "programme_programme") == {country.house.programme.pk}
    page = client.get(PAGE).content.decode()
    assert "HH-CQDT" in page
    assert "CL-DTTM" not in page
    for code in ("CL-DTTM", "MAU-1"):
        assert client.get(PACKAGE, asked(**{"de-an": code})).status_code == 400


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"tu": "02/01/2024", "den": "01/01/2024"}, "Khoảng thời gian bị ngược"),
        ({"tu": "31/02/2024"}, "31/02/2024"),
        ({"den": "hôm qua"}, "Đến hết ngày"),
        ({"tu": "0001-01-01"}, "Năm 1 nằm ngoài khoảng"),
        ({"tu": "01/01/0001"}, "Năm 1 nằm ngoài khoảng"),
        ({"dong": "9"}, "Không có mốc niêm phong 9 dòng"),
        ({"dong": "chín"}, "Số dòng là một số nguyên"),
        ({"dong": "9" * 25}, "Số dòng là một số nguyên"),
        ({"dong": "-1"}, "Số dòng là một số nguyên"),
        ({"de-an": "KHONG-CO"}, "KHONG-CO"),
        ({"de-an": ""}, "Phạm vi"),
    ],
)
@pytest.mark.parametrize("address", [PAGE, PACKAGE])
def test_nonsense_is_told_beside_its_field_and_makes_nothing(auditor, country, address, query, said):
    response = auditor.get(address, asked(**query))

    assert response.status_code == 400
    assert "Chưa lập được gói" in response.content.decode()
    assert said in response.content.decode()


def test_period_with_nothing_in_it_is_said_before_it_is_taken(auditor, country):
    page = auditor.get(PAGE, asked(den="01/01/1990")).content.decode()

    assert "Không có dòng lịch sử nào trong phạm vi và thời gian này" in page
    assert verified(taken(auditor, den="01/01/1990")[1]).code == 0


def test_period_that_is_to_come_holds_what_there_is(auditor, country):
    tomorrow = f"{localdate() + timedelta(days=1):%d/%m/%Y}"

    assert verified(taken(auditor, tu=tomorrow)[1]).code == 0


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("address", [PAGE, PACKAGE])
def test_page_is_for_who_reads_drafts_and_writes_none(client_of, country, role, address):
    client = client_of(UserFactory(role=role, agency=AgencyFactory(province=country.house.province)))

    assert client.get(address, asked()).status_code == (200 if role == Role.AUDITOR else 403)
    menu = client.get(reverse("admin:index")).content.decode()
    assert (f'href="{PAGE}"' in menu) == (role == Role.AUDITOR)


def test_administrator_of_the_country_takes_a_package(client_of, country):
    client = client_of(UserFactory(role=Role.ADMINISTRATOR, agency=None))

    assert verified(taken(client)[1]).code == 0


def test_who_is_not_signed_in_is_asked_to(client, db):
    for address in (PAGE, PACKAGE):
        assert client.get(address, asked()).headers["Location"].startswith("/dang-nhap/")


def test_nothing_is_posted_to_it(auditor, country):
    for address in (PAGE, PACKAGE):
        assert auditor.post(address, asked()).status_code == 405


def test_before_anything_is_sealed_that_is_said(auditor, country):
    with past_the_history():
        SealedEntry.objects.all().delete()
        type(country.house.programme)._meta.apps.get_model("smartcity", "Seal").objects.all().delete()

    for address in (PAGE,):
        assert "Chưa có dòng lịch sử nào được niêm phong" in auditor.get(address, asked()).content.decode()


def test_without_its_key_that_is_said(auditor, country, caplog):
    with override_settings(AUDIT_KEY_FILE="/khong/co.pem"), caplog.at_level(logging.CRITICAL):
        page = auditor.get(PACKAGE, asked()).content.decode()

    assert "Máy chủ không đọc được khóa niêm phong" in page


def test_package_that_cannot_be_made_to_its_end_says_so_and_is_refused(auditor, country, caplog):
    with past_the_history():
        type(country.house.report).history.filter(id=country.house.removed).update(results="Khác")

    with caplog.at_level(logging.CRITICAL):
        _, held = taken(auditor)

    assert "không còn như khi niêm phong" in content_of(held)["KHONG-LAP-DUOC.txt"].decode()
    code, told = verified(held)
    assert (code, "thiếu tệp này" in told) == (1, True)
