"""Concluding locks what was looked at: what another person changed since is shown before it is locked."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from meetings.models import Meeting
from meetings.models.due import Due, DueKind
from meetings.operations.directing import Assigned, change_directive
from meetings.operations.recording import change_meeting
from meetings.pages.meetings.forms import issuers_of
from programme.models import Agency, AgencyKind
from tests.factories import AgencyFactory, ProvinceFactory, UserFactory, rewrite
from tests.meeting_pages import opened, page, secretary_of, send, whole
from tests.meetings.factories import MeetingFactory
from tests.reading import text_of
from tests.revision_pages import held

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def meeting():
    return MeetingFactory()


@pytest.fixture
def directive(meeting):
    return whole(meeting)


@pytest.fixture
def office(client_of, meeting):
    return client_of(secretary_of(meeting.province, full_name="Nguyễn Thị Lan"))


@pytest.fixture
def colleague(client_of, meeting):
    return client_of(secretary_of(meeting.province, full_name="Trần Văn Minh", username="minh"))


def version_of(meeting):
    return Meeting.objects.get(pk=meeting.pk).version


def test_heading_that_a_colleague_changed_since_is_shown_before_it_is_locked(office, colleague, meeting, directive):
    seen = opened(office, "meeting_conclude", meeting)
    send(colleague, "conclusion_change", directive.conclusion, heading="Về việc bố trí kinh phí")

    refused = office.post(page("meeting_conclude", meeting), seen)

    told = text_of(refused.text)
    assert refused.status_code == 409
    assert version_of(meeting) == 0
    assert "Nội dung đã thay đổi sau khi bạn mở trang này nên chưa chốt. Lần sửa cuối: Trần Văn Minh, lúc" in told
    assert "Về việc bố trí kinh phí" in told


def test_second_press_locks_what_was_shown_the_second_time(office, colleague, meeting, directive):
    seen = opened(office, "meeting_conclude", meeting)
    send(colleague, "conclusion_change", directive.conclusion, heading="Về việc bố trí kinh phí")
    refused = office.post(page("meeting_conclude", meeting), seen)

    office.post(page("meeting_conclude", meeting), held(refused))

    assert version_of(meeting) == 1
    assert "Về việc bố trí kinh phí" in meeting.versions.get().text


def given_another_due(directive):
    directive.due = Due(DueKind.DAY, day=TODAY)
    change_directive(directive, assigned=[Assigned(directive.assignments.get().agency)], by=UserFactory(), today=TODAY)


def given_to_another_agency(directive):
    other = AgencyFactory(province=directive.conclusion.meeting.province)
    change_directive(directive, assigned=[Assigned(other)], by=UserFactory(), today=TODAY)


def chaired_by_another(directive):
    chair = directive.conclusion.meeting.attendances.get()
    chair.person = "Nguyễn Văn Thọ"
    change_meeting(chair.meeting, keep=[chair], by=UserFactory(), today=TODAY)


@pytest.mark.parametrize("change", [given_another_due, given_to_another_agency, chaired_by_another])
def test_whatever_concluding_locks_has_to_be_seen_first(office, meeting, directive, change):
    seen = opened(office, "meeting_conclude", meeting)
    change(directive)

    response = office.post(page("meeting_conclude", meeting), seen)

    assert response.status_code == 409
    assert version_of(meeting) == 0


def test_press_that_does_not_say_what_was_seen_locks_nothing(office, meeting, directive):
    typed = opened(office, "meeting_conclude", meeting)
    del typed["seen"]

    assert office.post(page("meeting_conclude", meeting), typed).status_code == 409
    assert version_of(meeting) == 0


def test_what_went_missing_since_is_told_with_the_change(office, meeting, directive):
    seen = opened(office, "meeting_conclude", meeting)
    chair = meeting.attendances.get()
    change_meeting(meeting, drop=[chair], by=UserFactory(full_name="Lê Văn Bình"), today=TODAY)

    told = text_of(office.post(page("meeting_conclude", meeting), seen).text)

    assert "Lần sửa cuối: Lê Văn Bình" in told
    assert "Chưa ghi người chủ trì" in told


def test_where_every_agency_has_ended_the_page_says_so_and_what_to_do(office, meeting, directive):
    day = meeting.held_on - timedelta(days=1)
    rewrite(*Agency.objects.filter(province=meeting.province), in_force_to=day)
    form = opened(office, "meeting_conclude", meeting)

    told = text_of(office.post(page("meeting_conclude", meeting), form).text)

    assert "chưa có cơ quan nào để chọn" in told
    assert "đã kết thúc hoạt động trước ngày họp" in told
    assert f"chưa có cơ quan nào của {meeting.province} đang hoạt động. Quản trị hệ thống thêm cơ quan" in told
    assert version_of(meeting) == 0


def test_agency_of_the_successor_is_offered_only_where_none_of_the_province_works(meeting):
    successor = ProvinceFactory()
    other = AgencyFactory(province=successor, name="A của tỉnh mới", kind=AgencyKind.COMMITTEE)
    own = AgencyFactory(province=meeting.province, kind=AgencyKind.COMMITTEE)
    meeting.province.merged_into = successor

    assert other not in issuers_of(meeting.province, meeting.held_on)
    assert own in issuers_of(meeting.province, meeting.held_on)
    rewrite(*Agency.objects.filter(province=meeting.province), in_force_to=meeting.held_on - timedelta(days=1))
    assert issuers_of(meeting.province, meeting.held_on) == [other]
