"""Deciding on a report in the real programmes: what counts afterwards, and who may decide."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from programme.models import User
from smartcity.lib.records.history import signed_save
from tasks.models import ProgressUpdate, Status, Task, UpdateState
from tests.factories import LegalDocumentFactory, ProgressUpdateFactory
from tests.forms_read import ENGLISH, Page, send, sentence_of, url

pytestmark = pytest.mark.django_db

RECORD = "tasks.progressupdate"
ACCEPT_MANY = reverse("admin:tasks_progressupdate_accept_many")


@pytest.fixture(scope="module")
def office(real_programmes, django_db_blocker):
    """Both real programmes and the demonstration accounts."""
    with django_db_blocker.unblock():
        call_command("make_demo_accounts", stdout=StringIO())


@pytest.fixture
def officer(client_of, office):
    """The browser of an officer of Công an tỉnh, which leads NV-10."""
    return client_of("chuyen-vien")


@pytest.fixture
def coordinator(client_of, office):
    """The browser of an officer of Sở TT&TT, which coordinates the programme of Bà Rịa - Vũng Tàu."""
    return client_of("dau-moi")


@pytest.fixture
def author(office):
    return User.objects.get(username="chuyen-vien")


@pytest.fixture
def waiting(author):
    """A report of Công an tỉnh that waits for Sở TT&TT."""
    return ProgressUpdateFactory(
        task=task_of("NV-10"),
        submitted=True,
        as_of=date(2024, 4, 10),
        status=Status.COMPLETE,
        percent=100,
        document=LegalDocumentFactory(),
        author=author,
    )


def task_of(code):
    return Task.objects.get(programme__code="BRVT-DTTM", code=code)


def everything():
    """How many rows of history there are: each write leaves one."""
    return ProgressUpdate.history.count()


def english_in(response):
    return [words for words in Page(response.text).words if ENGLISH.search(words)]


def test_coordinator_is_shown_what_waits_and_what_it_changes(coordinator, waiting):
    front = coordinator.get("/quan-tri/").text
    review = coordinator.get(url(RECORD, "review", waiting.pk))

    assert url(RECORD, "review", waiting.pk) in front
    assert "Báo cáo chờ tiếp nhận (1)" in front
    [status] = [line for line in review.context["lines"] if line.name == "status"]
    assert (status.label, status.old, status.new) == ("Trạng thái", "Đang làm thủ tục", "Hoàn thành")
    assert "<ins>Hoàn thành</ins>" in review.text


def test_pages_of_a_report_are_in_vietnamese(officer, coordinator, waiting):
    own = ProgressUpdateFactory(task=task_of("NV-10"), as_of=date(2024, 4, 12), percent=100, author=waiting.author)
    pages = [url(RECORD, "add"), url(RECORD, "change", own.pk), url(RECORD, "check", own.pk)]

    assert [english_in(officer.get(page)) for page in pages] == [[], [], []]
    assert [english_in(coordinator.get(page)) for page in (url(RECORD, "review", waiting.pk), ACCEPT_MANY)] == [[], []]


def test_accepted_report_counts(coordinator, waiting):
    response = send(coordinator, url(RECORD, "review", waiting.pk), press="_accept")

    assert response.status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reviewer.username) == (UpdateState.ACCEPTED, "dau-moi")
    assert waiting.history.latest("history_id").history_user.username == "dau-moi"
    assert "5/12 nhiệm vụ hoàn thành" in sentence_of(coordinator, "10/04/2024")


def test_returned_report_does_not_count_and_its_author_reads_why(coordinator, officer, waiting):
    reason = "Chưa nêu ngày hoàn thành."

    send(coordinator, url(RECORD, "review", waiting.pk), press="_return", reason=reason)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.return_reason) == (UpdateState.RETURNED, reason)
    assert reason in officer.get("/quan-tri/").text
    assert reason in officer.get(url(RECORD, "change", waiting.pk)).text
    assert "4/12 nhiệm vụ hoàn thành" in sentence_of(coordinator, "10/04/2024")


def test_returned_report_is_mended_and_sent_again(officer, author):
    returned = ProgressUpdateFactory(task=task_of("NV-10"), returned=True, as_of=date(2024, 4, 10), author=author)

    kept = send(officer, url(RECORD, "change", returned.pk), press="_check", percent="70")
    returned.refresh_from_db()
    still = returned.state
    send(officer, kept.url, press="_submit")

    returned.refresh_from_db()
    assert (still, returned.state, returned.percent) == (UpdateState.RETURNED, UpdateState.SUBMITTED, 70)
    assert returned.return_reason == ""
    assert "Thiếu minh chứng." in returned.history.values_list("return_reason", flat=True)


@pytest.mark.parametrize("reason", ["   ", "\u200b", "x" * 1001])
def test_reason_of_a_return_is_refused_beside_itself(coordinator, waiting, reason):
    before = everything()

    response = send(coordinator, url(RECORD, "review", waiting.pk), press="_return", reason=reason)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["reason"]
    [message] = response.context["form"].errors["reason"]
    assert message in response.text
    assert everything() == before


@pytest.mark.parametrize("press", ["_accept", "_return"])
def test_report_that_was_mended_meanwhile_is_not_decided_unread(coordinator, waiting, press):
    review = url(RECORD, "review", waiting.pk)
    opened = Page(coordinator.get(review).text).values
    signed_save(waiting, by=waiting.author, reason="Gửi lại")
    before = everything()

    response = coordinator.post(review, opened | {"reason": "Thiếu ngày hoàn thành.", press: ""})

    assert "Báo cáo đã được sửa và gửi lại sau khi bạn mở trang. Đọc lại rồi quyết định." in response.text
    assert Page(response.text).values["reason"] == "Thiếu ngày hoàn thành."
    assert everything() == before


def test_report_is_decided_once(coordinator, waiting):
    review = url(RECORD, "review", waiting.pk)
    first, second = (Page(coordinator.get(review).text).values for _ in range(2))
    coordinator.post(review, first | {"_accept": ""})
    before = everything()

    coordinator.post(review, first | {"_accept": ""})
    response = coordinator.post(review, second | {"_return": "", "reason": "Thử"})

    assert response.status_code == 409
    assert "Báo cáo này không còn chờ tiếp nhận: đã tiếp nhận bởi" in response.text
    assert Page(response.text).values["reason"] == "Thử"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.return_reason) == (UpdateState.ACCEPTED, "")
    assert everything() == before


def test_reviewer_who_comes_second_is_told_who_decided(coordinator, waiting):
    review = url(RECORD, "review", waiting.pk)
    send(coordinator, review, press="_accept")

    response = coordinator.get(review, follow=True)

    assert response.redirect_chain == [(url(RECORD, "change", waiting.pk), 302)]
    assert "Báo cáo này không còn chờ tiếp nhận: đã tiếp nhận bởi" in response.text


def test_report_of_the_coordinating_agency_is_decided_by_the_office_alone(client_of, coordinator):
    own = ProgressUpdateFactory(
        task=task_of("NV-03"), submitted=True, as_of=date(2024, 4, 10), author=User.objects.get(username="dau-moi")
    )
    review = url(RECORD, "review", own.pk)

    answers = [coordinator.get(review), coordinator.post(review, {"_accept": "", "seen": own.version})]
    office = send(client_of("van-phong"), review, press="_accept")

    assert [answer.status_code for answer in answers] == [404, 404]
    assert office.status_code == 302
    own.refresh_from_db()
    assert (own.state, own.reviewer.username) == (UpdateState.ACCEPTED, "van-phong")


@pytest.mark.parametrize("username", ["chuyen-vien", "van-phong", "lanh-dao", "kiem-toan", "quan-tri", "dau-moi-hd"])
def test_only_the_coordinating_agency_reviews(client_of, waiting, username):
    browser, before = client_of(username), everything()
    review = url(RECORD, "review", waiting.pk)
    decision = {"_accept": "", "reason": "", "seen": waiting.version}

    answers = [browser.get(review), browser.post(review, decision)]
    browser.post(ACCEPT_MANY, {"chosen": waiting.pk, f"seen_{waiting.pk}": waiting.version})

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert everything() == before
    waiting.refresh_from_db()
    assert waiting.state == UpdateState.SUBMITTED


@pytest.mark.parametrize("name", ["review", "check", "change", "history"])
def test_report_of_another_province_is_no_different_from_none(client_of, waiting, name):
    browser = client_of("dau-moi-hd")

    foreign = browser.get(url(RECORD, name, waiting.pk))
    unknown = browser.get(url(RECORD, name, 999_999))

    assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_list_of_several_names_no_other_province(client_of, waiting):
    html = client_of("dau-moi-hd").get(ACCEPT_MANY).text

    assert "BRVT-DTTM" not in html
    assert "Không có báo cáo nào đang chờ." in html
