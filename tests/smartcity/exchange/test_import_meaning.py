"""What the rows of a plan mean to their author: units, groups, sums, titles, amounts by source and year, names."""

from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl.styles import Font

from programme.models import AgencyKind
from smartcity.exchange.imports.models import FileState, ImportedFile
from tasks.models import PlannedTask
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    RevisionFactory,
    coordinator_of,
)
from tests.sheets import workbook_file

pytestmark = pytest.mark.django_db
CASES = settings.BASE_DIR / "tests" / "cases"
ADDRESS = "/nhap-tep/noi-dung-nhiem-vu/DO-THI/1/"
AMOUNT = "Kinh phí dự kiến"
BILLION = 10**9


@pytest.fixture
def draft(db):
    draft = RevisionFactory(programme=ProgrammeFactory(code="DO-THI"), number=1)
    PeriodFactory(revision=draft, label="2018-2020", first_day=date(2018, 1, 1), last_day=date(2020, 12, 31))
    for name, short in [
        ("Sở Khoa học và Công nghệ", "Sở KH&CN"),
        ("Ủy ban nhân dân thành phố", "UBND TP"),
        ("Ủy ban nhân dân xã Bình Điền", ""),
        ("Ủy ban nhân dân xã Đông Sơn", ""),
        ("Ủy ban nhân dân xã Đồng Sơn", ""),
        ("Ủy ban nhân dân huyện Cư M'gar", ""),
    ]:
        AgencyFactory(province=draft.programme.province, name=name, short_name=short, kind=AgencyKind.DEPARTMENT)
    return draft


@pytest.fixture
def coordinator(client_of, draft):
    return client_of(coordinator_of(draft.programme))


def send(browser, content, *, name="phu-luc.xlsx", **typed):
    """The preview, and the file as it was checked."""
    upload = SimpleUploadedFile(name, content)
    page = browser.post(ADDRESS, {"file": upload, "repeated": "refuse", **typed}, follow=True)
    return page, ImportedFile.objects.order_by("pk").last()


def send_rows(browser, *rows, **typed):
    return send(browser, workbook_file(rows), **typed)


def case(browser, name):
    return send(browser, (CASES / name).read_bytes(), name=name)


def written(browser, file):
    """What the rows became: name, and amounts by source and year."""
    assert file.state == FileState.CHECKED, file.findings
    browser.post(f"{file.get_absolute_url()}nhap/")
    return [
        (one.name, [(budget.source, budget.year, budget.amount_vnd) for budget in one.budgets.order_by("pk")])
        for one in PlannedTask.objects.order_by("position")
    ]


def amounts(browser, file):
    return {name: [vnd for _, _, vnd in budgets] for name, budgets in written(browser, file)}


def errors_of(file):
    return {one["row"]: " ".join(reason for _, _, reason in one["errors"]) for one in file.findings if one["errors"]}


def left_out(file):
    return {one["row"]: one["aside"] for one in file.findings if one["aside"]}


def notes_of(file):
    return {one["row"]: " ".join(one["notes"]) for one in file.findings if one["notes"]}


def test_unit_in_a_title_is_the_unit_of_its_column(coordinator, draft):
    page, file = case(coordinator, "unit-in-header.xlsx")

    assert "Cột «Kinh phí dự kiến» tính bằng triệu đồng." in page.text
    assert "1.197\u00a0tỷ đồng" in page.text
    assert amounts(coordinator, file) == {"Trung tâm điều hành": [1_197 * BILLION]}


@pytest.mark.parametrize(
    ("title", "cell", "vnd"),
    [
        (f"{AMOUNT} (tr.đ)", 1_197_000, 1_197 * BILLION),
        (f"{AMOUNT} (trđ)", "1.250,5", 1_250_500_000),
        (f"{AMOUNT}\n(Triệu đồng)", 2_500, 2_500_000_000),
        (f"{AMOUNT} (tỷ đồng)", 12, 12 * BILLION),
        (f"{AMOUNT} (Tỉ đồng)", "3,5", 3_500_000_000),
        (f"{AMOUNT} (nghìn đồng)", 1_500_000, 1_500_000_000),
        (f"{AMOUNT} (ngàn đồng)", 1_500_000, 1_500_000_000),
        (f"{AMOUNT} (1.000 đồng)", 1_500_000, 1_500_000_000),
        (f"{AMOUNT} (1.000đ)", 1_500_000, 1_500_000_000),
        (f"{AMOUNT} (ĐVT: triệu đồng)", 160, 160_000_000),
        (f"{AMOUNT} [triệu VNĐ]", 160, 160_000_000),
        (f"{AMOUNT}, ĐVT: tỷ đồng", 2, 2 * BILLION),
        (f"{AMOUNT} - triệu đồng", 160, 160_000_000),
        (f"{AMOUNT} triệu đồng", 160, 160_000_000),
    ],
)
def test_unit_is_read_however_a_title_writes_it(coordinator, draft, title, cell, vnd):
    _, file = send_rows(coordinator, ["Tên nhiệm vụ", title], ["Camera", cell])

    assert amounts(coordinator, file) == {"Camera": [vnd]}


@pytest.mark.parametrize(
    "told", ["ĐVT: triệu đồng", "(Đơn vị tính: Triệu đồng)", "Đơn vị: tr.đ", "Tính bằng triệu đồng"]
)
def test_unit_above_the_table_is_that_of_its_amounts(coordinator, draft, told):
    rows = [["DANH MỤC NHIỆM VỤ"], [None, None, told], ["STT", "Tên nhiệm vụ", AMOUNT], [1, "Camera", 1_500]]
    page, file = send_rows(coordinator, *rows)

    assert "Tiêu đề của bảng ở dòng 3" in page.text
    assert amounts(coordinator, file) == {"Camera": [1_500_000_000]}


def test_unit_in_a_cell_is_its_own_and_told(coordinator, draft):
    _, file = send_rows(coordinator, ["Tên nhiệm vụ", f"{AMOUNT} (triệu đồng)"], ["A", "2 tỷ"], ["B", 300])

    assert "ô tự ghi đơn vị tỷ đồng, khác đơn vị của cột (triệu đồng)" in notes_of(file)[2]
    assert amounts(coordinator, file) == {"A": [2 * BILLION], "B": [300_000_000]}


@pytest.mark.parametrize("title", [f"{AMOUNT} (USD)", f"{AMOUNT} (nghìn USD)", f"{AMOUNT} (% GRDP)"])
def test_unit_that_is_none_of_ours_refuses_the_file(coordinator, draft, title):
    page, _ = send_rows(coordinator, ["Tên nhiệm vụ", title], ["A", 300])

    assert page.status_code == 400
    assert "chưa đọc được đơn vị" in page.text


@pytest.mark.parametrize("above", ["ĐVT: triệu đồng", "ĐVT: USD"])
def test_two_units_for_one_column_are_asked_about(coordinator, draft, above):
    _, file = send_rows(coordinator, [above], ["Tên nhiệm vụ", f"{AMOUNT} (đồng)"], ["A", 300_000], ["B", "5 tỷ đồng"])

    assert list(errors_of(file)) == [3]
    assert "không rõ số này tính bằng gì" in errors_of(file)[3]


def test_table_that_goes_on_in_another_unit_is_asked_about(coordinator, draft):
    header = ["STT", "Tên nhiệm vụ", f"{AMOUNT} (triệu đồng)"]
    _, file = send_rows(coordinator, header, [1, "A", 300], [None, "ĐVT: tỷ đồng"], [2, "B", 5])

    assert "Tách thành hai tệp" in errors_of(file)[3]


def test_small_amount_under_the_title_of_the_form_is_asked_about(coordinator, draft):
    rows = [["Tên nhiệm vụ", f"{AMOUNT} (đồng)"], ["A", 1_197_000], ["B", "20 triệu đồng"], ["C", 3 * BILLION]]
    _, file = send_rows(coordinator, *rows)

    assert "«1197000» là đồng hay triệu đồng?" in notes_of(file)[2]
    assert set(notes_of(file)) == {2}


def test_groups_and_sums_are_no_tasks(coordinator, draft):
    page, file = case(coordinator, "total-row.xlsx")

    assert left_out(file) == {2: "Dòng tiêu đề nhóm: không có STT", 5: "Dòng cộng: «Tổng cộng»"}
    assert "2 nhiệm vụ sẽ được ghi; 2 dòng nhóm, dòng cộng, chân biểu không nhập." in page.text
    assert "Nếu đây là nhiệm vụ thì ghi STT rồi tải lên lại." in page.text
    assert amounts(coordinator, file) == {"Cổng dịch vụ công": [200 * BILLION], "Trục tích hợp": [125 * BILLION]}


PLAIN = ["STT", "Tên nhiệm vụ", f"{AMOUNT} (tỷ đồng)"]


@pytest.mark.parametrize(
    "name", ["Tổng cộng", "TỔNG CỘNG:", "Cộng", "Tổng", "Tổng số", "Tổng cộng (I+II)", "Cộng nhóm I"]
)
def test_row_that_sums_is_left_out_whatever_it_is_called(coordinator, draft, name):
    _, file = send_rows(coordinator, PLAIN, [1, "A", 10], [2, "B", 5], [None, name, 15])

    assert list(left_out(file)) == [4]
    assert amounts(coordinator, file) == {"A": [10 * BILLION], "B": [5 * BILLION]}


def test_label_of_a_sum_may_stand_in_the_column_of_numbers(coordinator, draft):
    _, file = send_rows(coordinator, PLAIN, [1, "A", 10], ["Tổng cộng", None, 10])

    assert list(left_out(file)) == [3]
    assert amounts(coordinator, file) == {"A": [10 * BILLION]}


def test_sum_that_is_not_that_of_its_rows_is_told(coordinator, draft):
    _, file = send_rows(coordinator, PLAIN, [1, "A", 10], [2, "B", 5], [None, "Tổng cộng", 16])

    assert "Dòng này ghi 16\u00a0tỷ đồng; các dòng được đọc cộng lại là 15\u00a0tỷ đồng." in notes_of(file)[4]


def test_sum_of_the_whole_may_stand_first_and_that_of_a_group_behind_it(coordinator, draft):
    groups = [[None, "Nhóm I"], [1, "A", 10], [None, "Cộng nhóm I", 10], [None, "Nhóm II"], [2, "B", 5]]
    rows = [[None, "TỔNG SỐ", 15], *groups, [None, "Cộng nhóm II", 5]]
    _, file = send_rows(coordinator, PLAIN, *rows)

    assert list(left_out(file)) == [2, 3, 5, 6, 8]
    assert notes_of(file) == {}


@pytest.mark.parametrize("name", ["Tổng hợp dữ liệu dân cư", "Cổng dịch vụ công", "Cộng đồng số", "Tổng đài 1022"])
def test_task_that_only_sounds_like_a_sum_is_a_task(coordinator, draft, name):
    _, file = send_rows(coordinator, PLAIN, [1, name, 10], [2, "B", 5])

    assert left_out(file) == {}
    assert list(amounts(coordinator, file)) == [name, "B"]


def test_sum_with_a_number_of_the_list_is_asked_about(coordinator, draft):
    _, file = send_rows(coordinator, PLAIN, [1, "A", 10], [2, "Tổng cộng", 10])

    assert "Dòng này cộng các dòng khác" in errors_of(file)[3]


def test_groups_are_known_by_their_roman_numbers_and_their_amounts(coordinator, draft):
    rows = [
        PLAIN,
        ["I", "Chính quyền số", 15],
        [1, "A", 10],
        [2, "B", 5],
        ["II", "Xã hội số", 7],
        [1, "C", 7],
        [None, "Tổng", 22],
    ]
    page, file = send_rows(coordinator, *rows)

    assert list(left_out(file)) == [2, 5, 7]
    assert "STT bắt đầu lại ở mỗi nhóm" in page.text
    assert amounts(coordinator, file) == {"A": [10 * BILLION], "B": [5 * BILLION], "C": [7 * BILLION]}


def test_group_over_the_whole_width_is_no_task(coordinator, draft):
    def merge(book):
        book.active.merge_cells("A2:C2")

    content = workbook_file([PLAIN, ["A. Chính quyền số"], [1, "A", 10]], change=merge)
    _, file = send(coordinator, content)

    assert list(left_out(file)) == [2]
    assert list(amounts(coordinator, file)) == ["A"]


@pytest.mark.parametrize(
    ("rows", "wrong", "words"),
    [
        ([[1, "A", 10], [None, "Phần mềm", None], [3, "C", 5]], 3, "Nếu là nhiệm vụ thì ghi STT"),
        ([[1, "A", 10], [None, "Trong đó: vốn trung ương", 4], [2, "B", 5]], 3, "có số tiền mà không có STT"),
        ([[1, "A", 10], [2, "B", 5], [None, "Việc cuối", None]], 4, "Nếu là nhiệm vụ thì ghi STT"),
    ],
)
def test_row_that_may_be_a_task_or_not_is_asked_about(coordinator, draft, rows, wrong, words):
    _, file = send_rows(coordinator, PLAIN, *rows)

    assert file.state == FileState.REFUSED
    assert words in errors_of(file)[wrong]


def test_row_of_a_list_without_numbers_that_looks_like_a_group_is_asked_about(coordinator, draft):
    rows = [
        ["Tên nhiệm vụ", f"{AMOUNT} (tỷ đồng)"],
        ["Trụ cột Chính quyền số", None],
        ["A", 10],
        ["B", 5],
        ["Khác", None],
    ]
    _, file = send_rows(coordinator, *rows)

    assert "giống tiêu đề nhóm" in errors_of(file)[2]
    assert "nếu là tiêu đề nhóm thì xóa" in notes_of(file)[5]


def test_bold_row_of_a_list_of_names_is_asked_about(coordinator, draft):
    def embolden(book):
        book.active["A2"].font = Font(bold=True)

    content = workbook_file([["Tên nhiệm vụ"], ["Chính quyền số"], ["Cổng"], ["Kho"]], change=embolden)
    _, file = send(coordinator, content)

    assert list(errors_of(file)) == [2]
    assert "giống tiêu đề nhóm" in errors_of(file)[2]


def test_header_below_titles_is_found(coordinator, draft):
    page, file = case(coordinator, "title-rows.xlsx")

    assert "Tiêu đề của bảng ở dòng 4" in page.text
    assert list(amounts(coordinator, file)) == ["Camera"]


def test_titles_in_two_rows_numbers_of_columns_and_titles_of_each_page(coordinator, draft):
    upper = ["STT", "Tên nhiệm vụ", "Thời gian", None, f"{AMOUNT} (triệu đồng)"]
    lower = [None, None, "Bắt đầu", "Hạn hoàn thành", None]
    numbers = ["(1)", "(2)", "(3)", "(4)", "(5)"]
    header = ["STT", "Tên nhiệm vụ", "Bắt đầu", "Hạn hoàn thành", f"{AMOUNT} (triệu đồng)"]
    rows = [
        upper,
        lower,
        numbers,
        [1, "A", "01/02/2019", "31/12/2020", 300],
        header,
        numbers,
        [2, "B", None, None, 5_000],
    ]
    page, file = send_rows(coordinator, *rows)

    assert "Không đọc dòng đánh số cột, dòng lặp lại tiêu đề: 3, 5, 6." in page.text
    assert amounts(coordinator, file) == {"A": [300_000_000], "B": [5_000_000_000]}
    first = PlannedTask.objects.get(name="A")
    assert (first.start_on, first.due_on) == (date(2019, 2, 1), date(2020, 12, 31))


def test_those_who_sign_below_a_table_are_no_tasks(coordinator, draft):
    rows = [
        PLAIN,
        [1, "A", 10],
        [None, "Tổng cộng", 10],
        [None, "Ghi chú: chưa gồm dự phòng"],
        [None, None, "Hải Dương, ngày 03 tháng 4 năm 2019"],
        [None, "Người lập biểu", "THỦ TRƯỞNG ĐƠN VỊ"],
        [None, "(Ký, ghi rõ họ tên)"],
        [None, "Nguyễn Văn A", "Trần Thị B"],
    ]
    _, file = send_rows(coordinator, *rows)

    assert list(left_out(file)) == [3, 4, 5, 6, 7, 8]
    assert list(amounts(coordinator, file)) == ["A"]


def test_file_of_nothing_but_groups_and_sums_says_so(coordinator, draft):
    page, file = send_rows(coordinator, PLAIN, [None, "Tổng cộng", 10])

    assert file.state == FileState.REFUSED
    assert "Tệp chỉ có dòng nhóm, dòng cộng" in page.text


def test_amounts_of_several_sources_and_years_are_those_of_one_task(coordinator, draft):
    page, file = case(coordinator, "two-budgets-one-task.xlsx")

    assert "1 nhiệm vụ sẽ được ghi" in page.text
    assert "Thêm kinh phí cho nhiệm vụ ở dòng 2." in page.text
    budgets = [("central", 2019, 10 * BILLION), ("province", 2020, 5 * BILLION)]
    assert written(coordinator, file) == [("Trung tâm IOC", budgets)]
    file.refresh_from_db()
    assert file.written_count == 1
    reason = PlannedTask.history.get().history_change_reason
    assert reason == "Nhập từ tệp “two-budgets-one-task.xlsx”, dòng 2, 3"


BY_YEAR = ["STT", "Tên nhiệm vụ", "Phạm vi", "Năm", f"{AMOUNT} (tỷ đồng)"]


def test_name_and_number_merged_over_the_years_of_a_task_are_one_task(coordinator, draft):
    def merge(book):
        for cells in ("A2:A4", "B2:B4"):
            book.active.merge_cells(cells)

    rows = [BY_YEAR, [1, "A", "xã", 2018, 1], [None, None, None, 2019, 2], [None, None, None, 2020, 3]]
    _, file = send(coordinator, workbook_file([*rows, [2, "B", None, 2020, 4]], change=merge))

    assert amounts(coordinator, file) == {"A": [1 * BILLION, 2 * BILLION, 3 * BILLION], "B": [4 * BILLION]}


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ([None, "A", "huyện", 2020, 2], "cột «Phạm vi» ghi khác"),
        ([None, "A", "xã", 2019, 2], "cùng nguồn vốn và năm"),
        ([2, "A", "xã", 2020, 2], "cột «STT» ghi khác"),
        ([None, "A", "xã", 2019, 1], "Bỏ dòng này khỏi tệp"),
    ],
)
def test_row_that_contradicts_or_repeats_the_task_above_is_refused(coordinator, draft, second, words):
    _, file = send_rows(coordinator, BY_YEAR, [1, "A", "xã", 2019, 1], second)

    assert "Trùng với dòng 2" in errors_of(file)[3]
    assert words in errors_of(file)[3]


def test_plan_as_people_write_it_is_told_how_to_write_it(coordinator, draft):
    _, file = case(coordinator, "plan-as-written.xlsx")

    told = errors_of(file)
    assert "tách mỗi nguồn, mỗi năm thành một dòng cùng tên nhiệm vụ" in told[2]
    assert "Đây là số của việc con" in told[3]
    assert "Ghi số nguyên 1, 2, 3…" in told[4]
    assert "Mỗi dòng chỉ ghi một năm" in told[5]
    assert 6 not in told


def test_stroke_for_nothing_is_nothing(coordinator, draft):
    rows = [["STT", "Tên nhiệm vụ", "Cơ quan chủ trì", "Năm", "Ghi chú", AMOUNT], [1, "A", "–", "-", "…", "-"]]
    _, file = send_rows(coordinator, *rows)

    assert written(coordinator, file) == [("A", [])]
    assert PlannedTask.objects.get().note == ""


def test_tasks_of_one_name_with_two_leads_are_two_and_told(coordinator, draft):
    _, file = case(coordinator, "same-name-two-leads.xlsx")

    assert "Cùng tên với nhiệm vụ khác" in notes_of(file)[3]
    assert [name for name, _ in written(coordinator, file)] == ["Lắp đặt camera an ninh"] * 2


def test_form_refuses_the_task_that_a_file_is_refused_for(coordinator, draft):
    lead = draft.programme.coordinating_agency
    PlannedTaskFactory(revision=draft, name="Lắp đặt camera", lead_agency=lead)
    page = f"/de-an/DO-THI/lan/{draft.number}/nhiem-vu/them/"
    money = {"kinh-phi-TOTAL_FORMS": "0", "kinh-phi-INITIAL_FORMS": "0"}

    same = coordinator.post(page, {"name": "LẮP ĐẶT  camera", "lead_agency": lead.pk, "route": "undecided", **money})
    _, file = send_rows(coordinator, ["Tên nhiệm vụ", "Cơ quan chủ trì"], ["Lắp đặt camera", lead.name])

    assert "Dự thảo đã có nhiệm vụ 1. Lắp đặt camera" in same.text
    assert "Dự thảo đã có nhiệm vụ 1. Lắp đặt camera" in errors_of(file)[2]
    other = {"name": "Lắp đặt camera", "route": "undecided", **money}
    coordinator.post(page, other)
    assert draft.planned_tasks.count() == 2


def test_words_that_differ_by_their_accents_are_two_tasks(coordinator, draft):
    _, file = send_rows(coordinator, ["Tên nhiệm vụ"], ["Số hóa bản vẽ"], ["Số hóa bán vé"])

    assert len(written(coordinator, file)) == 2


@pytest.fixture
def ended(draft):
    """A department of the draft's years that has ended since, with its heir."""
    province = draft.programme.province
    old = AgencyFactory(province=province, name="Sở Thông tin và Truyền thông", in_force_to=date(2024, 12, 31))
    heir = AgencyFactory(province=province, name="Sở Số", in_force_from=date(2025, 1, 1))
    AgencySuccessionFactory(predecessor=old, successor=heir, effective_on=date(2025, 1, 1))
    return old


@pytest.mark.parametrize("column", ["Cơ quan chủ trì", "Cơ quan phối hợp"])
def test_file_names_an_agency_of_the_years_of_its_plan(coordinator, draft, ended, column):
    _, file = send_rows(coordinator, ["Tên nhiệm vụ", column, "Giai đoạn"], ["A", ended.name, "2018-2020"])

    assert "hoạt động đến hết 31/12/2024; nay là Sở Số." in notes_of(file)[2]
    assert [name for name, _ in written(coordinator, file)] == ["A"]


def test_file_and_form_refuse_an_agency_that_had_ended_before_the_plan(coordinator, draft, ended):
    later = PeriodFactory(revision=draft, label="2026-2030", first_day=date(2026, 1, 1), last_day=date(2030, 12, 31))
    page = f"/de-an/DO-THI/lan/{draft.number}/nhiem-vu/them/"
    money = {"kinh-phi-TOTAL_FORMS": "0", "kinh-phi-INITIAL_FORMS": "0"}
    typed = {"name": "A", "route": "undecided", "coordinating": [ended.pk], "lead_agency": ended.pk} | money

    _, file = send_rows(coordinator, ["Tên nhiệm vụ", "Cơ quan chủ trì", "Giai đoạn"], ["A", ended.name, "2026-2030"])
    refused = coordinator.post(page, {**typed, "period": later.pk})

    assert "Ghi cơ quan kế thừa: Sở Số." in errors_of(file)[2]
    assert refused.text.count("Ghi cơ quan kế thừa: Sở Số.") >= 2
    assert draft.planned_tasks.count() == 0
    coordinator.post(page, {**typed, "period": draft.periods.get(label="2018-2020").pk, "coordinating": []})
    assert draft.planned_tasks.get().lead_agency == ended


def test_codes_are_read_however_they_are_written(coordinator, draft):
    for number, symbol, signed_on in [(17, "NQ-CP", date(2019, 3, 7)), (175, "2024/QH15", date(2024, 11, 30))]:
        LegalDocumentFactory(province=None, number=number, symbol=symbol, signed_on=signed_on)
    _, file = case(coordinator, "code-variants.xlsx")

    assert errors_of(file) == {}
    assert len(written(coordinator, file)) == 8


@pytest.mark.parametrize(("name", "count"), [("agency-tone-collision.xlsx", 2), ("apostrophe.xlsx", 2)])
def test_name_spelt_in_full_is_the_agency_of_that_name(coordinator, draft, name, count):
    _, file = case(coordinator, name)

    assert errors_of(file) == {}
    assert len(written(coordinator, file)) == count


def test_command_asks_what_the_page_asks(draft, tmp_path, capsys):
    person = coordinator_of(draft.programme)
    path = tmp_path / "phu-luc.xlsx"
    path.write_bytes(workbook_file([PLAIN, [1, "A", 10], [None, "Tổng cộng", 11]]))
    options = {"by": person.username, "programme": "DO-THI", "draft": 1}

    with pytest.raises(CommandError, match="chạy lại với --confirmed"):
        call_command("import_file", "planned_tasks", path, **options)

    said = capsys.readouterr().out
    assert "Cột «Kinh phí dự kiến» tính bằng tỷ đồng." in said
    assert "Dòng 3: không nhập. Dòng cộng: «Tổng cộng»" in said
    assert "Dòng 3: Dòng này ghi 11" in said
    assert PlannedTask.objects.count() == 0
    call_command("import_file", "planned_tasks", path, confirmed=True, **options)
    assert PlannedTask.objects.get().name == "A"


def test_parts_of_a_task_are_not_given_to_an_agency_that_had_ended(coordinator, draft, ended):
    later = PeriodFactory(revision=draft, label="2026-2030", first_day=date(2026, 1, 1), last_day=date(2030, 12, 31))
    planned = PlannedTaskFactory(revision=draft, name="A", period=later)
    parts = {"phan-TOTAL_FORMS": "2", "phan-INITIAL_FORMS": "0", "phan-0-name": "A1", "phan-1-name": "A2"}

    page = coordinator.post(
        f"/de-an/DO-THI/lan/{draft.number}/nhiem-vu/{planned.task_id}/tach/", {**parts, "phan-0-lead_agency": ended.pk}
    )

    assert page.status_code == 400
    assert "Ghi cơ quan kế thừa: Sở Số." in page.text
    assert draft.planned_tasks.get() == planned
