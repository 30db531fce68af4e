"""On paper a list has no next page: all of its rows are printed, however many the screen shows."""

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
