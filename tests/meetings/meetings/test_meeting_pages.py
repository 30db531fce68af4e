"""The pages on which meetings are read: the list, one meeting as its notice reads, its versions, the printed notice."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import AssignmentRole, AssignmentState, AttendanceRole, ExtensionState, Meeting
from meetings.models.due import DueKind, When
from meetings.operations.directing import withdraw_directive
from meetings.operations.recording import change_meeting, conclude_meeting
from programme.models import DocumentKind, Role
from smartcity.lib.records.history import user_action
from tests.factories import AgencyFactory, LegalDocumentFactory, ProgrammeFactory, RevisionFactory, UserFactory, adopt
from tests.meeting_pages import page, secretary_of, whole
from tests.meetings.factories import (
    AssignmentFactory,
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    ExtensionFactory,
    MeetingFactory,
    MeetingProgrammeFactory,
    OpinionFactory,
    RecipientFactory,
)
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def meeting():
    return MeetingFactory(place="Trụ sở UBND tỉnh")


@pytest.fixture
def person(meeting):
    return secretary_of(meeting.province, full_name="Nguyễn Thị Lan")


@pytest.fixture
def office(client_of, person):
    return client_of(person)


@pytest.fixture
def leader(client_of, meeting):
    return client_of(UserFactory(role=Role.LEADER, agency=AgencyFactory(province=meeting.province)))


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def concluded_with(meeting, person):
    directive = whole(meeting)
    conclude_meeting(meeting, by=person, today=date(2024, 4, 12))
    return directive


# The list


def titles(client, **query):
    response = client.get(reverse("meeting_list", query=query))
    return [meeting.title for meeting, _, _ in response.context["rows"]]


def test_list_shows_the_newest_first_with_state_and_count(office, meeting):
    directive = whole(meeting)
    DirectiveFactory(conclusion=directive.conclusion, position=2)
    MeetingFactory(province=meeting.province, held_on=TODAY + timedelta(days=3), title="họp tuần tới")
    MeetingFactory(province=meeting.province, held_on=date(2023, 6, 16), title="phiên họp tập thể", concluded=True)

    response = office.get(page("meeting_list"))

    told = [(one.title, label, one.directive_count) for one, label, _ in response.context["rows"]]
    assert told == [
        ("họp tuần tới", "Đã lên lịch", 0),
        ("nghe báo cáo tiến độ thực hiện các nhiệm vụ", "Đã họp, chưa kết luận", 2),
        ("phiên họp tập thể", "Đã kết luận", 0),
    ]
    assert "Đặng Minh Thông" in text_of(response.text)


def test_filters_narrow_the_list_and_stay_in_the_address(leader, meeting):
    other = MeetingFactory(
        province=meeting.province, title="Dự thảo Tờ trình", place="Hội trường", held_on=TODAY + timedelta(days=3)
    )
    programme = MeetingProgrammeFactory(meeting=other, programme__code="DTTM").programme

    assert titles(leader, q="to trinh HOI TRUONG") == [other.title]
    assert titles(leader, **{"de-an": programme.code}) == [other.title]
    assert titles(leader, **{"tinh-trang": "held"}) == [meeting.title]
    assert titles(leader, **{"tinh-trang": "planned"}) == [other.title]
    assert titles(leader, **{"tinh-trang": "concluded"}) == []
    more = {"province": meeting.province, "title": "Tờ trình", "held_on": TODAY + timedelta(days=3)}
    MeetingFactory.create_batch(50, **more)
    shown = leader.get(reverse("meeting_list", query={"q": "tờ trình", "tinh-trang": "planned"}))
    assert Reader(shown.text).inputs["q"] == "tờ trình"
    assert '<option value="planned" selected>' in shown.text
    assert ("?q=t%E1%BB%9D+tr%C3%ACnh&tinh-trang=planned&trang=2", "Trang sau") in Reader(shown.text).links


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"q": "x" * 10_000}, {"tinh-trang": "lạ"}, {"trang": "abc"}])
def test_list_survives_what_cannot_be_read(leader, meeting, query):
    assert leader.get(reverse("meeting_list", query=query)).status_code == 200


def test_empty_list_says_so_and_offers_the_first_step_to_the_office_alone(client_of, meeting):
    other = secretary_of(ProgrammeFactory().province)

    none = text_of(client_of(other).get(page("meeting_list")).text)
    found = client_of(other).get(reverse("meeting_list", query={"q": "abc"}))

    assert "Chưa có cuộc họp nào trong phạm vi của bạn. Bấm «Lên lịch, ghi cuộc họp»" in none
    assert "Không có cuộc họp nào như vậy" in text_of(found.text)


def test_only_who_may_add_is_offered_to(office, leader):
    assert page("meeting_add") in office.get(page("meeting_list")).text
    assert page("meeting_add") not in leader.get(page("meeting_list")).text


def test_list_asks_as_much_for_ten_meetings_as_for_one(leader, meeting):
    def one_more(_):
        more = MeetingFactory(province=meeting.province)
        MeetingProgrammeFactory.create_batch(2, meeting=more)
        whole(more, lead=AgencyFactory(province=meeting.province))

    one_more(0)
    few = queries_of(leader, page("meeting_list"))
    list(map(one_more, range(9)))

    # Session, user with agency; the programmes to choose from; how many, which; what they were about, who chaired.
    assert (few, queries_of(leader, page("meeting_list"))) == (6, 6)


# One meeting


def test_meeting_reads_as_its_notice(office, meeting):
    whole(meeting)
    AttendanceFactory(meeting=meeting, position=2, role=AttendanceRole.CONSULTANT, person="", title="Viện Chiến lược")
    AttendanceFactory(meeting=meeting, position=3, person="", title="lãnh đạo huyện", site="điểm cầu Côn Đảo")
    OpinionFactory(meeting=meeting, position=1, person="Đại diện Sở Y tế", text="Đề nghị thống nhất.")
    RecipientFactory(meeting=meeting, position=1, text="Lưu: VT, VX8.")

    told = text_of(office.get(page("meeting_detail", meeting)).text)

    assert (
        "Ngày 10 tháng 4 năm 2024, tại Trụ sở UBND tỉnh, đồng chí Đặng Minh Thông, Phó Chủ tịch UBND tỉnh đã chủ trì"
        in told
    )
    assert "1. Về việc thuê Trung tâm tích hợp dữ liệu" in told
    assert "Đơn vị tư vấn Viện Chiến lược" in told
    assert "lãnh đạo huyện dự từ điểm cầu Côn Đảo" in told
    assert "Đại diện Sở Y tế Đề nghị thống nhất." in told
    assert "- Lưu: VT, VX8." in told


def test_directive_shows_its_due_its_agencies_and_where_each_stands(leader, meeting, person):
    directive = whole(meeting)
    directive.due_kind, directive.due_year, directive.due_month = DueKind.MONTH, 2024, 4
    with user_action(by=person):
        directive.save()
    helper = AgencyFactory(province=meeting.province, name="Sở Tài chính")
    AssignmentFactory(directive=directive, agency=helper, role=AssignmentRole.COORDINATING, is_assumed=True)
    conclude_meeting(meeting, by=person, today=date(2024, 4, 12))

    def told(day):
        return text_of(leader.get(f"{page('meeting_detail', meeting)}?ngay={day}").text)

    assert "Hạn: trong tháng 04/2024 (hạn là ngày 30/04/2024)" in told("30/04/2024")
    assert "Chủ trì: Sở Xây dựng Chưa hoàn thành, trong hạn" in told("30/04/2024")
    assert "Phối hợp: Sở Tài chính suy ra Chưa hoàn thành, quá hạn" in told("01/05/2024")


def test_extension_moves_the_day_from_the_day_on_which_it_was_granted(leader, meeting, person):
    directive = concluded_with(meeting, person)
    ExtensionFactory(
        assignment=directive.assignments.get(),
        state=ExtensionState.GRANTED,
        decided_on=date(2024, 4, 25),
        decided_by=person,
        granted_due_on=date(2024, 6, 30),
    )

    before = text_of(leader.get(f"{page('meeting_detail', meeting)}?ngay=24/04/2024").text)
    after = text_of(leader.get(f"{page('meeting_detail', meeting)}?ngay=25/04/2024").text)

    assert "gia hạn đến" not in before
    assert "Chưa hoàn thành, trong hạn gia hạn đến 30/06/2024" in after


def test_condition_says_what_it_waits_for_and_then_its_day(office, meeting):
    revision = RevisionFactory(programme__province=meeting.province)
    directive = DirectiveFactory(
        conclusion=ConclusionFactory(meeting=meeting, number=1),
        due_kind=DueKind.CONDITION,
        due_when=When.AFTER,
        due_words="HĐND tỉnh thông qua Nghị quyết",
        due_revision=revision,
    )
    AssignmentFactory(directive=directive)

    before = text_of(office.get(page("meeting_detail", meeting)).text)
    adopt(revision, effective_on=date(2024, 7, 12))
    after = text_of(office.get(page("meeting_detail", meeting)).text)

    assert f"ngay sau khi HĐND tỉnh thông qua Nghị quyết (chưa có ngày) · chờ {revision}" in before
    assert "ngay sau khi HĐND tỉnh thông qua Nghị quyết (hạn là ngày 12/07/2024)" in after


@pytest.mark.parametrize(
    ("state", "label"),
    [(AssignmentState.ANSWERED, "Đã trả lời, chờ xác nhận"), (AssignmentState.RETURNED, "Bị trả lại")],
)
def test_what_was_said_last_is_told_today_and_not_of_days_before(leader, meeting, person, state, label):
    directive = concluded_with(meeting, person)
    AssignmentFactory(directive=directive, agency__name="Sở Y tế", state=state)

    now = text_of(leader.get(page("meeting_detail", meeting)).text)
    before = text_of(leader.get(f"{page('meeting_detail', meeting)}?ngay=13/04/2024").text)

    assert f"Sở Y tế {label}" in now
    assert "Sở Y tế Chưa hoàn thành, không có hạn" in before


def test_withdrawn_directive_says_since_when(leader, meeting, person):
    directive = concluded_with(meeting, person)
    withdraw_directive(directive, on=date(2024, 5, 2), reason="Chuyển việc", by=person, today=TODAY)

    told = text_of(leader.get(page("meeting_detail", meeting)).text)

    assert "Thôi theo dõi từ ngày 02/05/2024" in told
    assert "Chưa hoàn thành" not in told


def test_office_alone_is_offered_to_change(office, leader, meeting):
    directive = whole(meeting)
    ways = [
        page("meeting_change", meeting),
        page("meeting_conclude", meeting),
        page("conclusion_add", meeting),
        page("directive_add", directive.conclusion),
        page("directive_change", directive),
    ]

    hers, theirs = (client.get(page("meeting_detail", meeting)).text for client in (office, leader))

    assert [way in hers for way in ways] == [True] * 5
    assert [way in theirs for way in ways] == [False] * 5


@pytest.mark.parametrize("name", ["meeting_detail", "meeting_notice"])
def test_meeting_of_another_province_does_not_exist(client_of, meeting, name):
    stranger = secretary_of(ProgrammeFactory().province)

    assert client_of(stranger).get(page(name, meeting)).status_code == 404


def test_wrong_day_is_told_beside_its_field(leader, meeting):
    response = leader.get(f"{page('meeting_detail', meeting)}?ngay=31/02/2024")

    assert response.status_code == 400
    assert "31/02/2024" in text_of(response.text)


def test_meeting_asks_as_much_for_ten_directives_as_for_one(leader, meeting, person):
    directive = concluded_with(meeting, person)

    def one_more(number):
        document = LegalDocumentFactory()
        more = DirectiveFactory(
            conclusion=directive.conclusion,
            position=number + 2,
            due_kind=DueKind.REFERENCE,
            due_words=str(document.code),
            due_document=document,
        )
        AssignmentFactory.create_batch(2, directive=more)

    one_more(0)
    few = queries_of(leader, page("meeting_detail", meeting))
    list(map(one_more, range(1, 10)))

    assert queries_of(leader, page("meeting_detail", meeting)) == few


# Versions and the notice


def test_version_shows_in_words_what_a_correction_took_out_and_put_in(leader, meeting, person):
    concluded_with(meeting, person)
    changed = Meeting.objects.get()
    changed.place = "Hội trường A"
    change_meeting(changed, keep=[changed], by=person, today=date(2024, 4, 15), correction="Ghi sai địa điểm")

    listed = text_of(leader.get(page("meeting_detail", meeting)).text)
    second = text_of(leader.get(reverse("meeting_version", args=[meeting.pk, 2])).text)
    first = text_of(leader.get(reverse("meeting_version", args=[meeting.pk, 1])).text)

    assert "Bản 2: đính chính. Ghi sai địa điểm" in listed
    assert "bỏ: Ngày 10 tháng 4 năm 2024, tại Trụ sở UBND tỉnh," in second
    assert "thêm: Ngày 10 tháng 4 năm 2024, tại Hội trường A," in second
    assert "Nguyễn Thị Lan đính chính lúc" in second
    assert "Lý do: Ghi sai địa điểm" in second
    assert ("bỏ:" in first, "- Trình hồ sơ." in first) == (False, True)
    assert leader.get(reverse("meeting_version", args=[meeting.pk, 3])).status_code == 404


def test_notice_is_laid_out_with_its_blanks(office, leader, meeting, person):
    whole(meeting)
    committee = AgencyFactory(province=meeting.province, name="Ủy ban nhân dân tỉnh")
    conclude_meeting(meeting, issuer=committee, by=person, today=date(2024, 4, 12))

    response = leader.get(page("meeting_notice", meeting))

    told = text_of(response.text)
    assert "ỦY BAN NHÂN DÂN TỈNH Số: ……/TB-UBND CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in told
    assert "ngày … tháng 4 năm 2024 THÔNG BÁO Kết luận của đồng chí Đặng Minh Thông" in told
    number = reverse("document_issue", args=[Meeting.objects.get().notice_id])
    assert (number in office.get(page("meeting_notice", meeting)).text, number in response.text) == (True, False)


def test_notice_with_its_number_is_not_asked_for_one(office, meeting, person):
    meeting.notice = LegalDocumentFactory(
        issuer=person.agency, kind=DocumentKind.NOTICE, number=45, symbol="TB-UBND", signed_on=date(2024, 4, 15)
    )
    change_meeting(meeting, keep=[meeting], by=person, today=TODAY)

    response = office.get(page("meeting_notice", meeting))

    assert "Số: 45/TB-UBND" in text_of(response.text)
    assert "ngày 15 tháng 4 năm 2024" in text_of(response.text)
    assert "/ghi-so/" not in response.text
