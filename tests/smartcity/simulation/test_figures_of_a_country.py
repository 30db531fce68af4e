"""Every figure of a simulated country opens exactly the rows that it counts, on pages and in the admin's list."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import localdate

from programme.models import Programme, User
from smartcity.simulation.scale import Scale
from tasks.figures.reading import read_programmes
from tasks.figures.tasks_today import ALL, LISTED, OUT_OF_FORCE
from tasks.models import Task
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


def test_list_of_tasks_counts_what_the_pages_of_a_simulated_country_count():
    sizes = {"programmes": 2, "tasks": 20, "reports": 6, "ledger": 4, "assignments": 4}
    call_command("simulate", **sizes, stdout=StringIO())
    auditor = Client()
    auditor.force_login(User.objects.get(username="mp1-kiem-toan"))

    changelist = auditor.get("/quan-tri/tasks/task/").context["cl"]

    counts, days = changelist.tasks.counts, read_programmes(Programme.objects.all(), as_of=localdate())
    assert {key: counts[key] for key in LISTED} == {key: sum(day.counts[key] for day in days) for key in LISTED}
    assert counts["chuyen-tiep"] > 0
    assert counts[OUT_OF_FORCE] == Task.objects.count() - counts[ALL] > 0
    for key in ("hoan-thanh", "chuyen-tiep", OUT_OF_FORCE):
        opened = auditor.get("/quan-tri/tasks/task/", {"loc": key}).context["cl"]
        assert len(opened.result_list) == opened.result_count == counts[key]
