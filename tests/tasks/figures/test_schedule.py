"""What a schedule says of a task: its first due, how far which act put it off, what happened, what nobody knows."""

from datetime import date

import pytest

from programme.models import StepKind
from programme.operations.deciding import record_step
from tasks.figures.reading import read_tasks_of
from tasks.figures.schedule import bar_of, read_schedule, with_steps
from tasks.models import LineageKind, Route, Status
from tests.factories import (
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    RouteStepFactory,
    TaskFactory,
    TaskLineageFactory,
    account_of_this_test,
    adopt,
    adopted_revision,
)

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2022, 6, 30), date(2022, 12, 31), date(2024, 6, 30)
ON = date(2024, 1, 31)


def act(programme, tasks, effective_on, due_on, **planned):
    number = programme.revisions.count() + 1
    document = LegalDocumentFactory(number=number, symbol="NQ-HĐND", signed_on=effective_on, kind="resolution")
    return adopted_revision(
        programme, tasks=tasks, effective_on=effective_on, due_on=due_on, document=document, **planned
    )


def moved_twice():
    """One task, due first on 30/06/2022, then on 31/12/2022, as its second and third act say, then on 30/06/2024."""
    programme, begin = ProgrammeFactory(), date(2022, 1, 1)
    tasks = [TaskFactory(programme=programme)]
    for effective_on, due_on in [
        (date(2021, 1, 1), FIRST),
        (date(2022, 7, 1), SECOND),
        (date(2023, 1, 1), SECOND),
        (date(2023, 7, 1), THIRD),
    ]:
        act(programme, tasks, effective_on, due_on, start_on=begin)
    return programme


def read(programme, on=ON):
    [day] = read_tasks_of([programme], as_of=on)
    return read_schedule(day)


def row_of(programme, on=ON):
    [row] = read(programme, on).rows
    return row


def drawn(row):
    return [(piece.kind, piece.begin, piece.end) for piece in row.pieces]


def test_slip_is_counted_from_the_first_due_and_told_with_the_last_act():
    row = row_of(moved_twice())

    assert row.slip == (THIRD - FIRST).days == 731
    assert row.slip_said == "lùi 731 (04/NQ)"
    assert row.due_said == ("Hạn đầu 30/06/2022, nay 30/06/2024, lùi 731 ngày theo Nghị quyết 04/NQ-HĐND 01/07/2023")


def test_acts_that_moved_the_due_have_a_shadow_each_and_those_that_repeat_it_none():
    schedule = read(moved_twice())
    [row] = schedule.rows

    begin = date(2022, 1, 1)
    assert [piece for piece in drawn(row) if piece[0] == "was"] == [("was", begin, FIRST), ("was", begin, SECOND)]
    assert [one.act.code for one in row.earlier] == ["01/NQ-HĐND", "02/NQ-HĐND"]
    assert [(one.code, count) for one, count in schedule.moving_acts] == [("02/NQ-HĐND", 1), ("04/NQ-HĐND", 1)]
    assert schedule.is_moved_twice


def test_bar_of_a_row_of_a_list_has_one_shadow_to_the_first_due():
    schedule = read(moved_twice())

    bar = bar_of(schedule.day.rows[0], asked=date(2025, 1, 1))

    begin = date(2022, 1, 1)
    assert drawn(bar)[:2] == [("was", begin, FIRST), ("asked", THIRD, date(2025, 1, 1))]
    assert drawn(bar)[2:] == drawn(schedule.rows[0])[2:]
    assert (bar.slip, bar.said) == (schedule.rows[0].slip, schedule.rows[0].said)


@pytest.mark.parametrize(
    ("on", "slip", "shadows"),
    [
        pytest.param(date(2022, 6, 30), 0, 0, id="before any amendment"),
        pytest.param(date(2022, 7, 1), 184, 1, id="on the day of the first"),
        pytest.param(date(2023, 6, 30), 184, 1, id="between"),
        pytest.param(date(2023, 7, 1), 731, 2, id="on the day of the last"),
    ],
)
def test_schedule_of_a_day_knows_the_acts_by_then(on, slip, shadows):
    schedule = read(moved_twice(), on)

    assert (schedule.rows[0].slip, len(schedule.rows[0].earlier)) == (slip, shadows)
    assert schedule.moved == len(schedule.day.rows_of("lui-han")) == (1 if slip else 0)
    assert schedule.furthest == slip


def test_before_the_first_act_there_is_no_schedule():
    schedule = read(moved_twice(), date(2020, 12, 31))

    assert schedule.rows == []
    assert schedule.headline[0].text.startswith("Đề án chưa có hiệu lực")


def test_due_that_was_brought_forward_is_no_slip():
    programme = ProgrammeFactory()
    tasks = [TaskFactory(programme=programme)]
    act(programme, tasks, date(2021, 1, 1), SECOND)
    act(programme, tasks, date(2022, 1, 1), FIRST)

    schedule = read(programme)

    assert schedule.rows[0].slip_said.startswith("rút 184")
    assert (schedule.moved, schedule.moving_acts, schedule.furthest) == (0, [], 0)


def test_what_a_task_was_split_and_merged_into_keeps_the_first_due():
    programme = ProgrammeFactory()
    whole, other, part, both = TaskFactory.create_batch(4, programme=programme)
    first = RevisionFactory(programme=programme)
    PlannedTaskFactory(revision=first, task=whole, due_on=FIRST, start_on=date(2021, 2, 1))
    PlannedTaskFactory(revision=first, task=other, due_on=SECOND)
    adopt(first, effective_on=date(2021, 1, 1))
    second = RevisionFactory(programme=programme, base=first)
    for task in (part, both):
        PlannedTaskFactory(revision=second, task=task, due_on=THIRD)
        TaskLineageFactory(revision=second, from_task=whole, to_task=task)
    TaskLineageFactory(revision=second, from_task=other, to_task=both, kind=LineageKind.MERGE)
    adopt(second, effective_on=date(2023, 1, 1))

    rows = read(programme).rows

    assert [(row.task, row.first_due, row.slip) for row in rows] == [(part.pk, FIRST, 731), (both.pk, FIRST, 731)]
    # The bar of what came before has the same end that the slip is counted from.
    assert [drawn(row)[0] for row in rows] == [("was", date(2021, 2, 1), FIRST)] * 2
    assert read(programme).moved == 2


# What nobody knows


@pytest.mark.parametrize(
    ("planned", "kinds", "said"),
    [
        pytest.param({}, [], "Chưa có hạn; chưa có báo cáo", id="nothing"),
        pytest.param({"start_on": date(2022, 1, 1)}, ["open"], "Chưa có hạn; chưa có báo cáo", id="a begin"),
        pytest.param({"due_on": THIRD}, ["due"], "chưa rõ ngày bắt đầu; chưa có báo cáo", id="a due"),
        pytest.param({"due_on": THIRD, "start_on": FIRST}, ["plan-idle"], "chưa lùi; chưa có báo cáo", id="both"),
        pytest.param({"due_on": FIRST}, ["due", "over"], "quá hạn 580 ngày, chưa có báo cáo", id="late"),
    ],
)
def test_unknown_days_are_drawn_and_told_as_unknown(planned, kinds, said):
    row = row_of(adopted_revision(tasks=1, **planned).programme)

    assert [piece.kind for piece in row.pieces] == kinds
    assert row.told.endswith(said)


def test_due_that_only_a_later_act_gave_has_no_first_one():
    programme = ProgrammeFactory()
    tasks = [TaskFactory(programme=programme)]
    act(programme, tasks, date(2021, 1, 1), None)
    act(programme, tasks, date(2022, 1, 1), THIRD)

    row = row_of(programme)

    assert (row.slip, row.slip_said) == (None, "")
    assert row.due_said == "Hạn 30/06/2024, ban đầu chưa có hạn"
    assert read(programme).moved == 0


# What happened


def reported(*reports, due_on=SECOND, on=ON):
    task = adopted_revision(tasks=1, start_on=date(2022, 1, 1), due_on=due_on).planned_tasks.get().task
    for as_of, status, done in reports:
        ProgressUpdateFactory(task=task, accepted=True, as_of=as_of, status=status, completed_on=done)
    return row_of(task.programme, on)


BEGUN, SEEN = date(2022, 3, 1), date(2023, 3, 1)


def test_running_task_is_drawn_from_the_report_that_says_so_to_its_due_and_late_from_then_on():
    row = reported((date(2022, 2, 1), Status.NOT_STARTED, None), (BEGUN, Status.IN_PROGRESS, None))

    assert drawn(row) == [
        ("plan-run", date(2022, 1, 1), SECOND),
        ("real-run", BEGUN, SECOND),
        ("over", SECOND, ON),
    ]
    assert row.said == "396 ngày"


def test_what_is_in_time_is_drawn_until_the_day_and_on_a_day_to_come_until_today():
    row = reported((BEGUN, Status.IN_PROGRESS, None), due_on=date(2099, 1, 1))
    later = reported((BEGUN, Status.IN_PROGRESS, None), due_on=date(2099, 1, 1), on=date(2098, 1, 1))

    assert drawn(row)[-1] == ("real-run", BEGUN, ON)
    assert later.known_until < date(2098, 1, 1)
    assert drawn(later)[-1] == ("real-run", BEGUN, later.known_until)


def test_complete_task_is_filled_to_its_day_and_one_without_a_day_says_when_that_was_seen():
    late = reported((BEGUN, Status.IN_PROGRESS, None), (SEEN, Status.COMPLETE, date(2023, 1, 10)))
    unknown = reported((SEEN, Status.COMPLETE, None))

    assert drawn(late)[-1] == ("real-done", BEGUN, date(2023, 1, 10))
    assert (late.said, late.days_late) == ("xong 10/01/2023, muộn 10", 10)
    assert drawn(unknown)[-1] == ("seen", SEEN, SEEN)
    assert unknown.said == "xong, không rõ ngày"
    assert unknown.state_said == "hoàn thành, không rõ ngày, xác nhận 01/03/2023"


def test_proposed_due_is_drawn_beside_and_not_counted():
    first = act(ProgrammeFactory(), 2, date(2021, 1, 1), SECOND, start_on=date(2022, 1, 1))
    done, late = (plan.task for plan in first.planned_tasks.order_by("position"))
    ProgressUpdateFactory(task=done, accepted=True, as_of=BEGUN, status=Status.COMPLETE)
    second = RevisionFactory(programme=first.programme, base=first)
    for task in (done, late):
        PlannedTaskFactory(revision=second, task=task, due_on=THIRD, start_on=date(2022, 1, 1))
    record_step(second, StepKind.AGREED, on=date(2023, 6, 1), by=account_of_this_test(), today=ON)

    schedule = read(first.programme)

    assert [bool(row.asked) for row in schedule.rows] == [False, True]
    assert drawn(schedule.rows[1])[0] == ("asked", SECOND, THIRD)
    assert "đề nghị hạn 30/06/2024" in schedule.rows[1].told
    assert (schedule.moved, schedule.asked) == (0, 1)
    assert read(first.programme, date(2023, 5, 31)).asked == 0


def test_steps_of_the_route_in_force_are_milestones():
    task = adopted_revision(tasks=1, route=Route.IT_RENTAL, due_on=THIRD).planned_tasks.get().task
    own = {"task": task, "route": Route.IT_RENTAL}
    RouteStepFactory(**own, planned_due=FIRST, done_on=SECOND)
    RouteStepFactory(**own, planned_due=THIRD)
    RouteStepFactory(**own, planned_due=THIRD, done_on=date(2024, 2, 1))
    RouteStepFactory(**own)
    RouteStepFactory(**own, planned_due=THIRD, skipped_on=FIRST, skipped_reason="Không cần")
    RouteStepFactory(task=task, route=Route.PUBLIC_INVESTMENT, planned_due=THIRD)

    schedule = read(task.programme)
    [row] = with_steps(schedule.rows, schedule.day)

    assert [(mile.on, mile.is_passed) for mile in row.miles] == [(SECOND, True), (THIRD, False), (THIRD, False)]
    assert row.miles_said == "mốc thủ tục 31/12/2022 đã qua, 30/06/2024 chưa qua, 30/06/2024 chưa qua"
