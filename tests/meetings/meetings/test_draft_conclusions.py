"""What a meeting concludes is read by everybody once it is closed; until then by who writes and who audits it."""

import pytest
from django.utils.timezone import localdate

from meetings.models import Assignment, Conclusion, Directive
from meetings.operations.recording import conclude_meeting
from programme.models import Role
from tests.factories import AgencyFactory, UserFactory
from tests.meeting_pages import page, secretary_of, whole
from tests.meetings.factories import MeetingFactory, OpinionFactory, RecipientFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

TODAY = localdate()
DRAFT = "Bản đang soạn, chưa chốt"


@pytest.fixture
def meeting():
    return MeetingFactory(place="Trụ sở UBND tỉnh", heard="báo cáo của Sở Xây dựng")


@pytest.fixture
def directive(meeting):
    return whole(meeting)


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province)


@pytest.fixture
def office(client_of, person):
    return client_of(person)


@pytest.fixture(params=[Role.OFFICER, Role.COORDINATOR, Role.LEADER])
def reader(request, client_of, meeting):
    return client_of(UserFactory(role=request.param, agency=AgencyFactory(province=meeting.province)))


def test_meeting_that_is_not_concluded_shows_its_facts_and_people_alone(reader, meeting, directive):
    OpinionFactory(meeting=meeting, text="Đề nghị rà soát kinh phí.")
    RecipientFactory(meeting=meeting, text="Lưu: VT.")

    response = reader.get(page("meeting_detail", meeting))

    told = text_of(response.text)
    for shown in ("Trụ sở UBND tỉnh", "Đặng Minh Thông", "Chưa chốt kết luận."):
        assert shown in told
    for hidden in ("Trình hồ sơ.", directive.conclusion.heading, "Sở Xây dựng", "Đề nghị rà soát", "Lưu: VT.", DRAFT):
        assert hidden not in told
    assert page("meeting_notice", meeting) not in response.text


def test_directive_and_notice_of_an_open_meeting_do_not_exist_for_those_it_is_not_given_to(reader, meeting, directive):
    assert reader.get(directive.get_absolute_url()).status_code == 404
    assert reader.get(directive.assignments.get().get_absolute_url()).status_code == 404
    assert reader.get(page("meeting_notice", meeting)).status_code == 404


def test_list_counts_no_directive_of_an_open_meeting(reader, office, meeting, directive):
    told, counted = reader.get(page("meeting_list")), office.get(page("meeting_list"))

    assert [one.directive_count for one, _, _ in told.context["rows"]] == [0]
    assert "chưa chốt" in text_of(told.text)
    assert [one.directive_count for one, _, _ in counted.context["rows"]] == [1]


def test_who_records_reads_the_draft_with_a_mark(office, meeting, directive):
    addresses = [page("meeting_detail", meeting), directive.get_absolute_url(), page("meeting_notice", meeting)]

    for address in addresses:
        told = text_of(office.get(address).text)
        assert DRAFT in told
        assert "Trình hồ sơ." in told


def test_who_audits_reads_the_draft_with_a_mark(client_of, meeting, directive):
    auditors = [
        UserFactory(role=Role.AUDITOR, agency=None),
        UserFactory(role=Role.AUDITOR, agency=AgencyFactory(province=meeting.province)),
    ]

    for auditor in auditors:
        told = text_of(client_of(auditor).get(page("meeting_detail", meeting)).text)
        assert DRAFT in told
        assert "Trình hồ sơ." in told


def test_concluding_shows_it_to_everybody_without_a_mark(reader, person, meeting, directive):
    conclude_meeting(meeting, by=person, today=TODAY)

    for address in (page("meeting_detail", meeting), directive.get_absolute_url(), page("meeting_notice", meeting)):
        told = text_of(reader.get(address).text)
        assert "Trình hồ sơ." in told
        assert DRAFT not in told


def test_records_of_an_open_meeting_are_visible_to_its_office_alone(meeting, directive, person):
    officer = UserFactory(role=Role.OFFICER, agency=AgencyFactory(province=meeting.province))
    stranger = secretary_of(MeetingFactory().province)

    for model in (Conclusion, Directive, Assignment):
        assert model.objects.visible_to(person).exists()
        assert not model.objects.visible_to(officer).exists()
        assert not model.objects.visible_to(stranger).exists()


def test_office_of_another_province_does_not_find_it(client_of, meeting, directive):
    stranger = client_of(secretary_of(MeetingFactory().province))

    assert stranger.get(page("meeting_detail", meeting)).status_code == 404
    assert stranger.get(directive.get_absolute_url()).status_code == 404
