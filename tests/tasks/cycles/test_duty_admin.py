"""Orders to report as the coordinating agency gives, asks about and mends them."""

import re
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from programme.models import Role
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.reporting_periods import Cadence
from tasks.models import ReportingCycle, ReportingDuty
from tasks.operations.cycles import set_duty
from tests.factories import ProgressUpdateFactory, UserFactory, coordinator_of, task_in_force
from tests.forms_read import ENGLISH, Page, refused, send, url

pytestmark = pytest.mark.django_db

DUTY = "tasks.reportingduty"


@pytest.fixture
def task():
    return task_in_force(effective_on=date(2020, 1, 1))


@pytest.fixture
def keeper(task):
    return coordinator_of(task.programme)


@pytest.fixture
def browser(keeper, client_of):
    return client_of(keeper)


@pytest.fixture
def duty(task, keeper):
    """Monthly, from a year ago."""
    duty = ReportingDuty(programme=task.programme, cadence=Cadence.MONTHLY, days_to_report=6)
    duty.first_day = localdate() - timedelta(days=365)
    return set_duty(duty, by=keeper, today=localdate())


def typed(task, **fields):
    return {"programme": str(task.programme_id), "cadence": "weekly", "days_to_report": "3"} | fields


def box(response):
    """What the box to tick would send, or nothing where there is no box."""
    boxes = re.findall(r"<input[^>]*>", response.text)
    found = next((one for one in boxes if 'type="checkbox"' in one and 'name="confirmed"' in one), "")
    return re.search(r'value="([^"]*)"', found)[1] if found else ""


def test_duty_from_before_the_programme_is_refused_beside_its_first_day(task, browser):
    response = send(browser, url(DUTY, "add"), **typed(task, first_day="01/01/1950"))

    assert refused(response) == {
        "first_day": ["Đề án có hiệu lực từ ngày 01/01/2020. Chế độ báo cáo áp dụng sớm nhất từ ngày đó."]
    }
    assert not ReportingDuty.objects.exists()


def test_duty_that_reaches_far_back_is_asked_about_and_kept_when_confirmed(task, browser):
    assert box(browser.get(url(DUTY, "add"))) == ""
    response = send(browser, url(DUTY, "add"), **typed(task, first_day="01/01/2020"))

    told = refused(response)
    assert re.match(r"Sẽ mở \d+ kỳ đã quá hạn nộp, từ kỳ tuần 1 năm 2020 ", told["first_day"][0])
    assert told["confirmed"] == ["Sửa lại ở trên; nếu đúng thì đánh dấu ô này rồi lưu."]
    assert [words for words in Page(response.text).words if ENGLISH.search(words)] == []
    assert not ReportingDuty.objects.exists()

    values = Page(response.text).values | {"confirmed": box(response), "_save": ""}
    assert browser.post(url(DUTY, "add"), values).status_code == 302
    assert ReportingDuty.objects.get().cycles.filter(due_on__lt=localdate()).count() > 24


def test_duty_ended_by_its_keeper_has_no_later_cycles_and_says_so(duty, browser):
    count, first = duty.cycles.count(), duty.cycles.order_by("first_day").first()

    response = send(
        browser,
        url(DUTY, "change", duty.pk),
        last_day=say_day(first.last_day),
        change_reason="Lập nhầm đề án",
    )

    assert response.status_code == 302
    assert duty.cycles.get() == first
    words = " ".join(Page(browser.get(response.url).text).words)
    assert f"Đã rút {count - 1} kỳ chưa ai báo cáo, nằm ngoài thời gian áp dụng." in words


def test_withdrawn_cycle_tells_by_whom_and_why(duty, browser, keeper):
    last = duty.cycles.order_by("-first_day").first()
    send(browser, url(DUTY, "change", duty.pk), last_day=say_day(duty.first_day), change_reason="Lập nhầm đề án")

    response = browser.get(url("tasks.reportingcycle", "change", last.pk))

    assert response.status_code == 410
    assert keeper.full_name in response.text
    assert "Lập nhầm đề án" in response.text


def test_first_day_is_typed_anew_while_nobody_has_answered(duty, browser):
    first_day = localdate() - timedelta(days=1)

    response = send(browser, url(DUTY, "change", duty.pk), first_day=say_day(first_day), change_reason="Nhập nhầm năm")

    assert response.status_code == 302
    assert not ReportingCycle.objects.filter(duty=duty, last_day__lt=first_day).exists()


def test_first_day_is_fixed_once_somebody_has_answered(task, duty, browser):
    cycle = duty.cycles.order_by("first_day").first()
    ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day)

    values = Page(browser.get(url(DUTY, "change", duty.pk)).text).values

    assert "first_day" not in values
    assert "last_day" in values


def test_reader_of_a_duty_sees_no_box(task, duty, client_of):
    reader = client_of(UserFactory(role=Role.AUDITOR, agency=task.programme.coordinating_agency))

    response = reader.get(url(DUTY, "change", duty.pk))

    assert response.status_code == 200
    assert "Đã kiểm tra" not in response.text
