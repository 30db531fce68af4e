"""A report in the place of one that was accepted: where it is begun, and what leads on when it was begun already."""

from datetime import date

import pytest
from django.urls import reverse

from tasks.models import ProgressUpdate, UpdateState
from tests.factories import AgencyFactory, ProgrammeFactory, ProgressUpdateFactory, officer_of, task_in_force
from tests.forms_read import Page, send, url
from tests.reading import text_of

pytestmark = pytest.mark.django_db

RECORD = "tasks.progressupdate"


@pytest.fixture
def officer():
    return officer_of(AgencyFactory())


@pytest.fixture
def wrong(officer):
    task = task_in_force(ProgrammeFactory(province=officer.agency.province), lead=officer.agency)
    return ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), percent=54, results="Đã đào tạo", accepted=True)


def correction_of(update):
    return reverse("admin:tasks_progressupdate_add", query={"task": update.task_id, "dinh-chinh": update.pk})


def correct(wrong, **fields):
    return ProgressUpdateFactory(task=wrong.task, as_of=wrong.as_of, corrects=wrong, **fields)


def test_accepted_report_has_a_button_that_begins_its_correction_filled_in(client_of, officer, wrong):
    browser = client_of(officer)

    task_page = browser.get(wrong.task.get_absolute_url()).text
    begun = browser.get(url(RECORD, "correct", wrong.pk), follow=True)
    sent = browser.post(begun.redirect_chain[-1][0], Page(begun.text).values | {"percent": "45", "_check": ""})

    assert f'class="button quiet" href="{correction_of(wrong).replace("&", "&amp;")}"' in task_page
    assert url(RECORD, "correct", wrong.pk) in browser.get(url(RECORD, "change", wrong.pk)).text
    assert Page(begun.text).values["results"] == "Đã đào tạo"
    assert sent.status_code == 302
    assert (ProgressUpdate.objects.open().get().corrects, ProgressUpdate.objects.open().get().percent) == (wrong, 45)


def test_report_that_was_corrected_names_what_took_its_place(client_of, officer, wrong):
    newer = correct(wrong, accepted=True)

    html = client_of(officer).get(wrong.task.get_absolute_url()).text

    assert f'Đã được đính chính bằng <a href="#bao-cao-{newer.pk}">báo cáo số liệu ngày 16/06/2023</a>' in html
    assert correction_of(newer).replace("&", "&amp;") in html
    assert correction_of(wrong).replace("&", "&amp;") not in html


def test_what_was_corrected_several_times_leads_to_the_newest(client_of, officer, wrong):
    newest = correct(correct(wrong, accepted=True), accepted=True)

    led = client_of(officer).get(correction_of(wrong), follow=True)

    assert led.redirect_chain == [(url(RECORD, "change", newest.pk), 302)]
    assert f"đã có báo cáo đính chính BC-{newest.pk}, đã tiếp nhận: còn sai thì đính chính BC-{newest.pk}." in text_of(
        led.text
    )
    assert url(RECORD, "correct", newest.pk) in led.text


def test_correction_of_what_was_corrected_meanwhile_keeps_what_was_typed_and_leads_to_the_newer(
    client_of, officer, wrong
):
    browser = client_of(officer)
    opened = Page(browser.get(correction_of(wrong)).text).values
    newer = correct(wrong, accepted=True)

    late = browser.post(correction_of(wrong), opened | {"percent": "45", "_check": ""})

    assert late.status_code == 409
    assert f"BC-{newer.pk}, đã tiếp nhận: còn sai thì đính chính BC-{newer.pk}." in text_of(late.text)
    assert f'<a href="{url(RECORD, "change", newer.pk)}">Mở báo cáo đính chính BC-{newer.pk}</a>' in late.text
    assert Page(late.text).values["percent"] == "45"
    assert not ProgressUpdate.objects.open().exists()


def test_draft_of_a_correction_that_a_colleague_was_quicker_to_send_leads_to_theirs(client_of, officer, wrong):
    browser = client_of(officer)
    draft = correct(wrong, author=officer, percent=45, percent_reason="Nhập nhầm")
    newer = correct(wrong, submitted=True)

    checked = browser.get(url(RECORD, "check", draft.pk))
    late = send(browser, url(RECORD, "check", draft.pk), press="_submit")

    assert late.status_code == 409
    for response in (checked, late):
        assert f"BC-{newer.pk}, chờ tiếp nhận: muốn sửa thì thu hồi BC-{newer.pk}." in text_of(response.text)
        assert f'<a href="{url(RECORD, "change", newer.pk)}">Mở báo cáo đính chính BC-{newer.pk}</a>' in response.text
    assert ProgressUpdate.objects.get(pk=draft.pk).state == UpdateState.DRAFT
