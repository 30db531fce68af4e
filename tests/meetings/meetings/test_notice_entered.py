"""The notice of 10/04/2024, entered on the pages by the Office as a secretary would, and what is read of it."""

import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from meetings.models import Directive, Meeting
from programme.models import LegalDocument, Revision, StepKind, User
from tasks.operations.deciding import take_step
from tests.factories import LegalDocumentFactory, UserFactory
from tests.forms_read import Page

pytestmark = pytest.mark.django_db

HDND = "HĐND tỉnh thông qua Nghị quyết sửa đổi, bổ sung Nghị quyết 112/NQ-HĐND"
POINTS = [
    "Về việc thuê Trung tâm tích hợp dữ liệu giai đoạn 2024-2028",
    "Về Trung tâm giám sát, điều hành thông minh (IoC)",
    "Về việc thuê mở rộng hệ thống Hội nghị truyền hình trực tuyến",
    "",
]
# Conclusion, lead, coordinating, whether the lead is assumed, and what is typed of the due.
DIRECTIVES = [
    ("1", "Sở TT&TT", [], False, {"kind": "reference", "words": "155/QĐ-UBND", "cadence": "until_done"}),
    ("1", "Sở TT&TT", [], True, {"kind": "none"}),
    ("1", "Sở Tài chính", ["Sở TT&TT"], False, {"kind": "none"}),
    ("2", "Sở TT&TT", [], True, {"kind": "condition", "when": "until", "words": HDND}),
    ("2", "Sở TT&TT", [], False, {"kind": "cadence", "words": "trong các báo cáo định kỳ"}),
    ("2", "Sở TT&TT", [], False, {"kind": "condition", "when": "after", "words": HDND}),
    ("3", "Sở TT&TT", [], False, {"kind": "month", "month": "04/2024"}),
    ("4", "Văn phòng UBND tỉnh", [], False, {"kind": "none"}),
]


@pytest.fixture
def secretary(client_of, office):
    return client_of("van-phong")


def send(browser, address, **typed):
    """Send the page's form with what is typed; returns what it led to, which has to be another page."""
    response = browser.post(address, Page(browser.get(address).text).values | typed)
    assert response.status_code == 302, Page(response.text).words
    return response.url


def agency(short_name):
    return (
        LegalDocument.objects.get(number=155, symbol="QĐ-UBND").issuer.province.agencies.get(short_name=short_name).pk
    )


def enter_meeting(browser):
    chair = {"role": "chair", "person": "Đặng Minh Thông", "title": "Phó Chủ tịch UBND tỉnh"}
    reporter = {"role": "reporter", "title": "tập thể lãnh đạo", "agency": agency("Sở TT&TT")}
    people = {
        f"thanh-phan-{row}-{name}": said for row, one in enumerate([chair, reporter]) for name, said in one.items()
    }
    address = send(
        browser,
        reverse("meeting_add"),
        title="nghe Sở Thông tin và Truyền thông báo cáo tiến độ thực hiện các nhiệm vụ",
        held_on="10/04/2024",
        place="Trụ sở UBND tỉnh",
        **people,
    )
    return Meeting.objects.get(pk=re.search(r"\d+", address)[0])


def enter_directive(browser, conclusion, text, lead, coordinating, is_assumed, due):
    waits = {"due_revision": Revision.objects.get(programme__code="BRVT-DTTM", number=2).pk}
    refers = {"due_document": LegalDocument.objects.get(number=155, symbol="QĐ-UBND").pk}
    send(
        browser,
        reverse("directive_add", args=[conclusion.pk]),
        text=text,
        leads=[agency(lead)],
        coordinating=[agency(one) for one in coordinating],
        **({"lead_is_assumed": "on"} if is_assumed else {}),
        **due,
        **{"condition": waits, "reference": refers}.get(due["kind"], {}),
    )


@pytest.fixture(scope="module")
def entered(office, django_db_blocker):
    """The meeting with its conclusions and directives, closed; beside that of the sources, of the same day."""
    with django_db_blocker.unblock():
        secretary = Client()
        secretary.force_login(User.objects.get(username="van-phong"))
        return enter_all(secretary)


def enter_all(secretary):
    meeting = enter_meeting(secretary)
    for heading in POINTS:
        send(secretary, reverse("conclusion_add", args=[meeting.pk]), heading=heading)
    conclusions = {str(one.number): one for one in meeting.conclusions.all()}
    for place, (number, *rest) in enumerate(DIRECTIVES, start=1):
        enter_directive(secretary, conclusions[number], f"Việc thứ {place} của thông báo.", *rest)
    send(secretary, reverse("meeting_conclude", args=[meeting.pk]))
    return Meeting.objects.select_related("notice").get(pk=meeting.pk)


def told(as_of):
    out = StringIO()
    call_command("directives", "--as-of", as_of, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_notice_entered_through_the_pages_is_told_by_the_command(entered):
    rows = [row for row in told("2024-05-01") if row["text"].startswith("Việc thứ")]

    stttt, assigned = "Sở Thông tin và Truyền thông", []
    for row in rows:
        assigned.append(
            (row["conclusion"], row["lead"], row["coordinating"], row["due_kind"], row["due_on"], row["timeliness"])
        )
    assert {row["meeting"] for row in rows} == {"2024-04-10"}
    assert assigned == [
        ("1", [stttt], [], "reference", None, "no_due_date"),
        ("1", [stttt], [], "none", None, "no_due_date"),
        ("1", ["Sở Tài chính"], [stttt], "none", None, "no_due_date"),
        ("2", [stttt], [], "condition", None, "no_due_date"),
        ("2", [stttt], [], "cadence", None, "no_due_date"),
        ("2", [stttt], [], "condition", None, "no_due_date"),
        ("3", [stttt], [], "month", "2024-04-30", "open_overdue"),
        ("4", ["Văn phòng Ủy ban nhân dân tỉnh"], [], "none", None, "no_due_date"),
    ]


def test_notice_entered_through_the_pages_has_the_dues_of_the_sources(entered):
    entered_dues = Directive.objects.filter(conclusion__meeting=entered).in_order()
    of_the_sources = Directive.objects.filter(conclusion__meeting__held_on=date(2024, 4, 10))
    of_the_sources = of_the_sources.exclude(conclusion__meeting=entered).in_order()

    what = ["conclusion__number", "position", "due_kind", "due_month", "due_when", "due_cadence", "due_on"]
    assert list(entered_dues.values_list(*what)) == list(of_the_sources.values_list(*what))


def test_notice_entered_through_the_pages_reads_as_one(entered, secretary):
    words = " ".join(Page(secretary.get(entered.get_absolute_url()).text).words)

    assert entered.notice.awaits_its_number
    assert entered.notice.subject.startswith(
        "Kết luận của đồng chí Đặng Minh Thông, Phó Chủ tịch UBND tỉnh tại cuộc họp"
    )
    for heading in filter(None, POINTS):
        assert heading in words
    assert "cho đến khi HĐND tỉnh thông qua Nghị quyết sửa đổi, bổ sung" in words
    assert "trong tháng 04/2024" in words


def test_adoption_gives_the_conditional_directives_entered_their_day(entered):
    revision = Revision.objects.get(programme__code="BRVT-DTTM", number=2)
    council = LegalDocument.objects.get(number=112, symbol="NQ-HĐND").issuer
    take_step(
        revision,
        StepKind.ADOPTED,
        on=date(2024, 7, 10),
        document=LegalDocumentFactory(issuer=council, signed_on=date(2024, 7, 10)),
        effective_on=date(2024, 7, 20),
        by=UserFactory(),
        today=date(2024, 7, 20),
    )

    def conditional(as_of):
        rows = [row for row in told(as_of) if row["due_kind"] == "condition" and row["text"].startswith("Việc thứ")]
        return [(row["due_on"], row["timeliness"]) for row in rows]

    assert conditional("2024-07-09") == [(None, "no_due_date")] * 2
    assert conditional("2024-07-10") == [("2024-07-10", "open_in_time")] * 2
    assert conditional("2024-07-11") == [("2024-07-10", "open_overdue")] * 2
