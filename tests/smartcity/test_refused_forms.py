"""Every form that a coordinator comes upon from page to page, sent with nothing in it: refused on top of its page.

What is found on the way there stays in no cache.
"""

import re
from collections import Counter
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import resolve, reverse

from programme.models import Programme, User
from tasks.models import Task
from tasks.operations.copying import begin_amendment
from tests.empty_forms import Forms, answers_to_nothing, taken_or_not_told
from tests.factories import AgencyFactory, ProgressUpdateFactory, RouteStepFactory, officer_of
from tests.refused_pages import places

pytestmark = pytest.mark.django_db

# Files, lists as files and histories have no forms, and there are hundreds of them.
NO_PAGES = re.compile(r"/history/$|\.(xlsx|csv|ics|pdf|json)$|^/(static|tep|api)/|/dang-xuat/|/jsi18n/")


def whole(response):
    """Read to its end, as a browser does: a file that is left half way would take the test's connection with it."""
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def pages(browser, *begin, tries=3):
    """One page of each kind that the person can reach from the first ones: its name, its address, what it says."""
    found, tried, left = set(), Counter(), [*begin, "/", "/quan-tri/"]
    while left:
        address = left.pop(0)
        path = urlsplit(address).path
        name = resolve(path).view_name
        if name in found or NO_PAGES.search(path) or tried[name] >= tries:
            continue
        tried[name] += 1
        response = whole(browser.get(address))
        if response.status_code != 200 or response.streaming:
            left += [urljoin(address, response.url)] if response.status_code == 302 else []
            continue
        found.add(name)
        page = Forms(response.text)
        page.cache = response["Cache-Control"]
        links = (urljoin(address, one) for one in page.links if not one.startswith("mailto:"))
        left += [one for one in links if one.startswith("/")]
        yield name, address, page


@pytest.fixture
def busy_office(office):
    """With a draft, a report that was sent and steps of a procedure beside what everybody has."""
    person = User.objects.get(username="dau-moi")
    programme = Programme.objects.get(code="BRVT-DTTM")
    draft = begin_amendment(programme, by=person)
    task = Task.objects.get(programme=programme, code="NV-05")
    ProgressUpdateFactory(task=task, submitted=True, as_of=date(2023, 10, 20), author=officer_of(AgencyFactory()))
    RouteStepFactory(task=task)
    return [draft.get_absolute_url(), reverse("route_steps", args=[task.pk])]


def test_form_with_nothing_in_it_is_refused_on_top_of_its_page(client_of, busy_office):
    browser, answers, cached = client_of("dau-moi"), {}, {}

    for name, here, page in pages(browser, *busy_office):
        cached[name] = page.cache
        answers |= {(name, form.action): answer for form, answer in answers_to_nothing(browser, name, here, page)}

    assert len(answers) >= 40
    assert taken_or_not_told(answers) == {}
    assert kept_in_a_cache(cached) == {}


def kept_in_a_cache(pages):
    return {name: cache for name, cache in pages.items() if not {"no-store", "private"} <= set(cache.split(", "))}


def test_no_page_of_who_only_reads_stays_in_a_cache(client_of, office):
    cached = {name: page.cache for name, _, page in pages(client_of("kiem-toan"))}

    assert len(cached) > 40
    assert kept_in_a_cache(cached) == {}


@pytest.mark.parametrize(
    "address",
    [
        "/de-an/BRVT-DTTM/nhiem-vu.xlsx",
        "/van-ban/danh-sach.csv",
        "/quan-tri/tasks/task/danh-sach.csv",
        "/doc-lai/?ngay=3/4/2024",
        "/api/v1/figures/",
        "/khong-co/",
        "/quan-tri/programme/user/add/",
        "/dang-nhap/",
    ],
)
def test_what_is_answered_beside_pages_stays_in_no_cache_either(client_of, office, address):
    response = whole(client_of("dau-moi").get(address))

    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


def test_answer_to_a_program_with_a_token_stays_in_no_cache(client, office):
    response = client.get("/api/v1/figures/", headers={"Authorization": "Token x"})

    assert response.status_code == 401
    assert "no-store" in response["Cache-Control"]


def test_sign_in_is_refused_like_any_form(client):
    response = client.post("/dang-nhap/", {"username": "", "password": ""})

    assert response.status_code == 400
    assert "<title>Lỗi: Đăng nhập" in response.text
    assert places(response) == {"id_username": "Nhập tên đăng nhập.", "id_password": "Nhập mật khẩu."}
