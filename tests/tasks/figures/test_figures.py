from datetime import date, timedelta

import pytest

from programme.models import Measure, Period, Programme, Revision, StepKind
from programme.operations.drafting import change_parts
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.records.history import signed_bulk_create
from tasks.figures.reading import add_first_decided, read_programmes
from tasks.figures.row_sets import ROW_SETS
from tasks.models import Causes, PlannedTask, ProgressUpdate, Status, Task
from tasks.operations.copying import begin_amendment
from tasks.operations.deciding import take_step
from tasks.operations.drafting import split_task
from tasks.timeliness import Timeliness
from tests.factories import (
    BudgetEntryFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    StatedFigureFactory,
    UserFactory,
    adopt,
    adopted_revision,
    task_in_force,
)
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TIMELINESS_KEYS = [
    "han-done_on_time",
    "han-done_late",
    "han-done_date_unknown",
    "han-open_in_time",
    "han-open_overdue",
    "han-no_due_date",
]


def read(programme, as_of):
    """The programme as it was on the day."""
    [day] = read_programmes(Programme.objects.loaded().filter(pk=programme.pk), as_of=as_of)
    return day


def real(code, as_of):
    """The figures of a real programme, as command and API give them."""
    return read(Programme.objects.get(code=code), as_of).as_dict()


def row_of(task, as_of):
    """The one row of a programme with one task."""
    [row] = read(task.programme, as_of).rows
    return row


def amendment(first, *, effective_on=date(2023, 7, 1), moved=(), kept=()):
    """The second revision of a programme, adopted: some tasks go to 2023–2024, the others stay in 2020–2022."""
    second = RevisionFactory(programme=first.programme, base=first)
    old = PeriodFactory(revision=second, label="2020–2022", last_day=date(2022, 12, 31))
    new = PeriodFactory(revision=second, label="2023–2024", first_day=date(2023, 1, 1), last_day=date(2024, 12, 31))
    for task in moved:
        PlannedTaskFactory(revision=second, task=task, period=new)
    for task in kept:
        PlannedTaskFactory(revision=second, task=task, period=old)
    return adopt(second, effective_on=effective_on)


def first_revision(tasks):
    """A revision in force from 01/01/2020 whose tasks are due on the last day of 2020–2022, and its tasks."""
    revision = RevisionFactory()
    period = PeriodFactory(
        revision=revision, label="2020–2022", first_day=date(2020, 1, 1), last_day=date(2022, 12, 31)
    )
    planned = PlannedTaskFactory.create_batch(tasks, revision=revision, period=period)
    return adopt(revision, effective_on=date(2020, 1, 1)), [plan.task for plan in planned]


def fill(programme, count):
    """Two revisions in turn in force and a third one proposed, each with so many tasks, reported twice: in bulk."""
    first, second, third = revisions = RevisionFactory.create_batch(3, programme=programme)
    by = system_account()
    tasks = signed_bulk_create([Task(programme=programme, code=f"NV-{n:03d}") for n in range(count)], by=by)
    for revision, year in zip(revisions, [2022, 2024, 2026], strict=True):
        period = PeriodFactory(revision=revision, last_day=date(year, 12, 31))
        planned = [
            PlannedTask(revision=revision, task=task, position=n, name=f"Nhiệm vụ {n}", period=period)
            for n, task in enumerate(tasks, start=1)
        ]
        signed_bulk_create(planned, by=by)
    with past_the_history():
        Revision._base_manager.filter(pk=second.pk).update(base=first)
    adopt(first, effective_on=date(2020, 1, 1))
    adopt(second, effective_on=date(2023, 7, 1))
    take_step(third, StepKind.AGREED, on=date(2024, 3, 1), by=by, today=date(2024, 3, 1))
    people = {"author": UserFactory(), "reviewer": UserFactory()}
    updates = [
        ProgressUpdate(task=task, as_of=day, reported_on=day, status="in_progress", state="accepted", **people)
        for task in tasks
        for day in (date(2021, 6, 30), date(2023, 6, 30))
    ]
    signed_bulk_create(updates, by=by)


# Bà Rịa - Vũng Tàu


def test_ba_ria_vung_tau_on_16_june_2023(real_programmes):
    assert real("BRVT-DTTM", date(2023, 6, 16)) == {
        "programme": "BRVT-DTTM",
        "as_of": "2023-06-16",
        "revision": {"number": 1, "document": "112/NQ-HĐND", "effective_on": "2019-12-13"},
        "tasks": {
            "total": 12,
            "complete": 4,
            "not_complete": 8,
            "carried_over": 0,
            "proposed_carry_over": 8,
            "by_status": {
                "no_report": 0,
                "not_started": 0,
                "preparing": 8,
                "in_progress": 0,
                "suspended": 0,
                "complete": 4,
            },
            "by_timeliness": {
                "done_on_time": 0,
                "done_late": 0,
                "done_date_unknown": 4,
                "open_in_time": 0,
                "open_overdue": 8,
                "no_due_date": 0,
            },
        },
        "budget": {
            "declared_vnd": 3_470_000_000_000,
            "declared_kind": "estimate",
            "itemised_vnd": 0,
            "disbursed_vnd": 0,
        },
        "proposed": {
            "number": 2,
            "state": "agreed",
            "on": "2023-06-16",
            "declared_vnd": None,
            "declared_kind": None,
        },
        "first_decided": {"total": 12, "complete": 4},
        "newest_report_on": "2023-06-16",
        "carried_over": {"from": 0, "to": 0},
        "proposed_carry_over": {"from": 8, "to": 8},
    }


def test_nothing_is_proposed_the_day_before_the_committee_agreed(real_programmes):
    figures = real("BRVT-DTTM", date(2023, 6, 15))

    assert figures["proposed"] is None
    assert figures["tasks"]["proposed_carry_over"] == 0


def test_in_2020_nothing_is_reported_and_no_budget_declared(real_programmes):
    figures = real("BRVT-DTTM", date(2020, 1, 1))

    assert figures["tasks"]["total"] == 12
    assert figures["tasks"]["complete"] == 0
    assert figures["tasks"]["by_status"]["no_report"] == 12
    assert figures["budget"]["declared_vnd"] is None
    assert figures["budget"]["declared_kind"] is None


@pytest.mark.parametrize(
    ("as_of", "declared"),
    [
        pytest.param(date(2020, 6, 7), None, id="the day before the report"),
        pytest.param(date(2020, 6, 8), 3_470_000_000_000, id="the day of the report"),
    ],
)
def test_budget_is_known_from_the_day_on_which_it_was_reported(real_programmes, as_of, declared):
    assert real("BRVT-DTTM", as_of)["budget"]["declared_vnd"] == declared


@pytest.mark.parametrize(
    ("as_of", "total", "number"),
    [
        pytest.param(date(2019, 12, 12), 0, None, id="the day before the resolution"),
        pytest.param(date(2019, 12, 13), 12, 1, id="the day of the resolution"),
        pytest.param(date(1945, 9, 2), 0, None, id="long before"),
    ],
)
def test_programme_begins_on_the_day_of_its_resolution(real_programmes, as_of, total, number):
    figures = real("BRVT-DTTM", as_of)

    assert figures["tasks"]["total"] == total
    assert (figures["revision"] and figures["revision"]["number"]) == number


def test_before_its_resolution_a_programme_has_no_figures(real_programmes):
    figures = real("BRVT-DTTM", date(2019, 12, 12))

    assert figures["revision"] is None
    assert figures["proposed"] is None
    assert {count for count in figures["tasks"].values() if isinstance(count, int)} == {0}
    assert set(figures["tasks"]["by_status"].values()) == {0}
    assert set(figures["tasks"]["by_timeliness"].values()) == {0}
    assert figures["budget"] == {
        "declared_vnd": None,
        "declared_kind": None,
        "itemised_vnd": 0,
        "disbursed_vnd": 0,
    }


def test_amendment_that_is_not_adopted_carries_nothing_over(real_programmes):
    figures = real("BRVT-DTTM", date(2024, 4, 10))

    assert figures["revision"]["number"] == 1
    assert figures["tasks"]["carried_over"] == 0
    assert figures["tasks"]["proposed_carry_over"] == 8
    assert figures["tasks"]["complete"] == 4


# Hải Dương


def test_hai_duong_before_the_amendment_was_considered(real_programmes):
    figures = real("HD-CQDT", date(2023, 10, 1))

    assert figures["budget"]["declared_vnd"] == 3_800_000_000_000
    assert figures["budget"]["declared_kind"] == "unspecified"
    assert figures["proposed"] is None
    assert figures["tasks"]["proposed_carry_over"] == 0


def test_hai_duong_after_the_amendment_was_considered(real_programmes):
    figures = real("HD-CQDT", date(2023, 10, 21))

    assert figures["revision"]["number"] == 1
    assert figures["tasks"]["total"] == 8
    assert figures["budget"]["declared_vnd"] == 3_800_000_000_000
    assert figures["proposed"] == {
        "number": 2,
        "state": "considered",
        "on": "2023-10-20",
        "declared_vnd": 2_030_000_000_000,
        "declared_kind": "unspecified",
    }


def test_programmes_are_read_together_in_the_order_of_their_codes(real_programmes):
    both = Programme.objects.filter(code__in=["HD-CQDT", "BRVT-DTTM"]).order_by("code")
    days = read_programmes(both, as_of=date(2023, 10, 21))

    assert [(day.programme.code, day.total, day.complete) for day in days] == [("BRVT-DTTM", 12, 4), ("HD-CQDT", 8, 0)]
    assert [day.as_dict() for day in days] == [
        real("BRVT-DTTM", date(2023, 10, 21)),
        real("HD-CQDT", date(2023, 10, 21)),
    ]


# Timeliness

COMPLETE_WITHOUT_DAY = {"status": Status.COMPLETE}
COMPLETE_ON_THE_DUE_DAY = {"status": Status.COMPLETE, "completed_on": date(2022, 6, 30)}
COMPLETE_A_DAY_LATE = {"status": Status.COMPLETE, "completed_on": date(2022, 7, 1)}
OPEN = {"status": Status.IN_PROGRESS}


@pytest.mark.parametrize(
    ("due_on", "reported", "as_of", "cell"),
    [
        pytest.param(
            date(2022, 6, 30), COMPLETE_ON_THE_DUE_DAY, date(2022, 12, 31), "done_on_time", id="done on the due day"
        ),
        pytest.param(date(2022, 6, 30), COMPLETE_A_DAY_LATE, date(2022, 12, 31), "done_late", id="done the day after"),
        pytest.param(
            date(2022, 6, 30),
            COMPLETE_WITHOUT_DAY,
            date(2022, 12, 31),
            "done_date_unknown",
            id="done, nobody says when",
        ),
        pytest.param(None, COMPLETE_WITHOUT_DAY, date(2022, 12, 31), "done_date_unknown", id="done, no days at all"),
        pytest.param(date(2022, 6, 30), OPEN, date(2022, 6, 29), "open_in_time", id="open the day before"),
        pytest.param(date(2022, 6, 30), OPEN, date(2022, 6, 30), "open_in_time", id="open on the due day"),
        pytest.param(date(2022, 6, 30), OPEN, date(2022, 7, 1), "open_overdue", id="open the day after"),
        pytest.param(date(2022, 6, 30), None, date(2022, 7, 1), "open_overdue", id="not reported the day after"),
        pytest.param(None, OPEN, date(2022, 7, 1), "no_due_date", id="open without a due day"),
        pytest.param(None, None, date(2022, 7, 1), "no_due_date", id="not reported, without a due day"),
        pytest.param(None, COMPLETE_ON_THE_DUE_DAY, date(2022, 12, 31), "no_due_date", id="done without a due day"),
    ],
)
def test_task_is_in_one_cell(due_on, reported, as_of, cell):
    task = task_in_force(due_on=due_on)
    if reported:
        ProgressUpdateFactory(task=task, accepted=True, as_of=min(as_of, date(2022, 7, 1)), **reported)

    day = read(task.programme, as_of)

    assert {key: day.counts[key] for key in TIMELINESS_KEYS if day.counts[key]} == {f"han-{cell}": 1}


def test_six_cells_add_up_to_the_total():
    revision = RevisionFactory()
    plans = [
        PlannedTaskFactory(revision=revision, due_on=due_on)
        for due_on in [date(2022, 6, 30), date(2022, 6, 30), date(2022, 6, 30), date(2025, 6, 30), date(2022, 6, 30)]
    ]
    PlannedTaskFactory(revision=revision, due_on=None)
    adopt(revision)
    for plan, reported in zip(
        plans, [COMPLETE_ON_THE_DUE_DAY, COMPLETE_A_DAY_LATE, COMPLETE_WITHOUT_DAY], strict=False
    ):
        ProgressUpdateFactory(task=plan.task, accepted=True, as_of=date(2022, 7, 1), **reported)

    day = read(revision.programme, date(2022, 12, 31))

    assert [day.counts[key] for key in TIMELINESS_KEYS] == [1, 1, 1, 1, 1, 1]
    assert day.total == 6
    assert set(TIMELINESS_KEYS) == {f"han-{cell}" for cell in Timeliness}


def test_due_day_is_the_last_day_of_the_period():
    revision, [task] = first_revision(tasks=1)

    assert read(revision.programme, date(2022, 12, 31)).counts["han-open_in_time"] == 1
    assert read(revision.programme, date(2023, 1, 1)).counts["han-open_overdue"] == 1
    assert row_of(task, date(2023, 1, 31)).days_late == 31


@pytest.mark.parametrize(
    "own", [pytest.param(date(2021, 6, 30), id="earlier"), pytest.param(date(2023, 6, 30), id="later")]
)
def test_own_due_day_comes_before_that_of_the_period(own):
    revision = RevisionFactory()
    period = PeriodFactory(revision=revision, last_day=date(2022, 12, 31))
    task = PlannedTaskFactory(revision=revision, period=period, due_on=own).task
    adopt(revision)

    assert row_of(task, own).timeliness == Timeliness.OPEN_IN_TIME
    assert row_of(task, own + timedelta(days=1)).timeliness == Timeliness.OPEN_OVERDUE


# Which report counts


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        pytest.param(date(2022, 3, 30), "no_report", id="before the first"),
        pytest.param(date(2022, 3, 31), "not_started", id="on the day of the first"),
        pytest.param(date(2022, 6, 29), "not_started", id="the day before the second"),
        pytest.param(date(2022, 6, 30), "in_progress", id="on the day of the second"),
        pytest.param(date(2023, 1, 1), "in_progress", id="long after"),
    ],
)
def test_status_is_that_of_the_last_accepted_report_by_the_day(as_of, status):
    task = task_in_force()
    # The later one is entered first: the day that a report speaks of decides, not when it was typed.
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 6, 30), status=Status.IN_PROGRESS)
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 3, 31), status=Status.NOT_STARTED)

    assert row_of(task, as_of).status == status


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_report_that_is_not_accepted_does_not_count(state):
    task = task_in_force()
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 3, 31), status=Status.PREPARING)
    ProgressUpdateFactory(
        task=task, as_of=date(2022, 6, 30), status=Status.COMPLETE, **({} if state == "draft" else {state: True})
    )

    day = read(task.programme, date(2022, 12, 31))

    assert day.complete == 0
    assert day.counts["trang-thai-preparing"] == 1


def test_of_two_reports_for_a_day_the_later_entered_counts():
    task = task_in_force()
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 6, 30), status=Status.COMPLETE)
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 6, 30), status=Status.SUSPENDED)

    assert row_of(task, date(2022, 6, 30)).status == Status.SUSPENDED


def test_report_that_was_corrected_does_not_count_whatever_its_day():
    task = task_in_force()
    mistaken = ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 6, 30), status=Status.COMPLETE)
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 3, 31), status=Status.SUSPENDED, corrects=mistaken)

    assert row_of(task, date(2022, 12, 31)).status == Status.SUSPENDED


def test_correction_counts_only_when_it_is_accepted():
    task = task_in_force()
    first = ProgressUpdateFactory(task=task, accepted=True, as_of=date(2022, 6, 30), status=Status.COMPLETE)
    ProgressUpdateFactory(task=task, submitted=True, as_of=date(2022, 6, 30), status=Status.SUSPENDED, corrects=first)

    assert row_of(task, date(2022, 12, 31)).status == Status.COMPLETE


def test_report_on_a_task_of_another_programme_does_not_count():
    mine, other = task_in_force(), task_in_force()
    ProgressUpdateFactory(task=other, accepted=True, as_of=date(2022, 6, 30), status=Status.COMPLETE)

    days = read_programmes(
        Programme.objects.filter(pk__in=[mine.programme_id, other.programme_id]), as_of=date(2022, 12, 31)
    )

    assert {day.programme.pk: day.complete for day in days} == {mine.programme_id: 0, other.programme_id: 1}


# Carried over


def test_open_tasks_are_carried_over_by_an_adopted_revision_with_a_later_period():
    first, [open_, complete, kept] = first_revision(tasks=3)
    ProgressUpdateFactory(task=complete, accepted=True, as_of=date(2022, 12, 31), status=Status.COMPLETE)
    amendment(first, effective_on=date(2023, 7, 1), moved=[open_, complete], kept=[kept])

    day = read(first.programme, date(2023, 7, 1))

    assert day.revision.number == 2
    assert [row.task for row in day.rows_of("chuyen-tiep")] == [open_.pk]
    assert day.moved_to == "2023–2024"
    assert day.counts["de-nghi-chuyen-tiep"] == 0


def test_task_completed_after_the_amendment_was_still_carried_over():
    first, [task] = first_revision(tasks=1)
    amendment(first, effective_on=date(2023, 7, 1), moved=[task])
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2024, 3, 31), status=Status.COMPLETE)

    day = read(first.programme, date(2024, 12, 31))

    assert (day.complete, day.counts["chuyen-tiep"]) == (1, 1)


def test_carried_over_task_is_late_only_after_its_new_period():
    first, [task] = first_revision(tasks=1)
    amendment(first, effective_on=date(2023, 7, 1), moved=[task])

    assert row_of(task, date(2023, 6, 30)).timeliness == Timeliness.OPEN_OVERDUE
    assert row_of(task, date(2023, 7, 1)).timeliness == Timeliness.OPEN_IN_TIME
    assert row_of(task, date(2025, 1, 1)).timeliness == Timeliness.OPEN_OVERDUE


@pytest.mark.parametrize(
    "as_of", [date(2019, 12, 31), date(2020, 1, 1), date(2022, 12, 31), date(2023, 6, 16), date(2023, 6, 30)], ids=str
)
def test_adoption_leaves_the_figures_of_earlier_days_as_they_were(as_of):
    first, [open_, complete, kept] = first_revision(tasks=3)
    ProgressUpdateFactory(task=complete, accepted=True, as_of=date(2022, 12, 31), status=Status.COMPLETE)
    before = read(first.programme, as_of).as_dict()

    amendment(first, effective_on=date(2023, 7, 1), moved=[open_, complete], kept=[kept])

    assert read(first.programme, as_of).as_dict() == before


def proposal(first, task):
    """A draft of the second revision, which puts the task into 2023–2024."""
    second = RevisionFactory(programme=first.programme, base=first)
    period = PeriodFactory(revision=second, label="2023–2024", first_day=date(2023, 1, 1), last_day=date(2024, 12, 31))
    PlannedTaskFactory(revision=second, task=task, period=period)
    return second


def test_draft_proposes_nothing():
    first, [task] = first_revision(tasks=1)
    proposal(first, task)

    day = read(first.programme, date(2023, 6, 20))

    assert day.pending is None
    assert day.counts["de-nghi-chuyen-tiep"] == 0


def test_revision_is_pending_from_the_day_on_which_it_was_submitted():
    first, [task] = first_revision(tasks=1)
    second = proposal(first, task)
    take_step(second, StepKind.SUBMITTED, on=date(2023, 6, 20), by=system_account(), today=date(2023, 6, 20))

    before, on_the_day = read(first.programme, date(2023, 6, 19)), read(first.programme, date(2023, 6, 20))

    assert (before.pending, before.counts["de-nghi-chuyen-tiep"]) == (None, 0)
    assert (on_the_day.pending, on_the_day.counts["de-nghi-chuyen-tiep"]) == (second, 1)
    assert on_the_day.moved_to == "2023–2024"


def test_revision_adopted_but_not_yet_in_effect_is_pending():
    first, [task] = first_revision(tasks=1)
    second = proposal(first, task)
    document = LegalDocumentFactory(signed_on=date(2023, 6, 20))
    adopt(second, effective_on=date(2023, 7, 1), document=document)

    days = [read(first.programme, on) for on in (date(2023, 6, 19), date(2023, 6, 20), date(2023, 6, 30))]
    in_effect = read(first.programme, date(2023, 7, 1))

    assert [day.pending for day in days] == [None, second, second]
    assert [day.counts["de-nghi-chuyen-tiep"] for day in days] == [0, 1, 1]
    assert [day.counts["chuyen-tiep"] for day in days] == [0, 0, 0]
    assert (in_effect.revision, in_effect.pending) == (second, None)
    assert (in_effect.counts["de-nghi-chuyen-tiep"], in_effect.counts["chuyen-tiep"]) == (0, 1)


@pytest.mark.parametrize(
    "last_step",
    [pytest.param(StepKind.WITHDRAWN, id="withdrawn"), pytest.param(StepKind.REJECTED, id="rejected")],
)
def test_revision_is_no_longer_proposed_once_it_is(last_step):
    first, [task] = first_revision(tasks=1)
    second, by = proposal(first, task), system_account()
    take_step(second, StepKind.SUBMITTED, on=date(2023, 6, 20), by=by, today=date(2023, 6, 20))
    take_step(second, last_step, on=date(2023, 9, 1), by=by, today=date(2023, 9, 1))

    assert read(first.programme, date(2023, 8, 31)).counts["de-nghi-chuyen-tiep"] == 1
    assert read(first.programme, date(2023, 9, 1)).counts["de-nghi-chuyen-tiep"] == 0


def test_complete_task_is_not_proposed_again():
    first, [open_, complete] = first_revision(tasks=2)
    second = RevisionFactory(programme=first.programme, base=first)
    period = PeriodFactory(revision=second, last_day=date(2024, 12, 31))
    for task in (open_, complete):
        PlannedTaskFactory(revision=second, task=task, period=period)
    take_step(second, StepKind.AGREED, on=date(2023, 6, 16), by=system_account(), today=date(2023, 6, 16))
    ProgressUpdateFactory(task=complete, accepted=True, as_of=date(2022, 12, 31), status=Status.COMPLETE)

    rows = read(first.programme, date(2023, 6, 16)).rows_of("de-nghi-chuyen-tiep")

    assert [row.task for row in rows] == [open_.pk]


# Money


def test_disbursed_is_the_sum_of_what_was_paid_by_the_day():
    task = task_in_force()
    paid = {"task": task, "kind": MoneyKind.DISBURSEMENT}
    BudgetEntryFactory(**paid, amount_vnd=160_000_000, decided_on=date(2021, 3, 22))
    BudgetEntryFactory(**paid, amount_vnd=40_000_000, decided_on=date(2021, 12, 31))
    BudgetEntryFactory(**paid, amount_vnd=-10_000_000, decided_on=date(2022, 1, 15), note="Thu hồi")
    BudgetEntryFactory(task=task, kind=MoneyKind.CONTRACT, amount_vnd=500_000_000, decided_on=date(2021, 1, 1))
    BudgetEntryFactory(task=task, kind=MoneyKind.SETTLEMENT, amount_vnd=190_000_000, decided_on=date(2021, 1, 1))
    BudgetEntryFactory(amount_vnd=7_000_000, decided_on=date(2021, 1, 1))

    disbursed = {
        as_of: read(task.programme, as_of).disbursed_vnd
        for as_of in (date(2021, 3, 21), date(2021, 3, 22), date(2021, 12, 31), date(2022, 1, 15))
    }

    assert list(disbursed.values()) == [None, 160_000_000, 200_000_000, 190_000_000]


def test_itemised_is_the_sum_of_what_the_revision_in_force_plans():
    revision = RevisionFactory()
    plans = PlannedTaskFactory.create_batch(2, revision=revision)
    PlannedBudgetFactory(planned_task=plans[0], year=2020, amount_vnd=160_000_000)
    PlannedBudgetFactory(planned_task=plans[0], year=2021, amount_vnd=40_000_000)
    PlannedBudgetFactory(planned_task=plans[1], amount_vnd=1_000_000_000)
    first = adopt(revision, effective_on=date(2020, 1, 1))
    second = RevisionFactory(programme=first.programme, base=first)
    PlannedBudgetFactory(planned_task__revision=second, planned_task__task=plans[0].task, amount_vnd=5_000_000)
    adopt(second, effective_on=date(2023, 7, 1))

    itemised = [
        read(first.programme, as_of).itemised_vnd
        for as_of in (date(2019, 12, 31), date(2020, 1, 1), date(2023, 6, 30), date(2023, 7, 1))
    ]

    assert itemised == [0, 1_200_000_000, 1_200_000_000, 5_000_000]


def test_declared_budget_of_the_revision_comes_before_a_stated_one():
    revision = RevisionFactory(declared_budget_vnd=3_800_000_000_000, declared_budget_kind=MoneyKind.TOTAL_INVESTMENT)
    first = adopt(revision, effective_on=date(2020, 1, 1))
    StatedFigureFactory(
        programme=first.programme,
        measure=Measure.BUDGET,
        value=3_470_000_000_000,
        money_kind=MoneyKind.ESTIMATE,
        as_of=date(2020, 6, 8),
    )

    day = read(first.programme, date(2020, 12, 31))

    assert (day.declared.vnd, day.declared.kind) == (3_800_000_000_000, "total_investment")
    assert day.declared.document == first.document


def test_last_stated_budget_by_the_day_counts():
    first = adopted_revision(effective_on=date(2020, 1, 1))
    stated = {"programme": first.programme, "measure": Measure.BUDGET, "money_kind": MoneyKind.ESTIMATE}
    StatedFigureFactory(**stated, value=2_000_000_000_000, as_of=date(2021, 6, 8))
    StatedFigureFactory(**stated, value=3_470_000_000_000, as_of=date(2020, 6, 8))

    declared = [
        read(first.programme, as_of).declared for as_of in (date(2020, 6, 7), date(2021, 6, 7), date(2021, 6, 8))
    ]

    assert [budget and budget.vnd for budget in declared] == [None, 3_470_000_000_000, 2_000_000_000_000]


# What hinders


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param(["Thiếu vốn"], "Thiếu vốn", id="one says so"),
        pytest.param(["Thiếu vốn", "Thiếu vốn", ""], "Thiếu vốn", id="all that say so use the same words"),
        pytest.param(["Thiếu vốn", "Thiếu người"], "", id="two say two things"),
        pytest.param(["", ""], "", id="nobody says anything"),
    ],
)
def test_what_hinders_is_told_where_all_say_the_same(said, told):
    first, [done, _, *late] = first_revision(tasks=2 + len(said))
    reported = {"accepted": True, "as_of": date(2022, 6, 1)}
    ProgressUpdateFactory(task=done, status=Status.COMPLETE, obstacles="Đã gỡ", **reported)
    for task, obstacles in zip(late, said, strict=True):
        # Of different statuses and causes, so that they are counted in several groups.
        status = Status.SUSPENDED if task == late[0] else Status.IN_PROGRESS
        ProgressUpdateFactory(task=task, status=status, causes=Causes.OBJECTIVE, obstacles=obstacles, **reported)

    assert read(first.programme, date(2022, 6, 1)).obstacle == told
    assert read(first.programme, date(2022, 5, 31)).obstacle == ""


# The rows behind the figures


@pytest.mark.parametrize("as_of", [date(2020, 1, 1), date(2023, 6, 16), date(2023, 7, 1), date(2024, 4, 10)], ids=str)
def test_figures_have_as_many_rows_as_they_say(real_programmes, as_of):
    first, [open_, complete, late] = first_revision(tasks=3)
    ProgressUpdateFactory(task=complete, accepted=True, as_of=date(2022, 12, 31), status=Status.COMPLETE)
    ProgressUpdateFactory(
        task=late, accepted=True, as_of=date(2022, 12, 31), status=Status.SUSPENDED, causes=Causes.OBJECTIVE
    )
    amendment(first, effective_on=date(2023, 7, 1), moved=[open_], kept=[complete, late])

    days = read_programmes(Programme.objects.all(), as_of=as_of)

    assert len(days) == 3
    for day in days:
        assert {key: len(day.rows_of(key)) for key in ROW_SETS} == day.counts


@pytest.mark.parametrize(
    ("as_of", "kinds"),
    [
        pytest.param(date(2023, 6, 16), ["trang-thai-", "han-", "mau-"], id="16/06/2023"),
        pytest.param(date(2020, 1, 1), ["trang-thai-", "han-", "mau-"], id="01/01/2020"),
    ],
)
def test_each_way_of_dividing_the_tasks_adds_up(real_programmes, as_of, kinds):
    day = read(Programme.objects.get(code="BRVT-DTTM"), as_of)

    sums = {kind: sum(day.counts[key] for key in ROW_SETS if key.startswith(kind)) for kind in kinds}

    assert sums == dict.fromkeys(kinds, 12)
    assert day.counts["hoan-thanh"] + day.counts["chua-hoan-thanh"] == 12
    assert sum(day.counts[key] for key in ROW_SETS if key.startswith("nguyen-nhan-")) == 12 - day.complete


def test_most_urgent_rows_come_first():
    revision = RevisionFactory()
    for due_on in [None, date(2022, 6, 30), date(2021, 6, 30), date(2022, 6, 30), date(2025, 6, 30)]:
        PlannedTaskFactory(revision=revision, due_on=due_on)
    adopt(revision)
    complete = PlannedTask.objects.get(revision=revision, position=2)
    ProgressUpdateFactory(task=complete.task, accepted=True, as_of=date(2022, 6, 30), status=Status.COMPLETE)

    rows = read(revision.programme, date(2022, 12, 31)).rows_of("tat-ca")

    assert [row.position for row in rows] == [3, 4, 5, 1, 2]


# Volume


@pytest.mark.parametrize("task_count", [12, 500])
def test_query_count_does_not_grow_with_tasks(task_count, django_assert_num_queries):
    programme = ProgrammeFactory()
    fill(programme, task_count)

    with django_assert_num_queries(6):
        day = read(programme, date(2024, 4, 10))
        figures = day.as_dict()

    assert figures["tasks"]["carried_over"] == task_count
    assert figures["tasks"]["proposed_carry_over"] == task_count


@pytest.mark.parametrize("programme_count", [1, 5])
def test_query_count_does_not_grow_with_programmes(programme_count, django_assert_num_queries):
    programmes = ProgrammeFactory.create_batch(programme_count)
    for programme in programmes:
        fill(programme, 3)
    chosen = Programme.objects.loaded().filter(pk__in=[programme.pk for programme in programmes])

    with django_assert_num_queries(6):
        days = read_programmes(chosen, as_of=date(2024, 4, 10))
        add_first_decided(days)
        figures = [day.as_dict() for day in days]

    assert [one["tasks"]["carried_over"] for one in figures] == [3] * programme_count


def test_parts_of_a_split_task_keep_its_first_due_day_and_its_slips():
    programme = ProgrammeFactory()
    first = adopted_revision(programme)
    past = PeriodFactory(revision=RevisionFactory(programme=programme, base=first))
    draft = past.revision
    old = PlannedTaskFactory(revision=draft, period=past)
    adopt(draft, effective_on=date(2021, 1, 1))
    amendment = begin_amendment(programme, by=UserFactory())
    later = Period(label="2023–2024", first_day=date(2023, 1, 1), last_day=date(2024, 12, 31))
    change_parts(amendment, keep=[later], by=UserFactory())
    parts = [{"name": name, "period": later} for name in ("Một", "Hai")]
    split_task(amendment.planned_tasks.get(task=old.task), parts=parts, by=UserFactory(), today=date(2022, 1, 1))
    adopt(amendment, effective_on=date(2023, 1, 1))

    (read,) = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=date(2023, 6, 16))

    told = {row.name: (row.first_due, row.slips, row.label) for row in read.rows if row.period}
    assert told == dict.fromkeys(("Một", "Hai"), (past.last_day, 1, "Chuyển tiếp"))
