from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from programme.models import RevisionState, Role
from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.models import (
    BudgetEntry,
    PaidDay,
    PlannedTask,
    ProgressUpdate,
    ProposedMove,
    Status,
    Task,
    TaskDay,
    UpdateState,
)
from tasks.task_names import named, with_last_status, with_task_name
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    CoordinationFactory,
    DatasetFactory,
    DatasetObservationFactory,
    ExplanationFactory,
    LeadTransferFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    TaskFactory,
    TaskLineageFactory,
    TaskRemovalFactory,
    UrgedReportFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


# Constraints


def test_each_constraint_of_the_app_is_broken_here():
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    constraints = {
        constraint.name for model in apps.get_app_config("tasks").get_models() for constraint in model._meta.constraints
    }

    assert {name for name in constraints if f'"{name}"' not in here} == set()


@pytest.mark.parametrize(
    ("factory", "rule", "code", "change"),
    [
        pytest.param(
            DatasetFactory,
            "dataset_leaves_the_list_after_it_enters",
            "listed_to",
            {"listed_to": date(2023, 12, 28)},
            id="a database that leaves its list before it enters",
        ),
        pytest.param(
            DatasetObservationFactory,
            "observation_does_not_speak_of_the_future",
            "as_of",
            {"as_of": date(2024, 4, 11)},
            id="a state of a day to come",
        ),
        pytest.param(
            DatasetObservationFactory,
            "observation_speaks_after_the_update",
            "last_updated_on",
            {"last_updated_on": date(2024, 4, 11)},
            id="an update after the day",
        ),
        pytest.param(
            DatasetObservationFactory,
            "observation_only_what_is_built_is_updated",
            "last_updated_on",
            {"is_built": False},
            id="an update of what is not built",
        ),
        pytest.param(
            DatasetObservationFactory,
            "observation_only_what_is_built_is_shared",
            "sharing",
            {"is_built": False, "last_updated_on": None, "sharing": "pilot"},
            id="sharing of what is not built",
        ),
        pytest.param(
            ExplanationFactory,
            "explanation_is_about_a_task_or_a_figure",
            "figure",
            {"figure": ""},
            id="an explanation about nothing",
        ),
        pytest.param(
            ExplanationFactory, "explanation_of_a_figure_keeps_its_value", "shown", {"shown": ""}, id="a figure unseen"
        ),
        pytest.param(
            ExplanationFactory,
            "explanation_does_not_speak_of_the_future",
            "as_of",
            {"as_of": date(2023, 6, 21)},
            id="a question about a day to come",
        ),
        pytest.param(
            ExplanationFactory,
            "explanation_is_due_after_it_is_asked",
            "due_on",
            {"due_on": date(2023, 6, 19)},
            id="an answer due before the question",
        ),
        pytest.param(
            ExplanationFactory,
            "explanation_closed_exactly_when_someone_closed_it",
            "state",
            {"state": "closed"},
            id="closed by nobody",
        ),
        pytest.param(
            ExplanationFactory,
            "explanation_closed_exactly_when_someone_closed_it",
            "state",
            {"verdict": "Đồng ý"},
            id="a verdict on what is open",
        ),
        pytest.param(
            PlannedTaskFactory,
            "planned_task_ends_after_it_begins",
            "due_on",
            {"start_on": date(2023, 1, 1), "due_on": date(2022, 12, 31)},
            id="a task due before it starts",
        ),
        pytest.param(
            PlannedTaskFactory, "planned_task_numbers_begin_at_one", "position", {"position": 0}, id="a task number 0"
        ),
        pytest.param(
            PlannedTaskFactory,
            "planned_task_assumption_gives_its_ground",
            "lead_ground",
            {"lead_is_assumed": True, "lead_ground": "Thông báo giao việc này."},
            id="an assumption of nobody",
        ),
        pytest.param(
            PlannedBudgetFactory,
            "planned_budget_is_positive",
            "amount_vnd",
            {"amount_vnd": 0},
            id="a budget of nothing",
        ),
        pytest.param(
            PlannedBudgetFactory,
            "planned_budget_year_is_a_year",
            "year",
            {"year": 1944},
            id="a planned budget of a year too early",
        ),
        pytest.param(
            PlannedBudgetFactory,
            "planned_budget_year_is_a_year",
            "year",
            {"year": 2100},
            id="a planned budget of a year too late",
        ),
        pytest.param(
            BudgetEntryFactory, "budget_entry_is_not_zero", "amount_vnd", {"amount_vnd": 0}, id="an entry of nothing"
        ),
        pytest.param(
            BudgetEntryFactory,
            "budget_entry_year_plan_names_its_year",
            "year",
            {"kind": MoneyKind.YEAR_PLAN, "year": None},
            id="a year's plan of no year",
        ),
        pytest.param(
            BudgetEntryFactory, "budget_entry_year_is_a_year", "year", {"year": 1944}, id="an entry of a year too early"
        ),
        pytest.param(
            BudgetEntryFactory, "budget_entry_year_is_a_year", "year", {"year": 2100}, id="an entry of a year too late"
        ),
        pytest.param(
            BudgetEntryFactory,
            "budget_entry_reduction_gives_its_ground",
            "note",
            {"amount_vnd": -1},
            id="a reduction without a word",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_percent_between_0_and_100",
            "percent",
            {"percent": 101},
            id="101 percent",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_complete_means_100_percent",
            "percent",
            {"status": Status.COMPLETE, "percent": 99},
            id="complete at 99 percent",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_only_a_complete_task_has_its_day",
            "completed_on",
            {"status": Status.IN_PROGRESS, "completed_on": date(2023, 6, 1)},
            id="a day of completion without completion",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_speaks_after_completion",
            "completed_on",
            {"status": Status.COMPLETE, "as_of": date(2023, 6, 16), "completed_on": date(2023, 6, 17)},
            id="completion after the day of the report's figures",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_does_not_speak_of_the_future",
            "as_of",
            {"as_of": date(2023, 6, 22), "reported_on": date(2023, 6, 21)},
            id="figures of a day to come",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_returned_exactly_when_a_reason_is_given",
            "return_reason",
            {"return_reason": "Thiếu minh chứng."},
            id="a reason without a return",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_decided_by_a_reviewer_or_a_published_document",
            "reviewer",
            {"state": UpdateState.ACCEPTED},
            id="accepted by nobody",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_decided_by_a_reviewer_or_a_published_document",
            "reviewer",
            {"state": UpdateState.RETURNED, "return_reason": "Thiếu minh chứng."},
            id="returned by nobody",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_explained_causes_are_named",
            "causes",
            {"objective_cause": "Chưa có chủ trương đầu tư.", "causes": ""},
            id="an objective cause of no kind",
        ),
        pytest.param(
            ProgressUpdateFactory,
            "update_explained_causes_are_named",
            "causes",
            {"subjective_cause": "Chậm lập hồ sơ.", "causes": ""},
            id="a subjective cause of no kind",
        ),
    ],
)
def test_record_is_refused_when(factory, rule, code, change, assert_refused):
    record = factory()

    assert_refused(record, rule, code, **change)


def test_task_code_is_given_once_in_a_programme(assert_refused):
    first = TaskFactory(code="NV-01")
    other = TaskFactory(programme=first.programme, code="NV-02")

    assert_refused(other, "task_code_once_in_a_programme", "code", code="NV-01")


def test_lineage_is_stated_once(assert_refused):
    first = TaskLineageFactory()
    other = TaskLineageFactory(
        from_task=first.from_task, to_task=TaskFactory(programme=first.from_task.programme), revision=first.revision
    )

    assert_refused(other, "lineage_stated_once", "to_task", to_task=first.to_task)


def test_lineage_joins_two_tasks(assert_refused):
    lineage = TaskLineageFactory()

    assert_refused(lineage, "lineage_joins_two_tasks", "to_task", to_task=lineage.from_task)


def test_entry_is_corrected_once(assert_refused):
    mistake = BudgetEntryFactory(amount_vnd=160_000_000)
    BudgetEntryFactory(task=mistake.task, amount_vnd=-160_000_000, corrects=mistake)
    other = BudgetEntryFactory(task=mistake.task)

    assert_refused(other, "budget_entry_is_corrected_once", "corrects", corrects=mistake)


def test_report_is_in_an_urging_once(assert_refused):
    first = UrgedReportFactory()
    other = UrgedReportFactory(urging=first.urging, cycle=first.cycle)

    assert_refused(other, "urged_report_once_in_an_urging", "cycle", task=first.task)


def test_removal_is_stated_once(assert_refused):
    first = TaskRemovalFactory()
    other = TaskRemovalFactory(revision=first.revision)

    assert_refused(other, "removal_stated_once", "task", task=first.task)


def test_database_is_once_in_a_list(assert_refused):
    first = DatasetFactory(name="Dân cư")
    other = DatasetFactory(agency=first.agency, name="Đất đai")

    assert_refused(other, "dataset_once_in_a_list", "name", name="Dân cư")


def test_explanation_is_closed_after_it_is_asked(assert_refused):
    explanation = ExplanationFactory(closed=True)

    assert_refused(explanation, "explanation_is_closed_after_it_is_asked", "closed_on", closed_on=date(2023, 6, 19))


def test_stretches_of_a_task_do_not_begin_on_one_day(assert_refused):
    task = task_in_force()
    ProgressUpdateFactory(task=task, accepted=True)
    first, second = TaskDay.objects.filter(task=task).order_by("since")

    assert_refused(second, "task_day_begins_once", "since", since=first.since)


@pytest.mark.written_by_hand
def test_what_would_be_carried_over_is_kept_once(assert_refused):
    period = PeriodFactory()
    plans = PlannedTaskFactory.create_batch(3, revision=period.revision, period=period)
    first, second = (
        ProposedMove.objects.create(
            revision=period.revision, before=plans[0], after=plan, task=plans[0].task, became=plan.task, period=period
        )
        for plan in plans[1:]
    )

    assert_refused(second, "proposed_move_kept_once", "after", after=first.after)


def test_stretch_of_a_task_has_a_day(assert_refused):
    day = TaskDay.objects.get(task=task_in_force())

    assert_refused(day, "task_day_has_a_day", "until", until=day.since)


def paid_twice():
    """What a programme had paid from the day of its first payment on, and from that of its second."""
    task = task_in_force()
    BudgetEntryFactory(task=task, decided_on=date(2021, 3, 22))
    BudgetEntryFactory(task=task, decided_on=date(2021, 4, 22))
    return PaidDay.objects.filter(programme=task.programme).order_by("since")


def test_what_was_paid_by_a_day_is_told_once(assert_refused):
    first, second = paid_twice()

    assert_refused(second, "paid_day_begins_once", "since", since=first.since)


def test_stretch_of_what_was_paid_has_a_day(assert_refused):
    first, _ = paid_twice()

    assert_refused(first, "paid_day_has_a_day", "until", until=first.since)


def test_lead_is_transferred_once_a_day(assert_refused):
    first = LeadTransferFactory(effective_on=date(2025, 3, 10))
    other = LeadTransferFactory(task=first.task, effective_on=date(2025, 3, 11))

    assert_refused(other, "lead_transfer_once_a_day", "effective_on", effective_on=date(2025, 3, 10))


def test_lead_transfer_joins_two_agencies(assert_refused):
    transfer = LeadTransferFactory()

    assert_refused(transfer, "lead_transfer_joins_two_agencies", "to_agency", to_agency=transfer.from_agency)


def test_planned_task_number_is_given_once_in_a_revision(assert_refused):
    first = PlannedTaskFactory(position=1)
    other = PlannedTaskFactory(revision=first.revision, position=2)

    assert_refused(other, "planned_task_number_once_in_a_revision", "position", position=1)


def test_task_is_planned_once_in_a_revision(assert_refused):
    first = PlannedTaskFactory()
    other = PlannedTaskFactory(revision=first.revision)

    assert_refused(other, "planned_task_once_in_a_revision", "task", task=first.task)


def test_assumed_lead_gives_its_ground(assert_refused):
    planned = PlannedTaskFactory(lead_agency=AgencyFactory())

    assert_refused(planned, "planned_task_assumption_gives_its_ground", "lead_ground", lead_is_assumed=True)


def test_agency_coordinates_a_task_once(assert_refused):
    first = CoordinationFactory()
    other = CoordinationFactory(planned_task=first.planned_task)

    assert_refused(other, "coordination_stated_once", "agency", agency=first.agency)


def test_planned_budget_is_given_once_for_source_and_year(assert_refused):
    first = PlannedBudgetFactory(source=MoneySource.PROVINCE, year=2021)
    other = PlannedBudgetFactory(planned_task=first.planned_task, source=MoneySource.PROVINCE, year=2022)

    assert_refused(other, "planned_budget_once_for_source_and_year", "year", year=2021)


def test_planned_budget_is_given_once_for_source_without_year(assert_refused):
    first = PlannedBudgetFactory(source=MoneySource.PROVINCE, year=None)
    other = PlannedBudgetFactory(planned_task=first.planned_task, source=MoneySource.CENTRAL, year=None)

    assert_refused(other, "planned_budget_once_for_source_without_year", "source", source=MoneySource.PROVINCE)


def test_update_is_not_reviewed_by_its_author(assert_refused):
    update = ProgressUpdateFactory(submitted=True)

    assert_refused(
        update, "update_is_not_reviewed_by_its_author", "reviewer", state=UpdateState.ACCEPTED, reviewer=update.author
    )


def test_update_is_returned_with_a_reason(assert_refused):
    update = ProgressUpdateFactory(submitted=True)

    assert_refused(
        update,
        "update_returned_exactly_when_a_reason_is_given",
        "return_reason",
        state=UpdateState.RETURNED,
        reviewer=UserFactory(),
    )


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"status": Status.COMPLETE}, id="complete, day and percent unknown"),
        pytest.param(
            {"status": Status.COMPLETE, "percent": 100, "completed_on": date(2023, 6, 16)}, id="complete this day"
        ),
        pytest.param({"status": Status.NOT_STARTED, "percent": 0}, id="0 percent"),
        pytest.param({"status": Status.IN_PROGRESS, "percent": 100}, id="all done, not yet complete"),
    ],
)
def test_update_may_say(fields):
    update = ProgressUpdateFactory(as_of=date(2023, 6, 16), **fields)

    assert update.pk


def test_update_is_accepted_on_a_published_document_alone():
    update = ProgressUpdateFactory(state=UpdateState.ACCEPTED, document=LegalDocumentFactory(press=True))

    assert update.reviewer is None


# What belongs to a decided revision


@pytest.mark.written_by_hand
@pytest.mark.parametrize("state", [RevisionState.PROPOSED, RevisionState.ADOPTED, RevisionState.REJECTED])
def test_frozen_revision_takes_no_new_task(state):
    revision = RevisionFactory(state=state, document=LegalDocumentFactory(), effective_on=date(2020, 1, 1))

    with pytest.raises(ValidationError, match="nên không sửa được"):
        PlannedTaskFactory(revision=revision)

    assert not PlannedTask.objects.exists()


@pytest.mark.parametrize("factory", [CoordinationFactory, PlannedBudgetFactory])
def test_task_of_an_adopted_revision_takes_nothing_new(factory):
    planned = adopted_revision(tasks=1).planned_tasks.get()

    with pytest.raises(ValidationError, match="nên không sửa được"):
        factory(planned_task=planned)

    assert not factory._meta.model.objects.exists()


def test_plan_takes_tasks_of_its_own_programme_only():
    with pytest.raises(ValidationError, match="Nhiệm vụ này thuộc đề án khác") as refusal:
        PlannedTaskFactory(task=TaskFactory())

    assert set(refusal.value.error_dict) == {"task"}


def test_plan_takes_periods_of_its_own_revision_only():
    with pytest.raises(ValidationError, match="Giai đoạn này thuộc lần điều chỉnh khác") as refusal:
        PlannedTaskFactory(period=PeriodFactory())

    assert set(refusal.value.error_dict) == {"period"}


@pytest.mark.parametrize(
    ("due_on", "has_period", "due", "is_of_the_period"),
    [
        pytest.param(date(2021, 6, 30), True, date(2021, 6, 30), False, id="its own"),
        pytest.param(None, True, date(2022, 12, 31), True, id="the period's"),
        pytest.param(None, False, None, False, id="none"),
    ],
)
def test_task_is_due_on_its_own_day_else_at_the_end_of_its_period(due_on, has_period, due, is_of_the_period):
    revision = RevisionFactory()
    period = PeriodFactory(revision=revision, last_day=date(2022, 12, 31)) if has_period else None

    planned = PlannedTaskFactory(revision=revision, period=period, due_on=due_on)

    assert planned.due == due
    assert planned.due_is_of_the_period == is_of_the_period


# Which rows on which day


def test_task_is_planned_on_the_days_on_which_its_revision_is_in_force():
    first = adopted_revision(effective_on=date(2020, 1, 1), tasks=2)
    dropped, kept = Task.objects.order_by("pk")
    second = adopted_revision(first.programme, effective_on=date(2023, 7, 1), tasks=[kept], base=first)
    drafted = PlannedTaskFactory(revision=RevisionFactory(programme=first.programme, base=second)).task

    assert set(Task.objects.planned(date(2019, 12, 31))) == set()
    assert set(Task.objects.planned(date(2023, 6, 30))) == {dropped, kept}
    assert set(Task.objects.planned(date(2023, 7, 1))) == {kept}
    assert drafted in Task.objects.all()


def test_officer_reports_on_what_their_agency_leads_on_that_day():
    programme = ProgrammeFactory()
    department, police = AgencyFactory.create_batch(2, province=programme.province)
    before = adopted_revision(programme, effective_on=date(2020, 1, 1), tasks=1, lead=department)
    task = Task.objects.get()
    adopted_revision(programme, effective_on=date(2023, 7, 1), tasks=[task], lead=police, base=before)

    assert list(Task.objects.reportable_by(officer_of(department), date(2023, 6, 30))) == [task]
    assert not Task.objects.reportable_by(officer_of(police), date(2023, 6, 30)).exists()
    assert not Task.objects.reportable_by(officer_of(department), date(2023, 7, 1)).exists()
    assert list(Task.objects.reportable_by(officer_of(police), date(2023, 7, 1))) == [task]


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_task_is_not_reported_on_by(role):
    agency = AgencyFactory()
    task_in_force(lead=agency)
    user = UserFactory(role=role, agency=agency)

    assert not Task.objects.reportable_by(user, date(2023, 6, 16)).exists()


def test_task_without_a_lead_is_reported_on_by_the_coordinating_agency_alone():
    task = task_in_force(lead=None)
    coordinator, other_coordinator = coordinator_of(task.programme), coordinator_of(ProgrammeFactory())
    officer = officer_of(task.programme.coordinating_agency)

    assert list(Task.objects.reportable_by(coordinator, date(2023, 6, 16))) == [task]
    assert not Task.objects.reportable_by(other_coordinator, date(2023, 6, 16)).exists()
    assert not Task.objects.reportable_by(officer, date(2023, 6, 16)).exists()


def test_latest_accepted_update_is_the_last_one_not_after_the_day():
    task, other = TaskFactory.create_batch(2)
    old = ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), accepted=True)
    replaced = ProgressUpdateFactory(task=task, as_of=date(2024, 4, 10), accepted=True)
    correction = ProgressUpdateFactory(task=task, as_of=date(2024, 4, 10), accepted=True, corrects=replaced)
    ProgressUpdateFactory(task=task, as_of=date(2024, 4, 11))
    ProgressUpdateFactory(task=task, as_of=date(2024, 4, 11), submitted=True)
    ProgressUpdateFactory(task=task, as_of=date(2024, 4, 11), returned=True)
    of_the_other = ProgressUpdateFactory(task=other, as_of=date(2022, 1, 1), accepted=True)

    def latest(on):
        return set(ProgressUpdate.objects.latest_accepted(Task.objects.all(), on))

    assert latest(date(2021, 12, 31)) == set()
    assert latest(date(2024, 4, 9)) == {old, of_the_other}
    assert latest(date(2024, 4, 12)) == {correction, of_the_other}
    assert set(ProgressUpdate.objects.latest_accepted(Task.objects.filter(pk=other.pk), date(2024, 4, 12))) == {
        of_the_other
    }


def test_last_status_is_that_of_the_last_accepted_update():
    task = TaskFactory()
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), status=Status.PREPARING, accepted=True)
    ProgressUpdateFactory(task=task, as_of=date(2024, 4, 10), status=Status.COMPLETE, submitted=True)

    [before] = with_last_status(Task.objects.all(), date(2023, 6, 15))
    [after] = with_last_status(Task.objects.all(), date(2024, 4, 10))

    assert (before.last_status, before.last_status_label) == (None, "chưa có báo cáo")
    assert (after.last_status, after.last_status_label) == (Status.PREPARING, "Đang làm thủ tục")


def test_task_is_named_as_the_revision_in_force_words_it():
    revision = adopted_revision(effective_on=date(2020, 1, 1), tasks=1, name="Tên đã thông qua", position=5)
    task = revision.planned_tasks.get().task
    draft = RevisionFactory(programme=revision.programme, base=revision)
    PlannedTaskFactory(revision=draft, task=task, name="Tên dự thảo", position=1)

    [shown] = named(Task.objects.all(), date(2023, 6, 16))

    assert (shown.plan_name, shown.plan_position, shown.lead_name) == ("Tên đã thông qua", 5, None)


def test_task_does_not_borrow_the_lead_of_a_draft():
    revision = adopted_revision(effective_on=date(2020, 1, 1), tasks=1, lead=None)
    draft = RevisionFactory(programme=revision.programme, base=revision)
    PlannedTaskFactory(revision=draft, task=revision.planned_tasks.get().task, lead_agency=AgencyFactory())

    [shown] = named(Task.objects.all(), date(2023, 6, 16))

    assert shown.lead_name is None


def test_task_that_no_revision_in_force_has_is_named_as_the_newest_words_it():
    revision = RevisionFactory()
    task = PlannedTaskFactory(revision=revision, name="Tên đầu", lead_agency=None).task
    agency = AgencyFactory(name="Công an tỉnh")
    newest = RevisionFactory(programme=revision.programme)
    PlannedTaskFactory(revision=newest, task=task, name="Tên mới", lead_agency=agency)
    update, entry = ProgressUpdateFactory(task=task), BudgetEntryFactory(task=task)

    [shown] = named(Task.objects.all(), date(2023, 6, 16))

    assert (shown.plan_name, shown.lead_name) == ("Tên mới", "Công an tỉnh")
    assert with_task_name(ProgressUpdate.objects, date(2023, 6, 16)).get(pk=update.pk).task_name == "Tên mới"
    assert with_task_name(BudgetEntry.objects, date(2023, 6, 16)).get(pk=entry.pk).task_name == "Tên mới"


def test_waiting_updates_are_those_sent_and_not_decided():
    ProgressUpdateFactory()
    waiting = ProgressUpdateFactory(submitted=True)
    accepted = ProgressUpdateFactory(accepted=True)
    ProgressUpdateFactory(returned=True)

    assert list(ProgressUpdate.objects.waiting()) == [waiting]
    assert list(ProgressUpdate.objects.accepted()) == [accepted]


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        (UpdateState.DRAFT, True),
        (UpdateState.SUBMITTED, False),
        (UpdateState.ACCEPTED, False),
        (UpdateState.RETURNED, True),
    ],
)
def test_update_is_open_until_sent_and_when_sent_back(state, is_open):
    assert ProgressUpdate(state=state).is_open == is_open


def test_ledger_counts_entries_decided_by_the_day():
    entry = BudgetEntryFactory(decided_on=date(2021, 3, 22))

    assert list(BudgetEntry.objects.decided_by(date(2021, 3, 22))) == [entry]
    assert not BudgetEntry.objects.decided_by(date(2021, 3, 21)).exists()


@pytest.mark.parametrize(
    ("kind", "amount_vnd", "text"),
    [
        (MoneyKind.YEAR_PLAN, 133_000_000_000, "Kế hoạch vốn năm: 133\u00a0tỷ đồng"),
        (MoneyKind.DISBURSEMENT, -160_000_000, "Giải ngân: −160\u00a0triệu đồng"),
    ],
)
def test_ledger_entry_reads_as_people_say_it(kind, amount_vnd, text):
    assert str(BudgetEntry(kind=kind, amount_vnd=amount_vnd)) == text


# Who sees what


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COORDINATOR, Role.OFFICE, Role.LEADER])
def test_people_see_their_own_province(role):
    draft, foreign_draft = PlannedTaskFactory(), PlannedTaskFactory()
    task, foreign_task = draft.task, foreign_draft.task
    update, entry = ProgressUpdateFactory(task=task, submitted=True), BudgetEntryFactory(task=task)
    ProgressUpdateFactory(task=foreign_task, submitted=True)
    BudgetEntryFactory(task=foreign_task)
    adopt(foreign_draft.revision)
    user = UserFactory(role=role, agency=task.programme.coordinating_agency)

    assert list(Task.objects.visible_to(user)) == [task]
    assert list(PlannedTask.objects.visible_to(user)) == [draft]
    assert list(ProgressUpdate.objects.visible_to(user)) == [update]
    assert list(BudgetEntry.objects.visible_to(user)) == [entry]
