"""The bytes that are hashed: one spelling of each value, whichever database it was read from.

JSON (RFC 8259) in UTF-8 with its keys in the order of their characters, no blanks, and nothing escaped but what must
be, so that any language's own JSON writes the same. No Unicode form is chosen: a text is hashed as it is stored.
"""

import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from operator import itemgetter
from uuid import UUID

# A text as JSON writes it, with its quotation marks and nothing escaped but what must be.
spell_text = encode_basestring
NULL = "null"
SALT_LENGTH = 32


class NoCanonicalForm(ValueError):
    """The value could be spelled in several ways, or not at all. Its name is told, never the value itself."""


class SaltTooShort(ValueError):
    """Without enough salt a short value is found by trying all."""


def canonical_bytes(values: Mapping[str, object]) -> bytes:
    return spelled_bytes({_name(name): spell(value, name) for name, value in values.items()})


def spelled_bytes(spelled: Mapping[str, str]) -> bytes:
    """The object of these names, whose values are JSON already."""
    try:
        return _written(spelled).encode()
    except UnicodeEncodeError:
        broken = [name for name, value in spelled.items() if not (_is_whole(name) and _is_whole(value))]
        raise NoCanonicalForm(f"{', '.join(map(ascii, broken))}: half a character") from None


def _written(spelled: Mapping[str, str]) -> str:
    if len(spelled) < 2:
        return f"{{{''.join(f'{spell_text(name)}:{value}' for name, value in spelled.items())}}}"
    template, in_order = _template(tuple(spelled))
    return template % in_order(spelled)


@lru_cache(maxsize=1_000)
def _template(names: tuple[str, ...]) -> tuple[str, Callable[[Mapping[str, str]], tuple[str, ...]]]:
    """Rows of one table have the same names: they are put in order once."""
    ordered = sorted(names)
    places = ",".join(f"{spell_text(name)}:".replace("%", "%%") + "%s" for name in ordered)
    return f"{{{places}}}", itemgetter(*ordered)


def spell(value: object, name: str = "value") -> str:
    """The value as JSON."""
    form = canonical_value(value, name)
    if type(form) is str:
        return spell_text(form)
    return NULL if form is None else repr(form) if type(form) is int else "true" if form else "false"


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
    return spelled_commitment(salt, _name(name), spell(value, name)).strip('"')


def spelled_commitment(salt: str, name: str, spelled: str) -> str:
    """The commitment to a value that is JSON already, as JSON."""
    if not isinstance(salt, str) or len(salt) < SALT_LENGTH:
        raise SaltTooShort(f"{name}: a salt has at least {SALT_LENGTH} characters")
    # An object of three named values cannot be cut in another way, as three texts in a row could.
    said = {"name": spell_text(name), "salt": spell_text(salt), "value": spelled}
    return f'"{sha256(spelled_bytes(said)).hexdigest()}"'


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
