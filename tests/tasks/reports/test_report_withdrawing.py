"""The page on which a report is taken back, who is led to it, and what its reviewer is told."""

from datetime import date

import pytest
from django.urls import reverse

from tasks.models import ProgressUpdate, UpdateState
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

pytestmark = pytest.mark.django_db

RECORD = "tasks.progressupdate"
MANY = reverse("admin:tasks_progressupdate_accept_many")


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def officer(programme):
    return officer_of(AgencyFactory(province=programme.province), full_name="Trần Văn An")


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme, full_name="Lê Thị Hoa")


@pytest.fixture
def sent(programme, officer):
    task = task_in_force(programme, lead=officer.agency, name="Bệnh án điện tử")
    return ProgressUpdateFactory(
        task=task, author=officer, as_of=date(2023, 6, 16), results="Đã đào tạo", submitted=True
    )


def take_back(browser, update, **typed):
    return send(browser, url(RECORD, "withdraw", update.pk), press="_withdraw", **typed)


def stored(update):
    return ProgressUpdate.objects.get(pk=update.pk)


def test_page_of_a_sent_report_leads_to_taking_it_back_and_back_into_its_form(client_of, officer, sent):
    browser = client_of(officer)

    shown = browser.get(url(RECORD, "change", sent.pk))
    asked = browser.get(url(RECORD, "take_back", sent.pk))
    response = take_back(browser, sent, reason="Ghi nhầm số")
    form = browser.get(response.url)

    assert url(RECORD, "take_back", sent.pk) in shown.text
    assert url(RECORD, "correct", sent.pk) not in shown.text
    assert asked.url == url(RECORD, "withdraw", sent.pk)
    assert f"Đã thu hồi báo cáo BC-{sent.pk}" in text_of(form.text)
    assert Page(form.text).values["results"] == "Đã đào tạo"
    assert sent.history.latest("history_id").history_change_reason == "Ghi nhầm số"


@pytest.mark.parametrize("state", ["accepted", "returned"])
def test_what_is_decided_has_no_button_to_take_it_back(client_of, officer, programme, state):
    task = task_in_force(programme, lead=officer.agency)
    update = ProgressUpdateFactory(task=task, author=officer, **{state: True})
    browser = client_of(officer)

    led = browser.get(url(RECORD, "withdraw", update.pk), follow=True)

    assert led.redirect_chain == [(url(RECORD, "change", update.pk), 302)]
    assert "Báo cáo này đã" in text_of(led.text)
    assert url(RECORD, "take_back", update.pk) not in browser.get(url(RECORD, "change", update.pk)).text


def test_who_takes_back_what_was_decided_meanwhile_reads_who_decided_and_keeps_the_reason(
    client_of, officer, coordinator, sent
):
    browser = client_of(officer)
    opened = Page(browser.get(url(RECORD, "withdraw", sent.pk)).text).values
    send(client_of(coordinator), url(RECORD, "review", sent.pk), press="_accept")
    before = sent.history.count()

    late = browser.post(url(RECORD, "withdraw", sent.pk), opened | {"reason": "Ghi nhầm số", "_withdraw": ""})

    words = text_of(late.text)
    assert late.status_code == 409
    assert "Báo cáo này đã được tiếp nhận nên không thu hồi được; bị sai thì bấm «Đính chính»." in words
    assert "Lê Thị Hoa" in words
    assert "Ghi nhầm số" in words
    assert url(RECORD, "change", sent.pk) in late.text
    assert sent.history.count() == before


def test_report_of_others_cannot_be_taken_back_nor_is_it_seen_to_be_there(client_of, programme, coordinator, sent):
    stranger = officer_of(AgencyFactory(province=programme.province))

    for person in (stranger, coordinator, officer_of(AgencyFactory())):
        browser = client_of(person)
        answers = [browser.get(url(RECORD, "withdraw", sent.pk)), browser.post(url(RECORD, "withdraw", sent.pk), {})]
        assert [answer.status_code for answer in answers] == [404, 404]

    assert stored(sent).state == UpdateState.SUBMITTED


def test_draft_that_was_never_sent_has_nothing_to_take_back(client_of, officer, programme):
    draft = ProgressUpdateFactory(task=task_in_force(programme, lead=officer.agency), author=officer)

    assert client_of(officer).get(url(RECORD, "withdraw", draft.pk)).status_code == 404


def test_another_draft_of_the_task_is_named(client_of, officer, sent):
    draft = ProgressUpdateFactory(task=sent.task, author=officer, as_of=date(2023, 6, 20))

    late = take_back(client_of(officer), sent)

    assert late.status_code == 409
    assert f"đang có bản nháp khác (BC-{draft.pk}" in text_of(late.text)
    assert stored(sent).state == UpdateState.SUBMITTED


# Its reviewer


def test_reviewer_of_what_was_taken_back_is_told_so_and_reads_nothing_of_the_draft(
    client_of, officer, coordinator, sent
):
    reviewing = client_of(coordinator)
    opened = Page(reviewing.get(url(RECORD, "review", sent.pk)).text).values
    take_back(client_of(officer), sent)
    send(client_of(officer), url(RECORD, "change", sent.pk), press="_draft", results="Chưa muốn nói")
    before = sent.history.count()

    looked = reviewing.get(url(RECORD, "review", sent.pk), follow=True)
    decided = reviewing.post(
        url(RECORD, "review", sent.pk), opened | {"_return": "", "reason": "Nêu rõ số lớp đã đào tạo"}
    )

    for response in (looked, decided):
        words = text_of(response.text)
        assert "Báo cáo này đã được người gửi thu hồi để sửa; gửi lại thì báo cáo hiện ở «Việc của tôi»." in words
        assert "Chưa muốn nói" not in words
    assert (looked.redirect_chain, decided.status_code) == ([(reverse("admin:index"), 302)], 409)
    assert "Nêu rõ số lớp đã đào tạo" in text_of(decided.text)
    assert sent.history.count() == before


def test_one_of_several_that_was_taken_back_is_named_and_none_is_accepted(client_of, officer, coordinator, sent):
    other = ProgressUpdateFactory(task=sent.task, author=officer, as_of=date(2023, 6, 20), submitted=True)
    reviewing = client_of(coordinator)
    opened = Page(reviewing.get(MANY).text).values
    take_back(client_of(officer), sent)

    response = reviewing.post(MANY, opened | {"chosen": [sent.pk, other.pk]})

    assert response.status_code == 409
    assert "«Bệnh án điện tử»: Báo cáo này đã được người gửi thu hồi để sửa" in text_of(response.text)
    assert stored(other).state == UpdateState.SUBMITTED


def test_coordinator_of_another_programme_is_told_nothing_of_a_draft(client_of, officer, sent):
    take_back(client_of(officer), sent)
    other = coordinator_of(ProgrammeFactory(province=sent.task.programme.province))

    assert client_of(other).get(url(RECORD, "review", sent.pk)).status_code == 404
