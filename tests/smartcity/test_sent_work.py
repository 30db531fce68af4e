"""What a person sent last, and what became of it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from smartcity.sent_work import SHOWN, read_sent
from tasks.expected import read_own_reports
from tests.factories import (
    AgencyFactory,
    LeadTransferFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.reading import Reader

pytestmark = pytest.mark.django_db

TODAY = date(2023, 7, 20)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province)


@pytest.fixture
def task(programme, lead):
    return task_in_force(programme, lead=lead, name="Bệnh án điện tử")


def reported(task, author, days_ago, **state):
    day = TODAY - timedelta(days=days_ago)
    return ProgressUpdateFactory(task=task, author=author, as_of=day, **state)


def sent_by(person):
    return read_sent(person, read_own_reports(person, today=TODAY), today=TODAY)


@pytest.mark.both_databases
def test_each_report_says_what_became_of_it_the_newest_first(task, lead):
    officer = officer_of(lead)
    reported(task, officer, 3, accepted=True)
    reported(task, officer, 2, returned=True, reviewer=UserFactory(), return_reason="Thiếu minh chứng.")
    waiting = reported(task, officer, 1, submitted=True)
    reported(task, officer, 0)

    sent = sent_by(officer)

    assert [(one.title, one.detail, one.state, one.tone) for one in sent] == [
        ("Bệnh án điện tử", "Báo cáo gửi ngày 19/07/2023", "Chờ tiếp nhận", "wait"),
        ("Bệnh án điện tử", "Báo cáo gửi ngày 18/07/2023 · Thiếu minh chứng.", "Trả lại", "late"),
        ("Bệnh án điện tử", "Báo cáo gửi ngày 17/07/2023", "Đã tiếp nhận", "good"),
    ]
    assert sent[0].url == reverse("admin:tasks_progressupdate_change", args=[waiting.pk])


@pytest.mark.both_databases
def test_report_is_taken_back_while_it_waits_and_corrected_once_it_counts(task, lead):
    officer = officer_of(lead)
    wrong = reported(task, officer, 4, accepted=True)
    counting = reported(task, officer, 3, accepted=True, corrects=wrong)
    reported(task, officer, 2, returned=True, reviewer=UserFactory(), return_reason="Thiếu minh chứng.")
    waiting = reported(task, officer, 1, submitted=True)

    acts = [one.act for one in sent_by(officer)]

    assert acts == [
        ("Thu hồi", reverse("admin:tasks_progressupdate_withdraw", args=[waiting.pk])),
        None,
        ("Đính chính", reverse("admin:tasks_progressupdate_correct", args=[counting.pk])),
        None,
    ]


def test_report_on_a_task_that_another_agency_leads_by_now_is_only_read(task, lead):
    officer = officer_of(lead)
    reported(task, officer, 3, accepted=True)
    reported(task, officer, 1, submitted=True)
    LeadTransferFactory(task=task, from_agency=lead, effective_on=TODAY)

    assert [one.act for one in sent_by(officer)] == [None, None]


def test_first_page_leads_to_taking_back_and_to_correcting(client_of, task, lead):
    officer = officer_of(lead)
    reported(task, officer, 3, accepted=True)
    waiting = reported(task, officer, 1, submitted=True)
    browser = client_of(officer)

    links = {words: href for href, words in Reader(browser.get("/quan-tri/").text).links}
    withdraw = links["Thu hồi báo cáo Bệnh án điện tử"]
    asked = browser.post(withdraw, Page(browser.get(withdraw).text).values)
    correcting = browser.get(links["Đính chính báo cáo Bệnh án điện tử"], follow=True)

    waiting.refresh_from_db()
    assert asked.status_code == 302
    assert waiting.state == "draft"
    assert "Trang này đã điền sẵn nội dung của báo cáo được đính chính" in correcting.text


def test_what_others_sent_is_not_one_s_own(task, lead, programme):
    reported(task, officer_of(lead), 1, submitted=True)

    assert sent_by(officer_of(lead)) == []
    assert sent_by(coordinator_of(programme)) == []


@pytest.mark.both_databases
@pytest.mark.parametrize("reports", [1, SHOWN + 5])
def test_only_the_last_are_told_in_a_fixed_number_of_queries(task, lead, reports, django_assert_num_queries):
    officer = officer_of(lead)
    for days_ago in range(reports):
        reported(task, officer, days_ago, accepted=True)
    assert officer.agency == lead

    own = read_own_reports(officer, today=TODAY)
    with django_assert_num_queries(1):
        sent = read_sent(officer, own, today=TODAY)

    assert [one.on for one in sent] == [TODAY - timedelta(days=ago) for ago in range(min(reports, SHOWN))]


def test_first_page_has_what_others_wait_for_above_one_s_own_work(client_of, task, lead, programme):
    officer, coordinator = officer_of(lead), coordinator_of(programme)
    reported(task, officer, 1, submitted=True)
    other = ProgrammeFactory(province=programme.province, coordinating_agency=programme.coordinating_agency)
    reported(task_in_force(other, lead=programme.coordinating_agency), coordinator, 1)

    page = client_of(coordinator).get("/quan-tri/").text

    assert page.index('id="cho-duyet"') < page.index('id="cho-lam"')
    assert 'id="da-gui"' in client_of(officer).get("/quan-tri/").text
