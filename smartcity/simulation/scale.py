"""How large a simulated country is, and on which days things happen in it."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

# Those that the second revision ends, and as many that go on.
LEAST_TASKS = 8


@dataclass(frozen=True)
class Scale:
    """Of one seed and one scale there is one country, on whatever day it is built."""

    programmes: int = 63
    tasks: int = 200
    reports: int = 40
    ledger: int = 5
    assignments: int = 10_000
    begin: int = 2020
    years: int = 6
    seed: int = 1

    @cached_property
    def days(self) -> "Days":
        return Days(self.begin, self.years)

    @property
    def replaced(self) -> int:
        """How many tasks the second revision splits, takes out and adds; it merges twice as many."""
        return max(1, self.tasks // 100)

    def assignments_of(self, number: int) -> int:
        """The share of the programme ``number``, counted from 1."""
        return self.assignments * number // self.programmes - self.assignments * (number - 1) // self.programmes


@dataclass(frozen=True)
class Days:
    begin: int
    years: int

    @property
    def first(self) -> date:
        """The first revision takes effect."""
        return date(self.begin, 1, 1)

    @property
    def last(self) -> date:
        return date(self.begin + self.years - 1, 12, 31)

    @property
    def halfway(self) -> date:
        """The last day of the first period; the second revision takes effect on the next one."""
        return self.part(1, 2)

    @property
    def amended(self) -> date:
        return self.halfway + timedelta(days=1)

    @property
    def handed_over(self) -> date:
        """An agency has ended, and another one goes on with its duties."""
        return self.part(3, 4)

    @property
    def proposed(self) -> date:
        """The third revision is before the council."""
        return self.last - timedelta(days=30)

    @property
    def later(self) -> date:
        """The last day of the period after the last one."""
        return date(self.begin + self.years + 4, 12, 31)

    def part(self, count: int, of: int) -> date:
        return self.first + (self.last - self.first) * count // of


def spread(first: date, last: date, count: int, random: Random) -> list[date]:
    """So many days from ``first`` to ``last``, one in each of as many equal stretches."""
    stretch = ((last - first).days + 1) / count
    return [first + timedelta(days=int((place + random.random()) * stretch)) for place in range(count)]
