"""A file of a draft that is gone from the disk: the page says which one and how to mend it, and nothing breaks."""

import os
from datetime import date

import pytest

from tasks.models import ProgressUpdate, UpdateState
from tasks.operations.evidence import attach_evidence
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page, send, url
from tests.reading import text_of
from tests.uploads import upload

pytestmark = pytest.mark.django_db

RECORD = "tasks.progressupdate"
GONE = "Tệp “biên bản.pdf” không còn nguyên vẹn trên máy chủ. Chọn lại tệp đó ở ô «Tệp minh chứng», hoặc bỏ tệp đó"


@pytest.fixture
def officer():
    return officer_of(AgencyFactory())


@pytest.fixture
def draft(officer):
    task = task_in_force(ProgrammeFactory(province=officer.agency.province), lead=officer.agency)
    draft = ProgressUpdateFactory(task=task, author=officer, as_of=date(2023, 6, 16), percent=40)
    attach_evidence(draft, [upload()], by=officer, today=date(2023, 6, 21))
    return draft


def lose(update):
    [file] = update.files
    os.remove(file.content.path)
    return file


def cut_off(update):
    [file] = update.files
    with open(file.content.path, "wb") as content:
        content.write(b"%PDF")
    return file


@pytest.mark.parametrize("harm", [lose, cut_off])
def test_form_and_check_name_the_file_and_say_how_to_mend_it(client_of, officer, draft, harm):
    harm(draft)
    browser = client_of(officer)

    form, check = browser.get(url(RECORD, "change", draft.pk)), browser.get(url(RECORD, "check", draft.pk))
    sent = send(browser, url(RECORD, "check", draft.pk), press="_submit")

    assert (form.status_code, check.status_code, sent.status_code) == (200, 200, 400)
    for response in (form, check, sent):
        assert GONE in text_of(response.text)
    assert ProgressUpdate.objects.get().state == UpdateState.DRAFT


def test_draft_can_still_be_kept_but_is_not_checked_without_the_file(client_of, officer, draft):
    lose(draft)
    browser, page = client_of(officer), url(RECORD, "change", draft.pk)

    kept = send(browser, page, press="_draft", results="Đã đào tạo")
    checked = send(browser, page, press="_check", percent="45")

    assert kept.status_code == 302
    assert checked.status_code == 400
    assert list(checked.context["form"].errors) == ["files"]
    assert Page(checked.text).values["percent"] == "45"


def test_same_file_chosen_again_puts_its_bytes_back(client_of, officer, draft):
    file = lose(draft)
    browser, page = client_of(officer), url(RECORD, "change", draft.pk)

    checked = browser.post(page, Page(browser.get(page).text).values | {"files": [upload()], "_check": ""})

    assert checked.status_code == 302
    assert draft.files == [file]
    assert file.damage() == ""
    assert GONE not in text_of(browser.get(page).text)


def test_report_goes_on_without_the_file(client_of, officer, draft):
    lose(draft)
    browser, page = client_of(officer), url(RECORD, "change", draft.pk)
    dropped = draft.evidence.get().pk

    checked = browser.post(page, Page(browser.get(page).text).values | {"drop": [dropped], "_check": ""})

    assert checked.status_code == 302
    assert draft.files == []


def test_reviewer_is_told_which_file_cannot_be_opened(client_of, officer, draft):
    send(client_of(officer), url(RECORD, "check", draft.pk), press="_submit")
    lose(draft)
    browser = client_of(coordinator_of(draft.task.programme))

    shown = browser.get(url(RECORD, "review", draft.pk))

    assert "Tệp “biên bản.pdf” không còn nguyên vẹn trên máy chủ nên không mở được." in text_of(shown.text)
    assert send(browser, url(RECORD, "review", draft.pk), press="_return", reason="Đính kèm lại").status_code == 302
