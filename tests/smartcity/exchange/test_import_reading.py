"""What a file says, and which files are not read at all: no bomb is unpacked, no letter guessed."""

from datetime import date, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from smartcity.exchange.imports.fields import ImportColumn, TextCell
from smartcity.exchange.imports.headers import read_rows
from smartcity.exchange.imports.reading import NotReadable
from smartcity.exchange.imports.scan_damage import scan_doubts
from smartcity.lib.records.files import MB
from smartcity.lib.records.typed_fields import TypedDay
from tasks.models import PlannedTask
from tests.sheets import csv_file, read_table, workbook_file, zip_with

COLUMNS = [
    ImportColumn("name", "Tên nhiệm vụ", TextCell(PlannedTask._meta.get_field("name"), required=True)),
    ImportColumn("due_on", "Hạn hoàn thành", TypedDay(required=False)),
    ImportColumn("note", "Ghi chú", TextCell(PlannedTask._meta.get_field("note"))),
]
HEADER = ["Tên nhiệm vụ", "Hạn hoàn thành", "Ghi chú"]
SHEET = "xl/worksheets/sheet1.xml"


def rows_of(content, name="tep.xlsx"):
    return [row[:3] for row in read_rows(read_table(name, content), COLUMNS)[0]]


def refusal_of(content, name="tep.xlsx"):
    with pytest.raises(NotReadable) as refusal:
        rows_of(content, name)
    return " ".join(refusal.value.messages)


def sheet_with(content, change):
    return zip_with(content, **{SHEET.replace("/", "__").replace(".", "_dot_"): change})


def test_rows_are_read_with_their_numbers_and_empty_ones_left_out():
    content = workbook_file([HEADER, ["Một", None, "ghi"], [None, None, None], ["Hai"]])

    assert rows_of(content) == [[2, {"name": "Một", "note": "ghi"}, []], [4, {"name": "Hai"}, []]]


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_text_that_looks_like_a_formula_is_kept_as_text(text):
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, title in enumerate(HEADER):
        sheet.write_string(0, place, title)
    sheet.write_string(1, 0, text)
    book.close()

    assert rows_of(file.getvalue())[0][1]["name"] == text


@pytest.mark.parametrize(("cell", "read"), [("'=1+1", "=1+1"), ("'+84", "+84"), ("'thường", "'thường")])
def test_apostrophe_that_our_own_csv_puts_before_a_formula_is_taken_off(cell, read):
    assert rows_of(csv_file([HEADER, [cell]]), "tep.csv")[0][1]["name"] == read


def test_formula_without_a_result_names_its_cell():
    content = workbook_file([HEADER, ["Một", None, None], ["Hai", None, "=A2&A3"]])

    rows = rows_of(content)

    assert rows[0][2] == []
    ((column, _, reason),) = rows[1][2]
    assert column == "Ghi chú"
    assert "ô C3 là công thức chưa có kết quả" in reason
    assert "Dán giá trị" in reason


def test_formula_with_a_result_is_read_as_the_result():
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    for place, title in enumerate(HEADER):
        sheet.write_string(0, place, title)
    sheet.write_string(1, 0, "Một")
    sheet.write_formula(1, 2, "=1+1", None, 2)
    book.close()

    assert rows_of(file.getvalue()) == [[2, {"name": "Một", "note": "2"}, []]]


def test_error_of_a_formula_names_its_cell():
    rows = rows_of(workbook_file([HEADER, ["Một", None, "#REF!"]]))

    assert "ô C2 báo lỗi #REF!" in rows[0][2][0][2]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (date(2024, 4, 3), "03/04/2024"),
        (datetime(2024, 4, 3, 8, 30), "03/04/2024"),  # noqa: DTZ001
        (45385, "03/04/2024"),
        ("3/4/2024", "3/4/2024"),
        (12, "12"),
    ],
)
def test_day_is_read_from_a_day_a_number_of_days_or_text(cell, read):
    rows = rows_of(workbook_file([HEADER, ["Một", cell]]))

    assert rows[0][1]["due_on"] == read


def test_days_that_count_from_1904_are_the_same_days():
    def change(book):
        book.epoch = CALENDAR_MAC_1904

    content = workbook_file([HEADER, ["Một", date(2024, 4, 3)], ["Hai", 43923]], change=change)

    assert [row[1]["due_on"] for row in rows_of(content)] == ["03/04/2024", "03/04/2024"]


def test_number_of_days_in_csv_is_no_day():
    table = read_table("tep.csv", csv_file([HEADER, ["Một", "45385"]]))

    assert table.rows[1][1][1].as_text(is_day=True) == "45385"


@pytest.mark.parametrize(
    ("value", "number_format", "read"),
    [(0.5, "0%", "50%"), (0.125, "0.0%", "12,5%"), (12.5, "General", "12,5"), (160_000_000, "#,##0", "160000000")],
)
def test_number_is_read_as_one_would_type_it(value, number_format, read):
    def change(book):
        book.active["C2"].number_format = number_format

    assert rows_of(workbook_file([HEADER, ["Một", None, value]], change=change))[0][1]["note"] == read


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separator_of_csv_is_recognised(delimiter):
    content = csv_file([HEADER, ["Một; hai, ba", "03/04/2024", 'dòng "một"\ndòng hai']], delimiter=delimiter)

    assert rows_of(content, "tep.csv") == [
        [2, {"name": "Một; hai, ba", "due_on": "03/04/2024", "note": 'dòng "một"\ndòng hai'}, []]
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_with_and_without_its_mark(encoding):
    assert rows_of(csv_file([HEADER, ["Số hóa"]], encoding=encoding), "tep.csv")[0][1]["name"] == "Số hóa"


@pytest.mark.parametrize(("encoding", "words"), [("cp1258", "không phải UTF-8"), ("latin-1", "không phải UTF-8")])
def test_other_encodings_are_refused_with_how_to_save(encoding, words):
    content = csv_file([["Tên nhiệm vụ".encode("cp1258", "ignore").decode("cp1258"), "Ghi chú"], ["é à ô", "ê"]])
    content = content.decode("utf-8-sig").encode(encoding, "replace")

    told = refusal_of(content, "tep.csv")

    assert words in told
    assert "CSV UTF-8" in told


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_text_of_a_font_before_unicode_is_refused(kind):
    rows = [HEADER, ["X©y dùng hÖ thèng th«ng tin", None, "Së Y tÕ"]]
    rows[0] = ["Tªn nhiÖm vô", "H¹n hoµn thµnh", "Ghi chó"]

    told = refusal_of(csv_file(rows) if kind == "csv" else workbook_file(rows), f"tep.{kind}")

    assert "TCVN3" in told
    assert "Unicode" in told


def test_comma_of_a_number_that_is_not_quoted_is_noticed():
    rows = rows_of("Tên nhiệm vụ,Ghi chú\nMột,12,5\n".encode(), "tep.csv")

    assert "ngoặc kép" in rows[0][2][0][2]


def test_quote_that_never_closes_is_refused():
    assert "ngoặc kép" in refusal_of('Tên nhiệm vụ\n"Một'.encode(), "tep.csv")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (["Hạn hoàn thành"], ["Thiếu cột «Tên nhiệm vụ»"]),
        (["Tên nhiệm vụ", "Ghi chú", "GHI CHÚ"], ["Cột «Ghi chú» có hai lần"]),
        (["Tên nhiệm vụ", "Ghi chú thêm"], ["Cột «Ghi chú thêm» không có trong biểu mẫu. Có phải là «Ghi chú»?"]),
        (["Tên nhiêm vụ mới"], ["Có phải là «Tên nhiệm vụ»?", "Thiếu cột «Tên nhiệm vụ»"]),
    ],
)
def test_header_that_is_not_the_form_s_names_the_column(header, words):
    told = refusal_of(workbook_file([header, ["Một"]]))

    assert all(word in told for word in words)


def test_columns_beside_the_form_s_are_told_and_not_read():
    content = workbook_file([["Danh mục năm 2024"], ["Tên nhiệm vụ", "Người ký", "Ghi chú"], ["Một", "An", "ghi"]])

    rows, notes = read_rows(read_table("tep.xlsx", content), COLUMNS)

    assert rows[0][1] == {"name": "Một", "note": "ghi"}
    told = [note.sentence for note in notes]
    assert "Cột không có trong biểu mẫu nên không đọc: «Người ký»." in told
    assert "Tiêu đề của bảng ở dòng 2; các dòng phía trên chỉ đọc đơn vị tính." in told


def test_columns_may_stand_in_any_order_and_optional_ones_be_missing():
    assert rows_of(workbook_file([["GHI CHÚ", "Tên nhiệm vụ *"], ["ghi", "Một"]])) == [
        [2, {"note": "ghi", "name": "Một"}, []]
    ]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "tep.xlsx", "rỗng"),
        (b"MZ" + b"\0" * 300, "tep.xlsx", "thực thi"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "tep.xlsx", "PDF"),
        (b"<!DOCTYPE html><html><body></body></html>", "tep.csv", "HTML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 300 + "Workbook".encode("utf-16-le"), "tep.xls", "XLS"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "tep.xlsx", "mật khẩu"),
        (b"Ten\n1", "tep.xlsx", "CSV"),
        (b"PK\x03\x04" + b"\0" * 50, "tep.xlsx", "hỏng"),
    ],
    ids=["empty", "exe", "pdf", "html", "xls", "encrypted", "csv under another name", "broken"],
)
def test_file_that_is_none_of_ours_is_named_for_what_it_is(content, name, words):
    assert words in refusal_of(content, name)


def test_open_document_is_named_for_what_it_is():
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")

    told = refusal_of(file.getvalue())

    assert "ODS" in told
    assert "XLSX" in told


def test_file_of_one_byte_too_many_is_refused_unread():
    assert "lớn hơn 5 MB" in refusal_of(b"a" * (5 * MB + 1), "tep.csv")


@pytest.mark.parametrize("dimension", [b"A1:XFD1048576", b"A1:C6000", b"A1:CZ10", b"A1"])
def test_size_that_a_sheet_declares_is_not_believed(dimension):
    content = workbook_file([HEADER, ["Một"]])
    lying = sheet_with(
        content, lambda xml: xml.replace(b'<dimension ref="A1:C2"', b'<dimension ref="' + dimension + b'"')
    )

    assert lying != content
    assert rows_of(lying) == [[2, {"name": "Một"}, []]]


def test_more_rows_than_declared_are_counted_all_the_same():
    def many(xml):
        row = b"".join(
            b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (number, number)
            for number in range(3, 5_200)
        )
        return xml.replace(b"</sheetData>", row + b"</sheetData>")

    assert "hơn 5.000 dòng" in refusal_of(sheet_with(workbook_file([HEADER, ["Một"]]), many))


def test_million_rows_are_refused_before_they_are_read():
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 60 + b"</t></is></c></row>"
    content = sheet_with(workbook_file([HEADER, ["Một"]]), lambda xml: xml.replace(b"</sheetData>", row * 1_000_000))

    told = refusal_of(content)

    assert len(content) < 5 * MB
    assert "quá lớn" in told or "hơn 5.000 dòng" in told


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
    ids=["billion laughs", "external entity"],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml"])
def test_xml_that_declares_entities_is_not_opened(declaration, part):
    def change(xml):
        start = xml.index(b"?>") + 2 if xml.startswith(b"<?xml") else 0
        return xml[:start] + declaration + xml[start:]

    content = zip_with(workbook_file([HEADER, ["Một"]]), **{part.replace("/", "__").replace(".", "_dot_"): change})

    assert "XML" in refusal_of(content) or "không mở được" in refusal_of(content)


def test_archive_that_bursts_is_not_unpacked():
    file = BytesIO(workbook_file([HEADER, ["Một"]]))
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (300 * MB))

    assert len(file.getvalue()) < MB
    assert "quá lớn" in refusal_of(file.getvalue())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tnh hình s hóa năm 20 18", ["20 18", "tnh", "s"]),
        ("Quán quán triệt", ["Quán quán"]),
        ("Ngày ngày, nhà nhà thi đua", []),
        ("Phát triển giao thông thông minh", []),
        ("Giao thông thông minh", []),
        ("Hệ thống thống kê; quản lý lý lịch tư pháp; văn bản bản đồ; thực hiện hiện đại hóa", []),
        ("Dần dần, luôn luôn, xanh xanh, thường thường", []),
        ("nâng cao năng lực của của cán bộ, và và các xã", ["của của", "và và"]),
        ("Quyết định 950/QĐ-TTg, 100 km đường, TP. HCM", []),
        ("năm 2018, 20 nhiệm vụ", []),
    ],
)
def test_damage_of_a_scan_is_found_and_ordinary_words_are_not(text, found):
    assert scan_doubts(text) == found
