"""Every figure of a simulated country opens exactly the rows that it counts."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from programme.models import User
from smartcity.simulation.scale import Scale
from tests.examples import examples
from tests.reading import Reader, figure_links

pytestmark = pytest.mark.django_db


@pytest.mark.long
def test_each_figure_of_a_simulated_country_opens_exactly_its_rows():
    programmes = examples(1, all_of_them=24)
    sizes = {"programmes": programmes, "tasks": 20, "reports": 6, "ledger": 4, "assignments": 24}
    call_command("simulate", **sizes, stdout=StringIO())
    auditor = Client()
    auditor.force_login(User.objects.get(username="mp1-kiem-toan"))
    days = Scale(programmes=programmes).days

    for day in (days.amended, days.last):
        asked = f"?ngay={day:%d/%m/%Y}"
        home = figure_links(auditor.get(f"/{asked}").text)
        pages = {urlsplit(href).path for href, _ in home}
        links = home + [link for page in pages for link in figure_links(auditor.get(page + asked).text)]

        assert len(pages) == programmes
        assert {href: Reader(auditor.get(href).text).rows for href, _ in links} == dict(links)
