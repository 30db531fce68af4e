"""The form of a document asks for what its kind has: an issuer and a number, or where a report stood."""

import pytest
from django.urls import reverse

from programme.models import DocumentKind, LegalDocument, Role
from tests.factories import AgencyFactory, LegalDocumentFactory, ProvinceFactory, UserFactory
from tests.forms_read import Page
from tests.reading import text_of

pytestmark = pytest.mark.django_db

ADD = reverse("admin:programme_legaldocument_add")


@pytest.fixture
def issuer():
    return AgencyFactory(province=ProvinceFactory())


@pytest.fixture
def browser(client_of, issuer):
    return client_of(UserFactory(role=Role.COORDINATOR, agency=issuer))


def sent(browser, address, **typed):
    return browser.post(address, Page(browser.get(address).text).values | typed)


def errors_of(response):
    assert response.status_code == 400
    return {name: list(told) for name, told in response.context["adminform"].form.errors.items()}


def shown_with(form, name):
    """The kinds with which a field stands in sight; none, it always does."""
    choices = [key for key, _ in form.fields["kind"].choices]
    places = getattr(form.fields[name], "shown_with", "").split()
    return {choices[int(place.removeprefix("with-")) - 1] for place in places if place != "with"}


def test_each_kind_shows_its_own_fields(browser):
    form = browser.get(ADD).context["adminform"].form

    legal = {"", *DocumentKind.values} - {"press"}
    assert {name: shown_with(form, name) for name in ("code", "issuer", "effective_on", "signer")} == dict.fromkeys(
        ("code", "issuer", "effective_on", "signer"), legal
    )
    assert shown_with(form, "publisher") == shown_with(form, "province") == {"press"}
    assert shown_with(form, "subject") == shown_with(form, "signed_on") == set()


def test_report_of_the_press_keeps_no_number_and_no_issuer_and_says_so(browser, issuer):
    typed = {"kind": "press", "publisher": "Báo Hải Dương", "subject": "Họp báo", "signed_on": "21/06/2023"}

    response = sent(browser, ADD, **typed, code="45/BC-UBND ngày 01/02/2023", issuer=issuer.pk)

    document = LegalDocument.objects.get()
    told = [str(message) for message in response.wsgi_request._messages]
    assert (document.code, document.issuer, f"{document.signed_on}") == ("", None, "2023-06-21")
    assert document.province == issuer.province
    assert "Không lưu ô «Cơ quan ban hành»" in " ".join(told)
    assert "Không lưu ô «Số, ký hiệu» (45/BC-UBND ngày 01/02/2023): «Tin, bài công bố» không dùng ô này." in told


def test_document_keeps_no_publisher_and_has_the_province_of_its_issuer(browser, issuer):
    central = AgencyFactory(province=None)
    typed = {"kind": "decree", "code": "13/2023/NĐ-CP", "subject": "Nghị định", "signed_on": "17/04/2023"}

    response = sent(browser, ADD, **typed, issuer=central.pk, publisher="Công báo")

    document = LegalDocument.objects.get()
    told = [str(message) for message in response.wsgi_request._messages]
    assert (document.publisher, document.province, document.issuer) == ("", None, central)
    assert [one for one in told if "Không lưu" in one] == [
        "Không lưu ô «Nơi đăng» (Công báo): «Nghị định» không dùng ô này."
    ]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("press", {"publisher": ["Ghi báo hoặc cổng thông tin đã đăng."]}),
        ("report", {"issuer": ["Chọn cơ quan ban hành."]}),
    ],
)
def test_what_the_kind_needs_is_asked_for_beside_its_field(browser, kind, missing):
    assert errors_of(sent(browser, ADD, kind=kind, subject="Báo cáo", publisher="", issuer="")) == missing


def test_document_that_becomes_a_report_of_the_press_loses_what_that_has_not(browser, issuer):
    document = LegalDocumentFactory(issuer=issuer, signer="Nguyễn Văn A")
    address = reverse("admin:programme_legaldocument_change", args=[document.pk])

    sent(browser, address, kind="press", publisher="Báo Hải Dương", change_reason="ghi nhầm loại")

    document.refresh_from_db()
    assert (document.kind, document.code, document.signer, document.issuer) == ("press", "", "", None)


@pytest.mark.parametrize(
    ("fields", "shown", "left_out"),
    [({}, "Cơ quan ban hành", "Nơi đăng"), ({"press": True}, "Nơi đăng", "Cơ quan ban hành")],
)
def test_whoever_only_reads_sees_what_the_kind_has(client_of, issuer, fields, shown, left_out):
    document = LegalDocumentFactory(**(fields or {"issuer": issuer}), province=issuer.province)
    reader = client_of(UserFactory(role=Role.OFFICER, agency=issuer))

    response = reader.get(reverse("admin:programme_legaldocument_change", args=[document.pk]))

    words = text_of(response.text)
    assert response.status_code == 200
    assert shown in words
    assert left_out not in words
