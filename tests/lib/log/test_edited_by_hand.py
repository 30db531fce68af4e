"""A file of SQLite that somebody opens with another program: what they change behind the triggers is found."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection

from smartcity.lib.language.text import COLLATION
from tests.lib.log.sealed_world import make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def world(transactional_db):
    if connection.vendor != "sqlite":
        pytest.skip("A file of SQLite.")
    return make_world()


@pytest.fixture
def file(world, tmp_path):
    """The world, in a file."""
    path = tmp_path / "site.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
    return path


@pytest.fixture
def verify(file):
    """Runs the command on the file, as somebody at the server does."""
    here = {
        "DJANGO_SETTINGS_MODULE": "smartcity.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "AUDIT_KEY_FILE": str(settings.AUDIT_KEY_FILE),
        "DATABASE_URL": f"sqlite:///{file}",
        "DEBUG": "0",
        "HTTPS": "0",
    }

    def run(*arguments):
        command = [sys.executable, "manage.py", "audit", "verify", *map(str, arguments)]
        env = os.environ | here
        return subprocess.run(command, cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False)  # noqa: S603

    return run


def by_hand(file, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as opened:
        # Columns of names ask for it.
        opened.create_collation(COLLATION, lambda one, other: (one > other) - (one < other))
        for statement in statements:
            opened.execute(statement)
        opened.commit()


def test_history_and_record_edited_by_hand_are_named(world, file, verify):
    edit = f"UPDATE programme_historicalprovince SET name = 'Tỉnh khác' WHERE id = {world.province.pk}"
    with pytest.raises(sqlite3.IntegrityError, match="Lịch sử và nhật ký không sửa"):
        by_hand(file, edit)
    untouched = verify()
    assert (untouched.returncode, untouched.stderr) == (0, "")

    drop = "DROP TRIGGER programme_historicalprovince_kept_update"
    by_hand(file, drop, edit, f"UPDATE tasks_task SET code = 'NV-99' WHERE id = {world.task.pk}")
    edited = verify()

    assert edited.returncode == 1
    for row in world.province.history.order_by("history_id")[:4]:
        assert f"programme_historicalprovince {row.history_id} (bản ghi {world.province.pk}, nhật ký " in edited.stderr
    assert f"tasks_task {world.task.pk}: khác với lịch sử mới nhất ở cột code" in edited.stderr
    assert "trigger programme_historicalprovince_kept_update: thiếu" in edited.stderr


def test_tail_cut_by_hand_contradicts_the_checkpoint(world, file, verify, tmp_path):
    checkpoint = tmp_path / "moc.txt"
    checkpoint.write_text(world.checkpoint)
    kept = (
        "smartcity_seal smartcity_sealedentry smartcity_logentry programme_historicalprovince programme_historicaluser"
    )
    by_hand(
        file,
        *(f"DROP TRIGGER {table}_kept_delete" for table in kept.split()),
        "DELETE FROM smartcity_seal WHERE number = 2",
        "DELETE FROM smartcity_sealedentry WHERE position >= (SELECT size FROM smartcity_seal)",
    )

    cut = verify("--checkpoint", checkpoint)

    assert cut.returncode == 1
    assert "trái với mốc" in cut.stderr
    assert "đuôi bị cắt, hoặc khôi phục từ bản sao lưu cũ hơn" in cut.stderr
