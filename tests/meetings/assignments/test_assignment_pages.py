"""The pages of one directive and of one agency's part in it."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Answer, AnswerState, Assignment, AssignmentRole, AssignmentState, ExtensionState
from meetings.operations.answering import (
    answer_assignment,
    confirm_answer,
    reopen_assignment,
    report_period,
    return_answer,
)
from meetings.operations.directing import withdraw_directive
from meetings.operations.extending import decide_extension, request_extension
from programme.models import Role
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    ProgrammeFactory,
    ProvinceFactory,
    RevisionFactory,
    UserFactory,
    officer_of,
)
from tests.forms_read import Page
from tests.meetings.factories import AssignmentFactory, DirectiveFactory
from tests.uploads import EXE, PDF, upload

pytestmark = pytest.mark.django_db

SENT, DECIDED = date(2024, 4, 25), date(2024, 4, 29)


@pytest.fixture
def province():
    return ProvinceFactory()


@pytest.fixture
def directive(province):
    """Of the meeting on 10/04/2024, due on 30/04/2024."""
    return DirectiveFactory(
        text="Rà soát hệ thống camera.",
        due_kind="month",
        due_year=2024,
        due_month=4,
        conclusion__meeting__province=province,
    )


@pytest.fixture
def assignment(directive):
    return AssignmentFactory(directive=directive, agency__name="Công an tỉnh", agency__short_name="CA")


@pytest.fixture
def officer(assignment):
    return officer_of(assignment.agency, full_name="Trần Văn Nam")


@pytest.fixture
def office(province):
    agency = AgencyFactory(province=province, name="Văn phòng", short_name="VP")
    return UserFactory(role=Role.OFFICE, agency=agency, full_name="Lê Thị Hoa")


def answered(assignment, officer, **changes):
    typed = {"text": "Đã xong.", "done_on": date(2024, 4, 24), "by": officer, "today": SENT} | changes
    return answer_assignment(assignment, **typed)


def words(response):
    main = re.search(r"<main.*?</main>", response.text, re.S)[0]
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", main))
    return " ".join(unescape(text).replace("\u00a0", " ").split())


def stored(assignment):
    assignment.refresh_from_db()
    return assignment.state


# One directive


def test_directive_tells_its_due_its_agencies_and_what_was_said(client_of, directive, assignment, officer, office):
    AssignmentFactory(directive=directive, role=AssignmentRole.COORDINATING, agency__name="Sở Y tế")
    return_answer(answered(assignment, officer), reason="Thiếu Côn Đảo.", by=office, today=SENT)
    extension = request_extension(
        assignment, asked_due_on=date(2024, 5, 31), reason="Chờ số liệu.", by=officer, today=DECIDED
    )
    decide_extension(extension, grant=True, note="Đồng ý.", by=office, today=DECIDED)

    told = words(client_of(officer).get(f"{directive.get_absolute_url()}?ngay=06/06/2024"))

    assert "Rà soát hệ thống camera. " in told
    assert "Thời hạn trong tháng 04/2024 Hạn đầu tiên 30/04/2024 Gia hạn 1 lần" in told
    assert "Công an tỉnh Chủ trì Bị trả lại 31/05/2024 gia hạn 1 lần, hạn đầu 30/04/2024" in told
    assert "Chưa hoàn thành, quá hạn chậm 6 ngày" in told
    assert "Sở Y tế Phối hợp Chưa báo hoàn thành 30/04/2024 Chưa hoàn thành, quá hạn chậm 37 ngày" in told
    said = ["Báo cáo hoàn thành · Trần Văn Nam (CA)", "Trả lại · Lê Thị Hoa (VP)", "Xin gia hạn đến 31/05/2024"]
    places = [told.index(one) for one in [*said, "Gia hạn đến 31/05/2024 · Lê Thị Hoa"]]
    assert places == sorted(places)


def test_directive_of_an_earlier_day_knows_only_what_was_said_by_then(
    client_of, directive, assignment, officer, office
):
    confirm_answer(answered(assignment, officer), by=office, today=DECIDED)
    browser, address = client_of(officer), directive.get_absolute_url()

    before = words(browser.get(f"{address}?ngay=20/04/2024"))
    between = words(browser.get(f"{address}?ngay=26/04/2024"))
    after = words(browser.get(f"{address}?ngay=29/04/2024"))

    assert "Chưa báo hoàn thành 30/04/2024 Chưa hoàn thành, trong hạn" in before
    assert "Đến ngày 20/04/2024 chưa có trả lời nào." in before
    assert "Đã xác nhận hoàn thành 30/04/2024 Hoàn thành đúng hạn xong ngày 24/04/2024" in between
    assert "Xác nhận hoàn thành" not in between
    assert "Đã xác nhận hoàn thành 30/04/2024" in after


def test_directive_shows_the_revision_that_it_waits_for(client_of, province, officer):
    revision = RevisionFactory(programme=ProgrammeFactory(province=province))
    waiting = DirectiveFactory(
        due_kind="condition",
        due_words="HĐND tỉnh thông qua",
        due_when="after",
        due_revision=revision,
        conclusion__meeting__province=province,
    )

    response = client_of(officer).get(waiting.get_absolute_url())

    assert "Thời hạn ngay sau khi HĐND tỉnh thông qua Chờ điều chỉnh" in words(response)
    assert "Ngày đến hạn chưa có ngày" in words(response)
    assert revision.get_absolute_url() in response.text


def test_withdrawn_and_unconcluded_directives_say_so(client_of, directive, assignment, officer, office, province):
    withdraw_directive(directive, on=DECIDED, reason="Đã giao trong văn bản khác.", by=office, today=DECIDED)
    planned = DirectiveFactory(conclusion__meeting__version=0, conclusion__meeting__province=province)
    browser = client_of(officer)

    address = directive.get_absolute_url()
    assert "Thôi theo dõi từ ngày 29/04/2024. Đã giao trong văn bản khác." in words(browser.get(address))
    assert "Thôi theo dõi" not in words(browser.get(f"{address}?ngay=28/04/2024"))
    assert "cuộc họp chưa kết luận" in words(client_of(office).get(planned.get_absolute_url()))


def test_agency_that_ended_is_shown_with_its_successor_who_may_answer(client_of, directive, province):
    old = AgencyFactory(province=province, name="Sở TT&TT", in_force_to=date(2025, 2, 28))
    heir = AgencyFactory(province=province, name="Sở KH&CN", short_name="")
    AgencySuccessionFactory(predecessor=old, successor=heir)
    assignment = AssignmentFactory(directive=directive, agency=old)
    browser = client_of(officer_of(heir))

    assert "Sở TT&TT nay là Sở KH&CN" in words(browser.get(directive.get_absolute_url()))
    assert "nay là Sở KH&CN" in words(browser.get(assignment.get_absolute_url()))
    assert browser.get(reverse("assignment_answer", args=[assignment.pk])).status_code == 200


@pytest.mark.parametrize("count", [1, 10])
def test_directive_page_takes_a_fixed_number_of_queries(
    count, client_of, directive, assignment, officer, office, django_assert_num_queries
):
    for _ in range(count):
        one = AssignmentFactory(directive=directive)
        return_answer(answered(one, officer_of(one.agency)), reason="Thiếu.", by=office, today=SENT)
        request_extension(one, asked_due_on=date(2024, 5, 31), reason="Chờ.", by=officer_of(one.agency), today=SENT)
    browser = client_of(officer)
    browser.get(directive.get_absolute_url())

    with django_assert_num_queries(16):
        browser.get(directive.get_absolute_url())


# Answering


def test_officer_answers_with_files_that_others_of_the_province_read(client_of, assignment, officer, province):
    browser = client_of(officer)
    typed = {"done_on": "24/04/2024", "text": "Đã rà soát.", "files": [upload("biên bản.pdf")]}

    response = browser.post(reverse("assignment_answer", args=[assignment.pk]), typed, follow=True)

    assert "Đã gửi báo cáo hoàn thành" in response.text
    assert "Hoàn thành ngày 24/04/2024 Đã rà soát. biên bản.pdf" in words(response)
    answer = Answer.objects.get()
    assert (answer.author, answer.sent_on, stored(assignment)) == (officer, localdate(), AssignmentState.ANSWERED)
    file = reverse("stored_file", args=[answer.files.get().file.pk])
    read = client_of(officer_of(AgencyFactory(province=province))).get(file)
    assert (read.status_code, b"".join(read.streaming_content)) == (200, PDF)
    assert client_of(officer_of(AgencyFactory())).get(file).status_code == 404


def test_refused_answer_keeps_what_was_typed_and_asks_for_the_file_again(client_of, assignment, officer):
    typed = {"done_on": "01/04/2024", "text": "Đã rà soát 1.250 camera.", "files": [upload("biên bản.pdf")]}
    address = reverse("assignment_answer", args=[assignment.pk])

    early = client_of(officer).post(address, typed)
    wrong = client_of(officer).post(address, {**typed, "done_on": "24/04/2024", "files": [upload("bc.pdf", EXE)]})

    assert (early.status_code, wrong.status_code) == (400, 400)
    assert "trước ngày họp 10/04/2024" in words(early)
    assert "Đã rà soát 1.250 camera." in words(early)
    assert "Chọn lại: “biên bản.pdf”" in words(early)
    assert "bc.pdf" in words(wrong)
    assert not Answer.objects.exists()


def test_answer_that_was_sent_back_is_gone_on_with(client_of, assignment, officer, office):
    return_answer(answered(assignment, officer, text="Đã rà soát."), reason="Thiếu Côn Đảo.", by=office, today=SENT)
    browser, address = client_of(officer), reverse("assignment_answer", args=[assignment.pk])

    opened = Page(browser.get(address).text).values

    assert (opened["text"], opened["done_on"]) == ("Đã rà soát.", "24/04/2024")
    browser.post(address, opened | {"text": "Đã rà soát, cả Côn Đảo."})
    assert list(assignment.answers.order_by("pk").values_list("text", flat=True)) == [
        "Đã rà soát.",
        "Đã rà soát, cả Côn Đảo.",
    ]


@pytest.mark.parametrize("name", ["assignment_answer", "assignment_period", "extension_request"])
def test_agency_that_was_not_assigned_finds_nothing_there(client_of, assignment, province, name):
    browser = client_of(officer_of(AgencyFactory(province=province)))
    address = reverse(name, args=[assignment.pk])

    assert browser.get(address).status_code == 404
    assert browser.post(address, {"text": "Đã xong.", "done_on": "24/04/2024"}).status_code == 404
    assert client_of(UserFactory(role=Role.LEADER, agency=assignment.agency)).get(address).status_code == 403
    page = browser.get(assignment.get_absolute_url()).text
    assert "<form" not in page.split("<main")[1].split("</main>")[0]
    assert not Answer.objects.exists()


def test_other_provinces_find_none_of_the_pages(client_of, directive, assignment, officer):
    answer = answered(assignment, officer)
    browser = client_of(UserFactory(role=Role.OFFICE, agency=AgencyFactory()))

    for name, pk in [
        ("directive_detail", directive.pk),
        ("assignment_detail", assignment.pk),
        ("assignment_answer", assignment.pk),
        ("assignment_reopen", assignment.pk),
        ("answer_confirm", answer.pk),
        ("answer_return", answer.pk),
    ]:
        assert browser.get(reverse(name, args=[pk])).status_code == 404
        assert browser.post(reverse(name, args=[pk]), {"reason": "Thiếu."}).status_code in {404, 405} or (
            name.endswith("detail")
        )
    assert stored(assignment) == AssignmentState.ANSWERED


def test_period_is_chosen_among_those_that_are_missing(client_of, province):
    weekly = DirectiveFactory(due_kind="cadence", due_cadence="until_done", conclusion__meeting__province=province)
    assignment = AssignmentFactory(directive=weekly)
    officer = officer_of(assignment.agency)
    report_period(assignment, period_last_day=date(2024, 4, 14), text="60%.", by=officer, today=SENT)
    browser, address = client_of(officer), reverse("assignment_period", args=[assignment.pk])

    shown = browser.get(address)
    sent = browser.post(address, {"period_last_day": "2024-04-21", "text": "70%."}, follow=True)
    again = browser.post(address, {"period_last_day": "2024-04-21", "text": "80%."})

    assert 'value="2024-04-21"' in shown.text
    assert 'value="2024-04-14"' not in shown.text
    assert "Báo cáo tuần 15 năm 2024" in words(sent)
    assert "Báo cáo tuần 16 năm 2024" in words(sent)
    assert again.status_code == 409
    assert f"{officer} đã gửi báo cáo của kỳ này ngày " in words(again)
    assert "80%." in words(again)
    assert Answer.objects.count() == 2


# Deciding


def test_office_returns_and_then_confirms(client_of, assignment, officer, office):
    browser = client_of(office)
    first = answered(assignment, officer)
    address = reverse("answer_return", args=[first.pk])

    empty = browser.post(address, {"reason": " "})
    returned = browser.post(address, {"reason": "Thiếu Côn Đảo."}, follow=True)
    second = answered(assignment, officer, today=DECIDED)
    shown = browser.get(assignment.get_absolute_url())
    confirmed = browser.post(reverse("answer_confirm", args=[second.pk]), follow=True)

    assert empty.status_code == 400
    assert "Ghi lý do trả lại." in words(empty)
    assert "Bị trả lại" in words(returned)
    assert "Thiếu Côn Đảo." in words(returned)
    assert "Xác nhận hoàn thành Việc được ghi là hoàn thành ngày 24/04/2024" in words(shown)
    assert "Đã xác nhận hoàn thành Hoàn thành đúng hạn" in words(confirmed)
    assert (stored(assignment), assignment.done_on) == (AssignmentState.CONFIRMED, date(2024, 4, 24))


def test_nobody_confirms_their_own_answer(client_of, directive, office):
    own = AssignmentFactory(directive=directive, agency=office.agency)
    answer = answered(own, office)
    browser = client_of(office)

    page = browser.get(own.get_absolute_url())
    opened = browser.get(reverse("answer_confirm", args=[answer.pk]), follow=True)
    sent = browser.post(reverse("answer_confirm", args=[answer.pk]))

    assert "một người khác của Văn phòng xác nhận hoặc trả lại" in words(page)
    assert "một người khác của Văn phòng xác nhận hoặc trả lại" in opened.text
    assert sent.status_code == 400
    assert "Bạn là người gửi trả lời này" in words(sent)
    assert Answer.objects.get().state == AnswerState.SENT


def test_officer_neither_confirms_nor_decides(client_of, assignment, officer):
    answer = answered(assignment, officer)

    for name, pk in [("answer_confirm", answer.pk), ("answer_return", answer.pk), ("assignment_reopen", assignment.pk)]:
        assert client_of(officer).post(reverse(name, args=[pk]), {"reason": "x"}).status_code == 403
    assert stored(assignment) == AssignmentState.ANSWERED


def test_decision_that_came_too_late_says_who_was_first(client_of, assignment, officer, office):
    answer = answered(assignment, officer)
    return_answer(answer, reason="Thiếu.", by=office, today=DECIDED)
    colleague = client_of(UserFactory(role=Role.OFFICE, agency=office.agency))

    late = colleague.post(reverse("answer_confirm", args=[answer.pk]))
    opened = colleague.get(reverse("answer_confirm", args=[answer.pk]), follow=True)

    assert late.status_code == 409
    assert "Lê Thị Hoa đã trả lại trả lời này ngày 29/04/2024." in words(late)
    assert "đang ở tình trạng «bị trả lại»" in opened.text


def test_extension_is_asked_for_and_decided_on_the_pages(client_of, directive, office):
    directive = DirectiveFactory(
        conclusion=directive.conclusion, due_kind="day", due_day=date(2099, 4, 30), text="Trình hồ sơ."
    )
    assignment = AssignmentFactory(directive=directive)
    browser, deciding = client_of(officer_of(assignment.agency)), client_of(office)
    address = reverse("extension_request", args=[assignment.pk])

    early = browser.post(address, {"asked_due_on": "30/04/2099", "reason": "Chờ."})
    browser.post(address, {"asked_due_on": "31/05/2099", "reason": "Chờ thẩm định."})
    extension = assignment.extensions.get()
    decide = reverse("extension_decide", args=[extension.pk])
    assert browser.post(decide, {"grant": "1"}).status_code == 403
    shown = deciding.get(assignment.get_absolute_url())
    undecided = deciding.post(decide, {"note": "Ừ."})
    granted = deciding.post(decide, {"grant": "1"}, follow=True)

    assert "Hạn hiện nay là 30/04/2099" in words(early)
    assert "Để trống nếu gia hạn đúng đến ngày cơ quan xin: 31/05/2099." in words(shown)
    assert "Chọn gia hạn hoặc không gia hạn." in words(undecided)
    assert "Hạn hiện nay 31/05/2099 (gia hạn 1 lần; hạn đầu tiên 30/04/2099)" in words(granted)
    assert assignment.extensions.get().state == ExtensionState.GRANTED


def test_reopened_assignment_tells_why_in_the_thread(client_of, assignment, officer, office):
    confirm_answer(answered(assignment, officer), by=office, today=DECIDED)
    browser = client_of(office)

    browser.post(reverse("assignment_reopen", args=[assignment.pk]), {"reason": "Xác nhận nhầm việc."})

    told = words(client_of(officer).get(assignment.get_absolute_url()))
    assert "Mở lại, chưa hoàn thành · Lê Thị Hoa (VP) Xác nhận nhầm việc." in told
    assert stored(assignment) == AssignmentState.RETURNED


def test_what_was_said_on_one_day_stands_in_its_order(client_of, assignment, officer, office):
    first = answered(assignment, officer, text="Lần một.")
    return_answer(first, reason="Thiếu.", by=office, today=SENT)
    confirm_answer(answered(assignment, officer, text="Lần hai."), by=office, today=SENT)

    told = words(client_of(officer).get(assignment.get_absolute_url()))

    places = [told.index(one) for one in ("Lần một.", "Thiếu.", "Lần hai.", "Xác nhận hoàn thành · Lê Thị Hoa")]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [1, 10])
def test_assignment_page_takes_a_fixed_number_of_queries(
    count, client_of, assignment, officer, office, django_assert_num_queries
):
    for _ in range(count):
        answer = answered(assignment, officer, files=[upload()])
        confirm_answer(answer, by=office, today=SENT)
        reopen_assignment(assignment, reason="Nhầm.", by=office, today=SENT)
    browser = client_of(officer)
    browser.get(assignment.get_absolute_url())

    with django_assert_num_queries(18):
        browser.get(assignment.get_absolute_url())

    assert Assignment.objects.get().answers.count() == count
