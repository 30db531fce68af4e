"""The count in the bar, which the browser keeps for a while, is that of the moment that its page is of."""

import re

from playwright.sync_api import expect


def test_count_of_now_is_not_shown_on_a_page_of_an_earlier_moment(site, page_of):
    person = page_of("dau-moi")
    count = person.locator("[data-counted-at]")
    person.goto(f"{site}/kinh-phi/")
    expect(count).to_have_text(re.compile(r"^[1-9][0-9]*$"))

    with person.expect_response(re.compile("/so-viec/.*biet-den")):
        person.goto(f"{site}/kinh-phi/?biet-den=01/01/2001")

    expect(count).to_have_text("")
    person.goto(f"{site}/kinh-phi/")
    expect(count).to_have_text(re.compile(r"^[1-9][0-9]*$"))
