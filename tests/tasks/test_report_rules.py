"""What a report must say before it is sent, who decides on it, and what its acceptance does."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programme.models import AgencyKind, Role
from smartcity.lib.language.money import MoneyKind
from tasks.models import BudgetEntry, ProgressUpdate, RouteStep, Status, UpdateState
from tasks.operations.report_rules import MoveNotAllowed, NotExplained, NotProven
from tasks.operations.reporting import Unconfirmed, submit_update
from tasks.operations.reviewing import NotTheReviewer, UpdateSentAnew, accept_update, accept_updates, return_update
from tasks.operations.route_steps import finish_step
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RouteStepFactory,
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
    return task_in_force(programme, lead=lead)


@pytest.fixture
def officer(lead):
    return officer_of(lead)


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme)


def accepted(task, as_of=date(2023, 5, 16), **fields):
    return ProgressUpdateFactory(task=task, as_of=as_of, accepted=True, **fields)


def send(task, by, confirmed=(), **fields):
    update = ProgressUpdate(task=task, **{"as_of": date(2023, 6, 16), "status": Status.IN_PROGRESS} | fields)
    return submit_update(update, by=by, today=TODAY, confirmed=confirmed)


def nothing_was_sent():
    return not ProgressUpdate.objects.filter(state=UpdateState.SUBMITTED).exists()


# Before it is sent


def test_percent_that_goes_back_needs_a_reason(task, officer):
    accepted(task, percent=60)

    with pytest.raises(NotExplained, match="giảm từ 60% xuống 40%") as refusal:
        send(task, officer, percent=40)

    assert set(refusal.value.error_dict) == {"percent_reason"}
    assert nothing_was_sent()


def test_percent_that_goes_back_is_sent_with_its_reason(task, officer):
    accepted(task, percent=60)

    update = send(task, officer, percent=40, percent_reason="Nhà thầu thay thiết bị không đạt")

    assert (update.state, update.percent) == (UpdateState.SUBMITTED, 40)


def test_percent_is_compared_with_what_counted_on_the_day_that_the_report_speaks_of(task, officer):
    accepted(task, as_of=date(2023, 6, 18), percent=60)

    assert send(task, officer, as_of=date(2023, 6, 16), percent=40).state == UpdateState.SUBMITTED


def test_complete_is_100_percent(task, officer):
    with pytest.raises(ValidationError, match="Hoàn thành thì tiến độ phải là 100%"):
        send(task, officer, status=Status.COMPLETE, percent=30, document=LegalDocumentFactory())

    assert nothing_was_sent()


def test_complete_without_a_percentage_is_100_percent(task, officer):
    update = send(task, officer, status=Status.COMPLETE, document=LegalDocumentFactory())

    assert (update.percent, update.history.latest("history_id").percent) == (100, 100)


def test_complete_needs_evidence(task, officer):
    with pytest.raises(NotProven, match="minh chứng"):
        send(task, officer, status=Status.COMPLETE, percent=100)

    assert nothing_was_sent()


def test_complete_is_sent_with_its_evidence(task, officer):
    update = send(task, officer, status=Status.COMPLETE, percent=100, document=LegalDocumentFactory())

    assert update.state == UpdateState.SUBMITTED


def test_hundred_percent_without_complete_is_asked_about(task, officer):
    with pytest.raises(Unconfirmed, match="100% nhưng trạng thái là «Đang thực hiện»"):
        send(task, officer, percent=100)

    assert nothing_was_sent()
    assert send(task, officer, percent=100, confirmed={"hundred"}).state == UpdateState.SUBMITTED


def test_status_that_cannot_follow_lists_those_that_can(task, officer):
    accepted(task, status=Status.COMPLETE, percent=100)

    with pytest.raises(MoveNotAllowed, match="chỉ báo cáo được: hoàn thành") as refusal:
        send(task, officer, status=Status.IN_PROGRESS)

    assert set(refusal.value.error_dict) == {"status"}
    assert nothing_was_sent()


def test_task_that_was_begun_is_not_reported_as_not_begun(task, officer):
    accepted(task, status=Status.IN_PROGRESS)

    with pytest.raises(MoveNotAllowed, match="đang làm thủ tục, đang thực hiện, tạm dừng, hoàn thành"):
        send(task, officer, status=Status.NOT_STARTED)


def test_wrong_completion_is_taken_back_by_a_correction(task, officer, coordinator):
    before = accepted(task, as_of=date(2023, 4, 16), status=Status.IN_PROGRESS, percent=50)
    wrong = accepted(task, status=Status.COMPLETE, percent=100)

    update = send(task, officer, as_of=wrong.as_of, status=Status.IN_PROGRESS, percent=60, corrects=wrong)
    accept_update(update, by=coordinator, today=TODAY)

    assert list(ProgressUpdate.objects.counting()) == [update, before]


# Four eyes


def test_coordinating_agency_decides_on_reports_of_others(task, officer, coordinator):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)

    assert list(ProgressUpdate.objects.reviewable_by(coordinator, TODAY)) == [update]


@pytest.fixture
def own_report(programme):
    """A report of the coordinating agency itself."""
    task = task_in_force(programme, lead=programme.coordinating_agency)
    return ProgressUpdateFactory(task=task, author=coordinator_of(programme), submitted=True)


@pytest.fixture
def office(programme):
    agency = AgencyFactory(province=programme.province, kind=AgencyKind.OFFICE)
    return UserFactory(role=Role.OFFICE, agency=agency)


def test_coordinating_agency_does_not_decide_on_its_own_report_while_the_office_can(own_report, office, coordinator):
    with pytest.raises(NotTheReviewer, match="Văn phòng tiếp nhận"):
        accept_update(own_report, by=coordinator, today=TODAY)

    assert ProgressUpdate.objects.get().state == UpdateState.SUBMITTED
    assert not ProgressUpdate.objects.reviewable_by(coordinator, TODAY).exists()


def test_office_decides_on_the_report_of_the_coordinating_agency(own_report, office):
    accept_update(own_report, by=office, today=TODAY)

    assert ProgressUpdate.objects.get().reviewer == office


def test_office_does_not_decide_on_the_report_of_another_agency(task, officer, office):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)

    with pytest.raises(NotTheReviewer):
        accept_update(update, by=office, today=TODAY)


def test_without_anybody_in_the_office_a_colleague_decides(own_report, coordinator):
    accept_update(own_report, by=coordinator, today=TODAY)

    assert ProgressUpdate.objects.get().reviewer == coordinator


def test_office_of_another_province_counts_for_nothing(own_report, coordinator):
    stranger = UserFactory(role=Role.OFFICE, agency=AgencyFactory(kind=AgencyKind.OFFICE))

    accept_update(own_report, by=coordinator, today=TODAY)

    assert not ProgressUpdate.objects.reviewable_by(stranger, TODAY).exists()


def test_report_sent_anew_is_read_anew(task, officer, coordinator):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)
    seen = update.version
    return_update(update, by=coordinator, today=TODAY, reason="Thiếu số liệu")
    submit_update(ProgressUpdate.objects.get(), by=officer, today=TODAY)

    with pytest.raises(UpdateSentAnew, match="sửa và gửi lại sau khi bạn mở trang"):
        accept_update(update, by=coordinator, today=TODAY, seen=seen)


# All or nothing


def versions(updates):
    return {update.pk: update.version for update in updates}


def test_several_reports_are_accepted_together(programme, lead, officer, coordinator):
    revision = adopted_revision(programme, tasks=3, lead=lead)
    updates = [
        ProgressUpdateFactory(task=planned.task, author=officer, submitted=True)
        for planned in revision.planned_tasks.all()
    ]

    accept_updates(updates, by=coordinator, today=TODAY, seen=versions(updates))

    assert set(ProgressUpdate.objects.accepted()) == set(updates)
    assert len({update.history.latest("history_id").history_action for update in updates}) == 1


def test_one_that_cannot_be_accepted_keeps_all_of_them_waiting(task, officer, coordinator):
    good = ProgressUpdateFactory(task=task, author=officer, submitted=True)
    foreign = ProgressUpdateFactory(task=task_in_force(), submitted=True)

    with pytest.raises(ValidationError) as refusal:
        accept_updates([good, foreign], by=coordinator, today=TODAY, seen=versions([good, foreign]))

    assert refusal.value.messages[0] == "Chưa tiếp nhận báo cáo nào."
    assert refusal.value.messages[1].startswith(str(foreign))
    assert not ProgressUpdate.objects.accepted().exists()
    assert good.history.count() == 1


# What acceptance does to the ledger


def test_accepted_disbursement_enters_the_ledger(task, officer, coordinator):
    update = send(task, officer, disbursed_vnd=160_000_000)
    accept_update(update, by=coordinator, today=TODAY)

    entry = BudgetEntry.objects.get()
    assert (entry.kind, entry.year, entry.amount_vnd) == (MoneyKind.DISBURSEMENT, 2023, 160_000_000)
    assert (entry.decided_on, entry.report) == (date(2023, 6, 16), update)
    assert entry.history.get().history_action == update.history.latest("history_id").history_action


def test_disbursement_that_waits_or_was_sent_back_is_not_in_the_ledger(task, officer, coordinator):
    update = send(task, officer, disbursed_vnd=160_000_000)
    return_update(update, by=coordinator, today=TODAY, reason="Chưa có chứng từ")

    assert not BudgetEntry.objects.exists()


def test_correction_undoes_what_the_corrected_report_entered(task, officer, coordinator):
    wrong = send(task, officer, disbursed_vnd=160_000_000)
    accept_update(wrong, by=coordinator, today=TODAY)
    right = send(
        task, officer, disbursed_vnd=16_000_000, corrects=ProgressUpdate.objects.get(), confirmed={"less_money"}
    )

    accept_update(right, by=coordinator, today=TODAY)

    amounts = list(BudgetEntry.objects.order_by("pk").values_list("amount_vnd", flat=True))
    assert amounts == [160_000_000, -160_000_000, 16_000_000]
    undone = BudgetEntry.objects.get(amount_vnd=-160_000_000)
    assert (undone.corrects.report, undone.report) == (wrong, right)


# What acceptance does to the procedure


def test_accepted_report_finishes_the_step_that_it_names(task, officer, coordinator):
    step = RouteStepFactory(task=task)
    document = LegalDocumentFactory()
    update = send(task, officer, step=step, step_done_on=date(2023, 6, 10), document=document)
    assert RouteStep.objects.get().done_on is None

    accept_update(update, by=coordinator, today=TODAY)

    step.refresh_from_db()
    assert (step.done_on, step.document) == (date(2023, 6, 10), document)
    assert step.history.latest("history_id").history_user == coordinator


def test_step_that_was_recorded_meanwhile_stays_as_it_was_recorded(task, officer, coordinator):
    step = RouteStepFactory(task=task)
    update = send(task, officer, step=step)
    finish_step(step, on=date(2023, 6, 1), by=officer, today=TODAY)

    accept_update(update, by=coordinator, today=TODAY)

    assert RouteStep.objects.get().done_on == date(2023, 6, 1)
