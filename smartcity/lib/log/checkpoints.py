"""What this installation signs of its log, and what of that it can be shown."""

from functools import cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.timezone import now

from smartcity.lib.log.sealing import latest_seal
from smartcity.lib.seal.checkpoint import Checkpoint, make_checkpoint, read, sign
from smartcity.lib.seal.signing_key import read_key_file, read_public_key


class NothingSealed(Exception):
    def __init__(self):
        super().__init__("Chưa có dòng lịch sử nào được niêm phong. Chạy lệnh audit seal trước.")


@cache
def _key(path: str) -> Ed25519PrivateKey:
    return read_key_file(path)


def checkpoint_now() -> str:
    """All that is sealed, in a signed text. Raises ``NothingSealed``, ``KeyProblem``."""
    seal = latest_seal()
    if seal is None:
        raise NothingSealed
    return sign_state(seal.size, bytes.fromhex(seal.root))


def sign_state(size: int, root: bytes) -> str:
    """The same of the first ``size`` entries, whose root the caller knows to be sealed. Raises ``KeyProblem``."""
    key = _key(str(settings.AUDIT_KEY_FILE))
    return sign(make_checkpoint(key.public_key(), size=size, root=root, at=now()), key)


def read_checkpoint(text: str, public_key: str = "") -> Checkpoint:
    """What this installation has signed, with its key of now or another; ``CheckpointProblem``, ``KeyProblem``."""
    key = read_public_key(public_key) if public_key else _key(str(settings.AUDIT_KEY_FILE)).public_key()
    return read(text, key)
