"""What must hold of duties to report, their cycles, and of what a report says."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from smartcity.lib.language.reporting_periods import Cadence
from tasks.models import UpdateState
from tests.factories import (
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    RouteStepFactory,
    TaskFactory,
    adopted_revision,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(
    ("factory", "rule", "code", "change"),
    [
        pytest.param(
            ReportingDutyFactory,
            "duty_ends_after_it_begins",
            "last_day",
            {"last_day": date(2023, 5, 31)},
            id="a duty that ends before it begins",
        ),
        pytest.param(
            ReportingDutyFactory,
            "duty_until_done_is_of_one_task",
            "task",
            {"cadence": Cadence.UNTIL_DONE},
            id="until done, of a whole programme",
        ),
        pytest.param(
            ReportingDutyFactory,
            "duty_leaves_at_most_60_days",
            "days_to_report",
            {"days_to_report": 61},
            id="more than 60 days to report",
        ),
        pytest.param(
            ReportingCycleFactory,
            "cycle_ends_after_it_begins",
            "last_day",
            {"last_day": date(2023, 5, 14)},
            id="a window that ends before it begins",
        ),
        pytest.param(
            ReportingCycleFactory,
            "cycle_is_due_after_its_window",
            "due_on",
            {"due_on": date(2023, 6, 13)},
            id="due before the window closes",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_disbursement_is_positive",
            "disbursed_vnd",
            {"disbursed_vnd": 0},
            id="0 đồng disbursed",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_day_of_a_step_names_the_step",
            "step",
            {"step_done_on": date(2023, 6, 1)},
            id="the day of no step",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_disbursement_is_positive",
            "disbursed_vnd",
            {"disbursed_vnd": -1},
            id="less than nothing disbursed",
        ),
    ],
)
def test_what_must_hold_of_every_row(factory, rule, code, change, assert_refused):
    assert_refused(factory(), rule, code, **change)


def test_duty_is_given_once_to_a_programme(assert_refused):
    programme = ProgrammeFactory()
    ReportingDutyFactory(programme=programme)
    other = ReportingDutyFactory(programme=programme, first_day=date(2024, 1, 1))

    assert_refused(other, "duty_once_for_a_programme", "cadence", first_day=date(2023, 6, 1))


def test_duty_is_given_once_to_a_task(assert_refused):
    task = TaskFactory()
    ReportingDutyFactory(programme=task.programme, task=task)
    other = ReportingDutyFactory(programme=task.programme, task=task, first_day=date(2024, 1, 1))

    assert_refused(other, "duty_once_for_a_task", "cadence", first_day=date(2023, 6, 1))


def test_cycle_is_opened_once_for_a_window(assert_refused):
    cycle = ReportingCycleFactory()
    other = ReportingCycleFactory(
        duty=cycle.duty, first_day=date(2023, 6, 15), last_day=date(2023, 7, 14), due_on=date(2023, 7, 20)
    )

    assert_refused(other, "cycle_once_for_a_window", "first_day", first_day=date(2023, 5, 15))


def test_agency_has_one_draft_for_a_cycle(assert_refused):
    cycle = ReportingCycleFactory()
    task = TaskFactory(programme=cycle.duty.programme)
    day = date(2023, 6, 14)
    ProgressUpdateFactory(task=task, cycle=cycle, as_of=day)
    other = ProgressUpdateFactory(task=task, cycle=cycle, as_of=day, submitted=True)

    assert_refused(other, "update_one_draft_for_a_cycle", "task", state=UpdateState.DRAFT)


def test_agency_has_one_draft_outside_cycles(assert_refused):
    task = TaskFactory()
    ProgressUpdateFactory(task=task)
    other = ProgressUpdateFactory(task=task, submitted=True)

    assert_refused(other, "update_one_draft_outside_cycles", "task", state=UpdateState.DRAFT)


def test_drafts_of_a_report_and_of_its_correction_stand_side_by_side():
    accepted = ProgressUpdateFactory(accepted=True)

    ProgressUpdateFactory(task=accepted.task)

    assert ProgressUpdateFactory(task=accepted.task, corrects=accepted).pk


def test_duty_is_of_a_task_of_its_programme():
    with pytest.raises(ValidationError, match="thuộc đề án khác"):
        ReportingDutyFactory(task=TaskFactory())


def test_duty_that_has_cycles_is_ended_and_not_turned_into_another():
    duty = ReportingCycleFactory().duty
    duty.cadence = Cadence.WEEKLY

    with pytest.raises(ValidationError, match="lập chế độ mới"):
        duty.full_clean()


def test_duty_that_was_answered_keeps_its_first_day():
    cycle = ReportingCycleFactory()
    cycle.duty.first_day = date(2023, 7, 1)
    cycle.duty.full_clean()
    ProgressUpdateFactory(task=TaskFactory(programme=cycle.duty.programme), cycle=cycle, as_of=cycle.last_day)

    with pytest.raises(ValidationError, match="Đã có báo cáo theo chế độ này") as refusal:
        cycle.duty.full_clean()

    assert set(refusal.value.message_dict) == {"first_day"}


def test_duty_begins_when_its_programme_is_in_force():
    programme = ProgrammeFactory()
    adopted_revision(programme, effective_on=date(2023, 6, 16))
    adopted_revision(programme, effective_on=date(2024, 1, 1))

    with pytest.raises(ValidationError, match="Đề án có hiệu lực từ ngày 16/06/2023") as refusal:
        ReportingDutyFactory(programme=programme, first_day=date(2023, 6, 15))

    assert set(refusal.value.message_dict) == {"first_day"}
    assert ReportingDutyFactory(programme=programme, first_day=date(2023, 6, 16)).pk


def test_duty_of_a_task_begins_when_the_programme_contains_the_task():
    programme = ProgrammeFactory()
    adopted_revision(programme, effective_on=date(2023, 6, 16))
    task = task_in_force(programme, effective_on=date(2024, 1, 1))

    with pytest.raises(ValidationError, match="Nhiệm vụ này thuộc đề án từ ngày 01/01/2024"):
        ReportingDutyFactory(programme=programme, task=task, first_day=date(2023, 12, 31))

    assert ReportingDutyFactory(programme=programme, task=task, first_day=date(2024, 1, 1)).pk


def test_duty_that_began_too_early_may_still_be_ended():
    duty = ReportingDutyFactory(first_day=date(1950, 1, 1))
    adopted_revision(duty.programme, effective_on=date(2023, 6, 16))
    duty.last_day = date(1950, 1, 1)

    duty.full_clean()


def test_duty_until_done_may_be_ended_before_it_is():
    task = task_in_force()
    duty = ReportingDutyFactory(programme=task.programme, task=task, cadence=Cadence.UNTIL_DONE)
    duty.last_day = date(2023, 7, 1)

    duty.full_clean()


def test_duty_that_has_cycles_may_be_ended():
    duty = ReportingCycleFactory().duty
    duty.last_day, duty.document = date(2024, 12, 31), LegalDocumentFactory()

    duty.full_clean()


@pytest.mark.parametrize("as_of", [date(2023, 5, 14), date(2023, 6, 15)], ids=["the day before", "the day after"])
def test_report_of_a_cycle_speaks_of_its_window(as_of):
    cycle = ReportingCycleFactory()

    with pytest.raises(ValidationError, match="Kỳ tháng 06/2023 lấy số liệu trong khoảng 15/05/2023 – 14/06/2023"):
        ProgressUpdateFactory(task=TaskFactory(programme=cycle.duty.programme), cycle=cycle, as_of=as_of)


def test_report_does_not_answer_the_cycle_of_another_programme():
    cycle = ReportingCycleFactory()

    with pytest.raises(ValidationError, match="của đề án hoặc nhiệm vụ khác"):
        ProgressUpdateFactory(cycle=cycle, as_of=date(2023, 6, 14))


def test_report_does_not_answer_the_cycle_of_another_task():
    task = TaskFactory()
    cycle = ReportingCycleFactory(duty__programme=task.programme, duty__task=task)

    with pytest.raises(ValidationError, match="của đề án hoặc nhiệm vụ khác"):
        ProgressUpdateFactory(task=TaskFactory(programme=task.programme), cycle=cycle, as_of=date(2023, 6, 14))


def test_step_is_done_by_the_day_that_the_report_speaks_of(assert_refused):
    step = RouteStepFactory()
    update = ProgressUpdateFactory(task=step.task, step=step)

    assert_refused(update, "update_speaks_after_its_step", "step_done_on", step_done_on=date(2023, 6, 17))


def test_report_does_not_name_the_step_of_another_task():
    with pytest.raises(ValidationError, match="thuộc nhiệm vụ khác"):
        ProgressUpdateFactory(step=RouteStepFactory())
