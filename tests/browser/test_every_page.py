"""Every page of the site in a real browser: nothing that axe-core finds, and how pages look on paper."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import SESSION_KEY
from django.test import Client
from playwright.sync_api import expect

from programme.models import User
from tests import one_of_each, site_map

# Both take as long as all other tests together.
LOOKS = ["light", "dark"] if os.environ.get("EXAMPLES") == "all" else ["light"]
# A sheet of A4 between its margins, in CSS pixels.
A4 = {"width": 680, "height": 1009}


@pytest.fixture
def whole_site(site):
    one_of_each.make()
    return site


@pytest.fixture
def context_of(whole_site, new_context):
    """A browser of somebody who signed in; of nobody where the name is empty."""

    def open_one(username, look="light", viewport=None):
        context = new_context(
            viewport=viewport or {"width": 1366, "height": 768}, color_scheme=look, locale="vi-VN", base_url=whole_site
        )
        if username:
            client = Client()
            client.force_login(User.objects.get(username=username))
            assert client.session[SESSION_KEY]
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": whole_site}])
        return context

    return open_one


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page(context_of, look):
    pages, faults = {}, {}
    for entry in site_map.pages():
        if entry.role not in pages:
            pages[entry.role] = context_of(entry.role, look).new_page()
        page = pages[entry.role]
        page.goto(entry.path)
        found = Axe().run(page).response["violations"]
        if found:
            faults[f"{entry.role} {entry.path}"] = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]

    assert faults == {}


@pytest.fixture
def on_paper(context_of):
    """A page as it is laid out for a sheet."""

    def open_one(username, path):
        page = context_of(username, viewport=A4).new_page()
        page.goto(path)
        page.emulate_media(media="print")
        return page

    return open_one


def test_programme_on_paper_has_its_parts_one_below_another(on_paper):
    page = on_paper("lanh-dao", "/de-an/BRVT-DTTM/")

    table, aside = (page.locator(f".columns > {part}").first.bounding_box() for part in (".card", "aside"))
    assert aside["y"] >= table["y"] + table["height"]
    # In a grid, what does not fit on the sheet would be printed under the next part.
    assert {
        page.locator(part).first.evaluate("one => getComputedStyle(one).display") for part in ("main", ".columns")
    } == {"block"}
    expect(page.get_by_text("Soạn điều chỉnh")).to_be_hidden()


def test_folds_are_open_on_paper(on_paper):
    page = on_paper("lanh-dao", "/de-an/BRVT-DTTM/")
    fold = page.locator("details:not([open], .ask)").first

    assert fold.evaluate("one => [...one.children].every(part => part.checkVisibility())")


def test_matrix_of_eight_agencies_fits_on_a_sheet(on_paper):
    page = on_paper("lanh-dao", "/chi-dao/ma-tran/?ngay=15/04/2024")

    table = page.locator("table.matrix")
    assert table.locator("thead th").count() >= 7
    assert table.evaluate("one => one.getBoundingClientRect().right <= innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", ["/quan-tri/tasks/budgetentry/", "/quan-tri/tasks/budgetentry/add/", "/quan-tri/"])
def test_admin_on_paper_is_its_content_alone(on_paper, path):
    page = on_paper("dau-moi", path)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for bar in ("#nav-sidebar", "#submit-row", ".button", "button"):
        assert not any(one.is_visible() for one in page.locator(bar).all()), bar
    above = page.locator("#page *").evaluate_all(
        "all => all.filter(one => /sticky|fixed/.test(getComputedStyle(one).position))"
    )
    assert above == []


def test_comparison_has_no_lines_but_those_of_the_text(context_of):
    page = context_of("lanh-dao").new_page()
    page.goto("/de-an/BRVT-DTTM/so-sanh/?tu=1&den=2")

    for fold in page.locator("details:not([open]) > summary").all():
        fold.click()
    cells = page.locator("td.side").all_inner_texts()
    assert cells
    assert [cell for cell in cells if re.search(r"^\s|\n\s*\n\s*\n|\s$", cell)] == []
