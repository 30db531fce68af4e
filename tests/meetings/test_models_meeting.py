"""Meetings and their parts: what no meeting may be, whose they are, and what a concluded one still lets change."""

from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from meetings.models import AttendanceRole, Meeting, MeetingState, correcting
from meetings.models.lock import LOCKED
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_delete, signed_save
from tests.factories import AgencyFactory, LegalDocumentFactory, ProvinceFactory, UserFactory
from tests.meetings.factories import (
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    MeetingFactory,
    MeetingProgrammeFactory,
    MeetingVersionFactory,
    OpinionFactory,
    RecipientFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_each_constraint_of_the_app_is_broken_here():
    here = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    constraints = {
        constraint.name
        for model in apps.get_app_config("meetings").get_models()
        for constraint in model._meta.constraints
    }

    assert {name for name in constraints if f'"{name}"' not in here} == set()


# Constraints


def test_notice_belongs_to_one_meeting(assert_refused):
    notice = LegalDocumentFactory()
    MeetingFactory(notice=notice)

    assert_refused(MeetingFactory(), "meeting_has_a_notice_of_its_own", "notice", notice=notice)


def test_meeting_is_about_a_programme_once(assert_refused):
    first = MeetingProgrammeFactory()
    second = MeetingProgrammeFactory(meeting=first.meeting)

    assert_refused(second, "meeting_is_about_a_programme_once", "programme", programme=first.programme)


@pytest.mark.parametrize(
    ("factory", "rule"),
    [
        (AttendanceFactory, "attendance_place_in_a_meeting_once"),
        (OpinionFactory, "opinion_place_in_a_meeting_once"),
        (RecipientFactory, "recipient_place_in_a_meeting_once"),
    ],
)
def test_two_parts_of_a_meeting_do_not_stand_in_one_place(assert_refused, factory, rule):
    first = factory()
    second = factory(meeting=first.meeting)

    assert_refused(second, rule, "position", position=first.position)


def test_meeting_has_one_chair(assert_refused):
    chair = AttendanceFactory(chair=True)
    other = AttendanceFactory(meeting=chair.meeting)

    assert_refused(other, "meeting_has_one_chair", "role", role=AttendanceRole.CHAIR)


@pytest.mark.parametrize(
    ("factory", "rule", "code", "change"),
    [
        pytest.param(
            AttendanceFactory, "attendance_says_who", "agency", {"person": "", "title": ""}, id="nobody attends"
        ),
        pytest.param(OpinionFactory, "opinion_says_whose", "agency", {"person": ""}, id="an opinion of nobody"),
        pytest.param(
            MeetingVersionFactory, "meeting_correction_says_why", "reason", {"number": 2}, id="a correction without why"
        ),
        pytest.param(
            MeetingVersionFactory, "meeting_correction_says_why", "reason", {"number": 0}, id="a version number 0"
        ),
        pytest.param(
            ConclusionFactory, "conclusion_numbers_begin_at_one", None, {"number": 0}, id="a conclusion number 0"
        ),
    ],
)
def test_part_that_contradicts_itself_is_refused(assert_refused, factory, rule, code, change):
    assert_refused(factory(), rule, code, **change)


def test_version_of_a_meeting_is_kept_once(assert_refused):
    first = MeetingVersionFactory()
    second = MeetingVersionFactory(meeting=first.meeting, number=2, reason="Ghi nhầm ngày")

    assert_refused(second, "meeting_version_once", None, number=1)


def test_conclusions_of_a_meeting_have_numbers_of_their_own(assert_refused):
    first = ConclusionFactory(number=1)
    second = ConclusionFactory(meeting=first.meeting, number=2)

    assert_refused(second, "conclusion_number_once_in_a_meeting", None, number=1)


# A concluded meeting


def locked_parts():
    """One of each kind of part, of a meeting that is concluded."""
    meeting = MeetingFactory()
    parts = [
        MeetingProgrammeFactory(meeting=meeting),
        AttendanceFactory(meeting=meeting),
        OpinionFactory(meeting=meeting),
        RecipientFactory(meeting=meeting),
        ConclusionFactory(meeting=meeting),
    ]
    parts.append(DirectiveFactory(conclusion=parts[-1]))
    meeting.version = 1
    signed_save(meeting, by=system_account())
    return meeting, parts


def test_concluded_meeting_refuses_to_change():
    meeting = MeetingFactory(concluded=True, title="nghe báo cáo")
    meeting.title = "nghe báo cáo khác"

    with pytest.raises(ValidationError, match="đã khóa"):
        signed_save(meeting, by=system_account(), reason="Sửa")

    meeting.refresh_from_db()
    assert meeting.title == "nghe báo cáo"


def test_concluded_meeting_does_not_become_open_again():
    meeting = MeetingFactory(concluded=True)
    meeting.version = 0

    with pytest.raises(ValidationError, match="đã khóa"):
        signed_save(meeting, by=system_account())


@pytest.mark.parametrize("place", range(6))
def test_part_of_a_concluded_meeting_neither_changes_nor_goes(place):
    _, parts = locked_parts()

    for act in (signed_save, signed_delete):
        with pytest.raises(ValidationError) as refusal:
            act(parts[place], by=system_account(), reason="Sửa")
        assert refusal.value.messages == [LOCKED]


@pytest.mark.parametrize("place", range(5))
def test_part_of_a_concluded_meeting_is_not_moved_to_an_open_one(place):
    meeting, parts = locked_parts()
    part = parts[place]
    part.meeting = MeetingFactory(province=meeting.province)

    with pytest.raises(ValidationError) as refusal:
        signed_save(part, by=system_account(), reason="Chuyển")

    assert LOCKED in refusal.value.messages


def test_directive_of_a_concluded_meeting_is_not_moved_to_an_open_one():
    directive = DirectiveFactory()
    directive.conclusion = ConclusionFactory()

    with pytest.raises(ValidationError) as refusal:
        signed_save(directive, by=system_account(), reason="Chuyển")

    assert refusal.value.messages == [LOCKED]


@pytest.mark.parametrize("place", range(6))
def test_correction_changes_a_part_of_a_concluded_meeting(place):
    _, parts = locked_parts()
    before = parts[place].history.count()

    with correcting():
        signed_save(parts[place], by=system_account(), reason="Đính chính")

    assert parts[place].history.count() == before + 1


def test_lock_is_back_after_a_correction_that_failed():
    meeting = MeetingFactory(concluded=True)

    with pytest.raises(RuntimeError), correcting():
        raise RuntimeError
    with pytest.raises(ValidationError, match="đã khóa"):
        signed_save(meeting, by=system_account())


def test_nothing_is_added_to_a_concluded_meeting():
    meeting = MeetingFactory(concluded=True)

    with pytest.raises(ValidationError, match="đã khóa"):
        MeetingProgrammeFactory(meeting=meeting)


def test_version_that_was_kept_neither_changes_nor_goes():
    version = MeetingVersionFactory()

    with correcting():
        for act in (signed_save, signed_delete):
            with pytest.raises(ValidationError, match="không sửa, không xóa được"):
                act(version, by=system_account(), reason="Sửa")


def test_document_that_a_directive_waits_for_does_not_become_the_notice_of_its_meeting():
    awaited = LegalDocumentFactory(unissued=True)
    meeting = MeetingFactory()
    DirectiveFactory(
        conclusion__meeting=meeting,
        due_kind="condition",
        due_words="Nghị quyết được ban hành",
        due_when="after",
        due_document=awaited,
    )
    meeting.notice = awaited

    with pytest.raises(ValidationError) as refusal:
        signed_save(meeting, by=system_account())

    assert list(refusal.value.message_dict) == ["notice"]


# What a meeting says of itself


@pytest.mark.parametrize(
    ("version", "day", "state"),
    [
        pytest.param(0, date(2024, 4, 9), MeetingState.PLANNED, id="to come"),
        pytest.param(0, date(2024, 4, 10), MeetingState.HELD, id="today"),
        pytest.param(0, date(2024, 5, 1), MeetingState.HELD, id="held"),
        pytest.param(1, date(2024, 4, 10), MeetingState.CONCLUDED, id="concluded"),
    ],
)
def test_meeting_says_its_state_on_a_day(version, day, state):
    meeting = MeetingFactory.build(province=None, held_on=date(2024, 4, 10), version=version)

    assert meeting.state_on(day) == state


def test_concluded_are_those_held_by_the_day():
    earlier = MeetingFactory(concluded=True, held_on=date(2024, 4, 10))
    MeetingFactory(concluded=True, held_on=date(2024, 5, 10))
    MeetingFactory(held_on=date(2024, 4, 10))

    assert list(Meeting.objects.concluded(date(2024, 4, 30))) == [earlier]


@pytest.mark.parametrize("name", ["attendances", "opinions", "recipients", "about", "versions", "conclusions"])
def test_parts_are_visible_to_people_of_the_province_alone(name):
    here, there = ProvinceFactory(), ProvinceFactory()
    factories = {
        "attendances": AttendanceFactory,
        "opinions": OpinionFactory,
        "recipients": RecipientFactory,
        "about": MeetingProgrammeFactory,
        "versions": MeetingVersionFactory,
        "conclusions": ConclusionFactory,
    }
    # What is read with the conclusions is read by fewer while the meeting is open.
    is_open = name not in {"conclusions", "opinions", "recipients"}
    own = factories[name](meeting=MeetingFactory(province=here, concluded=not is_open))
    factories[name](meeting=MeetingFactory(province=there, concluded=not is_open))
    insider = UserFactory(agency=AgencyFactory(province=here))
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    assert list(type(own).objects.visible_to(insider)) == [own]
    assert type(own).objects.visible_to(auditor).count() == 2


def test_attendance_names_person_post_and_agency():
    agency = AgencyFactory(name="Sở Tài chính")

    assert str(AttendanceFactory(person="Đặng Minh Thông", title="Phó Chủ tịch", agency=None)) == (
        "Đặng Minh Thông Phó Chủ tịch"
    )
    assert str(AttendanceFactory(person="", title="", agency=agency)) == "Sở Tài chính"


def test_opinion_is_told_by_its_topic_else_by_its_beginning():
    assert str(OpinionFactory(topic="Kinh phí")) == "Kinh phí"
    assert str(OpinionFactory(topic="", text="x" * 200)) == "x" * 80
