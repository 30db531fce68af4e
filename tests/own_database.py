"""A database beside that of the tests, copied from the migrated one: what a test makes of its tables goes with it."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests import migrated


@contextmanager
def own_database(folder: Path) -> Iterator[BaseDatabaseWrapper]:
    """Inside, the default connection leads there."""
    usual = connections["default"]
    made = _on_sqlite if usual.vendor == "sqlite" else _on_postgresql
    with made(usual, folder) as (name, is_migrated):
        own = connections.create_connection("default")
        own.settings_dict = {**own.settings_dict, "NAME": name}
        connections["default"] = own
        try:
            if not is_migrated:
                call_command("migrate", verbosity=0)
            yield own
        finally:
            own.close()
            connections["default"] = usual


@contextmanager
def _on_sqlite(usual: BaseDatabaseWrapper, folder: Path) -> Iterator[tuple[str, bool]]:
    # None is kept before the first test that asks for the tests' own database: there may be none in this run.
    name, file = folder / "own.sqlite3", migrated.kept_file()
    if is_kept := file.exists():
        with (
            closing(sqlite3.connect(name)) as target,
            closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as kept,
        ):
            kept.backup(target)
    yield str(name), is_kept


@contextmanager
def _on_postgresql(usual: BaseDatabaseWrapper, folder: Path) -> Iterator[tuple[str, bool]]:
    name, template = f"own_{secrets.token_hex(4)}", usual.settings_dict["TEST"]["TEMPLATE"]
    with usual._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        yield name, bool(template)
    finally:
        with usual._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
