"""Where one thing is told, or one kind of things of a programme, a link leads to its history, with something in it."""

import re
from html import unescape

import pytest

from programme.models import Role
from smartcity.lib.records.history import signed_save
from tests.factories import (
    BudgetEntryFactory,
    ReportingCycleFactory,
    StatedFigureFactory,
    UserFactory,
    adopted_revision,
    task_in_force,
)

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def reads(client_of):
    return client_of(UserFactory(role=Role.AUDITOR, agency=None))


def history_from(reads, address, words):
    """What the timeline says where a page's link leads that has these words."""
    page = reads.get(address).text
    [link] = re.findall(rf'<a href="([^"]*)">{words}</a>', page)
    shown = reads.get(unescape(link))
    assert shown.status_code == 200
    return unescape(re.sub(r"<[^>]+>", " ", shown.text.partition('id="nhat-ky"')[2])).replace("\u00a0", " ")


def test_cycle_leads_to_the_history_of_its_duty_and_of_its_cycles(reads):
    cycle = ReportingCycleFactory()
    adopted_revision(cycle.duty.programme)

    told = history_from(reads, f"/de-an/{cycle.duty.programme.code}/ky-bao-cao/?ky={cycle.pk}", "Lịch sử")

    assert "Tạo chế độ báo cáo «" in told
    assert f"Tạo kỳ báo cáo «{cycle.first_day:%d/%m/%Y} – {cycle.last_day:%d/%m/%Y}»" in told


def test_programme_without_cycles_leads_to_what_became_of_them(reads):
    revision = adopted_revision()

    told = history_from(reads, f"/de-an/{revision.programme.code}/ky-bao-cao/", "Lịch sử chế độ báo cáo")

    assert "Không có thay đổi nào như vậy" in told


def test_stated_figures_lead_to_their_history(reads):
    figure = StatedFigureFactory()
    other = StatedFigureFactory(wording="Của đề án khác")

    told = history_from(reads, f"/de-an/{figure.programme.code}/doi-chieu/", "Lịch sử số liệu công bố")

    assert "Tạo số liệu công bố «" in told
    assert other.wording not in told


def test_ledger_leads_to_the_history_of_its_entries(reads):
    task = task_in_force()
    BudgetEntryFactory(task=task, amount_vnd=160 * 10**6)

    told = history_from(reads, f"/de-an/{task.programme.code}/kinh-phi/", "Lịch sử bút toán")

    assert "Ghi bút toán kinh phí «" in told
    assert "160 triệu đồng" in told
    assert "Tạo nhiệm vụ" not in told


def test_change_of_line_breaks_alone_says_so_and_shows_where(reads):
    figure = StatedFigureFactory(wording="Đã hoàn thành 08 trên 21 nhiệm vụ")
    figure.wording = "Đã hoàn thành 08\ntrên 21 nhiệm vụ"
    signed_save(figure, by=UserFactory())

    page = reads.get("/nhat-ky/", {"loai": "programme.statedfigure"}).text
    file = b"".join(reads.get("/nhat-ky/danh-sach.csv", {"loai": "programme.statedfigure"}).streaming_content).decode()

    assert "(chỉ đổi khoảng trắng, xuống dòng)" in page
    assert "<del>␣</del>" in page
    assert "<ins>⏎<br></ins>" in page
    assert "(chỉ đổi khoảng trắng, xuống dòng)" in file
