"""An amendment as people make it: every change of the press report of 20/10/2023 drafted, compared and adopted."""

from datetime import date

import pytest
from playwright.sync_api import expect

from programme.models import Agency, LegalDocument, Programme
from smartcity.exchange.programme_files import system_account
from smartcity.lib.records.history import signed_save

PLACES = ["Kinh Môn", "Bình Giang", "Cẩm Giàng", "Gia Lộc", "Kim Thành"]
PLACES += ["Nam Sách", "Ninh Giang", "Thanh Hà", "Thanh Miện", "Tứ Kỳ"]
GONE = ["của Tỉnh ủy", "của HĐND", "của UBND tỉnh"]


@pytest.fixture
def resolution(site):
    issuer = Agency.objects.get(province__code="hai-duong", short_name="HĐND tỉnh")
    document = LegalDocument(
        kind="resolution",
        issuer=issuer,
        number=45,
        symbol="NQ-HĐND",
        signed_on=date(2024, 7, 10),
        effective_on=date(2024, 7, 20),
        subject="Điều chỉnh đề án",
    )
    return signed_save(document, by=system_account(), reason="Dữ liệu của phép thử")


def test_an_amendment_is_drafted_compared_and_adopted(site, page_of, resolution):
    page = page_of("dau-moi-hd")
    page.goto(f"{site}/de-an/HD-CQDT/")
    page.get_by_role("link", name="Soạn điều chỉnh").click()
    page.get_by_label("Lý do điều chỉnh").fill("Đáp ứng yêu cầu thực tế")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("8 → 8 nhiệm vụ: không thay đổi nhiệm vụ nào")
    draft = page.url

    page.get_by_role("link", name="Tên, kinh phí, lý do").click()
    page.get_by_label("Tên đề án").fill("Xây dựng chính quyền số và hạ tầng, dịch vụ cho đô thị thông minh")
    page.get_by_label("Tổng kinh phí công bố").fill("2,030 tỷ")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("2 phẩy 030 hay 2 nghìn 030").first).to_be_visible()
    page.get_by_label("Tổng kinh phí công bố").fill("2.030 tỷ đồng")
    page.get_by_role("button", name="Lưu").click()

    for name in GONE:
        page.locator("tr", has_text=name).get_by_role("link", name="Đưa nhiệm vụ").click()
        page.get_by_label("Lý do đưa ra khỏi đề án").fill("Đề xuất của Sở Thông tin và Truyền thông")
        page.get_by_role("button", name="Đưa ra khỏi đề án").click()
        expect(page.get_by_text("Khôi phục được cho đến khi trình")).to_be_visible()

    page.locator("tr", has_text="Trung tâm giám sát").get_by_role("link", name="Tách nhiệm vụ").click()
    names = page.get_by_label("Tên nhiệm vụ mới")
    names.nth(0).fill("Xây dựng kho dữ liệu dùng chung")
    names.nth(1).fill("Xây dựng Trung tâm giám sát, điều hành thông minh")
    page.get_by_role("button", name="Tách").click()

    page.locator("tr", has_text="camera an ninh").get_by_role("link", name="Sửa nhiệm vụ").click()
    page.get_by_label("Cơ quan chủ trì").select_option(value=str(Agency.objects.get(name="Công an tỉnh Hải Dương").pk))
    page.get_by_role("button", name="Lưu").click()

    for place in PLACES:
        page.goto(f"{draft}nhiem-vu/them/")
        page.get_by_label("Tên nhiệm vụ").fill(f"Xây dựng chính quyền số: {place}")
        page.get_by_role("button", name="Bổ sung").click()
        expect(page.get_by_text(f"Đã bổ sung «Xây dựng chính quyền số: {place}»")).to_be_visible()

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("8 → 16 nhiệm vụ")
    for told in ("1 chuyển cơ quan chủ trì", "1 tách thành 2", "10 bổ sung", "3 đưa ra khỏi"):
        expect(heading).to_contain_text(told)
    expect(page.get_by_text("3.800 tỷ đồng − 1.770 tỷ đồng = 2.030 tỷ đồng")).to_be_visible()

    page.get_by_role("link", name="Trình, thông qua, rút").click()
    page.get_by_label("Việc", exact=False).first.select_option(label="HĐND thông qua")
    page.get_by_role("textbox", name="Ngày (bắt buộc)").fill("10/07/2024")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_text("Thông qua phải có văn bản đã ban hành").first).to_be_visible()
    page.get_by_label("Văn bản, nguồn").select_option(value=str(resolution.pk))
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_text("đã thông qua.")).to_be_visible()

    revision = Programme.objects.get(code="HD-CQDT").revisions.in_force(date(2024, 7, 20)).get()
    assert (revision.document, revision.planned_tasks.count()) == (resolution, 16)
    page.goto(f"{site}/de-an/HD-CQDT/?ngay=19/07/2024")
    expect(page.get_by_role("heading", level=1)).to_contain_text("8 nhiệm vụ, chưa có báo cáo tiến độ")
    page.goto(f"{site}/de-an/HD-CQDT/?ngay=20/07/2024")
    expect(page.get_by_role("heading", level=1)).to_contain_text("16 nhiệm vụ, chưa có báo cáo tiến độ")


@pytest.mark.parametrize("width", [1366, 320])
def test_no_page_of_a_revision_scrolls_sideways(site, page_of, width):
    page = page_of("dau-moi-hd", width=width)
    page.goto(f"{site}/de-an/HD-CQDT/soan-dieu-chinh/")
    page.get_by_role("button", name="Bắt đầu soạn").click()
    draft = page.url
    task = Programme.objects.get(code="HD-CQDT").tasks.get(code="IOC").pk

    for path in ("", "noi-dung-chung/", "giai-doan/", "muc-tieu/", "chuyen-tiep/", "buoc/", f"nhiem-vu/{task}/sua/"):
        page.goto(draft + path)

        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
