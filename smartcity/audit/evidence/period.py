"""Between which days something was written down, or says that it was."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.timezone import make_aware

from smartcity.lib.language.dates import say_day

# An entry (``l``) has the hour of the database, its act (``a``) that of whoever wrote it. What lies in the period by
# either is of it: nobody puts a row out of a period by setting a clock.
HOURS = ("l.at", "a.at")


class WrongWayRound(ValueError):
    def __init__(self, first: date, last: date):
        super().__init__(
            f"Khoảng thời gian bị ngược: từ ngày {say_day(first)} đến ngày {say_day(last)}. Đổi lại hai ngày."
        )


@dataclass(frozen=True)
class Period:
    """Both days included; without a first one from the beginning, without a last one up to what is newest."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self):
        if self.first and self.last and self.first > self.last:
            raise WrongWayRound(self.first, self.last)

    @property
    def begins(self) -> datetime | None:
        # Of the calendar's first day the beginning here lies before all moments.
        return _midnight(self.first) if self.first and self.first > date.min else None

    @property
    def ends(self) -> datetime | None:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1)) if self.last and self.last < date.max else None

    def __str__(self):
        if self.first and self.last:
            return f"từ ngày {say_day(self.first)} đến hết ngày {say_day(self.last)}"
        if self.first:
            return f"từ ngày {say_day(self.first)}"
        return f"đến hết ngày {say_day(self.last)}" if self.last else "mọi thời gian"

    def known(self, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """A condition on what was written by its end."""
        return _any_hour(connection, [("<", self.ends)])

    def inside(self, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return _any_hour(connection, [(">=", self.begins), ("<", self.ends)])


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min)).astimezone(UTC)


def _any_hour(connection: BaseDatabaseWrapper, limits: list[tuple[str, datetime | None]]) -> tuple[str, list[Any]]:
    set_limits = [(sign, connection.ops.adapt_datetimefield_value(limit)) for sign, limit in limits if limit]
    if not set_limits:
        return "TRUE", []
    by_each = [" AND ".join(f"{hour} {sign} %s" for sign, _ in set_limits) for hour in HOURS]
    return f"(({by_each[0]}) OR ({by_each[1]}))", [limit for _, limit in set_limits] * len(HOURS)
