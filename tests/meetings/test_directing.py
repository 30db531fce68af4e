"""What may happen to a directive: given, changed, taken out, withdrawn; and how a due that waits gets its day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from meetings.models import AssignmentRole, AssignmentState, Conclusion, Directive, LinkKind, Meeting
from meetings.models.due import Due, DueKind, When
from meetings.operations.directing import (
    AlreadyAnswered,
    AlreadyWithdrawn,
    Assigned,
    NoAgency,
    NothingToResolve,
    change_directive,
    give_directive,
    link_directive,
    remove_directive,
    resolve_due,
    withdraw_directive,
)
from meetings.operations.recording import MeetingLocked, NotYetHeld, conclude_meeting, remove_conclusion
from tests.factories import AgencyFactory, LegalDocumentFactory, RevisionFactory, UserFactory, adopt
from tests.meetings.factories import (
    AnswerFactory,
    AssignmentFactory,
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    DirectiveLinkFactory,
    ExtensionFactory,
    MeetingFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2024, 4, 12)
AFTER_ADOPTION = Due(DueKind.CONDITION, words="HĐND tỉnh thông qua Nghị quyết sửa đổi", when=When.AFTER)
NO_DUE = Due(DueKind.NONE)
COORDINATING = AssignmentRole.COORDINATING


@pytest.fixture
def person():
    return UserFactory(full_name="Nguyễn Thị Lan")


@pytest.fixture
def meeting():
    return MeetingFactory()


@pytest.fixture
def conclusion(meeting):
    AttendanceFactory(meeting=meeting, chair=True)
    return ConclusionFactory(meeting=meeting, number=1)


@pytest.fixture
def give(conclusion, person):
    """Gives a directive of the meeting; without agencies named, one of its province leads."""

    def give(text="Trình hồ sơ.", *, due=NO_DUE, assigned=None, **more):
        lead = Assigned(AgencyFactory(province=conclusion.meeting.province))
        assigned = [lead] if assigned is None else assigned
        return give_directive(
            conclusion, text=text, due=due, assigned=assigned, **{"by": person, "today": TODAY} | more
        )

    return give


@pytest.fixture
def concluded(give, meeting, person):
    """A directive of a meeting that is concluded."""
    directive = give()
    conclude_meeting(meeting, by=person, today=TODAY)
    return Directive.objects.get(pk=directive.pk)


def roles(directive):
    return {one.agency: (one.role, one.is_assumed) for one in directive.assignments.select_related("agency")}


def due_then(directive, on):
    return Directive.objects.with_due(on).get(pk=directive.pk).due_then


# Giving


def test_given_directives_stand_in_order_each_with_its_agencies_as_one_action(give, person):
    lead, helper = AgencyFactory.create_batch(2)

    first = give("Một", assigned=[Assigned(lead, is_assumed=True), Assigned(helper, COORDINATING)])
    second = give("Hai", due=Due(DueKind.MONTH, year=2024, month=4))

    assert (first.label, second.label) == ("1.1", "1.2")
    assert roles(first) == {lead: (AssignmentRole.LEAD, True), helper: (COORDINATING, False)}
    assert second.due_on == date(2024, 4, 30)
    rows = [first.history.get(), *(one.history.get() for one in first.assignments.all())]
    assert {(row.history_user, row.history_action) for row in rows} == {(person, rows[0].history_action)}


@pytest.mark.parametrize("is_helped", [False, True], ids=["nobody", "only coordinating"])
def test_directive_without_a_lead_is_refused(give, is_helped):
    with pytest.raises(NoAgency) as refusal:
        give(assigned=[Assigned(AgencyFactory(), COORDINATING)] if is_helped else [])

    assert set(refusal.value.error_dict) == {"leads"}
    assert not Directive.objects.exists()


def test_directive_of_a_meeting_to_come_is_refused(give):
    with pytest.raises(NotYetHeld):
        give(today=date(2024, 4, 9))

    assert not Directive.objects.exists()


def test_directive_of_a_conclusion_that_was_taken_out_meanwhile_is_refused(give, conclusion, person):
    remove_conclusion(Conclusion.objects.get(pk=conclusion.pk), by=person, today=TODAY)

    with pytest.raises(ValidationError) as refusal:
        give()

    assert list(refusal.value.message_dict) == ["conclusion"]


def test_concluded_meeting_takes_a_new_directive_only_as_a_correction(give, concluded, meeting):
    with pytest.raises(MeetingLocked):
        give("Thêm sau.")

    added = give("Thêm sau.", correction="Sót một ý")

    assert added.label == "1.2"
    assert [version.reason for version in meeting.versions.order_by("number")] == ["", "Sót một ý"]
    assert "- Thêm sau." in meeting.versions.get(number=2).text
    assert added.history.get().history_change_reason == "Sót một ý"


# Changing


def test_change_directive_saves_it_with_its_agencies_from_now_on(give, person):
    stays, goes, comes = AgencyFactory.create_batch(3)
    directive = give(assigned=[Assigned(stays), Assigned(goes)])
    directive.text = "Sửa lại"

    assigned = [Assigned(stays, COORDINATING), Assigned(comes)]
    change_directive(directive, assigned=assigned, by=person, today=TODAY, reason="Phân công lại")

    assert Directive.objects.get().text == "Sửa lại"
    assert roles(directive) == {stays: (COORDINATING, False), comes: (AssignmentRole.LEAD, False)}
    gone = directive.assignments.model.history.get(history_type="-")
    assert (gone.agency, gone.history_change_reason) == (goes, "Phân công lại")


def test_agency_that_answered_is_not_taken_off(concluded, person):
    assignment = concluded.assignments.get()
    AnswerFactory(assignment=assignment)

    with pytest.raises(AlreadyAnswered, match="đã trả lời"):
        change_directive(
            concluded, assigned=[Assigned(AgencyFactory())], by=person, today=TODAY, correction="Đổi cơ quan"
        )

    assert list(concluded.assignments.all()) == [assignment]
    assert concluded.conclusion.meeting.versions.count() == 1


def test_change_of_a_concluded_directive_without_a_reason_saves_nothing(concluded, person):
    assigned = [Assigned(one.agency) for one in concluded.assignments.all()]
    concluded.text = "Lặng lẽ đổi"

    with pytest.raises(MeetingLocked):
        change_directive(concluded, assigned=assigned, by=person, today=TODAY)

    assert Directive.objects.get().text == "Trình hồ sơ."


# Taking out, withdrawing


def test_removed_directive_leaves_no_gap_and_stays_in_the_history(give, person):
    first, second = give("Một"), give("Hai")
    DirectiveLinkFactory(directive=first, document=LegalDocumentFactory())
    removed = first.pk

    remove_directive(first, by=person, today=TODAY, reason="Ghi trùng")

    assert [(one.pk, one.label) for one in Directive.objects.all()] == [(second.pk, "1.1")]
    row = Directive.history.get(id=removed, history_type="-")
    assert (row.text, row.history_user, row.history_change_reason) == ("Một", person, "Ghi trùng")


@pytest.mark.parametrize("sent", [AnswerFactory, ExtensionFactory], ids=["answer", "extension"])
def test_directive_that_somebody_answered_is_not_removed(concluded, person, sent):
    sent(assignment=concluded.assignments.get())

    with pytest.raises(AlreadyAnswered):
        remove_directive(concluded, by=person, today=TODAY, correction="Ghi nhầm")

    assert Directive.objects.filter(pk=concluded.pk).exists()


def test_withdrawn_directive_counts_until_the_day_before(concluded, person):
    withdraw_directive(concluded, on=date(2024, 4, 11), reason="Đã chuyển việc", by=person, today=TODAY)

    given = [Directive.objects.given(day).filter(pk=concluded.pk).exists() for day in (date(2024, 4, 10), TODAY)]
    assert given == [True, False]
    row = concluded.history.latest("history_id")
    assert (row.history_user, row.history_change_reason) == (person, "Đã chuyển việc")


def test_directive_is_withdrawn_once(concluded, person):
    withdraw_directive(concluded, on=TODAY, reason="Đã chuyển việc", by=person, today=TODAY)

    with pytest.raises(AlreadyWithdrawn, match="12/04/2024"):
        withdraw_directive(concluded, on=TODAY, reason="Lần nữa", by=person, today=TODAY)


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        (date(2024, 4, 9), "Đã chuyển", "on"),
        (date(2024, 4, 13), "Đã chuyển", "on"),
        (TODAY, "  ", "reason"),
    ],
    ids=["before the meeting", "to come", "without a reason"],
)
def test_withdraw_directive_refuses(concluded, person, on, reason, field):
    with pytest.raises(ValidationError) as refusal:
        withdraw_directive(concluded, on=on, reason=reason, by=person, today=TODAY)

    assert set(refusal.value.error_dict) == {field}
    assert Directive.objects.get().withdrawn_on is None


# Dues that wait


def test_resolved_condition_has_its_day_from_that_day_on(give, person):
    directive = give(due=AFTER_ADOPTION)

    resolve_due(directive, day=date(2024, 7, 12), by=person, today=date(2024, 7, 20), reason="Nghị quyết số 12/NQ-HĐND")

    assert [due_then(directive, day) for day in (date(2024, 7, 11), date(2024, 7, 12))] == [None, date(2024, 7, 12)]
    assert directive.history.latest("history_id").history_change_reason == "Nghị quyết số 12/NQ-HĐND"


def test_resolving_corrects_nothing_of_what_the_meeting_said(give, meeting, person):
    directive = give(due=Due(DueKind.REFERENCE, words="155/QĐ-UBND ngày 18/01/2024"))
    conclude_meeting(meeting, by=person, today=TODAY)

    resolve_due(directive, day=date(2024, 6, 30), by=person, today=TODAY, reason="Điều 1 Quyết định 155")

    assert Directive.objects.get().due_on == date(2024, 6, 30)
    assert meeting.versions.count() == 1


def test_phrase_is_given_the_day_by_which_it_is_followed(give, meeting, person):
    directive = give(due=Due(DueKind.PHRASE, words="đầu tháng 7/2024"))
    conclude_meeting(meeting, by=person, today=TODAY)

    resolve_due(directive, day=date(2024, 7, 10), by=person, today=TODAY, reason="«Đầu tháng» tính đến ngày 10")

    stored = Directive.objects.get()
    assert (stored.due_words, stored.due_on) == ("đầu tháng 7/2024", date(2024, 7, 10))
    assert meeting.versions.count() == 1


@pytest.mark.parametrize(
    ("due", "day", "reason", "told"),
    [
        (Due(DueKind.PHRASE, words="đầu tháng 7/2024"), TODAY, "", "Ghi lý do chọn ngày này"),
        (AFTER_ADOPTION, date(2024, 4, 13), "Nghị quyết", "chưa đến"),
        (AFTER_ADOPTION, TODAY, " ", "Ghi căn cứ"),
        (Due(DueKind.MONTH, year=2024, month=4), TODAY, "Nghị quyết", "không chờ ngày nào"),
    ],
    ids=["chosen for no reason", "came true tomorrow", "without a ground", "waits for nothing"],
)
def test_resolve_due_refuses(give, person, due, day, reason, told):
    directive = give(due=due)

    with pytest.raises(ValidationError, match=told) as refusal:
        resolve_due(directive, day=day, by=person, today=TODAY, reason=reason)

    assert isinstance(refusal.value, NothingToResolve) == (due.kind == DueKind.MONTH)
    assert Directive.objects.get().due_day is None


def test_condition_has_its_day_once_its_revision_is_adopted(give):
    revision = RevisionFactory()
    directive = give(due=AFTER_ADOPTION, due_revision=revision)

    adopt(revision, effective_on=date(2024, 7, 12))

    assert [due_then(directive, day) for day in (date(2024, 7, 11), date(2024, 7, 12))] == [None, date(2024, 7, 12)]


# What waits for itself


def test_condition_does_not_wait_for_the_notice_of_its_own_meeting(give, meeting, person):
    give()
    conclude_meeting(meeting, issuer=AgencyFactory(province=meeting.province), by=person, today=TODAY)
    notice = Meeting.objects.get(pk=meeting.pk).notice

    with pytest.raises(ValidationError, match="chính cuộc họp này") as refusal:
        give(due=AFTER_ADOPTION, due_document=notice, correction="Thêm ý")

    assert "due_document" in refusal.value.error_dict


def test_condition_does_not_wait_for_its_own_result(give, person):
    document = LegalDocumentFactory(unissued=True)
    directive = give(due=AFTER_ADOPTION, due_document=document)

    with pytest.raises(ValidationError, match="chờ chính kết quả của nó"):
        link_directive(directive, document, kind=LinkKind.RESULT, by=person)

    assert not directive.links.exists()


def test_two_directives_do_not_wait_for_each_other(give, person):
    report, resolution = LegalDocumentFactory.create_batch(2, unissued=True)
    waits_for_report = give("Trình nghị quyết", due=AFTER_ADOPTION, due_document=report)
    link_directive(waits_for_report, resolution, kind=LinkKind.RESULT, by=person)
    writes_report = give("Lập báo cáo", due=AFTER_ADOPTION, due_document=resolution)

    with pytest.raises(ValidationError, match="qua việc khác"):
        link_directive(writes_report, report, kind=LinkKind.RESULT, by=person)

    assert link_directive(writes_report, report, kind=LinkKind.ABOUT, by=person).pk


def test_state_alone_keeps_an_agency_on_its_directive(concluded, person):
    """An answer that was returned is an answer too."""
    AssignmentFactory(directive=concluded, state=AssignmentState.RETURNED)

    with pytest.raises(AlreadyAnswered):
        remove_directive(concluded, by=person, today=TODAY, correction="Bỏ")


def test_directive_of_another_conclusion_keeps_its_place(give, meeting, person):
    other = DirectiveFactory(conclusion=ConclusionFactory(meeting=meeting, number=2), position=3)

    remove_directive(give("Một"), by=person, today=TODAY)

    other.refresh_from_db()
    assert other.label == "2.3"
