"""Two people on one record of the admin at the same time: its fields, and the rows that belong to it."""

import pytest

from programme.models import Role
from tests.factories import AgencyFactory, DocumentRelationFactory, LegalDocumentFactory, ProvinceFactory, UserFactory
from tests.forms_read import Page, url
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def document(province):
    return LegalDocumentFactory(issuer__province=province, subject="Về đề án")


@pytest.fixture
def relation(document, province):
    target = LegalDocumentFactory(issuer__province=province)
    return DocumentRelationFactory(document=document, target=target, kind="cites", pinpoint="Điều 1")


@pytest.fixture
def address(document):
    return url("programme.legaldocument", "change", document.pk)


@pytest.fixture
def lan(client_of, province):
    return client_of(UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=province), full_name="Nguyễn Thị Lan"))


@pytest.fixture
def minh(client_of, province):
    return client_of(UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=province), full_name="Trần Văn Minh"))


def shown(response):
    return Page(response.text).values


def save(browser, address, seen, **typed):
    return browser.post(address, seen | {"change_reason": "Đính chính", "_save": ""} | typed, follow=True)


def fresh(record):
    record.refresh_from_db()
    return record


def test_two_who_edit_different_fields_both_keep_theirs(lan, minh, document, address):
    seen = shown(lan.get(address))
    save(minh, address, shown(minh.get(address)), signer="Người ký")

    response = save(lan, address, seen, subject="Về đề án sửa đổi")

    assert (fresh(document).signer, document.subject) == ("Người ký", "Về đề án sửa đổi")
    told = text_of(response.text)
    assert "Trong lúc bạn nhập, Trần Văn Minh đã sửa “" in told
    assert "thay đổi đó được giữ cùng với nội dung của bạn." in told


def test_two_who_edit_the_same_field_are_asked_with_both_values(lan, minh, document, address):
    seen = shown(lan.get(address))
    save(minh, address, shown(minh.get(address)), subject="Câu của Minh")

    response = save(lan, address, seen, subject="Câu của Lan", signer="Người ký")

    assert response.status_code == 409
    assert fresh(document).subject == "Câu của Minh"
    told = text_of(response.text)
    assert "Giữ của bạn Câu của Lan" in told
    assert "Lấy của Trần Văn Minh sửa lúc" in told
    assert "Trần Văn Minh đã sửa thành «Câu của Minh» lúc" in told
    kept = shown(response)
    assert (kept["subject"], kept["signer"], kept["change_reason"]) == ("Câu của Lan", "Người ký", "Đính chính")
    assert "checked" not in response.text.split('class="conflicts"')[1].split("</section>")[0]


@pytest.mark.parametrize(("answer", "subject"), [("cua-toi", "Câu của Lan"), ("cua-ho", "Câu của Minh")])
def test_answer_is_saved_with_everything_else(lan, minh, document, address, answer, subject):
    seen = shown(lan.get(address))
    save(minh, address, shown(minh.get(address)), subject="Câu của Minh")
    asked = save(lan, address, seen, subject="Câu của Lan", signer="Người ký")

    save(lan, address, shown(asked), **{"hoi": "subject", "subject-chon": answer})

    assert (fresh(document).subject, document.signer) == (subject, "Người ký")


def test_rows_changed_by_others_stay_theirs(lan, minh, document, relation, address):
    seen = shown(lan.get(address))
    save(minh, address, shown(minh.get(address)), **{"relations-0-pinpoint": "Điều 2"})

    save(lan, address, seen, subject="Về đề án sửa đổi")

    assert (fresh(relation).pinpoint, fresh(document).subject) == ("Điều 2", "Về đề án sửa đổi")
    assert relation.history.count() == 2


def test_row_that_both_changed_is_asked_about(lan, minh, relation, address):
    seen = shown(lan.get(address))
    save(minh, address, shown(minh.get(address)), **{"relations-0-pinpoint": "Điều 2"})

    asked = save(lan, address, seen, **{"relations-0-pinpoint": "Điều 3"})

    assert asked.status_code == 409
    assert "Điều 2" in text_of(asked.text)
    assert fresh(relation).pinpoint == "Điều 2"
    save(lan, address, shown(asked), **{"relations-0-hoi": "pinpoint", "relations-0-pinpoint-chon": "cua-toi"})
    assert fresh(relation).pinpoint == "Điều 3"
