from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from programme.models import Role
from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.models import (
    BudgetEntry,
    Coordination,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    Status,
    Task,
    UpdateState,
)
from tasks.operations.drafting import plan_task
from tasks.operations.ledger import enter_budget
from tasks.operations.reporting import (
    NotTheReporter,
    TaskNotPlanned,
    UpdateNotOpen,
    draft_update,
    record_published_update,
    submit_update,
)
from tasks.operations.reviewing import NotTheReviewer, UpdateNotWaiting, accept_update, return_update
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2023, 6, 21)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province)


@pytest.fixture
def task(programme, lead):
    """A task in force from 01/01/2020."""
    return task_in_force(programme, lead=lead, effective_on=date(2020, 1, 1))


@pytest.fixture
def officer(lead):
    return officer_of(lead)


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme)


def new_update(task, **fields):
    return ProgressUpdate(task=task, **{"as_of": date(2023, 6, 16), "status": Status.IN_PROGRESS} | fields)


# plan_task


def test_plan_task_writes_all_of_the_plan_in_one_signed_action(programme, lead):
    revision, person = RevisionFactory(programme=programme), UserFactory()
    helpers = AgencyFactory.create_batch(2, province=programme.province)

    planned = plan_task(
        revision,
        name="Xây dựng Trung tâm giám sát, điều hành đô thị thông minh",
        position=5,
        lead_agency=lead,
        coordinating=helpers,
        budgets=[
            {"amount_vnd": 160_000_000, "year": 2021, "source": MoneySource.PROVINCE},
            {"amount_vnd": 90_000_000, "year": 2022, "source": MoneySource.PROVINCE},
        ],
        by=person,
    )

    stored = PlannedTask.objects.get()
    assert stored == planned
    assert (stored.position, stored.lead_agency) == (5, lead)
    assert stored.name == "Xây dựng Trung tâm giám sát, điều hành đô thị thông minh"
    assert set(stored.coordinating_agencies.all()) == set(helpers)
    assert {budget.amount_vnd for budget in stored.budgets.all()} == {160_000_000, 90_000_000}
    records = [record for model in (Task, PlannedTask, Coordination, PlannedBudget) for record in model.history.all()]
    assert len(records) == 6
    assert {record.history_user for record in records} == {person}
    assert len({record.history_action for record in records}) == 1


@pytest.mark.parametrize(
    ("taken", "code", "given"),
    [
        pytest.param([], "", "NV-05", id="of its number"),
        pytest.param(["NV-05", "NV-06"], "", "NV-07", id="next free one"),
        pytest.param([], "CAMERA", "CAMERA", id="chosen"),
    ],
)
def test_plan_task_gives_a_new_task_a_code(programme, taken, code, given):
    for other in taken:
        TaskFactory(programme=programme, code=other)
    TaskFactory(code="NV-05")

    planned = plan_task(RevisionFactory(programme=programme), name="Nhiệm vụ", position=5, code=code, by=UserFactory())

    assert planned.task.code == given
    assert planned.task.programme == programme


def test_plan_task_keeps_the_identity_of_a_task_of_the_base(task):
    base = task.plans.get().revision
    revision = RevisionFactory(programme=task.programme, base=base)

    planned = plan_task(revision, task=task, name="Tên mới", position=1, by=UserFactory())

    assert planned.task == task
    assert Task.objects.count() == 1


def test_plan_task_refuses_a_revision_that_is_decided(programme):
    revision = adopted_revision(programme)

    with pytest.raises(ValidationError, match="nên không sửa được"):
        plan_task(revision, name="Nhiệm vụ", position=1, by=UserFactory())

    assert not Task.objects.exists()
    assert not Task.history.exists()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"position": 0}, id="number 0"),
        pytest.param({"position": 1, "budgets": [{"amount_vnd": 0}]}, id="a budget of nothing"),
    ],
)
def test_plan_task_keeps_nothing_of_a_plan_that_breaks_a_rule(programme, fields):
    revision = RevisionFactory(programme=programme)

    with pytest.raises(ValidationError):
        plan_task(revision, name="Nhiệm vụ", by=UserFactory(), **fields)

    assert not Task.objects.exists()
    assert not PlannedTask.objects.exists()
    assert not PlannedTask.history.exists()


def test_plan_task_keeps_an_agency_once_that_is_named_twice(programme, lead):
    planned = plan_task(
        RevisionFactory(programme=programme), name="Nhiệm vụ", coordinating=[lead, lead], by=UserFactory()
    )

    assert list(planned.coordinating_agencies.all()) == [lead]


def test_plan_task_refuses_two_amounts_for_one_source_and_year(programme):
    money = {"source": MoneySource.PROVINCE, "year": 2024, "amount_vnd": 160_000_000}

    with pytest.raises(ValidationError, match="hai dòng cùng nguồn vốn và năm"):
        plan_task(RevisionFactory(programme=programme), name="Nhiệm vụ", budgets=[money, money], by=UserFactory())

    assert not PlannedTask.objects.exists()


# draft_update, submit_update


def test_draft_update_keeps_a_report_of_its_author(task, officer):
    draft_update(new_update(task, percent=40), by=officer, today=TODAY, reason="Báo cáo tháng 6")

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.author, stored.reported_on) == (UpdateState.DRAFT, officer, date(2023, 6, 21))
    assert (stored.task, stored.as_of, stored.percent) == (task, date(2023, 6, 16), 40)
    record = stored.history.get()
    assert record.history_user == officer
    assert record.history_change_reason == "Báo cáo tháng 6"


def test_draft_update_changes_an_open_draft(task, officer):
    update = ProgressUpdateFactory(task=task, author=officer, percent=40)
    update.percent = 60

    draft_update(update, by=officer, today=TODAY)

    assert ProgressUpdate.objects.get().percent == 60
    assert [record.percent for record in update.history.order_by("history_id")] == [40, 60]


def test_draft_update_leaves_a_returned_report_returned(task, officer):
    update = ProgressUpdateFactory(task=task, author=officer, returned=True, return_reason="Thiếu minh chứng.")
    update.results = "Đã bổ sung minh chứng."

    draft_update(update, by=officer, today=TODAY)

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.return_reason) == (UpdateState.RETURNED, "Thiếu minh chứng.")
    assert stored.results == "Đã bổ sung minh chứng."


def test_draft_update_by_a_copy_read_before_the_return_leaves_it_returned(task, officer, coordinator):
    read_before = ProgressUpdateFactory(task=task, author=officer)
    submit_update(ProgressUpdate.objects.get(), by=officer, today=TODAY)
    return_update(read_before, by=coordinator, today=TODAY, reason="Thiếu minh chứng.")

    draft_update(read_before, by=officer, today=TODAY)

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.reviewer) == (UpdateState.RETURNED, coordinator)
    assert stored.return_reason == "Thiếu minh chứng."


def test_draft_update_accepts_nothing(task, officer):
    update = new_update(task, state=UpdateState.ACCEPTED, document=LegalDocumentFactory())

    draft_update(update, by=officer, today=TODAY)

    assert ProgressUpdate.objects.get().state == UpdateState.DRAFT


def test_submit_update_sends_a_report_and_signs_its_history(task, officer):
    submit_update(new_update(task), by=officer, today=TODAY, reason="Báo cáo tháng 6")

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.author, stored.reported_on) == (UpdateState.SUBMITTED, officer, date(2023, 6, 21))
    record = stored.history.get()
    assert record.history_user == officer
    assert record.history_change_reason == "Báo cáo tháng 6"


def test_submit_update_sends_a_draft(task, officer):
    update = ProgressUpdateFactory(task=task, author=officer)

    submit_update(update, by=officer, today=TODAY)

    assert ProgressUpdate.objects.get().state == UpdateState.SUBMITTED
    assert update.history.count() == 2


def test_submit_update_sends_a_returned_report_again(task, officer, coordinator):
    update = ProgressUpdateFactory(
        task=task, author=officer, returned=True, reviewer=coordinator, return_reason="Thiếu minh chứng."
    )

    submit_update(update, by=officer, today=TODAY)

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.reviewer, stored.return_reason) == (UpdateState.SUBMITTED, None, "")
    assert update.history.filter(return_reason="Thiếu minh chứng.").exists()


def test_coordinating_agency_reports_on_a_task_without_a_lead(programme, coordinator):
    unled = task_in_force(programme, lead=None)

    submit_update(new_update(unled), by=coordinator, today=TODAY)

    assert ProgressUpdate.objects.get().author == coordinator


keeping = pytest.mark.parametrize("keep", [draft_update, submit_update])


@keeping
@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_sent_report_is_not_changed_again(keep, state, task, officer):
    update = ProgressUpdateFactory(task=task, author=officer, percent=40, **{state: True})
    update.percent = 60

    with pytest.raises(UpdateNotOpen, match="nên không sửa được"):
        keep(update, by=officer, today=TODAY)

    assert ProgressUpdate.objects.get().percent == 40
    assert update.history.count() == 1


@keeping
def test_sent_report_is_not_changed_by_a_copy_read_before(keep, task, officer):
    read_before = ProgressUpdateFactory(task=task, author=officer, percent=40)
    submit_update(ProgressUpdate.objects.get(), by=officer, today=TODAY)
    read_before.percent = 60

    with pytest.raises(UpdateNotOpen):
        keep(read_before, by=officer, today=TODAY)

    assert ProgressUpdate.objects.get().percent == 40


@keeping
def test_draft_of_a_colleague_is_gone_on_with_and_the_history_tells_both(keep, task, officer, lead):
    update = ProgressUpdateFactory(task=task, author=officer, percent=40)
    update.percent = 60
    colleague = officer_of(lead)

    keep(update, by=colleague, today=TODAY)

    stored = ProgressUpdate.objects.get()
    assert (stored.percent, stored.author) == (60, colleague)
    assert [record.percent for record in stored.history.order_by("history_id")] == [40, 60]
    assert [record.author for record in stored.history.order_by("history_id")] == [officer, colleague]


@keeping
@pytest.mark.parametrize(
    "role", [Role.OFFICER, Role.COORDINATOR, Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR]
)
def test_another_agency_does_not_report(keep, role, task, programme):
    stranger = UserFactory(role=role, agency=AgencyFactory(province=programme.province))

    with pytest.raises(NotTheReporter, match="do cơ quan khác chủ trì") as refusal:
        keep(new_update(task), by=stranger, today=TODAY)

    assert set(refusal.value.error_dict) == {"task"}
    assert not ProgressUpdate.objects.exists()
    assert not ProgressUpdate.history.exists()


@keeping
def test_agency_does_not_report_after_the_task_passed_to_another(keep, task, officer, programme):
    police = AgencyFactory(province=programme.province)
    base = task.plans.get().revision
    adopted_revision(programme, effective_on=date(2023, 6, 1), tasks=[task], lead=police, base=base)

    with pytest.raises(NotTheReporter):
        keep(new_update(task, as_of=date(2023, 5, 31)), by=officer, today=TODAY)

    assert not ProgressUpdate.objects.exists()


@keeping
def test_report_speaks_of_a_day_on_which_the_task_was_planned(keep, task, officer):
    with pytest.raises(TaskNotPlanned, match="đang có hiệu lực không có nhiệm vụ đó") as refusal:
        keep(new_update(task, as_of=date(2019, 12, 31)), by=officer, today=TODAY)

    assert set(refusal.value.error_dict) == {"as_of"}
    assert not ProgressUpdate.objects.exists()


@keeping
def test_report_on_a_task_that_is_only_in_a_draft_is_refused(keep, programme, lead, officer):
    planned = plan_task(
        RevisionFactory(programme=programme), name="Nhiệm vụ", position=1, lead_agency=lead, by=UserFactory()
    )

    with pytest.raises(TaskNotPlanned):
        keep(new_update(planned.task), by=officer, today=TODAY)

    assert not ProgressUpdate.objects.exists()


@keeping
def test_report_does_not_speak_of_the_future(keep, task, officer):
    with pytest.raises(ValidationError, match="không thể ở tương lai"):
        keep(new_update(task, as_of=date(2023, 6, 22)), by=officer, today=date(2023, 6, 21))

    assert not ProgressUpdate.objects.exists()
    assert not ProgressUpdate.history.exists()


# accept_update, return_update


def test_accept_update_makes_it_count_and_signs_its_history(task, officer, coordinator):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)

    accept_update(update, by=coordinator, today=TODAY, reason="Đủ minh chứng")

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.reviewer) == (UpdateState.ACCEPTED, coordinator)
    record = stored.history.latest()
    assert record.history_user == coordinator
    assert record.history_change_reason == "Đủ minh chứng"


def test_return_update_sends_it_back_with_a_reason_and_signs_its_history(task, officer, coordinator):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)

    return_update(update, by=coordinator, today=TODAY, reason="Thiếu minh chứng.")

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.reviewer) == (UpdateState.RETURNED, coordinator)
    assert stored.return_reason == "Thiếu minh chứng."
    record = stored.history.latest()
    assert record.history_user == coordinator
    assert record.history_change_reason == "Thiếu minh chứng."


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"], ids=["empty", "blanks", "zero-width space"])
def test_return_update_refuses_to_go_without_a_reason(reason, task, officer, coordinator):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)

    with pytest.raises(ValidationError, match="phải ghi lý do"):
        return_update(update, by=coordinator, today=TODAY, reason=reason)

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.reviewer) == (UpdateState.SUBMITTED, None)
    assert stored.history.count() == 1


deciding = pytest.mark.parametrize(
    "decide",
    [pytest.param(accept_update, id="accept"), pytest.param(partial(return_update, reason="Thiếu."), id="return")],
)


def still_waits(update):
    """Whether nothing was kept of a refused decision."""
    stored = ProgressUpdate.objects.get(pk=update.pk)
    return (
        stored.state == UpdateState.SUBMITTED
        and stored.reviewer is None
        and stored.return_reason == ""
        and stored.history.count() == 1
    )


@deciding
def test_own_report_is_not_decided(decide, programme, coordinator):
    unled = task_in_force(programme, lead=None)
    update = ProgressUpdateFactory(task=unled, author=coordinator, submitted=True)

    with pytest.raises(NotTheReviewer, match="Bạn là người viết báo cáo này"):
        decide(update, by=coordinator, today=TODAY)

    assert still_waits(update)


@deciding
@pytest.mark.parametrize("role", [Role.OFFICER, Role.OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_report_is_not_decided_by_another_role_of_the_coordinating_agency(decide, role, task, officer):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)
    person = UserFactory(role=role, agency=task.programme.coordinating_agency)

    with pytest.raises(NotTheReviewer, match=str(task.programme.coordinating_agency)):
        decide(update, by=person, today=TODAY)

    assert still_waits(update)


@deciding
def test_report_is_not_decided_by_the_coordinator_of_another_programme(decide, task, officer):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)
    stranger = coordinator_of(ProgrammeFactory(province=task.programme.province))

    with pytest.raises(NotTheReviewer):
        decide(update, by=stranger, today=TODAY)

    assert still_waits(update)


@deciding
@pytest.mark.parametrize("state", ["draft", "accepted", "returned"])
def test_report_that_does_not_wait_is_not_decided(decide, state, task, officer, coordinator):
    traits = {} if state == "draft" else {state: True}
    update = ProgressUpdateFactory(task=task, author=officer, **traits)
    # A draft that a reviewer had before them was taken back.
    told = "thu hồi để sửa" if state == "draft" else "không còn chờ tiếp nhận"

    with pytest.raises(UpdateNotWaiting, match=told):
        decide(update, by=coordinator, today=TODAY)

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.reviewer) == (UpdateState(state), update.reviewer)
    assert stored.history.count() == 1


def test_report_is_decided_once_and_the_second_person_learns_by_whom(task, officer, coordinator):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)
    accept_update(update, by=coordinator, today=TODAY)

    with pytest.raises(UpdateNotWaiting, match=f"đã tiếp nhận bởi {coordinator.full_name}"):
        accept_update(update, by=coordinator_of(task.programme), today=TODAY)

    assert ProgressUpdate.objects.get().reviewer == coordinator


@pytest.mark.django_db(transaction=True)
def test_report_accepted_by_two_people_at_once_is_accepted_once(at_once):
    task = task_in_force()
    update = ProgressUpdateFactory(task=task, submitted=True)
    one, other = coordinator_of(task.programme), coordinator_of(task.programme)

    outcomes = at_once(
        partial(accept_update, update, by=one, today=TODAY), partial(accept_update, update, by=other, today=TODAY)
    )

    assert {type(outcome) for outcome in outcomes} == {ProgressUpdate, UpdateNotWaiting}
    accepted = next(outcome for outcome in outcomes if isinstance(outcome, ProgressUpdate))
    stored = ProgressUpdate.objects.get()
    assert stored.reviewer == accepted.reviewer
    assert stored.history.count() == 2


@pytest.mark.django_db(transaction=True)
def test_report_accepted_and_returned_at_once_is_decided_once(at_once):
    task = task_in_force()
    update = ProgressUpdateFactory(task=task, submitted=True)
    one, other = coordinator_of(task.programme), coordinator_of(task.programme)

    outcomes = at_once(
        partial(accept_update, update, by=one, today=TODAY),
        partial(return_update, update, by=other, today=TODAY, reason="Thiếu minh chứng."),
    )

    assert {type(outcome) for outcome in outcomes} == {ProgressUpdate, UpdateNotWaiting}
    assert ProgressUpdate.objects.get().history.count() == 2


# record_published_update


def test_record_published_update_is_accepted_on_the_ground_of_the_document(task):
    document, person = (
        LegalDocumentFactory(press=True, publisher="Báo Hải Dương", signed_on=date(2023, 6, 21)),
        UserFactory(),
    )

    record_published_update(
        task,
        document=document,
        as_of=date(2023, 6, 16),
        reported_on=date(2023, 6, 21),
        status=Status.COMPLETE,
        by=person,
    )

    stored = ProgressUpdate.objects.get()
    assert (stored.state, stored.reviewer, stored.document) == (UpdateState.ACCEPTED, None, document)
    assert (stored.as_of, stored.reported_on, stored.status) == (date(2023, 6, 16), date(2023, 6, 21), Status.COMPLETE)
    record = stored.history.get()
    assert (record.history_user, record.history_document) == (person, document)
    assert record.history_change_reason == "Theo Báo Hải Dương, 21/06/2023"


def test_record_published_update_refuses_a_day_on_which_the_task_was_not_planned(task):
    with pytest.raises(TaskNotPlanned, match="Vào ngày 31/12/2019") as refusal:
        record_published_update(
            task,
            document=LegalDocumentFactory(press=True),
            as_of=date(2019, 12, 31),
            reported_on=date(2023, 6, 21),
            status=Status.COMPLETE,
            by=UserFactory(),
        )

    assert set(refusal.value.error_dict) == {"as_of"}
    assert not ProgressUpdate.objects.exists()


def test_record_published_update_refuses_to_speak_of_the_future(task):
    with pytest.raises(ValidationError, match="không thể ở tương lai"):
        record_published_update(
            task,
            document=LegalDocumentFactory(press=True),
            as_of=date(2023, 6, 22),
            reported_on=date(2023, 6, 21),
            status=Status.COMPLETE,
            by=UserFactory(),
        )

    assert not ProgressUpdate.objects.exists()


# enter_budget


def test_enter_budget_adds_a_line_signed_on_the_ground_of_its_document(task):
    document, person = LegalDocumentFactory(), UserFactory()
    entry = BudgetEntry(
        task=task,
        kind=MoneyKind.YEAR_PLAN,
        year=2021,
        amount_vnd=133_000_000_000,
        decided_on=date(2021, 3, 22),
        document=document,
    )

    enter_budget(entry, by=person, today=date(2026, 11, 21), reason="Giao kế hoạch vốn")

    stored = BudgetEntry.objects.get()
    assert (stored.kind, stored.year, stored.amount_vnd) == (MoneyKind.YEAR_PLAN, 2021, 133_000_000_000)
    record = stored.history.get()
    assert (record.history_user, record.history_document) == (person, document)
    assert record.history_change_reason == "Giao kế hoạch vốn"


def test_enter_budget_undoes_a_mistake_by_an_opposite_line(task):
    mistake = BudgetEntryFactory(task=task, amount_vnd=160_000_000)
    correction = BudgetEntry(
        task=task, kind=mistake.kind, amount_vnd=-160_000_000, decided_on=date(2021, 3, 23), corrects=mistake
    )

    enter_budget(correction, by=UserFactory(), today=date(2026, 11, 21))

    assert sum(entry.amount_vnd for entry in BudgetEntry.objects.all()) == 0


def test_enter_budget_refuses_to_change_a_line(task):
    entry = BudgetEntryFactory(task=task, amount_vnd=160_000_000)
    entry.amount_vnd = 1_600_000_000

    with pytest.raises(ValidationError, match="Bút toán đã ghi không sửa"):
        enter_budget(entry, by=UserFactory(), today=date(2026, 11, 21))

    assert BudgetEntry.objects.get().amount_vnd == 160_000_000
    assert entry.history.count() == 1


def test_enter_budget_refuses_what_breaks_a_rule_and_keeps_nothing(task):
    entry = BudgetEntry(task=task, kind=MoneyKind.DISBURSEMENT, amount_vnd=0, decided_on=date(2021, 3, 22))

    with pytest.raises(ValidationError, match="Số tiền phải khác 0"):
        enter_budget(entry, by=UserFactory(), today=date(2026, 11, 21))

    assert not BudgetEntry.objects.exists()
    assert not BudgetEntry.history.exists()
