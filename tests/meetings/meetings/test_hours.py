"""The hour of a meeting: typed, refused, shown wherever its day is told in detail; what is not known is not told."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Directive, Meeting
from meetings.operations.recording import conclude_meeting
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tests.factories import AgencyFactory, UserFactory
from tests.meeting_pages import errors_of, opened, page, secretary_of, send, whole
from tests.meetings.factories import ConclusionFactory, DirectiveFactory, MeetingFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

NEW = {"title": "nghe Sở Xây dựng báo cáo tiến độ", "held_on": "10/04/2024"}
TODAY = localdate()


@pytest.fixture
def meeting():
    return MeetingFactory(begins_at=time(8, 30), place="Hội trường")


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province)


@pytest.fixture
def office(client_of, person):
    return client_of(person)


def stored(meeting):
    return Meeting.objects.get(pk=meeting.pk)


# Typed


@pytest.mark.parametrize(
    ("typed", "begins_at"),
    [("8h30", time(8, 30)), ("08 giờ 30", time(8, 30)), ("14h", time(14)), ("0h00", time(0)), ("", None), ("  ", None)],
)
def test_meeting_is_recorded_with_its_hour(office, typed, begins_at):
    send(office, "meeting_add", **NEW, begins_at=typed)

    assert Meeting.objects.latest("pk").begins_at == begins_at


@pytest.mark.parametrize(
    "typed",
    ["8", "25h00", "8h60", "sáng mai", "\x00", "<script>alert(1)</script>", "8h30" * 2_500, "٨h30"],
    ids=["bare", "no such hour", "no such minute", "words", "NUL", "markup", "10,000 letters", "other figures"],
)
def test_what_is_no_hour_is_refused_beside_it_and_kept(office, typed):
    response = send(office, "meeting_add", **NEW, begins_at=typed)

    assert "Ghi giờ như 8h30 hoặc 14h00." in errors_of(response)["begins_at"]
    assert Meeting.objects.count() == 1
    assert 'value="10/04/2024"' in response.text
    assert "<script>alert" not in response.text


def test_form_shows_the_hour_as_people_type_it_and_reads_it_back(office, meeting):
    response = office.get(page("meeting_change", meeting))

    assert opened(office, "meeting_change", meeting)["begins_at"] == "8h30"
    assert "Đọc là: 8 giờ 30 (sáng)" in response.text


def test_another_spelling_of_the_hour_changes_nothing(office, meeting):
    response = send(office, "meeting_change", meeting, begins_at="08:30")

    assert "Chưa có gì thay đổi" in text_of(response.text)


def test_hour_that_two_people_changed_is_asked_about(office, meeting):
    typed = opened(office, "meeting_change", meeting)
    other = stored(meeting)
    other.begins_at = time(9)
    signed_save(other, by=system_account())

    response = office.post(page("meeting_change", meeting), typed | {"begins_at": "14h00"})

    assert response.status_code == 409
    assert "«9h00»" in text_of(response.text)
    assert "«14h00»" in text_of(response.text)
    assert stored(meeting).begins_at == time(9)


# Shown


def test_hour_stands_beside_the_day_on_the_page_the_list_and_the_notice(office, meeting):
    whole(meeting)

    assert "10/04/2024, 8 giờ 30" in text_of(office.get(page("meeting_detail", meeting)).text)
    assert "8 giờ 30" in text_of(office.get(reverse("meeting_list")).text)
    notice = text_of(office.get(page("meeting_notice", meeting)).text)
    assert "Lúc 8 giờ 30, ngày 10 tháng 4 năm 2024, tại Hội trường, đồng chí" in notice


def test_nothing_is_said_of_an_hour_that_is_not_known(office, meeting):
    meeting.begins_at = None
    signed_save(meeting, by=system_account())
    whole(meeting)

    names = ("meeting_detail", "meeting_notice")
    pages = [*(office.get(page(name, meeting)).text for name in names), office.get(reverse("meeting_list")).text]

    for text in map(text_of, pages):
        assert "0 giờ" not in text
        assert "00:00" not in text
        assert "giờ họp" not in text


def test_midnight_is_an_hour(office, meeting):
    meeting.begins_at = time(0)
    signed_save(meeting, by=system_account())

    assert "10/04/2024, 0 giờ" in text_of(office.get(page("meeting_detail", meeting)).text)


def test_admin_shows_the_hour_in_its_list_record_file_and_history(client_of, office, meeting):
    listed = reverse("admin:meetings_meeting_changelist")
    record = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    later = stored(meeting)
    later.begins_at = time(14)
    signed_save(later, by=system_account())
    auditor = client_of(UserFactory(role=Role.AUDITOR, agency=AgencyFactory(province=meeting.province)))

    assert "14 giờ" in text_of(office.get(listed).text)
    assert "14 giờ" in text_of(office.get(record).text)
    file = office.get(reverse("admin:meetings_meeting_export", args=["csv"]))
    assert '"Giờ họp"' in b"".join(file).decode()
    assert '"14 giờ"' in b"".join(office.get(file.request["PATH_INFO"])).decode()
    history = text_of(auditor.get(reverse("admin:meetings_meeting_history", args=[meeting.pk])).text)
    assert "8 giờ 30" in history
    assert "14 giờ" in history


# Corrected


@pytest.fixture
def concluded(meeting, person):
    whole(meeting)
    conclude_meeting(meeting, by=person, today=date(2024, 4, 12))
    return stored(meeting)


def test_hour_of_a_concluded_meeting_needs_a_reason(office, concluded):
    response = send(office, "meeting_change", concluded, begins_at="14h")

    assert "Ghi lý do đính chính." in text_of(response.text)
    assert stored(concluded).begins_at == time(8, 30)


def test_hour_that_is_corrected_is_a_version_that_says_both(office, concluded):
    send(office, "meeting_change", concluded, begins_at="14h", correction="Giấy mời ghi 14 giờ")

    assert (stored(concluded).begins_at, stored(concluded).version) == (time(14), 2)
    told = text_of(office.get(reverse("meeting_version", args=[concluded.pk, 2])).text)
    assert "bỏ: Lúc 8 giờ 30, ngày 10 tháng 4 năm 2024" in told
    assert "thêm: Lúc 14 giờ, ngày 10 tháng 4 năm 2024" in told


# Order


@pytest.fixture
def same_day(meeting):
    """Entered in another order than they were held; of one the hour is not known."""
    hours = [time(14), None, time(9)]
    return [MeetingFactory(province=meeting.province, held_on=meeting.held_on, begins_at=at) for at in hours]


@pytest.mark.both_databases
def test_meetings_of_one_day_follow_the_hour(office, meeting, same_day):
    afternoon, unknown, later_in_the_morning = same_day
    before = MeetingFactory(province=meeting.province, held_on=meeting.held_on - timedelta(days=1), begins_at=time(23))

    for address in (reverse("meeting_list"), reverse("admin:meetings_meeting_changelist")):
        context = office.get(address).context
        found = [row[0] for row in context["rows"]] if "rows" in context else list(context["cl"].result_list)
        assert found == [afternoon, later_in_the_morning, meeting, unknown, before]


@pytest.mark.both_databases
def test_directives_follow_the_hour_of_their_meetings(meeting, same_day):
    afternoon, unknown, later_in_the_morning = same_day
    for one in (afternoon, meeting, later_in_the_morning, unknown):
        DirectiveFactory(conclusion=ConclusionFactory(meeting=one))

    found = Directive.objects.select_related("conclusion__meeting").in_order()

    assert [one.conclusion.meeting for one in found] == [unknown, meeting, later_in_the_morning, afternoon]
