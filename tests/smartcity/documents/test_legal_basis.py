"""The documents and stated figures of ``fixtures/``, as people meet them."""

import re
from datetime import date

import pytest

from programme.models import LegalDocument, Programme, Role
from tasks.pages.stated.on_day import all_stated, summary
from tests.document_pages import page, section
from tests.factories import UserFactory
from tests.reading import Reader
from tests.stated_pages import compared

pytestmark = pytest.mark.django_db


def test_real_resolution_is_told_with_its_neighbourhood(real_programmes, client_of):
    resolution = LegalDocument.objects.get(number=112)
    person = UserFactory(role=Role.LEADER, agency=resolution.issuer)

    html = client_of(person).get(page(resolution)).text

    told = section(html, "Quan hệ với văn bản khác")
    assert "Được sửa đổi, bổ sung bởi điểm b khoản 4 Điều 1 · Nghị quyết chưa có số" in told
    assert "Được triển khai thực hiện bởi Quyết định số 716/QĐ-UBND" in told
    assert "Ban hành lần đầu: văn bản thông qua" in section(html, "Trong các đề án")
    drawn = re.findall(r"<title>(.*?)</title>", html.split("<svg")[1])
    assert [name for name in drawn if "17/NQ-CP" in name] == ["Nghị quyết số 17/NQ-CP ngày 07/03/2019"] * 2


def test_figures_of_ba_ria_vung_tau_are_set_beside_what_is_computed(real_programmes):
    programme = Programme.objects.get(code="BRVT-DTTM")

    june_2023, june_2022, june_2020 = date(2023, 6, 16), date(2022, 6, 23), date(2020, 6, 8)
    assert compared(programme) == [
        (june_2023, "Tổng số nhiệm vụ", "12", "12", "Khớp", ""),
        (june_2023, "Nhiệm vụ hoàn thành", "4", "4", "Khớp", ""),
        (june_2023, "Nhiệm vụ chưa hoàn thành", "8", "8", "Khớp", ""),
        (june_2023, "Nhiệm vụ đề nghị chuyển tiếp", "8", "8", "Khớp", ""),
        (june_2022, "Tổng số nhiệm vụ", "9", "12", "Lệch", "công bố ít hơn 3"),
        (june_2020, "Tổng số nhiệm vụ", "12", "12", "Khớp", ""),
        # The total is known from this very report; it cannot confirm itself.
        (june_2020, "Tổng kinh phí", "3.470\u00a0tỷ đồng", "chưa có số liệu", "Chưa đối chiếu được", ""),
    ]
    assert summary(all_stated(programme)) == "7 số liệu công bố: 5 khớp, 1 lệch, 1 chưa đối chiếu được"


def test_task_named_after_documents_links_them(real_programmes, client_of):
    programme = Programme.objects.get(code="BRVT-DTTM")
    task = programme.tasks.get(code="NV-02")
    person = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)

    words = [words for _, words in Reader(client_of(person).get(task.get_absolute_url()).text).links]

    assert "Nghị quyết số 17/NQ-CP ngày 07/3/2019" in words
    assert "Quyết định số 1586/QĐ-UBND ngày 25/6/2019" in words
