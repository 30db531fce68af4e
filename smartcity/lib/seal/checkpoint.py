"""What an installation says of its history at a moment: so many entries, this hash, signed, for others to keep.

The text is a checkpoint of c2sp.org/tlog-checkpoint in a note of c2sp.org/signed-note, which other programs read too.
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from smartcity.lib.seal.canonical import canonical_value
from smartcity.lib.seal.merkle import HASH_SIZE
from smartcity.lib.seal.signing_key import key_id, origin_of

MADE_AT = "time "
SIGNED_BY = "— "
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
LONGEST = 100_000
LONGEST_ORIGIN_TOLD = 80
SIGNATURE_LINE = re.compile(rf"{SIGNED_BY}(?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={{0,2}})")


class CheckpointProblem(Exception):
    """A checkpoint proves nothing; each kind says in Vietnamese why, and what to do."""


class NotACheckpoint(CheckpointProblem):
    def __init__(self):
        super().__init__(
            "Đây không phải là mốc niêm phong, hoặc mốc đã mất một phần. Lấy lại nguyên văn, từ dòng đầu đến hết dòng "
            "chữ ký."
        )


class SignedByAnother(CheckpointProblem):
    def __init__(self, origin):
        super().__init__(
            f"Mốc niêm phong này là của một cài đặt khác, hoặc ký bằng khóa khác («{origin[:LONGEST_ORIGIN_TOLD]}»). "
            "Lấy mốc của chính cài đặt này; nếu đã thay khóa thì kiểm tra bằng khóa công khai cũ."
        )


class BadSignature(CheckpointProblem):
    def __init__(self):
        super().__init__(
            "Chữ ký không khớp với nội dung: mốc niêm phong đã bị sửa hoặc chép sai. Đối chiếu với bản lưu ở nơi khác; "
            "đừng dùng mốc này làm căn cứ."
        )


class CannotBeSigned(ValueError):
    """What was to be signed is no checkpoint of this key's installation."""


@dataclass(frozen=True)
class Checkpoint:
    """The first ``size`` entries have this root. Extensions are further lines of text, the time among them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self._moments()[0])

    def _moments(self) -> list[str]:
        return [line.removeprefix(MADE_AT) for line in self.extensions if line.startswith(MADE_AT)]

    @property
    def text(self) -> str:
        """What is signed: a line each, ended by a line break."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions]
        return "".join(f"{line}\n" for line in lines)


def make_checkpoint(public_key: Ed25519PublicKey, *, size: int, root: bytes, at: datetime) -> Checkpoint:
    return Checkpoint(origin_of(public_key), size, root, (f"{MADE_AT}{canonical_value(at, 'at')}",))


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The whole text, to be kept as it is. What it would not read back itself, it does not sign."""
    public_key = key.public_key()
    origin = origin_of(public_key)
    try:
        same = checkpoint.origin == origin and _read_text(checkpoint.text) == checkpoint
    except (NotACheckpoint, TypeError, ValueError):
        same = False
    if not same:
        raise CannotBeSigned(f"no checkpoint of {origin}")
    signature = base64.b64encode(key_id(origin, public_key) + key.sign(checkpoint.text.encode())).decode()
    return f"{checkpoint.text}\n{SIGNED_BY}{origin} {signature}\n"


def read(text: str, public_key: Ed25519PublicKey) -> Checkpoint:
    """The checkpoint, if this key signed it; signatures of others beside it are no matter of ours.

    Windows' line breaks and what stands empty around it are forgiven, as letters and editors add them.
    """
    body, signatures = _split(text)
    checkpoint = _read_text(body)
    origin = origin_of(public_key)
    ours = key_id(origin, public_key)
    found = [signature[4:] for name, signature in signatures if (name, signature[:4]) == (origin, ours)]
    if checkpoint.origin != origin or not found:
        raise SignedByAnother(checkpoint.origin)
    for signature in found:
        try:
            public_key.verify(signature, body.encode())
        except InvalidSignature:
            raise BadSignature from None
    return checkpoint


def _split(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The signed text, and who signed it with what."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise NotACheckpoint
    body, blank, signed = text.removeprefix("\ufeff").replace("\r\n", "\n").strip(" \n").rpartition("\n\n")
    lines = [SIGNATURE_LINE.fullmatch(line) for line in signed.split("\n")]
    if not blank or not all(lines):
        raise NotACheckpoint
    return body + "\n", [(line["name"], _from_base64(line["signature"], at_least=5)) for line in lines if line]


def _read_text(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 3 or not all(map(_is_line, lines)):
        raise NotACheckpoint
    origin, size, root, *extensions = lines
    hashed = _from_base64(root, at_least=HASH_SIZE)
    if not SIZE.fullmatch(size) or len(hashed) != HASH_SIZE:
        raise NotACheckpoint
    checkpoint = Checkpoint(origin, int(size), hashed, tuple(extensions))
    if [_is_moment(moment) for moment in checkpoint._moments()] != [True]:
        raise NotACheckpoint
    return checkpoint


def _is_line(line: str) -> bool:
    return line != "" and not any(character < " " or "\ud800" <= character <= "\udfff" for character in line)


def _is_moment(text: str) -> bool:
    try:
        return bool(MOMENT.fullmatch(text)) and datetime.fromisoformat(text).tzinfo is UTC
    except ValueError:
        return False


def _from_base64(text: str, *, at_least: int) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        raise NotACheckpoint from None
    # The same bytes have one spelling alone.
    if len(found) < at_least or base64.b64encode(found).decode() != text:
        raise NotACheckpoint
    return found
