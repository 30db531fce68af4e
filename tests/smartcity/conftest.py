"""What the tests of both worlds share."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import localdate

from tests import kept_rows, one_of_each
from tests.office import furnish
from tests.two_worlds import Worlds


@pytest.fixture(scope="session")
def kept_worlds():
    """The rows that ``worlds`` begins with, and what is known of them; the first module that asks makes them."""
    return {}, []


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker, rows_of_the_programmes, kept_worlds):
    """The real programmes with a record of every kind, and the training province beside them."""
    rows, found = kept_worlds

    def make():
        kept_rows.fill(rows_of_the_programmes, lambda: call_command("load_programmes", verbosity=0))
        furnish()
        one_of_each.make()
        found.append(Worlds(localdate()))

    with django_db_blocker.unblock(), transaction.atomic():
        kept_rows.fill(rows, make)
        yield found[0]
        transaction.set_rollback(True)
