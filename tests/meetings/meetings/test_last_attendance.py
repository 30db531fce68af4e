"""A new meeting asks what an appointment needs; who takes part can be taken over from the meeting before."""

from datetime import date

import pytest

from meetings.models import AttendanceRole, Meeting
from tests.factories import AgencyFactory, ProgrammeFactory, ProvinceFactory
from tests.meeting_pages import opened, page, secretary_of
from tests.meetings.factories import AttendanceFactory, MeetingFactory, MeetingProgrammeFactory
from tests.reading import text_of
from tests.revision_pages import held

pytestmark = pytest.mark.django_db

COPY = {"chep-thanh-phan": "1"}


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def office(client_of, province):
    return client_of(secretary_of(province))


@pytest.fixture
def before(province):
    """The meeting before: its chair, an agency, one that has ended since."""
    meeting = MeetingFactory(province=province, held_on=date(2024, 4, 10))
    police = AgencyFactory(province=province, name="Công an tỉnh")
    ended = AgencyFactory(province=province, name="Sở Thông tin và Truyền thông", in_force_to=date(2025, 2, 28))
    AttendanceFactory(meeting=meeting, chair=True, position=1, person="Đặng Minh Thông", title="Phó Chủ tịch")
    AttendanceFactory(meeting=meeting, position=2, agency=police, person="", title="")
    AttendanceFactory(meeting=meeting, position=3, agency=ended, person="", title="")
    AttendanceFactory(meeting=meeting, position=4, agency=ended, person="Lê A", title="")
    return meeting


def asked(client, **typed):
    """Press the button on the form of a new meeting into which something was typed."""
    return client.post(page("meeting_add"), opened(client, "meeting_add") | typed | COPY, follow=True)


def rows_of(response):
    """Who stands in the rows of attendance: agency, person, role."""
    sent = held(response)
    numbers = range(int(sent["thanh-phan-TOTAL_FORMS"]))
    names = ("agency", "person", "role")
    rows = [tuple(sent.get(f"thanh-phan-{number}-{name}", "") for name in names) for number in numbers]
    return [(str(agency or ""), person, role) for agency, person, role in rows if agency or person]


def test_new_meeting_shows_what_an_appointment_needs_and_folds_the_rest(office):
    response = office.get(page("meeting_add"))

    form = response.context["form"]
    assert [field.name for field in form.in_sight][:4] == ["title", "held_on", "begins_at", "place"]
    assert "<details open" not in response.text


def test_parts_that_say_something_are_open_and_counted(office, before):
    text = office.get(page("meeting_change", before)).text

    assert text.count("<details open") == 1
    assert "4 dòng" in text_of(text)


def test_part_with_a_mistake_is_open(office):
    typed = opened(office, "meeting_add") | {"title": "Giao ban", "held_on": "02/06/2025", "y-kien-0-topic": "Camera"}

    response = office.post(page("meeting_add"), typed)

    assert response.status_code == 400
    opinions = next(rows for rows in response.context["rows"] if rows.prefix == "y-kien")
    assert opinions.is_open
    assert not Meeting.objects.exists()


def test_last_attendance_is_taken_over_and_what_was_typed_stays(office, before):
    response = asked(office, title="Giao ban tháng 6", held_on="02/06/2025", place="Hội trường")

    sent = held(response)
    police = before.attendances.get(position=2).agency
    assert (sent["title"], sent["held_on"], sent["place"]) == ("Giao ban tháng 6", "02/06/2025", "Hội trường")
    assert rows_of(response) == [
        ("", "Đặng Minh Thông", AttendanceRole.CHAIR),
        (str(police.pk), "", AttendanceRole.MEMBER),
        ("", "Lê A", AttendanceRole.MEMBER),
    ]
    assert "Đã chép 3 dòng thành phần của cuộc họp ngày 10/04/2024." in text_of(response.text)
    assert "Không chép Sở Thông tin và Truyền thông" in text_of(response.text)
    assert Meeting.objects.count() == 1


def test_rows_taken_over_are_saved_as_any_others(office, before):
    sent = held(asked(office, title="Giao ban", held_on="02/06/2025"))

    office.post(page("meeting_add"), sent)

    made = Meeting.objects.exclude(pk=before.pk).get()
    people = sorted(made.attendances.values_list("person", flat=True))
    assert people == ["", "Lê A", "Đặng Minh Thông"]
    assert made.attendances.get(role=AttendanceRole.CHAIR).person == "Đặng Minh Thông"


def test_rows_that_were_typed_stay_and_nobody_is_named_twice(office, before):
    police = before.attendances.get(position=2).agency
    typed = {"thanh-phan-0-agency": str(police.pk), "thanh-phan-1-person": "Khách mời"}

    response = asked(office, held_on="02/06/2025", **typed)

    assert [row[:2] for row in rows_of(response)] == [
        (str(police.pk), ""),
        ("", "Khách mời"),
        ("", "Đặng Minh Thông"),
        ("", "Lê A"),
    ]


def test_meeting_about_the_same_programme_comes_before_a_later_one(office, before, province):
    programme = ProgrammeFactory(province=province)
    MeetingProgrammeFactory(meeting=before, programme=programme)
    later = MeetingFactory(province=province, held_on=date(2024, 9, 1))
    AttendanceFactory(meeting=later, position=1, person="Người khác", title="")

    last = asked(office, held_on="02/06/2025")
    same = asked(office, held_on="02/06/2025", programmes=[str(programme.pk)])

    assert [person for _, person, _ in rows_of(last)] == ["Người khác"]
    assert "Đặng Minh Thông" in [person for _, person, _ in rows_of(same)]


def test_later_meetings_and_those_of_other_provinces_are_no_meeting_before(office, before):
    foreign = MeetingFactory(held_on=date(2024, 4, 1))
    AttendanceFactory(meeting=foreign, position=1, person="Tỉnh khác", title="")

    response = asked(office, held_on="01/04/2024")

    assert rows_of(response) == []
    assert "Chưa có cuộc họp nào trước đó" in text_of(response.text)


def test_meeting_that_is_there_takes_over_too(office, before, province):
    meeting = MeetingFactory(province=province, held_on=date(2025, 6, 2))

    response = office.post(
        page("meeting_change", meeting), opened(office, "meeting_change", meeting) | COPY, follow=True
    )

    assert len(rows_of(response)) == 3
    assert not meeting.attendances.exists()
