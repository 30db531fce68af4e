import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from programme.models import Measure, Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.records.history import signed_save
from tasks.models import BudgetEntry
from tests.factories import (
    BudgetEntryFactory,
    LegalDocumentFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    StatedFigureFactory,
    UserFactory,
    coordinator_of,
    task_in_force,
)
from tests.forms_read import ENGLISH, Page, refused, send, url

pytestmark = pytest.mark.django_db

MILLION, BILLION = 10**6, 10**9
ENTRY = "tasks.budgetentry"


@pytest.fixture
def task():
    task = task_in_force(name="Hạ tầng kỹ thuật")
    StatedFigureFactory(programme=task.programme, measure=Measure.BUDGET, value=3_470 * BILLION, money_kind="estimate")
    return task


@pytest.fixture
def keeper(task):
    return coordinator_of(task.programme)


@pytest.fixture
def browser(keeper, client_of):
    return client_of(keeper)


def typed(task, **fields):
    usual = {"kind": "disbursement", "amount": "160 triệu", "year": "2024", "decided_on": "10/05/2024"}
    return {"task": str(task.pk)} | usual | fields


def told(response):
    return {name: [one.replace("\u00a0", " ") for one in messages] for name, messages in refused(response).items()}


def confirm_box(response):
    """What the box to tick would send, or nothing where there is no box."""
    boxes = re.findall(r"<input[^>]*>", response.text)
    box = next((one for one in boxes if 'type="checkbox"' in one and 'name="confirmed"' in one), "")
    return re.search(r'value="([^"]*)"', box)[1] if box else ""


def send_again(browser, response, **fields):
    return browser.post(url(ENTRY, "add"), Page(response.text).values | fields | {"_save": ""})


# Asked, then confirmed


def test_usual_entry_is_stored_without_a_box(task, browser, keeper):
    document = LegalDocumentFactory(issuer__province=task.programme.province)
    assert confirm_box(browser.get(url(ENTRY, "add"))) == ""

    response = send(
        browser, url(ENTRY, "add"), **typed(task, document=str(document.pk), change_reason="Theo phiếu chi")
    )

    assert response.status_code == 302
    stored = BudgetEntry.objects.get()
    assert (stored.task, stored.year, stored.amount_vnd, stored.document) == (task, 2024, 160 * MILLION, document)
    change = stored.history.get()
    assert (change.history_user, change.history_change_reason) == (keeper, "Theo phiếu chi")
    assert change.history_document == document


def test_amount_a_thousand_times_the_programme_is_asked_about_and_kept_when_confirmed(task, browser):
    response = send(browser, url(ENTRY, "add"), **typed(task, amount="3.470.000 tỷ đồng"))

    assert told(response) == {
        "amount_vnd": ["3.470.000 tỷ đồng gấp 1.000 lần tổng kinh phí của đề án (3.470 tỷ đồng). Kiểm tra đơn vị."],
        "confirmed": ["Sửa lại ở trên; nếu đúng thì đánh dấu ô này rồi lưu."],
    }
    assert not BudgetEntry.objects.exists()
    assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []

    assert send_again(browser, response, confirmed=confirm_box(response)).status_code == 302
    stored = BudgetEntry.objects.get()
    assert stored.amount_vnd == 3_470_000 * BILLION
    assert "Lưu ý khi ghi: 3.470.000" in stored.history.get().history_change_reason


def test_question_without_its_answer_is_asked_again(task, browser):
    response = send(browser, url(ENTRY, "add"), **typed(task, amount="5.000 tỷ đồng"))

    again = send_again(browser, response)

    assert "confirmed" in told(again)
    assert not BudgetEntry.objects.exists()


def test_answer_to_one_amount_does_not_confirm_another(task, browser):
    response = send(browser, url(ENTRY, "add"), **typed(task, amount="5.000 tỷ đồng"))

    again = send_again(browser, response, confirmed=confirm_box(response), amount="6.000 tỷ đồng")

    assert told(again)["amount_vnd"] == [
        "6.000 tỷ đồng lớn hơn tổng kinh phí của đề án (3.470 tỷ đồng). Kiểm tra đơn vị."
    ]
    assert confirm_box(again) not in ("", confirm_box(response))
    assert not BudgetEntry.objects.exists()


def test_amount_mended_after_the_question_needs_no_answer(task, browser):
    response = send(browser, url(ENTRY, "add"), **typed(task, amount="5.000 tỷ đồng"))

    assert send_again(browser, response, amount="5 tỷ đồng").status_code == 302
    assert BudgetEntry.objects.get().amount_vnd == 5 * BILLION


def test_paid_beyond_the_plan_of_the_year_is_asked_about_with_both_sums(task, browser):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=100 * MILLION)

    response = send(browser, url(ENTRY, "add"), **typed(task))

    assert told(response)["amount_vnd"] == [
        "Giải ngân năm 2024 thành 160 triệu đồng, vượt kế hoạch vốn năm (100 triệu đồng)."
    ]


def test_year_far_from_the_day_is_asked_about_beside_the_year(task, browser):
    response = send(browser, url(ENTRY, "add"), **typed(task, year="2019"))

    assert told(response)["year"] == ["Giải ngân ngày 10/05/2024 mà ghi năm ngân sách 2019. Kiểm tra năm."]


# Refused


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        pytest.param({"amount": "0 đồng"}, {"amount_vnd": ["Số tiền phải khác 0."]}, id="nothing"),
        pytest.param(
            {"amount": "-10 triệu"},
            {"note": ["Số tiền âm là ghi giảm: chọn bút toán được đính chính, hoặc ghi vì sao giảm."]},
            id="a reduction without a word",
        ),
        pytest.param(
            {"kind": "year_plan", "year": ""}, {"year": ["Kế hoạch vốn năm thì phải ghi năm."]}, id="a plan of no year"
        ),
        pytest.param(
            {"decided_on": "01/01/2090", "year": "2090"},
            {"decided_on": ["Ngày 01/01/2090 chưa đến. Chỉ ghi việc đã quyết định, đã chi."]},
            id="a day to come",
        ),
    ],
)
def test_entry_that_cannot_be_is_refused_beside_its_field(task, browser, fields, messages):
    response = send(browser, url(ENTRY, "add"), **typed(task, **fields))

    assert told(response) == messages
    assert confirm_box(response) == ""
    assert Page(response.text).values["amount"] == typed(task, **fields)["amount"]
    assert not BudgetEntry.objects.exists()


def test_reduction_with_its_reason_is_stored(task, browser):
    send(browser, url(ENTRY, "add"), **typed(task, amount="-10 triệu", note="Thu hồi tạm ứng"))

    assert BudgetEntry.objects.get().amount_vnd == -10 * MILLION


@pytest.mark.parametrize("vnd", [0, -1])
def test_planned_budget_of_nothing_or_less_is_refused(vnd):
    plan = PlannedTaskFactory()

    with pytest.raises(ValidationError, match="Kinh phí dự kiến phải lớn hơn 0"):
        signed_save(PlannedBudgetFactory.build(planned_task=plan, amount_vnd=vnd), by=system_account())

    assert not plan.budgets.exists()


# Corrections


@pytest.fixture
def mistake(task):
    return BudgetEntryFactory(
        task=task, year=2024, source="province", amount_vnd=160 * MILLION, decided_on=date(2024, 5, 10)
    )


def test_correction_begins_with_the_opposite_of_the_entry(mistake, browser):
    page = browser.get(url(ENTRY, "change", mistake.pk))
    assert "Ghi bút toán đính chính" in page.text
    address = reverse("admin:tasks_budgetentry_correct", args=[mistake.pk])
    assert address in page.text

    form = browser.get(address, follow=True)

    values = Page(form.text).values
    assert values["amount"].replace("\u00a0", " ") == "−160 triệu đồng"
    assert {name: values[name] for name in ("task", "kind", "source", "year", "decided_on", "corrects")} == {
        "task": str(mistake.task_id),
        "kind": "disbursement",
        "source": "province",
        "year": "2024",
        "decided_on": "10/05/2024",
        "corrects": str(mistake.pk),
    }


def test_correction_is_stored_as_it_was_filled_in(mistake, browser):
    response = send(browser, url(ENTRY, "add", corrects=mistake.pk))

    assert response.status_code == 302
    correction = BudgetEntry.objects.get(corrects=mistake)
    assert correction.amount_vnd == -160 * MILLION


def test_corrected_entry_is_not_offered_again_and_refused(mistake, browser):
    form = browser.get(url(ENTRY, "add", corrects=mistake.pk))
    send(browser, url(ENTRY, "add", corrects=mistake.pk))

    assert "Ghi bút toán đính chính" not in browser.get(url(ENTRY, "change", mistake.pk)).text
    response = send_again(browser, form)
    assert told(response) == {
        "corrects": ["Bút toán này đã được đính chính. Bút toán đính chính bị sai thì đính chính chính bút toán đó."]
    }
    assert Page(response.text).values["corrects"] == str(mistake.pk)
    assert BudgetEntry.objects.filter(corrects=mistake).count() == 1


def test_correction_of_more_than_there_was_is_refused_beside_the_amount(mistake, browser):
    response = send(browser, url(ENTRY, "add", corrects=mistake.pk), amount="-161 triệu")

    assert told(response) == {"amount_vnd": ["Đính chính nhiều nhất bằng bút toán gốc: 160 triệu đồng."]}


def test_entry_of_a_programme_that_others_coordinate_is_not_corrected(task, browser):
    foreign = BudgetEntryFactory(task=task_in_force(ProgrammeFactory(province=task.programme.province)))

    assert "Ghi bút toán đính chính" not in browser.get(url(ENTRY, "change", foreign.pk)).text
    assert browser.get(reverse("admin:tasks_budgetentry_correct", args=[foreign.pk])).status_code == 403
    assert Page(browser.get(url(ENTRY, "add", corrects=foreign.pk)).text).values["amount"] == ""
    response = send(browser, url(ENTRY, "add"), **typed(task, amount="-1 triệu", corrects=str(foreign.pk)))
    assert list(told(response)) == ["corrects"]


@pytest.mark.parametrize("corrects", ["abc", "0", "-1", "²", "99999999"])
def test_correction_of_nothing_is_an_empty_form(browser, corrects):
    response = browser.get(url(ENTRY, "add", corrects=corrects))

    assert response.status_code == 200
    assert Page(response.text).values["amount"] == ""


def test_old_entry_is_chosen_though_the_list_offers_the_newest(mistake, browser):
    for _ in range(60):
        BudgetEntryFactory(task=mistake.task, decided_on=date(2024, 6, 1))

    form = browser.get(url(ENTRY, "add", corrects=mistake.pk))

    assert Page(form.text).values["corrects"] == str(mistake.pk)
    offered = re.search(r'(?s)<select name="corrects".*?</select>', form.text)[0]
    assert offered.count("<option") == 1 + 50 + 1


# Never changed, never deleted


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_no_page_changes_or_deletes_an_entry(mistake, client_of, role):
    browser = client_of(UserFactory(role=role, agency=mistake.task.programme.coordinating_agency))
    before = BudgetEntry.history.count()
    change = {"amount": "1 tỷ", "note": "Khác", "change_reason": "Thử"}

    assert browser.post(url(ENTRY, "change", mistake.pk), change | {"_save": ""}).status_code == 403
    assert browser.post(url(ENTRY, "delete", mistake.pk), {"post": "yes"}).status_code == 403
    browser.post(url(ENTRY, "changelist"), {"action": "delete_selected", "_selected_action": [mistake.pk]})
    browser.post(url(ENTRY, "changelist"), {"form-0-id": mistake.pk, "form-0-amount_vnd": "1", "_save": ""})

    assert "delete_selected" not in browser.get(url(ENTRY, "changelist")).text
    stored = BudgetEntry.objects.get()
    assert (stored.amount_vnd, stored.note) == (160 * MILLION, "")
    assert BudgetEntry.history.count() == before


def test_page_of_the_ledger_only_reads(mistake, browser):
    address = reverse("programme_ledger", args=[mistake.task.programme.code])

    browser.post(address, {"amount": "1"})

    assert BudgetEntry.objects.get().amount_vnd == 160 * MILLION
