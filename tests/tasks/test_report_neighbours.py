"""A report among the others on its task: what waits, what is of other days, of its cycle, what it corrects."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from smartcity.lib.language.money import MoneyKind
from tasks.models import BudgetEntry, ProgressUpdate, Status, UpdateState
from tasks.operations.ledger import enter_budget
from tasks.operations.report_rules import (
    AlreadyCorrected,
    AlreadyReported,
    MoveNotAllowed,
    NotExplained,
    questions_about,
)
from tasks.operations.reporting import Unconfirmed, UpdateRewritten, draft_update, submit_update
from tasks.operations.reviewing import NotTheReviewer, accept_update, accept_updates, return_update
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2023, 6, 21)
MILLION = 1_000_000


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def officer(programme):
    return officer_of(AgencyFactory(province=programme.province))


@pytest.fixture
def task(programme, officer):
    return task_in_force(programme, lead=officer.agency)


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme)


def written(task, day=16, **fields):
    """A report on the task of a day in June 2023, not kept yet."""
    return ProgressUpdate(task=task, **{"as_of": date(2023, 6, day), "status": Status.IN_PROGRESS} | fields)


def complete(task, day=16):
    return written(task, day, status=Status.COMPLETE, percent=100, document=LegalDocumentFactory())


@pytest.fixture
def send(officer):
    def send(update, confirmed=()):
        return submit_update(update, by=officer, today=TODAY, confirmed=confirmed)

    return send


@pytest.fixture
def accept(coordinator):
    def accept(update):
        return accept_update(update, by=coordinator, today=TODAY)

    return accept


def paid(task):
    """What the ledger says was paid on the task, in million đồng."""
    amounts = BudgetEntry.objects.filter(task=task, kind=MoneyKind.DISBURSEMENT).values_list("amount_vnd", flat=True)
    return sum(amounts) // MILLION


# Beside those that wait


def test_percent_is_held_against_what_waits_too(task, send):
    send(written(task, 14, percent=80))

    with pytest.raises(NotExplained, match="giảm từ 80% xuống 60%"):
        send(written(task, 15, percent=60))

    assert send(written(task, 15, percent=60, percent_reason="Đo lại")).state == UpdateState.SUBMITTED


def test_task_that_waits_to_be_complete_is_not_opened_again(task, send):
    send(complete(task, 14))

    with pytest.raises(MoveNotAllowed, match="chỉ báo cáo được: hoàn thành"):
        send(written(task, 15, percent=70))


def test_what_was_sent_back_holds_nobody(task, send, coordinator):
    first = send(written(task, 14, percent=80))
    return_update(first, by=coordinator, today=TODAY, reason="Số liệu chưa đúng", seen=first.version)

    assert send(written(task, 15, percent=60)).state == UpdateState.SUBMITTED


def test_acceptance_holds_a_report_against_what_was_accepted_since_it_was_sent(task, coordinator, accept):
    later = ProgressUpdateFactory(task=task, submitted=True, as_of=date(2023, 6, 15), percent=60)
    accept(ProgressUpdateFactory(task=task, submitted=True, as_of=date(2023, 6, 14), percent=80))

    with pytest.raises(NotExplained):
        accept(later)

    later.refresh_from_db()
    assert later.state == UpdateState.SUBMITTED


def test_several_at_once_are_held_against_each_other(task, coordinator):
    both = [
        ProgressUpdateFactory(
            task=task,
            submitted=True,
            as_of=date(2023, 6, 14),
            status=Status.COMPLETE,
            percent=100,
            document=LegalDocumentFactory(),
        ),
        ProgressUpdateFactory(task=task, submitted=True, as_of=date(2023, 6, 15), percent=70),
    ]

    with pytest.raises(ValidationError, match="Chưa tiếp nhận báo cáo nào"):
        accept_updates(both, by=coordinator, today=TODAY, seen={one.pk: one.version for one in both})

    assert not ProgressUpdate.objects.accepted().exists()


# Before those of later days


def test_report_of_an_earlier_day_does_not_contradict_a_later_one(task, send):
    ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, 18), percent=30)

    with pytest.raises(MoveNotAllowed, match="Báo cáo số liệu đến ngày 18/06/2023 đã là «Đang thực hiện»") as refusal:
        send(complete(task, 16))

    assert set(refusal.value.error_dict) == {"status"}


# In its cycle


def test_cycle_is_reported_on_once(task, programme, send):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))
    first = send(written(task, 14, cycle=cycle, as_of=cycle.last_day))

    with pytest.raises(AlreadyReported, match=f"đã có báo cáo BC-{first.pk}, chờ tiếp nhận"):
        send(written(task, 14, cycle=cycle, as_of=cycle.last_day))


@pytest.mark.django_db(transaction=True)
def test_of_two_reports_at_once_on_a_cycle_one_is_sent(task, programme, send, at_once):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))

    outcomes = at_once(*[lambda: send(written(task, cycle=cycle, as_of=cycle.last_day))] * 2)

    assert sum(isinstance(outcome, AlreadyReported) for outcome in outcomes) == 1
    assert ProgressUpdate.objects.filter(cycle=cycle).count() == 1


def test_cycle_whose_report_was_sent_back_is_reported_on_again(task, programme, send, coordinator):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))
    first = send(written(task, cycle=cycle, as_of=cycle.last_day))
    return_update(first, by=coordinator, today=TODAY, reason="Thiếu kết quả", seen=first.version)
    first.refresh_from_db()
    first.results = "Đã làm"

    assert send(first).state == UpdateState.SUBMITTED


def test_cycle_whose_report_was_corrected_is_not_reported_on_again(task, programme, send, accept):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))
    wrong = accept(send(written(task, cycle=cycle, as_of=cycle.last_day)))
    accept(send(written(task, corrects=wrong, as_of=cycle.last_day)))

    with pytest.raises(AlreadyReported, match=f"đã có báo cáo BC-{wrong.pk}, đã tiếp nhận"):
        send(written(task, cycle=cycle, as_of=cycle.last_day))


def test_money_of_one_day_in_two_reports_is_asked_about(task, send):
    first = send(written(task, disbursed_vnd=50 * MILLION))
    second = written(task, disbursed_vnd=50 * MILLION)

    with pytest.raises(Unconfirmed, match=f"Báo cáo BC-{first.pk} cùng ngày số liệu, chờ tiếp nhận"):
        send(second)

    assert send(second, confirmed={"same_day_money"}).state == UpdateState.SUBMITTED


# As a correction


@pytest.fixture
def mistake(task, send, accept):
    """Accepted, with 500 million đồng that are in the ledger."""
    return accept(send(written(task, percent=50, disbursed_vnd=500 * MILLION)))


def test_correction_that_leaves_money_out_is_asked_about(task, send, accept, mistake):
    correction = written(task, percent=50, corrects=mistake, results="Sửa nội dung")

    with pytest.raises(Unconfirmed, match="báo cáo này để trống: khi tiếp nhận, sổ kinh phí giảm"):
        send(correction)

    accept(send(correction, confirmed={"less_money"}))
    assert paid(task) == 0


def test_correction_that_repeats_the_money_leaves_the_ledger_as_it_was(task, send, accept, mistake):
    correction = written(task, percent=50, corrects=mistake, disbursed_vnd=500 * MILLION)

    assert "less_money" not in {question.code for question in questions_about(correction)}
    accept(send(correction))
    assert paid(task) == 500


def test_mistake_is_corrected_once(task, send, accept, mistake):
    first = send(written(task, corrects=mistake, disbursed_vnd=510 * MILLION))

    with pytest.raises(AlreadyCorrected, match=f"BC-{first.pk}, chờ tiếp nhận"):
        send(written(task, corrects=mistake, disbursed_vnd=520 * MILLION))

    accept(first)
    with pytest.raises(ValidationError, match="đã có báo cáo đính chính"):
        send(written(task, corrects=mistake, disbursed_vnd=520 * MILLION))
    assert paid(task) == 510


def test_mistake_whose_correction_was_corrected_is_not_corrected_beside_them(task, send, accept, mistake):
    first = accept(send(written(task, corrects=mistake, disbursed_vnd=510 * MILLION)))
    newest = accept(send(written(task, corrects=first, disbursed_vnd=520 * MILLION)))

    with pytest.raises(AlreadyCorrected, match=f"BC-{newest.pk}, đã tiếp nhận: còn sai thì đính chính BC-{newest.pk}"):
        send(written(task, corrects=mistake, disbursed_vnd=530 * MILLION))


def test_database_keeps_one_accepted_correction(task, mistake, assert_refused):
    ProgressUpdateFactory(task=task, accepted=True, corrects=mistake)
    second = ProgressUpdateFactory(task=task, submitted=True, corrects=mistake)

    reviewer = mistake.reviewer
    assert_refused(second, "update_corrected_once", "corrects", state=UpdateState.ACCEPTED, reviewer=reviewer)


def test_correction_of_a_correction_takes_off_its_own_money_alone(task, send, accept, mistake):
    first = accept(send(written(task, corrects=mistake, disbursed_vnd=510 * MILLION)))
    accept(send(written(task, corrects=first, disbursed_vnd=520 * MILLION)))

    assert paid(task) == 520


def test_line_that_was_corrected_in_part_by_hand_is_not_counted_twice(task, send, accept, mistake, coordinator):
    line = BudgetEntry.objects.get(report=mistake)
    by_hand = BudgetEntry(
        task=task,
        kind=line.kind,
        source=line.source,
        year=line.year,
        amount_vnd=-30 * MILLION,
        decided_on=line.decided_on,
        corrects=line,
        note="Trừ khoản ghi trùng",
    )
    enter_budget(by_hand, by=coordinator, today=TODAY)

    accept(send(written(task, corrects=mistake, disbursed_vnd=510 * MILLION)))

    assert paid(task) == 510


# By whom


def test_whoever_wrote_in_a_report_does_not_decide_on_it(programme):
    """Without an Office, colleagues of the coordinating agency decide on its reports: never one who wrote."""
    writer, sender, third = (coordinator_of(programme) for _ in range(3))
    task = task_in_force(programme, lead=programme.coordinating_agency)
    draft = draft_update(written(task), by=writer, today=TODAY)
    submit_update(draft, by=sender, today=TODAY)

    for person in (writer, sender):
        with pytest.raises(NotTheReviewer, match="Bạn là người viết báo cáo này"):
            accept_update(draft, by=person, today=TODAY)

    assert accept_update(draft, by=third, today=TODAY).reviewer == third


def test_reviewer_who_sent_a_report_back_decides_on_it_again(task, send, coordinator, accept):
    update = send(written(task))
    return_update(update, by=coordinator, today=TODAY, reason="Thiếu kết quả", seen=update.version)
    update.refresh_from_db()

    assert accept(send(update)).state == UpdateState.ACCEPTED


def test_draft_that_a_colleague_changed_is_not_sent_unread(task, officer):
    draft = draft_update(written(task, percent=40), by=officer, today=TODAY)
    seen = draft.version
    colleague = officer_of(officer.agency)
    again = ProgressUpdate.objects.get(pk=draft.pk)
    again.percent = 77
    draft_update(again, by=colleague, today=TODAY)

    with pytest.raises(UpdateRewritten, match=f"{colleague} vừa sửa bản nháp này"):
        submit_update(draft, by=officer, today=TODAY, seen=seen)

    assert submit_update(draft, by=officer, today=TODAY, seen=again.version).percent == 77
