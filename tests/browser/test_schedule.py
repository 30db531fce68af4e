"""The schedule in a real browser: each bar by keyboard, on a phone below its name, on paper all of them."""

import re
from datetime import date

from axe_playwright_python.base import AXE_SCRIPT as AXE

from programme.models import Programme
from tests.factories import ProgrammeFactory, TaskFactory, adopted_revision

BARS = ".g-row"
REACHED = "() => document.activeElement.matches('.g-row') ? document.activeElement.getAttribute('href') : null"


def test_bars_are_reached_by_keyboard_named_below_their_names_on_a_phone_and_all_on_paper(site, page_of):
    programme = ProgrammeFactory(province=Programme.objects.get(code="BRVT-DTTM").province)
    tasks = TaskFactory.create_batch(60, programme=programme)
    for year in (2030, 2031):
        begin, due_on = date(2020, 1, 1), date(year, 12, 31)
        adopted_revision(
            programme, effective_on=date(year - 10, 1, 2), tasks=tasks, start_on=begin, due_on=due_on,
            lead=programme.coordinating_agency,
        )  # fmt: skip
    page = page_of("lanh-dao")
    page.add_init_script(AXE)
    page.goto(f"{site}/de-an/{programme.code}/tien-do/")

    assert page.evaluate("axe.run({resultTypes: ['violations']}).then(told => told.violations)") == []
    named = re.compile("^Nhiệm vụ [0-9]+ .*Hạn đầu 31.12.2030, nay 31.12.2031, lùi 365 ngày theo Nghị quyết")
    assert page.get_by_role("listitem").get_by_role("link", name=named).count() == 50
    page.locator(BARS).first.focus()
    reached = []
    while address := page.evaluate(REACHED):
        reached.append(address)
        page.keyboard.press("Tab")
    assert reached == [bar.get_attribute("href") for bar in page.locator(BARS).all()]
    assert len(reached) == 50

    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    name, bar, told = (page.locator(f"{BARS} {part}").first.bounding_box() for part in (".g-name", "svg", ".g-tell"))
    assert name["y"] + name["height"] <= bar["y"] + 1
    assert bar["y"] + bar["height"] <= told["y"] + 1

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(BARS).count() == 60
    assert page.locator("nav.pages").count() == 0
