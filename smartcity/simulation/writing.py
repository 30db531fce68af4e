"""Rows of one kind in a few queries, each with its history, signed on the day on which it would have been entered."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.utils.timezone import make_aware

from programme.models import User
from smartcity.lib.records.history import signed_bulk_create, signed_bulk_update

GROUND = "Số liệu mô phỏng"


@lru_cache(10_000)
def moment(day: date) -> datetime:
    return make_aware(datetime.combine(day, time(9)))


def keep[M: Model](rows: list[M], *, by: User, on: date | Callable[[M], date]) -> list[M]:
    """Store new rows; ``on`` is the day of all of them, or tells that of each."""
    with _dated(rows, on):
        return signed_bulk_create(rows, by=by, reason=GROUND)


def change[M: Model](rows: list[M], fields: list[str], *, by: User, on: date | Callable[[M], date]) -> None:
    """Store what has changed in rows that are there."""
    with _dated(rows, on):
        signed_bulk_update(rows, fields, by=by, reason=GROUND)


class _dated:  # noqa: N801  (reads as a verb)
    """The library reads the day from the row; taken off again, so that no later save of it is dated back."""

    def __init__(self, rows: list[Any], on: Any):
        self.rows, self.on = rows, on

    def __enter__(self) -> None:
        for row in self.rows:
            row._history_date = moment(self.on if isinstance(self.on, date) else self.on(row))

    def __exit__(self, *_: object) -> None:
        for row in self.rows:
            del row._history_date
