"""The key's file: made once for its owner alone, and refused, with what to do, wherever others may have had it."""

import base64
import os
import re
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings

from smartcity.lib.seal.signing_key import (
    KeyFileExists,
    KeyFileMissing,
    KeyFileNotMade,
    KeyFileOfAnother,
    KeyFileOpenToOthers,
    KeyFileUnreadable,
    NotAPrivateKey,
    NotAPublicKey,
    key_id,
    make_key_file,
    origin_of,
    public_key_text,
    read_key_file,
    read_public_key,
)

# The example of RFC 8410, section 10.3: what openssl makes looks the same.
EXAMPLE = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
-----END PRIVATE KEY-----
"""
EXAMPLE_PUBLIC = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"
PEM = (Encoding.PEM, PrivateFormat.PKCS8)
OURS = Ed25519PrivateKey.generate()


@pytest.fixture
def key_file(tmp_path):
    """A file with the given bytes, for its owner alone."""

    def write(content: bytes, mode: int = 0o600):
        path = tmp_path / "khoa.pem"
        path.write_bytes(content)
        path.chmod(mode)
        return path

    return write


def assert_told(refusal, *parts):
    sentences = str(refusal.value)
    assert re.search(r"[À-ỹ].*\.$", sentences)
    assert all(str(part) in sentences for part in parts), sentences


def test_new_key_is_read_back_and_nobody_else_may_open_it(tmp_path):
    path = tmp_path / "khoa.pem"
    before = os.umask(0)
    try:
        made = make_key_file(path)
    finally:
        os.umask(before)

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key_file(path).private_bytes_raw() == made.private_bytes_raw()


def test_new_key_can_be_read_whatever_the_umask(tmp_path):
    before = os.umask(0o777)
    try:
        make_key_file(tmp_path / "khoa.pem")
    finally:
        os.umask(before)

    assert read_key_file(tmp_path / "khoa.pem")


def test_two_keys_are_never_the_same(tmp_path):
    first, second = make_key_file(tmp_path / "1.pem"), make_key_file(tmp_path / "2.pem")

    assert first.private_bytes_raw() != second.private_bytes_raw()


def test_key_that_is_there_is_never_written_over(key_file):
    path = key_file(EXAMPLE)

    with pytest.raises(KeyFileExists) as refusal:
        make_key_file(path)

    assert_told(refusal, path)
    assert path.read_bytes() == EXAMPLE


def test_new_key_does_not_follow_a_link_to_elsewhere(tmp_path):
    (tmp_path / "khoa.pem").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(KeyFileExists):
        make_key_file(tmp_path / "khoa.pem")

    assert not (tmp_path / "elsewhere").exists()


def test_key_in_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(KeyFileNotMade) as refusal:
        make_key_file(tmp_path / "none" / "khoa.pem")

    assert_told(refusal, tmp_path / "none" / "khoa.pem")


def test_key_made_by_openssl_is_read(key_file):
    key = read_key_file(key_file(EXAMPLE))

    assert key.public_key().public_bytes_raw().hex() == EXAMPLE_PUBLIC


def test_key_is_read_through_a_link_as_secrets_are_mounted(key_file, tmp_path):
    (tmp_path / "link.pem").symlink_to(key_file(EXAMPLE))

    assert read_key_file(tmp_path / "link.pem")


@pytest.mark.parametrize("place", ["none.pem", "none/khoa.pem", "khoa.pem/khoa.pem"])
def test_missing_key_is_told_and_where_it_comes_from(key_file, place):
    path = key_file(EXAMPLE).parent / place

    with pytest.raises(KeyFileMissing) as refusal:
        read_key_file(path)

    assert_told(refusal, path, "bản lưu", "python -m smartcity.lib.seal.signing_key")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o777])
def test_key_that_others_may_open_is_refused(key_file, mode):
    path = key_file(EXAMPLE, mode)

    with pytest.raises(KeyFileOpenToOthers) as refusal:
        read_key_file(path)

    assert_told(refusal, path, f"quyền {mode:o}", "chmod 600")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_key_that_its_owner_alone_may_open_is_read(key_file, mode):
    assert read_key_file(key_file(EXAMPLE, mode))


def test_key_of_another_user_of_the_machine_is_refused(key_file, monkeypatch):
    path = key_file(EXAMPLE)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

    with pytest.raises(KeyFileOfAnother) as refusal:
        read_key_file(path)

    assert_told(refusal, path, f"người dùng số {owner} ", f"(số {owner + 1})", "chown")


def test_key_that_cannot_be_opened_is_told(key_file, monkeypatch):
    path = key_file(EXAMPLE)

    def refuse(*args):
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(KeyFileUnreadable) as refusal:
        read_key_file(path)

    assert_told(refusal, path, "quyền 600")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x00\xff\xfe" * 9, id="anything"),
        pytest.param(EXAMPLE[:70], id="cut short"),
        pytest.param(EXAMPLE.replace(b"MC4C", b"MC5C"), id="damaged"),
        pytest.param(b"A" * 1_000_000, id="large"),
        pytest.param(OURS.private_bytes(*PEM, BestAvailableEncryption(b"secret")), id="behind a password"),
        pytest.param(generate_private_key(SECP256R1()).private_bytes(*PEM, NoEncryption()), id="another kind"),
        pytest.param(
            OURS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), id="the public key"
        ),
        pytest.param(
            OURS.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), id="the right key in another form"
        ),
    ],
)
def test_file_that_is_no_key_is_told_without_what_stands_in_it(key_file, content):
    path = key_file(content)

    with pytest.raises(NotAPrivateKey) as refusal:
        read_key_file(path)

    assert_told(refusal, path, "Ed25519")
    assert "MC4C" not in str(refusal.value)


def test_folder_or_pipe_in_place_of_the_key_is_told_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(NotAPrivateKey):
            read_key_file(path)


def test_key_id_is_the_one_that_other_programs_find():
    """The verifier's key in the documentation of Go's package note: PeterNeumann+c74f20a3+…"""
    key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]

    assert key_id("PeterNeumann", Ed25519PublicKey.from_public_bytes(key)).hex() == "c74f20a3"


def test_public_key_on_one_line_is_read_back_and_names_the_installation():
    public_key = OURS.public_key()
    line = public_key_text(public_key)

    name, number, _ = line.split("+", 2)
    assert name == origin_of(public_key)
    assert re.fullmatch(r"smartcity-tracker/[0-9a-f]{16}", name)
    assert number == key_id(name, public_key).hex()
    assert read_public_key(f"  {line}\n") == public_key


def test_each_key_names_another_installation():
    assert origin_of(OURS.public_key()) != origin_of(Ed25519PrivateKey.generate().public_key())


def test_damaged_public_key_is_told():
    line = public_key_text(OURS.public_key())
    other = public_key_text(Ed25519PrivateKey.generate().public_key())
    mixed = "+".join([*line.split("+", 2)[:2], other.split("+", 2)[2]])

    for damaged in ["", "++", line[:-4], line[1:], line.upper(), mixed, line + "=", "khóa+khóa+khóa", EXAMPLE.decode()]:
        with pytest.raises(NotAPublicKey) as refusal:
            read_public_key(damaged)
        assert_told(refusal, "khóa công khai")


@pytest.fixture
def make_by_command(tmp_path):
    """Runs the module as an operator does before there are settings."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "SECRET_", "AUDIT_"))}

    def run(*arguments):
        command = [sys.executable, "-m", "smartcity.lib.seal.signing_key", *arguments]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=bare, capture_output=True, text=True, check=False)  # noqa: S603

    return run


def test_command_makes_a_key_without_any_setting_and_prints_its_public_half_alone(make_by_command, tmp_path):
    told = make_by_command(str(tmp_path / "khoa.pem"))

    assert told.returncode == 0, told.stderr
    made = read_key_file(tmp_path / "khoa.pem")
    assert public_key_text(made.public_key()) in told.stdout.splitlines()
    assert "PRIVATE" not in told.stdout


def test_command_that_would_write_over_a_key_fails_with_a_sentence(make_by_command, key_file):
    path = key_file(EXAMPLE)

    told = make_by_command(str(path))

    assert told.returncode == 1
    assert told.stderr == f"{KeyFileExists(path)}\n"
    assert path.read_bytes() == EXAMPLE
