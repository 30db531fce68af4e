"""The bytes that are hashed: one spelling of each value, whichever database it was read from.

JSON (RFC 8259) in UTF-8 with its keys in the order of their characters, no blanks, and nothing escaped but what must
be, so that any language's own JSON writes the same. No Unicode form is chosen: a text is hashed as it is stored.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from hashlib import sha256
from uuid import UUID

JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
SALT_LENGTH = 32


class NoCanonicalForm(ValueError):
    """The value could be spelled in several ways, or not at all. Its name is told, never the value itself."""


class SaltTooShort(ValueError):
    """Without enough salt a short value is found by trying all."""


def canonical_bytes(values: Mapping[str, object]) -> bytes:
    # Most values are what they are: a hundred thousand rows have millions of them.
    plain = {
        name if type(name) is str else _name(name): value if type(value) in AS_IT_IS else canonical_value(value, name)
        for name, value in values.items()
    }
    try:
        return JSON.encode(plain).encode()
    except UnicodeEncodeError:
        broken = [name for name, value in plain.items() if not (_is_whole(name) and _is_whole(value))]
        raise NoCanonicalForm(f"{', '.join(map(ascii, broken))}: half a character") from None


def canonical_value(value: object, name: str = "value") -> str | int | bool | None:
    """The value as JSON writes it: what is no text, number, yes or no becomes the one text that stands for it."""
    form = FORMS.get(type(value)) or _form_of(type(value))
    if form is None:
        raise NoCanonicalForm(f"{name}: {type(value).__name__} has no canonical form")
    try:
        return form(value)
    except (ValueError, OverflowError) as reason:
        raise NoCanonicalForm(f"{name}: {reason}") from None


def make_salt() -> str:
    return secrets.token_hex(SALT_LENGTH // 2)


def commitment(salt: str, name: str, value: object) -> str:
    """What stands for a personal value in what is hashed: it can be checked while value and salt are there.

    Without the salt nobody finds the value by it, so that a later erasure can keep the commitment in place of both.
    """
    if not isinstance(salt, str) or len(salt) < SALT_LENGTH:
        raise SaltTooShort(f"{name}: a salt has at least {SALT_LENGTH} characters")
    # An object of three named values cannot be cut in another way, as three texts in a row could.
    return sha256(canonical_bytes({"name": _name(name), "salt": salt, "value": value})).hexdigest()


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise NoCanonicalForm(f"{type(name).__name__} is no name of a value")
    return str.__str__(name)


def _moment(value: datetime) -> str:
    if value.utcoffset() is None:
        raise ValueError("a time without its zone is no moment")
    moment = value if value.tzinfo is UTC else value.astimezone(UTC)
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _hour(value: time) -> str:
    if value.tzinfo is not None:
        raise ValueError("an hour of the day has no zone")
    return value.isoformat(timespec="microseconds")


def _hex(value: bytes | bytearray | memoryview) -> str:
    return bytes(value).hex()


def _as_it_is[T](value: T) -> T:
    return value


AS_IT_IS = frozenset({type(None), bool, int, str})
FORMS: dict[type, Callable] = {
    type(None): _as_it_is,
    bool: _as_it_is,
    # A choice is a number or a text, and a text field of ours may be: their plain value is what the database keeps.
    int: int,
    str: str.__str__,
    UUID: str,
    bytes: _hex,
    bytearray: _hex,
    memoryview: _hex,
    datetime: _moment,
    date: date.isoformat,
    time: _hour,
}


def _form_of(kind: type) -> Callable | None:
    return next((FORMS[base] for base in kind.__mro__ if base in FORMS), None)


def _is_whole(value: object) -> bool:
    return not (isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value))
