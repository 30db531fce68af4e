"""``manage.py`` after the demonstration, and the server without a key of its own."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.both_databases

KEY = "0123456789abcdefghijklmnopqrstuvwxyz-0123456789-demonstration"


@pytest.fixture
def run(tmp_path):
    """Run Python in a copy of the project's top that has a demonstration behind it; nothing is set but ``said``."""
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    (tmp_path / "var").mkdir()
    lines = [f"SECRET_KEY={KEY}", "DEBUG=0", "HTTPS=0", f"DATABASE_URL=sqlite:///{tmp_path}/demo.sqlite3"]
    (tmp_path / "var" / "demo.env").write_text("\n".join(lines) + "\n")

    def run_python(*arguments, **said):
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.run(  # noqa: S603
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={**kept, "PYTHONPATH": str(settings.BASE_DIR), **said},
            capture_output=True,
            text=True,
        )

    return run_python


def test_commands_work_after_the_demonstration_with_nothing_set(run, tmp_path):
    answer = run("manage.py", "diffsettings", "--default", "django.conf.global_settings")

    assert KEY in answer.stdout
    assert f"{tmp_path}/demo.sqlite3" in answer.stdout


def test_whoever_says_what_to_run_with_is_not_given_the_demonstration_s_key(run):
    answer = run("manage.py", "check", DATABASE_URL="sqlite://:memory:")

    assert answer.returncode != 0
    assert "SECRET_KEY must be set" in answer.stderr


def test_server_refuses_to_start_without_a_key_of_its_own(run):
    answer = run("-c", "import smartcity.wsgi")

    assert answer.returncode != 0
    assert "SECRET_KEY must be set" in answer.stderr
