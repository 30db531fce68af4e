"""A crawl through three worlds: each figure that is a link opens exactly its rows, parts are their whole, days stay.

What is not a figure though it has digits is told in ``tests/crawl/figures.py``, each with its reason; a link of which
nothing can be told turns the crawl red.
"""

from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate

from programme.models import Programme, User
from smartcity.simulation.scale import Scale
from smartcity.simulation.training.province import build_training_province
from tasks.figures.reading import read_programmes
from tasks.figures.tasks_today import ALL, LISTED, OUT_OF_FORCE
from tasks.models import Task
from tests.crawl.crawler import Crawl
from tests.crawl.figures import READ
from tests.examples import examples

pytestmark = pytest.mark.django_db

PROGRAMMES = examples(1, all_of_them=24)
IS_LONG = PROGRAMMES > 1
SIZES = {"programmes": PROGRAMMES, "tasks": 20, "reports": 6, "ledger": 4, "assignments": 24}


@pytest.fixture(scope="module")
def worlds(real_programmes, django_db_blocker):
    """The real programmes, the province of training, and the simulated country, each with its accounts."""
    with django_db_blocker.unblock(), transaction.atomic():
        build_training_province(today=localdate())
        call_command("make_demo_accounts", stdout=StringIO())
        call_command("simulate", **SIZES, beside=True, stdout=StringIO())
        yield
        transaction.set_rollback(True)


def on(day: date, compared: date | None = None) -> dict[str, str]:
    days = {"ngay": f"{day:%d/%m/%Y}"}
    return days | {"so-voi": f"{compared:%d/%m/%Y}"} if compared else days


def ago(days: int) -> date:
    return localdate() - timedelta(days=days)


COUNTRY = Scale(programmes=PROGRAMMES).days
TODAY: dict[str, str] = {}
# How much of each kind: all in the long run, one otherwise; on other days and for others some.
MOST, SOME = (0 if IS_LONG else 1), 3
CRAWLS = [
    ("tap-huan-lanh-dao", TODAY, MOST),
    ("kiem-toan", on(date(2023, 6, 16), date(2021, 12, 31)), MOST),
    ("mp1-kiem-toan", on(COUNTRY.handed_over, COUNTRY.amended), MOST),
]
if IS_LONG:
    CRAWLS += [
        ("tap-huan-lanh-dao", on(ago(150)), SOME),
        ("tap-huan-lanh-dao", on(localdate(), ago(90)), SOME),
        ("tap-huan-lanh-dao", on(ago(150), ago(270)), SOME),
        ("tap-huan-dau-moi", TODAY, SOME),
        ("kiem-toan", TODAY, SOME),
        ("kiem-toan", on(date(2023, 6, 16)), SOME),
        ("kiem-toan", on(localdate(), date(2023, 6, 16)), SOME),
        ("lanh-dao", TODAY, SOME),
        ("dau-moi", TODAY, SOME),
        ("dau-moi-hd", TODAY, SOME),
        ("mp1-kiem-toan", TODAY, SOME),
        ("mp1-kiem-toan", on(COUNTRY.handed_over), SOME),
    ]


@pytest.mark.long
def test_every_figure_opens_its_rows_and_every_link_keeps_the_day(worlds):
    faults, read, followed, bars = {}, Counter(), Counter(), 0

    for username, days, most in CRAWLS:
        # Where one of a kind is enough, it is followed in whichever world it comes first.
        crawl = Crawl(username, days, pages=most, figures=most, followed=None if IS_LONG else followed).walk()
        faults[username, *days.values()] = crawl.faults
        read += crawl.read
        bars += crawl.bars

    assert {whose: found for whose, found in faults.items() if found} == {}
    assert READ - read.keys() == set()
    assert bars
    assert IS_LONG or len(followed) > 100


def test_list_of_tasks_counts_what_the_pages_of_all_programmes_count(worlds, client_of):
    auditor = User.objects.get(username="mp1-kiem-toan")
    days = read_programmes(Programme.objects.visible_to(auditor), as_of=localdate())

    counts = client_of(auditor).get("/quan-tri/tasks/task/").context["cl"].tasks.counts

    assert {key: counts[key] for key in LISTED} == {key: sum(day.counts[key] for day in days) for key in LISTED}
    assert counts["chuyen-tiep"] > 0
    assert counts[OUT_OF_FORCE] == Task.objects.visible_to(auditor).count() - counts[ALL] > 0
