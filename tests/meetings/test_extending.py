"""Requests for more time, what is decided on them, and what they make of the due day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import Assignment, AssignmentState, Extension, ExtensionState
from meetings.operations.answering import (
    AlreadyConfirmed,
    AnswerWaits,
    NotTheAgencyAssigned,
    NotTheOffice,
    answer_assignment,
    confirm_answer,
)
from meetings.operations.extending import (
    ExtensionDecided,
    ExtensionWaits,
    NotALaterDay,
    NothingToExtend,
    OwnRequest,
    decide_extension,
    request_extension,
)
from programme.models import Role
from smartcity.lib.records.history import signed_delete, signed_save
from tasks.timeliness import Timeliness
from tests.factories import AgencyFactory, ProvinceFactory, UserFactory, officer_of
from tests.meetings.factories import AssignmentFactory, DirectiveFactory, ExtensionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ASKED, TODAY, DECIDED = date(2024, 5, 31), date(2024, 4, 25), date(2024, 4, 29)


def assigned(**due):
    """Due on 30/04/2024, where nothing else is said."""
    due = due or {"due_kind": "day", "due_day": date(2024, 4, 30)}
    return AssignmentFactory(directive=DirectiveFactory(**due), agency__name="Sở Y tế")


def office_of(assignment, **fields):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=assignment.agency.province), **fields)


@pytest.fixture
def assignment():
    return assigned()


@pytest.fixture
def officer(assignment):
    return officer_of(assignment.agency, full_name="Trần Văn Nam")


@pytest.fixture
def office(assignment):
    return office_of(assignment, full_name="Lê Thị Hoa")


def asked(assignment, officer, **changes):
    typed = {"asked_due_on": ASKED, "reason": "Chờ thẩm định.", "by": officer, "today": TODAY} | changes
    return request_extension(assignment, **typed)


def on_day(assignment, day):
    one = Assignment.objects.on_day(day).get(pk=assignment.pk)
    return one.due_then, one.first_due_then, one.extensions_then, one.timeliness_then


def test_request_waits_and_moves_nothing_yet(assignment, officer):
    extension = asked(assignment, officer)

    assert (extension.state, extension.requested_by, extension.requested_on) == ("waiting", officer, TODAY)
    assert (extension.history.get().history_user, extension.history.get().history_change_reason) == (
        officer,
        "Chờ thẩm định.",
    )
    assert on_day(assignment, date(2024, 5, 1))[::3] == (date(2024, 4, 30), Timeliness.OPEN_OVERDUE)


def test_granted_day_holds_from_the_decision_on_and_the_first_one_stays(assignment, officer, office):
    extension = asked(assignment, officer)

    decide_extension(extension, grant=True, note="Đồng ý.", by=office, today=DECIDED)

    extension.refresh_from_db()
    assert (extension.state, extension.granted_due_on, extension.decided_by, extension.decided_on) == (
        ExtensionState.GRANTED,
        ASKED,
        office,
        DECIDED,
    )
    assert extension.history.latest().history_user == office
    first = date(2024, 4, 30)
    assert on_day(assignment, date(2024, 4, 28)) == (first, first, 0, Timeliness.OPEN_IN_TIME)
    assert on_day(assignment, date(2024, 5, 31)) == (ASKED, first, 1, Timeliness.OPEN_IN_TIME)
    assert on_day(assignment, date(2024, 6, 1)) == (ASKED, first, 1, Timeliness.OPEN_OVERDUE)
    assignment.directive.refresh_from_db()
    assert assignment.directive.due_day == first


def test_second_extension_is_counted_and_starts_from_the_first(assignment, officer, office):
    decide_extension(asked(assignment, officer), grant=True, by=office, today=DECIDED)
    with pytest.raises(NotALaterDay, match="Hạn hiện nay là 31/05/2024"):
        asked(assignment, officer, today=DECIDED)

    again = asked(assignment, officer, asked_due_on=date(2024, 7, 31), today=DECIDED)
    decide_extension(again, grant=True, granted_due_on=date(2024, 6, 30), by=office, today=DECIDED)

    assert on_day(assignment, DECIDED)[:3] == (date(2024, 6, 30), date(2024, 4, 30), 2)


def test_refused_request_says_why_and_moves_nothing(assignment, officer, office):
    extension = asked(assignment, officer)

    with pytest.raises(ValidationError, match="Ghi lý do không gia hạn") as refusal:
        decide_extension(extension, grant=False, by=office, today=DECIDED)
    assert list(refusal.value.error_dict) == ["note"]
    with pytest.raises(ValidationError, match="Không gia hạn thì để trống"):
        decide_extension(extension, grant=False, granted_due_on=ASKED, note="Việc gấp.", by=office, today=DECIDED)
    decide_extension(extension, grant=False, note="Việc gấp.", by=office, today=DECIDED)

    assert Extension.objects.get().state == ExtensionState.REFUSED
    assert on_day(assignment, DECIDED)[::2] == (date(2024, 4, 30), 0)
    assert asked(assignment, officer, today=DECIDED).state == ExtensionState.WAITING


def test_day_that_gives_no_more_time_is_refused(assignment, officer, office):
    for day, told in ((date(2024, 4, 30), "Hạn hiện nay là 30/04/2024"), (date(2024, 4, 1), "Hạn hiện nay")):
        with pytest.raises(NotALaterDay, match=told) as refusal:
            asked(assignment, officer, asked_due_on=day)
        assert list(refusal.value.error_dict) == ["asked_due_on"]
    with pytest.raises(NotALaterDay, match="đã qua"):
        asked(assignment, officer, asked_due_on=date(2024, 5, 2), today=date(2024, 5, 3))
    assert not Extension.objects.exists()

    extension = asked(assignment, officer)
    with pytest.raises(NotALaterDay) as refusal:
        decide_extension(extension, grant=True, granted_due_on=date(2024, 4, 30), by=office, today=DECIDED)
    assert list(refusal.value.error_dict) == ["granted_due_on"]
    assert Extension.objects.get().state == ExtensionState.WAITING


def test_overdue_work_may_still_be_given_more_time(assignment, officer, office):
    extension = asked(assignment, officer, asked_due_on=date(2024, 5, 20), today=date(2024, 5, 10))

    decide_extension(extension, grant=True, by=office, today=date(2024, 5, 22))

    assert on_day(assignment, date(2024, 5, 21))[3] == Timeliness.OPEN_OVERDUE
    assert on_day(assignment, date(2024, 5, 22))[0] == date(2024, 5, 20)


@pytest.mark.parametrize(
    ("due", "told"),
    [
        ({"due_kind": "none"}, "không có ngày đến hạn"),
        ({"due_kind": "cadence", "due_cadence": "weekly"}, "không có ngày đến hạn"),
        (
            {"due_kind": "condition", "due_words": "HĐND tỉnh thông qua", "due_when": "after"},
            "«ngay sau khi HĐND tỉnh thông qua», chưa có ngày cụ thể",
        ),
    ],
    ids=["none", "cadence", "condition"],
)
def test_where_no_day_holds_there_is_nothing_to_extend(due, told):
    assignment = assigned(**due)

    with pytest.raises(NothingToExtend, match=told):
        asked(assignment, officer_of(assignment.agency))

    assert not Extension.objects.exists()


def test_condition_that_came_true_can_be_extended():
    assignment = assigned(due_kind="condition", due_words="HĐND thông qua", due_when="after", due_day=date(2024, 4, 20))

    asked(assignment, officer_of(assignment.agency))

    assert Extension.objects.get().asked_due_on == ASKED


def test_request_without_a_reason_is_refused(assignment, officer):
    with pytest.raises(ValidationError) as refusal:
        asked(assignment, officer, reason=" ")

    assert list(refusal.value.error_dict) == ["reason"]
    assert not Extension.objects.exists()


def test_one_request_at_a_time(assignment, officer):
    asked(assignment, officer)

    with pytest.raises(ExtensionWaits, match="Trần Văn Nam đã xin gia hạn đến 31/05/2024"):
        asked(assignment, officer_of(assignment.agency))

    assert Extension.objects.count() == 1


def test_only_the_agency_asks_and_not_once_it_says_done(assignment, officer, office):
    with pytest.raises(NotTheAgencyAssigned):
        asked(assignment, office)

    answer = answer_assignment(assignment, text="Xong.", done_on=TODAY, by=officer, today=TODAY)
    with pytest.raises(AnswerWaits, match="chưa cần gia hạn"):
        asked(assignment, officer)

    confirm_answer(answer, by=office, today=TODAY)
    with pytest.raises(AlreadyConfirmed):
        asked(assignment, officer)
    assert not Extension.objects.exists()


def test_only_the_office_decides_and_never_on_its_own_request(assignment, officer, office):
    extension = asked(assignment, officer)
    for person in (officer, UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=ProvinceFactory()))):
        with pytest.raises(NotTheOffice):
            decide_extension(extension, grant=True, by=person, today=DECIDED)

    own = AssignmentFactory(agency=office.agency, directive=assignment.directive)
    request = asked(own, office)
    with pytest.raises(OwnRequest, match="một người khác"):
        decide_extension(request, grant=True, by=office, today=DECIDED)

    assert set(Extension.objects.values_list("state", flat=True)) == {ExtensionState.WAITING}


def test_time_is_not_granted_for_what_is_done(assignment, officer, office):
    extension = ExtensionFactory(assignment=assignment, requested_by=officer)
    assignment.state, assignment.done_on = AssignmentState.CONFIRMED, TODAY
    signed_save(assignment, by=office)

    with pytest.raises(AlreadyConfirmed):
        decide_extension(extension, grant=True, by=office, today=DECIDED)

    assert Extension.objects.get().state == ExtensionState.WAITING


def test_sent_request_does_not_change(assignment, officer, office):
    extension = asked(assignment, officer)

    extension.asked_due_on = date(2025, 1, 1)
    for act in (signed_save, signed_delete):
        with pytest.raises(ValidationError, match=r"không sửa|không xóa"):
            act(extension, by=officer)

    assert Extension.objects.get().asked_due_on == ASKED


@pytest.mark.django_db(transaction=True)
def test_grant_and_refusal_at_once_leave_one_truth(at_once):
    assignment = assigned()
    extension = asked(assignment, officer_of(assignment.agency))
    one, other = office_of(assignment), office_of(assignment)

    outcomes = at_once(
        lambda: decide_extension(extension, grant=True, by=one, today=DECIDED),
        lambda: decide_extension(extension, grant=False, note="Việc gấp.", by=other, today=DECIDED),
    )

    assert {type(outcome) for outcome in outcomes} == {Extension, ExtensionDecided}
    assert Extension.objects.get().history.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_told_of_the_other(at_once):
    assignment = assigned()
    one, other = officer_of(assignment.agency), officer_of(assignment.agency)

    outcomes = at_once(lambda: asked(assignment, one), lambda: asked(assignment, other))

    assert {type(outcome) for outcome in outcomes} == {Extension, ExtensionWaits}
    assert Extension.objects.count() == 1
