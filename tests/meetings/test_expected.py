"""Which periodic reports a meeting expects, and which came in."""

from datetime import date

import pytest

from meetings.expected import READS, expected_reports, missing_reports
from meetings.models import Answer, Assignment, AssignmentRole, AssignmentState, correcting
from meetings.operations.answering import (
    AlreadyConfirmed,
    NotTheAgencyAssigned,
    ReportNotExpected,
    answer_assignment,
    confirm_answer,
    report_period,
)
from meetings.operations.directing import withdraw_directive
from programme.models import Role
from smartcity.lib.records.history import signed_save
from tests.factories import AgencyFactory, UserFactory, officer_of
from tests.meetings.factories import AssignmentFactory, DirectiveFactory
from tests.uploads import upload

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# The meeting was on Wednesday 10/04/2024; its weeks end on Sundays 14/04, 21/04, 28/04.
TODAY = date(2024, 4, 25)
FIRST, SECOND, THIRD = date(2024, 4, 14), date(2024, 4, 21), date(2024, 4, 28)


def assigned(cadence="until_done", **fields):
    directive = DirectiveFactory(due_kind="cadence", due_cadence=cadence, due_words="" if cadence else "định kỳ")
    return AssignmentFactory(directive=directive, **fields)


def office_of(assignment):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=assignment.agency.province))


def reported(assignment, last_day=FIRST, by=None, **changes):
    typed = {"text": "Đã nối 60%.", "by": by or officer_of(assignment.agency), "today": TODAY} | changes
    return report_period(assignment, period_last_day=last_day, **typed)


def read(assignment, on=TODAY):
    stored = Assignment.objects.select_related(READS).get(pk=assignment.pk)
    return [(one.window.last_day, one.is_missing) for one in expected_reports([stored], on=on).get(stored.pk, [])]


def test_each_week_from_the_meeting_on_is_expected_until_it_is_reported():
    assignment = assigned()

    report = reported(assignment, files=[upload()])

    assert read(assignment) == [(FIRST, False), (SECOND, True), (THIRD, True)]
    assert read(assignment, on=date(2024, 4, 24)) == [(FIRST, True), (SECOND, True), (THIRD, True)]
    assert read(assignment, on=date(2024, 4, 9)) == []
    assert (report.history.get().history_user, report.files.count()) == (report.author, 1)
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.OPEN


def test_months_and_quarters_close_on_the_fourteenth():
    assert [day for day, _ in read(assigned("monthly"), on=date(2024, 5, 15))] == [
        date(2024, 4, 14),
        date(2024, 5, 14),
        date(2024, 6, 14),
    ]
    assert read(assigned("quarterly")) == [(date(2024, 6, 14), True)]


def test_days_late_count_from_the_end_of_the_window():
    assignment = assigned()

    missing = missing_reports([assignment], on=TODAY)[assignment.pk]

    assert [one.days_late(TODAY) for one in missing] == [11, 4, -3]


@pytest.mark.parametrize("fields", [{"cadence": ""}, {"role": AssignmentRole.COORDINATING}], ids=["words", "role"])
def test_words_alone_and_coordinating_agencies_expect_nothing(fields):
    assignment = assigned(**fields)

    assert read(assignment) == []
    with pytest.raises(ReportNotExpected):
        reported(assignment)
    assert not Answer.objects.exists()


def test_nothing_is_expected_before_the_meeting_is_concluded():
    directive = DirectiveFactory(conclusion__meeting__version=0, due_kind="cadence", due_cadence="weekly")

    assert read(AssignmentFactory(directive=directive)) == []


def test_once_done_the_weeks_before_stay_expected_and_no_others():
    assignment = assigned()
    answer = answer_assignment(
        assignment, text="Xong.", done_on=date(2024, 4, 23), by=officer_of(assignment.agency), today=TODAY
    )
    assert len(read(assignment)) == 3

    confirm_answer(answer, by=office_of(assignment), today=TODAY)

    assert read(assignment, on=date(2024, 6, 1)) == [(FIRST, True), (SECOND, True)]
    assert len(read(assignment, on=date(2024, 4, 22))) == 3
    with pytest.raises(AlreadyConfirmed):
        reported(assignment)


def test_once_withdrawn_nothing_more_is_expected():
    assignment = assigned()

    withdraw_directive(
        assignment.directive, on=date(2024, 4, 16), reason="Thôi.", by=office_of(assignment), today=TODAY
    )

    assert read(assignment) == [(FIRST, True)]


@pytest.mark.parametrize("last_day", [date(2024, 4, 7), date(2024, 4, 15), date(2024, 5, 5)])
def test_window_that_is_not_expected_is_refused(last_day):
    assignment = assigned()

    with pytest.raises(ReportNotExpected, match="Chọn một kỳ trong danh sách") as refusal:
        reported(assignment, last_day)

    assert list(refusal.value.error_dict) == ["period_last_day"]
    assert not Answer.objects.exists()


def test_directive_without_a_cadence_takes_no_periodic_report():
    assignment = AssignmentFactory()

    with pytest.raises(ReportNotExpected, match="không phải báo cáo định kỳ"):
        reported(assignment)


def test_other_agencies_do_not_report():
    assignment = assigned()

    with pytest.raises(NotTheAgencyAssigned):
        reported(assignment, by=officer_of(AgencyFactory(province=assignment.agency.province)))

    assert not Answer.objects.exists()


def test_report_of_a_cadence_that_was_corrected_later_stays():
    assignment = assigned()
    reported(assignment)
    directive = assignment.directive
    directive.due_cadence = "monthly"
    with correcting():
        signed_save(directive, by=UserFactory(), reason="Sửa kỳ báo cáo.")

    # Week and month happen to close on the same day.
    assert read(assignment) == [(date(2024, 4, 14), False), (date(2024, 5, 14), True)]
    assert Answer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_reports_of_one_period_at_once_one_is_refused(at_once):
    assignment = assigned()
    one, other = officer_of(assignment.agency), officer_of(assignment.agency)

    outcomes = at_once(lambda: reported(assignment, by=one), lambda: reported(assignment, by=other))

    assert {type(outcome) for outcome in outcomes} == {Answer, ReportNotExpected}
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("count", [1, 10])
def test_expected_reports_are_read_in_one_query(count, django_assert_num_queries):
    for _ in range(count):
        reported(assigned())
    assignments = list(Assignment.objects.select_related(READS))

    with django_assert_num_queries(1):
        expected = expected_reports(assignments, on=TODAY)

    assert [len(reports) for reports in expected.values()] == [3] * count
