"""What the page of a programme says first: the answer, its latest tasks with the reason, its money by year."""

import re
from datetime import date

import pytest

from programme.models import Role
from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.models import Causes, Status
from tests.factories import (
    BudgetEntryFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    UserFactory,
    adopt,
    adopted_revision,
)
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

BILLION = 10**9


@pytest.fixture
def programme():
    """Seven tasks, six of them overdue since 31/05/2023; of the first it is known why."""
    programme = ProgrammeFactory()
    revision = adopted_revision(programme, tasks=7, due_on=date(2023, 5, 31), short_name="Camera")
    tasks = [plan.task for plan in revision.planned_tasks.order_by("position")]
    report = {"accepted": True, "as_of": date(2023, 6, 1)}
    ProgressUpdateFactory(task=tasks[0], causes=Causes.OBJECTIVE, obstacles="Vướng mặt bằng 42 điểm", **report)
    ProgressUpdateFactory(task=tasks[1], causes=Causes.OBJECTIVE, **report)
    ProgressUpdateFactory(task=tasks[6], status=Status.COMPLETE, **report)
    return programme


@pytest.fixture
def leader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def page_of(leader, programme, **query):
    return leader.get(programme.get_absolute_url(), {"ngay": "30/06/2023"} | query).text


def card(page, title):
    """The words of a card, by its heading."""
    cards = [text_of(card) for card in re.findall(r"<section.*?</section>", page, re.DOTALL)]
    return next((card for card in cards if card.startswith(title)), "")


def test_five_latest_tasks_stand_first_with_the_reason_in_words(leader, programme):
    page = page_of(leader, programme)

    told = card(page, "5 nhiệm vụ chậm nhất")
    assert told.count("30 ngày") == 5
    assert "Vướng mặt bằng 42 điểm" in told
    # Where there is little room, a task is called by its short name.
    assert "1. Camera" in told
    assert "Khách quan" in told
    assert "Chưa nêu nguyên nhân" not in told.split("Khách quan")[0]
    [whole] = [href for href, words in Reader(page).links if words == "Xem cả 6 quá hạn"]
    assert Reader(leader.get(whole).text).rows == 6


def test_rows_behind_a_figure_are_not_told_twice(leader, programme):
    page = page_of(leader, programme, loc="hoan-thanh")

    assert "chậm nhất" not in card(page, "5 nhiệm vụ")
    assert Reader(page).rows == 1


def test_programme_without_an_overdue_task_has_no_latest(leader, programme):
    page = leader.get(programme.get_absolute_url(), {"ngay": "31/05/2023"}).text

    assert "nhiệm vụ chậm nhất" not in text_of(page)


def test_pages_of_the_programme_are_one_click_away_and_keep_the_day(leader, programme):
    page = page_of(leader, programme)

    [tabs] = re.findall(r'<nav class="tabs".*?</nav>', page, re.DOTALL)
    links = Reader(tabs).links
    assert [words for _, words in links] == [
        "Tổng quan",
        "Nhiệm vụ",
        "Tiến độ",
        "Kinh phí",
        "Chỉ đạo",
        "Kỳ báo cáo",
        "Đối chiếu",
        "Điều chỉnh",
        "Lịch sử",
    ]
    assert {leader.get(href).status_code for href, _ in links if not href.startswith("#")} == {200}
    assert "ngay=30/06/2023" in {words: href for href, words in links}["Kinh phí"]


# Money by year


def test_money_of_each_year_is_drawn_and_stands_in_a_table(leader, programme):
    task = programme.tasks.first()

    def enter(vnd, kind, source, year):
        BudgetEntryFactory(task=task, kind=kind, source=source, year=year, amount_vnd=vnd, decided_on=date(year, 3, 1))

    enter(200 * BILLION, MoneyKind.YEAR_PLAN, MoneySource.PROVINCE, 2022)
    enter(50 * BILLION, MoneyKind.DISBURSEMENT, MoneySource.PROVINCE, 2022)
    enter(80 * BILLION, MoneyKind.DISBURSEMENT, MoneySource.PRIVATE, 2022)
    enter(BILLION // 2, MoneyKind.DISBURSEMENT, MoneySource.PROVINCE, 2023)
    enter(7 * BILLION, MoneyKind.DISBURSEMENT, MoneySource.PROVINCE, 2024)

    page = page_of(leader, programme)

    [chart] = re.findall(r'<svg class="money-bars".*?(?=\s*<ul)', page)
    bars, so_far = chart.split("Lũy kế")
    assert re.findall(r'<text class="sum [a-z]+"[^>]*>(.*?)</text>', bars) == ["200", "130", "0,5"]
    assert re.findall(r'<text class="sum end [a-z]+"[^>]*>(.*?)</text>', so_far) == ["200", "130"]
    told = card(page, "Kinh phí")
    assert "Đã giải ngân 50 tỷ đồng / 200 tỷ đồng kế hoạch vốn các năm, 25%" in told
    assert "2022 Mọi nguồn vốn 200 tỷ đồng 130 tỷ đồng 25% 50 tỷ đồng / 200 tỷ đồng ngoài ra 80 tỷ đồng" in told
    assert "2023 Ngân sách tỉnh chưa có số liệu 500 triệu đồng chưa có kế hoạch vốn năm" in told
    assert "2024" not in told.split("Xem bảng")[1].split("Xem kinh phí")[0]
    assert "Ngân sách tỉnh: 50 / 200 Xã hội hóa: 80 / chưa có" in told


def test_sums_of_the_years_open_their_entries(leader, programme):
    for day in (1, 2):
        BudgetEntryFactory(task=programme.tasks.first(), year=2022, decided_on=date(2022, 3, day), amount_vnd=BILLION)

    links = Reader(page_of(leader, programme)).links
    [address] = {href for href, words in links if "nam=2022" in href and words.startswith("2")}

    assert "ngay=30/06/2023" in address
    assert text_of(leader.get(address).text).count("1 tỷ đồng") >= 2


def test_programme_without_entries_draws_nothing_and_says_so(leader, programme):
    page = page_of(leader, programme)

    assert "money-bars" not in page
    assert "Đã giải ngân chưa có số liệu" in card(page, "Kinh phí")


# The schedule, small


def small(page):
    """Its words, its figures with their links, and the numbers of the tasks that it draws."""
    [card] = re.findall(r'<section class="card g-card".*?</section>', page, re.DOTALL)
    drawn = re.findall(r'<div class="g-line"><span>(\d+)</span>(.*?)</div>', card)
    return text_of(card), Reader(card).links, dict(drawn)


def test_schedule_draws_what_is_late_and_soon_due_and_counts_what_was_put_off(leader, programme):
    tasks = [plan.task for plan in programme.revisions.get().planned_tasks.order_by("position")]
    second = RevisionFactory(programme=programme, base=programme.revisions.get())
    dues = [date(2024, 5, 31)] * 3 + [None, *(date(2040 - n, 5, 31) for n in range(10))]
    for due_on, task in zip(dues, [*tasks, *[None] * 7], strict=True):
        new = {"task": task} if task else {}
        PlannedTaskFactory(revision=second, due_on=due_on, start_on=date(2022, 1, 1), **new)
    adopt(second, effective_on=date(2023, 6, 15))

    page = page_of(leader, programme)
    told, links, drawn = small(page)

    # Three of seven are put off by a year, three more to 2038 to 2040; one lost its due, one is complete.
    assert "6/14 nhiệm vụ đã lùi hạn · 12 nhiệm vụ quá hạn và sắp đến hạn" in told
    by_words = {words: href for href, words in links}
    assert Reader(leader.get(by_words["6"]).text).rows == 6
    assert [leader.get(by_words[words]).status_code for words in ("Mở tiến độ cả 14", "Xem bảng")] == [200, 200]
    assert "ngay=30/06/2023" in by_words["Mở tiến độ cả 14"]
    # All but the complete one and the one without a due.
    assert [*drawn] == ["1", "2", "3", "5", "6", *map(str, range(8, 15))]
    assert ['class="b-was-0"' in bar for bar in drawn.values()] == [True] * 5 + [False] * 7


def test_schedule_of_few_tasks_draws_all_that_are_open_and_rows_behind_a_figure_none(leader, programme):
    told, _, drawn = small(page_of(leader, programme))

    assert "6/7 nhiệm vụ quá hạn, chưa nhiệm vụ nào lùi hạn · 6 nhiệm vụ chưa hoàn thành" in told
    assert len(drawn) == 6
    assert "g-card" not in page_of(leader, programme, loc="hoan-thanh")
