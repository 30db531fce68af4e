"""Whoever has not signed in is sent to do so by every page, and comes back to it; no page says whether it exists."""

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import IntConverter

pytestmark = pytest.mark.django_db

# The address of a calendar is its own key; signing in and out, and the guide that says how, are for everybody; a
# program sends a token instead.
OPEN = {"calendar_feed", "sign_in", "sign_out", "guide_contents", "guide_page"}
OTHER_DOORS = ("smartcity.exchange.api", "django.", "unfold.")


def own_pages():
    """By name, what each page of the product is given in its address."""
    found, left = {}, list(get_resolver().url_patterns)
    while left:
        one = left.pop()
        if not isinstance(one, URLPattern):
            left += [] if getattr(one, "app_name", None) == "admin" else one.url_patterns
        elif one.name and one.name not in OPEN and not one.callback.__module__.startswith(OTHER_DOORS):
            found[one.name] = one
    return found


@pytest.mark.parametrize("name", sorted(own_pages()))
def test_page_asks_to_sign_in_first(client, name):
    *_, converters = get_resolver().reverse_dict[name]
    given = {key: 1 if isinstance(one, IntConverter) else "x" for key, one in converters.items()}
    address = reverse(name, kwargs=given)

    answers = [client.get(address), client.post(address)]

    allowed = [one for one in answers if one.status_code != 405]
    assert {one.status_code for one in allowed} == {302}
    assert {one.url for one in allowed} == {f"{reverse('sign_in')}?next={address}"}


def test_pages_of_meetings_are_among_those_asked():
    names = set(own_pages())

    assert {"finding_add", "calendar_page", "directive_board", "assignment_detail", "meeting_add"} <= names
    assert "directive_link_remove" in names
