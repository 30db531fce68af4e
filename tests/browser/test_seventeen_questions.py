"""What a vice-chairman asks in two minutes: each answer at most two clicks from the first page."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import localdate

from meetings.models import Meeting
from smartcity.lib.language.dates import say_day
from smartcity.simulation.training.province import build_training_province
from tests.browser.hands import Hand

EARLIER = say_day(localdate() - timedelta(days=180))
LATE = "main .sentence a[href*='loc=han-open_overdue']"


@pytest.fixture
def vice_chairman(site, page_of):
    """The leader of the training province, which has something to answer each question."""
    build_training_province(today=localdate())
    call_command("make_demo_accounts", stdout=StringIO())
    return page_of("tap-huan-lanh-dao")


def link(name, *, exact=False):
    return lambda page: page.locator("main").get_by_role("link", name=name, exact=exact).first


def found(selector):
    return lambda page: page.locator(selector).first


def my_work(page):
    return page.get_by_role("link", name=re.compile("^Việc của tôi")).first


def compared_with(label, day):
    def fill(page):
        page.get_by_label(label, exact=True).fill(day)
        return page.get_by_role("button", name="Xem", exact=True)

    return fill


A_PROGRAMME = link("Đề án phát triển đô thị thông minh")
ITS_LATE = found("main a[href*='/de-an/TM-DTTM/?loc=han-open_overdue']")
QUESTIONS = {
    "where were we on a day": (
        [compared_with("Số liệu đến ngày", EARLIER)],
        rf"{EARLIER}.*\d+/\d+ nhiệm vụ hoàn thành",
    ),
    "where are we": ([], r"\d+/36 nhiệm vụ hoàn thành; \d+ quá hạn, lâu nhất \d+ ngày"),
    "what is late": ([found(LATE)], r"Quá hạn.*Hệ thống camera giám sát an ninh"),
    "whose is it": ([], r"Cơ quan có nhiệm vụ quá hạn.*Công an tỉnh"),
    "why": ([A_PROGRAMME], r"Lý do, theo báo cáo.*Gói thầu thiết bị phải đấu thầu lại"),
    "what is planned and spent, by year and source": (
        [found("main a[href*='/kinh-phi/?nam=']")],
        r"Ngân sách trung ương.*Ngân sách tỉnh.*Xã hội hóa",
    ),
    "what waits for my decision": ([my_work], r"Chờ quyết định.*TM-DTTM: Điều chỉnh lần 2.*Chờ \d+ ngày"),
    "what changed since the last meeting": ([link("từ cuộc họp trước")], r"Thay đổi từ"),
    "who does not report": ([my_work], r"Cơ quan chưa nộp báo cáo.*Sở Nông nghiệp và Môi trường"),
    "two programmes beside each other": ([], r"TM-CQS.*TM-DTTM.*TM-DVS"),
    "two days": ([compared_with("so với", EARLIER)], rf"\+\d+ hoàn thành.*Từ {EARLIER}"),
    "the schedule with its slips": ([A_PROGRAMME, link("Mở tiến độ")], r"đã lùi hạn, xa nhất \d+ ngày.*lùi \d+"),
    "what I directed": ([my_work, found("main a[href*='chu-tri=']")], r"việc được giao: .*quá hạn"),
    "two revisions": ([link("Điều chỉnh lần 2: TM-DTTM")], r"12 → 12 nhiệm vụ"),
    "the rows of a figure": ([ITS_LATE], r"Đang xem: Chưa hoàn thành, quá hạn"),
    "its source and its person": ([ITS_LATE], r"Văn bản.*Nghị quyết.*Người nhập.*Chuyên viên Công an"),
    "its rule": ([ITS_LATE], r"Quy tắc.*Đếm nhiệm vụ chưa hoàn thành"),
}


def test_each_question_of_a_vice_chairman_is_answered_in_two_clicks(site, vice_chairman):
    page, clicks, unanswered = vice_chairman, {}, {}
    for question, (ways, answer) in QUESTIONS.items():
        page.goto(f"{site}/")
        hand = Hand()
        for way in ways:
            hand.click(way(page))
        text = " ".join(page.locator("main").inner_text().split())
        clicks[question] = hand.clicks
        if not re.search(answer, text):
            unanswered[question] = text[:1500]

    assert unanswered == {}
    assert len(clicks) == 17
    assert max(clicks.values()) <= 2, clicks
    # The last meeting is one that was concluded by now.
    page.goto(f"{site}/?so-voi=cuoc-hop-truoc")
    held = Meeting.objects.concluded(localdate()).filter(province__code="tinh-mau", held_on__lt=localdate())
    assert say_day(max(held.values_list("held_on", flat=True))) in page.locator("main").inner_text()
