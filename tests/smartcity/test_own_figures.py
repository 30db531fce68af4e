"""The sentence of the first page and the figures of one's agency are those of the list of tasks."""

import pytest
from django.utils.timezone import localdate

from programme.models import User
from smartcity.own_figures import read_own_figures
from tasks.expected import read_own_reports
from tests.office import EVERYBODY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("username", EVERYBODY)
def test_every_figure_is_that_of_the_list_and_opens_its_rows(client_of, office, username, django_assert_num_queries):
    user, browser = User.objects.get(username=username), client_of(username)
    assert user.agency or user.sees_every_province

    reports = read_own_reports(user, today=localdate())
    with django_assert_num_queries(1):
        figures = read_own_figures(user, reports, today=localdate())

    listed = browser.get(figures.list_at).context["cl"]
    assert (figures.headline, figures.freshness) == (listed.headline, listed.freshness)
    assert bool(figures.own) == user.reports
    opened = {figure.label: browser.get(figure.address).context["cl"].result_count for figure in figures.own}
    assert opened == {figure.label: figure.count for figure in figures.own}
