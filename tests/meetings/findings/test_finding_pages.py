"""The pages of findings: the list with its filters, one finding, and what is typed about it."""

from datetime import date

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from meetings.models import Finding, FindingState
from meetings.operations.findings import answer_finding
from meetings.pages.findings.thread import findings_awaiting
from programme.models import Role
from tests.factories import AgencyFactory, LegalDocumentFactory, UserFactory, officer_of
from tests.forms_read import ENGLISH, Page
from tests.meetings.factories import DirectiveFactory, FindingFactory

pytestmark = pytest.mark.django_db

TODAY = date(2024, 5, 1)


@pytest.fixture
def finding():
    return FindingFactory(subject="Việc thuê hội nghị truyền hình", source=LegalDocumentFactory(number=45))


@pytest.fixture
def secretary(finding):
    return UserFactory(role=Role.OFFICE, agency=AgencyFactory(province=finding.province))


@pytest.fixture
def answered(finding):
    return answer_finding(
        finding,
        text="Đã rà soát hợp đồng.",
        answered_on=date(2024, 4, 25),
        by=officer_of(finding.agency),
        today=TODAY,
    )


def page_of(finding, path=""):
    return f"/kien-nghi/{finding.pk}/{path}"


def test_finding_whose_conclusions_nobody_has_seen_says_so_and_names_its_source(client_of, secretary, finding):
    response = client_of(secretary).get(page_of(finding))

    words = Page(response.text).words
    assert "Chưa biết" in words
    assert str(finding.source) in " ".join(words)
    assert [one for one in words if ENGLISH.search(one)] == []


def test_list_keeps_its_filters_in_the_address(client_of, secretary, finding):
    other = FindingFactory(province=finding.province, subject="Việc khác")
    browser = client_of(secretary)

    by_body = browser.get("/kien-nghi/", {"co-quan-kien-nghi": finding.body_id}).text
    by_state = browser.get("/kien-nghi/", {"tinh-trang": "closed"}).text
    unreadable = browser.get("/kien-nghi/", {"tinh-trang": "x", "co-quan": "y"}).text

    assert finding.subject in by_body
    assert other.subject not in by_body
    assert "Không có kiến nghị nào như vậy" in by_state
    assert finding.subject in unreadable


def test_list_query_count_does_not_grow(client_of, secretary, finding):
    browser, counts = client_of(secretary), []

    for count in (1, 10):
        FindingFactory.create_batch(count, province=finding.province)
        with CaptureQueriesContext(connection) as queries:
            browser.get("/kien-nghi/")
        counts.append(len(queries))

    assert counts[1] == counts[0]


@pytest.mark.parametrize("path", ["", "sua/", "giai-trinh/", "xong/", "mo-lai/"])
def test_finding_of_another_province_does_not_exist(client_of, finding, path):
    stranger = UserFactory(role=Role.OFFICE, agency=AgencyFactory())

    assert client_of(stranger).get(page_of(finding, path)).status_code == 404


def test_secretary_enters_a_finding_with_what_is_known(client_of, secretary, finding):
    typed = {
        "body": finding.body_id,
        "agency": finding.agency_id,
        "subject": "Việc mua sắm",
        "asks": "Rà soát việc mua sắm.",
        "source": finding.source_id,
    }

    response = client_of(secretary).post("/kien-nghi/moi/", typed)

    new = Finding.objects.get(subject="Việc mua sắm")
    assert response.url == page_of(new)
    assert (new.province, new.document, new.state) == (finding.province, None, FindingState.OPEN)


def test_finding_is_entered_from_the_directive_that_speaks_of_it(client_of, secretary, finding):
    directive = DirectiveFactory(conclusion__meeting__province=finding.province)

    html = client_of(secretary).get(f"/kien-nghi/moi/?chi-dao={directive.pk}").text

    assert f'<option value="{directive.pk}" selected>' in html


def test_form_that_is_empty_says_what_is_missing(client_of, secretary):
    response = client_of(secretary).post("/kien-nghi/moi/", {"note": "còn thiếu"})

    assert response.status_code == 400
    for words in ("Chọn cơ quan kiến nghị.", "Ghi nội dung kiến nghị.", "còn thiếu"):
        assert words in response.text


def test_two_people_who_change_a_finding_are_put_together(client_of, secretary, finding):
    browser = client_of(secretary)
    form = browser.get(page_of(finding, "sua/")).context["form"]
    typed = {name: form.initial.get(name) or "" for name in form.fields} | {"change_reason": "Bổ sung mục"}
    browser.post(page_of(finding, "sua/"), typed | {"note": "theo báo cáo", "change_reason": "Ghi chú"})

    response = browser.post(page_of(finding, "sua/"), typed | {"item": "điểm 2 mục III"})

    finding.refresh_from_db()
    assert response.status_code == 302
    assert (finding.item, finding.note) == ("điểm 2 mục III", "theo báo cáo")


def test_change_asks_why(client_of, secretary, finding):
    browser = client_of(secretary)
    form = browser.get(page_of(finding, "sua/")).context["form"]
    typed = {name: form.initial.get(name) or "" for name in form.fields}

    response = browser.post(page_of(finding, "sua/"), typed | {"item": "điểm 2"})

    assert response.status_code == 400
    assert "Ghi lý do thay đổi." in response.text


def test_agency_concerned_answers_and_nobody_else(client_of, finding):
    typed = {"text": "Đã rà soát.", "answered_on": "25/04/2024"}
    stranger = officer_of(AgencyFactory(province=finding.province))

    refused = client_of(stranger).post(page_of(finding, "giai-trinh/"), typed)
    sent = client_of(officer_of(finding.agency)).post(page_of(finding, "giai-trinh/"), typed)

    finding.refresh_from_db()
    assert (refused.status_code, sent.status_code) == (404, 302)
    assert (finding.state, finding.answer) == (FindingState.ANSWERED, "Đã rà soát.")


def test_what_was_answered_is_told_with_what_became_of_it(client_of, secretary, answered):
    browser = client_of(secretary)

    browser.post(page_of(answered, "mo-lai/"), {"reason": "Chưa nêu giá thuê"})

    html = browser.get(page_of(answered)).text
    assert html.index("Đã rà soát hợp đồng.") < html.index("Chưa nêu giá thuê")


def test_secretary_takes_an_answer_as_done(client_of, secretary, answered):
    response = client_of(secretary).post(page_of(answered, "xong/"), {"closed_on": "30/04/2024"})

    answered.refresh_from_db()
    assert response.status_code == 302
    assert (answered.state, answered.closed_on) == (FindingState.CLOSED, date(2024, 4, 30))


@pytest.mark.parametrize("path", ["xong/", "mo-lai/"])
def test_officer_neither_closes_nor_opens(client_of, answered, path):
    browser = client_of(officer_of(answered.agency))

    assert browser.get(page_of(answered, path)).status_code == 403


def test_findings_wait_for_the_people_of_their_agency(finding):
    assert list(findings_awaiting(officer_of(finding.agency), TODAY)) == [finding]
    assert not findings_awaiting(officer_of(AgencyFactory(province=finding.province)), TODAY)
    assert not findings_awaiting(UserFactory(role=Role.LEADER, agency=finding.agency), TODAY)


def test_directive_names_the_findings_that_it_speaks_of(finding):
    html = render_to_string("meetings/findings/_of_directive.html", {"findings": [finding], "may_add": False})

    assert finding.subject in html
    assert "Chưa trả lời" in html
