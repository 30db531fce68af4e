"""What an assignment comes to on a day once it was opened again, withdrawn, extended or put right."""

from datetime import date

import pytest

from meetings.models import Assignment, Directive, correcting
from meetings.models.due import DueKind
from meetings.operations.answering import answer_assignment, confirm_answer, reopen_assignment
from meetings.operations.directing import (
    AlreadyDone,
    Assigned,
    NamedByAFinding,
    NotWithdrawn,
    change_directive,
    remove_directive,
    resolve_due,
    resume_directive,
    withdraw_directive,
)
from meetings.operations.extending import decide_extension, request_extension
from meetings.operations.recording import conclude_meeting
from programme.models import Role
from smartcity.lib.records.history import user_action
from tests.factories import UserFactory, officer_of
from tests.meetings.factories import (
    AssignmentFactory,
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    FindingFactory,
    MeetingFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MAY_1, MAY_20, MAY_25, MAY_26, JUNE_1 = (
    date(2024, 5, 1),
    *(date(2024, 5, day) for day in (20, 25, 26)),
    date(2024, 6, 1),
)


@pytest.fixture
def assignment():
    """To be done by 30/04/2024."""
    return AssignmentFactory(directive__due_kind=DueKind.DAY, directive__due_day=date(2024, 4, 30))


@pytest.fixture
def office(assignment):
    return UserFactory(role=Role.OFFICE, agency=assignment.agency)


def confirm(assignment, office, *, done_on, sent_on, confirmed_on):
    author = officer_of(assignment.agency)
    answer = answer_assignment(assignment, text="Xong.", done_on=done_on, files=[], by=author, today=sent_on)
    confirm_answer(answer, by=office, today=confirmed_on)


def on(assignment, day):
    found = Assignment.objects.given(day).on_day(day).with_state(day).filter(pk=assignment.pk)
    return [(one.timeliness_then, one.state_then, one.due_then) for one in found]


def test_assignment_opened_again_counts_as_returned(assignment, office):
    confirm(assignment, office, done_on=date(2024, 4, 15), sent_on=MAY_20, confirmed_on=MAY_25)
    reopen_assignment(assignment, reason="Xác nhận nhầm.", by=office, today=MAY_26)

    assert on(assignment, JUNE_1) == [("open_overdue", "returned", date(2024, 4, 30))]


def test_assignment_is_confirmed_from_the_day_on_which_it_was_done(assignment, office):
    confirm(assignment, office, done_on=date(2024, 4, 15), sent_on=MAY_20, confirmed_on=MAY_25)

    assert on(assignment, date(2024, 4, 14)) == [("open_in_time", "open", date(2024, 4, 30))]
    assert on(assignment, date(2024, 4, 15)) == [("done_on_time", "confirmed", date(2024, 4, 30))]


def test_what_was_done_before_a_withdrawal_stays_counted(assignment, office):
    other = AssignmentFactory(directive=assignment.directive)
    confirm(assignment, office, done_on=date(2024, 4, 15), sent_on=date(2024, 4, 16), confirmed_on=date(2024, 4, 17))
    withdraw_directive(assignment.directive, on=date(2024, 4, 20), reason="Dừng.", by=office, today=MAY_1)

    assert len(on(assignment, MAY_1)) == 1
    assert on(other, MAY_1) == []
    assert len(on(other, date(2024, 4, 19))) == 1


def test_withdrawal_of_what_is_done_is_refused(assignment, office):
    confirm(assignment, office, done_on=date(2024, 4, 15), sent_on=date(2024, 4, 16), confirmed_on=date(2024, 4, 17))

    with pytest.raises(AlreadyDone, match="đã được xác nhận hoàn thành"):
        withdraw_directive(assignment.directive, on=MAY_1, reason="Dừng.", by=office, today=MAY_1)

    assert Directive.objects.get().withdrawn_on is None


def test_withdrawn_directive_is_followed_again(assignment, office):
    withdraw_directive(assignment.directive, on=date(2024, 4, 20), reason="Nhầm.", by=office, today=MAY_1)
    resume_directive(assignment.directive, reason="Ghi nhầm việc khác.", by=office)

    assert len(on(assignment, MAY_1)) == 1
    assert assignment.directive.history.latest().history_change_reason == "Ghi nhầm việc khác."
    with pytest.raises(NotWithdrawn):
        resume_directive(assignment.directive, reason="Lần nữa.", by=office)


def test_due_put_right_later_than_an_extension_holds(office, assignment):
    directive = assignment.directive
    with correcting():
        directive.due_kind, directive.due_day, directive.due_words = DueKind.REFERENCE, None, "155/QĐ-UBND"
        with user_action(by=office):
            directive.save()
    resolve_due(directive, day=MAY_1, by=office, reason="155/QĐ-UBND", today=date(2024, 4, 20))
    extension = request_extension(
        assignment,
        asked_due_on=date(2024, 5, 15),
        reason="Chờ.",
        by=officer_of(assignment.agency),
        today=date(2024, 4, 25),
    )
    decide_extension(
        extension, grant=True, granted_due_on=date(2024, 5, 15), note="", by=office, today=date(2024, 4, 26)
    )

    extended = on(assignment, MAY_20)
    resolve_due(directive, day=date(2024, 6, 30), by=office, reason="Đọc nhầm.", today=MAY_20)

    assert extended == [("open_overdue", "open", date(2024, 5, 15))]
    assert on(assignment, MAY_20) == [("open_in_time", "open", date(2024, 6, 30))]


def test_directive_that_a_finding_names_is_not_removed(assignment, office):
    FindingFactory(
        province=assignment.agency.province,
        agency=assignment.agency,
        directive=assignment.directive,
        subject="Việc thuê",
    )

    with pytest.raises(NamedByAFinding, match="Việc thuê"):
        remove_directive(assignment.directive, by=office, today=MAY_1, correction="Ghi nhầm.")

    assert Directive.objects.count() == 1


def test_version_tells_a_correction_of_agency_and_due():
    meeting = MeetingFactory()
    AttendanceFactory(meeting=meeting, chair=True)
    directive = DirectiveFactory(conclusion=ConclusionFactory(meeting=meeting, number=1), position=1)
    first = AssignmentFactory(directive=directive, agency__name="Sở Y tế tỉnh Bà Rịa - Vũng Tàu").agency
    second = AssignmentFactory(directive=directive, agency__name="Sở Du lịch").agency
    office = UserFactory(role=Role.OFFICE, agency=first)
    conclude_meeting(meeting, by=office, today=MAY_1)

    directive.refresh_from_db()
    directive.due_kind, directive.due_day = DueKind.DAY, JUNE_1
    change_directive(directive, assigned=[Assigned(second)], by=office, today=MAY_20, correction="Ghi nhầm hạn.")

    before, after = [version.text.splitlines()[-1] for version in meeting.versions.order_by("number")]
    assert before.startswith("1.1: chủ trì ")
    assert before.endswith("hạn: không nêu thời hạn")
    assert after == "1.1: chủ trì Sở Du lịch; hạn: chậm nhất ngày 01/06/2024"
