"""Days as people type them into the real forms, and the day that it is in Vietnam."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.urls import reverse

from programme.models import LegalDocument
from tasks.models import Status
from tasks.operations.copying import begin_amendment
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgressUpdateFactory,
    UserFactory,
    coordinator_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.forms_read import send as send_in_admin
from tests.reading import text_of
from tests.revision_pages import address, assert_refused, assert_saved, beside, held, planned, send
from tests.revision_pages import three_tasks as three_tasks_led_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    return three_tasks_led_by(AgencyFactory())


@pytest.fixture
def person(base):
    return coordinator_of(base.programme)


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


@pytest.fixture
def draft(base, person):
    return begin_amendment(base.programme, by=person)


def wrong_with(response):
    return {name: list(told) for name, told in response.context["adminform"].form.errors.items()}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/2024", "Ngày 31/02/2024 không có trong lịch."),
        ("04/30/2024", "Nhập theo thứ tự ngày/tháng/năm"),
        ("3/4/24", "phải đủ bốn chữ số"),
        ("tháng 4/2024", "là một tháng, chưa phải một ngày. Ô này cần đủ ngày/tháng/năm, ví dụ 30/04/2024."),
        ("quý II/2024", "là một quý, chưa phải một ngày."),
        ("(16/6)", "thiếu năm"),
        ("ngày  tháng 4 năm 2024", "thiếu số chỉ ngày"),
        ("01/01/0003", "nằm ngoài khoảng 1945–2099"),
        ("31/12/9999", "nằm ngoài khoảng 1945–2099"),
    ],
)
def test_day_of_a_task_that_is_none_is_refused_and_stays(coordinator, draft, typed, sentence):
    response = send(coordinator, address(draft, "planned_task_edit", 2), due_on=typed)

    assert_refused(response, "due_on", sentence)
    assert held(response)["due_on"] == typed
    assert planned(draft, 2).due_on is None


def test_day_of_a_document_comes_before_its_month_and_is_read_back(client_of):
    issuer = AgencyFactory()
    browser = client_of(UserFactory(role="office", agency=issuer))
    typed = {"kind": "resolution", "code": "112/NQ-HĐND", "issuer": issuer.pk, "subject": "Về Đề án"}

    send_in_admin(browser, reverse("admin:programme_legaldocument_add"), signed_on="03/04/2024", **typed)

    document = LegalDocument.objects.get(number=112)
    page = browser.get(reverse("admin:programme_legaldocument_change", args=[document.pk]))
    assert document.signed_on == date(2024, 4, 3)
    assert "Đọc là: 03/04/2024 (thứ Tư)" in text_of(page.text)


def test_document_in_force_before_it_is_signed_is_told_beside_both_days(client_of):
    issuer = AgencyFactory()
    document = LegalDocumentFactory(issuer=issuer, signed_on=date(2019, 12, 13))
    browser = client_of(UserFactory(role="office", agency=issuer))
    address = reverse("admin:programme_legaldocument_change", args=[document.pk])

    response = browser.post(
        address, Page(browser.get(address).text).values | {"effective_on": "12/12/2019", "change_reason": "Bổ sung"}
    )

    assert wrong_with(response) == {
        "signed_on": ["Ngày này không thể sau «Ngày có hiệu lực» (12/12/2019)."],
        "effective_on": ["Ngày có hiệu lực phải từ ngày ban hành trở đi (13/12/2019)."],
    }


def test_task_that_ends_before_it_begins_is_told_beside_both_days(coordinator, draft):
    response = send(coordinator, address(draft, "planned_task_edit", 2), start_on="01/01/2025", due_on="31/12/2024")

    assert beside(response, "start_on") == "Ngày này không thể sau «Hạn hoàn thành» (31/12/2024)."
    assert beside(response, "due_on") == "Hạn hoàn thành phải từ ngày bắt đầu trở đi (01/01/2025)."
    assert (held(response)["start_on"], held(response)["due_on"]) == ("01/01/2025", "31/12/2024")


def test_period_that_ends_before_it_begins_is_told_beside_both_days(coordinator, draft):
    response = send(
        coordinator,
        address(draft, "revision_periods"),
        **{"periods-1-label": "2023–2024", "periods-1-first_day": "01/01/2025", "periods-1-last_day": "31/12/2024"},
        **{"periods-1-kind": "implementation"},
    )

    page = text_of(response.text)
    assert response.status_code == 400
    assert "Ngày này không thể sau «Đến hết ngày» (31/12/2024)." in page
    assert "Ngày cuối phải từ ngày đầu của giai đoạn trở đi (01/01/2025)." in page


def test_new_period_of_tasks_carried_over_is_told_beside_both_days(coordinator, draft):
    response = send(
        coordinator,
        address(draft, "revision_carry_over"),
        label="2023–2024",
        first_day="01/01/2025",
        last_day="31/12/2024",
    )

    assert beside(response, "first_day") == "Ngày này không thể sau «Đến hết ngày» (31/12/2024)."
    assert beside(response, "last_day") == "Ngày cuối phải từ ngày đầu của giai đoạn trở đi (01/01/2025)."


def test_task_is_not_due_before_there_is_a_programme(coordinator, draft):
    response = send(coordinator, address(draft, "planned_task_edit", 2), due_on="31/12/2018")

    assert "sớm hơn hạn đang ghi" in beside(response, "due_on")
    meant = send(
        coordinator,
        address(draft, "planned_task_edit", 2),
        due_on="31/12/2018",
        earlier_is_meant="on",
        change_reason="Đẩy nhanh",
    )
    assert_refused(meant, "due_on", f"Hạn này trước khi có đề án: {draft.base.document}.")
    assert planned(draft, 2).due_on is None


# An extension that shortens


def test_deadline_is_brought_forward_only_when_that_is_meant(coordinator, draft):
    page = address(draft, "planned_task_edit", 3)

    asked = send(coordinator, page, due_on="31/12/2021")

    assert_refused(asked, "due_on", "Hạn mới 31/12/2021 sớm hơn hạn đang ghi (30/06/2022) 181 ngày.")
    assert "Đúng là rút ngắn hạn" in text_of(asked.text)
    assert planned(draft, 3).due_on == date(2022, 6, 30)

    without_reason = coordinator.post(page, held(asked) | {"earlier_is_meant": "on"})
    assert_refused(without_reason, "change_reason", "Ghi lý do rút ngắn hạn.")

    saved = coordinator.post(
        page, held(without_reason) | {"change_reason": "Tỉnh ủy yêu cầu xong trong năm 2021"}, follow=True
    )
    assert_saved(saved, draft, "Đã lưu «Trung tâm giám sát».")
    changed = planned(draft, 3)
    assert changed.due_on == date(2021, 12, 31)
    assert changed.history.latest().history_change_reason == "Tỉnh ủy yêu cầu xong trong năm 2021"


@pytest.mark.parametrize("due_on", [pytest.param("30/06/2022", id="the same"), pytest.param("31/12/2024", id="later")])
def test_deadline_that_is_kept_or_put_off_is_not_asked_about(coordinator, draft, due_on):
    response = send(coordinator, address(draft, "planned_task_edit", 3), due_on=due_on)

    assert_saved(response, draft, "Đã lưu «Trung tâm giám sát».")


def test_slip_within_a_draft_is_mended_without_a_question(coordinator, draft):
    page = address(draft, "planned_task_edit", 3)
    send(coordinator, page, due_on="31/12/2042")

    response = send(coordinator, page, due_on="31/12/2024")

    assert_saved(response, draft, "Đã lưu «Trung tâm giám sát».")


# The day in Vietnam


@pytest.mark.parametrize(
    ("now", "today", "days_late"),
    [
        pytest.param(datetime(2024, 4, 30, 16, 59, tzinfo=UTC), "30/04/2024", 0, id="23:59 in Vietnam"),
        pytest.param(datetime(2024, 4, 30, 17, 0, tzinfo=UTC), "01/05/2024", 1, id="midnight in Vietnam"),
        pytest.param(datetime(2024, 4, 30, 23, 30, tzinfo=UTC), "01/05/2024", 1, id="23:30 in Greenwich"),
    ],
)
def test_day_is_that_of_vietnam_on_every_page_in_the_api_and_in_files(client_of, monkeypatch, now, today, days_late):
    task = task_in_force(name="Kho dữ liệu", due_on=date(2024, 4, 30))
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2024, 4, 1), status=Status.IN_PROGRESS)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    browser = client_of(coordinator_of(task.programme))
    code = task.programme.code

    figures = browser.get(reverse("api_programme_figures", args=[code])).json()

    assert figures["as_of"] == "-".join(reversed(today.split("/")))
    assert figures["tasks"]["by_timeliness"]["open_overdue"] == days_late
    for page in (reverse("home"), reverse("programme_detail", args=[code])):
        assert today in text_of(browser.get(page).text)
    table = browser.get(reverse("programme_tasks_export", args=[code, "csv"]))
    [row] = csv.DictReader(StringIO(table.getvalue().decode("utf-8-sig")))
    assert row["Số ngày chậm"] == (str(days_late) if days_late else "")
    programme = text_of(browser.get(reverse("programme_detail", args=[code])).text)
    assert ("Không có nhiệm vụ quá hạn" in programme) is not bool(days_late)
