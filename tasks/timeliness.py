"""Whether what was due is done, and in time: one rule for tasks and for what a meeting assigns."""

from datetime import date
from enum import StrEnum

from django.db.models import BooleanField, Case, CharField, DateField, ExpressionWrapper, F, Func, Q, Value, When
from django.db.models.functions import Coalesce


class Timeliness(StrEnum):
    """Done or not, against the due date: the state's four cells, and two that keep them honest."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    DONE_DATE_UNKNOWN = "done_date_unknown"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    NO_DUE_DATE = "no_due_date"


TIMELINESS_LABELS = {
    Timeliness.DONE_ON_TIME: "Hoàn thành đúng hạn",
    Timeliness.DONE_LATE: "Hoàn thành quá hạn",
    Timeliness.DONE_DATE_UNKNOWN: "Hoàn thành, không rõ ngày",
    Timeliness.OPEN_IN_TIME: "Chưa hoàn thành, trong hạn",
    Timeliness.OPEN_OVERDUE: "Chưa hoàn thành, quá hạn",
    Timeliness.NO_DUE_DATE: "Không có hạn",
}


def timeliness(due_on: date | None, done_on: date | None, today: date, *, done_without_day: bool = False) -> Timeliness:
    """The cell on the day ``today``; what was done later was still open then.

    ``done_without_day``: a source says that it is done, and nobody knows since when.
    """
    if done_without_day:
        return Timeliness.DONE_DATE_UNKNOWN
    if due_on is None:
        return Timeliness.NO_DUE_DATE
    # The due day itself is in time.
    if done_on and done_on <= today:
        return Timeliness.DONE_ON_TIME if done_on <= due_on else Timeliness.DONE_LATE
    return Timeliness.OPEN_IN_TIME if today <= due_on else Timeliness.OPEN_OVERDUE


class ByTruth(Func):
    """One of three values, as a condition is true, false or, where what it compares is missing, neither.

    The condition is worked out once. In a ``Case`` it would be in each branch, with all the lookups behind it.
    """

    def as_sql(self, compiler, connection, function=None, template=None, arg_joiner=None, **extra_context):
        compiled = [compiler.compile(expression) for expression in self.get_source_expressions()]
        condition, true, false, neither = (sql for sql, _ in compiled)
        sql = f"CASE {condition} WHEN TRUE THEN {true} WHEN FALSE THEN {false} ELSE {neither} END"
        return sql, tuple(value for _, values in compiled for value in values)


def timeliness_case(due: str, done: str, today: date) -> ByTruth:
    """The same cell as an expression, of rows that name both days so; what was done later has no ``done`` yet."""
    is_open = Q(**{f"{done}__isnull": True})
    judged_on = Coalesce(F(done), Value(today), output_field=DateField())
    return ByTruth(
        ExpressionWrapper(Q(**{f"{due}__gte": judged_on}), output_field=BooleanField()),
        _cell(is_open, Timeliness.OPEN_IN_TIME, Timeliness.DONE_ON_TIME),
        _cell(is_open, Timeliness.OPEN_OVERDUE, Timeliness.DONE_LATE),
        Value(Timeliness.NO_DUE_DATE.value),
        output_field=CharField(),
    )


def _cell(is_open: Q, open_cell: Timeliness, done_cell: Timeliness) -> Case:
    return Case(When(is_open, then=Value(open_cell.value)), default=Value(done_cell.value))
