"""Files from the field, sent as their authors would: what is stored or asked is what their sheets show."""

from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from programme.models import AgencyKind
from smartcity.exchange.imports.models import FileState, ImportedFile
from tests.factories import (
    AgencyFactory,
    PeriodFactory,
    ProgrammeFactory,
    RevisionFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    rewrite,
)

pytestmark = pytest.mark.django_db
CASES = settings.BASE_DIR / "tests" / "cases"
SAVED = CASES / "libreoffice"
PLAN = "/nhap-tep/noi-dung-nhiem-vu/DO-THI/1/"


@pytest.fixture
def draft(db):
    draft = RevisionFactory(programme=ProgrammeFactory(code="DO-THI"), number=1)
    PeriodFactory(revision=draft, label="2018-2020", first_day=date(2018, 1, 1), last_day=date(2020, 12, 31))
    for name, short in [("Sở Khoa học và Công nghệ", "Sở KH&CN"), ("Ủy ban nhân dân thành phố", "UBND TP")]:
        AgencyFactory(province=draft.programme.province, name=name, short_name=short, kind=AgencyKind.DEPARTMENT)
    return draft


@pytest.fixture
def coordinator(client_of, draft):
    return client_of(coordinator_of(draft.programme))


def send(browser, path, *, address=PLAN):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    page = browser.post(address, {"file": file, "repeated": "refuse"}, follow=True)
    return page, ImportedFile.objects.order_by("pk").last()


def stored(browser, draft, file):
    """What the rows become, as one compares them."""
    browser.post(f"{file.get_absolute_url()}nhap/")
    return [
        (
            planned.position,
            planned.name,
            planned.lead_agency and planned.lead_agency.short_name,
            planned.period and planned.period.label,
            planned.due_on,
            [budget.amount_vnd for budget in planned.budgets.all()],
            planned.note,
        )
        for planned in draft.planned_tasks.order_by("position")
    ]


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("x000d.xlsx", "scope", "Dòng một\nDòng hai"),
        ("hidden-first-sheet.xlsx", "name", "Dữ liệu thật"),
        ("far-styled-cell.xlsx", "name", "Bản đồ số"),
        ("wide-styled-column.xlsx", "name", "Bản đồ số"),
        ("sep-line.csv", "due_on", date(2020, 12, 31)),
        ("datetime.csv", "due_on", date(2020, 12, 31)),
        ("iso-date.csv", "due_on", date(2020, 12, 31)),
    ],
)
def test_file_from_the_field_becomes_what_it_shows(coordinator, draft, name, field, value):
    _, file = send(coordinator, CASES / name)

    assert file.state == FileState.CHECKED, file.findings
    coordinator.post(f"{file.get_absolute_url()}nhap/")
    (planned,) = draft.planned_tasks.all()
    assert str(getattr(planned, field)) == str(value)


def test_result_of_a_formula_is_stored_without_its_noise(coordinator, draft):
    _, file = send(coordinator, CASES / "float-noise.xlsx")

    assert [row[5] for row in stored(coordinator, draft, file)] == [[16_100_000_000]]


def test_lead_and_period_that_are_merged_are_those_of_each_row(coordinator, draft):
    page, file = send(coordinator, CASES / "merged-lead.xlsx")

    assert "Ô gộp E2:E4, I2:I4: nội dung được đọc cho mọi dòng của ô gộp." in page.text
    assert [row[2:4] for row in stored(coordinator, draft, file)] == [("Sở KH&CN", "2018-2020")] * 3


def test_month_shown_is_refused_as_the_month_typed_is(coordinator, draft):
    _, file = send(coordinator, CASES / "month-as-date.xlsx")

    assert file.state == FileState.REFUSED
    ((column, value, reason),) = file.findings[0]["errors"]
    assert (column, value) == ("Hạn hoàn thành", "tháng 12/2020")
    assert "chưa phải một ngày" in reason


def test_percent_sign_that_is_only_written_does_not_multiply(client_of, draft):
    agency = draft.programme.coordinating_agency
    programme = ProgrammeFactory(code="DA-BAN-HANH", province=agency.province)
    task = adopted_revision(programme, tasks=1, lead=agency).planned_tasks.get().task
    rewrite(task, code="NV-17")

    address = "/nhap-tep/bao-cao-tien-do/DA-BAN-HANH/"
    _, file = send(client_of(officer_of(agency)), CASES / "percent-escaped.xlsx", address=address)

    assert ["Tiến độ (%)", "1%"] in file.findings[0]["told"]


def test_preview_names_the_sheet_that_is_read_and_those_that_are_not(coordinator, draft):
    page, _ = send(coordinator, CASES / "hidden-first-sheet.xlsx")

    assert "trang «Nhập liệu»" in page.text
    assert "Không đọc trang khác có nội dung: «Bản cũ» (ẩn)" in page.text


PLAN_ROWS = [
    (1, "Trung tâm điều hành", "Sở KH&CN", "2018-2020", date(2020, 12, 31), [1_197_000_000], "Dòng một\nDòng hai"),
    (2, "Cổng dịch vụ công", None, None, date(2020, 12, 1), [160_000_000], "Đường “Nguyễn Huệ”; số 5, quận 1"),
    (3, "Kho dữ liệu số", None, None, date(2020, 12, 31), [1_500_000_000], "50%"),
    (4, "Nền tảng họp", "UBND TP", "2018-2020", date(2020, 12, 31), [16_100_000_000], "họp từ xa"),
]


@pytest.mark.parametrize(
    "name",
    ["rows-openpyxl.xlsx", "rows-libreoffice.xlsx", "rows-utf-8.csv", "rows-utf-16.csv", "rows-windows-1258.csv"],
)
def test_rows_are_the_same_whichever_program_saved_them(coordinator, draft, name):
    _, file = send(coordinator, SAVED / name)

    assert stored(coordinator, draft, file) == PLAN_ROWS


def test_text_of_windows_before_unicode_is_told_to_be_looked_at(coordinator, draft):
    page, _ = send(coordinator, SAVED / "rows-windows-1258.csv")

    assert "Windows-1258, đã chuyển sang Unicode" in page.text


@pytest.mark.parametrize("name", ["plan-openpyxl.xlsx", "plan-libreoffice.xlsx"])
def test_hidden_struck_and_merged_are_the_same_whichever_program_saved_them(coordinator, draft, name):
    page, file = send(coordinator, SAVED / name)

    ((number, column, value),) = [(one["row"], *error[:2]) for one in file.findings for error in one["errors"]]
    assert (number, column, value) == (3, "Hạn hoàn thành", "tháng 12/2020")
    told = {one["row"]: dict(one["told"]) for one in file.findings}
    assert sorted(told) == [2, 3, 4, 7]
    assert {told[row]["Cơ quan chủ trì"] for row in (2, 3, 4)} == {"Sở Khoa học và Công nghệ"}
    assert told[2]["Kinh phí dự kiến (đồng)"] == "1.197\u00a0triệu đồng"
    assert told[3]["Tên nhiệm vụ"] == "Cổng dịch vụ công"
    for words in ("Dòng 6 đang ẩn", "Dòng 5 bị gạch ngang", "Cột H («Ẩn») đang ẩn", "Ô gộp C2:C4, D2:D4"):
        assert words in page.text
    (note,) = next(one["notes"] for one in file.findings if one["row"] == 4)
    assert "giờ 08:30" in note


def test_command_tells_what_it_left_out_and_waits_for_a_word(draft, capsys):
    person, path = coordinator_of(draft.programme), CASES / "hidden-first-sheet.xlsx"

    with pytest.raises(CommandError, match="--confirmed"):
        call_command("import_file", "planned_tasks", path, by=person.username, programme="DO-THI", draft=1)

    told = capsys.readouterr().out
    assert "Đọc trang «Nhập liệu»" in told
    assert "«Bản cũ» (ẩn)" in told
    assert draft.planned_tasks.count() == 0


def test_open_document_is_refused_with_what_to_do(coordinator, draft):
    page, file = send(coordinator, SAVED / "rows.ods")

    assert page.status_code == 400
    assert file is None
    assert "Tệp › Lưu thành…" in page.text
    assert "XLSX" in page.text
