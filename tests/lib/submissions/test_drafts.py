"""What was typed comes back after signing in again, and after a page that was out of date."""

import json
import re
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from programme.models import LegalDocument
from smartcity.lib.records.history import signed_delete
from smartcity.lib.submissions.token import new_token
from tasks.models import ProgressUpdate
from tasks.operations.copying import begin_amendment
from tests.factories import (
    PASSWORD,
    AgencyFactory,
    DocumentRelationFactory,
    LegalDocumentFactory,
    ProgressUpdateFactory,
    StatedFigureFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
)
from tests.forms_read import Page
from tests.reading import text_of
from tests.sent_document import ADD, new_document

pytestmark = pytest.mark.django_db

EXPIRED = "Phiên làm việc đã hết. Nội dung bạn nhập vẫn được giữ: đăng nhập lại để tiếp tục."
SHOWN = "Nội dung bạn nhập trước đó đã được giữ lại. Kiểm tra rồi bấm lưu."


@pytest.fixture
def lead():
    return AgencyFactory()


@pytest.fixture
def programme(lead):
    return adopted_revision(tasks=2, lead=lead).programme


@pytest.fixture
def person(programme):
    return coordinator_of(programme)


def hidden(page, name):
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page.text)[1])


def sign_in(browser, user, page):
    """Type name and password into the page for signing in that came instead of saving."""
    typed = {"next": hidden(page, "next"), "typed": hidden(page, "typed")}
    return browser.post(reverse("sign_in"), typed | {"username": user.username, "password": PASSWORD})


def expire(browser):
    browser.session.flush()


def send_late(browser, address, form):
    """Send a form whose page was opened before the session ended."""
    expire(browser)
    return browser.post(address, form)


def comes_back(browser, user, address, form):
    """Send the form too late and sign in: the page as it is then."""
    page = send_late(browser, address, form)
    assert EXPIRED in text_of(page.text)
    answer = sign_in(browser, user, page)
    assert (answer.status_code, answer.url) == (302, address)
    back = browser.get(address)
    assert SHOWN in text_of(back.text)
    return back


def test_new_document_comes_back_after_signing_in_and_is_not_saved_yet(client_of, person):
    browser = client_of(person)
    form = new_document(browser, person, subject="Kế hoạch «2021»\r\n<b>xa</b>", signed_on="31/02/2021")

    back = comes_back(browser, person, ADD, form)

    assert LegalDocument.objects.filter(subject__startswith="Kế hoạch").count() == 0
    values = Page(back.text).values
    assert (values["subject"].split(), values["signed_on"]) == (["Kế", "hoạch", "«2021»", "<b>xa</b>"], "31/02/2021")
    assert values["issuer"] == str(person.agency.pk)
    saved = browser.post(ADD, values | {"signed_on": "03/02/2021", "_save": ""})
    assert saved.status_code == 302
    assert LegalDocument.objects.filter(subject__startswith="Kế hoạch").count() == 1


def test_text_comes_back_once(client_of, person):
    browser = client_of(person)
    comes_back(browser, person, ADD, new_document(browser, person))

    again = browser.get(ADD)

    assert SHOWN not in text_of(again.text)
    assert Page(again.text).values["subject"] == ""


def test_change_comes_back_with_the_rows_below_it(client_of, programme, person):
    document, other, third = (LegalDocumentFactory(issuer=person.agency, province=programme.province) for _ in range(3))
    old = DocumentRelationFactory(document=document, target=other, pinpoint="Điều 1")
    browser, address = client_of(person), reverse("admin:programme_legaldocument_change", args=[document.pk])
    values = Page(browser.get(address).text).values
    rows = {
        "relations-TOTAL_FORMS": "3",
        "relations-0-pinpoint": "Điều 2",
        "relations-1-kind": "cites",
        "relations-1-target": str(third.pk),
        "relations-2-pinpoint": "chưa chọn văn bản",
    }

    back = comes_back(browser, person, address, values | rows | {"change_reason": "Bổ sung", "_save": ""})

    shown = Page(back.text).values
    assert shown["relations-0-id"] == str(old.pk)
    assert {name: shown[name] for name in rows} == rows
    assert (shown["change_reason"], shown["seen_version"]) == ("Bổ sung", values["seen_version"])
    old.refresh_from_db()
    assert old.pinpoint == "Điều 1"


def test_row_that_somebody_removed_meanwhile_comes_back_as_a_new_one(client_of, programme, person):
    document, other, third = (LegalDocumentFactory(issuer=person.agency, province=programme.province) for _ in range(3))
    gone = DocumentRelationFactory(document=document, target=other)
    stays = DocumentRelationFactory(document=document, target=third)
    browser, address = client_of(person), reverse("admin:programme_legaldocument_change", args=[document.pk])
    values = Page(browser.get(address).text).values
    signed_delete(gone, by=person)

    back = comes_back(browser, person, address, values | {"relations-0-pinpoint": "a", "relations-1-pinpoint": "b"})

    shown = Page(back.text).values
    assert (shown["relations-0-id"], shown["relations-0-pinpoint"]) == (str(stays.pk), "b")
    assert (shown.get("relations-1-id", ""), shown["relations-1-pinpoint"]) == ("", "a")


def test_review_comes_back(client_of, programme, person):
    update = ProgressUpdateFactory(task=programme.tasks.first(), submitted=True)
    browser, address = client_of(person), reverse("admin:tasks_progressupdate_review", args=[update.pk])
    values = Page(browser.get(address).text).values

    back = comes_back(browser, person, address, values | {"reason": "Thiếu minh chứng", "_return": ""})

    assert Page(back.text).values["reason"] == "Thiếu minh chứng"
    update.refresh_from_db()
    assert update.state == "submitted"


def test_report_comes_back(client_of, programme, lead):
    task, officer = programme.tasks.first(), officer_of(lead)
    browser = client_of(officer)
    address = reverse("admin:tasks_progressupdate_add", query={"task": task.pk})
    values = Page(browser.get(address).text).values

    back = comes_back(browser, officer, address, values | {"results": "Đã làm dở", "percent": "4o", "_draft": ""})

    shown = Page(back.text).values
    assert (shown["results"], shown["percent"]) == ("Đã làm dở", "4o")
    assert not ProgressUpdate.objects.exists()
    other = reverse("admin:tasks_progressupdate_add", query={"task": programme.tasks.last().pk})
    assert Page(browser.get(other).text).values["results"] == ""


def revision_pages(draft):
    code, number = draft.programme.code, draft.number
    task = draft.planned_tasks.order_by("position").first().task_id
    return {
        "revision_begin": (reverse("revision_begin", args=[code]), {"reason": "Nhập dở"}),
        "revision_edit": (reverse("revision_edit", args=[code, number]), {"reason": "Nhập dở"}),
        "revision_periods": (reverse("revision_periods", args=[code, number]), {"periods-0-label": "Nhập dở"}),
        "revision_objectives": (reverse("revision_objectives", args=[code, number]), {"objectives-0-text": "Nhập dở"}),
        "revision_carry_over": (reverse("revision_carry_over", args=[code, number]), {"reason": "Nhập dở"}),
        "revision_step": (reverse("revision_step", args=[code, number]), {"note": "Nhập dở"}),
        "planned_task_add": (
            reverse("planned_task_add", args=[code, number]),
            {"name": "Nhập dở", "kinh-phi-TOTAL_FORMS": "3", "kinh-phi-2-amount": "1,5 tỷ đồng"},
        ),
        "planned_task_merge": (reverse("planned_task_merge", args=[code, number]), {"name": "Nhập dở"}),
        "planned_task_edit": (reverse("planned_task_edit", args=[code, number, task]), {"name": "Nhập dở"}),
        "planned_task_split": (reverse("planned_task_split", args=[code, number, task]), {"phan-0-name": "Nhập dở"}),
        "planned_task_remove": (reverse("planned_task_remove", args=[code, number, task]), {"reason": "Nhập dở"}),
    }


@pytest.mark.parametrize(
    "name",
    [
        "revision_begin",
        "revision_edit",
        "revision_periods",
        "revision_objectives",
        "revision_carry_over",
        "revision_step",
        "planned_task_add",
        "planned_task_merge",
        "planned_task_edit",
        "planned_task_split",
        "planned_task_remove",
    ],
)
def test_page_of_a_draft_comes_back_with_what_was_typed(client_of, programme, person, name):
    draft = begin_amendment(programme, by=person)
    browser = client_of(person)
    address, typed = revision_pages(draft)[name]
    values = Page(browser.get(address).text).values

    back = comes_back(browser, person, address, values | typed)

    shown = Page(back.text).values
    assert {field: shown.get(field) for field in typed} == typed
    draft.refresh_from_db()
    assert programme.revisions.count() == 2
    assert draft.planned_tasks.filter(name="Nhập dở").count() == 0
    assert draft.reason != "Nhập dở"


def test_number_of_a_document_and_note_to_a_figure_come_back(client_of, programme, person):
    document = LegalDocumentFactory(issuer=person.agency, province=programme.province, number=None, symbol="TB-UBND")
    figure = StatedFigureFactory(programme=programme)
    browser = client_of(person)
    for address, typed in [
        (reverse("document_issue", args=[document.pk]), {"code": "45/TB-UBND", "signed_on": "5/6"}),
        (reverse("stated_figure_note", args=[programme.code, figure.pk]), {"note": "Nhập dở"}),
    ]:
        values = Page(browser.get(address).text).values

        back = comes_back(browser, person, address, values | typed)

        shown = Page(back.text).values
        assert {field: shown[field] for field in typed} == typed


def test_somebody_else_who_signs_in_begins_anew(client_of, programme, person):
    other = coordinator_of(programme)
    browser = client_of(person)
    page = send_late(browser, ADD, new_document(browser, person))

    answer = sign_in(browser, other, page)

    assert answer.url == reverse("admin:index")
    assert [str(one) for one in get_messages(answer.wsgi_request)] == ["Bạn bắt đầu phiên làm việc mới."]
    assert Page(browser.get(ADD).text).values["subject"] == ""
    assert "Kế hoạch" not in json.dumps(dict(browser.session), ensure_ascii=False)


def test_wrong_password_loses_nothing(client_of, person):
    browser = client_of(person)
    page = send_late(browser, ADD, new_document(browser, person))
    typed = {"next": hidden(page, "next"), "typed": hidden(page, "typed")}

    wrong = browser.post(reverse("sign_in"), typed | {"username": person.username, "password": "sai"})
    answer = sign_in(browser, person, wrong)

    assert "Nội dung bạn nhập vẫn được giữ" in text_of(wrong.text)
    assert Page(browser.get(answer.url).text).values["subject"] == "Kế hoạch"


def test_passwords_files_and_tokens_are_not_carried(client_of, person):
    browser = client_of(person)
    form = new_document(browser, person, csrfmiddlewaretoken="the-token", new_password="mat-khau-cua-toi")
    form["attachment"] = SimpleUploadedFile("ban-ve.pdf", b"%PDF-1.7 secret")

    page = send_late(browser, ADD, form)

    assert "Mật khẩu và tệp không giữ được" in text_of(page.text)
    for secret in ("mat-khau-cua-toi", "secret", "ban-ve.pdf", "the-token"):
        assert secret not in page.text


def test_forged_text_is_not_shown_to_anybody(client, person):
    forged = json.dumps(
        {"address": ADD, "slip": f"{person.pk}.x:y:z", "pairs": [["subject", "giả"]], "left_out": False}
    )

    answer = client.post(
        reverse("sign_in"), {"typed": forged, "next": ADD, "username": person.username, "password": PASSWORD}
    )

    assert answer.status_code == 302
    assert Page(client.get(ADD).text).values["subject"] == ""


def test_text_leads_nowhere_outside(client, person):
    away = {"address": "//evil.example/", "slip": new_token(person), "pairs": [["subject", "x"]], "left_out": False}

    answer = client.post(
        reverse("sign_in"), {"typed": json.dumps(away), "username": person.username, "password": PASSWORD}
    )

    assert answer.url == reverse("admin:index")


def test_button_without_fields_leads_back_to_its_page(client_of, programme, person):
    revision = begin_amendment(programme, by=person)
    browser = client_of(person)
    address = reverse("revision_redraft", args=[programme.code, revision.number])
    stood_on = f"http://testserver{revision.get_absolute_url()}"
    expire(browser)

    page = browser.post(address, {"slip": new_token(person)}, headers={"referer": stood_on})
    answer = sign_in(browser, person, page)

    assert "Phiên làm việc đã hết. Đăng nhập lại để tiếp tục." in text_of(page.text)
    assert answer.url == revision.get_absolute_url()


def test_page_from_before_signing_in_again_opens_with_its_text(person):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    form = new_document(browser, person, csrfmiddlewaretoken="a" * 64)

    page = browser.post(ADD, form)

    assert page.status_code == 403
    assert "Trang đã cũ" in text_of(page.text)
    assert f'href="{ADD}"' in page.text
    assert not LegalDocument.objects.filter(subject="Kế hoạch").exists()
    back = browser.get(ADD)
    assert SHOWN in text_of(back.text)
    assert Page(back.text).values["subject"] == "Kế hoạch"


@pytest.mark.parametrize("whose", ["nobody's", "somebody else's"])
def test_text_from_elsewhere_is_not_kept(person, whose):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    token = {"nobody's": "1.x:y:z", "somebody else's": new_token(UserFactory())}[whose]

    page = browser.post(ADD, {"slip": token, "subject": "của trang khác"}, headers={"origin": "https://evil.example"})

    assert page.status_code == 403
    assert "của trang khác" not in page.text
    assert Page(browser.get(ADD).text).values["subject"] == ""


def test_text_of_a_form_that_was_saved_after_all_is_not_saved_twice(client_of, person):
    browser = client_of(person)
    form = new_document(browser, person)
    browser.post(ADD, form)

    back = comes_back(browser, person, ADD, form)
    browser.post(ADD, Page(back.text).values | {"_save": ""})

    assert LegalDocument.objects.filter(subject="Kế hoạch").count() == 1


def test_book_is_too_long_to_be_kept_and_says_so(client_of, person):
    browser = client_of(person)
    page = send_late(browser, ADD, new_document(browser, person, note="dài " * 130_000))

    answer = sign_in(browser, person, page)

    assert "dài quá nên không giữ được" in text_of(browser.get(answer.url).text)
