"""What agencies answer on what was assigned to them, and what the office decides."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Answer, AnswerFile, AnswerState, Assignment, AssignmentRole, AssignmentState, ExtensionState
from meetings.operations.answering import (
    AlreadyConfirmed,
    AnswerDecided,
    AnswerWaits,
    ExtensionUndecided,
    NotADayOfDoing,
    NotConfirmed,
    NotTheAgencyAssigned,
    NotTheOffice,
    NotToBeDone,
    OwnAnswer,
    ReportNotExpected,
    answer_assignment,
    confirm_answer,
    reopen_assignment,
    report_period,
    return_answer,
)
from meetings.operations.directing import withdraw_directive
from programme.models import Role
from programme.operations.files import FileNotTaken
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.timeliness import Timeliness
from tests.factories import AgencyFactory, AgencySuccessionFactory, ProvinceFactory, UserFactory, officer_of
from tests.meetings.factories import AssignmentFactory, DirectiveFactory, ExtensionFactory
from tests.uploads import EXE, PDF, bytes_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# The meeting was on 10/04/2024.
DONE, TODAY, LATER = date(2024, 4, 24), date(2024, 4, 25), date(2024, 4, 26)


def made():
    """An assignment due on 30/04/2024, an officer who answers for its agency, and one of the office."""
    directive = DirectiveFactory(due_kind="month", due_year=2024, due_month=4)
    assignment = AssignmentFactory(directive=directive, agency__name="Sở Y tế")
    province = assignment.agency.province
    office = UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=province), full_name="Lê Thị Hoa")
    return assignment, officer_of(assignment.agency, full_name="Trần Văn Nam"), office


@pytest.fixture
def assignment():
    return made()[0]


@pytest.fixture
def officer(assignment):
    return officer_of(assignment.agency, full_name="Trần Văn Nam")


@pytest.fixture
def office(assignment):
    agency = AgencyFactory(province=assignment.agency.province)
    return UserFactory(role=Role.OFFICE, agency=agency, full_name="Lê Thị Hoa")


def answered(assignment, officer, **changes):
    typed = {"text": "Đã xong.", "done_on": DONE, "by": officer, "today": TODAY} | changes
    return answer_assignment(assignment, **typed)


def cell(assignment, day):
    return Assignment.objects.on_day(day).get(pk=assignment.pk).timeliness_then


def kept(assignment):
    assignment.refresh_from_db()
    return assignment.state, assignment.done_on, assignment.answers.count(), AnswerFile.objects.count()


def last_change(record):
    change = record.history.latest()
    return change.history_user, change.history_change_reason


# Answering


def test_answer_waits_for_the_office_with_its_files(assignment, officer):
    answer = answered(assignment, officer, files=[upload("biên bản.pdf"), upload("bản sao.pdf")])

    assert kept(assignment) == (AssignmentState.ANSWERED, None, 1, 1)
    assert (answer.author, answer.sent_on, answer.done_on, answer.state) == (officer, TODAY, DONE, AnswerState.SENT)
    # The same bytes under two names are one file.
    assert bytes_of(answer.files.get().file) == PDF
    assert last_change(assignment) == (officer, "Báo cáo hoàn thành")
    assert answer.history.get().history_action == assignment.history.latest().history_action
    assert cell(assignment, TODAY) == Timeliness.OPEN_IN_TIME


def test_answer_before_the_meeting_or_in_days_to_come_is_refused(assignment, officer):
    for day, told in ((date(2024, 4, 9), "trước ngày họp 10/04/2024"), (LATER, "chưa đến")):
        with pytest.raises(NotADayOfDoing, match=told) as refusal:
            answered(assignment, officer, done_on=day)
        assert list(refusal.value.error_dict) == ["done_on"]

    assert kept(assignment) == (AssignmentState.OPEN, None, 0, 0)


def test_answer_on_the_meeting_s_own_day_is_taken(assignment, officer):
    assert answered(assignment, officer, done_on=date(2024, 4, 10)).done_on == date(2024, 4, 10)


def test_answer_without_a_word_is_refused(assignment, officer):
    with pytest.raises(ValidationError) as refusal:
        answered(assignment, officer, text="  ")

    assert list(refusal.value.error_dict) == ["text"]
    assert kept(assignment) == (AssignmentState.OPEN, None, 0, 0)


def test_answer_with_a_file_that_is_no_document_keeps_nothing(assignment, officer):
    with pytest.raises(FileNotTaken):
        answered(assignment, officer, files=[upload(), upload("báo cáo.pdf", EXE)])

    assert kept(assignment) == (AssignmentState.OPEN, None, 0, 0)


def test_answer_with_more_files_than_one_can_read_keeps_nothing(assignment, officer):
    files = [upload(f"{number}.pdf", PDF + str(number).encode()) for number in range(11)]

    with pytest.raises(ValidationError, match="nhiều nhất 10 tệp; bạn gửi 11"):
        answered(assignment, officer, files=files)

    assert kept(assignment) == (AssignmentState.OPEN, None, 0, 0)


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_those_who_answer_for_the_agency_answer(assignment, role):
    others = officer_of(AgencyFactory(province=assignment.agency.province))

    for person in (others, UserFactory(role=role, agency=assignment.agency)):
        with pytest.raises(NotTheAgencyAssigned, match="Sở Y tế"):
            answered(assignment, person)

    assert kept(assignment) == (AssignmentState.OPEN, None, 0, 0)


def test_recorded_successor_answers_for_an_agency_that_ended():
    old = AgencyFactory(name="Sở Thông tin và Truyền thông", in_force_to=date(2024, 4, 20))
    heir = AgencyFactory(province=old.province)
    AgencySuccessionFactory(predecessor=old, successor=heir, effective_on=date(2024, 4, 21))
    assignment = AssignmentFactory(agency=old, directive__conclusion__meeting__province=old.province)

    answered(assignment, officer_of(heir))

    assert kept(assignment)[0] == AssignmentState.ANSWERED


def test_second_answer_is_told_of_the_one_that_waits(assignment, officer):
    answered(assignment, officer)

    with pytest.raises(AnswerWaits, match="Trần Văn Nam đã gửi trả lời ngày 25/04/2024"):
        answered(assignment, officer_of(assignment.agency))

    assert assignment.answers.count() == 1


def test_nothing_is_answered_that_is_not_to_be_done(assignment, officer, office):
    unconcluded = AssignmentFactory(directive__conclusion__meeting__version=0)
    with pytest.raises(NotToBeDone, match="chưa kết luận"):
        answered(unconcluded, officer_of(unconcluded.agency))

    withdraw_directive(assignment.directive, on=TODAY, reason="Không còn cần.", by=office, today=TODAY)
    with pytest.raises(NotToBeDone, match="thôi theo dõi từ ngày 25/04/2024"):
        answered(assignment, officer)

    assert kept(assignment) == (AssignmentState.OPEN, None, 0, 0)


# Deciding


def test_confirmed_answer_makes_it_done_on_its_day(assignment, officer, office):
    answer = answered(assignment, officer)

    confirm_answer(answer, by=office, today=LATER)

    answer.refresh_from_db()
    assert kept(assignment)[:2] == (AssignmentState.CONFIRMED, DONE)
    assert (answer.state, answer.reviewer, answer.reviewed_on) == (AnswerState.CONFIRMED, office, LATER)
    assert last_change(assignment) == (office, "Xác nhận hoàn thành")
    assert [cell(assignment, day) for day in (date(2024, 4, 23), DONE, date(2024, 6, 1))] == [
        Timeliness.OPEN_IN_TIME,
        Timeliness.DONE_ON_TIME,
        Timeliness.DONE_ON_TIME,
    ]


def test_answer_done_after_the_due_day_is_done_late(assignment, officer, office):
    answer = answered(assignment, officer, done_on=date(2024, 5, 2), today=date(2024, 5, 3))

    confirm_answer(answer, by=office, today=date(2024, 5, 6))

    assert cell(assignment, date(2024, 5, 1)) == Timeliness.OPEN_OVERDUE
    assert cell(assignment, date(2024, 5, 6)) == Timeliness.DONE_LATE


def test_returned_answer_counts_as_not_done_and_is_answered_anew(assignment, officer, office):
    returned = answered(assignment, officer)

    return_answer(returned, reason="Thiếu minh chứng.", by=office, today=LATER)

    returned.refresh_from_db()
    assert kept(assignment)[:2] == (AssignmentState.RETURNED, None)
    assert (returned.state, returned.return_reason) == (AnswerState.RETURNED, "Thiếu minh chứng.")
    assert last_change(assignment) == last_change(returned) == (office, "Thiếu minh chứng.")
    assert cell(assignment, date(2024, 5, 1)) == Timeliness.OPEN_OVERDUE

    confirm_answer(answered(assignment, officer, today=LATER), by=office, today=LATER)

    assert kept(assignment)[:3] == (AssignmentState.CONFIRMED, DONE, 2)


def test_return_needs_a_reason(assignment, officer, office):
    answer = answered(assignment, officer)

    with pytest.raises(ValidationError) as refusal:
        return_answer(answer, reason=" ", by=office, today=LATER)

    assert list(refusal.value.error_dict) == ["reason"]
    assert kept(assignment)[0] == AssignmentState.ANSWERED


def test_only_the_office_of_the_province_decides(assignment, officer):
    answer = answered(assignment, officer)
    elsewhere = UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=ProvinceFactory()))

    for person in (officer, elsewhere, UserFactory(role=Role.LEADER, agency=assignment.agency)):
        with pytest.raises(NotTheOffice):
            confirm_answer(answer, by=person, today=LATER)
        with pytest.raises(NotTheOffice):
            return_answer(answer, reason="Thiếu.", by=person, today=LATER)

    assert kept(assignment)[0] == AssignmentState.ANSWERED


def test_nobody_of_the_office_decides_on_their_own_answer(office):
    assignment = AssignmentFactory(
        agency=office.agency, directive__conclusion__meeting__province=office.agency.province
    )
    answer = answered(assignment, office)
    assert not Assignment.objects.confirmable_by(office).filter(pk=assignment.pk).exists()

    for decide in (confirm_answer, lambda *args, **people: return_answer(*args, reason="Thiếu.", **people)):
        with pytest.raises(OwnAnswer, match="một người khác"):
            decide(answer, by=office, today=LATER)
    assert kept(assignment)[0] == AssignmentState.ANSWERED

    colleague = UserFactory(role=Role.OFFICE, agency=office.agency)
    confirm_answer(answer, by=colleague, today=LATER)

    assert kept(assignment)[0] == AssignmentState.CONFIRMED


def test_own_report_of_a_period_does_not_keep_the_office_from_confirming(assignment, office):
    directive = DirectiveFactory(conclusion=assignment.directive.conclusion, due_kind="cadence", due_cadence="weekly")
    weekly = AssignmentFactory(directive=directive, agency=office.agency)
    report_period(weekly, period_last_day=date(2024, 4, 14), text="Đang làm.", by=office, today=TODAY)
    answered(weekly, officer_of(office.agency))

    assert list(Assignment.objects.confirmable_by(office)) == [weekly]


def test_decided_answer_is_not_decided_again(assignment, officer, office):
    answer = answered(assignment, officer)
    return_answer(answer, reason="Thiếu.", by=office, today=LATER)

    with pytest.raises(AnswerDecided, match="Lê Thị Hoa đã trả lại trả lời này ngày 26/04/2024"):
        confirm_answer(answer, by=UserFactory(role=Role.OFFICE, agency=office.agency), today=LATER)

    assert kept(assignment)[0] == AssignmentState.RETURNED


def test_request_for_more_time_is_decided_before_the_answer_is_confirmed(assignment, officer, office):
    ExtensionFactory(assignment=assignment, requested_by=officer)
    answer = answered(assignment, officer)

    with pytest.raises(ExtensionUndecided, match="Quyết định đề nghị gia hạn trước"):
        confirm_answer(answer, by=office, today=LATER)

    assert kept(assignment)[0] == AssignmentState.ANSWERED
    assert assignment.extensions.get().state == ExtensionState.WAITING


def test_confirmed_assignment_takes_no_more_answers(assignment, officer, office):
    confirm_answer(answered(assignment, officer), by=office, today=LATER)

    with pytest.raises(AlreadyConfirmed, match="hoàn thành ngày 24/04/2024"):
        answered(assignment, officer)

    assert assignment.answers.count() == 1


def test_confirmation_that_was_a_mistake_is_undone_with_a_reason(assignment, officer, office):
    answer = answered(assignment, officer)
    confirm_answer(answer, by=office, today=LATER)

    with pytest.raises(ValidationError, match="Ghi lý do mở lại"):
        reopen_assignment(assignment, reason="", by=office, today=LATER)
    with pytest.raises(NotTheOffice):
        reopen_assignment(assignment, reason="Nhầm.", by=officer, today=LATER)
    reopen_assignment(assignment, reason="Xác nhận nhầm việc.", by=office, today=LATER)

    assert kept(assignment)[:2] == (AssignmentState.RETURNED, None)
    assert last_change(assignment) == (office, "Xác nhận nhầm việc.")
    assert Answer.objects.get().state == AnswerState.CONFIRMED
    assert cell(assignment, date(2024, 5, 1)) == Timeliness.OPEN_OVERDUE
    with pytest.raises(NotConfirmed):
        reopen_assignment(assignment, reason="Lần nữa.", by=office, today=LATER)
    assert answered(assignment, officer, today=LATER).state == AnswerState.SENT


# What was sent stays as it was sent


def test_sent_answer_and_its_files_do_not_change(assignment, officer, office):
    answer = answered(assignment, officer, files=[upload()])
    kept_file = answer.files.get()

    answer.text = "Khác."
    answer.state, answer.reviewer, answer.reviewed_on = AnswerState.CONFIRMED, office, LATER
    for act in (
        lambda: signed_save(answer, by=office),
        lambda: signed_delete(answer, by=office),
        lambda: signed_save(kept_file, by=office),
        lambda: signed_delete(kept_file, by=office),
    ):
        with pytest.raises(ValidationError, match=r"không sửa|không đổi"):
            act()

    stored = Answer.objects.get()
    assert (stored.text, stored.state, stored.files.count()) == ("Đã xong.", AnswerState.SENT, 1)


def test_report_of_a_period_is_neither_confirmed_nor_returned(office):
    assignment = AssignmentFactory(
        agency__province=office.agency.province,
        directive__conclusion__meeting__province=office.agency.province,
        directive__due_kind="cadence",
        directive__due_cadence="weekly",
        role=AssignmentRole.LEAD,
    )
    report = report_period(
        assignment, period_last_day=date(2024, 4, 14), text="Đã nối 60%.", by=officer_of(assignment.agency), today=TODAY
    )

    with pytest.raises(AnswerDecided, match="không phải xác nhận"):
        confirm_answer(report, by=office, today=TODAY)

    with pytest.raises(ReportNotExpected, match="đã gửi báo cáo của kỳ này ngày 25/04/2024"):
        report_period(
            assignment, period_last_day=date(2024, 4, 14), text="Lại.", by=officer_of(assignment.agency), today=TODAY
        )


# Two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_is_told_of_the_other(at_once):
    assignment, officer, _ = made()
    colleague = officer_of(assignment.agency)

    outcomes = at_once(lambda: answered(assignment, officer), lambda: answered(assignment, colleague))

    assert {type(outcome) for outcome in outcomes} == {Answer, AnswerWaits}
    assert kept(assignment)[::2] == (AssignmentState.ANSWERED, 1)


@pytest.mark.django_db(transaction=True)
def test_confirmation_and_return_at_once_leave_one_truth(at_once):
    assignment, officer, office = made()
    colleague = UserFactory(role=Role.OFFICE, agency=office.agency)
    answer = answered(assignment, officer)

    outcomes = at_once(
        lambda: confirm_answer(answer, by=office, today=LATER),
        lambda: return_answer(answer, reason="Thiếu.", by=colleague, today=LATER),
    )

    assert {type(outcome) for outcome in outcomes} == {Assignment, AnswerDecided}
    stored = Answer.objects.get()
    assert kept(assignment)[0] == stored.state
    assert stored.history.count() == 2
