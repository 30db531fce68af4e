"""What the reviewer of a report sees of earlier returns, and which report comes after it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasks.models import ProgressUpdate, UpdateState
from tasks.operations.evidence import attach_evidence, detach_evidence
from tasks.operations.reporting import draft_update, submit_update
from tasks.operations.reviewing import return_update
from tests.factories import (
    ProgressUpdateFactory,
)
from tests.forms_read import send, url
from tests.reading import text_of
from tests.uploads import upload

pytestmark = pytest.mark.django_db

RECORD = "tasks.progressupdate"
MANY = reverse("admin:tasks_progressupdate_accept_many")
TODAY = date(2023, 6, 21)


def sent_back(update, reviewer, reason):
    return return_update(update, by=reviewer, today=TODAY, reason=reason)


def sent_again(update, reporter, **fields):
    update = ProgressUpdate.objects.get(pk=update.pk)
    for name, value in fields.items():
        setattr(update, name, value)
    draft_update(update, by=reporter, today=TODAY)
    return submit_update(update, by=reporter, today=TODAY)


def test_reviewer_reads_why_it_was_sent_back_and_what_changed_since(client_of, sent, reporter, reviewer):
    sent_back(sent, reviewer, "Nêu rõ số lớp")
    sent_again(sent, reporter, percent=45)
    sent_back(sent, reviewer, "Nêu rõ gói thầu")
    sent_again(sent, reporter, results="Đã đào tạo 12 lớp")

    response = client_of(reviewer).get(url(RECORD, "review", sent.pk))

    words = text_of(response.text)
    assert "Đã trả lại 2 lần" in words
    assert words.index("Nêu rõ gói thầu") < words.index("Nêu rõ số lớp")
    assert words.count("Lê Thị Hoa trả lại lúc") == 2
    assert [(line.label, line.old, line.new) for line in response.context["since"]] == [
        ("Kết quả đã làm", "Đã đào tạo", "Đã đào tạo 12 lớp")
    ]


def test_files_that_came_and_went_since_are_told(client_of, sent, reporter, reviewer):
    draft = ProgressUpdateFactory(task=sent.task, author=reporter, as_of=date(2023, 6, 17))
    [first, _] = attach_evidence(
        draft, [upload("cũ.pdf"), upload("giữ.pdf", b"%PDF-1.7\n2\n%%EOF\n")], by=reporter, today=TODAY
    )
    sent_back(submit_update(draft, by=reporter, today=TODAY), reviewer, "Nhầm tệp")
    detach_evidence(first, by=reporter, today=TODAY)
    attach_evidence(draft, [upload("mới.pdf", b"%PDF-1.7\n3\n%%EOF\n")], by=reporter, today=TODAY)
    sent_again(draft, reporter)

    response = client_of(reviewer).get(url(RECORD, "review", draft.pk))

    assert [(line.old, line.new) for line in response.context["since"]] == [("cũ.pdf\ngiữ.pdf", "giữ.pdf\nmới.pdf")]


def test_report_that_comes_again_as_it_was_is_said_to(client_of, sent, reporter, reviewer):
    sent_back(sent, reviewer, "Nêu rõ số lớp")
    sent_again(sent, reporter)

    words = text_of(client_of(reviewer).get(url(RECORD, "review", sent.pk)).text)

    assert "Báo cáo được gửi lại nguyên văn, không sửa chỗ nào." in words


def test_report_that_was_never_sent_back_says_nothing_of_it(client_of, sent, reviewer):
    assert "trả lại lúc" not in text_of(client_of(reviewer).get(url(RECORD, "review", sent.pk)).text)


def test_reasons_stand_where_several_are_accepted_too_in_as_many_questions(client_of, sent, reporter, reviewer):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            words = text_of(browser.get(MANY).text)
        return len(asked), words

    browser = client_of(reviewer)
    questions()
    sent_back(sent, reviewer, "Nêu rõ số lớp")
    sent_again(sent, reporter, percent=45)
    few, words = questions()
    for day in (17, 18, 19):
        other = ProgressUpdateFactory(
            task=sent.task, author=reporter, as_of=date(2023, 6, day), percent=50, submitted=True
        )
        sent_back(other, reviewer, f"Lý do ngày {day}")
        sent_again(other, reporter)
    many, all_words = questions()

    assert "Lê Thị Hoa trả lại lúc" in words
    assert "Nêu rõ số lớp" in words
    assert "Lý do ngày 19" in all_words
    assert many == few


# The next one


@pytest.fixture
def three(task, reporter):
    days = (date(2023, 6, 16), date(2023, 6, 17), date(2023, 6, 18))
    return [ProgressUpdateFactory(task=task, author=reporter, as_of=day, percent=40, submitted=True) for day in days]


@pytest.mark.parametrize(("press", "typed"), [("_accept", {}), ("_return", {"reason": "Thiếu số liệu"})])
def test_decision_leads_to_the_next_report_that_waits(client_of, reviewer, three, press, typed):
    browser = client_of(reviewer)
    first, second, _ = three

    response = send(browser, url(RECORD, "review", first.pk), press=press, **typed)
    shown = browser.get(response.url)

    assert response.url == url(RECORD, "review", second.pk)
    assert "Còn 2 báo cáo chờ bạn; đây là báo cáo tiếp theo." in text_of(shown.text)
    assert shown.context["update"] == second


def test_last_decision_leads_home_and_one_that_was_left_out_comes_round(client_of, reviewer, three):
    browser = client_of(reviewer)
    first, second, third = three

    skipped = browser.get(url(RECORD, "review", first.pk))
    addresses = [send(browser, url(RECORD, "review", one.pk), press="_accept").url for one in (second, third, first)]

    assert f'href="{url(RECORD, "review", second.pk)}">Để sau, xem báo cáo tiếp theo</a>' in skipped.text
    assert addresses == [url(RECORD, "review", third.pk), url(RECORD, "review", first.pk), reverse("admin:index")]
    assert {update.state for update in ProgressUpdate.objects.all()} == {UpdateState.ACCEPTED}


def test_single_report_has_no_next_one(client_of, reviewer, sent):
    assert "báo cáo tiếp theo" not in text_of(client_of(reviewer).get(url(RECORD, "review", sent.pk)).text)
