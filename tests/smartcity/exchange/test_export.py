"""Lists as spreadsheets: the same rows as on the screen, real days and numbers, and nothing that runs."""

import csv
import tracemalloc
from datetime import date, datetime
from io import BytesIO, StringIO
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from programme.models import DocumentKind, Role
from smartcity.exchange.exports.csv_file import as_written, harmless
from smartcity.exchange.exports.downloads import disposition, download
from smartcity.exchange.exports.workbook import write_xlsx
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.log.sealing import seal
from smartcity.lib.pages.columns import Column, Kind, Listing
from tasks.models import Status
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    task_in_force,
)

# Before anything goes out, what is logged is sealed.
pytestmark = pytest.mark.django_db

DANGEROUS = ['=HYPERLINK("http://x.vn","y")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"]


@pytest.fixture
def programme(db):
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def coordinator(client_of, programme):
    return client_of(coordinator_of(programme))


def content_of(response):
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def workbook_of(response):
    return load_workbook(BytesIO(content_of(response)))


def rows_of(response):
    """The first sheet, as rows of values; the first one is the header."""
    return [list(row) for row in workbook_of(response).worksheets[0].iter_rows(values_only=True)]


def csv_rows_of(response):
    return list(csv.reader(StringIO(content_of(response).decode("utf-8-sig"), newline="")))


def list_of(record, extension="xlsx", **query):
    return reverse(f"admin:{record.replace('.', '_')}_export", args=[extension], query=query)


def test_list_is_downloaded_with_real_days_and_amounts(programme, coordinator):
    task = task_in_force(programme, name="Xây dựng trung tâm điều hành")
    BudgetEntryFactory(
        task=task, kind=MoneyKind.CONTRACT, amount_vnd=3_470_000_000_001, decided_on=date(2021, 3, 22), year=2021
    )

    sheet = workbook_of(coordinator.get(list_of("tasks.budgetentry"))).worksheets[0]

    header = [cell.value for cell in sheet[1]]
    assert header == ["Ngày quyết định, ngày chi", "Loại", "Số tiền (đồng)", "Năm ngân sách", "Nguồn vốn", "Nhiệm vụ"]
    cells = dict(zip(header, sheet[2], strict=True))
    assert cells["Ngày quyết định, ngày chi"].value == datetime(2021, 3, 22)  # noqa: DTZ001
    assert cells["Ngày quyết định, ngày chi"].number_format == "dd/mm/yyyy"
    assert cells["Số tiền (đồng)"].value == 3_470_000_000_001
    assert cells["Số tiền (đồng)"].number_format == "#,##0"
    assert cells["Loại"].value == "Giá trị hợp đồng"
    assert cells["Nhiệm vụ"].value == "Xây dựng trung tâm điều hành"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F2"


def test_percentages_are_numbers_and_what_is_unknown_is_empty(programme, coordinator):
    task = task_in_force(programme)
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 16), percent=40, submitted=True)
    ProgressUpdateFactory(task=task, as_of=date(2023, 6, 9), percent=None, status=Status.NOT_STARTED, submitted=True)

    header, *rows = rows_of(coordinator.get(list_of("tasks.progressupdate")))

    place = header.index("Tiến độ (%)")
    assert [row[place] for row in rows] == [40, None]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_is_text_in_the_workbook(programme, coordinator, text):
    LegalDocumentFactory(province=programme.province, subject=f"{text} của Sở")
    LegalDocumentFactory(province=programme.province, publisher=text, press=True)

    book = workbook_of(coordinator.get(reverse("document_list_export", args=["xlsx"])))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert any(str(cell.value).startswith(text[:1].strip() or "=") for cell in cells)


@pytest.mark.parametrize("text", ["=1+1", "+84 254", "-1+1", "@SUM(A1)"])
def test_text_that_looks_like_a_formula_has_an_apostrophe_in_csv(programme, coordinator, text):
    LegalDocumentFactory(province=programme.province, subject=text)

    rows = csv_rows_of(coordinator.get(reverse("document_list_export", args=["csv"])))

    assert f"'{text}" in rows[1]


@pytest.mark.parametrize("text", ["\t=1+1", "\r=1+1", "=1+1", "bình thường", "1=1"])
def test_cell_of_csv_never_begins_as_a_formula(text):
    listing = Listing("Danh sách", [Column("Tên", lambda row: row)], [text])
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    cell = csv_rows_of(download(request, listing, "csv"))[1][0]

    assert as_written(cell) == text
    assert cell.startswith("'") == (text[0] in "=\t\r")


@pytest.mark.parametrize(
    "text",
    [
        "Camera;=1+1",
        "Camera\t=1+1",
        "Camera, =1+1",
        "Camera;\uff1d1+1",
        "\uff1d1+1",
        "\uff201",
        " =1+1",
        "\n=1+1",
        ";-1+1",
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_runs_nowhere_whatever_the_separator_of_the_program(text, delimiter):
    """A program with another list separator splits the line there, quotes or not, and runs what begins a cell."""
    listing = Listing("Danh sách", [Column("Số", lambda row: 13), Column("Tên", lambda row: row)], [text])
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    lines = b"".join(download(request, listing, "csv")).decode("utf-8-sig").splitlines()

    cells = [cell.strip('" ') for line in lines for cell in line.split(delimiter)]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\uff1d\uff0b\uff0d\uff20")]


@pytest.mark.parametrize("text", ["Camera;=1+1", "=1+1", "Camera", "a;'b", "- một\n- hai", "'=1", "x\t=1"])
def test_text_of_csv_is_read_as_it_was_written(text):
    assert as_written(harmless(text)) == text


def test_every_text_of_csv_is_quoted(programme, coordinator):
    LegalDocumentFactory(province=programme.province, subject="Đề án")

    content = b"".join(coordinator.get(reverse("document_list_export", args=["csv"]))).decode("utf-8-sig")

    assert '"Đề án"' in content


def test_negative_amount_stays_a_number_in_csv(programme, coordinator):
    BudgetEntryFactory(task=task_in_force(programme), amount_vnd=-160_000_000, note="Giảm theo quyết định")

    rows = csv_rows_of(coordinator.get(list_of("tasks.budgetentry", "csv")))

    assert rows[1][2] == "-160000000"


def test_csv_opens_in_vietnamese_and_keeps_line_breaks(programme, coordinator):
    LegalDocumentFactory(province=programme.province, subject='Về "đô thị thông minh", giai đoạn 2020–2022')

    content = content_of(coordinator.get(reverse("document_list_export", args=["csv"])))

    assert content.startswith(b"\xef\xbb\xbf")
    assert '"Về ""đô thị thông minh"", giai đoạn 2020–2022"' in content.decode("utf-8-sig")


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_file_is_kept_by_whoever_asked_and_nobody_else(coordinator, extension):
    response = coordinator.get(list_of("tasks.budgetentry", extension))
    assert content_of(response)

    told = response["Content-Disposition"]
    assert told.startswith('attachment; filename="danh-sach-but-toan-kinh-phi-')
    assert "Danh sách bút toán kinh phí" in unquote(told.partition("filename*=UTF-8''")[2])
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd.xlsx", 'filename="etc-passwd.xlsx"'),
        ('a"; filename="b.exe.xlsx', 'filename="a-filename-b-exe.xlsx"'),
        ("dòng 1\r\nSet-Cookie: x=1.csv", 'filename="dong-1-set-cookie-x-1.csv"'),
        ("Danh sách nhiệm vụ.xlsx", 'filename="danh-sach-nhiem-vu.xlsx"'),
        ("Đ" * 300 + ".xlsx", f'filename="{"d" * 120}.xlsx"'),
    ],
)
def test_name_of_a_file_says_nothing_but_a_name(name, plain):
    told = disposition(name)

    assert plain in told
    assert "\r" not in told
    assert "\n" not in told
    assert told.count('"') == 2


def test_list_keeps_search_filters_and_order(programme, coordinator):
    task = task_in_force(programme)
    for kind, day in [(MoneyKind.CONTRACT, 3), (MoneyKind.DISBURSEMENT, 1), (MoneyKind.DISBURSEMENT, 2)]:
        BudgetEntryFactory(task=task, kind=kind, decided_on=date(2021, 3, day))
    asked = {"kind__exact": MoneyKind.DISBURSEMENT, "o": "0"}

    response = coordinator.get(list_of("tasks.budgetentry", **asked))
    page = coordinator.get(reverse("admin:tasks_budgetentry_changelist", query=asked))

    book = workbook_of(response)
    days = [row[0].day for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
    assert days == [1, 2] == [entry.decided_on.day for entry in page.context["cl"].result_list]
    facts = {row[0].value: row[1].value for row in book["Thông tin"]}
    assert facts["Đang lọc theo"] == "Loại: Giải ngân"
    assert facts["Số dòng"] == "2"


def test_list_links_to_its_files_with_the_address_s_query(coordinator):
    page = coordinator.get(reverse("admin:programme_agency_changelist", query={"q": "so"})).content.decode()

    assert f'href="{list_of("programme.agency", q="so")}">Tải Excel</a>' in page
    assert f'href="{list_of("programme.agency", "csv", q="so")}">Tải CSV</a>' in page


def test_list_finds_what_the_search_finds(programme, coordinator):
    AgencyFactory(province=programme.province, name="Sở Y tế")
    AgencyFactory(province=programme.province, name="Sở Xây dựng")

    rows = rows_of(coordinator.get(list_of("programme.agency", q="SO Y TE")))

    assert [row[0] for row in rows[1:]] == ["Sở Y tế"]


def test_list_has_all_pages(programme, coordinator):
    AgencyFactory.create_batch(60, province=programme.province)

    rows = rows_of(coordinator.get(list_of("programme.agency")))

    assert len(rows) == 1 + programme.province.agencies.count()


@pytest.mark.parametrize("record", ["tasks.task", "tasks.plannedtask", "programme.revision", "programme.programme"])
def test_list_has_no_row_of_another_province(client_of, programme, record):
    task_in_force(programme, name="Của tỉnh mình")
    task_in_force(ProgrammeFactory(code="NOI-KHAC"), name="Của tỉnh khác")
    reader = client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))

    text = content_of(reader.get(list_of(record, "csv"))).decode()

    assert "NOI-KHAC" not in text
    assert "Của tỉnh khác" not in text
    assert "DO-THI" in text


def test_button_of_a_list_is_no_column(programme, coordinator):
    task_in_force(programme, lead=programme.coordinating_agency)

    header, *rows = rows_of(coordinator.get(list_of("tasks.task")))

    assert "Báo cáo" not in header
    assert len(rows) == 1


@pytest.mark.parametrize("address", [list_of("tasks.task"), "/van-ban/danh-sach.xlsx", "/de-an/DO-THI/nhiem-vu.xlsx"])
def test_stranger_is_asked_to_sign_in(client, programme, address):
    assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "address", ["/van-ban/danh-sach.pdf", "/de-an/DO-THI/nhiem-vu.html", "/de-an/KHAC/nhiem-vu.csv"]
)
def test_kind_of_file_or_programme_that_there_is_none_of_is_not_found(coordinator, address):
    assert coordinator.get(address).status_code == 404


def test_nobody_posts_to_a_download(coordinator, programme):
    assert coordinator.post(list_of("tasks.task")).status_code == 405
    assert coordinator.post("/van-ban/danh-sach.xlsx").status_code == 405


def test_filter_that_cannot_be_read_goes_back_to_the_list(coordinator):
    response = coordinator.get(list_of("tasks.budgetentry", decided_on__gte="abc"))

    assert response.status_code == 302
    assert response.url.startswith("/quan-tri/tasks/budgetentry/?")


def test_task_table_is_that_of_the_page_on_its_day(programme, coordinator):
    lead = AgencyFactory(province=programme.province, name="Sở Xây dựng")
    revision = adopted_revision(programme, tasks=2, lead=lead, due_on=date(2022, 12, 31))
    first, second = revision.planned_tasks.order_by("position")
    ProgressUpdateFactory(
        task=first.task, accepted=True, as_of=date(2022, 6, 1), status=Status.COMPLETE, completed_on=date(2022, 5, 1)
    )

    book = workbook_of(coordinator.get("/de-an/DO-THI/nhiem-vu.xlsx?ngay=16/06/2023&loc=tat-ca"))

    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    told = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["Nhiệm vụ"], row["Trạng thái"], row["Số ngày chậm"]) for row in told] == [
        (second.name, "Chưa có báo cáo", 167),
        (first.name, "Hoàn thành", None),
    ]
    assert told[0]["Chủ trì"] == "Sở Xây dựng"
    assert told[0]["Hạn"] == datetime(2022, 12, 31)  # noqa: DTZ001
    facts = {row[0].value: row[1].value for row in book["Thông tin"]}
    assert facts["Số liệu đến ngày"] == "16/06/2023"
    assert facts["Người xuất"]


def test_task_table_of_a_figure_has_the_rows_of_the_figure(programme, coordinator):
    revision = adopted_revision(programme, tasks=3)
    done = revision.planned_tasks.get(position=2)
    ProgressUpdateFactory(task=done.task, accepted=True, as_of=date(2022, 6, 1), status=Status.COMPLETE)

    page = coordinator.get("/de-an/DO-THI/?loc=hoan-thanh&ngay=16/06/2023").content.decode()
    rows = csv_rows_of(coordinator.get("/de-an/DO-THI/nhiem-vu.csv?loc=hoan-thanh&ngay=16/06/2023"))

    assert "/de-an/DO-THI/nhiem-vu.csv?loc=hoan-thanh&amp;ngay=16%2F06%2F2023" in page
    assert [row[2] for row in rows[1:]] == [done.name]


def test_documents_are_those_that_the_page_finds(programme, coordinator):
    LegalDocumentFactory(province=programme.province, kind=DocumentKind.PLAN, subject="Kế hoạch A")
    LegalDocumentFactory(province=programme.province, kind=DocumentKind.RESOLUTION, subject="Nghị quyết B")

    header, *rows = csv_rows_of(coordinator.get(f"/van-ban/danh-sach.csv?loai={DocumentKind.PLAN}"))

    assert [row[header.index("Trích yếu")] for row in rows] == ["Kế hoạch A"]


@pytest.mark.parametrize("record", ["tasks.budgetentry", "tasks.progressupdate", "programme.user", "tasks.task"])
def test_query_count_does_not_grow_with_the_list(programme, coordinator, record):
    counts = []

    for year, count in ((2020, 2), (2021, 18)):
        revision = adopted_revision(programme, tasks=count, effective_on=date(year, 1, 1))
        for task in [planned.task for planned in revision.planned_tasks.select_related("task")]:
            BudgetEntryFactory(task=task)
            ProgressUpdateFactory(task=task, author__agency=programme.coordinating_agency)
        seal()
        with CaptureQueriesContext(connection) as queries:
            content_of(coordinator.get(list_of(record, "csv")))
        counts.append(len(queries))

    assert counts[1] == counts[0]


def test_memory_does_not_grow_with_the_list():
    def peak(count):
        columns = [Column("STT", lambda row: row, Kind.NUMBER), Column("Tên", lambda row: f"Nhiệm vụ {row} " * 20)]
        listing = Listing("Danh sách", columns, range(count))
        tracemalloc.start()
        file, _ = write_xlsx(listing, by="Cán bộ", at=now())
        file.close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(4_000) < 2 * peak(400)


def test_text_longer_than_a_cell_says_that_it_was_cut():
    listing = Listing("Danh sách", [Column("Ghi chú", lambda row: row)], ["dài " * 10_000])

    file, _ = write_xlsx(listing, by="Cán bộ", at=now())

    with file:
        text = load_workbook(file).worksheets[0]["A2"].value
    assert len(text) <= 32_767
    assert "bị cắt" in text


def test_csv_begins_before_its_last_row_is_read():
    read = []
    rows = (read.append(row) or row for row in range(5_000))
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    response = download(request, Listing("Danh sách", [Column("STT", lambda row: row)], rows), "csv")
    next(iter(response.streaming_content))

    assert 0 < len(read) < 1_000
