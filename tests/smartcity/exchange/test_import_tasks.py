"""Planned tasks brought into a draft from a file: checked, shown, confirmed, written whole."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from programme.models import RevisionState, Role, taking_step
from smartcity.exchange.imports.models import FileState, ImportedFile
from smartcity.lib.records.history import signed_save
from tasks.models import PlannedTask, Task
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    LegalDocumentFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    RevisionFactory,
    UserFactory,
    coordinator_of,
)
from tests.sheets import TASK_HEADER, csv_file, workbook_file

pytestmark = pytest.mark.django_db
ADDRESS = "/nhap-tep/noi-dung-nhiem-vu/DO-THI/1/"


@pytest.fixture
def draft(db):
    return RevisionFactory(programme=ProgrammeFactory(code="DO-THI"), number=1)


@pytest.fixture
def coordinator(client_of, draft):
    return client_of(coordinator_of(draft.programme, full_name="Trần Thị Bình"))


def send(browser, content, *, name="nhiem-vu.xlsx", address=ADDRESS, **typed):
    file = SimpleUploadedFile(name, content)
    return browser.post(address, {"file": file, "repeated": "refuse", **typed}, follow=True)


def task_rows(*rows):
    return workbook_file([TASK_HEADER, *rows])


def row(name, **cells):
    places = {"code": 0, "position": 1, "lead": 3, "due": 4, "money": 5}
    values = [None, None, name, None, None, None]
    for cell, value in cells.items():
        values[places[cell]] = value
    return values


def errors_of(file):
    return [(one["row"], column, reason) for one in file.findings for column, _, reason in one["errors"]]


@pytest.mark.both_databases
def test_rows_are_shown_first_and_written_when_confirmed(coordinator, draft):
    lead = AgencyFactory(province=draft.programme.province, name="Sở Xây dựng", short_name="SXD")
    content = task_rows(
        row("Xây dựng trung tâm điều hành", position=1, lead="so xay dung", due=date(2022, 12, 31), money=160_000_000),
        row("Số hóa hồ sơ", lead="SXD", money="1,5 tỷ đồng"),
    )

    page = send(coordinator, content)

    file = ImportedFile.objects.get()
    text = page.content.decode()
    assert PlannedTask.objects.count() == 0
    assert file.state == FileState.CHECKED
    assert "2 nhiệm vụ sẽ được ghi" in text
    for words in ("31/12/2022", "160\u00a0triệu đồng", "1,5\u00a0tỷ đồng", "Sở Xây dựng"):
        assert words in text

    page = coordinator.post(f"/nhap-tep/{file.pk}/nhap/", follow=True)

    assert "Đã nhập 2 nhiệm vụ" in page.content.decode()
    first, second = draft.planned_tasks.order_by("position")
    assert (first.name, first.lead_agency, first.due_on) == ("Xây dựng trung tâm điều hành", lead, date(2022, 12, 31))
    assert (second.position, second.task.code, second.budgets.get().amount_vnd) == (2, "NV-02", 1_500_000_000)


@pytest.mark.both_databases
def test_every_row_of_history_names_the_file_and_its_row_under_one_action(coordinator, draft):
    send(coordinator, task_rows(row("Nhiệm vụ A", money=2_000_000), row("Nhiệm vụ B")), name="Phụ lục I.xlsx")
    file = ImportedFile.objects.get()

    coordinator.post(f"/nhap-tep/{file.pk}/nhap/")

    planned = PlannedTask.history.order_by("history_id")
    assert [one.history_change_reason for one in planned] == [
        "Nhập từ tệp “Phụ lục I.xlsx”, dòng 2",
        "Nhập từ tệp “Phụ lục I.xlsx”, dòng 3",
    ]
    applied = file.history.get(state=FileState.APPLIED)
    tasks = Task.history.all()
    assert {one.history_action for one in [*planned, *tasks]} == {applied.history_action}
    assert {one.history_user.full_name for one in planned} == {"Trần Thị Bình"}
    assert PlannedTask.objects.get(name="Nhiệm vụ A").search_text == "nhiem vu a"


def test_forty_good_rows_and_a_bad_one_write_nothing(coordinator, draft):
    rows = [row(f"Nhiệm vụ {number}") for number in range(1, 41)] + [
        row("Nhiệm vụ 41", lead="Sở Không Có", due="31/02/2024")
    ]

    page = send(coordinator, task_rows(*rows))

    file = ImportedFile.objects.get()
    assert file.state == FileState.REFUSED
    assert PlannedTask.objects.count() == 0
    text = page.content.decode()
    assert "1 dòng có lỗi; không dòng nào được nhập" in text
    assert "31/02/2024" in text
    assert "Nhiệm vụ 41" in text
    sheet = load_workbook(
        BytesIO(b"".join(coordinator.get(f"/nhap-tep/{file.pk}/loi.xlsx").streaming_content))
    ).worksheets[0]
    told = [list(line) for line in sheet.iter_rows(min_row=2, values_only=True)]
    assert [line[:3] for line in told] == [
        [42, "Cơ quan chủ trì", "Sở Không Có"],
        [42, "Hạn hoàn thành", "31/02/2024"],
    ]
    assert coordinator.post(f"/nhap-tep/{file.pk}/nhap/", follow=True).status_code == 200
    assert PlannedTask.objects.count() == 0


@pytest.mark.both_databases
def test_unknown_agency_is_refused_with_those_that_it_may_be(coordinator, draft):
    AgencyFactory(province=draft.programme.province, name="Sở Thông tin và Truyền thông")
    AgencyFactory(province=draft.programme.province, name="Sở Y tế")

    send(coordinator, task_rows(row("Nhiệm vụ", lead="Sở Thông tin, Truyền thông")))

    ((number, column, reason),) = errors_of(ImportedFile.objects.get())
    assert (number, column) == (2, "Cơ quan chủ trì")
    assert "Gần giống: Sở Thông tin và Truyền thông." in reason
    assert "Sở Y tế" not in reason


def test_agency_that_has_ended_is_refused_with_its_successor(coordinator, draft):
    province = draft.programme.province
    old = AgencyFactory(province=province, name="Sở Thông tin và Truyền thông", in_force_to=date(2025, 2, 28))
    heir = AgencyFactory(province=province, name="Sở Khoa học và Công nghệ")
    AgencySuccessionFactory(predecessor=old, successor=heir, effective_on=date(2025, 3, 1))

    send(coordinator, task_rows(row("Nhiệm vụ", lead="Sở Thông tin và Truyền thông")))

    ((_, _, reason),) = errors_of(ImportedFile.objects.get())
    assert "hoạt động đến hết 28/02/2025" in reason
    assert "Ghi cơ quan kế thừa: Sở Khoa học và Công nghệ." in reason


def test_agency_that_has_ended_without_a_known_successor_is_taken_and_noted(coordinator, draft):
    AgencyFactory(province=draft.programme.province, name="Sở Cũ", in_force_to=date(2025, 2, 28))

    page = send(coordinator, task_rows(row("Nhiệm vụ", lead="Sở Cũ")))

    assert ImportedFile.objects.get().state == FileState.CHECKED
    assert "Sở Cũ hoạt động đến hết 28/02/2025; chưa ghi cơ quan kế thừa." in page.content.decode()


def test_agency_of_another_province_is_unknown(coordinator, draft):
    AgencyFactory(name="Sở Của Tỉnh Khác")

    send(coordinator, task_rows(row("Nhiệm vụ", lead="Sở Của Tỉnh Khác")))

    ((_, _, reason),) = errors_of(ImportedFile.objects.get())
    assert "không có trong danh sách cơ quan của tỉnh" in reason


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"money": "3,470"}, "Kinh phí dự kiến (đồng)", "phẩy"),
        ({"money": "160"}, "Kinh phí dự kiến (đồng)", "đơn vị"),
        ({"money": -5_000_000}, "Kinh phí dự kiến (đồng)", "lớn hơn 0"),
        ({"due": "04/30/2024"}, "Hạn hoàn thành", "ngày/tháng/năm"),
        ({"due": "quý II/2024"}, "Hạn hoàn thành", "chưa phải một ngày"),
        ({"position": "thứ nhất"}, "STT", "số nguyên"),
        ({"position": 0}, "STT", "1"),
        ({"code": "NV-99"}, "Mã nhiệm vụ", "để trống để bắt đầu nhiệm vụ mới"),
    ],
)
def test_value_that_the_form_would_refuse_is_refused_by_row_and_column(coordinator, draft, cells, column, words):
    send(coordinator, task_rows(row("Nhiệm vụ", **cells)))

    ((number, named, reason),) = errors_of(ImportedFile.objects.get())
    assert (number, named) == (2, column)
    assert words in reason


@pytest.mark.both_databases
def test_row_without_a_name_is_refused(coordinator, draft):
    send(coordinator, task_rows(row("  ", position=1, money=2_000_000)))

    ((_, column, reason),) = errors_of(ImportedFile.objects.get())
    assert (column, reason) == ("Tên nhiệm vụ", "Cột «Tên nhiệm vụ» bắt buộc ghi.")


def test_same_row_twice_in_the_file_and_row_kept_already_are_refused(coordinator, draft):
    PlannedTaskFactory(revision=draft, name="Đã có")

    send(coordinator, task_rows(row("Mới"), row("MỚI "), row("đã có")))

    found = errors_of(ImportedFile.objects.get())
    assert [(number, column) for number, column, _ in found] == [(3, "Cả dòng"), (4, "Cả dòng")]
    assert "Trùng với dòng 2" in found[0][2]
    assert "Dự thảo đã có nhiệm vụ 1. Đã có" in found[1][2]


def test_rows_kept_already_are_skipped_when_chosen(coordinator, draft):
    PlannedTaskFactory(revision=draft, name="Đã có")

    page = send(coordinator, task_rows(row("Mới"), row("Đã có")), repeated="skip")
    file = ImportedFile.objects.get()
    coordinator.post(f"/nhap-tep/{file.pk}/nhap/")

    assert "1 nhiệm vụ sẽ được ghi; 1 dòng đã có, bỏ qua" in page.content.decode()
    assert list(draft.planned_tasks.order_by("position").values_list("name", flat=True)) == ["Đã có", "Mới"]
    file.refresh_from_db()
    assert file.written_count == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("numbers", [(2, 2), (1, 3)], ids=["twice in the file", "taken in the draft"])
def test_number_of_another_task_is_refused(coordinator, draft, numbers):
    PlannedTaskFactory(revision=draft, name="Đã có", position=1)

    send(coordinator, task_rows(*(row(f"Nhiệm vụ {place}", position=number) for place, number in enumerate(numbers))))

    ((_, column, _),) = errors_of(ImportedFile.objects.get())
    assert column == "STT"


def test_numbers_follow_the_file_and_have_no_gap(coordinator, draft):
    send(coordinator, task_rows(row("Cuối"), row("Ba", position=7), row("Hai", position=3)))

    coordinator.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/")

    assert list(draft.planned_tasks.order_by("position").values_list("position", "name")) == [
        (1, "Hai"),
        (2, "Ba"),
        (3, "Cuối"),
    ]


def test_scan_damage_is_shown_and_kept(coordinator, draft):
    page = send(coordinator, task_rows(row("Quán quán triệt việc s hóa năm 20 18")))
    coordinator.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/")

    text = page.content.decode()
    assert "xem lại chữ «20 18», «s», «Quán quán»" in text
    assert draft.planned_tasks.get().name == "Quán quán triệt việc s hóa năm 20 18"


def test_document_and_period_are_found_by_what_people_call_them(coordinator, draft):
    document = LegalDocumentFactory(province=draft.programme.province, number=112, symbol="NQ-HĐND")
    period = PeriodFactory(revision=draft, label="2020–2022")
    content = csv_file([["Tên nhiệm vụ", "Giai đoạn", "Căn cứ pháp lý"], ["Nhiệm vụ", "2020-2022", "112 /nq-hđnd"]])

    send(coordinator, content, name="nhiem-vu.csv")
    coordinator.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/")

    planned = draft.planned_tasks.get()
    assert (planned.period, planned.basis_document) == (period, document)


def test_form_to_fill_in_comes_back_as_it_is(coordinator, draft):
    AgencyFactory(province=draft.programme.province, name="Sở Xây dựng")
    response = coordinator.get(f"{ADDRESS}bieu-mau/")
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    sheet = book["Nhập liệu"]
    header = [cell.value for cell in sheet[1]]

    assert sheet.max_row == 1
    assert "Tên nhiệm vụ *" in header
    assert "Sở Xây dựng" in [cell.value for column in book["Danh mục"].columns for cell in column]
    assert sheet.data_validations.count >= 3
    sheet.cell(2, header.index("Tên nhiệm vụ *") + 1, "Nhiệm vụ mới")
    sheet.cell(2, header.index("Cơ quan chủ trì") + 1, "Sở Xây dựng")
    file = BytesIO()
    book.save(file)

    send(coordinator, file.getvalue())

    assert ImportedFile.objects.get().state == FileState.CHECKED


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.AUDITOR, Role.OFFICE, Role.ADMINISTRATOR])
def test_others_than_the_coordinator_bring_no_plan_in(client_of, draft, role):
    browser = client_of(UserFactory(role=role, agency=draft.programme.coordinating_agency))

    assert send(browser, task_rows(row("Nhiệm vụ"))).status_code == 403
    assert browser.get(f"{ADDRESS}bieu-mau/").status_code == 403
    assert ImportedFile.objects.count() == 0


def test_coordinator_of_another_province_finds_nothing(client_of, coordinator, draft):
    send(coordinator, task_rows(row("Nhiệm vụ")))
    file = ImportedFile.objects.get()
    stranger = client_of(coordinator_of(ProgrammeFactory()))

    for page in (ADDRESS, f"{ADDRESS}bieu-mau/", file.get_absolute_url(), f"{file.get_absolute_url()}tep/"):
        assert stranger.get(page).status_code == 404
    for page in ("nhap/", "huy/"):
        assert stranger.post(f"{file.get_absolute_url()}{page}").status_code == 404


def test_colleague_reads_the_file_and_does_not_confirm_it(client_of, coordinator, draft):
    send(coordinator, task_rows(row("Nhiệm vụ")))
    file = ImportedFile.objects.get()
    colleague = client_of(coordinator_of(draft.programme))

    page = colleague.post(f"/nhap-tep/{file.pk}/nhap/", follow=True)

    assert "do Trần Thị Bình tải lên; chỉ người đó nhập được" in page.content.decode()
    assert PlannedTask.objects.count() == 0


@pytest.mark.both_databases
def test_draft_that_was_proposed_meanwhile_takes_nothing(coordinator, draft):
    send(coordinator, task_rows(row("Nhiệm vụ")))
    file = ImportedFile.objects.get()
    draft.state = RevisionState.PROPOSED
    with taking_step():
        signed_save(draft, by=file.uploaded_by)

    page = coordinator.post(f"/nhap-tep/{file.pk}/nhap/", follow=True)

    file.refresh_from_db()
    assert file.state == FileState.REFUSED
    assert PlannedTask.objects.count() == 0
    assert file.refusal in page.content.decode()


@pytest.mark.both_databases
def test_task_planned_by_hand_between_check_and_confirmation_stops_the_file(coordinator, draft):
    send(coordinator, task_rows(row("Nhiệm vụ A"), row("Nhiệm vụ B")))
    PlannedTaskFactory(revision=draft, name="Nhiệm vụ B")

    page = coordinator.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/", follow=True)

    assert "do người khác vừa ghi sau khi kiểm tra" in page.content.decode()
    assert draft.planned_tasks.count() == 1


def test_pressing_twice_writes_once(coordinator, draft):
    send(coordinator, task_rows(row("Nhiệm vụ")))
    file = ImportedFile.objects.get()

    coordinator.post(f"/nhap-tep/{file.pk}/nhap/")
    page = coordinator.post(f"/nhap-tep/{file.pk}/nhap/", follow=True)

    assert "đã nhập, không nhập thêm lần nữa" in page.content.decode()
    assert draft.planned_tasks.count() == 1


def test_same_file_again_is_asked_about(coordinator, draft):
    content = task_rows(row("Nhiệm vụ"))
    send(coordinator, content)
    coordinator.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/")

    page = send(coordinator, content, name="tên khác.xlsx")

    assert page.status_code == 400
    assert "Tệp này đã nhập lúc" in page.content.decode()
    assert "bởi Trần Thị Bình" in page.content.decode()
    assert ImportedFile.objects.count() == 1
    send(coordinator, content, again="on")
    assert ImportedFile.objects.count() == 2


@pytest.mark.both_databases
def test_cancelled_file_writes_nothing(coordinator, draft):
    send(coordinator, task_rows(row("Nhiệm vụ")))
    file = ImportedFile.objects.get()

    coordinator.post(f"/nhap-tep/{file.pk}/huy/")
    coordinator.post(f"/nhap-tep/{file.pk}/nhap/")

    file.refresh_from_db()
    assert file.state == FileState.CANCELLED
    assert PlannedTask.objects.count() == 0


def test_writing_asks_as_much_for_many_rows_as_for_few(coordinator, draft):
    counts = []

    for start, count in ((0, 5), (100, 45)):
        send(coordinator, task_rows(*(row(f"Nhiệm vụ {start + number}", money=2_000_000) for number in range(count))))
        file = ImportedFile.objects.latest("pk")
        with CaptureQueriesContext(connection) as queries:
            coordinator.post(f"/nhap-tep/{file.pk}/nhap/")
        counts.append(len(queries))

    assert draft.planned_tasks.count() == 50
    assert counts[1] <= counts[0] + 8
