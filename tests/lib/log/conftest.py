"""What those share who look at the log, and at what is done to it."""

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.lib.log.sealed_world import make_world


@pytest.fixture(scope="module")
def kept_world(django_db_setup, django_db_blocker):
    """A sealed world, committed as what is sealed must be; the database is emptied after the module."""
    with django_db_blocker.unblock():
        try:
            yield make_world()
        finally:
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=False)


@pytest.fixture
def world(kept_world, db):
    """The sealed world; whatever a test does to it is undone, and keys that it tore apart are not asked for."""
    with transaction.atomic():
        yield kept_world
        transaction.set_rollback(True)
