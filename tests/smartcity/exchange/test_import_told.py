"""The line of an import and of its undo says first what it was, and for what; then what came in."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from programme.models import Role
from smartcity.audit.changes.lines import lines_of
from smartcity.exchange.imports.models import FileState, ImportedFile
from tests.factories import UserFactory, coordinator_of
from tests.sheets import LEDGER_HEADER, csv_file

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
REPORT_HEADER = ["Mã nhiệm vụ", "Số liệu đến ngày", "Trạng thái", "Tiến độ (%)"]


def bring_in(browser, place, header, rows):
    browser.post(
        f"/nhap-tep/{place}",
        {"file": SimpleUploadedFile("so-cai.csv", csv_file([header, *rows])), "repeated": "refuse"},
    )
    file = ImportedFile.objects.latest("pk")
    if file.state != FileState.CHECKED:
        browser.get(file.get_absolute_url())
    browser.post(f"/nhap-tep/{file.pk}/nhap/")
    return file


@pytest.fixture
def lines(client_of):
    """What each line of the timeline says, as an auditor reads it, the last first."""
    auditor = UserFactory(role=Role.AUDITOR, agency=None)

    def lines():
        html = client_of(auditor).get("/nhat-ky/").text.partition('id="nhat-ky"')[2]
        said = []
        for article in re.findall(r'<article class="card">(.*?)</article>', html, re.S):
            plain = re.sub(r"<[^>]+>", " ", article.partition("<details")[0])
            told = re.findall("<summary>(.*?)</summary>", article)
            said.append((" ".join(unescape(plain).split()), [" ".join(unescape(one).split()) for one in told], article))
        return said

    return lines


def test_import_and_its_undo_say_first_what_they_were_and_for_what(client_of, programme, tasks, lines):
    browser = client_of(coordinator_of(programme))
    rows = [
        [tasks[0].code, "Giải ngân", f"{number * 10} triệu đồng", "2021", "22/03/2021", ""] for number in range(1, 10)
    ]
    file = bring_in(browser, "kinh-phi/DO-THI/", LEDGER_HEADER, rows)
    browser.post(f"/nhap-tep/{file.pk}/hoan-tac/", {"reason": "Nhầm tệp của tháng trước"})

    undone, imported = lines()[:2]

    assert undone[1][0].startswith("Hoàn tác nhập số liệu từ tệp «")
    assert imported[1][0].startswith("Nhập số liệu từ tệp «")
    # Each of the entries is told apart, and what took it back says so.
    assert (
        f"Đính chính bút toán kinh phí «Giải ngân, Nguồn không nêu, năm 2021, −10 triệu đồng», nhiệm vụ {tasks[0]}"
        in (undone[1])
    )
    assert [one.split(", ")[3] for one in imported[1][1:]] == [
        "10 triệu đồng»", "20 triệu đồng»", "30 triệu đồng»", "40 triệu đồng»"
    ]  # fmt: skip
    # There are several reasons, and each stands with its record.
    for line in (undone, imported):
        assert "Lý do" not in line[0]
    assert "Lý do: Hoàn tác lần nhập: Nhầm tệp của tháng trước" in unescape(undone[2])
    assert "Còn 5 thay đổi nữa" in undone[2].replace("\u00a0", " ")


def test_import_of_more_than_is_looked_at_says_first_what_it_was(client_of, reporter, tasks, cycle, lines, monkeypatch):
    monkeypatch.setattr("smartcity.audit.changes.finding.OF_ONE_ACT", 3)
    rows = [[task.code, "10/06/2023", "Đang thực hiện", "40%"] for task in tasks]
    bring_in(client_of(reporter), "bao-cao-tien-do/DO-THI/", REPORT_HEADER, rows)

    assert lines()[0][1][0].startswith("Nhập số liệu từ tệp «")


def test_reason_of_what_a_line_hides_is_not_left_out(client_of, programme, tasks, lines, monkeypatch):
    monkeypatch.setitem(lines_of.__kwdefaults__, "shown", 1)
    browser = client_of(coordinator_of(programme))
    rows = [[task.code, "Giải ngân", "10 triệu đồng", "2021", "22/03/2021", ""] for task in tasks]
    bring_in(browser, "kinh-phi/DO-THI/", LEDGER_HEADER, rows)

    head, told, article = lines()[0]

    assert len(told) == 1
    assert "Lý do" not in head
    assert "Lý do: Nhập 3 " in unescape(article)
