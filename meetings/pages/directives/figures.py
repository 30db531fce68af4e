"""What meetings gave to whom and how it stands on a day: the rows of the board, and the numbers that count them."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, Q, Value, When

from meetings.models import Assignment, AssignmentState, Attendance, AttendanceRole
from meetings.models.directive import meeting_order, notice_order
from meetings.models.due import DueKind
from meetings.progress_said import SILENT_FROM, ProgressSaid, progress_said
from meetings.standing_words import say_standing, tone_of
from meetings.urged import urged_on, with_urged
from programme.models import User
from smartcity.lib.language.money import group
from smartcity.lib.language.text import words_to_find
from tasks.timeliness import TIMELINESS_LABELS, Timeliness, timeliness


@dataclass(frozen=True)
class StatusFilter:
    """Some of the rows by how they stand: in which cells of timeliness, done or not."""

    key: str
    label: str
    cells: frozenset[Timeliness]
    is_done: bool | None = None

    def counts(self, cell: Timeliness, is_done: bool) -> bool:
        return cell in self.cells and self.is_done in (None, is_done)

    def of(self, assignments):
        """Those of the assignments, which ``on_day`` has read."""
        if self.is_done is not None:
            assignments = assignments.filter(done_then__isnull=not self.is_done)
        if self.cells != EVERY_CELL:
            assignments = assignments.filter(timeliness_then__in=[cell.value for cell in self.cells])
        return assignments


EVERY_CELL = frozenset(Timeliness)
ALL = StatusFilter("", "Tất cả", EVERY_CELL)
OVERDUE, IN_TIME, ON_TIME, LATE, NO_DUE = (
    StatusFilter(cell.value, TIMELINESS_LABELS[cell], frozenset([cell]))
    for cell in (
        Timeliness.OPEN_OVERDUE,
        Timeliness.OPEN_IN_TIME,
        Timeliness.DONE_ON_TIME,
        Timeliness.DONE_LATE,
        Timeliness.NO_DUE_DATE,
    )
)
OPEN_WITHOUT_DUE = StatusFilter("open_no_due_date", "Chưa hoàn thành, không có hạn", NO_DUE.cells, is_done=False)
DONE_WITHOUT_DUE = StatusFilter("done_no_due_date", "Hoàn thành, không có hạn", NO_DUE.cells, is_done=True)
DONE = StatusFilter("done", "Đã hoàn thành", EVERY_CELL, is_done=True)
# In the order in which they are offered.
STATUS_FILTERS = {
    standing.key: standing
    for standing in (ALL, OVERDUE, IN_TIME, OPEN_WITHOUT_DUE, DONE, ON_TIME, LATE, DONE_WITHOUT_DUE, NO_DUE)
}


@dataclass(frozen=True)
class Wanted:
    """What narrows the board and all its numbers; what is left out is any."""

    agency: int | None = None
    programme: str = ""
    meeting: int | None = None
    # Who chaired the meeting, by name.
    chair: str = ""
    due_kind: str = ""
    role: str = ""
    state: str = ""
    is_extended: bool = False
    # Extended, and asked for after the due of then.
    is_asked_late: bool = False
    # Judged by the day that was given first.
    by_first_due: bool = False
    words: str = ""
    # A movement, by its key, since an earlier day.
    moved: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Row:
    """One agency's part in one directive, as it stood on the day ``as_of``."""

    assignment: Assignment
    as_of: date

    @property
    def cell(self) -> Timeliness:
        return Timeliness(self.assignment.timeliness_then)  # type: ignore[attr-defined]

    @property
    def is_done(self) -> bool:
        return self.done_on is not None

    @property
    def tone(self) -> str:
        return tone_of(self.cell, is_done=self.is_done)

    @property
    def label(self) -> str:
        """How it stands, in words."""
        return say_standing(self.cell, self.assignment.directive.due, is_done=self.is_done)

    @property
    def state_label(self) -> str:
        """What was answered by then; empty for what is done, which ``label`` says."""
        return "" if self.is_done else str(AssignmentState(self.assignment.state_then).label)  # type: ignore[attr-defined]

    @property
    def due_said(self) -> str:
        """The due in the notice's words, as a sentence begins."""
        said = self.assignment.directive.due.say()
        return said[:1].upper() + said[1:]

    @property
    def has_no_day(self) -> bool:
        """Whether no day will ever come."""
        return self.assignment.directive.due.is_open_ended

    @property
    def progress(self) -> ProgressSaid | None:
        return progress_said(self.assignment, self.as_of)

    @property
    def urged_on(self) -> date | None:
        """When its agency was last urged, of what is open."""
        return None if self.is_done else urged_on(self.assignment)

    @property
    def days_silent(self) -> int:
        """Days since the meeting, of what is open and of which nothing was said; 0 while that is not long."""
        if self.is_done or self.progress or self.assignment.state_then != AssignmentState.OPEN:  # type: ignore[attr-defined]
            return 0
        days = (self.as_of - self.assignment.directive.conclusion.meeting.held_on).days
        return days if days >= SILENT_FROM else 0

    @property
    def due_on(self) -> date | None:
        return self.assignment.due_then  # type: ignore[attr-defined]

    @property
    def first_due_on(self) -> date | None:
        return self.assignment.first_due_then  # type: ignore[attr-defined]

    @property
    def done_on(self) -> date | None:
        return self.assignment.done_then  # type: ignore[attr-defined]

    @property
    def extensions(self) -> int:
        return self.assignment.extensions_then  # type: ignore[attr-defined]

    @property
    def asked_late(self) -> int:
        """How many of the extensions were asked for after the due of then."""
        return self.assignment.asked_late_then  # type: ignore[attr-defined]

    @property
    def days_late(self) -> int:
        """Days past its due, of what is open; else 0."""
        return (self.as_of - self.due_on).days if self.due_on and self.cell == Timeliness.OPEN_OVERDUE else 0


@dataclass(frozen=True)
class DirectedPiece:
    """A piece of a sentence; ``standing`` are the rows that it counts, if it is a figure."""

    text: str
    standing: StatusFilter | None = None


@dataclass(frozen=True)
class Board:
    """What was given, as it stood on the day ``as_of``: ``cells`` are its numbers by timeliness and done or not."""

    as_of: date
    assignments: object = field(repr=False)
    by_first_due: bool = False

    @cached_property
    def cells(self) -> Counter[tuple[Timeliness, bool]]:
        """One query, whatever is asked of the numbers afterwards."""
        counted = self.assignments.annotate(is_done=IS_DONE).order_by()  # type: ignore[attr-defined]
        counted = counted.values_list("timeliness_then", "is_done").annotate(Count("pk"))
        return Counter({(Timeliness(cell), bool(is_done)): count for cell, is_done, count in counted})

    def count(self, standing: StatusFilter) -> int:
        return sum(count for cell, count in self.cells.items() if standing.counts(*cell))

    @property
    def total(self) -> int:
        return self.count(ALL)

    @property
    def overdue(self) -> int:
        return self.count(OVERDUE)

    def rows(self, standing: StatusFilter = ALL):
        """The assignments themselves, the most urgent first."""
        return self._said(urgent_first(standing.of(self.assignments)))

    def keys(self, standing: StatusFilter, first: int, last: int):
        """Those of the same rows from the place ``first`` to ``last``, counted from 1, each with its due of the day and
        how often that was extended.

        What is done comes last: where all of these are open, its order is not asked for.
        """
        rows = standing.of(self.assignments)
        is_open = sum(count for cell, count in self.cells.items() if standing.counts(*cell) and not cell[1])
        if last <= is_open:
            rows = rows.open_on(self.as_of)
        return urgent_first(rows).values_list("pk", "due_then", "extensions_then")[first - 1 : last]

    def shown(self, keys) -> list[Assignment]:
        """The rows of some ``keys``, in their order: what else is told of a row is asked of those that are shown."""
        then = list(keys)
        rows = Assignment.objects.filter(pk__in=[pk for pk, *_ in then])
        rows = self._said(rows.with_first_due(self.as_of).with_done(self.as_of))
        found = {row.pk: row for row in rows.only(*SHOWN)}
        # What somebody has taken out in between is not there any more.
        return [self._as_then(found[pk], due, extensions) for pk, due, extensions in then if pk in found]

    def _as_then(self, row, due: date | None, extensions: int) -> Assignment:
        """The row with what ``on_day`` and ``by_first_due`` add to it, which was worked out for its place already."""
        row.due_then, row.extensions_then = due, extensions
        judged_by = row.first_due_then if self.by_first_due else due
        row.timeliness_then = timeliness(judged_by, row.done_then, self.as_of)
        return row

    def _said(self, assignments):
        """With all that a row says."""
        said = told(assignments, self.as_of).with_progress(self.as_of)
        return with_urged(said, self.as_of).select_related(*NAMED)

    def standings(self, chosen: StatusFilter) -> list[tuple[StatusFilter, int]]:
        """What can be chosen, with its count; what counts nothing is left out."""
        counted = [(standing, self.count(standing)) for standing in STATUS_FILTERS.values()]
        return [(standing, count) for standing, count in counted if count or standing in (ALL, chosen)]

    def headline(self) -> list[DirectedPiece]:
        """The sentence that the board begins with."""
        if not self.total:
            return [DirectedPiece("Không có việc nào được giao")]
        parts = [DirectedPiece(group(self.total), ALL), DirectedPiece(" việc được giao: ")]
        for standing, words in (
            (OVERDUE, " quá hạn"),
            (IN_TIME, " còn trong hạn"),
            (OPEN_WITHOUT_DUE, " chưa xong và không có hạn"),
            (DONE, " đã hoàn thành"),
        ):
            parts += [DirectedPiece(group(self.count(standing)), standing), DirectedPiece(f"{words}, ")]
        parts[-1] = DirectedPiece(parts[-1].text.removesuffix(", "))
        return parts


# What a row of the board names, and all that is shown of it.
NAMED = ("agency__province", "directive__conclusion__meeting")
SHOWN = (
    *("role", "is_assumed", "agency__name", "agency__province__name"),
    *("directive__text", "directive__position", "directive__due_kind", "directive__due_day", "directive__due_year"),
    *("directive__due_month", "directive__due_words", "directive__due_when", "directive__due_cadence"),
    *("directive__conclusion__number", "directive__conclusion__meeting__held_on"),
)
IS_DONE = Case(When(done_then__isnull=False, then=Value(1)), default=Value(0))
KIND_PLACE = Case(*(When(directive__due_kind=kind, then=Value(place)) for place, kind in enumerate(DueKind)))


def read_board(user: User, wanted: Wanted, *, on: date) -> Board:
    """What the user may see of what meetings gave until the day ``on``. Runs no query by itself."""
    found = narrowed(Assignment.objects.visible_to(user).given(on).on_day(on), wanted, on=on)
    if wanted.moved and wanted.since:
        found = with_then(found, user, wanted, since=wanted.since).filter(PART_MOVEMENTS[wanted.moved].is_so)
    return Board(on, found, wanted.by_first_due)


@dataclass(frozen=True)
class PartMovement:
    """One way in which an agency's part can have moved since an earlier day; ``is_so`` follows ``with_then``."""

    key: str
    title: str
    mark: str
    is_so: Q


IS_LATE = Q(timeliness_then=Timeliness.OPEN_OVERDUE.value)
PART_MOVEMENTS = {
    movement.key: movement
    for movement in (
        PartMovement("qua-han", "Quá hạn thêm", "+{} quá hạn", IS_LATE & Q(was_late=False)),
        PartMovement("het-qua-han", "Không còn quá hạn", "−{} quá hạn", Q(was_late=True) & ~IS_LATE),
        PartMovement("hoan-thanh", "Hoàn thành thêm", "+{} hoàn thành", Q(done_then__isnull=False, was_done=False)),
        PartMovement("moi", "Việc mới giao", "+{} việc", Q(was_given=False)),
    )
}


def with_then(assignments, user: User, wanted: Wanted, *, since: date):
    """Add how each stood on the earlier day ``since``: ``was_given``, ``was_late``, ``was_done``."""
    then = parts_then(user, wanted, since)
    sets = {
        "was_given": then,
        "was_late": then.filter(IS_LATE),
        "was_done": then.filter(done_then__isnull=False),
    }
    kept = {name: Q(pk__in=rows.order_by().values("pk")) for name, rows in sets.items()}
    return assignments.annotate(**{name: ExpressionWrapper(each, BooleanField()) for name, each in kept.items()})


def read_part_marks(user: User, wanted: Wanted, *, since: date, on: date) -> list[tuple[str, str]]:
    """What moved since that day: the key of each movement and its mark. Two queries.

    What was withdrawn stands on the board no more, and has no key.
    """
    wanted = replace(wanted, moved="", since=None)
    now = read_board(user, wanted, on=on).assignments
    counted = {f"n{place}": Count("pk", filter=one.is_so) for place, one in enumerate(PART_MOVEMENTS.values())}
    counts = with_then(now, user, wanted, since=since).order_by().aggregate(**counted)  # type: ignore[attr-defined]
    counts_of = zip(PART_MOVEMENTS.values(), counts.values(), strict=True)
    marks = [(one.key, one.mark.format(group(count))) for one, count in counts_of if count]
    gone = parts_then(user, wanted, since).exclude(pk__in=now.order_by().values("pk")).count()  # type: ignore[attr-defined]
    return [*marks, ("", f"−{group(gone)} việc đã rút")] if gone else marks


def parts_then(user: User, wanted: Wanted, since: date):
    """The parts as they stood on the earlier day."""
    return narrowed(Assignment.objects.visible_to(user).given(since).on_day(since), wanted, on=since)


def given(user: User, on: date):
    """The assignments that stood on the day, as they were on it."""
    return told(Assignment.objects.visible_to(user).given(on).on_day(on), on)


def told(assignments, on: date):
    """With all else that is told of each as it was on the day; follows ``with_first_due`` and ``with_done``."""
    return assignments.with_state(on).with_late_requests(on)


def narrowed(assignments, wanted: Wanted, *, on: date):
    if wanted.by_first_due:
        assignments = assignments.by_first_due(on)
    found = {
        "agency": wanted.agency,
        "directive__conclusion__meeting__about__programme__code": wanted.programme,
        "directive__conclusion__meeting": wanted.meeting,
        "directive__due_kind": wanted.due_kind,
        "role": wanted.role,
    }
    assignments = assignments.filter(**{name: value for name, value in found.items() if value})
    if wanted.chair:
        chairs = Attendance.objects.filter(role=AttendanceRole.CHAIR, person=wanted.chair)
        assignments = assignments.filter(directive__conclusion__meeting__in=chairs.values("meeting"))
    # Looked up only where it is asked for: numbers and order do without.
    if wanted.state:
        assignments = assignments.with_state(on).filter(state_then=wanted.state)
    if wanted.is_extended:
        assignments = assignments.filter(extensions_then__gt=0)
    if wanted.is_asked_late:
        assignments = assignments.with_late_requests(on).filter(asked_late_then__gt=0)
    for word in words_to_find(wanted.words):
        assignments = assignments.filter(directive__search_text__contains=word)
    return assignments


def urgent_first(assignments):
    """Open before done. Of the open, the oldest day first, then as ``Due.sort_key`` has it; of the done, the last."""
    return assignments.order_by(
        F("done_then").desc(nulls_first=True),
        F("due_then").asc(nulls_last=True),
        KIND_PLACE,
        "directive__due_words",
        *meeting_order("directive__"),
        *notice_order("directive__"),
        "-role",
        "agency__name",
        "pk",
    )
