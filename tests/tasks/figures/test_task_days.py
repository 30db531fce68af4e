"""What is kept of tasks on days is what its sources say, and the figures counted from it are those of the slow way."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from programme.models import Programme, StepKind
from tasks.figures.reading import read_programme_on_days, read_programmes
from tasks.models import PaidDay, Status, TaskDay
from tasks.operations.deciding import take_step
from tasks.operations.reporting import record_published_update
from tasks.operations.reviewing import accept_update
from tasks.operations.task_days import count_differences, keep_task_days
from tests.examples import examples
from tests.factories import (
    BudgetEntryFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    UserFactory,
    account_of_this_test,
    adopted_revision,
    coordinator_of,
    task_in_force,
)
from tests.tasks.figures.oracle import figures_of
from tests.tasks.figures.worlds import RandomWorld

pytestmark = pytest.mark.django_db


def facts(row):
    """All that a row says, as the slow way has it."""
    return (
        *(row.plan.pk, row.update and row.update.pk, row.carried_from and row.carried_from.pk, row.is_proposed),
        *(row.slips, row.first_due, row.status, row.timeliness, row.tone, row.causes, row.lead),
        *(row.transfer and row.transfer.pk, row.plan.due, row.plan.due_is_of_the_period),
        *(row.plan.position, row.plan.name, row.update and row.update.percent),
    )


def facts_listed(row):
    """The same of a row that pages show."""
    return (
        *(row.plan, row.told, row.carried_from, row.is_proposed, row.slips, row.first_due, row.status),
        *(row.timeliness, row.tone, row.causes, row.lead, row.moved_by, row.due, row.due_is_of_the_period),
        *(row.position, row.name, row.percent),
    )


def differences(programme, on):
    """Where the figures of the day differ from those of the slow way, by name."""
    (day,) = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=on)
    right = figures_of(programme, on)
    pairs = {
        "counts": (day.counts, right.counts()),
        "rows": ([facts_listed(row) for row in day.rows], [facts(row) for row in right.rows]),
        "carried": (day.carried_pair, right.carried.pair),
        "proposed": (day.proposed_pair, right.proposed.pair),
        "moved to": (set(filter(None, day.moved_to.split(", "))), right.moved_to),
        "first": (
            day.first_decided and (day.first_decided.total, day.first_decided.complete),
            right.first_decided,
        ),
        "money": ((day.itemised_vnd, day.disbursed_vnd), (right.itemised_vnd, right.disbursed_vnd)),
        "newest": (day.newest_report_on, max((row.update.as_of for row in right.rows if row.update), default=None)),
        "listed": (
            {key: sorted(row.plan for row in day.rows_of(key)) for key in day.counts},
            {key: sorted(row.plan.pk for row in right.behind(key)) for key in day.counts},
        ),
    }
    return {(on, name): pair for name, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.long
@pytest.mark.both_databases
class RandomWorlds(TestCase):
    @settings(max_examples=examples(1, all_of_them=1_000), suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10**9))
    def test_figures_of_any_day_are_those_of_the_slow_way(self, seed):
        # Each example is undone, and with it the account that signs.
        account_of_this_test.cache_clear()
        world = RandomWorld(seed)

        assert count_differences(world.programme.pk) == 0
        days = world.days(3)
        found = {}
        for on in days:
            found |= differences(world.programme, on)
        assert found == {}
        together = read_programme_on_days(world.programme, days)
        alone = {on: read_programmes(Programme.objects.filter(pk=world.programme.pk), as_of=on)[0] for on in days}
        assert {on: day.as_dict() for on, day in together.items()} == {on: day.as_dict() for on, day in alone.items()}


@pytest.mark.both_databases
def test_command_finds_what_was_kept_otherwise_and_mends_it(capsys):
    task = task_in_force()
    call_command("check_task_days")
    assert "Khớp với nguồn." in capsys.readouterr().out
    TaskDay.objects.filter(task=task).update(slips=3)

    with pytest.raises(CommandError, match=f"{task.programme.code}: 2 dòng khác nguồn"):
        call_command("check_task_days")
    call_command("check_task_days", mend=True)

    assert "Đã lập lại." in capsys.readouterr().out
    assert count_differences(task.programme_id) == 0


@pytest.mark.both_databases
def test_command_finds_a_payment_that_was_kept_otherwise_and_mends_it(capsys):
    paid = BudgetEntryFactory(task=task_in_force())
    programme = paid.task.programme
    PaidDay.objects.filter(programme=programme).update(paid_vnd=1)

    with pytest.raises(CommandError, match=f"{programme.code}: 2 dòng khác nguồn"):
        call_command("check_task_days")
    call_command("check_task_days", mend=True)

    assert "Đã lập lại." in capsys.readouterr().out
    assert read_programmes([programme], as_of=paid.decided_on)[0].disbursed_vnd == paid.amount_vnd


@pytest.mark.django_db(transaction=True)
def test_acceptances_adoption_and_published_report_at_once_leave_what_the_sources_say(at_once):
    first = adopted_revision(tasks=3)
    tasks, programme = [plan.task for plan in first.planned_tasks.order_by("position")], first.programme
    waiting = [ProgressUpdateFactory(task=task, submitted=True, as_of=date(2023, 5, 1)) for task in tasks[:2]]
    draft = RevisionFactory(programme=programme, base=first)
    for task in tasks:
        PlannedTaskFactory(revision=draft, task=task)
    document = LegalDocumentFactory(issuer__province=programme.province, signed_on=date(2023, 4, 1))
    coordinators, person, today = [coordinator_of(programme) for _ in waiting], UserFactory(), date(2024, 4, 10)
    adoption = {"document": document, "effective_on": date(2023, 6, 1)}
    said = {"as_of": date(2023, 6, 16), "reported_on": date(2023, 6, 16), "status": Status.COMPLETE, "percent": 100}

    outcomes = at_once(
        *(partial(accept_update, update, by=by, today=today) for update, by in zip(waiting, coordinators, strict=True)),
        partial(take_step, draft, StepKind.ADOPTED, on=date(2023, 4, 1), by=person, today=today, **adoption),
        partial(record_published_update, tasks[2], document=document, by=person, **said),
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, ValidationError)] == []
    assert TaskDay.objects.filter(told__isnull=False).values("task").distinct().count() == 3
    assert count_differences(programme.pk) == 0


def test_what_is_right_is_left_as_it_is():
    task = task_in_force()
    before = set(TaskDay.objects.values_list("pk", flat=True))

    keep_task_days(task.programme_id)

    assert set(TaskDay.objects.values_list("pk", flat=True)) == before != set()
