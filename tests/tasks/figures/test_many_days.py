from datetime import date, timedelta

import pytest

from programme.models import Programme
from smartcity.lib.language.money import MoneyKind
from tasks.figures.reading import read_programme_on_days, read_programmes
from tasks.models import Status
from tests.examples import examples
from tests.factories import (
    BudgetEntryFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    StatedFigureFactory,
    adopt,
    task_in_force,
)

pytestmark = pytest.mark.django_db

MOMENTS = examples(10, all_of_them=50)


def told(day):
    """All that a day says, down to the single row."""
    rows = [(row.plan, row.told, row.carried_from, row.is_proposed) for row in day.rows]
    return day.as_dict() | {"rows": rows, "declared_by": day.declared and day.declared.document.pk}


@pytest.mark.long
@pytest.mark.parametrize("code", ["BRVT-DTTM", "HD-CQDT"])
def test_many_days_read_together_are_what_each_is_alone(real_programmes, code):
    programme = Programme.objects.get(code=code)
    days = [date(2019, 1, 1) + timedelta(days=2250 // MOMENTS * n) for n in range(MOMENTS)]
    days += [date(2023, 6, 15), date(2023, 6, 16), date(2023, 10, 20)]

    together = read_programme_on_days(programme, days)

    alone = {on: read_programmes(Programme.objects.filter(pk=programme.pk), as_of=on)[0] for on in days}
    assert {on: told(day) for on, day in together.items()} == {on: told(day) for on, day in alone.items()}


def test_days_before_and_after_an_amendment_keep_apart(real_programmes):
    first = RevisionFactory()
    task = PlannedTaskFactory(revision=first, period=PeriodFactory(revision=first)).task
    adopt(first, effective_on=date(2020, 1, 1))
    second = RevisionFactory(programme=first.programme, base=first)
    period = PeriodFactory(revision=second, last_day=date(2024, 12, 31))
    PlannedTaskFactory(revision=second, task=task, period=period)
    adopt(second, effective_on=date(2023, 1, 1))
    ProgressUpdateFactory(task=task, as_of=date(2023, 5, 1), status=Status.COMPLETE, accepted=True)

    days = read_programme_on_days(first.programme, [date(2022, 6, 1), date(2023, 2, 1), date(2023, 6, 1)])

    counts = [(day.total, day.complete, day.counts["chuyen-tiep"]) for day in days.values()]
    assert counts == [(1, 0, 0), (1, 0, 1), (1, 1, 1)]


@pytest.mark.parametrize("count", [1, 10])
def test_many_days_cost_as_many_queries_as_one(count, django_assert_num_queries):
    task = task_in_force()
    for n in range(count):
        ProgressUpdateFactory(task=task, as_of=date(2021, 1, 1 + n), accepted=True)
        BudgetEntryFactory(task=task, kind=MoneyKind.DISBURSEMENT, decided_on=date(2021, 1, 1 + n))
        StatedFigureFactory(programme=task.programme, as_of=date(2021, 1, 1 + n))

    with django_assert_num_queries(4):
        days = read_programme_on_days(task.programme, [date(2021, 1, 1 + n) for n in range(count)])

    paid = [day.disbursed_vnd for day in days.values()]
    assert paid == [160_000_000 * (n + 1) for n in range(count)]
