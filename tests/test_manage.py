"""Commands work on the demonstration with nothing set; whoever sets something is asked for a key, as a server is."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

from programme.models import Programme, Role, User
from tasks.models import ProgressUpdate

KEPT = ("SECRET_KEY", "AUDIT_KEY_FILE", "DEBUG", "HTTPS", "DATABASE_URL", "MEDIA_ROOT")
REFUSAL = "SECRET_KEY must be set to a secret of at least 50 random characters"
KEY_REFUSAL = "AUDIT_KEY_FILE must be set to the file of the key that seals the history"


@pytest.fixture
def run(tmp_path):
    """Runs Python in a folder with ``manage.py`` and ``var/`` of its own, and no setting but those given."""
    shutil.copy(settings.BASE_DIR / "manage.py", tmp_path)
    (tmp_path / "var").mkdir()
    bare = {name: value for name, value in os.environ.items() if name not in {*KEPT, "DJANGO_SETTINGS_MODULE"}}

    def python(*arguments, **given):
        env = {**bare, "PYTHONPATH": str(settings.BASE_DIR), **given}
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)  # noqa: S603

    return python


@pytest.fixture
def demonstration(tmp_path, run):
    keys = [f"SECRET_KEY={settings.SECRET_KEY}", f"AUDIT_KEY_FILE={settings.AUDIT_KEY_FILE}"]
    lines = [*keys, "DEBUG=0", "HTTPS=0", "DATABASE_URL=sqlite:///demo?timeout=20"]
    (tmp_path / "var" / "demo.env").write_text("\n".join(lines) + "\n")


def test_command_runs_with_what_the_demonstration_runs_with(run, demonstration):
    told = run("manage.py", "diffsettings", "--output", "unified")

    assert told.returncode == 0, told.stderr
    assert f"+ SECRET_KEY = '{settings.SECRET_KEY}'" in told.stdout
    assert "'NAME': 'demo'" in told.stdout


def test_command_without_a_demonstration_is_refused(run):
    told = run("manage.py", "check")

    assert told.returncode != 0
    assert REFUSAL in told.stderr


def test_command_for_another_database_is_not_run_with_the_key_of_the_demonstration(run, demonstration):
    told = run("manage.py", "check", DATABASE_URL="sqlite:///another")

    assert told.returncode != 0
    assert REFUSAL in told.stderr


def test_server_never_reads_what_the_demonstration_runs_with(run, demonstration):
    told = run("-c", "import smartcity.wsgi")

    assert told.returncode != 0
    assert REFUSAL in told.stderr


@pytest.mark.parametrize("path", ["", "none.pem", ".", "manage.py/audit-key.pem"])
def test_server_without_the_file_of_its_audit_key_is_not_started(run, path):
    told = run("-c", "import smartcity.wsgi", SECRET_KEY=settings.SECRET_KEY, AUDIT_KEY_FILE=path)

    assert told.returncode != 0
    assert KEY_REFUSAL in told.stderr
    assert "python -m smartcity.lib.seal.signing_key FILE makes one" in told.stderr


@pytest.mark.parametrize(
    ("mode", "text", "sentence"),
    [(0o644, "key", "có quyền 644: người dùng khác của máy mở được"), (0o600, "none", "không phải là khóa riêng")],
)
def test_server_is_not_started_with_a_key_that_others_can_read_or_that_is_none(run, tmp_path, mode, text, sentence):
    path = tmp_path / "audit-key.pem"
    path.write_bytes(settings.AUDIT_KEY_FILE.read_bytes() if text == "key" else b"none")
    path.chmod(mode)

    told = run("-c", "import smartcity.wsgi", SECRET_KEY=settings.SECRET_KEY, AUDIT_KEY_FILE="audit-key.pem")

    assert told.returncode != 0
    assert sentence in told.stderr


def test_developer_needs_no_key_to_start(run):
    told = run("manage.py", "check", DEBUG="1")

    assert told.returncode == 0, told.stderr


@pytest.mark.django_db
def test_demonstration_is_prepared_in_one_go_and_loads_nothing_twice(real_programmes, capsys):
    call_command("prepare_demo")
    first = capsys.readouterr().out
    before = User.history.count(), Programme.objects.count(), ProgressUpdate.objects.count()
    call_command("prepare_demo")
    second = capsys.readouterr().out

    assert "Dữ liệu đã có, không nạp thêm." in first
    assert {"dau-moi", "kiem-toan"} <= set(User.objects.values_list("username", flat=True))
    assert "Đã lập tỉnh mẫu để tập huấn." in first
    assert "Tỉnh mẫu để tập huấn đã có, giữ nguyên." in second
    assert (User.history.count(), Programme.objects.count(), ProgressUpdate.objects.count()) == before
    trainees = User.objects.get_queryset().filter(username__startswith="tap-huan-", is_active=True)
    may_sign_in = [person for person in trainees if person.has_usable_password()]
    assert {person.role for person in may_sign_in} == set(Role)
    assert all(person.username in second and person.check_password("demo-2026") for person in may_sign_in)
