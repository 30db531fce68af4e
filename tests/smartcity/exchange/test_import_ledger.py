"""Lines of the ledger brought in from a file, by page and by command; and what a dying process leaves behind."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from unicodedata import normalize
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from smartcity.exchange.imports.ledger_entries import LedgerImporter
from smartcity.exchange.imports.models import FileState, ImportedFile
from smartcity.exchange.imports.operations import apply_file, receive_file
from smartcity.lib.language.money import MoneyKind
from tasks.figures.reading import read_programmes
from tasks.models import BudgetEntry
from tests.examples import examples
from tests.factories import (
    BudgetEntryFactory,
    ImportedFileFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    TaskFactory,
    coordinator_of,
    officer_of,
)
from tests.reading import text_of
from tests.sheets import LEDGER_HEADER, csv_file

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = date(2023, 6, 21)
ADDRESS = "/nhap-tep/kinh-phi/DO-THI/"


@pytest.fixture
def programme(db):
    return ProgrammeFactory(code="DO-THI")


@pytest.fixture
def task(programme):
    return TaskFactory(programme=programme, code="NV-01")


@pytest.fixture
def person(programme):
    return coordinator_of(programme, username="dau-moi-thu")


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


def line(task="NV-01", kind="Giải ngân", amount="160 triệu đồng", year="2021", on="22/03/2021", note=""):
    return [task, kind, amount, year, on, note]


def send(browser, *lines, **typed):
    file = SimpleUploadedFile("kinh-phi.csv", csv_file([LEDGER_HEADER, *lines]))
    return browser.post(ADDRESS, {"file": file, "repeated": "refuse", **typed}, follow=True)


def errors():
    return [(one["row"], error[0], error[2]) for one in ImportedFile.objects.get().findings for error in one["errors"]]


def test_lines_come_into_the_ledger_with_their_file_and_row(coordinator, task):
    send(coordinator, line(), line(kind="giá trị hợp đồng", amount="3.470.000.000", note="Gói thầu số 1"))
    file = ImportedFile.objects.get()

    coordinator.post(f"/nhap-tep/{file.pk}/nhap/")

    paid, contract = BudgetEntry.objects.order_by("pk")
    assert (paid.task, paid.kind, paid.amount_vnd, paid.decided_on) == (
        task,
        MoneyKind.DISBURSEMENT,
        160_000_000,
        date(2021, 3, 22),
    )
    assert (contract.amount_vnd, contract.note) == (3_470_000_000, "Gói thầu số 1")
    assert contract.history.get().history_change_reason == "Nhập từ tệp “kinh-phi.csv”, dòng 3"
    assert paid.history.get().history_action == contract.history.get().history_action


def test_payments_of_a_file_are_in_what_the_programme_had_paid(coordinator, task):
    send(coordinator, line(), line(amount="40 triệu đồng", on="22/04/2021"), line(kind="giá trị hợp đồng"))

    coordinator.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/")

    days = [date(2021, 3, 21), date(2021, 3, 22), date(2021, 4, 22)]
    told = [read_programmes([task.programme], as_of=day)[0].disbursed_vnd for day in days]
    assert told == [None, 160_000_000, 200_000_000]


def test_document_of_a_line_is_the_ground_of_its_history(coordinator, programme, task):
    document = LegalDocumentFactory(province=programme.province, number=950, symbol="QĐ-TTg")
    rows = [[*LEDGER_HEADER, "Chứng từ, văn bản"], [*line(), "950/QĐ-TTg"], [*line(note="khác"), ""]]
    file = SimpleUploadedFile("kinh-phi.csv", csv_file(rows))
    coordinator.post(ADDRESS, {"file": file, "repeated": "refuse"}, follow=True)

    coordinator.post(f"/nhap-tep/{ImportedFile.objects.get().pk}/nhap/")

    told = BudgetEntry.history.order_by("id").values_list("history_document", flat=True)
    assert list(told) == [document.pk, None]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"task": "NV-77"}, "Mã nhiệm vụ", "không phải mã hay tên nhiệm vụ"),
        ({"kind": "Tạm ứng"}, "Loại", "Chọn: Khái toán"),
        ({"amount": "3,470"}, "Số tiền (đồng)", "phẩy"),
        ({"amount": "0 đồng"}, "Số tiền (đồng)", ""),
        ({"kind": "Kế hoạch vốn năm", "year": ""}, "Năm ngân sách", "phải ghi năm"),
        ({"on": "22/03/2999"}, "Ngày quyết định, ngày chi", "1945–2099"),
        ({"on": "22/03/2098"}, "Ngày quyết định, ngày chi", "chưa đến"),
    ],
)
def test_line_that_the_form_would_refuse_is_refused(coordinator, task, cells, column, words):
    send(coordinator, line(**cells))

    ((number, named, reason),) = errors()
    assert (number, named) == (2, column)
    assert words in reason


def test_line_that_is_kept_already_is_refused(coordinator, task):
    BudgetEntryFactory(
        task=task, kind=MoneyKind.DISBURSEMENT, amount_vnd=160_000_000, year=2021, decided_on=date(2021, 3, 22)
    )

    send(coordinator, line(), line(note="đợt hai"))

    ((number, _, reason),) = errors()
    assert number == 2
    assert "Đã có bút toán này" in reason


def test_task_of_another_programme_is_unknown(coordinator, programme, task):
    TaskFactory(programme=ProgrammeFactory(province=programme.province, code="KHAC"), code="NV-09")

    send(coordinator, line(task="NV-09"))

    assert errors()[0][1] == "Mã nhiệm vụ"


def test_officer_brings_no_money_in(client_of, programme, task):
    officer = client_of(officer_of(programme.coordinating_agency))

    assert send(officer, line()).status_code == 403
    assert officer.get("/nhap-tep/").status_code == 200


def test_checking_goes_part_by_part_and_the_page_follows(coordinator, person, programme, task, monkeypatch):
    monkeypatch.setattr("smartcity.exchange.imports.views.SECONDS_OF_CHECKING", 0)
    file = SimpleUploadedFile("kinh-phi.csv", csv_file([LEDGER_HEADER, *(line(note=f"đợt {n}") for n in range(250))]))

    first = coordinator.post(ADDRESS, {"file": file, "repeated": "refuse"}, follow=True)
    pages = [coordinator.get(ImportedFile.objects.get().get_absolute_url()) for _ in range(2)]

    assert "Đã kiểm tra 100/250 dòng" in first.content.decode()
    assert first["Refresh"] == "1"
    assert "Đã kiểm tra 200/250 dòng" in pages[0].content.decode()
    assert "250 bút toán sẽ được ghi" in pages[1].content.decode()
    assert "Refresh" not in pages[1]


def test_two_files_with_the_same_line_at_once_write_it_once(person, programme, task, coordinator):
    for name in ("a.csv", "b.csv"):
        file = SimpleUploadedFile(name, csv_file([LEDGER_HEADER, line(), line(note=name)]))
        coordinator.post(ADDRESS, {"file": file, "repeated": "refuse"}, follow=True)
    first, second = ImportedFile.objects.order_by("pk")

    coordinator.post(f"/nhap-tep/{first.pk}/nhap/")
    coordinator.post(f"/nhap-tep/{second.pk}/nhap/")

    second.refresh_from_db()
    assert second.state == FileState.REFUSED
    assert BudgetEntry.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_the_same_moment_do_not_write_a_line_twice(person, programme, task, coordinator, at_once):
    for name in ("a.csv", "b.csv"):
        file = SimpleUploadedFile(name, csv_file([LEDGER_HEADER, line(), line(note=name)]))
        coordinator.post(ADDRESS, {"file": file, "repeated": "refuse"}, follow=True)
    files = list(ImportedFile.objects.order_by("pk"))

    at_once(*[lambda file=file: apply_file(file, by=person, today=TODAY) for file in files])

    applied, refused = sorted(ImportedFile.objects.all(), key=lambda file: file.state)
    assert (applied.state, refused.state) == (FileState.APPLIED, FileState.REFUSED)
    assert "do người khác vừa ghi sau khi kiểm tra" in refused.refusal
    assert sorted(BudgetEntry.objects.values_list("note", flat=True)) == ["", applied.name]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("../../etc/kinh-phi.csv", "kinh-phi.csv", id="a path"),
        pytest.param("C:\\Users\\Hoa\\kinh-phi.csv", "kinh-phi.csv", id="a path of Windows"),
        pytest.param("kinh\x00phi\r\nSet-Cookie: x.csv", None, id="control characters"),
        pytest.param("k" * 300 + ".csv", None, id="300 characters"),
        pytest.param(normalize("NFD", "Kinh phí quý II.csv"), "Kinh phí quý II.csv", id="accents apart"),
    ],
)
def test_odd_name_of_a_file_is_kept_harmless(coordinator, person, programme, task, name, kept):
    importer = LedgerImporter(programme, None, by=person, today=TODAY)

    file = receive_file(csv_file([LEDGER_HEADER, line()]), name=name, importer=importer, by=person, at=now())
    told = coordinator.get(f"/nhap-tep/{file.pk}/tep/")["Content-Disposition"]

    assert file.name == kept or kept is None
    assert file.name.endswith(".csv")
    assert len(file.name) <= 200
    assert not set(file.name + told) & set("\x00\r\n\\/")
    assert file.name in text_of(coordinator.get(file.get_absolute_url()).text)


def test_writing_that_was_cut_short_is_told_as_cancelled(coordinator, person, programme):
    file = ImportedFileFactory(programme=programme, uploaded_by=person, state=FileState.APPLYING)

    page = coordinator.get(file.get_absolute_url()).content.decode()

    file.refresh_from_db()
    assert file.state == FileState.CANCELLED
    assert "không dòng nào được nhập" in page


def test_command_brings_a_file_in(tmp_path, person, programme, task, capsys):
    path = tmp_path / "kinh-phi.csv"
    path.write_bytes(csv_file([LEDGER_HEADER, line(), line(note="đợt hai")]))

    call_command("import_file", "ledger", path, by="dau-moi-thu", programme="DO-THI")

    assert "Đã nhập 2 bút toán" in capsys.readouterr().out
    assert BudgetEntry.objects.count() == 2


def test_command_tells_each_wrong_row_and_writes_nothing(tmp_path, person, programme, task):
    path = tmp_path / "kinh-phi.csv"
    path.write_bytes(csv_file([LEDGER_HEADER, line(), line(kind="Tạm ứng")]))

    with pytest.raises(CommandError, match="Dòng 3, Loại"):
        call_command("import_file", "ledger", path, by="dau-moi-thu", programme="DO-THI")

    assert BudgetEntry.objects.count() == 0


def database_of_its_own(tmp_path):
    """The address of the test's database for another process; of SQLite in memory, a copy in a file."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{tmp_path / 'db.sqlite3'}"
    settings = connection.settings_dict
    return f"postgres://{settings['USER']}@{quote(settings['HOST'], safe='')}/{settings['NAME']}"


def asked(tmp_path, question):
    """What the database says, wherever it is."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as copy:
            return copy.execute(question).fetchall()
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


@pytest.mark.long
@pytest.mark.parametrize("row", [250, 300][: examples(1, all_of_them=2)])
@pytest.mark.django_db(transaction=True)
def test_killed_importer_leaves_no_row_or_all(tmp_path, person, programme, task, row):
    path = tmp_path / "kinh-phi.csv"
    path.write_bytes(csv_file([LEDGER_HEADER, *(line(note=f"đợt {number}") for number in range(300))]))
    command = [sys.executable, "manage.py", "import_file", "ledger", path, "--by=dau-moi-thu", "--programme=DO-THI"]
    environment = {**os.environ, "DATABASE_URL": database_of_its_own(tmp_path), "PYTHONUTF8": "1"}

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as importer:  # noqa: S603
        for told in importer.stdout:
            if told.startswith(f"Đã ghi {row} dòng"):
                importer.kill()
                break
    ((count,),) = asked(tmp_path, "SELECT count(*) FROM tasks_budgetentry")
    ((history,),) = asked(tmp_path, "SELECT count(*) FROM tasks_historicalbudgetentry")

    assert importer.returncode == -9
    assert count in {0, 300}
    assert history == count
    again = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603
    states = [state for (state,) in asked(tmp_path, "SELECT state FROM smartcity_importedfile ORDER BY id")]
    if count:
        assert "Tệp này đã nhập lúc" in again.stderr
        assert states == [FileState.APPLIED]
    else:
        assert "Đã nhập 300 bút toán" in again.stdout
        assert states == [FileState.CANCELLED, FileState.APPLIED]
    assert asked(tmp_path, "SELECT count(*) FROM tasks_budgetentry") == [(300,)]
