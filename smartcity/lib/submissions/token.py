"""The token of a form: whose sending it is, and which, so that it takes effect once and nobody else can write one."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

# The name in pages that are open while an update comes.
FIELD = "slip"
# What was sent is remembered that long; an older token proves no more that it was not used.
GOOD_FOR = timedelta(days=7)

_signer = TimestampSigner(salt="smartcity.sending.slip")


@dataclass(frozen=True)
class FormToken:
    text: str
    user_pk: int
    id: uuid.UUID
    is_old: bool

    def belongs_to(self, user) -> bool:
        return user.is_authenticated and user.pk == self.user_pk


def new_token(user: AbstractBaseUser) -> str:
    return _signer.sign(f"{user.pk}.{uuid.uuid4().hex}")


def fresh_token(old: FormToken) -> FormToken:
    """Another one for the same person, in the place of one that is too old."""
    key = uuid.uuid4()
    return FormToken(_signer.sign(f"{old.user_pk}.{key.hex}"), old.user_pk, key, is_old=False)


def read_token(text: str) -> FormToken | None:
    """The token, or None when we did not write it."""
    try:
        said = _signer.unsign(text)
    except BadSignature:
        return None
    user_pk, _, key = said.partition(".")
    return FormToken(text, int(user_pk), uuid.UUID(key), _is_old(text))


def _is_old(text: str) -> bool:
    try:
        _signer.unsign(text, max_age=GOOD_FOR)
    except SignatureExpired:
        return True
    return False
