"""Every page of the site in a real browser: nothing that axe-core finds, and how pages look on paper."""

import os
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT as AXE
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import resolve

from programme.models import User
from tests import one_of_each, site_map

# EXAMPLES=all looks at everything, in dark too; that takes as long as all other tests of the browser together.
EVERYTHING = os.environ.get("EXAMPLES") == "all"
LOOKS = ["light", "dark"] if EVERYTHING else ["light"]
# The admin's pages of these kinds have between them all that its forms and lists are made of.
KINDS = (
    "programme_revision_",
    "tasks_plannedtask_",
    "programme_user_",
    "tasks_progressupdate_",
    "programme_legaldocument_",
)
# What these have, others have too: a page with a field or two, the form of a new record, a record's history.
ALIKE = (
    *("_remove", "_move", "_reopen", "_resume", "_return", "_close", "_decide", "_merge", "_withdraw", "_conclude"),
    *("_ask_again", "_removed", "task_explanation_ask"),
    *("user_add", "legaldocument_add", "progressupdate_add", "plannedtask_add", "revision_add", "planned_task_add"),
    *("meeting_add", "directive_add", "directive_task_add", "directive_revision_add", "conclusion_add", "finding_add"),
    *("user_history", "legaldocument_history", "plannedtask_history", "progressupdate_history"),
)
WIDTHS = (1366, 768, 320) if EVERYTHING else (1366,)
# Views of one module share their templates.
MOST_OF_A_MODULE = 3
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


def chosen_pages():
    seen, of_a_module = set(), Counter()
    for entry in site_map.pages():
        is_of_a_kind = entry.name in site_map.of_the_registry() and entry.name != "admin:app_list"
        is_chosen = not is_of_a_kind or entry.name.removeprefix("admin:").startswith(KINDS)
        is_alike = entry.name in seen or entry.name.endswith(ALIKE)
        module = resolve(urlsplit(entry.path).path).func.__module__
        if EVERYTHING or (is_chosen and not is_alike and of_a_module[module] < MOST_OF_A_MODULE):
            of_a_module[module] += 1
            yield entry
        seen.add(entry.name)


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page(context_of, look):
    pages, faults = {}, {}
    for entry in chosen_pages():
        if entry.role not in pages:
            context = context_of(entry.role, look)
            context.add_init_script(AXE)
            pages[entry.role] = context.new_page()
        page = pages[entry.role]
        page.goto(entry.path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 768})
            found = page.evaluate("axe.run({resultTypes: ['violations']}).then(told => told.violations)")
            if found:
                told = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]
                faults[f"{entry.role} {entry.path} {width}"] = told

    assert faults == {}


def on_paper(context, path):
    """A page as it is laid out for a sheet."""
    page = context.new_page()
    page.goto(path)
    page.emulate_media(media="print")
    return page


def shown(page, *places):
    return [place for place in places if any(one.is_visible() for one in page.locator(place).all())]


def test_pages_on_paper_are_whole_and_nothing_but_what_is_read(context_of):
    leader, coordinator = context_of("lanh-dao", viewport=A4), context_of("dau-moi", viewport=A4)

    programme = on_paper(leader, "/de-an/BRVT-DTTM/")
    beside, table = (programme.locator(f".over-tasks > {part}").bounding_box() for part in (".beside", "#nhiem-vu"))
    assert table["y"] >= beside["y"] + beside["height"]
    # In a grid, what does not fit on the sheet would be printed under the next part.
    assert [programme.locator(part).first.evaluate(DISPLAY) for part in ("main", ".over-tasks")] == ["block", "block"]
    fold = programme.locator("details:not([open], .ask)").first
    assert fold.evaluate("one => [...one.children].every(part => part.checkVisibility())")
    assert shown(programme, ".bar", ".foot", "button", ".button", ".downloads") == []

    matrix = on_paper(leader, "/chi-dao/ma-tran/?ngay=15/04/2024").locator("table.matrix")
    assert matrix.locator("thead th").count() >= 7
    assert matrix.evaluate("one => one.getBoundingClientRect().right <= innerWidth")

    for path in ("/quan-tri/", "/quan-tri/tasks/budgetentry/", "/quan-tri/tasks/budgetentry/add/"):
        page = on_paper(coordinator, path)
        assert shown(page, "h1") == ["h1"]
        assert shown(page, "#nav-sidebar", "#submit-row", "button", ".button", ".addlink") == []
        assert page.locator("#page *").evaluate_all(COVERING) == []


DISPLAY = "one => getComputedStyle(one).display"
COVERING = "all => all.filter(one => /sticky|fixed|absolute/.test(getComputedStyle(one).position)).map(one => one.id)"


def test_comparison_has_no_lines_but_those_of_the_text(context_of):
    page = context_of("lanh-dao").new_page()
    page.goto("/de-an/BRVT-DTTM/so-sanh/?tu=1&den=2")

    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    cells = page.locator("td.side").all_inner_texts()
    assert cells
    assert [cell for cell in cells if re.search(r"^\s|\n\s*\n\s*\n|\s$", cell)] == []
