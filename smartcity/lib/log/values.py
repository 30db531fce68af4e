"""Reading rows by the columns that the database has, whatever the models say; values are alike on both databases.

SQLite keeps anything in any column, and whoever owns a database can put it there: what is not of its column's kind is
never taken for something that is.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

AT_ONCE = 2_000


class Unreadable(ValueError):
    """The database holds something else than a value of the column's kind."""


def _moment(value: Any) -> datetime:
    """SQLite keeps moments as text, in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _truth(value: Any) -> bool:
    if value not in {0, 1}:
        raise ValueError("neither yes nor no")
    return bool(value)


def _uuid(value: Any) -> UUID:
    if isinstance(value, str) and not re.fullmatch("[0-9a-f]{32}", value):
        raise ValueError("not as SQLite keeps one")
    return value if isinstance(value, UUID) else UUID(value)


def _decimal(value: Any) -> str:
    found = Decimal(str(value))
    if not found.is_finite():
        raise ValueError("no number")
    return format(found.normalize(), "f")


def _reader(kinds: tuple[type, ...], make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """What comes from a database as one of ``kinds``, exactly: a yes is no number, and 1.4 is not 1."""

    def read(value: Any) -> Any:
        if type(value) not in kinds:
            raise Unreadable(type(value).__name__)
        try:
            return make(value)
        except (ValueError, ArithmeticError, RecursionError) as reason:
            raise Unreadable(type(reason).__name__) from None

    return read


READ: dict[str, Callable[[Any], Any]] = {
    "int": _reader((int,), int),
    "text": _reader((str,), str),
    "bool": _reader((bool, int), _truth),
    "uuid": _reader((UUID, str), _uuid),
    "datetime": _reader((datetime, str), _moment),
    "date": _reader((date, str), lambda value: date.fromisoformat(value) if isinstance(value, str) else value),
    # A clock's time is text in what is sealed.
    "time": _reader(
        (time, str),
        lambda value: (time.fromisoformat(value) if isinstance(value, str) else value).isoformat("microseconds"),
    ),
    "decimal": _reader((Decimal, int, float, str), _decimal),
    "float": _reader((float, int), lambda value: float(value).hex()),
    "json": _reader(
        (str, dict, list, bool, int, float),
        lambda value: json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True),
    ),
}


# What is of exactly this type is read by both databases as it is.
AS_IT_IS = {"int": int, "text": str}


def unreadable_at(columns: str) -> str:
    return f"giá trị không đọc được ở cột {columns}: đã bị sửa"


def as_kind(kind: str, value: Any) -> Any:
    return None if value is None else READ[kind](value)


def bare(connection: BaseDatabaseWrapper, column: str, kind: str) -> str:
    """SQL for the quoted ``column`` as it is stored: drivers take some values for others, and end at some."""
    if connection.vendor == "sqlite":
        # Without a name, Django's own readers pass by it.
        return f"+{column}"
    return f"{column}::text" if kind in {"date", "datetime", "time"} else column


@contextmanager
def broken_text_as_bytes(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """SQLite's driver ends at a text that is none; inside, it is bytes, which no kind is read from."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    before, raw.text_factory = raw.text_factory, _text_or_bytes
    try:
        yield
    finally:
        raw.text_factory = before


def _text_or_bytes(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def read_values(
    connection: BaseDatabaseWrapper, table: str, columns: dict[str, str], where: str = "", parameters: Sequence = ()
) -> Iterator[dict[str, Any]]:
    """The rows of ``table`` by the names of columns, read piece by piece in the order of the first of these."""
    quote = connection.ops.quote_name
    selected = ", ".join(bare(connection, quote(name), kind) for name, kind in columns.items())
    sql = f"SELECT {selected} FROM {quote(table)} {where} ORDER BY {quote(next(iter(columns)))}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                values, unreadable = read_row(columns, row)
                if unreadable:
                    raise Unreadable(f"{table} {row[0]}: {', '.join(unreadable)}")
                yield values


def read_row(columns: dict[str, str], row: Sequence) -> tuple[dict[str, Any], list[str]]:
    """The values by their columns' names and kinds; and the names of those that cannot be read, which are left out."""
    values, unreadable = {}, []
    for (name, kind), value in zip(columns.items(), row, strict=True):
        if value is None or type(value) is AS_IT_IS.get(kind):
            values[name] = value
            continue
        try:
            values[name] = READ[kind](value)
        except Unreadable:
            unreadable.append(name)
    return values, unreadable
