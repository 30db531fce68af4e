"""A few lines that an installation signs beside its checkpoints; by their first line nobody takes one for the other."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smartcity.lib.seal.checkpoint import SIGNED_BY
from smartcity.lib.seal.signing_key import key_id, origin_of


def sign_statement(about: str, lines: list[str], key: Ed25519PrivateKey) -> str:
    """A signed note (c2sp.org/signed-note) whose first line is the origin, a slash and what it is about."""
    origin = origin_of(key.public_key())
    text = "".join(f"{line}\n" for line in (f"{origin}/{about}", *lines))
    signature = base64.b64encode(key_id(origin, key.public_key()) + key.sign(text.encode())).decode()
    return f"{text}\n{SIGNED_BY}{origin} {signature}\n"
