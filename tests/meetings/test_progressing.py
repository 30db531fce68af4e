"""What an agency says of how far its part is, which neither ends it nor moves its due."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Answer, AnswerFile, AnswerKind, AnswerState, Assignment, AssignmentState, correcting
from meetings.operations.answering import (
    AlreadyConfirmed,
    AnswerDecided,
    AnswerWaits,
    NotTheAgencyAssigned,
    NotToBeDone,
    answer_assignment,
    confirm_answer,
    return_answer,
)
from meetings.operations.directing import withdraw_directive
from meetings.operations.progressing import NotADayOfProgress, ProgressTold, update_progress
from programme.models import Role
from smartcity.lib.records.history import signed_delete, signed_save
from tests.factories import AgencyFactory, AgencySuccessionFactory, UserFactory, officer_of
from tests.meetings.factories import AnswerFactory, AssignmentFactory, DirectiveFactory
from tests.uploads import bytes_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# The meeting was on 10/04/2024.
SAID, TODAY, LATER = date(2024, 4, 24), date(2024, 4, 25), date(2024, 5, 6)


@pytest.fixture
def assignment():
    """Without any due day, as most directives are given."""
    return AssignmentFactory(agency__name="Sở Y tế")


@pytest.fixture
def officer(assignment):
    return officer_of(assignment.agency, full_name="Trần Văn Nam")


@pytest.fixture
def office(assignment):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=assignment.agency.province))


def told(assignment, officer, **changes):
    typed = {"text": "Đang khảo sát.", "as_of": SAID, "by": officer, "today": TODAY} | changes
    return update_progress(assignment, **typed)


def held_on(assignment, day):
    """The text that holds on the day, and of which day it speaks."""
    said = Assignment.objects.with_progress(day).get(pk=assignment.pk).progress_then
    return said and (said["day"], said["text"])


def state_of(assignment):
    assignment.refresh_from_db()
    return assignment.state, assignment.done_on


def test_progress_is_kept_with_its_files_and_changes_nothing_else(assignment, officer):
    answer = told(assignment, officer, files=[upload("biên bản.pdf")])

    assert (answer.kind, answer.state) == (AnswerKind.PROGRESS, AnswerState.SENT)
    assert (answer.author, answer.sent_on, answer.as_of) == (officer, TODAY, SAID)
    assert bytes_of(answer.files.get().file)
    assert answer.history.get().history_user == officer
    assert state_of(assignment) == (AssignmentState.OPEN, None)
    assert assignment.history.count() == 1


def test_progress_of_a_due_leaves_the_due_as_it_is(officer):
    directive = DirectiveFactory(due_kind="day", due_day=date(2024, 4, 30))
    assignment = AssignmentFactory(directive=directive)
    told(assignment, officer_of(assignment.agency))

    on = Assignment.objects.on_day(LATER).get(pk=assignment.pk)

    assert (on.due_then, on.timeliness_then) == (date(2024, 4, 30), "open_overdue")


def test_the_last_word_by_a_day_holds_on_it(assignment, officer):
    told(assignment, officer)
    told(assignment, officer, text="Đã ký hợp đồng.", as_of=LATER, today=LATER)

    assert [held_on(assignment, day) for day in (SAID, TODAY, date(2024, 5, 5), LATER)] == [
        None,
        ("2024-04-24", "Đang khảo sát."),
        ("2024-04-24", "Đang khảo sát."),
        ("2024-05-06", "Đã ký hợp đồng."),
    ]


def test_mistake_is_mended_by_another_word_of_the_same_day(assignment, officer):
    told(assignment, officer, text="Đã lắp 70 camera.")
    told(assignment, officer, text="Đã lắp 7 camera.")

    assert held_on(assignment, TODAY) == ("2024-04-24", "Đã lắp 7 camera.")
    assert assignment.answers.count() == 2


def test_report_of_a_period_says_how_far_it_is_too(assignment, officer):
    """By its last day, but never by a day to come: a period may still run when it is reported."""
    told(assignment, officer)
    AnswerFactory(
        assignment=assignment,
        kind=AnswerKind.PERIODIC,
        done_on=None,
        period_last_day=date(2024, 4, 28),
        sent_on=date(2024, 4, 26),
        text="Tuần này đã ký hợp đồng.",
    )

    assert held_on(assignment, TODAY) == ("2024-04-24", "Đang khảo sát.")
    assert held_on(assignment, LATER) == ("2024-04-26", "Tuần này đã ký hợp đồng.")


def test_report_of_an_older_period_sent_late_does_not_hide_what_is_newer(assignment, officer):
    told(assignment, officer)
    AnswerFactory(
        assignment=assignment,
        kind=AnswerKind.PERIODIC,
        done_on=None,
        period_last_day=date(2024, 4, 14),
        sent_on=date(2024, 5, 2),
        text="Chưa bắt đầu.",
    )

    assert held_on(assignment, LATER) == ("2024-04-24", "Đang khảo sát.")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        pytest.param(date(2024, 4, 26), "chưa đến", id="to come"),
        pytest.param(date(2024, 4, 9), "trước ngày họp 10/04/2024", id="before the meeting"),
    ],
)
def test_days_to_come_and_before_the_meeting_are_refused(assignment, officer, day, words):
    with pytest.raises(NotADayOfProgress, match=words) as refusal:
        told(assignment, officer, as_of=day)

    assert list(refusal.value.error_dict) == ["as_of"]
    assert not Answer.objects.exists()


def test_day_before_the_last_word_is_refused(assignment, officer):
    """It would be kept and never shown."""
    told(assignment, officer)

    with pytest.raises(NotADayOfProgress, match="đến ngày 24/04/2024"):
        told(assignment, officer, as_of=date(2024, 4, 20))

    assert assignment.answers.count() == 1


def test_nothing_said_is_refused_with_its_files(assignment, officer):
    with pytest.raises(ValidationError) as refusal:
        told(assignment, officer, text="  ", files=[upload("biên bản.pdf")])

    assert list(refusal.value.error_dict) == ["text"]
    assert (Answer.objects.count(), AnswerFile.objects.count()) == (0, 0)


def test_text_longer_than_a_text_may_be_is_refused(assignment, officer):
    with pytest.raises(ValidationError, match="dài quá"):
        told(assignment, officer, text="Đang khảo sát. " * 2000)

    assert not Answer.objects.exists()


def test_who_has_not_read_the_last_word_is_told_of_it(assignment, officer):
    colleague = officer_of(assignment.agency, full_name="Lê Thị Hoa")
    first = told(assignment, colleague, seen=0)

    with pytest.raises(ProgressTold, match="Lê Thị Hoa"):
        told(assignment, officer, text="Chưa làm.", seen=0)
    told(assignment, officer, text="Đã ký hợp đồng.", seen=first.pk)

    assert held_on(assignment, TODAY) == ("2024-04-24", "Đã ký hợp đồng.")


def test_other_agencies_and_the_office_say_nothing_for_it(assignment, office):
    stranger = officer_of(AgencyFactory(province=assignment.agency.province))

    for person in (stranger, office):
        with pytest.raises(NotTheAgencyAssigned, match="Sở Y tế"):
            told(assignment, person)

    assert not Answer.objects.exists()


def test_leaders_and_auditors_of_the_agency_say_nothing(assignment):
    for role in (Role.LEADER, Role.AUDITOR):
        with pytest.raises(NotTheAgencyAssigned):
            told(assignment, UserFactory(role=role, agency=assignment.agency))


def test_successor_says_it_for_an_agency_that_ended():
    old = AgencyFactory(name="Sở Thông tin và Truyền thông", in_force_to=date(2024, 4, 20))
    heir = AgencyFactory(province=old.province)
    AgencySuccessionFactory(predecessor=old, successor=heir, effective_on=date(2024, 4, 21))
    assignment = AssignmentFactory(agency=old, directive__conclusion__meeting__province=old.province)

    told(assignment, officer_of(heir))

    assert held_on(assignment, TODAY) == ("2024-04-24", "Đang khảo sát.")


def test_nothing_is_said_of_what_waits_or_is_done(assignment, officer, office):
    answer = answer_assignment(assignment, text="Đã xong.", done_on=SAID, by=officer, today=TODAY)

    with pytest.raises(AnswerWaits, match="chờ xác nhận"):
        told(assignment, officer)
    confirm_answer(answer, by=office, today=TODAY)
    with pytest.raises(AlreadyConfirmed):
        told(assignment, officer)

    assert [one.kind for one in assignment.answers.all()] == [AnswerKind.COMPLETION]


def test_what_was_sent_back_is_spoken_of_again(assignment, officer, office):
    answer = answer_assignment(assignment, text="Đã xong.", done_on=SAID, by=officer, today=TODAY)
    return_answer(answer, reason="Thiếu biên bản.", by=office, today=TODAY)

    told(assignment, officer, text="Đang bổ sung biên bản.", as_of=TODAY)

    assert state_of(assignment) == (AssignmentState.RETURNED, None)
    assert held_on(assignment, TODAY) == ("2024-04-25", "Đang bổ sung biên bản.")


def test_nothing_is_said_of_what_is_withdrawn_or_taken_out(assignment, officer, office):
    taken_out = AssignmentFactory(agency=assignment.agency)
    key = taken_out.pk
    with correcting():
        signed_delete(taken_out, by=office, reason="Ghi nhầm cơ quan.")
    withdraw_directive(assignment.directive, on=TODAY, reason="Giao nơi khác.", by=office, today=TODAY)

    for gone, words in ((assignment, "thôi theo dõi"), (Assignment(pk=key), "vừa được bỏ")):
        with pytest.raises(NotToBeDone, match=words):
            told(gone, officer)

    assert not Answer.objects.exists()


def test_progress_is_neither_confirmed_nor_returned_nor_changed(assignment, officer, office):
    answer = told(assignment, officer)

    for decide in (confirm_answer, lambda one, **who: return_answer(one, reason="Thiếu.", **who)):
        with pytest.raises(AnswerDecided, match="Cập nhật tiến độ không phải xác nhận"):
            decide(answer, by=office, today=TODAY)
    answer.text = "Đã xong."
    with pytest.raises(ValidationError, match="không sửa"):
        signed_save(answer, by=officer)
    with pytest.raises(ValidationError, match="không xóa"):
        signed_delete(answer, by=officer)

    assert held_on(assignment, TODAY) == ("2024-04-24", "Đang khảo sát.")


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        pytest.param("answer_of_progress_says_as_of_which_day", {"as_of": None}, id="progress of no day"),
        pytest.param(
            "answer_of_progress_says_as_of_which_day",
            {"kind": AnswerKind.COMPLETION, "done_on": SAID},
            id="done and under way",
        ),
        pytest.param("answer_tells_no_progress_of_days_to_come", {"as_of": LATER}, id="after it is sent"),
    ],
)
def test_progress_that_contradicts_itself_is_refused(assert_refused, rule, change):
    assert_refused(AnswerFactory(progress=True, sent_on=TODAY), rule, "as_of", **change)
