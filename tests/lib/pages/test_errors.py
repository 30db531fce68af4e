"""What a person sees, and can do, when the database or we ourselves fail."""

import logging
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import path

from programme.models import LegalDocument
from smartcity.lib.submissions.token import new_token
from smartcity.urls import urlpatterns as site
from tests.factories import LegalDocumentFactory, ProgrammeFactory, coordinator_of
from tests.forms_read import Page
from tests.reading import Reader, text_of
from tests.sent_document import ADD, new_document

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

FAULTS = {
    "away": OperationalError("server closed the connection unexpectedly"),
    "locked": OperationalError("database is locked"),
    "full": OperationalError("database or disk is full"),
    "closed": InterfaceError("connection already closed"),
    "ours": RuntimeError("a mistake of ours"),
}


def fail(request, kind):
    """Fails after it saved, as when the database goes away on the last line."""
    LegalDocumentFactory(subject="Dở dang")
    raise FAULTS[kind]


urlpatterns = [path("hong/<str:kind>/", fail), *site]
handler500 = "smartcity.lib.pages.errors.server_error"


@pytest.fixture
def person():
    return coordinator_of(ProgrammeFactory())


@pytest.fixture
def browser(person):
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("kind", ["away", "locked", "full", "closed"])
def test_text_is_on_the_page_when_the_database_cannot_save_it(browser, person, kind):
    typed = {
        "slip": new_token(person),
        "csrfmiddlewaretoken": "t" * 64,
        "results": "Đã làm «xong»",
        "causes": ["a", "b"],
    }

    response = browser.post(f"/hong/{kind}/?loc=1", typed)

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert Reader(response.text).headings == ["Chưa lưu được"]
    assert f'action="/hong/{kind}/?loc=1"' in response.text
    sent = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.text)
    assert sent == [(name, value) for name in typed for value in ([typed[name]] if name != "causes" else ["a", "b"])]
    assert "Gửi lại" in text_of(response.text)
    assert not LegalDocument.objects.filter(subject="Dở dang").exists()


def test_mistake_of_ours_keeps_the_text_too_and_tells_nothing_else(browser, person):
    response = browser.post("/hong/ours/", {"slip": new_token(person), "results": "Đã làm"})

    assert response.status_code == 500
    assert Reader(response.text).inputs["results"] == "Đã làm"
    assert "a mistake of ours" not in response.text


def test_code_on_the_page_is_that_of_the_log(browser, person, caplog):
    with caplog.at_level(logging.ERROR, "smartcity.lib.pages.errors"):
        response = browser.post("/hong/away/", {"slip": new_token(person), "results": "Đã làm"})

    [code] = re.findall(r"mã sự cố ([0-9A-F]{8})", response.text)
    [logged] = [record for record in caplog.records if record.name == "smartcity.lib.pages.errors"]
    assert logged.getMessage() == f"Incident {code}: POST /hong/away/"
    assert logged.exc_info[1] is FAULTS["away"]
    assert "Đã làm" not in caplog.text


@pytest.mark.parametrize(("kind", "status"), [("away", 503), ("ours", 500)])
def test_page_that_only_looks_has_nothing_to_send_again(browser, kind, status):
    response = browser.get(f"/hong/{kind}/")

    assert response.status_code == status
    assert "<form" not in response.text


@pytest.mark.parametrize("token", [{}, {"slip": "1.x:y:z"}], ids=["none", "forged"])
def test_what_no_form_of_ours_sent_is_not_offered_again(browser, token):
    response = browser.post("/hong/away/", token | {"results": "của trang khác"})

    assert "của trang khác" not in response.text


def test_database_away_before_anybody_is_known_keeps_the_text_too(browser, person, monkeypatch):
    form = new_document(browser, person)

    def away(*args, **kwargs):
        raise FAULTS["away"]

    with monkeypatch.context() as patch:
        patch.setattr("django.contrib.sessions.backends.db.SessionStore._get_session_from_db", away)
        response = browser.post(ADD, form)
    again = browser.post(ADD, Page(response.text).values)

    assert response.status_code == 503
    assert again.status_code == 302
    assert LegalDocument.objects.filter(subject="Kế hoạch").count() == 1


def test_form_with_a_password_or_a_file_is_opened_again_instead_of_sent(browser, person, monkeypatch):
    form = new_document(browser, person, new_password="mat-khau-moi-cua-toi")
    form["attachment"] = SimpleUploadedFile("ban-ve.pdf", b"%PDF-1.7")

    def away(*args, **kwargs):
        raise FAULTS["away"]

    with monkeypatch.context() as patch:
        patch.setattr("django.contrib.sessions.backends.db.SessionStore._get_session_from_db", away)
        response = browser.post(ADD, form)
    opened = browser.post(ADD, Page(response.text).values, follow=True)

    assert "mat-khau-moi-cua-toi" not in response.text
    assert "Mở lại với nội dung đã nhập" in text_of(response.text)
    assert "Nội dung bạn nhập trước đó đã được giữ lại" in text_of(opened.text)
    assert Page(opened.text).values["subject"] == "Kế hoạch"
    assert not LegalDocument.objects.filter(subject="Kế hoạch").exists()
