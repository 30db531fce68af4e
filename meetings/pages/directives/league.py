"""How agencies stand with what meetings gave them: one line for each, the worst first."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db.models import Case, Count, Sum, Value, When

from meetings.models import AssignmentState
from meetings.pages.directives.figures import (
    ALL,
    DONE_WITHOUT_DUE,
    IN_TIME,
    IS_DONE,
    LATE,
    ON_TIME,
    OPEN_WITHOUT_DUE,
    OVERDUE,
    StatusFilter,
    Wanted,
    given,
    narrowed,
)
from meetings.pages.directives.moved_parts import PartMark
from programme.agency_names import tell_apart
from programme.agency_successors import Successors, describe_successors
from programme.models import Agency, User
from smartcity.lib.language.percent import say_percent
from smartcity.lib.language.text import sort_key
from tasks.timeliness import Timeliness

# Together they are everything that was given.
CELLS = (ON_TIME, LATE, IN_TIME, OVERDUE, OPEN_WITHOUT_DUE, DONE_WITHOUT_DUE)
IS_ASKED_LATE = Case(When(asked_late_then__gt=0, then=Value(1)), default=Value(0))
IS_EXTENDED = Case(When(extensions_then__gt=0, then=Value(1)), default=Value(0))


@dataclass
class LeagueLine:
    """One agency's numbers; ``cells`` by timeliness and done or not."""

    agency: Agency
    name: str
    # What became of it; empty while it works.
    beside: str = ""
    cells: dict[tuple[Timeliness, bool], int] = field(default_factory=lambda: defaultdict(int))
    # The same, judged by the day that was given first.
    first_cells: dict[tuple[Timeliness, bool], int] = field(default_factory=lambda: defaultdict(int))
    returned: int = 0
    extended: int = 0
    extensions: int = 0
    asked_late: int = 0
    # What moved since the day that the page is compared with.
    marks: list[PartMark] = field(default_factory=list)

    def count(self, standing: StatusFilter) -> int:
        return sum(count for cell, count in self.cells.items() if standing.counts(*cell))

    @property
    def total(self) -> int:
        return self.count(ALL)

    @property
    def counts(self) -> list[tuple[StatusFilter, int]]:
        return [(standing, self.count(standing)) for standing in CELLS]

    @property
    def on_time(self) -> int:
        return self.count(ON_TIME)

    @property
    def fell_due(self) -> int:
        """What was done against a day, and what is open past it: the whole that ``percent`` is a share of."""
        return self.on_time + self.count(LATE) + self.count(OVERDUE)

    @property
    def percent(self) -> str:
        """Empty where nothing was due yet."""
        return say_percent(self.on_time, self.fell_due) if self.fell_due else ""

    @property
    def on_time_first(self) -> int:
        """How much was done by the day that was given first."""
        return self._count_first(ON_TIME)

    @property
    def fell_due_first(self) -> int:
        return sum(map(self._count_first, (ON_TIME, LATE, OVERDUE)))

    @property
    def first_percent(self) -> str:
        """The share in time by the first due day, which no extension moves; empty where nothing was due yet."""
        return say_percent(self.on_time_first, self.fell_due_first) if self.fell_due_first else ""

    def _count_first(self, standing: StatusFilter) -> int:
        return sum(count for cell, count in self.first_cells.items() if standing.counts(*cell))

    @property
    def badness(self) -> tuple:
        """The least in time first, who had nothing due last; then who has more overdue; then by name."""
        share = Fraction(self.on_time, self.fell_due) if self.fell_due else Fraction(2)
        return (share, -self.count(OVERDUE), -self.count(LATE), sort_key(self.name), self.agency.pk)


def read_league(user: User, *, on: date, today: date, role: str) -> list[LeagueLine]:
    """The agencies that were given anything by the day ``on`` in that role, or in any where it is empty.

    One query for all numbers, one for the agencies, and one for each generation of successors where some have ended.
    """
    rows = narrowed(given(user, on), Wanted(role=role), on=on).with_first_timeliness(on)
    rows = rows.annotate(is_done=IS_DONE, is_extended=IS_EXTENDED, is_asked_late=IS_ASKED_LATE).order_by()
    numbers = rows.values_list(
        *("agency", "timeliness_then", "first_timeliness_then", "is_done", "state_then", "is_extended"), "is_asked_late"
    ).annotate(Count("pk"), Sum("extensions_then"))
    lines: dict[int, LeagueLine] = {}
    found = list(numbers)
    agencies = Agency.objects.select_related("province").in_bulk({row[0] for row in found})
    successors = Successors(agencies.values(), today=today)
    names = tell_apart(agencies.values())
    for pk, cell, first_cell, is_done, state, is_extended, is_asked_late, count, extensions in found:
        agency = agencies[pk]
        line = lines.setdefault(pk, LeagueLine(agency, names[pk], describe_successors(agency, successors, today=today)))
        line.cells[Timeliness(cell), bool(is_done)] += count
        line.first_cells[Timeliness(first_cell), bool(is_done)] += count
        line.asked_late += count if is_asked_late else 0
        line.returned += count if state == AssignmentState.RETURNED else 0
        line.extended += count if is_extended else 0
        line.extensions += extensions
    return sorted(lines.values(), key=lambda line: line.badness)
