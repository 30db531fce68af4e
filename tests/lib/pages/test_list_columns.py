"""A list has the same columns on its page and in its file: fewer and wider ones on the page, in the same order."""

import csv
from html.parser import HTMLParser
from io import BytesIO, StringIO

import pytest
from django.test import Client
from django.urls import resolve
from openpyxl import load_workbook

from meetings.pages.directives.columns import DIRECTIVE_COLUMNS
from programme.models import User
from smartcity.audit.access.columns import ACCESS_COLUMNS
from smartcity.documents.columns import DOCUMENT_COLUMNS
from smartcity.lib.pages.columns import Column, Heading, Kind, headings_of
from smartcity.portfolio.columns import TASK_COLUMNS
from tasks.pages.cycles.columns import REPORT_COLUMNS
from tasks.pages.datasets.columns import DATASET_COLUMNS
from tasks.pages.explanations.columns import EXPLANATION_COLUMNS
from tasks.pages.ledger.columns import ENTRY_COLUMNS
from tests import one_of_each, site_map

pytestmark = pytest.mark.django_db

# By the name of its file: the page that shows the list, and what declares its columns.
LISTS = {
    "programme_tasks_export": ("programme_detail", TASK_COLUMNS),
    "document_list_export": ("document_list", DOCUMENT_COLUMNS),
    "access_list_export": ("access_list", ACCESS_COLUMNS),
    "cycle_export": ("cycle_detail", REPORT_COLUMNS),
    "ledger_export": ("programme_ledger", ENTRY_COLUMNS),
    "explanation_list_export": ("explanation_list", EXPLANATION_COLUMNS),
    "dataset_list_export": ("dataset_list", DATASET_COLUMNS),
    "directive_board_export": ("directive_board", DIRECTIVE_COLUMNS),
}
# Files that are not the list of a page, with the reason.
NO_LIST = {
    "change_log_export": "has a row for each field that was changed, the page a line for each act, in words",
    "imported_file_errors": "has a line for each error, the page one for each row of the file that was sent",
    "ledger_years_export": "is the table of a chart, which has the sources of a year below each other, and all years",
    "portfolio_money_export": "is that table over all programmes",
    "portfolio_export": "has a column for each figure, the page charts with the figures in them",
    "portfolio_trend_export": "is what small lines are drawn from",
    "schedule_export": "has a column for each act that moved a due, the page bars with a table that groups them",
}


@pytest.fixture(scope="module")
def entries(office, django_db_blocker):
    with django_db_blocker.unblock():
        one_of_each.make()
        found = {}
        for entry in site_map.entries():
            found.setdefault(entry.name, entry)
        return found


def answer_to(entry):
    browser = Client()
    browser.force_login(User.objects.get(username=entry.role))
    return browser.get(entry.path)


def header_of(entry):
    content = b"".join(answer_to(entry).streaming_content)
    if entry.path.endswith(".csv"):
        return next(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    return [cell.value for cell in load_workbook(BytesIO(content)).worksheets[0][1]]


class Tables(HTMLParser):
    """The tables of a page: the words of each heading, and what each cell below says that it is on a phone."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self._in_head, self._in_heading = False, False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "table":
            self.found.append(([], []))
        elif tag == "thead":
            self._in_head = True
        elif tag == "th" and self._in_head:
            self.found[-1][0].append("")
            self._in_heading = True
        elif tag == "tr" and self.found and not self._in_head:
            self.found[-1][1].append([])
        elif tag in {"td", "th"} and self.found:
            is_name = tag == "th" or "name" in attrs.get("class", "").split()
            self.found[-1][1][-1].append(attrs.get("data-label", "" if is_name else None))

    def handle_data(self, data):
        if self._in_heading:
            self.found[-1][0][-1] += data

    def handle_endtag(self, tag):
        self._in_head = self._in_head and tag != "thead"
        self._in_heading = self._in_heading and tag != "th"


def test_no_file_of_a_list_is_forgotten(entries):
    files = {name for name, entry in entries.items() if "extension" in resolve(entry.path.partition("?")[0]).kwargs}

    assert {name for name in files if not name.startswith("admin:")} == set(LISTS) | set(NO_LIST)


@pytest.mark.parametrize("name", LISTS)
def test_file_has_every_column_and_the_page_its_headings(entries, name):
    page, columns = LISTS[name]
    headings = [heading.label for heading in headings_of(columns)]

    tables = Tables(answer_to(entries[page]).text).found

    [rows] = [rows for shown, rows in tables if shown == headings]
    assert rows
    for row in rows:
        # The cell that names the row stands on its own on a phone.
        assert [label or heading for label, heading in zip(row, headings, strict=True)] == headings
        assert None not in row
    assert header_of(entries[name]) == [column.header for column in columns]


@pytest.mark.parametrize("name", LISTS)
def test_column_is_on_the_page_or_says_why_it_is_not_and_never_both(name):
    _, columns = LISTS[name]

    assert [column.title for column in columns if column.under and column.file_only] == []


def test_columns_under_one_heading_share_it():
    columns = [
        Column("Năm", str, Kind.NUMBER, under="Năm, nguồn"),
        Column("Nguồn", str, under="Năm, nguồn"),
        Column("Số ngày", str, Kind.NUMBER),
        Column("Mã", str, file_only="the page of the task tells it"),
    ]

    assert headings_of(columns) == [Heading("Năm, nguồn", is_figure=False), Heading("Số ngày", is_figure=True)]
