"""Commands that the libraries bring: none writes past the history, and those that make accounts sign what they do."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError

from programme.models import Role, User
from tests.factories import AgencyFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PASSWORD = "sông Hương chảy qua Huế"


def typing(monkeypatch, *answers):
    """Someone at the keyboard, who types these one after the other."""
    typed = iter(answers)
    monkeypatch.setattr("getpass.getpass", lambda prompt="", stream=None: next(typed))


def run(name, *args, **options):
    out, err = StringIO(), StringIO()
    call_command(name, *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("name", "args", "word"),
    [
        ("clean_old_history", ["--auto", "--days", "0"], "bằng chứng"),
        ("clean_duplicate_history", ["--auto"], "không dòng nào được xóa"),
        ("populate_history", ["--auto"], "không ai ký"),
        ("loaddata", ["tinh.json"], "không có người ký"),
        ("flush", ["--no-input"], "xóa mọi bản ghi"),
    ],
)
def test_command_that_writes_past_the_history_is_refused_with_its_reason(name, args, word):
    agency = AgencyFactory()
    before = list(agency.history.values_list("pk", flat=True))

    with pytest.raises(CommandError, match=word) as refusal:
        run(name, *args)

    assert refusal.value.returncode != 0
    assert list(agency.history.values_list("pk", flat=True)) == before
    assert get_commands()[name] == "smartcity"


def test_changepassword_sets_a_password_and_is_signed_by_who_set_it(monkeypatch):
    person, administrator = UserFactory(username="lan"), UserFactory(role=Role.ADMINISTRATOR, agency=None)
    typing(monkeypatch, PASSWORD, PASSWORD)

    run("changepassword", "Lan", by=administrator.username)

    assert authenticate(None, username="lan", password=PASSWORD) == person
    row = person.history.latest()
    assert row.history_user == administrator
    assert "changepassword" in row.history_change_reason


def test_changepassword_by_nobody_named_is_signed_by_the_system(monkeypatch):
    person = UserFactory(username="lan")
    typing(monkeypatch, PASSWORD, PASSWORD)

    run("changepassword", "lan")

    assert person.history.latest().history_user.username == "he-thong"


def test_changepassword_holds_to_the_rules_of_passwords(monkeypatch):
    person = UserFactory(username="lan")
    before = person.history.count()
    typing(monkeypatch, "123", "123", PASSWORD, "khác", "lan", "lan")

    with pytest.raises(CommandError, match="Mật khẩu cũ vẫn dùng được"):
        run("changepassword", "lan")

    assert person.history.count() == before


def test_changepassword_of_nobody_says_so():
    with pytest.raises(CommandError, match="Không có tài khoản «ai-do»"):
        run("changepassword", "ai-do")


def first_account(monkeypatch, password):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    run("createsuperuser", interactive=False, username="Quan.Tri", full_name="Trần Văn Quản")


def test_createsuperuser_makes_an_administrator_who_signs_for_it_and_can_sign_in(monkeypatch):
    first_account(monkeypatch, PASSWORD)

    person = User.objects.get()
    assert (person.username, person.role) == ("quan.tri", Role.ADMINISTRATOR)
    assert authenticate(None, username="Quan.Tri", password=PASSWORD) == person
    assert person.history.get().history_user == person


def test_createsuperuser_holds_to_the_rules_of_passwords(monkeypatch):
    with pytest.raises(CommandError):
        first_account(monkeypatch, "123")

    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["clearsessions", "remove_stale_contenttypes"])
def test_command_that_tidies_the_library_s_own_tables_leaves_ours_alone(name):
    agency = AgencyFactory()

    run(name, *(["--no-input"] if name == "remove_stale_contenttypes" else []))

    assert agency.history.exists()


def test_drf_create_token_makes_a_token_of_a_person():
    UserFactory(username="lan")

    out, _ = run("drf_create_token", "lan")

    assert "lan" in out
