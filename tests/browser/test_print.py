"""What paper shows otherwise than the screen: all rows of a list, and nothing that only a screen can do."""

from datetime import date

import pytest

from programme.models import Programme
from tests.factories import adopted_revision

PRINTED = "[...document.querySelectorAll('#cac-nhiem-vu tbody .name')].map(cell => cell.textContent)"


@pytest.fixture
def programme():
    programme = Programme.objects.get(code="HD-CQDT")
    return adopted_revision(programme, effective_on=date(2026, 1, 1), tasks=120).programme


def test_all_tasks_of_a_long_programme_are_printed(site, page_of, programme):
    page = page_of("kiem-toan")
    page.goto(f"{site}{programme.get_absolute_url()}")
    assert len(page.evaluate(PRINTED)) == 50

    page.pdf()

    names = page.evaluate(PRINTED)
    assert len(names) == len({*names}) == 120
    assert page.locator("nav.pages").count() == 0


def test_paper_of_an_earlier_moment_says_the_moment_and_offers_nothing_to_press(site, page_of):
    page = page_of("kiem-toan")
    page.goto(f"{site}/kinh-phi/?biet-den=01/01/2001")
    banner = page.locator("aside.known").first
    assert "Về hiện tại" in banner.inner_text()

    page.emulate_media(media="print")

    assert banner.locator("p").first.inner_text().strip() == "Theo những gì biết đến 23:59 ngày 01/01/2001."
