"""What a cell means: what its author sees in it."""

from datetime import date, datetime

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from smartcity.exchange.imports.fields import ImportColumn, TextCell
from smartcity.exchange.imports.headers import read_rows
from smartcity.exchange.imports.reading import NotReadable
from smartcity.lib.pages.columns import Kind
from smartcity.lib.records.typed_fields import TypedDay, TypedMoney, TypedPercent
from tasks.models import PlannedTask
from tests.sheets import csv_file, read_table, workbook_file, zip_with

COLUMNS = [
    ImportColumn("name", "Tên nhiệm vụ", TextCell(PlannedTask._meta.get_field("name"), required=True)),
    ImportColumn("due_on", "Hạn hoàn thành", TypedDay(required=False), kind=Kind.DAY),
    ImportColumn("money", "Kinh phí (đồng)", TypedMoney(required=False), kind=Kind.MONEY),
    ImportColumn("percent", "Tiến độ (%)", TypedPercent(required=False), kind=Kind.PERCENT),
    ImportColumn("note", "Ghi chú", TextCell(PlannedTask._meta.get_field("note"))),
]
HEADER = ["Tên nhiệm vụ", "Hạn hoàn thành", "Kinh phí (đồng)", "Tiến độ (%)", "Ghi chú"]
NAME, DUE, MONEY, PERCENT, NOTE = "ABCDE"


def read(content, name="tep.xlsx"):
    rows, notes = read_rows(read_table(name, content), COLUMNS)
    return rows, [note.sentence for note in notes]


def sheet(*rows, change=lambda sheet: None):
    return workbook_file([HEADER, *rows], change=lambda book: change(book.active))


def cell_shown(value, number_format, column=NOTE):
    """What is read of one cell with that format: its text or refusal, and the notes beside it."""

    def change(sheet):
        sheet[f"{column}2"] = value
        sheet[f"{column}2"].number_format = number_format

    ((_, texts, troubles, notes),), _ = read(sheet(["Một"], change=change))
    name = {DUE: "due_on", MONEY: "money", PERCENT: "percent", NOTE: "note"}[column]
    return texts.get(name, ""), [reason for _, _, reason in troubles] + [sentence for _, sentence in notes]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (1, r"0\%", "1%"),
        (1, '0"%"', "1%"),
        (1, "0%", "100%"),
        (0.125, "0.0%", "12,5%"),
        (0.07, "0%", "7%"),
        (1197, '#,##0" triệu"', "1197 triệu"),
        (1197, r"#,##0\ \t\r", "1197 tr"),
        (1_197_500_000, '#,##0.0,," triệu"', "1197,5 triệu"),
        (12_125_000_000, '0.000,,," tỷ"', "12,1250 tỷ"),
        (2_500_000_000, '[>=1000000000]0.0,,," tỷ";[>=1000000]0.0,," triệu";0', "2,5 tỷ"),
        (2_500_000, '[>=1000000000]0.0,,," tỷ";[>=1000000]0.0,," triệu";0', "2,5 triệu"),
        (160_000_000, "#,##0 [$₫-42A]", "160000000 đ"),
        (16_100_000_000.000002, "#,##0", "16100000000"),
        (0.1 + 0.2, "General", "0,3"),
        (-1000, r"#,##0_);\(#,##0\)", "-1000"),
        (0, r'_(* #,##0_);_(* \(#,##0\);_(* "-"??_);_(@_)', ""),
        (5, '"NV-"00', "NV-05"),
        (7, "000", "007"),
        (1, '"Có";;"Không"', "Có"),
        ("Y tế", '"Sở "@', "Sở Y tế"),
        (True, "General", "Có"),
    ],
)
def test_number_is_read_as_its_format_shows_it(value, number_format, shown):
    assert cell_shown(value, number_format) == (shown, [])


@pytest.mark.parametrize(
    ("number_format", "shown"),
    [
        ("mmm-yy", "tháng 12/2020"),
        ("mm/yyyy", "tháng 12/2020"),
        ('"tháng "m/yyyy', "tháng 12/2020"),
        ("yyyy", "năm 2020"),
        ("d-mmm", "31/12"),
        ("dd/mm/yyyy", "31/12/2020"),
        ('"ngày "dd" tháng "mm" năm "yyyy', "31/12/2020"),
        ("[$-42A]d mmmm yyyy;@", "31/12/2020"),
    ],
)
def test_day_is_only_what_shows_a_day(number_format, shown):
    assert cell_shown(date(2020, 12, 31), number_format, DUE) == (shown, [])


def test_month_of_a_text_column_is_what_stands_there():
    assert cell_shown(date(2020, 12, 1), "mmm-yy") == ("12/2020", [])


def test_midnight_is_no_hour_and_another_hour_is_told():
    assert cell_shown(datetime(2020, 12, 31), "dd/mm/yyyy hh:mm", DUE) == ("31/12/2020", [])  # noqa: DTZ001
    shown, (told,) = cell_shown(datetime(2020, 12, 31, 8, 30), "dd/mm/yyyy hh:mm", DUE)  # noqa: DTZ001

    assert shown == "31/12/2020"
    assert "giờ 08:30" in told


def test_day_shown_month_first_is_asked_about():
    shown, (told,) = cell_shown(date(2020, 4, 3), "m/d/yyyy", DUE)

    assert shown == "03/04/2020"
    assert "4/3/2020" in told


def test_month_in_words_before_the_day_is_not_asked_about():
    assert cell_shown(date(2020, 4, 3), "mmmm d, yyyy", DUE) == ("03/04/2020", [])


@pytest.mark.parametrize(("text", "words"), [("#N/A", "báo lỗi #N/A"), ("#REF!", "báo lỗi"), ("########", "quá hẹp")])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_cell_that_shows_an_error_is_not_taken_for_text(text, words, kind):
    rows = [HEADER, ["Một", None, None, None, text]]

    ((_, texts, troubles, _),), _ = read(csv_file(rows) if kind == "csv" else workbook_file(rows), f"tep.{kind}")

    assert texts == {"name": "Một"}
    assert words in troubles[0][2]


def test_day_of_the_machine_s_own_order_is_not_asked_about():
    assert cell_shown(date(2020, 4, 3), "mm-dd-yy", DUE) == ("03/04/2020", [])


def test_number_of_days_that_shows_as_a_number_is_told():
    shown, (told,) = cell_shown(45385, "General", DUE)

    assert shown == "03/04/2024"
    assert "45385" in told


@pytest.mark.parametrize(
    ("value", "number_format", "shown", "words"),
    [
        (12.345, "0.0", "12,345", "hiện 12,3"),
        (33_333_333.3333, "#,##0", "33333333", "33333333,3333"),
        (1_197_000_000, "0.0,,", "1197 triệu", "trong ô là 1197000000"),
        (1_197_000_000_000, "#,##0,,", "1197000 triệu", "trong ô là 1197000000000"),
        (5, ";;;", "", "không hiện"),
        ("ghi riêng", ";;;", "", "ghi riêng"),
    ],
    ids=[
        "rounded for the eye",
        "parts of a đồng",
        "divided",
        "divided and still large",
        "hidden number",
        "hidden text",
    ],
)
def test_what_a_format_does_not_show_is_told(value, number_format, shown, words):
    text, (told,) = cell_shown(value, number_format)

    assert text == shown
    assert words in told


def test_letters_that_xml_has_no_place_for_are_read_as_they_are_meant():
    rows, _ = read(
        sheet(["Một", None, None, None, "Dòng một_x000D_\nDòng hai"], ["Hai", None, None, None, "_x005F_x0041_"])
    )

    assert COLUMNS[4].read(rows[0][1]["note"]) == "Dòng một\nDòng hai"
    assert rows[1][1]["note"] == "_x0041_"


def test_merged_cell_speaks_for_each_of_its_rows():
    def change(sheet):
        sheet.merge_cells("E2:E4")

    rows, notes = read(sheet(["Một", None, None, None, "Sở KH&CN"], ["Hai"], ["Ba"], ["Bốn"], change=change))

    assert [row[1].get("note") for row in rows] == ["Sở KH&CN", "Sở KH&CN", "Sở KH&CN", None]
    assert any("E2:E4" in note for note in notes)


def test_amount_merged_over_several_rows_is_not_taken_several_times():
    def change(sheet):
        sheet.merge_cells("C2:C3")

    rows, _ = read(sheet(["Một", None, 300_000_000], ["Hai"], change=change))

    assert ["money" in row[1] for row in rows] == [False, False]
    assert all("Bỏ gộp ô" in row[2][0][2] for row in rows)


def test_cell_merged_over_columns_is_read_once_and_told():
    def change(sheet):
        sheet.merge_cells("D2:E2")

    rows, _ = read(sheet(["Một", None, None, 20, None], change=change))

    assert rows[0][1] == {"name": "Một", "percent": "20"}
    assert "trải trên nhiều cột" in rows[0][3][0][1]


def test_merged_cell_makes_no_row_of_an_empty_one():
    def change(sheet):
        sheet.merge_cells("E2:E9")

    rows, _ = read(sheet(["Một", None, None, None, "chung"], change=change))

    assert [row[0] for row in rows] == [2]


def test_hidden_rows_are_left_out_and_named():
    def change(sheet):
        for row in (3, 4, 6):
            sheet.row_dimensions[row].hidden = True

    rows, notes = read(sheet(["Một"], ["Hai"], ["Ba"], ["Bốn"], ["Năm"], change=change))

    assert [row[1]["name"] for row in rows] == ["Một", "Bốn"]
    assert any("Dòng 3–4, 6 đang ẩn" in note for note in notes)


def test_struck_rows_are_left_out_and_named():
    def change(sheet):
        for cell in sheet[3]:
            cell.font = Font(strike=True)

    rows, notes = read(sheet(["Một"], ["Hai", date(2020, 12, 31), 5_000_000], ["Ba"], change=change))

    assert [row[1]["name"] for row in rows] == ["Một", "Ba"]
    assert any("Dòng 3 bị gạch ngang" in note for note in notes)


def test_struck_cell_and_struck_words_are_left_out_and_told():
    def change(sheet):
        sheet["C2"].font = Font(strike=True)
        sheet["E2"] = CellRichText("Sở Xây dựng", TextBlock(InlineFont(strike=True), " Sở TT&TT"))

    rows, _ = read(sheet(["Một", None, 5_000_000], change=change))

    assert COLUMNS[4].read(rows[0][1]["note"]) == "Sở Xây dựng"
    assert "money" not in rows[0][1]
    assert [(column, "5000000" in told or "Sở TT&TT" in told) for column, told in rows[0][3]] == [
        ("Kinh phí (đồng)", True),
        ("Ghi chú", True),
    ]


def test_hidden_column_is_left_out_and_named():
    def change(sheet):
        sheet.column_dimensions["E"].hidden = True

    rows, notes = read(sheet(["Một", None, 5_000_000, None, "nội bộ"], change=change))

    assert rows[0][1] == {"name": "Một", "money": "5000000 đồng"}
    assert any("Cột E («Ghi chú») đang ẩn" in note for note in notes)


def test_hidden_column_in_between_leaves_no_gap():
    def change(sheet):
        sheet.column_dimensions["B"].hidden = True

    rows, _ = read(sheet(["Một", date(2020, 12, 31), 5_000_000], change=change))

    assert rows[0][1] == {"name": "Một", "money": "5000000 đồng"}


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_sheet_that_is_seen_first_is_read_and_others_are_named(state):
    def change(book):
        old = book.create_sheet("Bản cũ", 0)
        old.append(HEADER)
        old.append(["Cũ"])
        old.sheet_state = state
        book.create_sheet("Trống", 1)
        book.create_sheet("Phụ lục").append(["gì đó"])

    table = read_table("tep.xlsx", workbook_file([HEADER, ["Một"]], change=change))

    assert table.sheet == "Sheet"
    assert [cells[0].text for _, cells in table.rows] == ["Tên nhiệm vụ", "Một"]
    (note,) = table.notes
    assert "«Bản cũ» (ẩn), «Phụ lục»" in note.sentence
    assert "Trống" not in note.sentence


def test_workbook_whose_sheets_are_all_hidden_is_refused():
    content = zip_with(
        workbook_file([HEADER, ["Một"]]),
        xl__workbook_dot_xml=lambda xml: xml.replace(b'state="visible"', b'state="hidden"'),
    )

    with pytest.raises(NotReadable, match="Bỏ ẩn trang"):
        read_table("tep.xlsx", content)


def test_empty_cells_with_a_format_are_no_rows_and_no_columns():
    def change(sheet):
        for place in ("A9000", "GZ2", "C20"):
            sheet[place].font = Font(bold=True)
            sheet[place].fill = PatternFill("solid", fgColor="FFFF00")

    rows, notes = read(sheet(["Một"], change=change))

    assert [row[:3] for row in rows] == [[2, {"name": "Một"}, []]]
    assert notes == []


@pytest.mark.parametrize("separator", [";", "\t", ",", "|"])
def test_line_that_names_the_separator_is_no_row(separator):
    content = csv_file([HEADER, ["Một"]], delimiter=separator, encoding="utf-8")

    rows, _ = read(b"\xef\xbb\xbfsep=" + separator.encode() + b"\r\n" + content, "tep.csv")

    assert [row[:3] for row in rows] == [[2, {"name": "Một"}, []]]


@pytest.mark.parametrize(
    ("written", "shown", "is_told"),
    [
        ("31/12/2020 0:00", "31/12/2020", False),
        ("31/12/2020 00:00:00", "31/12/2020", False),
        ("31/12/2020 12:00:00 AM", "31/12/2020", False),
        ("2020-12-31", "31/12/2020", False),
        ("2020-12-31T00:00:00", "31/12/2020", False),
        ("2020-12-31 08:30:00", "31/12/2020", True),
        ("31/12/2020 8:30", "31/12/2020", True),
        ("12/2020", "12/2020", False),
        ("2020-12-1", "2020-12-1", False),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_day_as_programs_write_it_is_a_day(written, shown, is_told, kind):
    rows = [HEADER, ["Một", written]]

    ((_, texts, _, notes),), _ = read(csv_file(rows) if kind == "csv" else workbook_file(rows), f"tep.{kind}")

    assert texts["due_on"] == shown
    assert bool(notes) == is_told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
def test_encoding_that_names_itself_is_read(encoding):
    rows, notes = read(csv_file([HEADER, ["Số hóa hồ sơ"]], encoding=encoding), "tep.csv")

    assert rows[0][1]["name"] == "Số hóa hồ sơ"
    assert notes == []


def test_letters_that_a_program_lost_are_not_taken_for_a_name():
    content = "Tên nhi?m v?,Ghi chú\nTrung tâm ?i?u hành,K?t n?i\n".encode()

    with pytest.raises(NotReadable, match="đã mất"):
        read_table("tep.csv", content)


def test_titles_above_the_header_do_not_decide_what_separates():
    content = "Danh mục, kèm theo Quyết định 1252\nTên nhiệm vụ;Ghi chú\nMột, hai;ba\nBốn;năm, sáu\n".encode()

    table = read_table("tep.csv", content)

    assert [[cell.text for cell in cells] for _, cells in table.rows[1:]] == [
        ["Tên nhiệm vụ", "Ghi chú"],
        ["Một, hai", "ba"],
        ["Bốn", "năm, sáu"],
    ]
