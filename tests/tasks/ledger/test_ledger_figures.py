from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.models import BudgetEntry
from tasks.pages.ledger.entries import Ledger, LedgerCell, Rows, ledger_headline, ledger_of, read_ledger
from tests.factories import BudgetEntryFactory, TaskFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MILLION, BILLION = 10**6, 10**9
AS_OF = date(2024, 12, 31)


def pay(task, vnd, *, year=2024, on=date(2024, 6, 20), **fields):
    return BudgetEntryFactory(task=task, year=year, amount_vnd=vnd, decided_on=on, **fields)


def plan(task, vnd, *, year=2024, on=date(2023, 12, 20), **fields):
    return BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=year, amount_vnd=vnd, decided_on=on, **fields)


@pytest.fixture
def task():
    return TaskFactory()


def ledger(task, as_of=AS_OF):
    return read_ledger(BudgetEntry.objects.filter(task__programme=task.programme), as_of=as_of)


def rate_of(task, **rows):
    return ledger(task).rate(Rows(year=2024, **rows))


# Figures


def test_rate_is_paid_by_planned_of_the_same_year(task):
    plan(task, 20 * BILLION)
    pay(task, 10 * BILLION)
    pay(task, 2_500 * MILLION)
    # None of these is a payment or a plan of 2024.
    pay(task, 7 * BILLION, year=2023)
    pay(task, 7 * BILLION, year=None)
    plan(task, 90 * BILLION, year=2025)
    pay(task, 7 * BILLION, kind=MoneyKind.CONTRACT)
    BudgetEntryFactory(task=task, kind=MoneyKind.MEDIUM_TERM_PLAN, year=2024, amount_vnd=60 * BILLION)

    rate = rate_of(task)

    assert (rate.disbursed.vnd, rate.planned.vnd, rate.percent) == (12_500 * MILLION, 20 * BILLION, "62,5%")
    assert (rate.disbursed.rows, rate.planned.rows) == (2, 1)


@pytest.mark.parametrize(
    ("planned", "paid", "text"),
    [
        pytest.param([], [5], "chưa có kế hoạch vốn năm", id="no plan"),
        pytest.param([5, -5], [5], "chưa có kế hoạch vốn năm", id="a plan taken back"),
        pytest.param([5], [], "chưa ghi giải ngân", id="no payment"),
        pytest.param([5], [5, -5], "0%", id="a payment taken back"),
        pytest.param([5], [6], "120%, vượt 1 tỷ đồng", id="more than planned"),
    ],
)
def test_rate_that_is_not_known_is_never_a_number(task, planned, paid, text):
    for vnd in planned:
        plan(task, vnd * BILLION, note="Theo quyết định")
    for vnd in paid:
        pay(task, vnd * BILLION, note="Theo chứng từ")

    assert rate_of(task).text.replace("\u00a0", " ") == text


def test_rate_of_a_source_leaves_the_other_sources_out(task):
    plan(task, 10 * BILLION, source=MoneySource.PROVINCE)
    plan(task, 30 * BILLION, source=MoneySource.CENTRAL)
    pay(task, 5 * BILLION, source=MoneySource.PROVINCE)
    pay(task, 3 * BILLION, source=MoneySource.CENTRAL)

    assert rate_of(task).percent == "20%"
    assert rate_of(task, source=MoneySource.PROVINCE).percent == "50%"
    assert rate_of(task, source=MoneySource.CENTRAL).percent == "10%"
    assert rate_of(task, source=MoneySource.ODA).text == "chưa có kế hoạch vốn năm"


def test_ledger_of_a_day_knows_what_was_decided_by_then(task):
    plan(task, 20 * BILLION, on=date(2023, 12, 20))
    pay(task, 5 * BILLION, on=date(2024, 6, 20))

    assert ledger(task, date(2024, 6, 19)).rate(Rows(year=2024)).text == "chưa ghi giải ngân"
    assert ledger(task, date(2024, 6, 20)).rate(Rows(year=2024)).text == "25%"
    assert ledger(task, date(2023, 12, 19)).is_empty


CELLS = st.lists(
    st.builds(
        LedgerCell,
        task_id=st.integers(1, 3),
        kind=st.sampled_from(MoneyKind.values),
        source=st.sampled_from(MoneySource.values[:3]),
        year=st.sampled_from([None, 2023, 2024]),
        vnd=st.integers(1, 10**12),
    ),
    max_size=30,
)
ROWS = st.builds(
    Rows,
    year=st.sampled_from([None, 0, 2023, 2024]),
    source=st.sampled_from([None, *MoneySource.values[:3]]),
    task_id=st.sampled_from([None, 1, 2, 3]),
)


@given(cells=CELLS, rows=ROWS)
def test_sum_of_each_kind_is_that_of_its_rows(cells, rows):
    figures = {figure.of.kind: figure for figure in Ledger(cells).figures(rows)}

    for kind in MoneyKind.values:
        mine = [
            cell.vnd
            for cell in cells
            if cell.kind == kind
            and (rows.year is None or (cell.year or 0) == rows.year)
            and (rows.source is None or cell.source == rows.source)
            and (rows.task_id is None or cell.task_id == rows.task_id)
        ]
        assert (kind in figures) == bool(mine)
        assert not mine or (figures[kind].vnd, figures[kind].rows) == (sum(mine), len(mine))


@given(cells=CELLS)
def test_mistakes_taken_back_leave_every_rate_as_it_was(cells):
    mistakes = [
        LedgerCell(1, kind, "province", 2024, 10**9) for kind in MoneyKind.values if kind != MoneyKind.YEAR_PLAN
    ]
    opposite = [LedgerCell(one.task_id, one.kind, one.source, one.year, -one.vnd) for one in mistakes]
    before, after = Ledger(cells), Ledger(cells + mistakes + opposite)

    for year in (2023, 2024):
        old, new = before.rate(Rows(year=year)), after.rate(Rows(year=year))
        assert (old.disbursed.vnd or 0, old.planned.vnd) == (new.disbursed.vnd or 0, new.planned.vnd)
        assert not old.is_known or old.percent == new.percent


@given(cells=CELLS)
def test_rate_of_a_year_needs_only_that_year_s_payments_and_plans(cells):
    mine = [cell for cell in cells if cell.year == 2024 and cell.kind in (MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT)]

    assert Ledger(cells).rate(Rows(year=2024)) == Ledger(mine).rate(Rows(year=2024))


@given(cells=CELLS)
def test_tables_of_a_year_add_up_to_its_sums_and_stay_narrow(cells):
    all_cells = Ledger(cells)

    for by_source in (False, True):
        for year in all_cells.years({1: "Một", 2: "Hai", 3: "Ba"}, by_source=by_source):
            told = {}
            for table in year.tables:
                assert 1 + len(table.kinds) + table.has_rate <= 7
                for place, kind in enumerate(table.kinds):
                    column = [line.figures[place].vnd or 0 for line in table.lines]
                    assert sum(column) == (table.total.figures[place].vnd or 0)
                    told[kind.value] = sum(column)
            sums = {figure.of.kind: figure.vnd for figure in all_cells.figures(Rows(year=year.number))}
            assert {kind: vnd for kind, vnd in told.items() if vnd} == sums


def test_sums_of_the_database_are_those_of_the_entries(task):
    for n, kind in enumerate(MoneyKind.values, start=1):
        pay(task, n * BILLION, kind=kind)
        pay(task, n * MILLION, kind=kind, source=MoneySource.PROVINCE, year=2023)

    counted, read = ledger_of(BudgetEntry.objects.all()), ledger(task)

    for rows in (Rows(), Rows(year=2024), Rows(source="province")):
        assert read.figures(rows) == counted.figures(rows)


# The sentence


def said(task):
    return "".join(part.text for part in ledger_headline(ledger(task), AS_OF)).replace("\u00a0", " ")


def test_sentence_tells_the_year_with_its_rate(task):
    plan(task, 20 * BILLION)
    pay(task, 12_500 * MILLION)

    assert said(task) == "Năm 2024: giải ngân 12,5 tỷ đồng / kế hoạch vốn 20 tỷ đồng, đạt 62,5%"


def test_sentence_says_by_how_much_a_plan_was_exceeded(task):
    plan(task, 20 * BILLION)
    pay(task, 22 * BILLION)

    assert said(task).endswith("đạt 110%, vượt kế hoạch 2 tỷ đồng")


def test_sentence_without_a_plan_gives_no_rate(task):
    pay(task, 5 * BILLION)

    assert said(task) == "Năm 2024: giải ngân 5 tỷ đồng; chưa có kế hoạch vốn năm nên chưa tính được tỷ lệ"


def test_sentence_without_payments_gives_no_rate(task):
    plan(task, 20 * BILLION)

    assert said(task) == "Năm 2024: chưa ghi giải ngân / kế hoạch vốn 20 tỷ đồng"


def test_sentence_of_a_ledger_with_neither_tells_what_there_is(task):
    pay(task, 133 * BILLION, kind=MoneyKind.TOTAL_INVESTMENT, year=None)

    assert said(task) == "Tổng mức đầu tư: 133 tỷ đồng; chưa ghi kế hoạch vốn năm và giải ngân của năm nào"


def test_sentence_speaks_of_the_last_year_that_has_begun(task):
    plan(task, 20 * BILLION, year=2025, on=date(2024, 12, 20))
    plan(task, 10 * BILLION, year=2023)

    assert said(task).startswith("Năm 2023")
