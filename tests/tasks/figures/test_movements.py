"""What moved between two days is what the figures and rows of both days say, one set beside the other."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from programme.models import Programme
from tasks.figures.moved_tasks import moved_tasks, read_moved_tasks
from tasks.figures.movements import MOVEMENTS, Between, Reading
from tasks.figures.reading import read_programme_on_days
from tasks.models import Status
from tests.examples import examples
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    LeadTransferFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    TaskRemovalFactory,
    account_of_this_test,
    adopt,
    adopted_revision,
    task_in_force,
)
from tests.tasks.figures.worlds import RandomWorld

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

BEGUN, EARLIER, LATER = date(2020, 1, 1), date(2023, 1, 31), date(2023, 6, 30)


def movements_of(then, now):
    """The keys of what moved, told the slow way: from the rows of one task on both days, None where it has none."""
    late = [bool(row and row.days_late) for row in (then, now)]
    complete = [bool(row and row.is_complete) for row in (then, now)]
    stayed = bool(then and now)
    moved = {
        "qua-han": not late[0] and late[1],
        "het-qua-han": late[0] and not late[1],
        "hoan-thanh": not complete[0] and complete[1],
        "het-hoan-thanh": complete[0] and not complete[1],
        "moi": then is None,
        "bo": now is None,
        "doi-han": stayed and then.due != now.due,
        "doi-chu-tri": stayed and then.lead != now.lead,
        "bao-cao": bool(now and now.told and now.told != (then and then.told)),
    }
    return {key for key, is_so in moved.items() if is_so}


def moved_between(programme, earlier, later):
    """The movements of each task, and what was paid, the slow way."""
    then, now = read_programme_on_days(programme, [earlier, later]).values()
    rows = [{row.task: row for row in day.rows} for day in (then, now)]
    found = {task: movements_of(rows[0].get(task), rows[1].get(task)) for task in {*rows[0], *rows[1]}}
    return {task: keys for task, keys in found.items() if keys}, (then.disbursed_vnd, now.disbursed_vnd)


def read(programme, earlier=EARLIER, later=LATER):
    return Between([programme.pk], Reading(earlier), Reading(later)).moved[programme.pk]


def rows_of(programme, key="", earlier=EARLIER, later=LATER):
    between = Between([programme.pk], Reading(earlier), Reading(later))
    return read_moved_tasks(moved_tasks(between, key=key), between)


def said_of(task):
    return [line for row in rows_of(task.programme) for line in row.said]


@pytest.mark.long
class RandomWorlds(TestCase):
    @settings(max_examples=examples(1, all_of_them=500), suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**9))
    def test_what_moved_is_what_the_rows_of_both_days_say(self, seed):
        # Each example is undone, and with it the account that signs.
        account_of_this_test.cache_clear()
        world = RandomWorld(seed)
        for earlier, later in combinations(sorted(set(world.days(1))), 2):
            right, paid = moved_between(world.programme, earlier, later)
            moved = read(world.programme, earlier, later)
            rows = rows_of(world.programme, "", earlier, later)

            found = {row.task: {*row.keys} - {"kinh-phi"} for row in rows}
            assert {task: keys for task, keys in found.items() if keys} == right
            assert moved.tasks == len(rows)
            assert (moved.paid_then, moved.paid_now) == paid
            for key in MOVEMENTS:
                behind = [row.task for row in rows_of(world.programme, key, earlier, later)]
                assert moved.counts[key] == len(behind)
                assert sorted(behind) == sorted(row.task for row in rows if key in row.keys)


def test_later_figure_is_the_earlier_one_with_what_entered_and_without_what_left():
    first = adopted_revision(tasks=6, due_on=date(2022, 12, 31))
    tasks = [plan.task for plan in first.planned_tasks.order_by("position")]
    for task in tasks[:2]:
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 5, 1), status=Status.COMPLETE)
    ProgressUpdateFactory(task=tasks[2], accepted=True, as_of=date(2022, 5, 1), status=Status.COMPLETE)
    ProgressUpdateFactory(task=tasks[2], accepted=True, as_of=date(2023, 5, 1), status=Status.IN_PROGRESS)

    moved = read(first.programme)
    then, now = read_programme_on_days(first.programme, [EARLIER, LATER]).values()

    assert now.overdue == then.overdue + moved.counts["qua-han"] - moved.counts["het-qua-han"]
    assert now.complete == then.complete + moved.counts["hoan-thanh"] - moved.counts["het-hoan-thanh"]
    assert (moved.counts["qua-han"], moved.counts["het-qua-han"]) == (1, 2)
    assert moved.told_then == 1


# In words


def test_task_that_fell_due_is_told_with_its_days():
    task = task_in_force(due_on=date(2023, 5, 31))

    assert said_of(task) == ["Quá hạn 30 ngày, hạn 31/05/2023"]


def test_long_delay_is_told_in_groups_of_figures():
    task = task_in_force(due_on=date(2023, 5, 31))

    (row,) = rows_of(task.programme, "qua-han", EARLIER, date(2026, 11, 29))
    assert row.said == ["Quá hạn 1.278 ngày, hạn 31/05/2023"]


def test_completion_is_told_with_what_was_before():
    task = task_in_force(due_on=None)
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 5, 1), status=Status.PREPARING)
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 5, 1), status=Status.COMPLETE)

    assert said_of(task) == [
        "Hoàn thành, trước đó đang làm thủ tục",
        "Có báo cáo mới, số liệu đến ngày 01/05/2023: hoàn thành",
    ]


def test_amendment_is_told_task_by_task():
    first = RevisionFactory()
    old, new = AgencyFactory.create_batch(2, province=first.programme.province)
    moved, left = (
        PlannedTaskFactory(revision=first, due_on=date(2024, 12, 31), lead_agency=old).task for _ in range(2)
    )
    second = RevisionFactory(programme=first.programme, base=adopt(first, effective_on=BEGUN))
    period = PeriodFactory(revision=second, last_day=date(2025, 12, 31))
    plan = PlannedTaskFactory(revision=second, task=moved, period=period, lead_agency=new)
    PlannedBudgetFactory(planned_task=plan, amount_vnd=5_000_000_000)
    PlannedTaskFactory(revision=second, name="Camera giao thông")
    TaskRemovalFactory(revision=second, task=left)
    adopt(second, effective_on=date(2023, 3, 1))

    told = {row.name: row.said for row in rows_of(first.programme)}

    assert [*told.values()] == [
        ["Nhiệm vụ mới, không có hạn"],
        ["Không còn trong đề án"],
        [
            "Hạn 31/12/2024 → 31/12/2025, lùi 365 ngày",
            f"Chủ trì {old} → {new}",
            "Kinh phí dự kiến chưa có số liệu → 5\u00a0tỷ đồng",
        ],
    ]
    assert next(iter(told)) == "Camera giao thông"


def test_lead_that_passed_on_by_an_act_between_the_days_is_told():
    revision = RevisionFactory()
    old, new = AgencyFactory.create_batch(2, province=revision.programme.province)
    task = PlannedTaskFactory(revision=revision, lead_agency=old).task
    adopt(revision, effective_on=BEGUN)
    LeadTransferFactory(task=task, from_agency=old, to_agency=new, effective_on=date(2023, 3, 1))

    assert said_of(task) == [f"Chủ trì {old} → {new}"]
    assert read(task.programme, EARLIER, date(2023, 2, 28)).is_still
    assert read(task.programme, date(2023, 3, 1), LATER).is_still


def test_before_it_began_a_programme_had_no_task():
    task = task_in_force(due_on=None)
    in_force_since = task.programme.revisions.get().effective_on

    moved = read(task.programme, in_force_since - timedelta(days=1), LATER)

    assert (moved.counts["moi"], moved.tasks_then, moved.tasks) == (1, 0, 1)


def test_payment_is_told_by_both_days_and_unknown_before_the_first():
    task = task_in_force(due_on=None)
    BudgetEntryFactory(task=task, decided_on=date(2023, 3, 1), amount_vnd=100)
    BudgetEntryFactory(task=task, decided_on=date(2023, 7, 1), amount_vnd=11)

    unknown, more, same = (
        read(task.programme, *days) for days in [(EARLIER, LATER), (LATER, date(2023, 7, 1)), (LATER, LATER)]
    )

    assert [(one.paid_then, one.paid_now, one.is_still) for one in (unknown, more, same)] == [
        (None, 100, False),
        (100, 111, False),
        (100, 100, True),
    ]


@pytest.mark.parametrize("count", [1, 10])
def test_movements_cost_three_queries_however_many_programmes(count, django_assert_num_queries):
    programmes = [adopted_revision(ProgrammeFactory(), tasks=2).programme for _ in range(count)]
    keys = [programme.pk for programme in programmes]

    with django_assert_num_queries(3):
        moved = Between(keys, Reading(date(2019, 1, 1)), Reading(LATER)).moved
    with django_assert_num_queries(0):
        nothing = Between([], Reading(EARLIER), Reading(LATER)).moved

    assert [one.counts["moi"] for one in moved.values()] == [2] * count
    assert nothing == {}
    assert Programme.objects.count() == count
