"""Money by year and source: of a programme on its ledger's page, of all programmes together on a page of its own."""

import re
from datetime import date

import pytest
from django.urls import reverse

from programme.models import Role
from smartcity.lib.language.money import MoneyKind, MoneySource, read_money, say_money
from tasks.pages.ledger.entries import LedgerCell, Rows
from tasks.pages.ledger.year_money import MoneyTable
from tests.factories import BudgetEntryFactory, ProgrammeFactory, UserFactory, adopted_revision
from tests.reading import Reader, text_of

BILLION = 10**9
PLAN, PAID = MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT
PROVINCE, PRIVATE, CENTRAL = MoneySource.PROVINCE, MoneySource.PRIVATE, MoneySource.CENTRAL


def table_of(*cells):
    """Of cells of programme, year, kind, source and tỷ đồng."""
    return MoneyTable(LedgerCell(key, kind, source, year, vnd * BILLION) for key, year, kind, source, vnd in cells)


# The sums


def test_rate_divides_by_the_plan_of_the_same_source_and_private_money_stands_beside():
    table = table_of((1, 2024, PLAN, PROVINCE, 31), (1, 2024, PAID, PROVINCE, 5), (1, 2024, PAID, PRIVATE, 40))

    [year] = table.years
    rates = {row.label: row.rate.text for row in year.rows}
    assert rates == {
        "Mọi nguồn vốn": "16,12%",
        "Ngân sách tỉnh": "16,12%",
        "Xã hội hóa": "chưa có kế hoạch vốn năm",
    }
    assert year.whole.paid.vnd == 45 * BILLION
    assert [(figure.vnd, figure.of.source) for figure in year.whole.rate.beside] == [(40 * BILLION, PRIVATE)]


def test_unknown_is_never_nought():
    table = table_of((1, 2023, PLAN, PROVINCE, 10), (1, 2024, PAID, PROVINCE, 3))

    planned, paid = table.years
    assert (planned.whole.paid.vnd, planned.whole.rate.text) == (None, "chưa ghi giải ngân")
    assert (paid.whole.planned.vnd, paid.whole.rate.text) == (None, "chưa có kế hoạch vốn năm")
    assert table.total.rate.percent == ""
    assert "0%" not in table.message


def test_kinds_are_never_added_and_payments_without_a_year_fulfil_no_plan():
    told = [(1, 2024, PLAN, PROVINCE, 10), (1, 2024, PAID, PROVINCE, 4), (1, None, PAID, PROVINCE, 2)]
    others = [kind for kind in MoneyKind if kind not in (PLAN, PAID)]

    table = table_of(*told, *((1, 2024, kind, PROVINCE, 100) for kind in others))

    assert (table.total.planned.vnd, table.total.paid.vnd) == (10 * BILLION, 6 * BILLION)
    assert table.total.rate.percent == "40%"
    assert [year.label for year in table.years] == ["2024", "Không rõ năm"]
    assert table.years[1].whole.rate.text == "không ghi năm nên không tính vào tỷ lệ"


def test_several_are_divided_by_the_plans_of_those_whose_rate_is_known():
    table = table_of(
        *((1, 2024, PLAN, PROVINCE, 10), (1, 2024, PAID, PROVINCE, 5)),
        # Nobody has entered what this one paid, nor what that one had.
        *((2, 2024, PLAN, PROVINCE, 90), (3, 2024, PAID, PROVINCE, 30)),
    )

    [year] = table.years
    assert (year.whole.planned.vnd, year.whole.paid.vnd) == (100 * BILLION, 35 * BILLION)
    assert (year.whole.rate.percent, year.whole.rate.left_out) == ("50%", "2 đề án")
    # No row set adds up to 5, nor to 10.
    assert (year.whole.rate.own, year.whole.rate.divisor) == ((), None)
    assert table.row(Rows(year=2024, source=PROVINCE)).rate.percent == "50%"


def test_where_no_part_has_both_it_is_not_said_that_another_source_was_paid():
    [year] = table_of((1, 2024, PLAN, PROVINCE, 90), (2, 2024, PAID, PROVINCE, 30)).years

    assert year.whole.rate.text == "chưa phần nào có đủ kế hoạch và giải ngân"


# The pages


@pytest.fixture
def programmes(db):
    """Two of one province with plans and payments of two years and three sources, and one without any."""
    first = adopted_revision(tasks=2).programme
    others = [
        adopted_revision(ProgrammeFactory(province=first.province), tasks=1).programme,
        adopted_revision(ProgrammeFactory(province=first.province), tasks=1).programme,
    ]

    def enter(programme, year, kind, source, vnd):
        # On one task planned, on another paid.
        task = programme.tasks.order_by("pk")[0 if kind == PLAN else programme.tasks.count() - 1]
        on = date(year, 2 if kind == PLAN else 8, 1)
        BudgetEntryFactory(task=task, kind=kind, source=source, year=year, amount_vnd=vnd * BILLION, decided_on=on)

    for year in (2023, 2024):
        enter(first, year, PLAN, PROVINCE, 31)
        enter(first, year, PAID, PROVINCE, 5)
        enter(first, year, PAID, PRIVATE, 40)
        enter(others[0], year, PLAN, PROVINCE, 8)
        enter(others[0], year, PLAN, CENTRAL, 2)
        enter(others[0], year, PAID, CENTRAL, 1)
    return [first, *others]


@pytest.fixture
def leader(client_of, programmes):
    return client_of(UserFactory(role=Role.LEADER, agency=programmes[0].coordinating_agency))


def tables_of(page):
    return re.findall(r'<table class="year-money">.*?</table>', page, re.DOTALL)


def sums_in(html):
    """The sums that are links: address and đồng."""
    return [(href, read_money(words)) for href, words in Reader(html).links if words.endswith("đồng")]


def test_every_sum_of_all_programmes_opens_those_that_it_adds_and_these_open_their_entries(leader):
    whole, _ = tables_of(leader.get(reverse("portfolio_money"), {"ngay": "31/12/2024"}).text)

    opened = set(sums_in(whole))
    assert len(opened) > 12
    entries = set()
    for href, vnd in opened:
        assert "ngay=31/12/2024" in href
        response = leader.get(href)
        rows = [line.row for line in response.context["lines"]]
        entries |= set(sums_in(tables_of(response.text)[1].split("<tfoot>")[0]))
        if "loai=" not in href:
            # What a rate divides, or divides by, of those whose rate is known.
            assert vnd in {sum(row.rate.own_vnd for row in rows), sum(row.rate.planned_vnd for row in rows)}
            continue
        parts = [figure.vnd for row in rows for figure in (row.planned, row.paid) if f"loai={figure.of.kind}" in href]
        assert sum(part for part in parts if part is not None) == vnd, href
    for href, vnd in entries:
        assert sum(entry.amount_vnd for entry in leader.get(href).context["entries"]) == vnd, href


def test_sums_of_all_are_those_of_each_programme_and_the_unknown_one_is_named(leader, programmes):
    response = leader.get(reverse("portfolio_money"), {"ngay": "31/12/2024"})

    table = response.context["money"]
    ledgers = [leader.get(reverse("programme_ledger", args=[one.code]), {"ngay": "31/12/2024"}) for one in programmes]
    for name in ("planned", "paid"):
        parts = [getattr(ledger.context["money"].total, name).vnd for ledger in ledgers]
        assert parts[2] is None
        assert getattr(table.total, name).vnd == sum(parts[:2])
    told = text_of(response.text)
    assert "trong đó 1 đề án chưa có số liệu" in told
    assert f"Chưa có số liệu: {programmes[2].code}" in told


def test_table_of_a_programme_has_both_sums_of_a_rate_with_their_entries(leader, programmes):
    page = leader.get(reverse("programme_ledger", args=[programmes[0].code]), {"ngay": "31/12/2024"}).text

    [table] = tables_of(page)
    said = "16,12% 5 tỷ đồng / 31 tỷ đồng ngoài ra 40 tỷ đồng xã hội hóa"
    assert f"2024 Mọi nguồn vốn 31 tỷ đồng 45 tỷ đồng {said}" in text_of(table)
    for href, vnd in sums_in(table):
        response = leader.get(href)
        assert sum(entry.amount_vnd for entry in response.context["entries"]) == vnd, href
    [download] = [href for href, _ in Reader(page).links if "nam-nguon.csv" in href]
    file = b"".join(leader.get(download).streaming_content).decode("utf-8-sig")
    assert f'2024,"Mọi nguồn vốn",{31 * BILLION},{45 * BILLION},{5 * BILLION},{31 * BILLION},"16,12%"' in file


def test_what_came_since_an_earlier_day_stands_beside_its_sum(leader, programmes):
    days = {"ngay": "31/12/2024", "so-voi": "30/06/2024"}

    page = leader.get(reverse("programme_ledger", args=[programmes[0].code]), days).text

    [year] = [part for part in tables_of(page)[0].split("<tbody>") if ">2024<" in part]
    marks = [(href, words) for href, words in Reader(year).links if words.startswith("+")]
    assert [words for _, words in marks][:3] == ["+45 tỷ đồng", "+5 tỷ đồng", "+40 tỷ đồng"]
    response = leader.get(marks[0][0])
    assert sum(entry.amount_vnd for entry in response.context["entries"]) == 45 * BILLION
    assert "+45 tỷ đồng" in text_of(leader.get(reverse("portfolio_money"), days).text)


@pytest.mark.parametrize("query", [{"nam": "abc"}, {"loai": "contract"}, {"nguon": "x"}])
def test_filter_that_does_not_exist_is_not_found(leader, query):
    assert leader.get(reverse("portfolio_money"), query).status_code == 404


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.both_databases
def test_money_of_all_is_one_question_however_many_there_are(db, client_of, count, django_assert_num_queries):
    first = adopted_revision(tasks=1).programme
    for number in range(count):
        programme = (
            first if not number else adopted_revision(ProgrammeFactory(province=first.province), tasks=1).programme
        )
        BudgetEntryFactory(task=programme.tasks.first(), year=2024, source=PROVINCE, decided_on=date(2024, 3, 1))
    reader = client_of(UserFactory(role=Role.LEADER, agency=first.coordinating_agency))

    # Session, user with agency; the sums; the programmes.
    with django_assert_num_queries(4):
        page = reader.get(reverse("portfolio_money"), {"ngay": "31/12/2024", "so-voi": "01/01/2024"}).text

    assert say_money(count * 160_000_000).replace("\u00a0", " ") in text_of(page)
