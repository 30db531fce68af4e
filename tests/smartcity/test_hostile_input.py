"""What anybody can send, read to the end or refused in words: nothing that draws an error page may fail itself."""

import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import Http404, HttpResponseBadRequest
from django.test import Client
from django.urls import path, reverse

from smartcity.lib.pages.errors import file_gone
from smartcity.lib.records.history import user_action
from smartcity.lib.submissions.token import FIELD, new_token
from smartcity.urls import handler400, handler403, handler404, handler500  # noqa: F401
from smartcity.urls import urlpatterns as site
from tasks.models import Task
from tests.factories import LegalDocumentFactory, ProgrammeFactory, coordinator_of
from tests.forms_read import Page
from tests.reading import Reader, text_of
from tests.sent_document import ADD, new_document

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

SIGN_IN = "/dang-nhap/"
HALF = "\ud800"


def fail(request, kind):
    if kind == "gone":
        return file_gone("ban-ve.pdf")
    if kind == "bad":
        # Reads what was sent, as any view does.
        return HttpResponseBadRequest(str(len(request.POST)))
    raise {"unknown": Http404, "away": OperationalError, "ours": RuntimeError}[kind]("hong")


urlpatterns = [path("hong/<str:kind>/", fail), *site]


@pytest.fixture
def person():
    return coordinator_of(ProgrammeFactory())


@pytest.fixture
def browser(person):
    browser = Client(raise_request_exception=False)
    browser.force_login(person)
    return browser


@pytest.fixture
def stranger():
    return Client(raise_request_exception=False)


def carried(person, **changed):
    """What the page for signing in carries, as somebody may have rewritten it."""
    kept = {"address": "/van-ban/", "slip": new_token(person), "pairs": [["subject", "Kế hoạch"]], "left_out": False}
    return json.dumps(kept | changed)


DEEP = "[" * 100_000
HOSTILE = {
    "deep": lambda person: DEEP,
    "deep inside": lambda person: f'{{"address": "/", "slip": {DEEP}',
    "half a character": lambda person: carried(person, pairs=[["subject", HALF]]),
    "half a character as a name": lambda person: carried(person, pairs=[[HALF, "x"]]),
    "half a character in the address": lambda person: carried(person, address=f"/van-ban/?tim={HALF}"),
    "half a character in the slip": lambda person: carried(person, token=HALF),
    "nothing in the text": lambda person: carried(person, pairs=[["subject", "a\0b"]]),
    "nothing in the address": lambda person: carried(person, address="/van-ban/\0"),
    "a number without end": lambda person: "1" * 5000,
    "not a number": lambda person: '{"address": NaN, "slip": Infinity}',
    "no list": lambda person: carried(person, pairs=7),
    "pairs of three": lambda person: carried(person, pairs=[[1, 2, 3]]),
    "a list": lambda person: "[]",
    "nothing": lambda person: "null",
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("password", ["sai", "mat-khau-dung-cua-toi"])
def test_sign_in_reads_whatever_it_is_given_to_carry(stranger, person, kind, password):
    person.set_password("mat-khau-dung-cua-toi")
    with user_action(by=person):
        person.save()
    typed = {"typed": HOSTILE[kind](person), "username": person.username, "password": password}

    response = stranger.post(SIGN_IN, typed, follow=True)

    assert response.status_code in ({400} if password == "sai" else {200, 404})
    assert 'lang="vi"' in response.text


@pytest.mark.parametrize("address", [SIGN_IN, "/hong/away/", "/hong/ours/", "/hong/unknown/", ADD])
@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "utf-16", "rot13", "idna", "hex"])
def test_text_in_another_encoding_is_refused_in_words(browser, person, address, charset):
    body = f'--x\r\nContent-Disposition: form-data; name="typed"\r\n\r\n+2AA-\\ud800{new_token(person)}\r\n--x--\r\n'

    kind = f"multipart/form-data; boundary=x; charset={charset}"
    response = browser.generic("POST", address, body.encode(), content_type=kind)

    assert response.status_code == 400
    assert Reader(response.text).headings == ["Yêu cầu chưa đọc được"]


@pytest.mark.parametrize("kind", ["away", "ours", "unknown"])
@pytest.mark.parametrize("field", ["results", "typed", "slip", "csrfmiddlewaretoken"])
@pytest.mark.parametrize(
    "text", ["[" * 100_000, "a\0b", "%ED%A0%80", "\U0010ffff\ufffe"], ids=["deep", "nul", "half", "odd"]
)
def test_error_page_is_drawn_whatever_was_sent(browser, person, kind, field, text):
    response = browser.post(f"/hong/{kind}/?tim={text[:50]}", {"slip": new_token(person)} | {field: text})

    assert response.status_code in {403, 404, 500, 503}
    assert Reader(response.text).headings
    assert 'lang="vi"' in response.text


@pytest.mark.parametrize(("kind", "status"), [("unknown", 404), ("away", 503), ("ours", 500), ("gone", 410)])
def test_error_page_that_cannot_be_drawn_is_a_plain_one(browser, monkeypatch, kind, status, caplog):
    def broken(*args, **kwargs):
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr("smartcity.lib.pages.errors.render_to_string", broken)

    response = browser.get(f"/hong/{kind}/")

    assert response.status_code == status
    assert "Hệ thống không mở được trang báo lỗi đầy đủ" in text_of(response.text)
    assert 'lang="vi"' in response.text
    assert caplog.records


def test_stale_page_that_cannot_be_drawn_is_a_plain_one(person, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError("Missing staticfiles manifest entry")

    checked = Client(raise_request_exception=False, enforce_csrf_checks=True)
    checked.force_login(person)
    monkeypatch.setattr("smartcity.lib.pages.errors.render_to_string", broken)

    response = checked.post(ADD, {"subject": "Kế hoạch"})

    assert response.status_code == 403
    assert "Trang đã cũ" in text_of(response.text)


def test_what_was_sent_and_cannot_be_read_still_gives_the_page(browser, monkeypatch):
    """The connection breaks while the text is on its way."""

    def broken(*args, **kwargs):
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr("smartcity.lib.pages.errors.payload_of", broken)

    response = browser.post("/hong/ours/", {"results": "Đã làm"})

    assert response.status_code == 500
    assert Reader(response.text).headings == ["Hệ thống gặp lỗi"]


def test_text_that_is_too_long_is_refused_beside_its_field_and_kept(browser, person):
    text = "Triển khai hạ tầng số. " * 130_000

    response = browser.post(ADD, new_document(browser, person, subject=text))

    assert len(text.encode()) > 2.5 * 1024 * 1024
    assert response.status_code == 400
    assert "Nội dung dài quá" in text_of(response.text)
    assert Page(response.text).values["subject"].strip() == text.strip()


def test_more_text_than_is_read_at_once_is_refused_with_its_size(browser, person):
    text = "Triển khai hạ tầng số. " * 450_000

    response = browser.post(
        ADD,
        f"subject={text}&token={new_token(person)}".encode(),
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 400
    words = text_of(response.text)
    assert "Nội dung gửi lên quá dài" in words
    assert "tối đa 5 MB; bạn vừa gửi 13,3 MB" in words
    assert "Khôi phục nội dung chưa lưu" in words
    assert "Văn bản dài thì đính kèm dưới dạng tệp" in words


def test_more_text_beside_a_file_than_is_read_at_once_is_refused_too(browser, person):
    typed = {
        "slip": new_token(person),
        "attachment": SimpleUploadedFile("a.pdf", b"%PDF-1.7"),
        "subject": "x" * 11_000_000,
    }

    response = browser.post(ADD, typed)

    assert response.status_code == 400
    assert "Phần chữ của một lần gửi tối đa 5 MB. Chưa có gì được lưu." in text_of(response.text)


def test_more_fields_than_are_read_are_refused_with_their_number(browser, person):
    typed = {"slip": new_token(person)} | {f"o-{number}": "1" for number in range(10_001)}

    response = browser.post(ADD, typed)

    assert response.status_code == 400
    assert "Một lần gửi tối đa 10.000 ô. Chưa có gì được lưu." in text_of(response.text)


def test_more_files_than_are_read_are_refused_with_what_may_be_sent(browser, person):
    files = [SimpleUploadedFile(f"{number}.pdf", b"%PDF-1.7") for number in range(101)]

    response = browser.post(ADD, {"slip": new_token(person), "files": files})

    assert response.status_code == 400
    assert "Một ô nhận nhiều nhất 10 tệp" in text_of(response.text)


def test_browser_knows_how_much_may_be_sent():
    """It stops what could only be refused whole, with the text where it was typed."""
    script = (settings.BASE_DIR / "smartcity/static/smartcity/keep.js").read_text()

    assert f"const MOST = {settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2} * 1024 * 1024;" in script


def test_page_of_five_hundred_rows_is_read(browser, person):
    LegalDocumentFactory()
    typed = {"slip": new_token(person)} | {f"seen_{number}": "1" for number in range(3_000)}

    response = browser.post(reverse("sign_out"), typed)

    assert response.status_code == 302


@pytest.fixture
def token(officer):
    """One of the officer's own forms, which the server takes."""
    task = Task.objects.get(programme__code="BRVT-DTTM", code="NV-10")
    page = officer.get(reverse("admin:tasks_progressupdate_add", query={"task": task.pk}))
    return Page(page.text).values[FIELD]


def test_referer_that_is_no_address_does_no_harm(officer, token):
    response = officer.post(reverse("calendar_page"), {FIELD: token}, headers={"referer": "http://["})

    assert response.status_code < 500


@pytest.mark.parametrize("digest", ["\x00", "x" * 64, "A" * 64, ""])
def test_kept_file_of_no_digest_is_gone(officer, token, digest):
    response = officer.post(reverse("calendar_page"), {FIELD: token, "files-kept": digest})

    assert response.status_code < 500
