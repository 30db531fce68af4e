"""Rows of one kind in a few queries, each with its history, signed on the day on which it would have been entered."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, Func, Model, UUIDField, Value
from django.db.models.functions import Cast
from django.utils.timezone import make_aware

from programme.models import User
from smartcity.lib.records.history import signed_bulk_create, signed_bulk_update

GROUND = "Số liệu mô phỏng"
# Rows at a time: what is held in memory at once.
ROWS = 2_000


@lru_cache(10_000)
def moment(day: date) -> datetime:
    return make_aware(datetime.combine(day, time(9)))


def keep[M: Model](rows: list[M], *, by: User, on: date | Callable[[M], date]) -> list[M]:
    """Store new rows, as one act; ``on`` is the day of all of them, or tells that of each."""
    with _dated(rows, on):
        return signed_bulk_create(rows, by=by, reason=GROUND)


def change[M: Model](rows: list[M], fields: list[str], *, by: User, on: date | Callable[[M], date]) -> None:
    """Store what has changed in rows that are there."""
    with _dated(rows, on):
        signed_bulk_update(rows, fields, by=by, reason=GROUND)


@contextmanager
def _dated(rows: list[Any], on: Any) -> Iterator[None]:
    """The library reads the day from the row; taken off again, so that no later save of it is dated back."""
    for row in rows:
        row._history_date = moment(on if isinstance(on, date) else on(row))
    yield
    for row in rows:
        del row._history_date


class NewAction(Func):
    """An id of its own for each row."""

    function = "gen_random_uuid"
    output_field = UUIDField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="lower(hex(randomblob(16)))", **context)


def add_history(rows: Sequence[Model], kind: str, *, by: Any, on: Any, then: dict[str, Any] | None = None) -> None:
    """Give each of the stored rows a row of history, copied by the database itself, as an act of its own.

    ``by`` and ``on`` tell who signed it on which day, from the row. ``then`` is what was different at the time.
    """
    if not rows:
        return
    model: Any = type(rows[0])
    history = model.history.model
    values = {field.attname: F(field.attname) for field in history.tracked_fields} | (then or {})
    values |= {
        "history_date": Cast(on, DateTimeField()),
        "history_type": Value(kind),
        "history_change_reason": Value(GROUND),
        "history_user_id": by,
        "history_action": NewAction(),
        "history_document_id": Value(None, history._meta.get_field("history_document")),
    }
    columns = {field.attname: field.column for field in history._meta.concrete_fields}
    into = ", ".join(connection.ops.quote_name(columns[name]) for name in values)
    stored = model._base_manager.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    selected, parameters = stored.values_list(*values.values()).query.sql_with_params()
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(history._meta.db_table)
        cursor.execute(f"INSERT INTO {table} ({into}) {selected}", parameters)
