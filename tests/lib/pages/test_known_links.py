"""Addresses of a page keep the moment; nothing on it can be sent."""

import pytest

from smartcity.lib.pages.known.links import address_with, keep_moment
from smartcity.lib.pages.known.moment import PARAMETER

TYPED = "14:30 16/06/2023"
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
        ("mailto:so@tinh.gov.vn", "mailto:so@tinh.gov.vn"),
        ("/static/smartcity/icon.svg", "/static/smartcity/icon.svg"),
        ("/?biet-den=", "/?biet-den="),
        ("/nhat-ky-truy-cap/?nguoi=lan", "/nhat-ky-truy-cap/?nguoi=lan"),
        ("/goi-bang-chung/", "/goi-bang-chung/"),
    ],
)
def test_an_address_of_this_site_keeps_the_moment_once(address, kept):
    assert address_with(address, PARAMETER, TYPED) == kept
    assert address_with(kept, PARAMETER, TYPED) == kept


def test_links_and_forms_that_read_keep_it_and_buttons_that_save_are_gone():
    page = """
    <link rel="icon" href="/static/a.svg"><a class="x" href="/nhiem-vu/1/?a=1&amp;b=2">Mở</a>
    <form method="get"><input name="q"><button type="submit">Tìm</button></form>
    <form action="/tim/"><button>Tìm</button></form>
    <form class="f" method="POST" action="/luu/"><button type="button">Thêm dòng</button>
    <button type="submit" name="_save">Lưu <b>ngay</b></button><input name="n" type="submit" value="Lưu"></form>
    <form method="post" action="/dang-xuat/"><button type="submit">Đăng xuất</button></form>"""

    kept = keep_moment(page, PARAMETER, TYPED)

    assert f'href="/nhiem-vu/1/?a=1&amp;b=2&amp;{SAID}"' in kept
    assert kept.count('<input type="hidden" name="biet-den" value="14:30 16/06/2023">') == 2
    assert kept.count("Tìm") == 2
    assert "Lưu" not in kept
    assert "Thêm dòng" in kept
    assert "Đăng xuất" in kept
    assert 'href="/static/a.svg"' in kept


def test_what_is_typed_into_an_address_is_no_markup():
    kept = keep_moment('<form><b></b></form><a href="/">x</a>', PARAMETER, '"><script>alert(1)</script>')

    assert "<script>" not in kept
