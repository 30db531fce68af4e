import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programme.models import Role
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.money import MoneyKind, MoneySource, read_money
from smartcity.lib.records.history import signed_bulk_create
from tasks.models import BudgetEntry, Task
from tests.factories import (
    BudgetEntryFactory,
    LegalDocumentFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
)
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

MILLION, BILLION = 10**6, 10**9


def page(programme, **query):
    return reverse("programme_ledger", args=[programme.code], query=query)


def pay(task, vnd, *, year=2024, on=date(2024, 6, 20), **fields):
    return BudgetEntryFactory(task=task, year=year, amount_vnd=vnd, decided_on=on, **fields)


def plan(task, vnd, *, year=2024, on=date(2023, 12, 20), **fields):
    return BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=year, amount_vnd=vnd, decided_on=on, **fields)


@pytest.fixture
def task():
    return adopted_revision(tasks=1, name="Hạ tầng kỹ thuật").planned_tasks.get().task


@pytest.fixture
def browser(task, client_of):
    return client_of(coordinator_of(task.programme))


def figure_links(html):
    """The sums that open their entries: address and amount in đồng."""
    return [
        (href, read_money(words.replace("Giải ngân: ", "")))
        for href, words in Reader(html).links
        if href.endswith("#but-toan") and words.endswith("đồng")
    ]


# The page


def test_every_sum_opens_the_rows_that_it_adds(task, browser):
    other = TaskFactory(programme=task.programme)
    for one in (task, other):
        plan(one, 20 * BILLION, source=MoneySource.PROVINCE)
        pay(one, 3 * BILLION, source=MoneySource.PROVINCE)
        pay(one, 2 * BILLION, year=2023)
        pay(one, 1 * BILLION, year=None, kind=MoneyKind.CONTRACT)

    for theo in ("", "nguon"):
        links = figure_links(browser.get(page(task.programme, ngay="31/12/2024", theo=theo)).text)

        assert len(links) > 8
        for href, vnd in links:
            opened = browser.get(href)
            entries = opened.context["entries"]
            assert sum(entry.amount_vnd for entry in entries) == vnd, href
            assert len({entry.kind for entry in entries}) == 1


def test_links_keep_the_day(task, browser):
    plan(task, 20 * BILLION)

    links = figure_links(browser.get(page(task.programme, ngay="31/12/2024")).text)

    assert links
    assert all(parse_qs(urlsplit(href).query)["ngay"] == ["31/12/2024"] for href, _ in links)


def test_field_for_the_day_keeps_the_filters(task, browser):
    pay(task, 2 * BILLION)

    html = browser.get(page(task.programme, nam="2024", loai="disbursement", theo="nguon")).text

    form = re.search(r'(?s)<form class="as-of .*?</form>', html)[0]
    inputs = Reader(form).inputs
    assert (inputs["nam"], inputs["loai"], inputs["theo"]) == ("2024", "disbursement", "nguon")


def test_entries_without_a_year_are_told_as_such(task, browser):
    pay(task, 2 * BILLION, year=None)

    html = browser.get(page(task.programme, ngay="31/12/2024", nam="khong-ro")).text

    words = text_of(html)
    assert "Không rõ năm ngân sách" in words
    assert "không tính vào tỷ lệ giải ngân của năm nào" in words
    assert "Nguồn không nêu" in words
    assert "0%" not in words


def test_payments_of_tasks_without_a_plan_are_told(task, browser):
    plan(task, 20 * BILLION)
    pay(TaskFactory(programme=task.programme), 3 * BILLION)

    words = text_of(browser.get(page(task.programme, ngay="31/12/2024")).text)

    assert "Trong đó 3 tỷ đồng giải ngân của nhiệm vụ chưa ghi kế hoạch vốn năm" in words


def test_entry_shows_its_document_and_what_it_corrects(task, browser):
    document = LegalDocumentFactory(issuer__province=task.programme.province)
    mistake = pay(task, 2 * BILLION, document=document)
    pay(task, -2 * BILLION, corrects=mistake, on=date(2024, 7, 1))

    html = browser.get(page(task.programme, ngay="31/12/2024")).text

    assert (f"{document.get_absolute_url()}?ngay=31/12/2024", str(document)) in Reader(html).links
    words = text_of(html)
    assert "Đính chính cho Giải ngân: 2 tỷ đồng ngày 20/06/2024" in words
    assert "Đã đính chính ngày 01/07/2024" in words


def test_empty_ledger_says_who_enters_it(task, browser):
    words = text_of(browser.get(page(task.programme)).text)

    assert "Chưa có bút toán kinh phí nào" in words
    assert "Cơ quan đầu mối ghi ở phần hồ sơ" in words


def test_filter_that_finds_nothing_says_so(task, browser):
    pay(task, 2 * BILLION)

    words = text_of(browser.get(page(task.programme, nam="2031")).text)

    assert "không có bút toán nào như vậy" in words


@pytest.mark.parametrize("query", [{"nam": "abc"}, {"nam": "1"}, {"loai": "tien"}, {"nguon": "x"}, {"nhiem-vu": "0"}])
def test_filter_that_does_not_exist_is_not_found(task, browser, query):
    assert browser.get(page(task.programme, **query)).status_code == 404


def test_filter_by_a_task_of_another_programme_is_not_found(task, browser):
    foreign = TaskFactory(programme=ProgrammeFactory(province=task.programme.province))

    assert browser.get(page(task.programme, **{"nhiem-vu": foreign.pk})).status_code == 404


def test_ledger_of_another_province_does_not_exist(task, client_of):
    assert client_of(coordinator_of(ProgrammeFactory())).get(page(task.programme)).status_code == 404


def test_day_that_cannot_be_read_is_said_beside_its_field(task, browser):
    response = browser.get(page(task.programme, ngay="31/02/2024"))

    assert response.status_code == 400
    assert "không có trong lịch" in text_of(response.text)


def test_only_who_keeps_the_ledger_is_offered_to_enter(task, client_of):
    pay(task, 2 * BILLION)
    people = {
        "keeps": coordinator_of(task.programme),
        "coordinates another": coordinator_of(ProgrammeFactory(province=task.programme.province)),
        "leads": UserFactory(role=Role.LEADER, agency=task.programme.coordinating_agency),
    }

    offered = {
        who: "Ghi bút toán đính chính" in client_of(person).get(page(task.programme)).text
        for who, person in people.items()
    }

    assert offered == {"keeps": True, "coordinates another": False, "leads": False}


def test_programme_page_leads_to_its_ledger(task, browser):
    pay(task, 2 * BILLION)

    links = Reader(browser.get(f"{task.programme.get_absolute_url()}?ngay=31/12/2024").text).links

    address = page(task.programme)
    assert (f"{address}?ngay=31/12/2024", "Xem kinh phí thực tế, tỷ lệ giải ngân từng năm") in links
    assert (f"{address}?ngay=31/12/2024&loai=disbursement#but-toan", "2\u00a0tỷ đồng".replace("\u00a0", " ")) in links


@pytest.mark.parametrize("count", [1, 12])
def test_ledger_asks_as_often_for_many_entries_as_for_one(count, client_of, django_assert_num_queries):
    programme = adopted_revision(tasks=count).programme
    for task in Task.objects.filter(programme=programme):
        pay(task, BILLION, document=LegalDocumentFactory())
        plan(task, BILLION)
    browser = client_of(coordinator_of(programme))

    # Session, user with agency; the programme, its sums, its tasks; the entries and their number; who coordinates.
    with django_assert_num_queries(2 + 3 + 2 + 1):
        response = browser.get(page(programme, ngay="31/12/2024"))

    assert len(response.context["entries"]) == 2 * count


@pytest.mark.both_databases
def test_ledger_reads_the_lines_of_its_programme_alone(task, browser):
    """In a table of many programmes its statements go by the index of tasks, not by that of all days."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite reads the entries in the order of the index that has it.")
    others = [TaskFactory(programme=task.programme) for _ in range(3)]
    elsewhere = [TaskFactory() for _ in range(30)]
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(200)]
    paid = {"kind": MoneyKind.DISBURSEMENT, "year": 2024, "amount_vnd": MILLION}
    lines = [BudgetEntry(task=one, decided_on=day, **paid) for one in [*others, *elsewhere] for day in days]
    signed_bulk_create(lines, by=system_account())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    with CaptureQueriesContext(connection) as asked:
        browser.get(page(task.programme, ngay="31/12/2024"))

    of_ledger = [query["sql"] for query in asked if 'FROM "tasks_budgetentry"' in query["sql"]]
    assert len(of_ledger) == 3
    for statement in of_ledger:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {statement}")
            plan_of_it = "\n".join(line for (line,) in cursor.fetchall())
        assert "budget_entry_by_task_and_kind" in plan_of_it, plan_of_it
        assert "Seq Scan on tasks_budgetentry" not in plan_of_it, plan_of_it
        assert "budget_entry_by_day" not in plan_of_it


def test_long_ledger_has_pages_that_keep_the_filter(task, browser):
    for n in range(51):
        pay(task, (n + 1) * MILLION)

    html = browser.get(page(task.programme, nam="2024")).text

    assert ("?nam=2024&trang=2", "Trang sau") in Reader(html).links
    assert "51 bút toán" in text_of(html)


# The task's page


def test_task_page_tells_the_rate_of_each_year_and_leads_to_the_ledger(task, browser):
    plan(task, 20 * BILLION)
    pay(task, 12_500 * MILLION)

    html = browser.get(f"{task.get_absolute_url()}?ngay=31/12/2024").text

    words = text_of(html)
    assert "Giải ngân năm 2024 12,5 tỷ đồng / 20 tỷ đồng 62,5%" in words
    address = f"{page(task.programme)}?ngay=31/12/2024&nhiem-vu={task.pk}#but-toan"
    assert (address, "Xem trong sổ kinh phí của đề án") in Reader(html).links


def test_plan_whose_years_miss_its_whole_is_told_on_its_pages(client_of):
    revision = RevisionFactory()
    planned = PlannedTaskFactory(revision=revision)
    for year, vnd in [(None, 100 * MILLION), (2024, 60 * MILLION), (2025, 30 * MILLION)]:
        PlannedBudgetFactory(planned_task=planned, year=year, amount_vnd=vnd)
    revision = adopt(revision)
    browser = client_of(coordinator_of(revision.programme))
    told = "Không khớp Cả giai đoạn 100 triệu đồng, các năm cộng lại 90 triệu đồng, ít hơn 10 triệu đồng"

    assert told in text_of(browser.get(planned.task.get_absolute_url()).text)
    assert told in text_of(browser.get(revision.get_absolute_url()).text)
    # The whole and its parts are one amount, not two.
    words = text_of(browser.get(revision.programme.get_absolute_url()).text)
    assert "Phân khai theo nhiệm vụ 100 triệu đồng" in words
