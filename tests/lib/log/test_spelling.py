"""Rows are hashed from the text that the database gives; it is the same text as of the value."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from smartcity.lib.log.spelling import FROM_POSTGRESQL, column, selected, spell_row
from smartcity.lib.log.values import READ
from smartcity.lib.seal.canonical import spell

moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001


def as_postgresql_writes(moment: datetime) -> str:
    fraction = f".{moment.microsecond:06}".rstrip("0").rstrip(".")
    return f"{moment:%m-%d %H:%M:%S}".join([f"{moment.year:04}-", f"{fraction}+00"])


@given(moments)
def test_a_moment_as_postgresql_writes_it_is_spelled_as_the_moment(moment):
    _, at_once = FROM_POSTGRESQL["datetime"]

    assert at_once(as_postgresql_writes(moment)) == spell(moment)


@pytest.mark.parametrize("text", ["2023-06-16 08:02:03.5+07", "2023-06-16 01:02:03+00:00"])
def test_a_moment_written_otherwise_is_read_first(text):
    _, at_once = FROM_POSTGRESQL["datetime"]

    assert at_once(text) == spell(READ["datetime"](text))


@pytest.mark.parametrize("kind", ["datetime", "date"])
@pytest.mark.parametrize("text", ["infinity", "-infinity", "0044-03-15 BC", "12023-06-16", "12023-06-16 01:02:03+00"])
def test_what_no_calendar_of_ours_has_cannot_be_read(kind, text):
    usual, at_once = FROM_POSTGRESQL[kind]

    assert spell_row([("row.at", kind, usual, at_once)], [text]) == ({}, ["row.at"])


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "value", "sql"),
    [
        ("int", -3_470_000_000_000, "-3470000000000"),
        ("text", 'Đề án "A" 100 %\\', """'Đề án "A" 100 %%\\'"""),
        ("bool", False, {"sqlite": "0", "postgresql": "false"}),
        (
            "uuid",
            UUID("7d4448409dc011d1b2455ffdce74fad2"),
            {"sqlite": "'7d4448409dc011d1b2455ffdce74fad2'", "postgresql": "'7d4448409dc011d1b2455ffdce74fad2'::uuid"},
        ),
        ("date", date(2023, 6, 16), {"sqlite": "'2023-06-16'", "postgresql": "date '2023-06-16'"}),
        (
            "datetime",
            datetime(2023, 6, 16, 1, 2, 3, 500_000, UTC),
            {"sqlite": "'2023-06-16 01:02:03.500000'", "postgresql": "timestamptz '2023-06-16 08:02:03.5+07'"},
        ),
    ],
)
def test_both_databases_give_one_spelling_of_a_value(kind, value, sql):
    asked = sql if isinstance(sql, str) else sql[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {selected(connection, f'({asked})', kind)}, NULL WHERE 1 = %s", [1])
        row = cursor.fetchone()
    columns = [column(connection, "value", kind), column(connection, "nothing", kind)]

    assert spell_row(columns, row) == ({"value": spell(value), "nothing": "null"}, [])
