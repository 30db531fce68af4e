"""Addresses of a page keep the moment; nothing on it can be sent."""

import pytest

from smartcity.lib.pages.known.links import Links
from smartcity.lib.pages.known.moment import PARAMETER

TYPED = "14:30 16/06/2023"
LINKS = Links(PARAMETER, TYPED, "do-thi.tinh.gov.vn:8000")
SAID = "biet-den=14%3A30+16%2F06%2F2023"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/de-an/", f"/de-an/?{SAID}"),
        ("/de-an/?ngay=16/06/2023", f"/de-an/?ngay=16/06/2023&{SAID}"),
        ("?trang=2", f"?trang=2&{SAID}"),
        ("/de-an/?ngay=1/1/2024#tien", f"/de-an/?ngay=1/1/2024&{SAID}#tien"),
        ("#noi-dung", "#noi-dung"),
        ("https://vanban.chinhphu.vn/?a=1", "https://vanban.chinhphu.vn/?a=1"),
        ("//la.example/", "//la.example/"),
        ("http://do-thi.tinh.gov.vn:8000/de-an/", f"http://do-thi.tinh.gov.vn:8000/de-an/?{SAID}"),
        ("//do-thi.tinh.gov.vn:8000/de-an/", f"//do-thi.tinh.gov.vn:8000/de-an/?{SAID}"),
        ("http://do-thi.tinh.gov.vn/de-an/", "http://do-thi.tinh.gov.vn/de-an/"),
        ("/quan-tri/password_change/", "/quan-tri/password_change/"),
        ("/dang-nhap/?next=/", "/dang-nhap/?next=/"),
        ("mailto:so@tinh.gov.vn", "mailto:so@tinh.gov.vn"),
        ("/static/smartcity/icon.svg", "/static/smartcity/icon.svg"),
        ("/?biet-den=", "/?biet-den="),
        ("/nhat-ky-truy-cap/?nguoi=lan", "/nhat-ky-truy-cap/?nguoi=lan"),
        ("/goi-bang-chung/", "/goi-bang-chung/"),
    ],
)
def test_an_address_of_this_site_keeps_the_moment_once(address, kept):
    assert LINKS.address_with(address) == kept
    assert LINKS.address_with(kept) == kept


def test_links_and_forms_that_read_keep_it_and_buttons_that_save_are_gone():
    page = """
    <link rel="icon" href="/static/a.svg"><a class="x" href="/nhiem-vu/1/?a=1&amp;b=2">Mở</a>
    <form method="get"><input name="q"><button type="submit">Tìm</button></form>
    <form action="/tim/"><button>Tìm</button></form>
    <form class="f" method="POST" action="/luu/"><button type="button">Thêm dòng</button>
    <button type="submit" name="_save">Lưu <b>ngay</b></button><input name="n" type="submit" value="Lưu"></form>
    <form method="post" action="/dang-xuat/"><button type="submit">Đăng xuất</button></form>"""

    kept = LINKS.kept_in(page)

    assert f'href="/nhiem-vu/1/?a=1&amp;b=2&amp;{SAID}"' in kept
    assert kept.count('<input type="hidden" name="biet-den" value="14:30 16/06/2023">') == 2
    assert kept.count("Tìm") == 2
    assert "Lưu" not in kept
    assert "Thêm dòng" in kept
    assert "Đăng xuất" in kept
    assert 'href="/static/a.svg"' in kept


def test_buttons_that_stand_far_from_their_form_go_by_what_the_form_does():
    page = """
    <button form="luu">Ghi trước</button>
    <form id="luu" method="post"><button form="tim">Tìm</button><input form="luu" type="image" alt="Ghi giữa"></form>
    <form id="tim"><button form="luu" name="a" type="submit">Ghi ở chỗ tìm</button><button>Lọc</button></form>
    <input value="Ghi sau" type="submit" form="luu"><button type="button" form="luu">Mở rộng</button>"""

    kept = LINKS.kept_in(page)

    assert "Ghi" not in kept
    assert all(word in kept for word in ("Tìm", "Lọc", "Mở rộng"))


def test_button_that_leads_to_a_page_only_made_for_adding_or_removing_is_gone():
    page = """
    <a class="addlink button" href="/quan-tri/programme/agency/add/?_changelist_filters=a">Thêm <b>cơ quan</b></a>
    <a href="/quan-tri/programme/agency/5/delete/" class="danger">Xóa cơ quan</a>
    <p>Chưa có thì <a href="/quan-tri/programme/agency/add/">ghi cơ quan ấy</a> trước.</p>
    <a class="button" href="/quan-tri/programme/agency/5/change/">Mở</a>"""

    kept = LINKS.kept_in(page)

    assert "Thêm" not in kept
    assert "Xóa" not in kept
    assert "ghi cơ quan ấy" in kept
    assert "Mở" in kept


def test_what_is_typed_into_an_address_is_no_markup():
    kept = Links(PARAMETER, '"><script>alert(1)</script>').kept_in('<form><b></b></form><a href="/">x</a>')

    assert "<script>" not in kept
