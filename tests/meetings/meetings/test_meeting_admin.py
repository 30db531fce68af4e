"""Meetings and what they direct, as the admin shows them: to read, with the history, and one press from their pages."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from meetings.models import AssignmentRole, correcting
from meetings.models.due import DueKind
from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save
from tests.factories import AgencyFactory, LegalDocumentFactory, ProvinceFactory, UserFactory
from tests.forms_read import url
from tests.meetings.factories import (
    AnswerFactory,
    AssignmentFactory,
    AttendanceFactory,
    ConclusionFactory,
    DirectiveFactory,
    ExtensionFactory,
    FindingEntryFactory,
    FindingFactory,
    MeetingFactory,
    OpinionFactory,
    ReopeningFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def secretary(province):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=province))


@pytest.fixture
def browser(client_of, secretary):
    return client_of(secretary)


def more_meetings(province, count):
    MeetingFactory.create_batch(count, province=province)


def more_directives(province, count):
    DirectiveFactory.create_batch(count, conclusion__meeting__province=province)


def more_assignments(province, count):
    for _ in range(count):
        AssignmentFactory(directive__conclusion__meeting__province=province)


def more_findings(province, count):
    FindingFactory.create_batch(count, province=province)


@pytest.mark.parametrize(
    ("record", "more"),
    [
        ("meetings.meeting", more_meetings),
        ("meetings.directive", more_directives),
        ("meetings.assignment", more_assignments),
        ("meetings.finding", more_findings),
    ],
)
def test_list_query_count_does_not_grow(browser, province, record, more):
    counts, rows = [], []

    for count in (2, 18):
        more(province, count)
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(url(record, "changelist"))
        counts.append(len(queries))
        rows.append(len(response.context["cl"].result_list))

    assert rows == [2, 20]
    assert counts[1] == counts[0]


def test_record_page_query_count_does_not_grow(browser, province):
    counts = []

    for count in (2, 20):
        meeting = MeetingFactory(province=province)
        for _ in range(count):
            AttendanceFactory(meeting=meeting, agency=AgencyFactory(province=province))
            OpinionFactory(meeting=meeting, agency=AgencyFactory(province=province))
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(url("meetings.meeting", "change", meeting.pk))
        assert response.status_code == 200
        counts.append(len(queries))

    # The first page of a kind also fills what is kept between requests.
    assert counts[1] <= counts[0]


@pytest.mark.parametrize("page", ["change", "history"])
def test_what_was_said_is_read_beside_its_finding_and_assignment(browser, province, page):
    counts = []

    for count in (2, 10):
        finding, assignment = (
            FindingFactory(province=province),
            AssignmentFactory(directive__conclusion__meeting__province=province),
        )
        for number in range(count):
            document = LegalDocumentFactory(issuer__province=province)
            FindingEntryFactory(finding=finding, text=f"Đã rà soát lần {number}.", document=document)
            ReopeningFactory(assignment=assignment, text=f"Xác nhận nhầm lần {number}.")
        with CaptureQueriesContext(connection) as queries:
            of_finding = browser.get(url("meetings.finding", page, finding.pk)).text
            of_assignment = browser.get(url("meetings.assignment", page, assignment.pk)).text
        counts.append(len(queries))
        assert [f"Đã rà soát lần {number}." in of_finding for number in range(count)] == [True] * count
        assert [f"Xác nhận nhầm lần {number}." in of_assignment for number in range(count)] == [True] * count

    assert counts[1] <= counts[0]


def test_who_records_meetings_records_them_on_their_pages_and_not_here(browser, province):
    meeting = MeetingFactory(province=province, title="nghe báo cáo tiến độ")

    added = browser.post(url("meetings.meeting", "add"), {"title": "Thử", "_save": ""})
    changed = browser.post(url("meetings.meeting", "change", meeting.pk), {"title": "Thử", "_save": ""})

    meeting.refresh_from_db()
    assert (added.status_code, changed.status_code) == (403, 403)
    assert meeting.title == "nghe báo cáo tiến độ"


@pytest.mark.parametrize(
    ("record", "make"),
    [
        ("meetings.meeting", lambda province: MeetingFactory(province=province)),
        ("meetings.directive", lambda province: DirectiveFactory(conclusion__meeting__province=province)),
        (
            "meetings.assignment",
            lambda province: AssignmentFactory(directive__conclusion__meeting__province=province),
        ),
        ("meetings.finding", lambda province: FindingFactory(province=province)),
    ],
)
def test_record_is_one_press_from_its_own_page(browser, province, record, make):
    one = make(province)
    app, model = record.split(".")

    opened = browser.get(f"/quan-tri/{app}/{model}/{one.pk}/mo-trang/")

    assert "Mở trang" in browser.get(url(record, "change", one.pk)).text
    assert opened.url == one.get_absolute_url()


def test_history_of_a_meeting_tells_what_its_parts_said_before(browser, province):
    meeting = MeetingFactory(province=province)
    opinion = OpinionFactory(meeting=meeting, text="Đề nghị giao Sở Xây dựng chủ trì.")
    ConclusionFactory(meeting=meeting, heading="Về kinh phí")
    opinion.text = "Đề nghị giao Sở Tài chính chủ trì."
    signed_save(opinion, by=system_account(), reason="Ghi nhầm tên Sở")

    html = browser.get(url("meetings.meeting", "history", meeting.pk)).text

    assert "Đề nghị giao Sở Xây dựng chủ trì." in html
    assert "Đề nghị giao Sở Tài chính chủ trì." in html
    assert "Ghi nhầm tên Sở" in html
    assert "Về kinh phí" in html


def test_history_of_a_directive_tells_who_was_taken_off(browser, province):
    directive = DirectiveFactory(conclusion__meeting__province=province)
    assignment = AssignmentFactory(directive=directive, agency__name="Sở Xây dựng")
    assignment.role = AssignmentRole.COORDINATING
    with correcting():
        signed_save(assignment, by=system_account(), reason="Thông báo ghi là phối hợp")

    html = browser.get(url("meetings.directive", "history", directive.pk)).text

    assert "Sở Xây dựng" in html
    assert "Thông báo ghi là phối hợp" in html


def test_list_of_directives_tells_each_due_as_what_it_is(browser, province):
    DirectiveFactory(
        conclusion__meeting__province=province, due_kind=DueKind.MONTH, due_year=2024, due_month=4, text="Việc thứ nhất"
    )
    DirectiveFactory(conclusion__meeting__province=province, text="Việc thứ hai")
    waiting = {"due_kind": DueKind.CONDITION, "due_words": "HĐND tỉnh thông qua", "due_when": "after"}
    DirectiveFactory(conclusion__meeting__province=province, text="Việc thứ ba", **waiting)

    html = browser.get(url("meetings.directive", "changelist")).text

    assert "trong tháng 04/2024" in html
    assert "30/04/2024" in html
    assert "không nêu thời hạn" in html
    assert html.count("không có<") == 1
    assert html.count("chưa có ngày<") == 1


def test_assignment_shows_its_answers_and_the_day_that_an_extension_gave(browser, province):
    directive = DirectiveFactory(
        conclusion__meeting__province=province, due_kind=DueKind.DAY, due_day=date(2024, 4, 30)
    )
    assignment = AssignmentFactory(directive=directive)
    AnswerFactory(assignment=assignment, text="Đã trình dự thảo.")
    ExtensionFactory(
        assignment=assignment,
        state="granted",
        granted_due_on=date(2024, 5, 31),
        decided_on=date(2024, 4, 22),
        decided_by=UserFactory(),
    )

    html = browser.get(url("meetings.assignment", "change", assignment.pk)).text

    assert "Đã trình dự thảo." in html
    assert "31/05/2024" in html
    assert "30/04/2024" in html


def test_finding_whose_conclusions_nobody_has_seen_says_so(browser, province):
    FindingFactory(province=province, document=None)

    html = browser.get(url("meetings.finding", "changelist")).text

    assert "chưa biết" in html


def test_list_of_directives_is_downloaded_with_real_days(browser, province):
    DirectiveFactory(conclusion__meeting__province=province, due_kind=DueKind.DAY, due_day=date(2024, 4, 30))

    response = browser.get(reverse("admin:meetings_directive_export", args=["xlsx"]))

    header, row = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0].values
    assert row[header.index("Đến hạn ngày")] == datetime(2024, 4, 30)  # noqa: DTZ001
