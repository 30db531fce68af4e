"""Lists of the admin by pages: each row once, in the order of the whole list, with what stands beside it."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ProgressUpdateFactory, officer_of, task_in_force
from tests.forms_read import url
from tests.office import RECORDS

pytestmark = pytest.mark.django_db

ROWS = 2
# What is read for the rows of a page at once, or kept by Django.
READ_TOGETHER = {"_state", "named_at", "_prefetched_objects_cache", "day_today"}


@pytest.fixture
def small_pages(monkeypatch):
    for model_admin in admin.site._registry.values():
        monkeypatch.setattr(model_admin, "list_per_page", ROWS)


def beside(rows):
    """Each row's key and all that was looked up beside its own fields."""
    rows = list(rows)
    shown = [name for name in vars(rows[0]) if name not in READ_TOGETHER]
    return [{name: getattr(row, name, None) for name in shown} for row in rows]


@pytest.mark.parametrize(
    ("record", "username"),
    [*((record, "kiem-toan") for record in RECORDS), ("tasks.task", "dau-moi"), ("tasks.progressupdate", "dau-moi")],
)
def test_pages_together_are_the_whole_list(client_of, office, small_pages, record, username):
    browser = client_of(username)
    first = browser.get(url(record, "changelist")).context["cl"]
    whole = list(first.queryset)

    last = -(-len(whole) // ROWS)
    pages = {
        number: browser.get(url(record, "changelist", p=number)).context["cl"] for number in {1, min(2, last), last}
    }

    for number, changelist in pages.items():
        rows = whole[(number - 1) * ROWS : number * ROWS]
        assert [row.pk for row in changelist.result_list] == [row.pk for row in rows]
        assert beside(changelist.result_list) == beside(rows)
        assert changelist.result_count == len(whole)


@pytest.mark.parametrize("order", ["1", "-1", "2.-1", "-3"])
def test_pages_keep_the_order_that_was_chosen(client_of, office, small_pages, order):
    browser = client_of("kiem-toan")

    listed = [browser.get(url("tasks.task", "changelist", o=order, p=page)).context["cl"] for page in (1, 4, 8)]

    whole = [task.pk for task in listed[0].queryset]
    assert [[task.pk for task in one.result_list] for one in listed] == [whole[0:2], whole[6:8], whole[14:16]]


def test_page_of_a_search_with_filters_shows_its_rows_alone(client_of, office, small_pages):
    browser, terms = client_of("kiem-toan"), {"q": "hệ thống", "p": 2}

    changelist = browser.get(url("tasks.plannedtask", "changelist", **terms, revision__state="adopted")).context["cl"]

    whole = [plan.pk for plan in changelist.queryset]
    assert [plan.pk for plan in changelist.result_list] == whole[ROWS : 2 * ROWS]
    assert {plan.revision.state for plan in changelist.result_list} == {"adopted"}


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_reports_is_read_in_a_fixed_number_of_queries(
    client_of, small_pages, number, django_assert_num_queries
):
    task = task_in_force()
    ProgressUpdateFactory.create_batch(3 * ROWS, task=task, accepted=True)
    browser = client_of(officer_of(task.programme.coordinating_agency))

    with django_assert_num_queries(7):
        shown = browser.get(url("tasks.progressupdate", "changelist", p=number)).context["cl"].result_list

    assert len(shown) == ROWS


def test_file_of_a_list_reads_no_page_of_it(client_of, office):
    browser = client_of("dau-moi")
    listed = browser.get(url("tasks.task", "changelist")).context["cl"].result_count

    with CaptureQueriesContext(connection) as queries:
        file = b"".join(browser.get("/quan-tri/tasks/task/danh-sach.csv").streaming_content).decode()

    assert len(file.splitlines()) == 1 + listed
    assert [query["sql"] for query in queries if "COUNT(" in query["sql"] or "LIMIT 50" in query["sql"]] == []
