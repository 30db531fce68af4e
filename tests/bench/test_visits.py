"""What ``make bench`` asks for is there, on a country small enough for a test."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from smartcity.simulation.scale import Scale
from tests.bench.browsers import InnerBrowser
from tests.bench.kept import DERIVING, ROOT, key_of
from tests.bench.measure import counted
from tests.bench.plans import plans
from tests.bench.visits import visits
from tests.examples import examples

pytestmark = pytest.mark.django_db


# What each page asks the database, with the session and who is signed in: however many programmes there are.
QUERIES = {
    "floor": 3,
    "portfolio": 8,
    "portfolio_as_of": 8,
    "programme": 12,
    "gantt": 11,
    "task": 11,
    "board": 8,
    "admin_tasks": 8,
    "admin_search": 7,
    # One for each kind of records.
    "search": 12,
    "search_short": 12,
    "my_work": 12,
    "save": 22,
    # Two acts: what was checked is kept, then sent.
    "report": 60,
    # Three of them see that there is nothing to seal before it goes out; the last notes who took it.
    "csv": 14,
    # One sees that it is noted that it was read in this hour.
    "figures_api": 9,
}
WRITING = {"save", "report"}


def simulate(programmes=1):
    call_command("simulate", programmes=programmes, tasks=40, reports=8, assignments=20, stdout=StringIO())


@pytest.mark.long
@pytest.mark.parametrize("programmes", [3, 1, 20][: examples(1, all_of_them=3)])
def test_every_page_asks_as_much_as_its_budget(programmes):
    simulate(programmes)

    with override_settings(ROOT_URLCONF="tests.bench.urls"):
        found = {visit.name: counted(visit) for visit in visits()}

    # Who writes, locks on PostgreSQL alone.
    same = QUERIES.keys() - (WRITING if connection.vendor == "sqlite" else set())
    assert {name: found[name]["queries"] for name in same} == {name: QUERIES[name] for name in same}
    assert found.keys() == QUERIES.keys()
    assert all(visit["kib"] or name == "save" for name, visit in found.items())
    assert all(plan for _, plan in plans())


def test_whoever_writes_can_write_again():
    simulate()

    with override_settings(ROOT_URLCONF="tests.bench.urls"):
        for visit in visits():
            for number, user in enumerate(visit.people[:3] if visit.name in WRITING else []):
                work = visit.begin(InnerBrowser(user), number)

                assert [work().status for _ in range(2)]


def test_kept_country_is_built_anew_after_a_change_of_what_derives_its_rows():
    keeping = (ROOT / "tasks/operations/task_days.py").read_text()

    assert set(re.findall(r"^from tasks\.(\w+) import", keeping, re.M)) - {"models"} <= set(DERIVING)


def test_kept_country_is_that_of_its_size_and_seed():
    assert len({key_of(Scale()), key_of(Scale(seed=2)), key_of(Scale(tasks=100))}) == 3
