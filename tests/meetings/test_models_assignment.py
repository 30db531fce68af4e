"""Assignments, answers and extensions: what none of them may be, how each stood on a day, who answers and decides."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import (
    AnswerKind,
    AnswerState,
    Assignment,
    AssignmentState,
    Extension,
    ExtensionState,
    agencies_answered_for,
)
from meetings.models.due import DueKind
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tasks.timeliness import Timeliness
from tests.factories import AgencyFactory, AgencySuccessionFactory, ProvinceFactory, UserFactory
from tests.meetings.factories import (
    AnswerFactory,
    AnswerFileFactory,
    AssignmentFactory,
    DirectiveFactory,
    ExtensionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DUE = date(2024, 4, 30)


def due_assignment(**fields):
    return AssignmentFactory(directive__due_kind=DueKind.DAY, directive__due_day=DUE, **fields)


def confirmed(done_on):
    return {"state": AssignmentState.CONFIRMED, "done_on": done_on}


def granted(assignment, until, on):
    return ExtensionFactory(
        assignment=assignment,
        state=ExtensionState.GRANTED,
        granted_due_on=until,
        decided_on=on,
        decided_by=UserFactory(),
    )


# Constraints


def test_agency_is_assigned_once(assert_refused):
    first = AssignmentFactory()
    second = AssignmentFactory(directive=first.directive)

    assert_refused(second, "assignment_once_for_an_agency", "agency", agency=first.agency)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": AssignmentState.CONFIRMED}, id="confirmed on no day"),
        pytest.param({"done_on": date(2024, 4, 25)}, id="done and open"),
        pytest.param({"state": AssignmentState.RETURNED, "done_on": date(2024, 4, 25)}, id="done and returned"),
    ],
)
def test_assignment_is_done_exactly_when_confirmed(assert_refused, change):
    assert_refused(AssignmentFactory(), "assignment_done_exactly_when_confirmed", "done_on", **change)


@pytest.mark.parametrize(
    ("rule", "code", "change"),
    [
        pytest.param(
            "answer_says_since_when_or_for_which_period", "done_on", {"done_on": None}, id="done since no day"
        ),
        pytest.param(
            "answer_says_since_when_or_for_which_period",
            "done_on",
            {"kind": AnswerKind.PERIODIC},
            id="a period that is a day of being done",
        ),
        pytest.param(
            "answer_says_since_when_or_for_which_period",
            "done_on",
            {"period_last_day": date(2024, 4, 25)},
            id="done and for a period",
        ),
        pytest.param(
            "answer_is_sent_once_it_is_done", "done_on", {"done_on": date(2024, 4, 26)}, id="done after it is sent"
        ),
        pytest.param(
            "answer_decided_by_whom_and_when", "return_reason", {"state": AnswerState.CONFIRMED}, id="by nobody"
        ),
        pytest.param(
            "answer_decided_by_whom_and_when", "return_reason", {"return_reason": "Thiếu"}, id="a reason and waiting"
        ),
    ],
)
def test_answer_that_contradicts_itself_is_refused(assert_refused, rule, code, change):
    assert_refused(AnswerFactory(), rule, code, **change)


def test_answer_is_returned_with_a_reason(assert_refused):
    reviewed = {"state": AnswerState.RETURNED, "reviewer": UserFactory(), "reviewed_on": date(2024, 4, 26)}

    assert_refused(AnswerFactory(), "answer_decided_by_whom_and_when", "return_reason", **reviewed)


def test_answer_is_not_reviewed_by_its_author(assert_refused):
    answer = AnswerFactory()
    change = {"state": AnswerState.CONFIRMED, "reviewer": answer.author, "reviewed_on": date(2024, 4, 26)}

    assert_refused(answer, "answer_is_reviewed_by_somebody_else", None, **change)


def test_one_answer_of_an_assignment_waits(assert_refused):
    first = AnswerFactory()
    second = AnswerFactory(
        assignment=first.assignment,
        state=AnswerState.RETURNED,
        reviewer=UserFactory(),
        reviewed_on=date(2024, 4, 26),
        return_reason="Thiếu số liệu",
    )
    again = {"state": AnswerState.SENT, "reviewer": None, "reviewed_on": None, "return_reason": ""}

    assert_refused(second, "assignment_one_answer_waits", None, **again)


def test_one_report_is_sent_for_a_period(assert_refused):
    period = {"kind": AnswerKind.PERIODIC, "done_on": None}
    first = AnswerFactory(**period, period_last_day=date(2024, 4, 14))
    second = AnswerFactory(**period, assignment=first.assignment, period_last_day=date(2024, 4, 21))

    assert_refused(
        second, "assignment_one_report_for_a_period", "period_last_day", period_last_day=first.period_last_day
    )


def test_one_request_for_more_time_waits(assert_refused):
    first = ExtensionFactory()
    second = granted(first.assignment, date(2024, 5, 31), date(2024, 4, 22))
    again = {"state": ExtensionState.WAITING, "granted_due_on": None, "decided_on": None, "decided_by": None}

    assert_refused(second, "assignment_one_extension_waits", None, **again)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": ExtensionState.GRANTED}, id="granted by nobody"),
        pytest.param({"state": ExtensionState.REFUSED}, id="refused by nobody"),
        pytest.param({"granted_due_on": date(2024, 5, 31)}, id="a new day and undecided"),
    ],
)
def test_extension_says_by_whom_and_when_it_was_decided(assert_refused, change):
    assert_refused(ExtensionFactory(), "extension_decided_by_whom_and_when", "granted_due_on", **change)


def test_extension_is_not_decided_by_who_asked(assert_refused):
    extension = ExtensionFactory()
    change = {
        "state": ExtensionState.REFUSED,
        "decided_by": extension.requested_by,
        "decided_on": date(2024, 4, 22),
    }

    assert_refused(extension, "extension_is_decided_by_somebody_else", None, **change)


def test_decided_extension_does_not_change():
    extension = granted(AssignmentFactory(), date(2024, 5, 31), date(2024, 4, 22))
    extension.granted_due_on = date(2024, 6, 30)

    with pytest.raises(ValidationError, match="đã được quyết định"):
        signed_save(extension, by=system_account())


def test_file_is_sent_once_with_an_answer(assert_refused):
    first = AnswerFileFactory()
    second = AnswerFileFactory(answer=first.answer)

    assert_refused(second, "answer_has_a_file_once", "file", file=first.file)


# How an assignment stood on a day


@pytest.mark.parametrize(
    ("done_on", "day", "timeliness"),
    [
        pytest.param(None, date(2024, 4, 30), Timeliness.OPEN_IN_TIME, id="open on its last day"),
        pytest.param(None, date(2024, 5, 1), Timeliness.OPEN_OVERDUE, id="open the day after"),
        pytest.param(date(2024, 4, 30), date(2024, 5, 1), Timeliness.DONE_ON_TIME, id="done on its last day"),
        pytest.param(date(2024, 5, 2), date(2024, 5, 2), Timeliness.DONE_LATE, id="done late"),
        pytest.param(date(2024, 5, 2), date(2024, 5, 1), Timeliness.OPEN_OVERDUE, id="not done yet on that day"),
        pytest.param(date(2024, 4, 20), date(2024, 4, 19), Timeliness.OPEN_IN_TIME, id="a day before it was done"),
    ],
)
def test_assignment_stands_on_a_day_as_its_due_and_its_end_say(done_on, day, timeliness):
    assignment = due_assignment(**confirmed(done_on) if done_on else {})

    row = Assignment.objects.on_day(day).get(pk=assignment.pk)

    assert row.timeliness_then == timeliness
    assert row.due_then == row.first_due_then == DUE


@pytest.mark.parametrize("done_on", [None, date(2024, 4, 20)])
def test_assignment_without_a_due_day_is_neither_in_time_nor_late(done_on):
    assignment = AssignmentFactory(**confirmed(done_on) if done_on else {})

    row = Assignment.objects.on_day(date(2024, 5, 1)).get(pk=assignment.pk)

    assert (row.due_then, row.timeliness_then, row.done_then) == (None, Timeliness.NO_DUE_DATE, done_on)


@pytest.mark.parametrize("state", [AssignmentState.ANSWERED, AssignmentState.RETURNED])
def test_what_is_answered_or_returned_is_not_done(state):
    assignment = due_assignment(state=state)

    row = Assignment.objects.on_day(date(2024, 5, 1)).get(pk=assignment.pk)

    assert row.timeliness_then == Timeliness.OPEN_OVERDUE


def test_extensions_move_the_due_day_from_the_day_on_which_they_were_granted():
    assignment = due_assignment()
    granted(assignment, date(2024, 5, 31), date(2024, 4, 22))
    granted(assignment, date(2024, 6, 30), date(2024, 5, 20))
    ExtensionFactory(
        assignment=assignment, state=ExtensionState.REFUSED, decided_on=date(2024, 6, 1), decided_by=UserFactory()
    )
    ExtensionFactory(assignment=assignment, asked_due_on=date(2024, 12, 31))

    days = [date(2024, 4, 21), date(2024, 4, 22), date(2024, 5, 20), date(2024, 7, 1)]
    rows = [Assignment.objects.on_day(day).get(pk=assignment.pk) for day in days]

    assert [row.due_then for row in rows] == [DUE, date(2024, 5, 31), date(2024, 6, 30), date(2024, 6, 30)]
    assert [row.extensions_then for row in rows] == [0, 1, 2, 2]
    assert {row.first_due_then for row in rows} == {DUE}
    assert rows[-1].timeliness_then == Timeliness.OPEN_OVERDUE


def test_given_are_those_of_directives_that_stand():
    standing = AssignmentFactory()
    AssignmentFactory(directive__withdrawn_on=date(2024, 4, 20))
    AssignmentFactory(directive__conclusion__meeting__concluded=False)
    AssignmentFactory(directive__conclusion__meeting__held_on=date(2024, 7, 1))

    assert list(Assignment.objects.given(date(2024, 5, 1))) == [standing]


# Who answers, who decides


def test_successor_answers_for_the_agencies_that_ended_before_it():
    province = ProvinceFactory()
    first, second = AgencyFactory.create_batch(2, province=province)
    last = AgencyFactory(province=province, in_force_from=date(2025, 7, 1))
    for agency, day in [(first, date(2025, 2, 28)), (second, date(2025, 6, 30))]:
        agency.in_force_to = day
        signed_save(agency, by=system_account())
    AgencySuccessionFactory(predecessor=first, successor=second, effective_on=date(2025, 3, 1))
    AgencySuccessionFactory(predecessor=second, successor=last, effective_on=date(2025, 7, 1))

    assert agencies_answered_for(second, date(2025, 2, 28)) == {second.pk}
    assert agencies_answered_for(second, date(2025, 3, 1)) == {first.pk, second.pk}
    assert agencies_answered_for(last, date(2025, 7, 1)) == {first.pk, second.pk, last.pk}
    assert agencies_answered_for(first, date(2025, 7, 1)) == {first.pk}


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        (Role.OFFICER, True),
        (Role.COORDINATOR, True),
        (Role.OFFICE, True),
        (Role.LEADER, False),
        (Role.AUDITOR, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_people_of_the_agency_answer_by_their_role(role, answers):
    assignment = AssignmentFactory()
    AssignmentFactory(directive=assignment.directive)
    user = UserFactory(role=role, agency=assignment.agency)

    assert list(Assignment.objects.answerable_by(user, date(2024, 5, 1))) == ([assignment] if answers else [])


def test_who_works_nowhere_answers_nothing():
    AssignmentFactory()

    assert not Assignment.objects.answerable_by(UserFactory(agency=None), date(2024, 5, 1)).exists()


def test_office_confirms_what_waits_in_its_province_except_its_own_answers():
    province = ProvinceFactory()
    agency = AgencyFactory(province=province)
    secretary = UserFactory(role=Role.OFFICE, agency=agency)
    directive = DirectiveFactory(conclusion__meeting__province=province)
    waiting = AssignmentFactory(directive=directive, state=AssignmentState.ANSWERED)
    own = AssignmentFactory(directive=directive, agency=agency, state=AssignmentState.ANSWERED)
    AnswerFactory(assignment=own, author=secretary)
    AnswerFactory(assignment=waiting)
    AssignmentFactory(directive=directive)
    AssignmentFactory(state=AssignmentState.ANSWERED)

    assert list(Assignment.objects.confirmable_by(secretary)) == [waiting]
    assert not Assignment.objects.confirmable_by(UserFactory(role=Role.COORDINATOR, agency=agency)).exists()


def test_office_decides_on_requests_of_its_province_except_its_own():
    province = ProvinceFactory()
    agency = AgencyFactory(province=province)
    secretary = UserFactory(role=Role.OFFICE, agency=agency)
    of_the_province = {"assignment__directive__conclusion__meeting__province": province}
    waiting = ExtensionFactory(**of_the_province)
    ExtensionFactory(**of_the_province, requested_by=secretary)
    ExtensionFactory()

    assert list(Extension.objects.decidable_by(secretary)) == [waiting]
    assert not Extension.objects.decidable_by(UserFactory(role=Role.LEADER, agency=agency)).exists()


def test_assignment_is_visible_to_people_of_the_province_alone():
    own = AssignmentFactory()
    AssignmentFactory()
    insider = UserFactory(agency=AgencyFactory(province=own.directive.conclusion.meeting.province))

    assert list(Assignment.objects.visible_to(insider)) == [own]
