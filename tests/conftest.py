"""What tests of several folders share."""

import gc
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.commands import flush as django_flush
from django.db import IntegrityError, connection, transaction
from django.db.models import UniqueConstraint
from django.test import Client, override_settings
from hypothesis import settings

from programme.models import User
from smartcity.lib.log.foot import sealed_foot
from smartcity.lib.log.guard import recorded
from smartcity.management.commands import flush
from tests import emptied, kept_rows, migrated
from tests.factories import account_of_this_test
from tests.office import furnish
from tests.past_the_history import past_the_history

# The same examples in each run: what turns red was changed. No time limit, machines differ.
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The browser's modules take longest: begun last, one worker would wait for the other's."""
    items.sort(key=lambda item: "browser" not in item.path.parts)


def pytest_collection_finish():
    """What stands by now stays: it is not looked through for garbage again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def uploads_of_the_tests(tmp_path_factory):
    """What tests upload lies in a folder of theirs, never beside anybody's files."""
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files")):
        yield


@pytest.fixture(autouse=True)
def account_of_this_test_alone():
    yield
    account_of_this_test.cache_clear()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef, request):
    """What a module begins with is compared with its history once: within a test that would be undone with the test."""
    made = yield
    if fixturedef.scope == "module" and connection.vendor == "postgresql" and connection.in_atomic_block:
        with request.getfixturevalue("django_db_blocker").unblock():
            connection.check_constraints()
    return made


@pytest.fixture
def client_of(db):
    """Signs in without a password: ``client_of(user)`` or ``client_of("dau-moi")``."""

    # Whether it knows JSON, SQLite is asked once in a process: that is no question of the page that comes first.
    connection.features.supports_json_field  # noqa: B018

    def sign_in(user: User | str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=user) if isinstance(user, str) else user)
        return client

    return sign_in


@pytest.fixture(scope="session")
def rows_of_the_programmes():
    """The rows that ``real_programmes`` begins with; the first module that asks for them loads them."""
    return {}


@pytest.fixture(scope="module")
def real_programmes(django_db_setup, django_db_blocker, rows_of_the_programmes):
    """Both programmes of ``fixtures/``, there for all tests of a module; what a test changes is undone.

    A test with real transactions (``transaction=True``, ``live_server``) loads them itself.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        kept_rows.fill(rows_of_the_programmes, lambda: call_command("load_programmes", verbosity=0))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def assert_refused(db):
    """Breaks one constraint: the database refuses it by name, the form with its own sentence and code."""

    def check(record, rule, code, /, **change):
        model = type(record)
        constraint = next(constraint for constraint in model._meta.constraints if constraint.name == rule)
        in_the_database = rule
        # SQLite tells the columns of an index instead of its name.
        if isinstance(constraint, UniqueConstraint) and connection.vendor == "sqlite":
            columns = [model._meta.get_field(field).column for field in constraint.fields]
            in_the_database = ", ".join(f"{model._meta.db_table}.{column}" for column in columns)

        refused = pytest.raises(IntegrityError, match=re.escape(in_the_database) + "\\b")
        with refused, transaction.atomic(), recorded():
            model._base_manager.filter(pk=record.pk).update(**change)

        for field, value in change.items():
            setattr(record, field, value)
        with pytest.raises(ValidationError) as refusal:
            record.full_clean()
        told = [(error.message, error.code) for error in refusal.value.error_dict["__all__"]]
        assert (constraint.get_violation_error_message(), code) in told

    return check


@pytest.fixture
def at_once():
    """Runs functions at the same moment, each with its own connection; returns what came out, or was raised.

    All threads share one in-memory SQLite, which refuses whoever finds it busy instead of letting them wait.
    There they run one after the other: what its single write lock makes of them in a file.
    """

    def run(*functions):
        barrier = Barrier(len(functions))

        def outcome(function):
            try:
                return function()
            except ValidationError as refusal:
                return refusal

        def in_a_thread(function):
            try:
                connection.ensure_connection()
                barrier.wait(timeout=10)
                return outcome(function)
            finally:
                connection.close()

        if connection.vendor == "sqlite":
            return [outcome(function) for function in functions]
        with ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(in_a_thread, functions))

    return run


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    """Begin with a copy of the migrated database, where one is kept.

    A test server's thread gives its connection back after each request, or the database cannot be dropped.
    """
    connection.settings_dict["CONN_MAX_AGE"] = 0
    template = connection.settings_dict["TEST"]["TEMPLATE"]
    if connection.vendor == "sqlite" and (file := migrated.kept_file()).exists():
        with closing(migrated.copy_into_memory(file)):
            yield
        return
    if template:
        with django_db_blocker.unblock():
            migrated.make_template(template)
    yield


def _is_of_tests() -> bool:
    return connection.settings_dict["NAME"].startswith("test_")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """As pytest-django does it, where a test asks for a database; what SQLite migrated is kept for the next."""
    if connection.vendor == "sqlite" and connection.connection and not (file := migrated.kept_file()).exists():
        with django_db_blocker.unblock():
            migrated.keep(file)
    is_there = connection.connection if connection.vendor == "sqlite" else _is_of_tests()
    if is_there:
        # Asked once in a process: that is no question of the page that comes first.
        with django_db_blocker.unblock():
            sealed_foot()


@pytest.fixture(scope="session", autouse=True)
def tests_may_empty_their_database():
    """What nobody else can: after a test with real transactions, nothing of it may stay."""

    class Emptying(flush.Command):
        def handle(self, *args, **options):
            with past_the_history():
                return super().handle(*args, **options)

    patch = pytest.MonkeyPatch()
    patch.setattr(flush, "Command", Emptying)
    patch.setattr(django_flush, "sql_flush", emptied.statements)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def nobody_stays_connected(django_db_setup, django_db_blocker):
    """Whoever is still connected to PostgreSQL at the end is named, by what it did last: it would keep the database."""
    yield
    # Where no test asks for a database, none was made.
    if connection.vendor != "postgresql" or not _is_of_tests():
        return
    others = "SELECT state, xact_start, query_start, query FROM pg_stat_activity WHERE datname = current_database()"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"{others} AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
        left = cursor.fetchall()
    assert not left, left


@pytest.fixture(scope="module")
def office(real_programmes, django_db_blocker):
    """Both real programmes, the demonstration accounts, and of each kind of record one in each province."""
    with django_db_blocker.unblock():
        furnish()


@pytest.fixture
def officer(client_of, office):
    """The browser of an officer of Công an tỉnh, which leads NV-10."""
    return client_of("chuyen-vien")


@pytest.fixture
def coordinator(client_of, office):
    """The browser of an officer of Sở TT&TT, which coordinates the programme of Bà Rịa - Vũng Tàu."""
    return client_of("dau-moi")


@pytest.fixture
def administrator(client_of, office):
    return client_of("quan-tri")
