"""Reading rows by the columns that the database has, whatever the models say; values are alike on both databases."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

AT_ONCE = 2_000


def _moment(value: Any) -> datetime:
    """SQLite keeps moments as text, in UTC."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found.tzinfo else found.replace(tzinfo=UTC)


READ: dict[str, Callable[[Any], Any]] = {
    "int": int,
    "text": str,
    "bool": bool,
    "uuid": lambda value: value if isinstance(value, UUID) else UUID(value),
    "datetime": _moment,
    "date": lambda value: date.fromisoformat(value) if isinstance(value, str) else value,
    # A clock's time is text in what is sealed.
    "time": lambda value: (time.fromisoformat(value) if isinstance(value, str) else value).isoformat("microseconds"),
    "decimal": lambda value: format(Decimal(str(value)).normalize(), "f"),
    "float": lambda value: float(value).hex(),
    "json": lambda value: json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True),
}


def as_kind(kind: str, value: Any) -> Any:
    return None if value is None else READ[kind](value)


def read_values(
    connection: BaseDatabaseWrapper, table: str, columns: dict[str, str], where: str = "", parameters: Sequence = ()
) -> Iterator[dict[str, Any]]:
    """The rows of ``table`` by the names of columns, read piece by piece in the order of the first of these."""
    quote = connection.ops.quote_name
    names = list(columns)
    readers = [READ[columns[name]] for name in names]
    selected = ", ".join(quote(name) for name in names)
    sql = f"SELECT {selected} FROM {quote(table)} {where} ORDER BY {quote(names[0])}"
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                yield {
                    name: None if value is None else read(value)
                    for name, read, value in zip(names, readers, row, strict=True)
                }
