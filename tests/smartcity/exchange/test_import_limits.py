"""Files that are too much: refused before they are parsed, or read a part at a time; and no file is read for ever."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from smartcity.exchange.imports.models import FileState, ImportedFile
from smartcity.exchange.imports.reading import NotReadable
from smartcity.lib.records.files import MB
from tasks.models import PlannedTask
from tests.factories import ProgrammeFactory, RevisionFactory, coordinator_of
from tests.sheets import csv_file, read_table, workbook_file, zip_with

SHEET = "xl__worksheets__sheet1_dot_xml"
STRINGS = "xl__sharedStrings_dot_xml"
HEADER = ["Tên nhiệm vụ", "Ghi chú"]
ADDRESS = "/nhap-tep/noi-dung-nhiem-vu/DO-THI/1/"


def refusal_of(content, name="tep.xlsx"):
    with pytest.raises(NotReadable) as refusal:
        read_table(name, content)
    return " ".join(refusal.value.messages)


def padded(content):
    """The archive with something that does not pack well beside it, so that its density tells nothing."""
    file = BytesIO(content)
    with ZipFile(file, "a") as archive:
        archive.writestr("xl/media/image1.jpg", bytes(range(256)) * 2_000)
    return file.getvalue()


def with_shared_strings(*rows):
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Nhập liệu")
    for place, row in enumerate([HEADER, *rows]):
        sheet.write_row(place, 0, row)
    book.close()
    return file.getvalue()


def after_rows(added):
    return {SHEET: lambda xml: xml.replace(b"</sheetData>", added + b"</sheetData>")}


ROW = b'<row r="5">%s</row>'


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (b"<row/>" * 1_000_000, "100.000 dòng"),
        (b'<row r="999999999999"><c r="A999999999999"><v>1</v></c></row>', "không mở được"),
        (b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>', "không mở được"),
        (b'<row r="-5"><c r="A5"><v>1</v></c></row>', "không mở được"),
        (ROW % b'<c r="ZZZZZZZZZZ5"><v>1</v></c>', "không mở được"),
        (ROW % b'<c r="XFD5"><v>1</v></c>', "hơn 60 cột"),
        (ROW % (b"<a>" * 1_000_000), "không mở được"),
        (ROW % (b"<a/>" * 1_000_000), "quá lớn"),
        (ROW % (b"<c/>" * 1_000_000), "600.000 ô"),
        (ROW % (b"<c >" + b"</c><c >" * 700_000 + b"</c>"), "600.000 ô"),
        (ROW % (b'<c r="A5"><v>' + b"1" * 9_000_000 + b"</v></c>"), "32.767 ký tự"),
        (ROW % (b'<c r="A5" t="inlineStr"><is><t>' + b"a" * 9_000_000 + b"</t></is></c>"), "32.767 ký tự"),
        (b'<row r="5" x="' + b"a" * 9_000_000 + b'"/>', "không mở được"),
        (ROW % b'<c r="A5" t="s"><v>7</v></c>', "không mở được"),
    ],
    ids=[
        "a million empty rows",
        "a row that no sheet has",
        "a row after the last",
        "a row before the first",
        "a column that no sheet has",
        "the last column",
        "elements in elements",
        "elements that mean nothing",
        "more cells than columns",
        "too many cells",
        "a number of millions of figures",
        "a text of millions of letters",
        "an attribute of millions of letters",
        "a text that is not there",
    ],
)
def test_sheet_that_no_program_would_write_is_refused(added, words):
    content = padded(zip_with(workbook_file([HEADER, ["Một"]]), **after_rows(added)))

    assert len(content) < 5 * MB
    assert words in refusal_of(content)


@pytest.mark.parametrize(
    ("member", "place", "added", "words"),
    [
        (STRINGS, b"</sst>", b"<si><t>a</t></si>" * 500_000, "400.000 ô chữ"),
        (STRINGS, b"</sst>", b"<si>" + b"<r><t>a</t></r>" * 300_000 + b"</si>", "32.767 ký tự"),
        ("xl__styles_dot_xml", b"</cellXfs>", b'<xf numFmtId="0"/>' * 600_000, "định dạng"),
        ("xl__workbook_dot_xml", b"</sheets>", b'<sheet name="x" sheetId="3" r:id="rId1"/>' * 5_000, "1.000 trang"),
        (SHEET, b"</sheetData>", b"</sheetData>" + b'<mergeCell ref="A1:XFD1048576"/>' * 50_000, "ô gộp"),
        (SHEET, b"<sheetData>", b'<col min="1" max="16384" hidden="1"/>' * 50_000, "quá nhiều cột"),
    ],
    ids=["texts", "pieces of a text", "formats", "sheets", "merged cells", "columns"],
)
def test_part_that_no_form_fills_is_refused(member, place, added, words):
    def change(xml):
        return xml.replace(place, added + (b"" if added.startswith(place) else place))

    content = padded(zip_with(with_shared_strings(["Một", "hai"]), **{member: change}))

    assert words in refusal_of(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n" * 1_000_000, "5.000 dòng"),
        (b"a," * 2_000_000, "60 cột"),
        (b"a" * 5 * MB, "ô quá dài"),
        (b'"' * 5 * MB, "ngoặc kép"),
        (b"\n" * 4_000_000, "không có dòng tiêu đề"),
        (b"a" * 10 * MB, "lớn hơn 5 MB"),
    ],
    ids=["lines", "columns", "one letter after the other", "quotes", "empty lines", "one line of ten megabytes"],
)
def test_csv_that_is_too_much_is_refused(content, words):
    assert words in refusal_of(content, "tep.csv")


def test_archive_that_lies_about_its_size_is_refused():
    content = workbook_file([HEADER, ["Một"]])
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name in old.namelist():
            text = old.read(name)
            archive.writestr(name, text.replace(b"</sheetData>", b" " * 50 * MB + b"</sheetData>"))
    told = file.getvalue()
    # The directory at its end says that the sheet is small.
    with ZipFile(BytesIO(told)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = told.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little"))

    assert lying != told
    assert "không mở được" in refusal_of(lying)


@pytest.fixture
def draft(db):
    return RevisionFactory(programme=ProgrammeFactory(code="DO-THI"), number=1)


@pytest.fixture
def coordinator(client_of, draft):
    return client_of(coordinator_of(draft.programme, username="dau-moi-thu"))


@pytest.fixture
def _one_piece_a_request(monkeypatch):
    monkeypatch.setattr("smartcity.exchange.imports.views.SECONDS_OF_READING", 0)


def send(browser, content, name="nhiem-vu.xlsx"):
    return browser.post(ADDRESS, {"file": SimpleUploadedFile(name, content), "repeated": "refuse"}, follow=True)


def long_workbook(rows=2_500, *, last=()):
    return with_shared_strings(*([f"Nhiệm vụ {number}", f"ghi {number}"] for number in range(1, rows + 1)), *last)


@pytest.mark.usefixtures("_one_piece_a_request")
def test_long_workbook_is_read_in_steps_and_the_page_follows(coordinator, draft):
    first = send(coordinator, long_workbook())

    file = ImportedFile.objects.get()
    assert file.state == FileState.READING
    assert "Đã đọc đến dòng" in first.text
    assert first["Refresh"] == "1"
    pages = 0
    while file.state == FileState.READING and pages < 20:
        coordinator.get(file.get_absolute_url())
        file.refresh_from_db()
        pages += 1
    assert 1 < pages < 20
    assert file.row_count == 2_500
    assert [row[0] for row in file.rows] == list(range(2, 2_502))
    assert [row[1]["name"] for row in file.rows] == [f"Nhiệm vụ {number}" for number in range(1, 2_501)]


@pytest.mark.usefixtures("_one_piece_a_request")
def test_merged_cells_at_the_end_of_a_long_sheet_speak_for_rows_of_every_step(coordinator, draft):
    merged = b'</sheetData><mergeCells><mergeCell ref="B2:B2001"/></mergeCells>'
    content = with_shared_strings(["Một", "chung"], *([f"Nhiệm vụ {number}", ""] for number in range(2, 2_500)))
    content = zip_with(content, **{SHEET: lambda xml: xml.replace(b"</sheetData>", merged)})

    send(coordinator, content)
    file = ImportedFile.objects.get()
    while file.state == FileState.READING:
        coordinator.get(file.get_absolute_url())
        file.refresh_from_db()

    assert sum(row[1].get("note") == "chung" for row in file.rows) == 2_000


@pytest.mark.usefixtures("_one_piece_a_request")
def test_fault_that_a_later_step_finds_refuses_the_file(coordinator, draft):
    content = zip_with(long_workbook(), **after_rows(b'<row r="999999999999"><c><v>1</v></c></row>'))

    send(coordinator, content)
    file = ImportedFile.objects.get()
    while file.state == FileState.READING:
        page = coordinator.get(file.get_absolute_url())
        file.refresh_from_db()

    assert file.state == FileState.REFUSED
    assert "không mở được" in page.text
    assert "Tải tệp khác lên" in page.text


@pytest.mark.usefixtures("_one_piece_a_request")
def test_file_can_be_given_up_while_it_is_read(coordinator, draft):
    send(coordinator, long_workbook())
    file = ImportedFile.objects.get()

    coordinator.post(f"{file.get_absolute_url()}huy/")
    coordinator.get(file.get_absolute_url())

    file.refresh_from_db()
    assert file.state == FileState.CANCELLED
    assert PlannedTask.objects.count() == 0


def test_command_reads_a_long_workbook_to_its_end(coordinator, draft, tmp_path):
    path = tmp_path / "nhiem-vu.xlsx"
    path.write_bytes(long_workbook(300))

    call_command("import_file", "planned_tasks", path, by="dau-moi-thu", programme="DO-THI", draft=1)

    assert draft.planned_tasks.count() == 300


@pytest.mark.parametrize(("rows", "status"), [(5_000, 200), (5_001, 400)])
def test_five_thousand_rows_are_taken_and_one_more_is_not(coordinator, draft, rows, status):
    page = send(coordinator, csv_file([HEADER, *([f"Nhiệm vụ {number}"] for number in range(rows))]), "nhiem-vu.csv")

    assert page.status_code == status
    assert ("hơn 5.000 dòng" in page.text) == (status == 400)
