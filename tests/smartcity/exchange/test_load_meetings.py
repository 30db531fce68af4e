"""The five meetings of the sources, as the files of ``fixtures/`` enter them."""

from datetime import date

import pytest
from django.core.management import call_command

from meetings.models import Assignment, AttendanceRole, Directive, Finding, Meeting
from programme.models import LegalDocument, Revision, StepKind
from programme.operations.deciding import record_step
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tests.factories import LegalDocumentFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def directives_of(held_on: date):
    return Directive.objects.filter(conclusion__meeting__held_on=held_on).in_order()


def test_five_meetings_are_entered_with_their_chairs(real_programmes):
    chairs = {
        meeting.held_on: meeting.attendances.get(role=AttendanceRole.CHAIR).person for meeting in Meeting.objects.all()
    }

    assert chairs == {
        date(2018, 3, 6): "Đặng Minh Thông",
        date(2020, 6, 8): "Trần Văn Tuấn",
        date(2023, 6, 16): "Nguyễn Văn Thọ",
        date(2023, 10, 20): "Lưu Văn Bản",
        date(2024, 4, 10): "Đặng Minh Thông",
    }


def test_meeting_without_a_conclusion_in_its_source_stays_open(real_programmes):
    assert [meeting.held_on for meeting in Meeting.objects.filter(version=0)] == [date(2020, 6, 8)]


def test_attendance_keeps_the_consultant_and_who_joined_from_the_districts(real_programmes):
    consultant = Meeting.objects.get(held_on=date(2018, 3, 6)).attendances.get(role=AttendanceRole.CONSULTANT)
    remote = Meeting.objects.get(held_on=date(2023, 6, 16)).attendances.exclude(site="").get()

    assert consultant.agency.name == "Viện Chiến lược Thông tin và Truyền thông"
    assert (remote.title, remote.site) == ("lãnh đạo UBND các huyện, thị xã, thành phố", "điểm cầu các địa phương")


def test_notice_of_april_2024_has_its_eight_directives_each_with_its_due(real_programmes):
    found = [(one.label, one.due_kind, one.due.say()) for one in directives_of(date(2024, 4, 10))]

    hdnd = "Hội đồng nhân dân tỉnh thông qua Nghị quyết sửa đổi, bổ sung Nghị quyết 112/NQ-HĐND"
    assert found == [
        (
            "1.1",
            "reference",
            "theo thời hạn tại 155/QĐ-UBND ngày 18/01/2024 của UBND tỉnh; báo cáo hằng tuần cho đến khi hoàn thành",
        ),
        ("1.2", "none", "không nêu thời hạn"),
        ("1.3", "none", "không nêu thời hạn"),
        ("2.1", "condition", f"cho đến khi {hdnd} ngày 13/12/2019"),
        ("2.2", "cadence", "trong các báo cáo định kỳ"),
        ("2.3", "condition", f"ngay sau khi {hdnd}"),
        ("3.1", "month", "trong tháng 04/2024"),
        ("4.1", "none", "không nêu thời hạn"),
    ]


def test_agency_that_the_notice_does_not_name_is_marked(real_programmes):
    assumed = Assignment.objects.filter(is_assumed=True).order_by("directive__conclusion__number")

    assert [(one.directive.label, one.agency.short_name) for one in assumed] == [
        ("1.2", "Sở TT&TT"),
        ("2.1", "Sở TT&TT"),
    ]


def test_notice_of_april_2024_is_composed_with_number_and_day_blank(real_programmes):
    text = Meeting.objects.get(held_on=date(2024, 4, 10)).versions.get().text

    assert text.splitlines()[:3] == ["Số: /TB-UBND", "Bà Rịa - Vũng Tàu, ngày … tháng 4 năm 2024", "THÔNG BÁO"]
    assert "đã chủ trì cuộc họp nghe Sở Thông tin và Truyền thông báo cáo tiến độ thực hiện các nhiệm vụ" in text
    assert "4. Văn phòng UBND tỉnh bố trí lịch" in text
    by_order = "Thừa lệnh Chủ tịch Ủy ban nhân dân tỉnh, Văn phòng Ủy ban nhân dân tỉnh thông báo ý kiến kết luận"
    assert by_order in text
    notice, _, assigned = text.partition("\nPHÂN CÔNG, THỜI HẠN")
    assert notice.endswith("TL. CHỦ TỊCH\nKT. CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG\nTrần Hữu Phúc")
    assert "\n3.1: chủ trì Sở Thông tin và Truyền thông; hạn: trong tháng 04/2024\n" in assigned


def test_adoption_of_the_amendment_gives_conditional_directives_their_day(real_programmes):
    revision = Revision.objects.get(programme__code="BRVT-DTTM", number=2)
    resolution = LegalDocumentFactory(
        issuer=LegalDocument.objects.get(number=112, symbol="NQ-HĐND").issuer, number=45, signed_on=date(2024, 7, 12)
    )
    waiting = Directive.objects.filter(due_revision=revision).in_order()
    day_before, day = date(2024, 7, 11), date(2024, 7, 12)

    before = [one.due_then for one in waiting.with_due(day)]
    record_step(
        revision,
        StepKind.ADOPTED,
        on=day,
        document=resolution,
        effective_on=date(2024, 7, 22),
        by=system_account(),
        today=date(2024, 7, 22),
    )

    assert before == [None, None, None]
    assert [one.due_then for one in waiting.with_due(day_before)] == [None, None, None]
    assert [(one.label, one.due_then) for one in waiting.with_due(day)] == [("1.2", day), ("2.1", day), ("2.3", day)]


def test_findings_on_video_conferencing_stand_with_their_directive(real_programmes):
    found = Finding.objects.order_by("pk")

    assert [one.body.name for one in found] == ["Kiểm toán nhà nước", "Thanh tra tỉnh Bà Rịa - Vũng Tàu"]
    assert {one.directive.label for one in found} == {"3.1"}


def test_loading_again_adds_no_meeting(real_programmes):
    call_command("load_programmes", verbosity=0)

    assert (Meeting.objects.count(), Directive.objects.count()) == (5, 13)


def test_page_tells_that_it_differs_from_what_was_closed(real_programmes, client_of):
    meeting = Meeting.objects.get(held_on=date(2024, 4, 10))
    reader = client_of(UserFactory(role="leader", agency=meeting.notice.issuer))
    warning = "Trang này khác bản đã chốt gần nhất"

    closed = reader.get(meeting.get_absolute_url()).text
    document = meeting.notice
    document.number, document.signed_on, document.date_as_written = 45, date(2024, 4, 12), ""
    signed_save(document, by=system_account(), reason="Văn thư cấp số")
    numbered = reader.get(meeting.get_absolute_url()).text
    document.subject = "Kết luận khác"
    signed_save(document, by=system_account(), reason="Sửa trích yếu")
    changed = reader.get(meeting.get_absolute_url()).text

    assert warning not in closed
    assert warning not in numbered
    assert warning in changed
