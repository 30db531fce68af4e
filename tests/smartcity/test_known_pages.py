"""Each page, asked for what was known at a moment, is what it was at that moment."""

import random

import pytest
from django.core.management import call_command

from meetings.operations.extended_days import count_extended_differences
from programme.models import Programme, User
from smartcity.lib.log.known.marks import mark_of
from smartcity.lib.log.known.reading import known_at
from smartcity.lib.log.sealing import seal
from smartcity.lib.pages.known.present import OF_THE_PRESENT
from tasks.operations.task_days import count_differences
from tests import one_of_each, site_map
from tests.examples import examples
from tests.known_pages import edits, fetched
from tests.office import furnish
from tests.own_database import own_database

pytestmark = pytest.mark.both_databases
EDITS = 30


@pytest.fixture
def furnished(tmp_path, django_db_setup, django_db_blocker):
    """The demonstration with a record of every kind, in a database of its own: what is sealed has ended."""
    with django_db_blocker.unblock(), own_database(tmp_path):
        call_command("load_programmes", verbosity=0)
        furnish()
        one_of_each.make()
        yield


@pytest.mark.parametrize("seed", range(examples(1, all_of_them=20)))
def test_every_page_at_a_moment_is_what_it_was_then(furnished, seed):
    chance, editor = random.Random(seed), User.objects.get(username="quan-tri")
    # Whoever is not signed in is shown no records, but their calendar by a secret address: it is of the present.
    # So are the log of access, in which each of these visits may leave a row, and a package of what is sealed.
    # And what was found in a file that was sent in, which no history has.
    entries = [
        entry
        for entry in site_map.entries()
        if entry.role and not entry.path.startswith(OF_THE_PRESENT) and entry.name != "imported_file_errors"
    ]
    made = edits(chance, editor, 5)
    block = seal().seal.number
    then = [fetched(entry) for entry in entries]
    made += edits(chance, editor, EDITS)
    seal()

    is_moved = any(fetched(entry) != was for entry, was in zip(entries, then, strict=True))
    others = {
        f"{entry.role} {entry.path}": first_difference(was, now)
        for entry, was in zip(entries, then, strict=True)
        if (now := fetched(entry, f"khoi-{block}")) != was
    }

    assert others == {}, made
    assert is_moved, "the edits moved no page: nothing was tested"
    with known_at(mark_of(block)):
        programmes = Programme.objects.values_list("pk", flat=True)
        assert {code: count_differences(code) for code in programmes if count_differences(code)} == {}
        assert count_extended_differences() == 0


def first_difference(was: tuple[int, str], now: tuple[int, str]) -> str:
    if was[0] != now[0]:
        return f"{was[0]} → {now[0]}"
    pairs = zip([*was[1].splitlines(), ""], [*now[1].splitlines(), ""], strict=False)
    return next((f"{old[:150]} → {new[:150]}" for old, new in pairs if old != new), "longer or shorter")
