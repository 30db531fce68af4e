"""Rows of one kind in a few queries, each with its history, signed on the day on which it would have been entered."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import lru_cache
from secrets import token_hex
from typing import Any

from django.db import connection
from django.db.models import (
    BigIntegerField,
    DateTimeField,
    F,
    Func,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import make_aware, now

from programme.models import Membership, User
from smartcity.lib.log.guard import recorded
from smartcity.lib.log.models import SignedAct
from smartcity.lib.log.origin import SIMULATED, Source
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


def store[M: Model](rows: list[M]) -> None:
    """New rows of one kind, whose history is given to them next, by ``add_history``."""
    if rows:
        with recorded():
            type(rows[0])._default_manager.bulk_create(rows)


class ActionOf(Func):
    """An id of its own for what is done to each row: this many sixteen digits, then the row's key."""

    arity = 1
    output_field = UUIDField()

    def __init__(self, *expressions, first_half: str, **extra):
        super().__init__(*expressions, first_half=first_half, **extra)

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(
            compiler, connection, template="'%(first_half)s' || printf('%%%%016x', %(expressions)s)", **context
        )

    def as_postgresql(self, compiler, connection, **context):
        template = "('%(first_half)s' || lpad(to_hex(%(expressions)s), 16, '0'))::uuid"
        return self.as_sql(compiler, connection, template=template, **context)


def add_history(rows: Sequence[Model], kind: str, *, by: Any, on: Any, then: dict[str, Any] | None = None) -> None:
    """Give each of the stored rows a row of history, copied by the database itself, as an act of its own.

    ``by`` and ``on`` tell who signed it on which day, from the row. ``then`` is what was different at the time.
    """
    if not rows:
        return
    model: Any = type(rows[0])
    history = model.history.model
    stored = model._base_manager.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    action = ActionOf(F("pk"), first_half=token_hex(8))
    # The story's day is in the history; the act is of now.
    act = {"action": action, "signer_id": by, "at": Value(now(), DateTimeField())}
    _copy(SignedAct, stored, act | _signing(by))
    values = {field.attname: F(field.attname) for field in history.tracked_fields} | (then or {})
    values |= {
        "history_date": Cast(on, DateTimeField()),
        "history_type": Value(kind),
        "history_change_reason": Value(GROUND),
        "history_user_id": by,
        "history_action": action,
        "history_document_id": Value(None, history._meta.get_field("history_document")),
    }
    _copy(history, stored, values)


def _signing(by: Any) -> dict[str, Any]:
    """Who signs, as the accounts of a simulated country are: none of them was ever called otherwise."""
    person = User.objects.filter(pk=OuterRef("signing"))
    work = Membership.objects.filter(user=OuterRef("signing")).order_by("first_day")
    agency = Coalesce(Subquery(work.values("agency__name")[:1]), Value(""))
    return {
        "name": Subquery(person.values("full_name")),
        "title": Subquery(person.values("title")),
        "role": Subquery(person.values("role")),
        "agency": agency,
        "agency_key": Subquery(work.values("agency")[:1]),
        "reason": Value(GROUND),
        "document_key": Value(None, BigIntegerField()),
        "source": Value(Source.COMMAND.value),
        "place": Value(SIMULATED),
    }


def _copy(into: Any, stored: QuerySet, values: dict[str, Any]) -> None:
    columns = {field.attname: field.column for field in into._meta.concrete_fields}
    names = ", ".join(connection.ops.quote_name(columns[name]) for name in values)
    by = values.get("signer_id", values.get("history_user_id"))
    selected, parameters = stored.alias(signing=by).values_list(*values.values()).query.sql_with_params()
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(into._meta.db_table)
        cursor.execute(f"INSERT INTO {table} ({names}) {selected}", parameters)
