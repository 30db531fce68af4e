"""The ways through the site: one bar on every page, a menu of what one may change, and how much waits."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from programme.models import User
from programme.rights import ADD, CHANGE, RIGHTS, Role
from smartcity.lib.pages.todo import count_waiting
from smartcity.navigation import LISTS, navigation
from smartcity.todo import my_work
from tests.office import EVERYBODY

pytestmark = pytest.mark.django_db


def bar_of(page):
    return re.search(r'<header class="bar">.*?</header>', page, re.DOTALL)[0]


def links_in(html):
    return re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize("username", EVERYBODY)
def test_bar_is_the_same_on_a_page_and_in_the_admin(client_of, office, username):
    browser = client_of(username)

    page, admin_page = (bar_of(browser.get(path).text) for path in ("/", "/quan-tri/tasks/task/"))

    assert links_in(page) == links_in(admin_page)
    assert links_in(page)[:5] == ["/", "/quan-tri/", "/", "/chi-dao/", "/van-ban/"]
    assert ("/lich/" in links_in(page)) == (username not in {"quan-tri", "kiem-toan"})
    assert "Đăng xuất" in page


@pytest.mark.parametrize(
    ("path", "area", "part"),
    [
        ("/", "Đề án", None),
        ("/de-an/BRVT-DTTM/", "Đề án", None),
        ("/chi-dao/", "Chỉ đạo, cuộc họp", "Chỉ đạo"),
        ("/cuoc-hop/", "Chỉ đạo, cuộc họp", "Cuộc họp"),
        ("/kien-nghi/", "Chỉ đạo, cuộc họp", "Kiến nghị"),
        ("/giai-trinh/", "Chỉ đạo, cuộc họp", "Giải trình"),
        ("/van-ban/", "Văn bản", "Văn bản"),
        ("/co-so-du-lieu/", "Văn bản", "Cơ sở dữ liệu"),
        ("/quan-tri/", "Việc của tôi", None),
        ("/quan-tri/tasks/progressupdate/", "Việc của tôi", None),
        ("/lich/", "Việc của tôi", None),
    ],
)
def test_bar_says_where_one_is(client_of, office, path, area, part):
    page = client_of("dau-moi").get(path).text

    above = page[: page.index("<main")]
    assert re.findall(r'<a [^>]*aria-current="page">([^<]*)<', bar_of(page)) == [area]
    tabs = re.search(r'<nav class="bar-parts".*?</nav>', above, re.DOTALL)
    assert (re.findall(r'aria-current="page">([^<]*)<', tabs[0]) if tabs else [None]) == [part]


def test_day_that_was_chosen_goes_along(client_of, office):
    page = client_of("lanh-dao").get("/chi-dao/?ngay=01/05/2024").text

    assert {"/?ngay=01/05/2024", "/van-ban/?ngay=01/05/2024"} <= {*links_in(bar_of(page))}
    assert "/cuoc-hop/?ngay=01/05/2024" in links_in(page)
    # What has no day takes none.
    assert "/kien-nghi/" in links_in(page)


def test_who_has_not_signed_in_is_shown_no_way(client):
    assert links_in(bar_of(client.get("/dang-nhap/").text)) == ["/"]


@pytest.mark.parametrize("username", EVERYBODY)
def test_menu_has_what_the_role_may_change_and_the_rest_to_look_up(office, rf, username):
    request = rf.get("/quan-tri/")
    request.user = User.objects.get(username=username)

    groups = {group.get("title"): [item["link"] for item in group["items"]] for group in navigation(request)}

    def list_of(record):
        return reverse(f"admin:{record.replace('.', '_')}_changelist")

    lists = {list_of(model._meta.label_lower) for model in admin.site._registry}
    role = Role(request.user.role)
    changes = {list_of(record) for _, record in LISTS if RIGHTS[record].get(role, frozenset()) & {ADD, CHANGE}}
    may_change, read = groups.get("Cập nhật", []), groups.get("Tra cứu", [])
    assert changes <= set(may_change)
    assert len([*may_change, *read]) == len(lists) - 1
    assert {list_of("tasks.task"), *may_change, *read} == lists
    assert list_of("tasks.task") in groups[None]


def test_menu_of_an_officer_is_short_and_an_auditor_changes_nothing(office, rf):
    def titles(username):
        request = rf.get("/quan-tri/")
        request.user = User.objects.get(username=username)
        return {group.get("title"): [item["title"] for item in group["items"]] for group in navigation(request)}

    officer, auditor = titles("chuyen-vien"), titles("kiem-toan")

    assert officer[None] == ["Nhiệm vụ", "Nhập từ tệp"]
    assert officer["Cập nhật"] == ["Báo cáo tiến độ", "Kiến nghị kiểm toán, thanh tra", "Tệp đã nhập"]
    assert "Cập nhật" not in auditor
    assert auditor[None] == ["Nhiệm vụ", "Nhật ký truy cập", "Gói bằng chứng", "Nhật ký thay đổi"]


@pytest.mark.parametrize("username", EVERYBODY)
def test_count_in_the_bar_is_of_the_jobs_that_wait(client_of, office, username):
    browser = client_of(username)

    asked = browser.get("/so-viec/")
    first_page = browser.get("/quan-tri/")

    waiting = count_waiting(my_work(User.objects.get(username=username), today=first_page.context["today"]))
    assert asked.json() == {"count": waiting}
    # Where nothing waits, nothing is said.
    assert f">{waiting or ''}</span></a>" in bar_of(first_page.text)
    listed = sum(section.count for section in first_page.context["sections"] if section.section != "dang-cham")
    assert listed == waiting


def test_count_is_for_nobody_who_has_not_signed_in(client):
    assert client.get("/so-viec/").status_code == 302
