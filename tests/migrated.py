"""The migrated database, made once and copied by each worker: on SQLite from a file, on PostgreSQL from a template.

What a copy lacks is migrated by the test runner as always; so a copy can save time, but hide nothing.
"""

import os
import re
import sqlite3
import tempfile
from contextlib import closing
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

OWN_IMPORT = re.compile(r"^(?:from|import) ((?:programme|tasks|meetings|smartcity)\b[\w.]*)", re.MULTILINE)


def fingerprint() -> str:
    """Of all migrations, and of the modules of ours that they name."""
    found = [path for app in apps.get_app_configs() for path in sorted(Path(app.path, "migrations").glob("*.py"))]
    named = {name for path in found for name in OWN_IMPORT.findall(path.read_text())}
    found += [Path(spec.origin) for name in sorted(named) if (spec := find_spec(name)) and spec.origin]
    texts = [f"{path.name} {sha256(path.read_bytes()).hexdigest()}" for path in found]
    return sha256("\n".join([sqlite3.sqlite_version, *texts]).encode()).hexdigest()[:16]


def kept_file() -> Path:
    return settings.BASE_DIR / "var" / "migrated" / f"{fingerprint()}.sqlite3"


def copy_into_memory(file: Path) -> sqlite3.Connection:
    """Fill the database in memory that the test runner is about to open; it lasts as long as this connection."""
    memory = sqlite3.connect(connection.creation._get_test_db_name(), uri=True)
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as kept:
        kept.backup(memory)
    return memory


def keep(file: Path) -> None:
    """Keep the database just migrated, for this run's other workers and for later runs; older ones go."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent)
    os.close(descriptor)
    with closing(sqlite3.connect(name)) as target:
        connection.connection.backup(target)
    Path(name).replace(file)
    for other in file.parent.glob("*.sqlite3"):
        if other != file:
            other.unlink(missing_ok=True)


def make_template(name: str) -> None:
    """Migrate PostgreSQL's template, if no other worker did; they wait for each other."""
    address = {**connection.get_connection_params(), "dbname": "postgres"}
    address.pop("cursor_factory", None)
    address.pop("options", None)
    with closing(psycopg2.connect(**address)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(1)")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return
            cursor.execute(f'CREATE DATABASE "{name}"')
            before = connection.settings_dict["NAME"]
            connection.close()
            connection.settings_dict["NAME"] = name
            try:
                call_command("migrate", verbosity=0)
            finally:
                connection.close()
                connection.settings_dict["NAME"] = before
