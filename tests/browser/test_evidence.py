"""An auditor takes a package away and checks it where nothing of ours is."""

import pytest
from playwright.sync_api import expect

from smartcity.lib.log.sealing import seal
from tests.smartcity.audit.evidence.packages import verified


@pytest.mark.both_databases
def test_package_is_three_steps_from_any_page_and_verifies(site, page_of, tmp_path):
    seal()
    page = page_of("kiem-toan")
    page.goto(f"{site}/de-an/BRVT-DTTM/")

    page.get_by_role("link", name="Việc của tôi").click()
    page.get_by_role("link", name="Gói bằng chứng").click()
    page.get_by_label("Phạm vi").select_option("BRVT-DTTM")
    with page.expect_download() as download:
        page.get_by_role("button", name="Lấy gói").click()

    file = tmp_path / "goi.zip"
    download.value.save_as(file)
    assert download.value.suggested_filename == "goi-bang-chung-BRVT-DTTM.zip"
    code, told = verified(file.read_bytes())
    assert (code, "đề án BRVT-DTTM" in told) == (0, True)


def test_mistyped_period_is_said_beside_its_field_and_nothing_is_downloaded(site, page_of):
    seal()
    page = page_of("kiem-toan")
    page.goto(f"{site}/goi-bang-chung/")
    page.get_by_label("Từ ngày").fill("31/02/2024")

    page.get_by_role("button", name="Lấy gói").click()

    expect(page.get_by_role("heading", name="Gói bằng chứng")).to_be_visible()
    expect(page.locator(".field.wrong")).to_contain_text("Từ ngày")
    page.get_by_label("Từ ngày").fill("")
    page.get_by_role("button", name="Xem gói có gì").click()
    expect(page.get_by_role("link", name="Lấy gói này")).to_be_visible()
