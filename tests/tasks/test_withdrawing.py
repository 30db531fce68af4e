"""A report that was sent is taken back by its author's side, while nobody has decided."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from smartcity.lib.records.overtaken import Overtaken
from tasks.models import ProgressUpdate, UpdateState
from tasks.operations.reporting import NotTheReporter, submit_update
from tasks.operations.reviewing import UpdateNotWaiting, accept_update, return_update
from tasks.operations.withdrawing import DraftInTheWay, NothingToWithdraw, withdraw_update
from tests.factories import (
    AgencyFactory,
    ProgressUpdateFactory,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2023, 6, 21)


def stored(update):
    return ProgressUpdate.objects.get(pk=update.pk)


def test_report_that_is_taken_back_is_a_draft_again_signed_with_the_reason(sent, reporter):
    withdraw_update(sent, by=reporter, today=TODAY, reason="Ghi nhầm số")

    last = sent.history.latest("history_id")
    assert (stored(sent).state, stored(sent).percent) == (UpdateState.DRAFT, 40)
    assert (last.state, last.history_user, last.history_change_reason) == (UpdateState.DRAFT, reporter, "Ghi nhầm số")


def test_what_was_taken_back_is_mended_and_sent_again(sent, reporter):
    draft = withdraw_update(sent, by=reporter, today=TODAY)
    draft.percent = 45

    submit_update(draft, by=reporter, today=TODAY)

    assert (stored(sent).state, stored(sent).percent) == (UpdateState.SUBMITTED, 45)


def test_colleague_takes_a_report_back_as_they_might_write_it(sent, reporter):
    colleague = officer_of(reporter.agency)

    withdraw_update(sent, by=colleague, today=TODAY)

    assert (stored(sent).state, stored(sent).author) == (UpdateState.DRAFT, reporter)


def test_correction_is_taken_back_too(task, reporter):
    wrong = ProgressUpdateFactory(task=task, as_of=date(2023, 6, 1), accepted=True)
    correction = ProgressUpdateFactory(task=task, author=reporter, corrects=wrong, submitted=True)
    ProgressUpdateFactory(task=task, author=reporter)

    withdraw_update(correction, by=reporter, today=TODAY)

    assert stored(correction).state == UpdateState.DRAFT


def accepting(update, reviewer, reporter):
    accept_update(update, by=reviewer, today=TODAY)


def returning(update, reviewer, reporter):
    return_update(update, by=reviewer, today=TODAY, reason="Thiếu số liệu")


def withdrawing(update, reviewer, reporter):
    withdraw_update(update, by=reporter, today=TODAY)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        pytest.param(accepting, "đã được tiếp nhận nên không thu hồi được; bị sai thì bấm «Đính chính»", id="accepted"),
        pytest.param(returning, "đã bị trả lại nên không cần thu hồi: sửa rồi gửi lại", id="returned"),
        pytest.param(withdrawing, "đã được thu hồi, đang là bản nháp", id="taken back"),
    ],
)
def test_what_was_decided_just_now_is_not_taken_back(sent, reviewer, reporter, act, told):
    act(sent, reviewer, reporter)
    before = sent.history.count()

    with pytest.raises(NothingToWithdraw, match=told):
        withdraw_update(sent, by=officer_of(reporter.agency), today=TODAY)

    assert sent.history.count() == before


def test_report_of_others_is_not_taken_back(sent, programme, reviewer):
    stranger = officer_of(AgencyFactory(province=programme.province))

    for person in (stranger, reviewer):
        with pytest.raises(NotTheReporter):
            withdraw_update(sent, by=person, today=TODAY)

    assert stored(sent).state == UpdateState.SUBMITTED


def test_report_waits_while_another_draft_is_in_its_way(sent, task, reporter):
    draft = ProgressUpdateFactory(task=task, author=reporter, as_of=date(2023, 6, 20))

    with pytest.raises(DraftInTheWay, match=f"BC-{draft.pk}, số liệu đến ngày 20/06/2023"):
        withdraw_update(sent, by=reporter, today=TODAY)

    assert stored(sent).state == UpdateState.SUBMITTED


def test_who_may_take_back_and_correct_is_chosen_by_the_database(sent, task, reporter, reviewer):
    accepted = ProgressUpdateFactory(task=task, as_of=date(2023, 6, 1), accepted=True)
    of_others = ProgressUpdateFactory(task=task_in_force(), submitted=True)

    assert set(ProgressUpdate.objects.withdrawable_by(reporter, TODAY)) == {sent}
    assert set(ProgressUpdate.objects.correctable_by(reporter, TODAY)) == {accepted}
    assert of_others not in ProgressUpdate.objects.withdrawable_by(reporter, TODAY)
    assert not ProgressUpdate.objects.withdrawable_by(reviewer, TODAY).filter(pk=sent.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_accepting_at_once_leave_one_truth(at_once, sent, reporter, reviewer):
    outcomes = at_once(
        partial(withdraw_update, sent, by=reporter, today=TODAY),
        partial(accept_update, sent, by=reviewer, today=TODAY, seen=sent.version),
    )

    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert [type(refusal) for refusal in refused] in ([NothingToWithdraw], [UpdateNotWaiting])
    assert isinstance(refused[0], Overtaken)
    assert sent.history.count() == 2
    accepted = isinstance(refused[0], NothingToWithdraw)
    assert stored(sent).state == (UpdateState.ACCEPTED if accepted else UpdateState.DRAFT)
