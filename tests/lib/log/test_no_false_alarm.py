"""Honest work, however it crosses, is never taken for tampering, and all of it is sealed."""

import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from programme.models import Agency, Province
from smartcity.lib.log.checkpoints import checkpoint_now, read_checkpoint
from smartcity.lib.log.models import LogEntry, Seal, SealedEntry
from smartcity.lib.log.sealing import seal
from smartcity.lib.log.verifying.verify import verify
from smartcity.lib.records.history import signed_save
from tests.examples import examples
from tests.factories import ProvinceFactory, TaskFactory, UserFactory
from tests.lib.log.honest_work import UNDONE, Writer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def writers(count: int) -> list[Writer]:
    shared = [ProvinceFactory() for _ in range(3)]
    return [
        Writer(
            name="ABCD"[place],
            people=[UserFactory() for _ in range(3)],
            task=TaskFactory(),
            home=ProvinceFactory(),
            shared=shared,
            chance=random.Random(place),
        )
        for place in range(count)
    ]


@pytest.mark.long
def test_random_honest_work_of_four_is_never_taken_for_tampering(at_once):
    of_each = examples(15, all_of_them=2_500)
    four = writers(4)
    seal()
    checkpoint = read_checkpoint(checkpoint_now())
    done = Event()
    found = []

    def look():
        """While the others write: sealing what has ended, and checking all."""
        while True:
            is_last = done.is_set()
            seal()
            found.extend(verify(connection, checkpoint=checkpoint).faults)
            # Each look reads all that is there: the more there will be, the fewer of them.
            if is_last or connection.vendor == "sqlite" or done.wait(of_each / 100):
                return

    def write():
        try:
            at_once(*[partial(writer.work, of_each) for writer in four])
        finally:
            done.set()

    write_and_look(write, look)
    seal()
    report = verify(connection, checkpoint=checkpoint)

    assert found == []
    assert report.faults == []
    assert report.unsealed == 0
    assert report.sealed == LogEntry.objects.count() == SealedEntry.objects.count() > 4 * of_each / 2
    assert Seal.objects.count() > 2
    assert not Agency.history.filter(name__contains=UNDONE).exists()


def write_and_look(write, look) -> None:
    """Looking goes on beside the writers; on SQLite, which is one connection here, after them."""
    if connection.vendor == "sqlite":
        write()
        look()
        return

    def looking():
        try:
            look()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        looked = pool.submit(looking)
        write()
        looked.result()


@pytest.fixture
def elsewhere():
    """Runs functions in another thread, whose connection stays in one transaction until it is told to commit."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time.")

    def begin():
        transaction.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")

    with ThreadPoolExecutor(1) as pool:

        def run(function):
            return pool.submit(function).result(timeout=30)

        run.begin = lambda: run(begin)
        run.commit = lambda: run(transaction.commit)
        yield run
        run(lambda: connection.close())


def renamed(province: Province, name: str) -> LogEntry:
    province.name = name
    signed_save(province, by=province.person)
    return LogEntry.objects.order_by("number").last()


@pytest.fixture
def two_provinces():
    found = [ProvinceFactory(), ProvinceFactory()]
    for province in found:
        province.person = UserFactory()
    seal()
    return found


def test_open_transaction_keeps_what_came_after_it_from_being_sealed_and_nothing_is_lost(elsewhere, two_provinces):
    ours, theirs = two_provinces
    elsewhere.begin()
    late = elsewhere(lambda: renamed(theirs, "Tỉnh của họ"))
    early = renamed(ours, "Tỉnh của ta")

    assert seal().added == 0
    assert verify(connection).faults == []
    assert verify(connection).unsealed == 1

    elsewhere.commit()

    assert seal().added == 2
    assert set(SealedEntry.objects.order_by("-position").values_list("entry", flat=True)[:2]) == {late.pk, early.pk}
    assert verify(connection).faults == []


def test_row_with_the_lower_number_that_is_committed_later_is_sealed_in_a_later_block(elsewhere, two_provinces):
    ours, theirs = two_provinces
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Ours is the older transaction, and writes later.
            cursor.execute("SELECT pg_current_xact_id()")
        elsewhere.begin()
        theirs_first = elsewhere(lambda: renamed(theirs, "Tỉnh của họ"))
        ours_then = renamed(ours, "Tỉnh của ta")
    assert theirs_first.number < ours_then.number
    assert theirs_first.transaction > ours_then.transaction

    assert seal().added == 1
    assert SealedEntry.objects.order_by("position").last().entry_id == ours_then.pk
    assert verify(connection).faults == []

    elsewhere.commit()

    assert verify(connection).faults == []
    assert seal().added == 1
    assert SealedEntry.objects.order_by("position").last().entry_id == theirs_first.pk
    assert verify(connection).faults == []
    assert verify(connection).unsealed == 0


def test_transaction_in_another_database_of_the_server_keeps_nothing_from_being_sealed(two_provinces):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time.")
    elsewhere = connection.copy()
    elsewhere.settings_dict = connection.settings_dict | {"NAME": "postgres"}
    try:
        elsewhere.set_autocommit(False)
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        renamed(two_provinces[0], "Tỉnh của ta")

        assert seal().added == 1
        assert verify(connection).faults == []
    finally:
        elsewhere.close()


def test_what_is_sealed_inside_a_transaction_that_goes_on_misses_nothing_of_it(two_provinces):
    """A report is sealed where it is written: what follows in the same transaction comes into a later block."""
    ours, theirs = two_provinces
    with transaction.atomic():
        renamed(ours, "Tỉnh trước")
        seal()
        renamed(theirs, "Tỉnh sau")

    seal()

    assert verify(connection).faults == []
    assert verify(connection).unsealed == 0
