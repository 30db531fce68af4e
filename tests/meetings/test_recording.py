"""What may happen to a meeting: recorded, concluded, corrected; and what its notice then says."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from meetings.models import (
    AssignmentRole,
    Attendance,
    AttendanceRole,
    Conclusion,
    Meeting,
    MeetingProgramme,
    MeetingState,
    Recipient,
)
from meetings.notice import compose_notice
from meetings.operations.recording import (
    AlreadyConcluded,
    MeetingLocked,
    NotReadyToConclude,
    NotYetHeld,
    add_conclusion,
    change_meeting,
    conclude_meeting,
    missing_to_conclude,
    record_meeting,
    remove_conclusion,
)
from programme.models import AgencyKind, DocumentKind
from smartcity.lib.records.history import user_action
from tests.factories import AgencyFactory, LegalDocumentFactory, ProgrammeFactory, ProvinceFactory, UserFactory
from tests.meetings.factories import (
    AssignmentFactory,
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    MeetingFactory,
    RecipientFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HELD, TODAY = date(2024, 4, 10), date(2024, 4, 12)


@pytest.fixture
def person():
    return UserFactory(full_name="Nguyễn Thị Lan")


@pytest.fixture
def meeting():
    return MeetingFactory(province=ProvinceFactory(name="Tỉnh Bà Rịa - Vũng Tàu"), place="Trụ sở UBND tỉnh")


def whole(meeting, *, text="Đẩy nhanh tiến độ."):
    """With a chair, one conclusion, one directive and its lead: nothing is missing."""
    AttendanceFactory(meeting=meeting, chair=True, position=1)
    directive = DirectiveFactory(conclusion=ConclusionFactory(meeting=meeting, number=1), position=1, text=text)
    return AssignmentFactory(directive=directive)


def stored(meeting):
    return Meeting.objects.get(pk=meeting.pk)


def last(record):
    return record.history.latest("history_id")


# Recording


def test_record_meeting_keeps_it_with_its_parts_as_one_action(person):
    programme = ProgrammeFactory()
    meeting = Meeting(province=programme.province, title="nghe báo cáo tiến độ", held_on=HELD)
    chair = Attendance(role=AttendanceRole.CHAIR, person="Đặng Minh Thông", position=1)
    parts = [MeetingProgramme(programme=programme), chair, Recipient(text="Các sở", position=1)]

    record_meeting(meeting, parts=parts, by=person, today=TODAY, reason="Theo giấy mời")

    rows = [last(stored(meeting)), *(last(part) for part in parts)]
    assert {row.history_action for row in rows} == {rows[0].history_action}
    assert {(row.history_user, row.history_change_reason) for row in rows} == {(person, "Theo giấy mời")}
    assert stored(meeting).attendances.get().person == "Đặng Minh Thông"
    assert stored(meeting).state_on(TODAY) == MeetingState.HELD


def test_record_meeting_keeps_nothing_when_a_part_is_refused(person):
    meeting = Meeting(province=ProvinceFactory(), title="nghe báo cáo", held_on=HELD)

    with pytest.raises(ValidationError):
        record_meeting(meeting, parts=[Attendance(position=1)], by=person, today=TODAY)

    assert not Meeting.objects.exists()


def test_change_meeting_saves_and_drops_parts_together(person, meeting):
    gone = RecipientFactory(meeting=meeting, position=1, text="Các sở")
    meeting.place = "Hội trường"

    change_meeting(
        meeting,
        keep=[meeting, Recipient(meeting=meeting, text="Lưu: VT", position=2)],
        drop=[gone],
        by=person,
        today=TODAY,
    )

    assert stored(meeting).place == "Hội trường"
    assert list(meeting.recipients.values_list("text", flat=True)) == ["Lưu: VT"]
    assert last(meeting).history_action == Recipient.history.filter(history_type="-").get().history_action


def test_change_meeting_refuses_a_day_to_come_once_something_was_concluded(person, meeting):
    ConclusionFactory(meeting=meeting)
    meeting.held_on = date(2024, 4, 13)

    with pytest.raises(NotYetHeld) as refusal:
        change_meeting(meeting, keep=[meeting], by=person, today=TODAY)

    assert refusal.value.code == "held_on"
    assert stored(meeting).held_on == HELD


# Conclusions


def test_conclusions_are_numbered_in_the_order_in_which_they_are_added(person, meeting):
    numbers = [add_conclusion(meeting, heading=name, by=person, today=TODAY).number for name in ("Một", "Hai")]

    assert numbers == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_secretaries_adding_conclusions_at_once_give_two_numbers(at_once):
    meeting, people = MeetingFactory(), UserFactory.create_batch(2)

    made = at_once(*(partial(add_conclusion, meeting, heading="Mới", by=one, today=TODAY) for one in people))

    assert sorted(one.number for one in made) == [1, 2]
    assert sorted(meeting.conclusions.values_list("number", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_conclusion_added_while_another_concludes_is_in_the_notice_or_refused(at_once):
    meeting, person = MeetingFactory(), UserFactory()
    whole(meeting)

    added, _ = at_once(
        partial(add_conclusion, meeting, heading="Mới", by=person, today=TODAY),
        partial(conclude_meeting, meeting, by=person, today=TODAY),
    )

    is_in = "2. Mới" in meeting.versions.get().text
    assert is_in == isinstance(added, Conclusion) == (meeting.conclusions.count() == 2)


def test_add_conclusion_refuses_a_meeting_that_is_still_to_come(person, meeting):
    with pytest.raises(NotYetHeld):
        add_conclusion(meeting, heading="Sớm", by=person, today=date(2024, 4, 9))

    assert not meeting.conclusions.exists()


def test_removed_conclusion_leaves_no_gap(person, meeting):
    first, second, third = (ConclusionFactory(meeting=meeting, number=number) for number in (1, 2, 3))
    removed = first.pk

    remove_conclusion(first, by=person, today=TODAY, reason="Ghi nhầm")

    assert list(meeting.conclusions.order_by("number").values_list("pk", "number")) == [(second.pk, 1), (third.pk, 2)]
    assert Conclusion.history.filter(id=removed, history_type="-").get().history_change_reason == "Ghi nhầm"


def test_remove_conclusion_refuses_one_that_directs_something(person, meeting):
    conclusion = whole(meeting).directive.conclusion

    with pytest.raises(ValidationError, match="đang có ý kiến chỉ đạo"):
        remove_conclusion(conclusion, by=person, today=TODAY)

    assert meeting.conclusions.count() == 1


# Concluding


def test_conclude_meeting_locks_it_and_keeps_what_the_notice_says(person, meeting):
    whole(meeting, text="Trình UBND tỉnh hồ sơ.")

    conclude_meeting(meeting, by=person, today=TODAY)

    version = meeting.versions.get()
    assert (stored(meeting).version, version.number, version.on, version.reason) == (1, 1, TODAY, "")
    assert "1. Về việc thuê Trung tâm tích hợp dữ liệu\n- Trình UBND tỉnh hồ sơ." in version.text
    assert last(version).history_user == person


def test_conclude_meeting_makes_its_notice_without_number_and_day(person, meeting):
    whole(meeting)
    committee = AgencyFactory(province=meeting.province, kind=AgencyKind.COMMITTEE)

    conclude_meeting(meeting, issuer=committee, by=person, today=TODAY)

    notice = stored(meeting).notice
    assert (notice.kind, notice.number, notice.signed_on) == (DocumentKind.NOTICE, None, None)
    assert (notice.issuer, notice.code, notice.date_as_written) == (committee, "/TB-UBND", "ngày … tháng 4 năm 2024")
    assert notice.subject.startswith("Kết luận của đồng chí Đặng Minh Thông, Phó Chủ tịch UBND tỉnh tại cuộc họp nghe")


def test_conclude_meeting_leaves_the_notice_that_it_has(person, meeting):
    whole(meeting)
    meeting = stored(meeting)
    meeting.notice = LegalDocumentFactory(issuer=AgencyFactory(province=meeting.province), kind=DocumentKind.NOTICE)
    change_meeting(meeting, keep=[meeting], by=person, today=TODAY)

    conclude_meeting(meeting, issuer=meeting.notice.issuer, by=person, today=TODAY)

    assert stored(meeting).notice == meeting.notice


def test_conclude_meeting_tells_everything_that_is_missing(person, meeting):
    ConclusionFactory(meeting=meeting, number=1, heading="", text="")
    DirectiveFactory(conclusion=ConclusionFactory(meeting=meeting, number=2), position=1)

    with pytest.raises(NotReadyToConclude) as refusal:
        conclude_meeting(meeting, by=person, today=TODAY)

    assert [sentence.split(".")[0] for sentence in refusal.value.messages] == [
        "Chưa ghi người chủ trì",
        "Kết luận 1 còn trống",
        "Ý kiến chỉ đạo 2",
    ]
    assert (stored(meeting).version, meeting.versions.count()) == (0, 0)


def test_agency_that_only_coordinates_is_no_lead(person, meeting):
    assignment = whole(meeting)
    assignment.role = AssignmentRole.COORDINATING
    with user_action(by=person):
        assignment.save()

    assert [one.of for one in missing_to_conclude(meeting, today=TODAY)] == [assignment.directive]


def test_conclude_meeting_refuses_one_that_is_still_to_come(person, meeting):
    whole(meeting)

    with pytest.raises(NotYetHeld):
        conclude_meeting(meeting, by=person, today=date(2024, 4, 9))

    assert not meeting.versions.exists()


def test_conclude_meeting_refuses_a_second_time(person, meeting):
    whole(meeting)
    conclude_meeting(meeting, by=person, today=TODAY)

    with pytest.raises(AlreadyConcluded):
        conclude_meeting(meeting, by=person, today=TODAY)

    assert meeting.versions.count() == 1


# Correcting


def test_concluded_meeting_refuses_a_change_without_a_reason(person, meeting):
    whole(meeting)
    conclude_meeting(meeting, by=person, today=TODAY)
    changed = stored(meeting)
    changed.place = "Nơi khác"

    for reason in ("", "  "):
        with pytest.raises(MeetingLocked) as refusal:
            change_meeting(changed, keep=[changed], by=person, today=TODAY, correction=reason)

    assert refusal.value.code == "correction"
    assert (stored(meeting).place, meeting.versions.count()) == ("Trụ sở UBND tỉnh", 1)


def test_correction_becomes_the_next_version_with_its_reason(person, meeting):
    whole(meeting)
    conclude_meeting(meeting, by=person, today=TODAY)
    changed = stored(meeting)
    changed.place = "Hội trường A"

    change_meeting(changed, keep=[changed], by=person, today=date(2024, 4, 15), correction="Ghi sai địa điểm")

    first, second = meeting.versions.order_by("number")
    assert "tại Trụ sở UBND tỉnh, " in first.text
    assert "tại Hội trường A, " in second.text
    assert (second.number, second.on, second.reason) == (2, date(2024, 4, 15), "Ghi sai địa điểm")
    assert stored(meeting).version == 2
    assert last(second).history_change_reason == "Ghi sai địa điểm"


# The notice


def test_notice_says_who_was_there_once_and_from_where(meeting):
    finance = AgencyFactory(province=meeting.province, name="Sở Tài chính tỉnh Bà Rịa - Vũng Tàu")
    AttendanceFactory(meeting=meeting, chair=True, position=1)
    AttendanceFactory(meeting=meeting, position=2, person="", title="đại diện", agency=finance)
    AttendanceFactory(meeting=meeting, position=3, person="", title="tập thể lãnh đạo Sở Tài chính", agency=finance)
    AttendanceFactory(meeting=meeting, position=4, person="", title="lãnh đạo các huyện", site="điểm cầu các huyện")
    AttendanceFactory(meeting=meeting, position=5, person="Người vắng", title="", is_present=False)

    opening = compose_notice(meeting).opening

    assert opening == (
        "Ngày 10 tháng 4 năm 2024, tại Trụ sở UBND tỉnh, đồng chí Đặng Minh Thông, Phó Chủ tịch UBND tỉnh đã chủ trì "
        "cuộc họp nghe báo cáo tiến độ thực hiện các nhiệm vụ. Tham dự cuộc họp có đại diện Sở Tài chính tỉnh Bà Rịa "
        "- Vũng Tàu; tập thể lãnh đạo Sở Tài chính; lãnh đạo các huyện (dự tại điểm cầu các huyện)."
    )


def test_notice_without_a_chair_says_that_none_is_recorded(meeting):
    assert "(chưa ghi người chủ trì) đã chủ trì cuộc họp" in compose_notice(meeting).opening


@pytest.mark.parametrize(
    ("heading", "said"),
    [("Về thuê dịch vụ", "1. Về thuê dịch vụ: Thống nhất."), ("Về thuê dịch vụ:", "1. Về thuê dịch vụ: Thống nhất.")],
    ids=["open", "closed by a colon"],
)
def test_notice_sets_a_heading_apart_from_its_text(meeting, heading, said):
    ConclusionFactory(meeting=meeting, number=1, heading=heading, text="Thống nhất.")

    text = compose_notice(meeting).as_text()

    assert said in text
    assert "Nơi nhận" not in text


def test_conclusion_that_is_one_directive_alone_stands_behind_its_number(meeting):
    whole(meeting, text="Khẩn trương thực hiện.")
    alone = ConclusionFactory(meeting=meeting, number=2, heading="")
    DirectiveFactory(conclusion=alone, position=1, text="Văn phòng bố trí lịch làm việc.")

    text = compose_notice(meeting).as_text()

    assert (
        "1. Về việc thuê Trung tâm tích hợp dữ liệu\n- Khẩn trương thực hiện.\n2. Văn phòng bố trí lịch làm việc."
        in text
    )
