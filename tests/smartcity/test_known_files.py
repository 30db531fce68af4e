"""A file that tells what was known at a moment says so, and so does the log of access."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils.timezone import localtime
from openpyxl import load_workbook

from programme.models import Role
from smartcity.audit.access.models import AccessEntry, AccessKind
from smartcity.lib.log.sealing import seal
from tests.factories import LegalDocumentFactory, UserFactory

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader():
    browser = Client()
    browser.force_login(UserFactory(username="kiem.toan", role=Role.AUDITOR, agency=None))
    return browser


def test_file_of_a_moment_tells_it_in_its_name_and_in_its_facts(reader):
    LegalDocumentFactory(number=1)
    moment = f"khoi-{seal().seal.number}"
    now_, then = (reader.get("/van-ban/danh-sach.xlsx", asked) for asked in ({}, {"biet-den": moment}))
    csv = reader.get("/van-ban/danh-sach.csv", {"biet-den": "16/06/2023"})
    assert b"".join(csv)
    book = load_workbook(BytesIO(b"".join(then)))
    facts = {row[0].value: row[1].value for row in book["Thông tin"]}

    assert facts["Biết đến"].startswith(f"{localtime():%H:}")
    assert f"Khối niêm phong số {moment.removeprefix('khoi-')}" in facts["Biết đến"]
    assert "Biết đến" not in {row[0].value for row in load_workbook(BytesIO(b"".join(now_)))["Thông tin"]}
    assert "biết đến" not in name_of(now_)
    assert "biết đến" in name_of(then)
    assert name_of(csv).endswith("biết đến 23-59 ngày 16-06-2023.csv")


def test_file_with_a_day_and_a_moment_is_not_called_as_that_of_the_present(reader):
    asked = {"ngay": "16/06/2023"}
    answers = [
        reader.get("/kinh-phi/nam-nguon.csv", asked | known)
        for known in ({}, {"biet-den": "17/06/2023"}, {"biet-den": "18/06/2023"})
    ]
    names = {name_of(answer) for answer in answers if b"".join(answer)}

    assert len(names) == 3


def name_of(answer):
    return unquote(answer["Content-Disposition"].partition("filename*=UTF-8''")[2])


def test_log_of_access_tells_the_moment_of_a_file(reader):
    b"".join(reader.get("/giai-trinh/danh-sach.csv?ngay=16/06/2023&biet-den=17/06/2023"))
    noted = AccessEntry.objects.get(kind=AccessKind.EXPORT)

    assert noted.place.endswith("?ngay=16/06/2023&biet-den=17/06/2023")
    assert "biết đến 23-59 ngày 17-06-2023" in noted.what
