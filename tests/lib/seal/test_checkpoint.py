"""A checkpoint is read back by whoever has the key, as other programs would; anything else is told by its name."""

import base64
import re
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.seal.canonical import NoCanonicalForm
from smartcity.lib.seal.checkpoint import (
    BadSignature,
    CannotBeSigned,
    Checkpoint,
    CheckpointProblem,
    NotACheckpoint,
    SignedByAnother,
    make_checkpoint,
    read,
    sign,
)
from smartcity.lib.seal.merkle import EMPTY_ROOT
from smartcity.lib.seal.signing_key import key_id, origin_of

# The example of RFC 8410, so that the text below is always the same.
KEY = Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842")
)
PUBLIC = KEY.public_key()
ORIGIN = "smartcity-tracker/e744c0791320c328"
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
ROOT = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TIME = "time 2026-03-02T08:00:00.000000Z"
CHECKPOINT = Checkpoint(ORIGIN, 8, ROOT, (TIME,))
# Kept in other hands for years: a later version must read it.
SIGNED = """\
smartcity-tracker/e744c0791320c328
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=
time 2026-03-02T08:00:00.000000Z

— smartcity-tracker/e744c0791320c328 860ouXEqisrkKFoRct1nBOlAkcCl3Vh/j4fB6rpfvLHpzhP4ggdi9wSJqTYQdRdJeJf8h415aOd/S59j0RxvSHBaUwI=
"""  # noqa: E501
WITNESS = "— witness.example/w1 AAAAAGFueXRoaW5nIGF0IGFsbCB0aGF0IGEgd2l0bmVzcyBzaWducw==\n"


def assert_told(refusal, *parts):
    sentences = str(refusal.value)
    assert re.search(r"[À-ỹ].*\.$", sentences)
    assert all(part in sentences for part in parts), sentences


def signed_as_it_stands(body: str, key=KEY, name=ORIGIN) -> str:
    """What an honest key would have signed, had it been asked to: the fault is in the text alone."""
    signature = key_id(name, key.public_key()) + key.sign(body.encode())
    return f"{body}\n— {name} {base64.b64encode(signature).decode()}\n"


def verify_as_the_standard_says(note: str, public_key) -> str:
    """c2sp.org/signed-note, on its own: the text, if the only signature is of this key under the origin's name."""
    text, line = note.rsplit("\n\n", 1)
    text += "\n"
    dash, name, signature = line.removesuffix("\n").split(" ")
    assert dash == "\u2014"
    assert name == text.split("\n")[0]
    raw = base64.b64decode(signature)
    assert raw[:4] == sha256(name.encode() + b"\n\x01" + public_key.public_bytes_raw()).digest()[:4]
    public_key.verify(raw[4:], text.encode())
    return text


def test_checkpoint_has_the_form_that_was_given_to_others():
    assert make_checkpoint(PUBLIC, size=8, root=ROOT, at=AT) == CHECKPOINT
    assert sign(CHECKPOINT, KEY) == SIGNED
    assert read(SIGNED, PUBLIC) == CHECKPOINT
    assert CHECKPOINT.made_at == AT


def test_checkpoint_is_verified_by_the_standard_alone():
    assert verify_as_the_standard_says(SIGNED, PUBLIC) == f"{ORIGIN}\n8\n{base64.b64encode(ROOT).decode()}\n{TIME}\n"
    with pytest.raises(InvalidSignature):
        verify_as_the_standard_says(SIGNED.replace("\n8\n", "\n9\n"), PUBLIC)


def test_time_of_a_checkpoint_is_one_moment_whatever_the_zone():
    in_hanoi = AT.astimezone(timezone(timedelta(hours=7)))

    assert make_checkpoint(PUBLIC, size=8, root=ROOT, at=in_hanoi) == CHECKPOINT


def test_time_without_its_zone_is_refused():
    with pytest.raises(NoCanonicalForm):
        make_checkpoint(PUBLIC, size=8, root=ROOT, at=AT.replace(tzinfo=None))


@given(
    st.integers(0, 10**18 - 1),
    st.binary(min_size=32, max_size=32),
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.from_regex(r"[a-zđ]+ [!-~ ]*[!-~]", fullmatch=True), max_size=3),
)
def test_whatever_is_signed_is_read_back(size, root, at, lines):
    made = make_checkpoint(PUBLIC, size=size, root=root, at=at)
    extended = Checkpoint(made.origin, made.size, made.root, (*made.extensions, *(f"x-{line}" for line in lines)))

    assert read(sign(extended, KEY), PUBLIC) == extended
    assert extended.made_at == at


def test_checkpoint_of_an_empty_history_is_read_back():
    empty = make_checkpoint(PUBLIC, size=0, root=EMPTY_ROOT, at=AT)

    assert read(sign(empty, KEY), PUBLIC) == empty


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(SIGNED.replace("\n", "\r\n"), id="by Windows"),
        pytest.param("\ufeff" + SIGNED, id="by Notepad"),
        pytest.param("\n\n" + SIGNED + "\n\n", id="with empty lines around it"),
        pytest.param(SIGNED.rstrip("\n"), id="without its last line break"),
        pytest.param(SIGNED + WITNESS, id="signed by a witness too"),
        pytest.param(SIGNED.replace("\n— smart", f"\n{WITNESS}— smart"), id="signed by a witness first"),
    ],
)
def test_checkpoint_is_read_as_it_comes_back_from_others(sent):
    assert read(sent, PUBLIC) == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(None, id="no text"),
        pytest.param(SIGNED.encode(), id="bytes"),
        pytest.param("Báo cáo tiến độ tháng 3\n\nKính gửi Ủy ban nhân dân tỉnh\n", id="a letter"),
        pytest.param(SIGNED * 1000, id="far too long"),
        pytest.param("\n".join(SIGNED.splitlines()[:4]), id="without its signature"),
        pytest.param(SIGNED[: SIGNED.index("— ")], id="up to its signature"),
        pytest.param(SIGNED[: SIGNED.index(" 860ou")], id="the signature begun"),
        pytest.param(SIGNED[:-3], id="without its last characters"),
        pytest.param(SIGNED.replace("\n\n", "\n"), id="without the empty line"),
        pytest.param(SIGNED.replace("— ", "- "), id="another dash"),
        pytest.param(SIGNED.replace("— ", "—  "), id="a blank too many"),
        pytest.param(SIGNED.replace("860ou", "86 ou"), id="a blank in the signature"),
        pytest.param(SIGNED.replace("wI=\n", "wJ=\n"), id="another spelling of the same signature"),
        pytest.param(SIGNED + "Trân trọng\n", id="a line behind"),
        pytest.param(f"{SIGNED}— {ORIGIN} AAAA\n", id="a signature of four bytes"),
        pytest.param(signed_as_it_stands(f"{ORIGIN}\n8\n"), id="without its root"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("\n8", "\n08")), id="zero in front"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("\n8", "\n-8")), id="a negative size"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("\n8", "\n8 ")), id="a blank behind the size"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("\n8", "\n８")), id="a full-width digit"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("\n8", "\n" + "8" * 5000)), id="a huge size"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("Qyg=", "Qyh=")), id="another spelling of the root"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("XcnaeacG", "")), id="too short a root"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("Xc", "XcXcXcXc")), id="too long a root"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace(f"{TIME}\n", "")), id="without its time"),
        pytest.param(signed_as_it_stands(f"{CHECKPOINT.text}{TIME}\n"), id="with two times"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("03-02", "02-30")), id="on no day"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace("00Z", "00+07:00")), id="a time of another zone"),
        pytest.param(signed_as_it_stands(f"{CHECKPOINT.text}\nmore\n"), id="an empty line inside"),
        pytest.param(signed_as_it_stands(f"{CHECKPOINT.text}a\tb\n"), id="a tab"),
        pytest.param(SIGNED.replace("Z\n\n", "Z \n\n"), id="a blank behind the time"),
        pytest.param(SIGNED.replace("time", "time\ud83d"), id="half a character"),
    ],
)
def test_what_is_no_whole_checkpoint_is_told(text):
    with pytest.raises(NotACheckpoint) as refusal:
        read(text, PUBLIC)

    assert_told(refusal, "không phải là mốc niêm phong", "Lấy lại nguyên văn")


def of_another_installation() -> str:
    return sign(make_checkpoint(OTHER_KEY.public_key(), size=8, root=ROOT, at=AT), OTHER_KEY)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(of_another_installation(), id="another installation's"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text, OTHER_KEY), id="ours, signed by another key under our name"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text, KEY, "example.vn/log"), id="ours, under another name"),
        pytest.param(signed_as_it_stands(CHECKPOINT.text.replace(ORIGIN, "example.vn/log")), id="of another log"),
        pytest.param(SIGNED[: SIGNED.index("— ")] + WITNESS, id="signed by a witness alone"),
    ],
)
def test_checkpoint_of_another_installation_is_told_with_its_name(text):
    with pytest.raises(SignedByAnother) as refusal:
        read(text, PUBLIC)

    assert_told(refusal, "của một cài đặt khác", f"«{text.splitlines()[0]}»")


def test_name_of_another_installation_is_told_in_short():
    text = signed_as_it_stands(CHECKPOINT.text.replace(ORIGIN, "x" * 10_000))

    with pytest.raises(SignedByAnother) as refusal:
        read(text, PUBLIC)

    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SIGNED.replace("\n8\n", "\n9\n"), id="another size"),
        pytest.param(SIGNED.replace("XcnaeacG", "YcnaeacG"), id="another root"),
        pytest.param(SIGNED.replace("T08:", "T09:"), id="another time"),
        pytest.param(SIGNED.replace("Z\n\n", "Z\nmore\n\n"), id="a line more"),
        pytest.param(SIGNED.replace("wSJqTYQ", "wSJqTYR"), id="another signature"),
        pytest.param(SIGNED.replace("wSJqTYQd", ""), id="too short a signature"),
        pytest.param(SIGNED + SIGNED.splitlines()[-1].replace("wSJqTYQ", "wSJqTYR") + "\n", id="a second one is bad"),
    ],
)
def test_changed_checkpoint_is_told(text):
    with pytest.raises(BadSignature) as refusal:
        read(text, PUBLIC)

    assert_told(refusal, "đã bị sửa", "bản lưu")


@given(st.integers(0, len(SIGNED) - 2), st.characters(codec="utf-8"))
def test_whatever_character_is_changed_the_checkpoint_is_not_believed(at, character):
    changed = SIGNED[:at] + character + SIGNED[at + 1 :]

    if changed == SIGNED:
        return
    with pytest.raises(CheckpointProblem):
        read(changed, PUBLIC)


@given(st.text(max_size=200), st.integers(0, len(SIGNED)))
def test_nothing_that_is_no_checkpoint_is_read(text, end):
    for wrong in (text, SIGNED[:end] + text, text + SIGNED[end:]):
        try:
            assert read(wrong, PUBLIC) == CHECKPOINT
        except CheckpointProblem:
            continue
        # Only what is empty around it is forgiven.
        assert wrong.strip() in SIGNED


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(Checkpoint("example.vn/log", 8, ROOT, (TIME,)), id="another installation's"),
        pytest.param(Checkpoint(ORIGIN, -1, ROOT, (TIME,)), id="a negative size"),
        pytest.param(Checkpoint(ORIGIN, True, ROOT, (TIME,)), id="yes in place of a size"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT[:31], (TIME,)), id="too short a root"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT.hex(), (TIME,)), id="a root in hex"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT), id="without its time"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT, (TIME, "")), id="an empty line"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT, (TIME, "two\nlines")), id="two lines in one"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT, (TIME, "a\rb")), id="a control character"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT, (TIME, "\ud83d")), id="half a character"),
        pytest.param(Checkpoint(ORIGIN, 8, ROOT, (TIME, TIME)), id="two times"),
    ],
)
def test_key_signs_nothing_that_it_would_not_read_back(wrong):
    with pytest.raises(CannotBeSigned):
        sign(wrong, KEY)


def test_two_installations_have_two_names():
    assert origin_of(PUBLIC) == ORIGIN
    assert origin_of(OTHER_KEY.public_key()) != ORIGIN
