"""A copy of the database, restored into a server of its own, is written, sealed and verified on."""

import os
import subprocess
import sys
import tempfile

import pytest
from django.conf import settings
from django.db import connection

from smartcity.lib.log.checkpoints import checkpoint_now
from smartcity.lib.log.sealing import seal
from tests.factories import DatasetFactory
from tests.own_database import own_database
from tests.throwaway_postgres import find_programs, place, run_program, server_in, url_of

pytestmark = pytest.mark.django_db

CHANGE = """
from django.core.management import call_command
from smartcity.lib.records.history import signed_save
from tasks.models import Dataset
from programme.models import User
signed_save(Dataset.objects.get(name="Trước sao lưu"), by=User.objects.order_by("pk").first(), reason="Sau khôi phục")
call_command("audit", "seal")
"""


def dump(own, file):
    address = own.get_connection_params()
    own.close()
    program = [find_programs() / "pg_dump", "--format=custom", "-f", file]
    run_program([*program, "-h", address["host"], "-U", address["user"], address["dbname"]])


def restore(file, host, name):
    programs = find_programs()
    run_program([programs / "createdb", "-h", host, "-U", "postgres", name])
    run_program([programs / "pg_restore", "-h", host, "-U", "postgres", "-d", name, "--exit-on-error", file])


def manage(host, name, *arguments):
    """Exit code and all that is said by a command there."""
    environment = {**os.environ, "DATABASE_URL": url_of(host, name), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, settings.BASE_DIR / "manage.py", *arguments]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)  # noqa: S603
    return done.returncode, done.stdout + done.stderr


def test_restored_copy_goes_on_and_an_older_one_is_told_by_the_checkpoint(db, tmp_path):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no servers.")
    kept = tmp_path / "checkpoint.txt"
    with own_database(tmp_path) as own:
        DatasetFactory(name="Đã niêm phong")
        seal()
        dump(own, tmp_path / "older")
        DatasetFactory(name="Niêm phong sau")
        sealed = seal().seal.size
        kept.write_text(checkpoint_now(), encoding="utf-8")
        DatasetFactory(name="Trước sao lưu")
        dump(own, tmp_path / "newer")

    with tempfile.TemporaryDirectory(prefix="postgres-", dir=place()) as host, server_in(host):
        restore(tmp_path / "newer", host, "newer")
        restore(tmp_path / "older", host, "older")

        status, said = manage(host, "newer", "audit", "verify", "--checkpoint", str(kept))
        assert (status, f"{sealed} dòng niêm phong" in said, "Không có gì bị sửa" in said) == (0, True, True), said
        status, said = manage(host, "newer", "shell", "-c", CHANGE)
        assert status == 0, said
        status, said = manage(host, "newer", "audit", "verify", "--checkpoint", str(kept))
        assert (status, " 0 dòng chưa niêm phong" in said) == (0, True), said
        status, said = manage(host, "older", "audit", "verify", "--checkpoint", str(kept))
        assert (status, f"trái với mốc {sealed} dòng" in said, "bản sao lưu cũ hơn" in said) == (1, True, True), said
