"""What an agency wrote while its report was taken back is its own, also after the report was sent once more."""

import re
from datetime import date
from html import unescape
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from programme.models import Role
from smartcity.audit.changes.catching_up import catch_up
from smartcity.audit.changes.models import DERIVED, Audience, LoggedChange
from smartcity.lib.records.history import signed_delete
from tasks.operations.reporting import draft_update, submit_update
from tasks.operations.reviewing import return_update
from tasks.operations.withdrawing import withdraw_update
from tests.factories import (
    AgencyFactory,
    EvidenceFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = date(2023, 6, 16)


@pytest.fixture
def task():
    programme = ProgrammeFactory()
    return task_in_force(programme=programme, lead=AgencyFactory(province=programme.province, name="Sở Y tế"))


@pytest.fixture
def author(task):
    return officer_of(task.plans.get().lead_agency)


@pytest.fixture
def leader(task):
    return UserFactory(role=Role.LEADER, agency=AgencyFactory(province=task.programme.province))


@pytest.fixture
def report(task, author):
    """Sent, taken back, written anew twice with files that came and went, and sent again."""
    report = ProgressUpdateFactory(task=task, author=author, results="Bản nháp đầu F4", as_of=DAY)
    sent_file = EvidenceFactory(update=report, file__name="gui-F5.pdf")
    report.results, report.document = "Đã gửi lần đầu F5", LegalDocumentFactory()
    submit_update(report, by=author, today=DAY)
    report = withdraw_update(report, by=author, today=DAY, reason="Thu hồi kín")
    passing = EvidenceFactory(update=report, file__name="kin-F7.pdf", file__uploaded_by=author)
    report.results = "Bản nháp kín F6"
    draft_update(report, by=author, today=DAY, reason="Sửa kín")
    signed_delete(passing, by=author, reason="Bỏ tệp kín")
    signed_delete(sent_file, by=author, reason="Thay tệp")
    EvidenceFactory(update=report, file__name="moi-F8.pdf", file__uploaded_by=author)
    report.results = "Đã gửi lần hai F8"
    submit_update(report, by=author, today=DAY)
    return report


def words_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())


def pages_about(browser, report):
    """The timeline, its acts, its file, and the record's own history."""
    asked = {"ban-ghi": f"tasks.progressupdate-{report.pk}"}
    page = browser.get(reverse("change_log"), asked)
    file = browser.get(reverse("change_log_export", args=["csv"]), asked)
    yield page.text
    yield b"".join(file.streaming_content).decode()
    yield browser.get(reverse("admin:tasks_progressupdate_history", args=[report.pk])).text
    for place in sorted(set(LoggedChange.objects.values_list("place", flat=True))):
        response = browser.get(reverse("change_act", args=[place]))
        yield response.text if response.status_code == 200 else ""


SECRETS = ("F4", "F6", "kin-F7", "Thu hồi kín", "Sửa kín", "Bỏ tệp kín")


def test_others_never_read_what_was_written_while_the_report_was_taken_back(client_of, report, leader):
    said = [words_of(page) for page in pages_about(client_of(leader), report)]

    assert [secret for secret in SECRETS for page in said if secret in page] == []
    for page in said[:3]:
        assert "gui-F5.pdf" in page
        assert "moi-F8.pdf" in page
    assert all("Gửi lại" in page for page in said[:3])


def test_each_sending_is_told_as_one_difference_from_what_was_sent_before(client_of, report, leader):
    asked = {"ban-ghi": f"tasks.progressupdate-{report.pk}"}
    page = client_of(leader).get(reverse("change_log"), asked)
    history = client_of(leader).get(reverse("admin:tasks_progressupdate_history", args=[report.pk]))

    again, first = page.context["lines"]
    assert [one.verb for one in first.touched] == ["Gửi", "Đính kèm"]
    assert [(one.verb, "F8" in one.in_words, "F5" in one.in_words) for one in again.touched] == [
        ("Gửi lại", True, True),
        ("Xóa", False, True),
        ("Đính kèm", True, False),
    ]
    events = [(event.verb, event.subject) for act in history.context["actions"] for event in act]
    assert [verb for verb, _ in events].count("Gửi lại") == 1
    assert "Đã gửi lần đầu F5 → Đã gửi lần hai F8" in again.touched[0].in_words
    assert ("Xóa", "tệp minh chứng «gui-F5.pdf»") in events


def test_sending_again_what_nobody_changed_says_that_it_was_sent_again(client_of, task, author, leader):
    report = ProgressUpdateFactory(task=task, author=author, as_of=DAY)
    report.document = LegalDocumentFactory()
    submit_update(report, by=author, today=DAY)
    report = withdraw_update(report, by=author, today=DAY, reason="Xem lại")
    submit_update(report, by=author, today=DAY)

    for page in [words_of(page) for page in pages_about(client_of(leader), report)][:3]:
        assert "Gửi lại, không đổi nội dung" in page
        assert "Lưu lại" not in page


def test_its_agency_reads_all_of_it_and_whoever_audits_too(client_of, report, author):
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    for reader in (author, auditor):
        timeline, file, history, *_ = pages_about(client_of(reader), report)
        for page in (timeline, file, history):
            said = words_of(page)
            for secret in ("F4", "F6", "kin-F7", "Thu hồi kín", "Bỏ tệp kín"):
                assert secret in said, (reader.role, secret)
            assert "Gửi lại" not in said


def test_file_that_came_while_the_report_was_drafted_is_told_when_it_is_sent(client_of, report, leader, author):
    def acts_with(reader):
        _, _, _, *acts = pages_about(client_of(reader), report)
        return [said.count("moi-F8.pdf") > 0 for said in acts].count(True)

    assert acts_with(leader) == 1
    assert acts_with(author) > 1


def test_filters_find_nothing_of_a_report_that_was_taken_back(client_of, report, leader):
    asked = {"ban-ghi": f"tasks.progressupdate-{report.pk}", "truong": "tasks.progressupdate.results"}

    page = client_of(leader).get(reverse("change_log"), asked)

    assert len(page.context["lines"]) == 2


def test_report_that_was_returned_is_read_by_its_province_while_it_is_mended(client_of, task, author, leader):
    report = ProgressUpdateFactory(task=task, author=author, results="Đã gửi", as_of=DAY)
    report.document = LegalDocumentFactory()
    submit_update(report, by=author, today=DAY)
    return_update(report, by=coordinator_of(task), today=DAY, reason="Thiếu số")
    report.refresh_from_db()
    report.results = "Đang sửa theo ý kiến"
    draft_update(report, by=author, today=DAY)

    timeline, _, history, *_ = pages_about(client_of(leader), report)

    assert "Đang sửa theo ý kiến" in words_of(timeline)
    assert "Đang sửa theo ý kiến" in words_of(history)


def coordinator_of(task):
    return UserFactory(role=Role.COORDINATOR, agency=task.programme.coordinating_agency)


@pytest.mark.parametrize("at_once", [1_000, 3])
def test_a_few_at_a_time_find_the_same(report, monkeypatch, at_once):
    def everything():
        catch_up()
        rows = LoggedChange.objects.order_by("number", "audience", "record_kind", "record_id")
        return list(rows.values_list("number", "place", "audience", "record_kind", "record_id", "before_id", "deed"))

    first = everything()
    for model in DERIVED:
        model.objects.all().delete()
    monkeypatch.setattr("smartcity.audit.changes.catching_up.AT_ONCE", at_once)

    assert everything() == first


def test_database_from_before_this_rule_is_derived_anew(client_of, report, leader):
    catch_up()
    LoggedChange.objects.filter(audience=Audience.REPORT_TOLD).delete()
    LoggedChange.objects.update(audience=Audience.ALL)

    import_module("smartcity.migrations.0009_withdrawn_reports_and_both_sides").empty_what_is_derived(apps, None)

    said = [words_of(page) for page in pages_about(client_of(leader), report)]
    assert [secret for secret in SECRETS for page in said if secret in page] == []
