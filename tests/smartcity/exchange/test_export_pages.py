"""The lists of the product's own pages as files: the rows that the page shows under its filters, and no others."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from programme.models import Role
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.log.sealing import seal
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    DatasetFactory,
    DatasetObservationFactory,
    ExplanationFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    UserFactory,
    adopted_revision,
    task_in_force,
)
from tests.reading import Reader

pytestmark = pytest.mark.django_db

# What a template language, a browser or a careless program would read as more than a text, and what takes four bytes.
ODD_TEXTS = ["<script>alert(1)</script>", "{{7*7}}", "{% load static %}", "${7*7}", "</title>", "Tốt 👍🏽", "A&amp;B"]


@pytest.fixture
def programme():
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def reader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def file_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def told(client, address):
    """The rows of a .csv, each by the titles of its columns."""
    return list(csv.DictReader(StringIO(file_of(client, address).decode("utf-8-sig"), newline="")))


def book_of(client, address):
    return load_workbook(BytesIO(file_of(client, address)))


def facts_of(book):
    """What the second sheet says of the list."""
    facts = {}
    for name, value in book["Thông tin"].iter_rows(values_only=True):
        facts.setdefault(name, []).append(value)
    return facts


def offered(client, page):
    """The two addresses at which a page offers its list."""
    links = {words: href for href, words in Reader(client.get(page).text).links}
    return [links["Tải Excel"], links["Tải CSV"]]


# A cycle


@pytest.fixture
def cycle(programme):
    """Of June 2023, for two tasks: one was reported on late, the other not at all."""
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))
    lead = AgencyFactory(province=programme.province, name="Sở Y tế")
    revision = adopted_revision(programme, tasks=2, lead=lead)
    first = revision.planned_tasks.get(position=1).task
    ProgressUpdateFactory(task=first, cycle=cycle, as_of=cycle.last_day, reported_on=date(2023, 6, 21), submitted=True)
    return cycle


@pytest.mark.both_databases
def test_reports_of_a_cycle_are_those_of_its_page(reader, cycle):
    xlsx, _ = offered(reader, f"/de-an/DO-THI/ky-bao-cao/?ky={cycle.pk}")

    sheet = book_of(reader, xlsx).worksheets[0]
    rows = [
        dict(zip([cell.value for cell in sheet[1]], row, strict=True))
        for row in sheet.iter_rows(min_row=2, values_only=True)
    ]

    assert [(row["STT"], row["Cơ quan"], row["Tình trạng"]) for row in rows] == [
        (1, "Sở Y tế", "Nộp muộn"),
        (2, "Sở Y tế", "Chưa nộp"),
    ]
    assert [row["Ngày nộp"] for row in rows] == [datetime(2023, 6, 21), None]  # noqa: DTZ001


def test_list_of_who_has_not_reported_is_offered_as_that_list(reader, cycle):
    xlsx, sheet = offered(reader, f"/de-an/DO-THI/ky-bao-cao/?ky={cycle.pk}&loc=chua-nop")

    assert [row["STT"] for row in told(reader, sheet)] == ["2"]
    assert "Chưa nộp, kể cả bị trả lại" in facts_of(book_of(reader, xlsx))["Đang lọc theo"]


def test_reports_behind_a_number_of_a_cycle_are_offered_as_that_list(reader, cycle):
    xlsx, sheet = offered(reader, f"/de-an/DO-THI/ky-bao-cao/?ky={cycle.pk}&tra-loi=late")

    assert [row["STT"] for row in told(reader, sheet)] == ["1"]
    assert "Nộp muộn" in facts_of(book_of(reader, xlsx))["Đang lọc theo"]
    assert reader.get(sheet.replace("late", "khong-co")).status_code == 404


def test_file_of_a_cycle_that_the_address_does_not_name_is_of_the_cycle_shown(reader, cycle):
    xlsx, sheet = offered(reader, "/de-an/DO-THI/ky-bao-cao/")

    assert xlsx.endswith(f"?ky={cycle.pk}")
    assert len(told(reader, sheet)) == 2


def test_programme_without_cycles_has_no_file(reader, programme):
    assert reader.get("/de-an/DO-THI/ky-bao-cao/bao-cao.xlsx").status_code == 404


# The ledger


@pytest.mark.both_databases
def test_entries_of_the_ledger_are_those_behind_the_chosen_sum(reader, programme):
    task = task_in_force(programme, name="Kho dữ liệu")
    plan = {"task": task, "kind": MoneyKind.YEAR_PLAN, "year": 2024}
    BudgetEntryFactory(**plan, amount_vnd=20_000_000_000, decided_on=date(2024, 1, 10))
    entry = {"task": task, "kind": MoneyKind.DISBURSEMENT, "year": 2024, "decided_on": date(2024, 6, 20)}
    wrong = BudgetEntryFactory(**entry, amount_vnd=3_470_000_000_001, note="Đợt 1")
    BudgetEntryFactory(**entry | {"decided_on": date(2024, 7, 1)}, amount_vnd=-3_470_000_000_001, corrects=wrong)
    BudgetEntryFactory(**entry | {"decided_on": date(2025, 1, 2)}, amount_vnd=1)

    xlsx, sheet = offered(reader, "/de-an/DO-THI/kinh-phi/?ngay=31/12/2024&nam=2024&loai=disbursement")

    rows = told(reader, sheet)
    assert [row["Số tiền (đồng)"] for row in rows] == ["-3470000000001", "3470000000001"]
    assert [row["Đã đính chính ngày"] for row in rows] == ["", "01/07/2024"]
    assert [row["Đính chính cho bút toán ngày"] for row in rows] == ["20/06/2024", ""]
    assert {row["Nhiệm vụ"] for row in rows} == {"1. Kho dữ liệu"}
    facts = facts_of(book_of(reader, xlsx))
    assert facts["Số liệu đến ngày"] == ["31/12/2024"]
    assert facts["Đang lọc theo"] == ["Năm: 2024", "Loại: Giải ngân"]


def test_entries_that_name_no_year_are_a_file_too(reader, programme):
    BudgetEntryFactory(task=task_in_force(programme), kind=MoneyKind.CONTRACT, year=None)

    assert len(told(reader, "/de-an/DO-THI/kinh-phi/but-toan.csv?nam=khong-ro")) == 1


@pytest.mark.parametrize("query", ["loai=khac", "nam=abc", "nhiem-vu=999999"])
def test_entries_of_what_is_not_there_are_not_found(reader, programme, query):
    assert reader.get(f"/de-an/DO-THI/kinh-phi/but-toan.xlsx?{query}").status_code == 404


# Explanations


@pytest.mark.both_databases
def test_explanations_are_those_of_the_chosen_state(reader, programme):
    lead = AgencyFactory(province=programme.province, name="Công an tỉnh")
    question = "Vì sao chậm?"
    ExplanationFactory(programme=programme, agency=lead, question=question, due_on=date(2023, 6, 30))
    ExplanationFactory(question="Của tỉnh khác")

    _, sheet = offered(reader, "/giai-trinh/?tinh-trang=cho-tra-loi")

    [row] = told(reader, sheet)
    assert row["Nội dung yêu cầu"] == question
    assert row["Cơ quan giải trình"] == "Công an tỉnh"
    assert row["Hạn trả lời"] == "30/06/2023"
    assert row["Tình trạng"] == "Quá hạn trả lời"
    assert told(reader, "/giai-trinh/danh-sach.csv?tinh-trang=da-ket-thuc") == []


# Databases


@pytest.mark.both_databases
def test_databases_are_those_of_the_day_and_the_filters(reader, programme):
    health, police = (AgencyFactory(province=programme.province, name=name) for name in ("Sở Y tế", "Công an tỉnh"))
    records = DatasetFactory(agency=health, name="Hồ sơ sức khỏe")
    DatasetObservationFactory(dataset=records, as_of=date(2024, 4, 10), is_built=False)
    DatasetFactory(agency=health, name="Nhà thuốc")
    DatasetFactory(agency=police, name="Cư trú")

    page = f"/co-so-du-lieu/?ngay=16/04/2024&co-quan={health.pk}"
    xlsx, sheet = offered(reader, page)
    lagging = offered(reader, f"{page}&loc=chua-xay-dung")[1]

    rows = [(row["Cơ sở dữ liệu"], row["Xây dựng"], row["Chia sẻ về IOC"]) for row in told(reader, sheet)]
    assert rows == [
        ("Hồ sơ sức khỏe", "Chưa xây dựng", "Chưa chia sẻ"),
        ("Nhà thuốc", "chưa có thông tin", "chưa có thông tin"),
    ]
    assert [row["Cơ sở dữ liệu"] for row in told(reader, lagging)] == ["Hồ sơ sức khỏe"]
    facts = facts_of(book_of(reader, xlsx))
    assert facts["Số liệu đến ngày"] == ["16/04/2024"]
    assert facts["Đang lọc theo"] == ["Cơ quan: Sở Y tế"]


def test_field_for_the_day_keeps_the_filters_of_the_register(reader, programme):
    agency = AgencyFactory(province=programme.province)
    DatasetFactory(agency=agency)

    html = reader.get(f"/co-so-du-lieu/?co-quan={agency.pk}&danh-muc=shared&loc=chua-xay-dung").text

    form = html[html.index('class="as-of ') : html.index("</form>", html.index('class="as-of '))]
    assert (
        Reader(f"<form {form}</form>").inputs.items()
        >= {
            "co-quan": str(agency.pk),
            "danh-muc": "shared",
            "loc": "chua-xay-dung",
        }.items()
    )


# All of them


@pytest.mark.parametrize(
    "address",
    [
        "/de-an/DO-THI/ky-bao-cao/bao-cao.xlsx",
        "/de-an/DO-THI/kinh-phi/but-toan.xlsx",
        "/giai-trinh/danh-sach.xlsx",
        "/co-so-du-lieu/danh-sach.xlsx",
    ],
)
class TestEveryFile:
    def test_stranger_is_asked_to_sign_in(self, client, cycle, address):
        response = client.get(address)

        assert response.status_code == 302
        assert response.url.startswith(reverse("sign_in"))

    def test_somebody_of_another_province_gets_none_of_it(self, client_of, programme, cycle, address):
        for task in (plan.task for plan in programme.revisions.get().planned_tasks.select_related("task")):
            BudgetEntryFactory(task=task)
        agency = AgencyFactory(province=programme.province, name="Của tỉnh mình")
        ExplanationFactory(programme=programme, agency=agency, as_of=date(2023, 6, 16))
        DatasetFactory(agency=agency)

        response = client_of(UserFactory(role=Role.LEADER)).get(address)

        if address.startswith("/de-an/"):
            assert response.status_code == 404
        else:
            book = load_workbook(BytesIO(response.getvalue()))
            assert facts_of(book)["Số dòng"] == ["0"]

    def test_kind_that_there_is_none_of_is_not_found(self, reader, cycle, address):
        assert reader.get(address.replace("xlsx", "pdf")).status_code == 404

    def test_nobody_posts_to_it(self, reader, cycle, address):
        assert reader.post(address).status_code == 405

    def test_number_of_queries_does_not_grow(self, reader, programme, cycle, address):
        counts = []
        for year, tasks in ((2021, 2), (2022, 12)):
            revision = adopted_revision(programme, tasks=tasks, effective_on=date(year, 1, 1))
            for plan in revision.planned_tasks.select_related("task"):
                entry = BudgetEntryFactory(task=plan.task)
                BudgetEntryFactory(task=plan.task, corrects=entry, amount_vnd=-entry.amount_vnd)
                agency = AgencyFactory(province=programme.province)
                ExplanationFactory(programme=programme, agency=agency)
                DatasetObservationFactory(dataset__agency=agency)
            seal()
            with CaptureQueriesContext(connection) as queries:
                file_of(reader, address)
            counts.append(len(queries))

        assert counts[0] == counts[1]


@pytest.mark.parametrize("text", ODD_TEXTS)
@pytest.mark.parametrize("extension", ["xlsx", "csv"])
def test_odd_text_is_in_the_file_as_it_was_typed(reader, programme, text, extension):
    LegalDocumentFactory(province=programme.province, subject=text)
    address = reverse("document_list_export", args=[extension])

    if extension == "csv":
        assert text in [row["Trích yếu"] for row in told(reader, address)]
    else:
        sheet = book_of(reader, address).worksheets[0]
        assert text in [cell.value for row in sheet.iter_rows() for cell in row]


# A day that cannot be read


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("name", "code"),
    [("programme_tasks_export", ["DO-THI"]), ("ledger_export", ["DO-THI"]), ("dataset_list_export", [])],
    ids=["tasks", "ledger", "databases"],
)
def test_file_of_a_day_that_cannot_be_read_is_refused(reader, name, code, extension):
    address = reverse(name, args=[*code, extension])

    response = reader.get(address, {"ngay": "31/02/2024"})

    assert response.status_code == 400
    assert "Yêu cầu chưa đọc được" in response.text
    assert "Content-Disposition" not in response
    assert file_of(reader, f"{address}?ngay=15/03/2024")


@pytest.mark.parametrize("extension", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("document_list_export", {"loai": "không có"}),
        ("dataset_list_export", {"danh-muc": "không có"}),
        ("dataset_list_export", {"co-quan": "999999"}),
    ],
)
def test_file_of_a_filter_that_cannot_be_read_holds_not_all_rows(reader, name, filters, extension):
    response = reader.get(reverse(name, args=[extension]), filters)

    assert response.status_code == 400
    assert "Yêu cầu chưa đọc được" in response.text
    assert "Content-Disposition" not in response
