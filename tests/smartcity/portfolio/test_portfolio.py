"""The programmes beside each other: the worst first, all together above, five figures on top, three lists below."""

import re
from datetime import date

import pytest
from django.utils.timezone import localdate

from programme.models import Role, StepKind
from programme.operations.deciding import record_step
from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.models import Status
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    LeadTransferFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    RevisionFactory,
    UserFactory,
    account_of_this_test,
    adopt,
    coordinator_of,
)
from tests.reading import Reader, figure_links, text_of

pytestmark = pytest.mark.django_db

LATE, IN_TIME = date(2023, 5, 31), date(2023, 12, 31)
BILLION = 10**9
ON = "/?ngay=30/06/2023"


def programme_of(first, code, *, late=0, complete=0, in_time=0, lead=None):
    """In the province of ``first``, or in one of its own: so many tasks overdue since 31/05/2023, complete, in time."""
    programme = ProgrammeFactory(code=code, **{"province": first.province} if first else {})
    revision = RevisionFactory(programme=programme)
    for due_on in [LATE] * (late + complete) + [IN_TIME] * in_time:
        PlannedTaskFactory(revision=revision, due_on=due_on, lead_agency=lead)
    for plan in adopt(revision).planned_tasks.order_by("position")[:complete]:
        ProgressUpdateFactory(task=plan.task, accepted=True, as_of=date(2023, 5, 1), status=Status.COMPLETE)
    return programme


@pytest.fixture
def programmes():
    """Three of one province; the second is the worst."""
    first = programme_of(None, "A-IT", late=1, complete=2)
    return [first, programme_of(first, "B-NHIEU", late=3, in_time=1), programme_of(first, "C-KHONG", in_time=2)]


@pytest.fixture
def leader(client_of, programmes):
    return client_of(UserFactory(role=Role.LEADER, agency=programmes[0].coordinating_agency))


def order_of(page):
    return re.findall(r'<th scope="row" class="name"><a href="/de-an/([^/]+)/', page)


def tiles_of(page):
    [tiles] = re.findall(r'<ul class="tiles">(.*?)</ul>', page, re.DOTALL)
    return [text_of(tile) for tile in tiles.split("<li>")[1:]]


def section(page, title):
    """The words of a card, by its heading."""
    [found] = [
        text_of(card) for card in re.findall(r"<section.*?</section>", page, re.DOTALL) if title in text_of(card)
    ]
    return found


def test_worst_stands_first_and_all_together_above(leader):
    page = leader.get(ON).text

    assert order_of(page) == ["B-NHIEU", "A-IT", "C-KHONG"]
    [total] = re.findall(r'<tbody class="total">(.*?)</tbody>', page, re.DOTALL)
    assert "Tất cả, 3 đề án 2/9" in text_of(total)
    assert "2/9 nhiệm vụ hoàn thành; 4 quá hạn, lâu nhất 30 ngày" in text_of(page)


def test_figures_of_all_are_the_sums_of_the_lines(leader):
    page = leader.get(ON).text

    counts = dict(figure_links(page))
    late = sum(count for href, count in counts.items() if "loc=han-open_overdue" in href)
    complete = sum(count for href, count in counts.items() if "loc=hoan-thanh" in href)
    tasks = sum(count for href, count in counts.items() if "loc=tat-ca" in href)
    assert (late, complete, tasks) == (4, 2, 9)
    assert {href: Reader(leader.get(href).text).rows for href in counts} == counts


def test_figures_of_all_open_their_rows_today(leader):
    links = [(href, count) for href, count in figure_links(leader.get("/").text) if "/quan-tri/" in href]

    assert links
    for href, count in links:
        assert text_of(leader.get(href).text).count("Nhiệm vụ ") >= count


@pytest.mark.parametrize(
    ("sorting", "order"),
    [
        ("ten", ["A-IT", "B-NHIEU", "C-KHONG"]),
        ("hoan-thanh", ["B-NHIEU", "C-KHONG", "A-IT"]),
        ("bao-cao", ["B-NHIEU", "C-KHONG", "A-IT"]),
        ("khong-co", ["B-NHIEU", "A-IT", "C-KHONG"]),
        ("<script>", ["B-NHIEU", "A-IT", "C-KHONG"]),
    ],
)
def test_lines_are_sorted_by_a_link(leader, sorting, order):
    page = leader.get(ON, {"ngay": "30/06/2023", "xep": sorting}).text

    assert order_of(page) == order
    assert page.count("aria-sort=") == 1
    assert "xep=ten#de-an" in page


def test_what_nobody_reported_on_is_not_nought(leader):
    page = leader.get(ON).text
    line = re.search(r"/de-an/C-KHONG/.*?</tr>", page, re.DOTALL)[0]

    assert "chưa có báo cáo tiến độ" in line
    assert "0/2" not in text_of(line)
    assert "2 đề án chưa từng báo cáo" in tiles_of(page)[4]


# Money


def test_rate_of_the_year_divides_by_the_plan_of_its_own_source(leader, programmes):
    task = programmes[0].tasks.first()
    for vnd, kind, source in [
        (10 * BILLION, MoneyKind.YEAR_PLAN, MoneySource.PROVINCE),
        (4 * BILLION, MoneyKind.DISBURSEMENT, MoneySource.PROVINCE),
        (8 * BILLION, MoneyKind.DISBURSEMENT, MoneySource.PRIVATE),
    ]:
        BudgetEntryFactory(task=task, kind=kind, source=source, year=2023, amount_vnd=vnd, decided_on=date(2023, 3, 1))
    elsewhere = programmes[1].tasks.first()
    BudgetEntryFactory(task=elsewhere, year=2023, amount_vnd=BILLION, decided_on=date(2023, 3, 1))

    page = leader.get(ON).text

    assert tiles_of(page)[2].startswith("Giải ngân năm 2023 40% 4 tỷ đồng / 10 tỷ đồng")
    assert "chưa có kế hoạch vốn năm đã trả 1 tỷ đồng" in text_of(page)
    assert "chưa có bút toán nào của năm" in tiles_of(leader.get("/?ngay=31/12/2022").text)[2]


def test_plan_of_which_nothing_is_paid_yet_is_told(leader, programmes):
    plan = {"kind": MoneyKind.YEAR_PLAN, "source": MoneySource.PROVINCE, "amount_vnd": 10 * BILLION}
    BudgetEntryFactory(task=programmes[0].tasks.first(), year=2023, decided_on=date(2023, 3, 1), **plan)

    page = leader.get(ON).text

    assert tiles_of(page)[2] == "Giải ngân năm 2023 chưa ghi giải ngân kế hoạch 10 tỷ đồng"
    assert text_of(page).count("kế hoạch 10 tỷ đồng") == 3


# Above and below the table


def test_what_waits_is_told_with_its_days(leader, programmes):
    draft = RevisionFactory(programme=programmes[2], base=programmes[2].revisions.get())
    record_step(draft, StepKind.SUBMITTED, on=date(2023, 6, 10), by=account_of_this_test(), today=date(2023, 6, 10))

    page = leader.get(ON).text

    assert tiles_of(page)[3] == "Chờ quyết định 1 lâu nhất 20 ngày"
    assert "C-KHONG 20 ngày" in section(page, "Chờ quyết định")


def test_latest_agencies_are_those_who_lead_by_now(client_of, programmes):
    province = programmes[0].province
    old, new = (AgencyFactory(province=province, short_name=name) for name in ("Sở Cũ", "Sở Mới"))
    late = programme_of(programmes[0], "D-CHAM", late=2, lead=old)
    moved = late.tasks.first()
    LeadTransferFactory(task=moved, from_agency=old, to_agency=new, effective_on=date(2023, 6, 1))

    page = client_of(coordinator_of(late)).get(ON).text

    told = section(page, "Cơ quan có nhiệm vụ quá hạn")
    assert "Sở Cũ 1 nhiệm vụ từ hạn 31/05/2023 Sở Mới 1 nhiệm vụ từ hạn 31/05/2023" in told


def test_what_moved_is_listed_by_programme(leader):
    page = leader.get("/?ngay=30/06/2023&so-voi=30/04/2023").text

    told = section(page, "Thay đổi từ 30/04/2023")
    assert "B-NHIEU: +3 quá hạn A-IT: +1 quá hạn A-IT: 2 hoàn thành, trước đó chưa có báo cáo" in told
    assert "+4 quá hạn" in tiles_of(page)[0]


def test_way_so_far_is_a_line_with_its_table(leader):
    page = leader.get(ON).text

    assert page.count('<svg class="sparkline"') == 2
    assert '<td data-label="Ngày">01/06/2021</td>' in page
    assert '<td data-label="Ngày">01/03/2023</td><td class="n" data-label="Quá hạn">0</td>' in page


def test_figure_that_never_moved_has_no_line(client_of):
    still = programme_of(None, "YEN", in_time=2)

    page = client_of(coordinator_of(still)).get(ON).text

    assert 'class="sparkline"' not in page


def test_unreported_tasks_of_the_cycle_that_runs_are_told_today(client_of):
    programme = programme_of(None, "KY", in_time=2)
    browser = client_of(coordinator_of(programme))
    before = tiles_of(browser.get("/").text)[4]
    today = localdate()
    ReportingCycleFactory(duty__programme=programme, first_day=today.replace(day=1), last_day=today, due_on=today)

    page = browser.get("/").text

    assert before.startswith("Báo cáo mới nhất")
    assert tiles_of(page)[4].startswith("Chưa báo cáo kỳ này 2 /2")


# Who sees several provinces, few programmes, none


def test_few_programmes_are_told_in_full(client_of):
    one = programme_of(None, "MOT", late=1, complete=1)

    page = text_of(client_of(coordinator_of(one)).get(ON).text)

    assert "1/2 nhiệm vụ hoàn thành; 1 nhiệm vụ quá hạn" in page
    assert "Báo cáo mới nhất: số liệu đến ngày 01/05/2023, đã 1 tháng" in page
    assert "Kinh phí: chưa có số liệu." in page


def test_provinces_stand_together_the_worst_first(client_of):
    for late in (1, 3):
        first = programme_of(None, f"TINH{late}-A", late=late)
        programme_of(first, f"TINH{late}-B", in_time=1)
    auditor = client_of(UserFactory(role=Role.AUDITOR, agency=AgencyFactory(province=None)))

    page = auditor.get(ON).text

    assert order_of(page) == ["TINH3-A", "TINH3-B", "TINH1-A", "TINH1-B"]
    assert page.count('scope="rowgroup"') == 2


def test_programme_without_tasks_or_not_in_force_yet_says_so(client_of, programmes):
    empty = ProgrammeFactory(province=programmes[0].province)
    adopt(RevisionFactory(programme=empty))

    browser = client_of(coordinator_of(programmes[0]))

    assert "chưa có nhiệm vụ" in text_of(browser.get(ON).text)
    before = text_of(browser.get("/?ngay=31/12/2019").text)
    assert before.count("chưa có hiệu lực") >= 4
    assert "Không có nhiệm vụ nào đang có hiệu lực" in before
