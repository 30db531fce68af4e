"""The ledger beside an earlier day: what came after it, kind by kind, and the entries of each sum."""

import re
from datetime import date

import pytest
from django.urls import reverse

from smartcity.lib.language.money import MoneyKind
from tests.factories import BudgetEntryFactory, adopted_revision, coordinator_of
from tests.reading import Reader, text_of

pytestmark = pytest.mark.django_db

BILLION = 10**9
DAYS = {"ngay": "31/12/2024", "so-voi": "30/06/2024"}


@pytest.fixture
def programme():
    """Paid 1 tỷ on the earlier day, 2 tỷ and −0,5 tỷ after it, planned 3 tỷ; 9 tỷ paid after the later day."""
    task = adopted_revision(tasks=1).planned_tasks.get().task

    def enter(vnd, on, kind=MoneyKind.DISBURSEMENT):
        BudgetEntryFactory(task=task, kind=kind, year=on.year, amount_vnd=vnd, decided_on=on, note="Theo chứng từ")

    enter(BILLION, date(2024, 6, 30))
    enter(2 * BILLION, date(2024, 7, 1))
    enter(-BILLION // 2, date(2024, 8, 1))
    enter(3 * BILLION, date(2024, 12, 20), MoneyKind.YEAR_PLAN)
    enter(9 * BILLION, date(2025, 1, 2))
    return task.programme


@pytest.fixture
def reader(client_of, programme):
    return client_of(coordinator_of(programme))


def address(programme):
    return reverse("programme_ledger", args=[programme.code])


def marks_of(page):
    said = re.findall(r'<p class="marks">.*?</p>', page, re.DOTALL)
    return {words: href for href, words in Reader("".join(said)).links}


def test_what_came_since_is_marked_by_kind_and_opens_its_entries(reader, programme):
    marks = marks_of(reader.get(address(programme), DAYS).text)

    assert [*marks] == ["kế hoạch vốn năm +3 tỷ đồng", "giải ngân +1,5 tỷ đồng"]
    page = text_of(reader.get(marks["giải ngân +1,5 tỷ đồng"]).text)
    assert "Giải ngân: 1,5 tỷ đồng (2 bút toán)" in page
    assert "2 bút toán · mới nhất ở trên" in page


def test_mark_of_the_programme_opens_what_it_adds(reader, programme):
    page = reader.get(programme.get_absolute_url(), DAYS).text

    [href] = [href for words, href in marks_of(page).items() if words == "+1,5 tỷ đồng giải ngân"]
    assert "Giải ngân: 1,5 tỷ đồng (2 bút toán)" in text_of(reader.get(href).text)


def test_without_an_earlier_day_nothing_is_marked(reader, programme):
    page = reader.get(address(programme), {"ngay": "31/12/2024", "doi": "moi"}).text

    assert marks_of(page) == {}
    assert "Giải ngân: 2,5 tỷ đồng (3 bút toán)" in text_of(page)


@pytest.mark.parametrize("typed", ["31/12/2024", "01/01/2025", "abc", "cuoc-hop-truoc"])
def test_earlier_day_that_cannot_be_compared_with_is_refused(reader, programme, typed):
    response = reader.get(address(programme), DAYS | {"so-voi": typed})

    assert response.status_code == 400
    assert 'id="so-voi-loi"' in response.text
    assert "từ cuộc họp trước" not in response.text


def test_comparing_costs_one_query_more(reader, programme, django_assert_num_queries):
    # What the page asks without; what came since.
    with django_assert_num_queries(8 + 1):
        reader.get(address(programme), DAYS)
