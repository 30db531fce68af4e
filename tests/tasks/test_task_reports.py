"""The reports on one task, read once, say what the database says of many."""

from datetime import date

import pytest

from smartcity.lib.language.reporting_periods import Cadence
from tasks.expected import outstanding, outstanding_on
from tasks.models import ProgressUpdate, ReportingCycle, Status, Task, UpdateState
from tasks.operations.cycles import open_cycles
from tasks.task_names import named
from tasks.task_reports import TaskReports
from tests.factories import ProgressUpdateFactory, ReportingDutyFactory, UserFactory, task_in_force

pytestmark = pytest.mark.django_db

TODAY = date(2023, 9, 20)


@pytest.fixture
def task():
    return task_in_force()


@pytest.fixture
def cycles(task):
    """A month each, the first until 14/06/2023."""
    duty = ReportingDutyFactory(programme=task.programme, cadence=Cadence.MONTHLY, first_day=date(2023, 5, 15))
    open_cycles(duty, by=UserFactory(), today=TODAY)
    return list(ReportingCycle.objects.filter(duty=duty).order_by("first_day"))


def report(task, as_of, **fields):
    return ProgressUpdateFactory(task=task, as_of=as_of, reported_on=max(as_of, TODAY), **fields)


def test_what_counts_is_told_as_the_database_tells_it(task):
    wrong = report(task, date(2023, 6, 16), accepted=True)
    report(task, date(2023, 6, 16), accepted=True, corrects=wrong)
    doubtful = report(task, date(2023, 7, 16), accepted=True)
    report(task, date(2023, 7, 16), submitted=True, corrects=doubtful)
    report(task, date(2023, 8, 16))
    report(task_in_force(), date(2023, 8, 16), accepted=True)

    reports = TaskReports(task)

    assert reports.counting == list(ProgressUpdate.objects.counting().filter(task=task))
    assert [one.state for one in reports.open] == [UpdateState.DRAFT]
    for day in (date(2023, 6, 15), date(2023, 6, 16), date(2023, 7, 16), date(2023, 9, 1)):
        assert reports.last_accepted(day) == ProgressUpdate(task=task, as_of=day).last_accepted()


@pytest.mark.parametrize("moment", ["nothing", "begun", "handed in", "complete", "corrected"])
def test_what_is_asked_of_one_task_is_what_is_asked_of_many(task, cycles, moment):
    first = cycles[0]
    if moment == "begun":
        report(task, first.last_day, cycle=first)
    elif moment == "handed in":
        report(task, first.last_day, cycle=first, submitted=True)
    elif moment in {"complete", "corrected"}:
        done = report(task, date(2023, 7, 1), status=Status.COMPLETE, percent=100, accepted=True)
        if moment == "corrected":
            report(task, date(2023, 7, 1), status=Status.IN_PROGRESS, accepted=True, corrects=done)
    found = named(Task.objects.filter(pk=task.pk), TODAY).get()

    asked = outstanding_on(found, TaskReports(found), today=TODAY)

    wanted = outstanding(Task.objects.filter(pk=task.pk), today=TODAY)
    assert [(one.cycle, one.update) for one in asked] == [(one.cycle, one.update) for one in wanted]
    assert len(wanted) == {"nothing": 5, "begun": 5, "handed in": 4, "complete": 1, "corrected": 5}[moment]
