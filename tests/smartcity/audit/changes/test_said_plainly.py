"""A line says what somebody who was not there understands: no keys, no digests, no hours of another country."""

import re
from html import unescape

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from meetings.models import FeedAddress
from meetings.operations.calendar_feeds import make_address, revoke_address
from meetings.operations.recording import change_meeting, conclude_meeting
from meetings.operations.removing import remove_meeting
from programme.models import Role, StoredFile
from smartcity.audit.called_then import NAMED_BY
from smartcity.audit.changes.filters import ChangesForm
from smartcity.lib.records.history import signed_delete, signed_save, user_action
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedTaskFactory,
    RevisionFactory,
    RouteStepFactory,
    StoredFileFactory,
    UserFactory,
)
from tests.meeting_pages import secretary_of, whole
from tests.meetings.factories import (
    AssignmentFactory,
    ConclusionFactory,
    DirectiveFactory,
    DirectiveLinkFactory,
    FindingEntryFactory,
    FindingFactory,
    MeetingFactory,
    OpinionFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def auditor():
    return UserFactory(role=Role.AUDITOR, agency=None)


@pytest.fixture
def said(client_of, auditor):
    """The page, the file and the history of one record as an auditor reads them, joined."""

    def said(reader=None, **asked):
        browser = client_of(reader or auditor)
        page = browser.get(reverse("change_log"), asked)
        file = browser.get(reverse("change_log_export", args=["csv"]), asked)
        assert page.status_code == 200
        html = page.text.partition('id="nhat-ky"')[2] + b"".join(file.streaming_content).decode()
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").split())

    return said


def test_address_of_a_calendar_tells_no_digest_and_hours_by_the_clock_on_the_wall(said, auditor):
    person = UserFactory()
    with user_action(by=person):
        make_address(person)
        revoke_address(person)
    address = FeedAddress.objects.get()

    words = said(loai="meetings.feedaddress")

    assert address.digest not in words
    assert "Mã của địa chỉ" not in words
    for at in (address.made_at, address.revoked_at):
        assert f"{localtime(at):%H:%M ngày %d/%m/%Y}" in words
    assert "+00:00" not in words
    offered = dict(ChangesForm({}, auditor).fields["truong"].choices)
    assert "meetings.feedaddress.digest" not in dict(offered["Địa chỉ lịch"])


def test_file_tells_when_it_came_and_not_where_it_lies_on_disk(said):
    stored = StoredFile.objects.get(pk=StoredFileFactory().pk)

    words = said(loai="programme.storedfile")

    assert f"{localtime(stored.uploaded_at):%H:%M ngày %d/%m/%Y}" in words
    assert stored.content.name not in words
    assert "Nơi lưu" not in words


def test_step_of_a_procedure_has_its_name_and_no_key(said, auditor):
    RouteStepFactory(key="bidding", name="Lựa chọn nhà thầu")

    words = said(loai="tasks.routestep")

    assert "Lựa chọn nhà thầu" in words
    assert "bidding" not in words
    assert "Mã bước" not in words
    assert "tasks.routestep.key" not in dict(dict(ChangesForm({}, auditor).fields["truong"].choices)["Bước thủ tục"])


# What was removed


@pytest.fixture
def removed():
    """A meeting with an opinion and a conclusion, all of it taken out again."""
    meeting = MeetingFactory(title="Họp kín về vốn")
    office = secretary_of(meeting.province)
    opinion = OpinionFactory(meeting=meeting, topic="", text="Ý kiến nháp kín về vốn")
    conclusion = ConclusionFactory(meeting=meeting, heading="Nháp kín")
    directive = DirectiveFactory(conclusion=conclusion, text="Chỉ đạo nháp kín")
    DirectiveLinkFactory(directive=directive, document=LegalDocumentFactory(issuer__province=meeting.province))
    for link in directive.links.all():
        signed_delete(link, by=office, reason="Bỏ")
    signed_delete(directive, by=office, reason="Bỏ")
    signed_delete(conclusion, by=office, reason="Bỏ")
    key = meeting.pk
    remove_meeting(meeting, reason="Hoãn họp", by=office, today=localdate())
    return key, opinion


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEADER])
def test_whoever_does_not_audit_reads_nothing_of_parts_of_a_removed_meeting(said, client_of, removed, role):
    key, _ = removed
    reader = UserFactory(role=role, agency=None)

    for asked in ({"ban-ghi": f"meetings.meeting-{key}"}, {"viec": "xoa"}, {}):
        words = said(reader, **asked)
        for secret in ("Ý kiến nháp kín", "Nháp kín", "Chỉ đạo nháp kín", "Họp kín"):
            assert secret not in words, (asked, secret)


def test_auditor_reads_a_removed_meeting_with_its_parts_by_its_name(said, removed):
    key, _ = removed

    words = said(**{"ban-ghi": f"meetings.meeting-{key}"})

    assert "Xóa cuộc họp «Họp kín về vốn" in words
    assert "Xóa ý kiến «Ý kiến nháp kín về vốn»" in words
    assert "cuộc họp kín về vốn, " in words
    assert "cuộc họp Họp" not in words
    assert re.search(r"\(không còn|mã [0-9]", words) is None


def test_part_of_what_is_there_is_told_when_it_was_removed(said):
    meeting = MeetingFactory()
    opinion = OpinionFactory(meeting=meeting, text="Ý kiến đã bỏ")
    signed_delete(opinion, by=secretary_of(meeting.province), reason="Ghi nhầm")

    assert "Ý kiến đã bỏ" in said(UserFactory(role=Role.ADMINISTRATOR, agency=None), viec="xoa")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEADER, Role.COORDINATOR])
def test_removed_part_is_called_by_its_name_to_whoever_is_told_that_it_was_removed(said, client_of, role):
    revision = RevisionFactory()
    province = revision.programme.province
    reader = UserFactory(role=role, agency=AgencyFactory(province=province))
    old, new = (PeriodFactory(revision=revision, label=label) for label in ("2020–2022", "2023–2024"))
    planned = PlannedTaskFactory(revision=revision, period=old)
    planned.period = new
    signed_save(planned, by=reader, reason="Đổi giai đoạn")
    signed_delete(old, by=reader, reason="Bỏ")

    # The record's own page first: nothing else has found yet what is new.
    history = client_of(reader).get(reverse("admin:tasks_plannedtask_history", args=[planned.pk]))
    assert "2020–2022 (nay đã xóa)" in history.text
    assert "2020–2022 (nay đã xóa)" in said(reader, loai="tasks.plannedtask")


def test_removed_agency_is_called_by_its_name_where_it_was_named(said):
    meeting = MeetingFactory()
    reader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=meeting.province))
    old = AgencyFactory(province=meeting.province, name="Ban Ghi nhầm")
    finding = FindingFactory(province=meeting.province, agency=old)
    finding.agency = AgencyFactory(province=meeting.province)
    signed_save(finding, by=reader, reason="Ghi nhầm")
    signed_delete(old, by=reader, reason="Ghi nhầm")

    assert "Ban Ghi nhầm (nay đã xóa)" in said(reader, loai="meetings.finding")


def test_removed_record_stays_nameless_to_whoever_is_not_told_that_it_was_removed(said, auditor):
    meeting = MeetingFactory(version=1)
    reader = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=meeting.province))
    document = LegalDocumentFactory(issuer__province=meeting.province, symbol="KIN-XOA")
    finding = FindingFactory(province=meeting.province, document=document)
    finding.document = LegalDocumentFactory(issuer__province=meeting.province)
    signed_save(finding, by=reader, reason="Ghi nhầm")
    signed_delete(document, by=reader, reason="Ghi nhầm")

    words = said(reader, loai="meetings.finding")

    assert "(nay đã xóa)" in words
    assert "KIN-XOA" not in words
    assert "KIN-XOA" in said(loai="meetings.finding")


# What records were called then


def test_old_line_calls_what_it_names_as_it_was_called_then(said):
    meeting = MeetingFactory()
    office = secretary_of(meeting.province)
    first = ConclusionFactory(meeting=meeting, number=1, heading="Về vốn")
    conclusion = ConclusionFactory(meeting=meeting, number=2, heading="Về camera")
    directive = DirectiveFactory(conclusion=conclusion, text="Báo cáo tiến độ lắp camera")
    AssignmentFactory(directive=directive)
    directive.text = "Báo cáo tiến độ lắp camera giao thông"
    signed_save(directive, by=office, reason="Thêm chữ")
    signed_delete(first, by=office, reason="Bỏ kết luận 1")
    conclusion.number = 1
    signed_save(conclusion, by=office, reason="Dồn số")

    made = said(loai="meetings.directive", viec="tao")
    assigned = said(loai="meetings.assignment")

    assert "kết luận 2. Về camera" in made
    assert "kết luận 1. Về camera" not in made
    assert "ý kiến chỉ đạo Báo cáo tiến độ lắp camera" in assigned
    assert "camera giao thông" not in assigned


def test_others_never_read_what_a_directive_was_called_before_its_meeting_was_concluded(said):
    meeting = MeetingFactory()
    office, directive = secretary_of(meeting.province), whole(meeting)
    directive.text = "Chỉ đạo nháp kín"
    signed_save(directive, by=office, reason="Soạn")
    finding = FindingFactory(province=meeting.province, directive=directive)
    directive.text = "Trình phương án."
    signed_save(directive, by=office, reason="Sửa")
    conclude_meeting(meeting, by=office, today=localdate())
    member = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=meeting.province))
    asked = {"ban-ghi": f"meetings.finding-{finding.pk}"}

    assert "Trình phương án." in said(member, **asked)
    assert "Chỉ đạo nháp kín" not in said(member, **asked)
    assert "Chỉ đạo nháp kín" not in said(member)
    assert "Chỉ đạo nháp kín" in said(**asked)


# What was concluded


def test_concluding_and_correcting_a_meeting_stand_first_in_their_acts(client_of, auditor):
    meeting = MeetingFactory()
    office, directive = secretary_of(meeting.province), whole(meeting)
    issuer = AgencyFactory(province=meeting.province)
    empty = ConclusionFactory(meeting=meeting, number=2, heading="", text="")
    signed_delete(empty, by=office, reason="Bỏ")
    conclude_meeting(meeting, issuer=issuer, by=office, today=localdate())
    directive.refresh_from_db()
    opinion = meeting.opinions.first() or OpinionFactory.build(meeting=meeting, text="Ý kiến bổ sung")
    change_meeting(meeting, keep=[opinion], by=office, today=localdate(), correction="Ghi thiếu ý kiến")

    page = client_of(auditor).get(reverse("change_log"), {"ban-ghi": f"meetings.meeting-{meeting.pk}"})
    lines = [[f"{one.verb} {one.subject}" for one in line.touched] for line in page.context["lines"]]
    html = unescape(page.text)

    assert lines[0][0].startswith("Đính chính kết luận cuộc họp «")
    concluded = next(line for line in lines if line[0].startswith("Chốt kết luận cuộc họp «"))
    assert any(one.startswith(f"Lưu bản kết luận «Bản 1 ngày {localdate():%d/%m/%Y}»") for one in concluded)
    assert [line for line in lines if "kết luận «Mục 2»" in line[0]]
    made = next(
        one
        for line in page.context["lines"]
        for one in line.touched
        if one.key == f"meetings.meeting-{meeting.pk}" and one.verb == "Tạo"
    )
    assert "Bản" not in [change.label for change in made.changes]
    assert "Bản 0" not in html


# Where one comes from


def test_notice_and_versions_of_a_meeting_lead_to_its_history(client_of):
    meeting = MeetingFactory()
    office = secretary_of(meeting.province)
    whole(meeting)
    conclude_meeting(meeting, by=office, today=localdate())
    browser = client_of(UserFactory(role=Role.OFFICER, agency=AgencyFactory(province=meeting.province)))
    history = f'href="{reverse("change_log")}?ban-ghi=meetings.meeting-{meeting.pk}"'

    for page in (reverse("meeting_notice", args=[meeting.pk]), reverse("meeting_version", args=[meeting.pk, 1])):
        response = browser.get(page)
        assert response.status_code == 200
        assert f"{history}>Lịch sử</a>" in response.text


@pytest.mark.parametrize("kind", sorted(NAMED_BY))
def test_what_a_name_is_made_of_is_there(kind):
    fields = {one.name: one for one in apps.get_model(kind).history.model.tracked_fields}

    assert all(not fields[name].is_relation for name in NAMED_BY[kind])


def test_finding_is_called_as_it_was_when_its_entry_was_made(said):
    finding = FindingFactory(subject="Chậm nghiệm thu", body__name="Thanh tra tỉnh")
    FindingEntryFactory(finding=finding)
    finding.subject = "Chậm nghiệm thu và thanh toán"
    signed_save(finding, by=secretary_of(finding.province), reason="Ghi rõ")

    words = said(loai="meetings.findingentry")

    assert "Chậm nghiệm thu" in words
    assert "và thanh toán" not in words
