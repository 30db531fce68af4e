"""What is written, printed or copied is found and read again: citations, names, days, money."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from programme.models import Agency, DocumentKind, LegalDocument
from smartcity.lib.language.dates import Span, read_day, read_when, say_day, say_weekday
from smartcity.lib.language.document_code import DocumentCode, read_code, split_citation
from smartcity.lib.language.money import LARGEST_VND, read_money, say_in_words, say_money
from smartcity.lib.language.name_matching import is_same_name
from smartcity.lib.language.text import clean_text, fold
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProvinceFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page, url
from tests.past_the_history import past_the_history
from tests.reading import text_of

pytestmark = pytest.mark.both_databases

DAYS = st.dates(min_value=date(1945, 1, 1), max_value=date(2099, 12, 31))


@given(vnd=st.integers(min_value=0, max_value=LARGEST_VND) | st.integers(0, 10**6).map(lambda n: n * 10**6))
def test_money_is_read_as_it_is_printed(vnd):
    assert read_money(say_money(vnd)) == read_money(say_in_words(vnd)) == vnd
    assert read_money(say_money(-vnd)) == -vnd


@given(day=DAYS)
def test_days_are_read_as_they_are_printed(day):
    said = [say_day(day), say_weekday(day), f"ngày {say_day(day)}", day.isoformat()]

    assert {read_day(one) for one in said} == {day}


@given(year=st.integers(1945, 2099), months=st.sampled_from([(1, 1), (4, 6), (1, 12), (1, 6), (7, 12), (1, 9)]))
def test_stretches_of_days_are_read_as_they_are_printed(year, months):
    span = Span(year, *months)

    assert read_when(str(span)) == span


@given(
    number=st.integers(1, 99_999),
    symbol=st.sampled_from(["QĐ-UBND", "NQ-HĐND", "QĐ-TTg", "2024/QH15", "NQ/TU", "BTTTT-CĐSQG", "TTr-UBND"]),
    kind=st.sampled_from([kind for kind in DocumentKind if kind != DocumentKind.PRESS]),
    day=DAYS,
)
def test_document_is_read_as_it_is_called(number, symbol, kind, day):
    document = LegalDocument(kind=kind, number=number, symbol=symbol, signed_on=day)

    assert read_code(str(document)) == DocumentCode(number, symbol)
    assert read_day(split_citation(str(document))[1]) == day


@pytest.fixture
def decision(db):
    return LegalDocumentFactory(
        kind=DocumentKind.DECISION,
        number=6439,
        symbol="QĐ-UBND",
        signed_on=date(2018, 12, 29),
        signer="Lê Trung Chinh",
        subject="Phê duyệt Đề án quản lý đô thị thông minh",
    )


CITED = [
    "Quyết định số 6439/QĐ-UBND ngày 29/12/2018",
    "Quyết định số 6439/QĐ-UBND, ngày 29 tháng 12 năm 2018",
    "Quyết định 6439",
    "QĐ 6439",
    "6439/QĐ‑UBND",
    "29/12/2018",
    "29-12-2018",
    "Lê Trung Chinh",
    "le trung chinh",
    "quản lí đô thị",
]


@pytest.mark.parametrize("typed", CITED)
def test_document_is_found_as_it_is_cited(client_of, decision, typed):
    LegalDocumentFactory(kind=DocumentKind.PLAN, issuer=decision.issuer, subject="Kế hoạch khác")
    reader = client_of(officer_of(decision.issuer))

    page = reader.get("/van-ban/", {"tim": typed})
    listed = reader.get(url("programme.legaldocument", "changelist"), {"q": typed})

    assert [one.pk for one in page.context["page"]] == [decision.pk]
    assert [one.pk for one in listed.context["cl"].result_list] == [decision.pk]


def test_document_that_is_not_there_is_not_found(client_of, decision):
    page = client_of(officer_of(decision.issuer)).get("/van-ban/", {"tim": "Quyết định số 6440/QĐ-UBND"})

    assert not list(page.context["page"])


@pytest.mark.parametrize("stored", ["Cư M'gar", "Cư M’gar", "Cư M´gar"])
@pytest.mark.parametrize("typed", ["Cư M’gar", "Cư M'gar", "cu mgar", "CƯ MGAR"])
@pytest.mark.django_db
def test_name_with_an_apostrophe_is_found(client_of, stored, typed):
    agency = AgencyFactory(name=f"Ủy ban nhân dân huyện {stored}")
    reader = client_of(UserFactory(agency=agency))

    listed = reader.get(url("programme.agency", "changelist"), {"q": typed})

    assert [one.pk for one in listed.context["cl"].result_list] == [agency.pk]


@pytest.mark.parametrize("typed", ["nguoi dan", "người dân", "Quản lí", "quản lý"])
@pytest.mark.django_db
def test_task_copied_from_a_pdf_is_found(client_of, typed):
    task = task_in_force(name="Quản lý dịch vụ cho ng\u01a3ời dân, môi tr\u01a3ờng")
    reader = client_of(coordinator_of(task.programme))

    listed = reader.get(url("tasks.task", "changelist"), {"q": typed})

    assert [one.pk for one in listed.context["cl"].result_list] == [task.pk]
    assert "người dân, môi trường" in text_of(listed.text)


@pytest.mark.parametrize(("typed", "kept"), [("ng\u01a3ời", "người"), ("M\u01a2A", "MƯA"), ("\u00d0ồng", "Đồng")])
def test_look_alike_letters_become_ours(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(("one", "other"), [("tay", "tai"), ("ngày", "ngài"), ("thủy", "thủi")])
def test_y_that_sounds_otherwise_stays(one, other):
    assert fold(one) != fold(other)


# Names


@pytest.fixture
def city(db):
    return ProvinceFactory(name="Thành phố Đà Nẵng")


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Sở Giao thông vận tải thành phố Đà Nẵng", "Sở Giao thông vận tải"),
        ("Sở Giao thông vận tải thành phố Đà Nẵng", "Sở GTVT Đà Nẵng"),
        ("Sở Giao thông vận tải thành phố Đà Nẵng", "Sở GTVT"),
        ("Sở Giao thông vận tải", "Sở GTVT thành phố Đà Nẵng"),
        ("Sở Thông tin và Truyền thông", "Sở TT&TT Đà Nẵng"),
        ("Sở Khoa học và Công nghệ thành phố Đà Nẵng", "Sở KHCN"),
        ("Ban Quản lý khu công nghệ cao", "Ban Quản lí khu công nghệ cao"),
        ("Ủy ban nhân dân huyện Cư M'gar", "UBND huyện Cư M’gar"),
        ("Ủy ban nhân dân thành phố Đà Nẵng", "UBND TP Đà Nẵng"),
    ],
)
def test_another_spelling_of_an_agency_is_refused_in_its_form(client_of, city, stored, typed):
    AgencyFactory(province=city, name=stored)
    administrator = client_of(UserFactory(role="administrator", agency=None))
    values = Page(administrator.get(url("programme.agency", "add")).text).values

    refused = administrator.post(
        url("programme.agency", "add"), values | {"province": city.pk, "name": typed, "_save": ""}
    )

    assert f"là cách viết khác của cơ quan đã có: {stored}" in text_of(refused.text)
    assert Agency.objects.filter(province=city).count() == 1


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Ủy ban nhân dân xã Đông Sơn", "Ủy ban nhân dân xã Đồng Sơn"),
        ("Sở Tài chính", "Sở Tư pháp"),
        ("Sở Xây dựng", "Sở Giao thông vận tải"),
        ("Ủy ban nhân dân quận Sơn Trà", "Ủy ban nhân dân thành phố Đà Nẵng"),
    ],
)
def test_another_name_is_another_agency(city, stored, typed):
    AgencyFactory(province=city, name=stored)

    try:
        Agency(province=city, name=typed).clean()
    except ValidationError as refusal:
        pytest.fail(str(refusal))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("2.138 tỷ đồng (2.138.000.000.000 đồng)", "Đọc là: 2.138 tỷ đồng (2.138.000.000.000 đồng)"),
        ("1 tỷ 250 triệu đồng", "Đọc là: 1,25 tỷ đồng (1.250.000.000 đồng)"),
        ("1.250 tr", "Đọc là: 1,25 tỷ đồng (1.250.000.000 đồng)"),
        ("1.197.000", "«1.197.000» là đồng, triệu đồng hay tỷ đồng? Hãy ghi rõ đơn vị, ví dụ: 1.197.000 triệu đồng."),
    ],
)
@pytest.mark.django_db
def test_amount_is_read_back_or_asked_about(client_of, typed, answer):
    response = client_of(UserFactory()).get("/doc-lai/", {"so-tien": typed})

    assert response.json()["sentence"].replace("\u00a0", " ") == answer


@pytest.mark.parametrize("typed", ["03/04/2024 (thứ Tư)", "03–04–2024", "2024-04-03"])
@pytest.mark.django_db
def test_day_is_read_back(client_of, typed):
    response = client_of(UserFactory()).get("/doc-lai/", {"ngay": typed})

    assert response.json() == {"is_read": True, "sentence": "Đọc là: 03/04/2024 (thứ Tư)"}


@pytest.mark.parametrize(
    "typed", ["6439/QĐ\u2011UBND", "6439/QĐ–UBND", "6439/QĐ-UBND ngày 29/12/2018", "QĐ 6439/QĐ-UBND"]
)
@pytest.mark.django_db
def test_code_of_a_document_is_read_in_its_form(client_of, typed):
    issuer = AgencyFactory()
    office = client_of(UserFactory(role="office", agency=issuer))
    address = url("programme.legaldocument", "add")
    values = Page(office.get(address).text).values
    given = {"kind": "decision", "code": typed, "issuer": issuer.pk, "signed_on": "29/12/2018", "subject": "Đề án"}

    sent = office.post(address, values | given | {"_save": ""})

    assert sent.status_code == 302, text_of(sent.text)[:2000]
    assert str(LegalDocument.objects.get()) == "Quyết định số 6439/QĐ-UBND ngày 29/12/2018"


@pytest.mark.django_db
def test_cited_day_that_is_not_the_day_of_issue_is_told(client_of):
    issuer = AgencyFactory()
    office = client_of(UserFactory(role="office", agency=issuer))
    address = url("programme.legaldocument", "add")
    values = Page(office.get(address).text).values
    given = {"kind": "decision", "code": "6439/QĐ-UBND ngày 29/12/2018", "issuer": issuer.pk, "subject": "Đề án"}

    sent = office.post(address, values | given | {"signed_on": "30/12/2018", "_save": ""})

    assert "Ô này ghi ngày 29/12/2018, ngày ban hành là 30/12/2018. Sửa một trong hai." in text_of(sent.text)
    assert not LegalDocument.objects.exists()


# Rows that were stored before


def test_rows_stored_before_are_found_after_the_migration(decision):
    agency = AgencyFactory(name="Ủy ban nhân dân huyện Cư M'gar")
    with past_the_history(), connection.cursor() as cursor:
        cursor.execute("UPDATE programme_agency SET search_text = %s", ["uy ban nhan dan huyen cu m'gar"])
        cursor.execute("UPDATE programme_legaldocument SET search_text = %s", ["6439/qd ubnd de an"])

    import_module("programme.migrations.0003_searched_as_cited").fold_again(apps, None)

    stored = LegalDocument.objects.get(pk=decision.pk).search_text
    assert Agency.objects.get(pk=agency.pk).search_text == "uy ban nhan dan huyen cu mgar"
    assert stored == fold(f"{decision.citation} {decision.subject} {decision.publisher} {decision.signer}")


@pytest.mark.parametrize(
    ("one", "other", "place", "same"),
    [
        ("Ủy ban nhân dân xã Đông Thành", "Ủy ban nhân dân xã Đồng Thanh", "", False),
        ("Ủy ban nhân dân xã Đông Hòa", "Ủy ban nhân dân xã Đồng Hoa", "", False),
        ("UBND xã 1-2", "UBND xã 12", "", False),
        ("Sở NV", "Sở Ngoại vụ", "", False),
        ("Uỷ ban nhân dân", "Ủy ban nhân dân", "", True),
        ("Sở Văn hoá", "Sở Văn hóa", "", True),
        ("Sở GTVT TP.HCM", "Sở Giao thông vận tải", "Thành phố Hồ Chí Minh", True),
        ("UBND TP.HCM", "Ủy ban nhân dân Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh", True),
    ],
)
def test_one_name_is_told_from_two(one, other, place, same):
    assert is_same_name(one, other, place=place) == is_same_name(other, one, place=place) == same


@pytest.mark.parametrize("typed", ["17/NQ-CP 7/3/19", "17/NQ-CP 2019", "17/NQ-CP07/03/2019", "17/NQ-CP-"])
def test_code_with_the_rest_of_a_day_is_refused(typed):
    with pytest.raises(ValueError, match="chưa đọc được"):
        read_code(typed)


@pytest.mark.parametrize("typed", ["17/NQ-CP ngay 07/03/2019", "17/NQ-CP - 07/03/2019"])
def test_code_and_day_are_read_apart(typed):
    assert read_code(typed) == DocumentCode(17, "NQ-CP")
    assert split_citation(typed)[1] == "07/03/2019"


def test_nought_needs_no_unit():
    assert read_money("0") == 0
