"""Cycles are opened ahead, and each tells who has handed in, late or not at all."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from smartcity.lib.language.reporting_periods import Cadence
from tasks.expected import ReportOutcome, expected_of, late_in, read_own_reports
from tasks.models import ProgressUpdate, ReportingCycle, ReportingDuty, Status
from tasks.operations.cycles import open_all_cycles, open_cycles, set_duty
from tasks.operations.reporting import draft_update
from tests.factories import (
    AgencyFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingDutyFactory,
    TaskFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2023, 7, 20)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province, name="Sở Y tế")


@pytest.fixture
def task(programme, lead):
    return task_in_force(programme, lead=lead)


@pytest.fixture
def cycle(task, programme):
    """June 2023: from 15/05 to 14/06, due on 20/06."""
    return opened(ReportingDutyFactory(programme=programme)).get(last_day=date(2023, 6, 14))


def opened(duty, today=TODAY):
    open_cycles(duty, by=UserFactory(), today=today)
    return ReportingCycle.objects.filter(duty=duty).order_by("first_day")


def report(task, cycle, on, **fields):
    return ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day, reported_on=on, **fields)


def complete(task, on):
    """Outside of any cycle, such as by a published document."""
    return ProgressUpdateFactory(task=task, as_of=on, status=Status.COMPLETE, percent=100, accepted=True)


def answers(cycle, today=TODAY):
    return [one.answer for one in expected_of(cycle, today=today)]


def test_setting_a_duty_opens_its_cycles_up_to_the_one_after_the_present(task, programme):
    duty = ReportingDuty(programme=programme, cadence=Cadence.MONTHLY, first_day=date(2023, 6, 1), days_to_report=6)

    set_duty(duty, by=coordinator_of(programme), today=TODAY, reason="Theo quy chế")

    days = list(duty.cycles.order_by("first_day").values_list("first_day", "last_day", "due_on"))
    assert days == [
        (date(2023, 5, 15), date(2023, 6, 14), date(2023, 6, 20)),
        (date(2023, 6, 15), date(2023, 7, 14), date(2023, 7, 20)),
        (date(2023, 7, 15), date(2023, 8, 14), date(2023, 8, 20)),
        (date(2023, 8, 15), date(2023, 9, 14), date(2023, 9, 20)),
    ]
    assert duty.cycles.first().history.get().history_user is not None


def test_opening_cycles_again_opens_none(task, programme):
    duty = ReportingDutyFactory(programme=programme)
    by = UserFactory()

    counts = [open_cycles(duty, by=by, today=TODAY), open_cycles(duty, by=by, today=TODAY)]

    assert counts == [4, 0]


def test_next_month_one_more_cycle_is_opened(task, programme):
    opened(ReportingDutyFactory(programme=programme))

    assert open_all_cycles(by=UserFactory(), today=date(2023, 8, 15)) == 1


@pytest.mark.django_db(transaction=True)
def test_cycles_opened_by_two_people_at_once_are_opened_once(at_once):
    task = task_in_force()
    duty, by = ReportingDutyFactory(programme=task.programme), UserFactory()

    counts = at_once(*[partial(open_cycles, duty, by=by, today=TODAY)] * 2)

    assert sorted(counts) == [0, 4]
    assert duty.cycles.count() == 4


def test_ended_duty_opens_no_cycle_after_its_end(task, programme):
    duty = ReportingDutyFactory(programme=programme, last_day=date(2023, 6, 30))

    assert [cycle.last_day for cycle in opened(duty)] == [date(2023, 6, 14), date(2023, 7, 14)]


def test_report_is_not_begun_for_a_cycle_that_was_withdrawn_meanwhile(task, lead, cycle):
    duty = ReportingDuty.objects.get(pk=cycle.duty_id)
    duty.first_day = date(2023, 7, 1)
    set_duty(duty, by=UserFactory(), today=TODAY, reason="Áp dụng từ tháng 7")

    with pytest.raises(ValidationError) as refusal:
        draft_update(
            ProgressUpdate(task=task, cycle=cycle, as_of=cycle.last_day, status=Status.IN_PROGRESS),
            by=officer_of(lead),
            today=TODAY,
        )

    assert list(refusal.value.message_dict) == ["cycle"]


def test_weekly_until_done_ends_with_the_task(task, programme):
    duty = ReportingDutyFactory(
        programme=programme, task=task, cadence=Cadence.UNTIL_DONE, first_day=date(2023, 7, 3), days_to_report=1
    )
    before = opened(duty, today=date(2023, 7, 5)).count()
    ProgressUpdateFactory(task=task, as_of=date(2023, 7, 9), status=Status.COMPLETE, percent=100, accepted=True)

    after = [cycle.last_day for cycle in opened(duty, today=date(2023, 7, 24))]

    assert before == 2
    assert after == [date(2023, 7, 9), date(2023, 7, 16), date(2023, 7, 23)]
    assert expected_of(duty.cycles.get(last_day=date(2023, 7, 23)), today=date(2023, 7, 24)) == []


def test_nothing_is_opened_ahead_for_a_programme_whose_tasks_are_complete(task, programme):
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), status=Status.COMPLETE, percent=100, accepted=True)

    assert [cycle.last_day for cycle in opened(ReportingDutyFactory(programme=programme))] == [
        date(2023, 6, 14),
        date(2023, 7, 14),
    ]


@pytest.mark.parametrize(
    ("on", "state", "answer"),
    [
        (date(2023, 6, 20), {"submitted": True}, ReportOutcome.ON_TIME),
        (date(2023, 6, 21), {"submitted": True}, ReportOutcome.LATE),
        (date(2023, 6, 20), {"accepted": True}, ReportOutcome.ON_TIME),
        (date(2023, 6, 20), {"returned": True}, ReportOutcome.RETURNED),
        (date(2023, 6, 20), {}, ReportOutcome.MISSING),
    ],
    ids=["sent on the last day", "sent a day late", "accepted", "sent back", "only drafted"],
)
def test_cycle_tells_what_came_of_each_report(task, cycle, on, state, answer):
    report(task, cycle, on, **state)

    assert answers(cycle) == [answer]


def test_report_that_was_not_begun_is_missing(task, cycle):
    assert answers(cycle) == [ReportOutcome.MISSING]


def test_report_sent_back_and_sent_again_after_the_due_day_is_late(task, cycle):
    report(task, cycle, date(2023, 6, 19), returned=True)
    report(task, cycle, date(2023, 6, 22), submitted=True)

    assert answers(cycle) == [ReportOutcome.LATE]


def test_cycle_asks_nothing_of_a_task_that_was_complete_before_it(task, cycle):
    ProgressUpdateFactory(task=task, as_of=date(2023, 5, 14), status=Status.COMPLETE, percent=100, accepted=True)

    assert answers(cycle) == []


@pytest.mark.parametrize(
    ("complete_on", "asked"),
    [(date(2023, 6, 14), []), (date(2023, 6, 15), [ReportOutcome.MISSING])],
    ids=["on its last day", "the day after"],
)
def test_cycle_asks_for_a_report_on_what_was_completed_after_it(task, cycle, lead, complete_on, asked):
    complete(task, complete_on)

    assert answers(cycle) == asked
    in_my_work = [one for one in read_own_reports(officer_of(lead), today=TODAY).asked if one.cycle == cycle]
    assert [one.answer for one in in_my_work] == asked


def test_cycle_that_runs_asks_nothing_of_a_task_that_is_complete_today(task, cycle, lead):
    now = opened(cycle.duty).get(last_day=date(2023, 8, 14))
    complete(task, TODAY)

    assert answers(now) == []
    assert now not in [one.cycle for one in read_own_reports(officer_of(lead), today=TODAY).asked]


def test_cycle_tells_what_was_handed_in_on_a_task_completed_by_then(task, cycle, lead):
    complete(task, date(2023, 6, 14))
    report(task, cycle, date(2023, 6, 19), submitted=True, status=Status.COMPLETE, percent=100)

    assert answers(cycle) == [ReportOutcome.ON_TIME]


def test_completion_that_was_corrected_does_not_count(task, cycle, lead):
    wrong = complete(task, date(2023, 6, 1))
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 1), corrects=wrong, accepted=True)

    assert answers(cycle) == [ReportOutcome.MISSING]
    assert cycle in [one.cycle for one in read_own_reports(officer_of(lead), today=TODAY).asked]


def test_cycle_asks_for_reports_on_the_tasks_of_its_own_last_day(task, cycle, programme, lead):
    later = adopted_revision(
        programme, effective_on=date(2023, 7, 1), tasks=[task, TaskFactory(programme=programme)], lead=lead
    )

    assert len(expected_of(cycle, today=TODAY)) == 1
    assert len(expected_of(opened(cycle.duty).get(last_day=date(2023, 7, 14)), today=TODAY)) == 2
    assert later.planned_tasks.count() == 2


def test_officer_is_asked_for_what_their_agency_has_not_handed_in_the_oldest_first(task, cycle, lead, programme):
    other = task_in_force(lead=AgencyFactory(province=programme.province))
    opened(ReportingDutyFactory(programme=other.programme))
    report(task, opened(cycle.duty).get(last_day=date(2023, 7, 14)), date(2023, 7, 20), submitted=True)

    asked = read_own_reports(officer_of(lead), today=TODAY).asked

    assert [(one.task, one.cycle.last_day) for one in asked] == [
        (task, date(2023, 6, 14)),
        (task, date(2023, 8, 14)),
    ]
    assert [one.days_late(TODAY) for one in asked] == [30, -31]


def test_officer_is_asked_for_what_was_due_before_the_task_was_complete(task, cycle, lead):
    complete(task, date(2023, 7, 1))

    assert [one.cycle for one in read_own_reports(officer_of(lead), today=TODAY).asked] == [cycle]


def test_officer_is_asked_nothing_of_the_time_before_the_task_was_decided(programme, lead):
    adopted_revision(programme, effective_on=date(2023, 6, 1))
    task_in_force(programme, lead=lead, effective_on=date(2023, 7, 1))
    opened(ReportingDutyFactory(programme=programme))

    assert [one.cycle.last_day for one in read_own_reports(officer_of(lead), today=TODAY).asked] == [
        date(2023, 7, 14),
        date(2023, 8, 14),
    ]


@pytest.mark.parametrize("tasks", [1, 10])
def test_what_is_asked_is_read_in_a_fixed_number_of_queries(tasks, programme, lead, django_assert_num_queries):
    adopted_revision(programme, tasks=tasks, lead=lead)
    opened(ReportingDutyFactory(programme=programme))
    officer = officer_of(lead)
    assert officer.agency == lead

    with django_assert_num_queries(3):
        assert len(read_own_reports(officer, today=TODAY).asked) == 3 * tasks


def test_coordinating_agency_owes_the_reports_of_tasks_without_a_lead(programme):
    task_in_force(programme)
    cycle = opened(ReportingDutyFactory(programme=programme)).get(last_day=date(2023, 6, 14))

    late = late_in([programme], today=date(2023, 6, 24))

    assert {owed: [one.cycle for one in rows] for owed, rows in late.items()} == {
        (programme, programme.coordinating_agency): [cycle]
    }
