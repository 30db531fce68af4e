"""What is hashed of a record: the same bytes wherever it was read from, other bytes once anything is another."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.seal.canonical import (
    NoCanonicalForm,
    SaltTooShort,
    canonical_bytes,
    commitment,
    make_salt,
)

SALT = "3f2a9c0e5d7b41688a1c2e3f4a5b6c7d"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class Role(StrEnum):
    AUDITOR = "auditor"


class Level(IntEnum):
    FIRST = 1


class LazyText(str):
    def __str__(self):
        return "another text"


texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    texts,
    st.binary(),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.times(),
)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        pytest.param(None, "null", id="nothing"),
        pytest.param("", '""', id="an empty text"),
        pytest.param("null", '"null"', id="a text that says null"),
        pytest.param(True, "true", id="yes"),
        pytest.param(False, "false", id="no"),
        pytest.param(0, "0", id="zero"),
        pytest.param(-3_470_000_000_000, "-3470000000000", id="an amount"),
        pytest.param("Đô thị «thông minh»", '"Đô thị «thông minh»"', id="Vietnamese as it is"),
        pytest.param("e\u0301 \u00e9", '"e\u0301 \u00e9"', id="as composed as it is stored"),
        pytest.param(
            'a"b\\c\n\t\x00\x7f/\u2028', '"a\\"b\\\\c\\n\\t\\u0000\x7f/\u2028"', id="escaped only where it must be"
        ),
        pytest.param("😀", '"😀"', id="beyond the first plane"),
        pytest.param(Role.AUDITOR, '"auditor"', id="a choice"),
        pytest.param(Level.FIRST, "1", id="a choice of numbers"),
        pytest.param(LazyText("stored"), '"stored"', id="a text that says itself otherwise"),
        pytest.param(UUID("7D444840-9DC0-11D1-B245-5FFDCE74FAD2"), '"7d444840-9dc0-11d1-b245-5ffdce74fad2"', id="id"),
        pytest.param(date(2024, 3, 1), '"2024-03-01"', id="a day"),
        pytest.param(date(33, 3, 1), '"0033-03-01"', id="a day of long ago"),
        pytest.param(datetime(2024, 3, 1, 8, 30, tzinfo=UTC), '"2024-03-01T08:30:00.000000Z"', id="a moment"),
        pytest.param(datetime(2024, 3, 1, 6, 30, 0, 7, HANOI), '"2024-02-29T23:30:00.000007Z"', id="of Hà Nội"),
        pytest.param(datetime(33, 3, 1, tzinfo=UTC), '"0033-03-01T00:00:00.000000Z"', id="a moment of long ago"),
        pytest.param(time(14, 0), '"14:00:00.000000"', id="an hour of the day"),
        pytest.param(b"\x00\xff", '"00ff"', id="bytes"),
        pytest.param(memoryview(b"\x00\xff"), '"00ff"', id="bytes as PostgreSQL gives them"),
    ],
)
def test_each_kind_of_value_has_one_form(value, form):
    assert canonical_bytes({"value": value}).decode() == f'{{"value":{form}}}'


def test_order_of_the_names_does_not_matter():
    form = '{"A":1,"a":2,"b":3,"ă":5,"Đ":4}'.encode()

    assert canonical_bytes({"b": 3, "ă": 5, "a": 2, "Đ": 4, "A": 1}) == form
    assert canonical_bytes({}) == b"{}"


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)), st.times(), st.integers(-14, 14))
def test_a_moment_is_the_same_whatever_the_zone_of_the_session(day, hour, hours):
    moment = datetime.combine(day, hour, UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))

    assert canonical_bytes({"at": elsewhere}) == canonical_bytes({"at": moment})


@given(st.dictionaries(texts, values, max_size=6))
def test_what_is_hashed_is_json_that_anybody_can_read_and_write_again(record):
    form = canonical_bytes(record)
    read = json.loads(form)

    assert read.keys() == record.keys()
    assert json.dumps(read, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == form


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(0.5, id="a float"),
        pytest.param(Decimal("0.5"), id="a decimal"),
        pytest.param([1], id="a list"),
        pytest.param({"a": 1}, id="an object"),
        pytest.param(timedelta(days=1), id="a duration"),
        pytest.param(object(), id="anything"),
        pytest.param(datetime(2024, 3, 1, 8, 30), id="a time without its zone"),  # noqa: DTZ001
        pytest.param(datetime(1, 1, 1, tzinfo=HANOI), id="a moment before the first year"),
        pytest.param(time(8, 30, tzinfo=UTC), id="an hour with a zone but without a day"),
        pytest.param("\ud83d", id="half a character"),
    ],
)
def test_what_has_no_one_form_is_refused_by_its_name_without_being_told(value):
    with pytest.raises(NoCanonicalForm, match="budget") as refusal:
        canonical_bytes({"title": "Đề án", "budget": value})

    assert "0.5" not in str(refusal.value)


@pytest.mark.parametrize("name", [1, None, b"title", "\ud83d"])
def test_a_name_that_is_no_text_is_refused(name):
    with pytest.raises(NoCanonicalForm):
        canonical_bytes({name: "Đề án"})


def test_commitment_is_the_hash_of_salt_name_and_value_in_canonical_form():
    form = f'{{"name":"full_name","salt":"{SALT}","value":"Nguyễn Văn A"}}'.encode()

    assert commitment(SALT, "full_name", "Nguyễn Văn A") == sha256(form).hexdigest()


@given(texts, values, texts, values)
def test_commitments_are_equal_only_where_salt_name_and_value_are(name, value, other_name, other_value):
    same = canonical_bytes({name: value}) == canonical_bytes({other_name: other_value})

    assert (commitment(SALT, name, value) == commitment(SALT, other_name, other_value)) == same
    assert commitment(SALT + "0", name, value) != commitment(SALT, name, value)


def test_commitment_to_nothing_is_not_that_to_an_empty_text():
    assert commitment(SALT, "email", None) != commitment(SALT, "email", "")


def test_salts_are_never_the_same_and_long_enough():
    salts = {make_salt() for _ in range(100)}

    assert len(salts) == 100
    assert {len(commitment(salt, "email", "")) for salt in salts} == {64}


@pytest.mark.parametrize("salt", ["", "short", None, 7, SALT[:-1]])
def test_a_salt_that_can_be_guessed_is_refused(salt):
    with pytest.raises(SaltTooShort):
        commitment(salt, "email", "a@example.vn")


@pytest.mark.parametrize(("name", "value"), [("budget", 0.5), (7, "text")])
def test_commitment_to_what_has_no_one_form_is_refused(name, value):
    with pytest.raises(NoCanonicalForm):
        commitment(SALT, name, value)
