"""An order to report that was given by mistake is asked about, and can be mended."""

from datetime import date

import pytest

from smartcity.lib.language.reporting_periods import Cadence
from tasks.expected import ReportOutcome, expected_of, read_own_reports
from tasks.models import ReportingCycle, ReportingDuty
from tasks.operations.cycles import PastCyclesUnconfirmed, past_cycles_question, set_duty
from tests.factories import AgencyFactory, ProgressUpdateFactory, adopted_revision, coordinator_of, officer_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2023, 7, 20)
JUNE, JULY, AUGUST = date(2023, 6, 14), date(2023, 7, 14), date(2023, 8, 14)


@pytest.fixture
def lead():
    return AgencyFactory()


@pytest.fixture
def revision(lead):
    """Two tasks of one agency, in force since 2020."""
    return adopted_revision(tasks=2, lead=lead)


@pytest.fixture
def tasks(revision):
    return [planned.task for planned in revision.planned_tasks.order_by("pk")]


@pytest.fixture
def keeper(revision):
    return coordinator_of(revision.programme)


def order(revision, keeper, first_day, cadence=Cadence.MONTHLY, **how):
    duty = ReportingDuty(programme=revision.programme, cadence=cadence, first_day=first_day, days_to_report=6)
    return set_duty(duty, by=keeper, today=TODAY, **how)


def last_days(duty):
    return list(duty.cycles.order_by("first_day").values_list("last_day", flat=True))


# Far back


def test_duty_that_reaches_far_back_is_asked_about(revision, keeper):
    with pytest.raises(PastCyclesUnconfirmed, match=r"Sẽ mở 25 kỳ đã quá hạn nộp, từ kỳ tháng 06/2021") as refusal:
        order(revision, keeper, date(2021, 6, 1))

    assert set(refusal.value.message_dict) == {"first_day"}
    assert not ReportingDuty.objects.exists()


def test_duty_that_reaches_two_years_back_is_not_asked_about(revision, keeper):
    duty = order(revision, keeper, date(2021, 7, 1))

    assert duty.cycles.filter(due_on__lt=TODAY).count() == 24


def test_duty_that_reaches_far_back_is_kept_when_that_is_confirmed(revision, keeper):
    duty = ReportingDuty(
        programme=revision.programme, cadence=Cadence.MONTHLY, first_day=date(2021, 6, 1), days_to_report=6
    )

    set_duty(duty, by=keeper, today=TODAY, confirmed=[past_cycles_question(duty, TODAY).code])

    assert duty.cycles.filter(due_on__lt=TODAY).count() == 25
    assert past_cycles_question(duty, TODAY) is None


def test_yes_to_one_first_day_is_no_answer_for_another(revision, keeper):
    duty = ReportingDuty(
        programme=revision.programme, cadence=Cadence.MONTHLY, first_day=date(2021, 6, 1), days_to_report=6
    )
    confirmed = [past_cycles_question(duty, TODAY).code]
    duty.first_day = date(2020, 6, 1)

    with pytest.raises(PastCyclesUnconfirmed):
        set_duty(duty, by=keeper, today=TODAY, confirmed=confirmed)


# Mended


def test_ending_a_duty_withdraws_the_cycles_after_it_signed_with_the_reason(revision, keeper):
    duty = order(revision, keeper, date(2022, 6, 1))
    assert duty.cycles.count() == 16

    duty.last_day = date(2022, 6, 14)
    set_duty(duty, by=keeper, today=TODAY, reason="Nhập nhầm năm")

    assert last_days(duty) == [date(2022, 6, 14)]
    removed = ReportingCycle.history.filter(history_type="-")
    assert removed.count() == 15
    assert {row.history_user for row in removed} == {keeper}
    assert {row.history_change_reason for row in removed} == {
        "Rút kỳ: chế độ báo cáo áp dụng từ 01/06/2022 đến hết 14/06/2022. Nhập nhầm năm"
    }


def test_first_day_is_mended_while_nobody_has_answered(revision, keeper, lead):
    duty = order(revision, keeper, date(2022, 6, 1))

    duty.first_day = date(2023, 6, 1)
    set_duty(duty, by=keeper, today=TODAY, reason="Nhập nhầm năm")

    assert last_days(duty) == [JUNE, JULY, AUGUST, date(2023, 9, 14)]
    assert {one.cycle.last_day for one in read_own_reports(officer_of(lead), today=TODAY).asked} == {JUNE, JULY, AUGUST}


@pytest.mark.parametrize("state", ["draft", "submitted", "accepted", "returned"])
def test_cycle_for_which_a_report_was_begun_is_not_withdrawn(revision, tasks, keeper, state):
    duty = order(revision, keeper, date(2023, 6, 1))
    july = duty.cycles.get(last_day=JULY)
    done = {} if state == "draft" else {state: True}
    update = ProgressUpdateFactory(task=tasks[0], cycle=july, as_of=JULY, reported_on=date(2023, 7, 15), **done)

    duty.last_day = JUNE
    set_duty(duty, by=keeper, today=TODAY, reason="Bãi bỏ")

    assert last_days(duty) == [JUNE, JULY]
    update.refresh_from_db()
    assert update.cycle == july


def test_cycle_after_the_end_of_its_duty_tells_what_was_handed_in_and_asks_no_more(revision, tasks, keeper, lead):
    duty = order(revision, keeper, date(2023, 6, 1))
    july = duty.cycles.get(last_day=JULY)
    ProgressUpdateFactory(task=tasks[0], cycle=july, as_of=JULY, reported_on=date(2023, 7, 15), submitted=True)

    duty.last_day = JUNE
    set_duty(duty, by=keeper, today=TODAY, reason="Bãi bỏ")

    july = ReportingCycle.objects.get(pk=july.pk)
    assert [(one.task, one.answer) for one in expected_of(july, today=TODAY)] == [(tasks[0], ReportOutcome.ON_TIME)]
    assert {one.cycle.last_day for one in read_own_reports(officer_of(lead), today=TODAY).asked} == {JUNE}


def test_duty_that_goes_on_after_all_has_its_cycles_again(revision, keeper):
    duty = order(revision, keeper, date(2023, 6, 1))
    duty.last_day = JUNE
    set_duty(duty, by=keeper, today=TODAY, reason="Nhập nhầm")

    duty.last_day = None
    set_duty(duty, by=keeper, today=TODAY, reason="Chế độ vẫn áp dụng")

    assert last_days(duty) == [JUNE, JULY, AUGUST, date(2023, 9, 14)]
