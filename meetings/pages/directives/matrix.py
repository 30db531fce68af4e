"""Directives that go to several agencies: a row for each, a column for an agency, and how it stands there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from meetings.models import Assignment, Directive
from meetings.models.directive import meeting_order, notice_order
from meetings.pages.directives.directive_status import DirectiveStatus, read_directive_status
from meetings.pages.directives.figures import Row, Wanted, narrowed
from meetings.pages.directives.moved_parts import PartMark
from meetings.standing_words import say_standing
from programme.agency_names import tell_apart
from programme.models import Agency, User
from smartcity.lib.language.text import sort_key
from tasks.timeliness import Timeliness

# As a column's cell has room for them; the sentence is that of the board.
SHORT_LABELS = {
    Timeliness.OPEN_OVERDUE: "Quá hạn",
    Timeliness.OPEN_IN_TIME: "Trong hạn",
    Timeliness.DONE_ON_TIME: "Đúng hạn",
    Timeliness.DONE_LATE: "Xong muộn",
}
# More columns than these cannot be read side by side; what the others have to do stands together in one more.
MOST_COLUMNS = 8


@dataclass(frozen=True)
class MatrixCell(Row):
    """One agency's part, as short as a column needs it; ``name`` tells the agency from all others of the matrix."""

    name: str = ""

    @property
    def short_label(self) -> str:
        if self.cell == Timeliness.NO_DUE_DATE:
            return "Đã xong" if self.is_done else "Không hạn" if self.has_no_day else "Chưa có hạn"
        return SHORT_LABELS[self.cell]


@dataclass(frozen=True)
class MatrixRow:
    """One directive: ``cells`` in the order of the columns, ``others`` of agencies that have no column."""

    directive: Directive
    whole: DirectiveStatus
    cells: list[MatrixCell | None]
    others: list[MatrixCell]
    # What moved of its parts since the day that the page is compared with.
    marks: Sequence[PartMark] = ()

    @property
    def whole_label(self) -> str:
        return say_standing(self.whole.timeliness, self.directive.due, is_done=self.whole.is_done)


@dataclass(frozen=True)
class Matrix:
    columns: list[str]
    # How many agencies occur that have no column.
    left_out: int
    rows: list[MatrixRow]


def shared_directives(user: User, wanted: Wanted, *, on: date):
    """Those that at least two agencies were given by the day ``on``, the latest meeting first."""
    parts = narrowed(Assignment.objects.visible_to(user).given(on), wanted, on=on).order_by()
    shared = parts.values("directive").annotate(agencies=Count("pk")).filter(agencies__gte=2)
    directives = Directive.objects.filter(pk__in=shared.values("directive")).with_due(on)
    return directives.select_related("conclusion__meeting").order_by(*meeting_order(newest_first=True), *notice_order())


def read_matrix(
    directives: Iterable[Directive], *, on: date, marks: Mapping[int, Sequence[PartMark]] | None = None
) -> Matrix:
    """The matrix of these directives; one query, whatever their number."""
    found = list(directives)
    loaded = {one.pk: one for one in found}
    parts = Assignment.objects.filter(directive__in=loaded).on_day(on).with_state(on).with_progress(on)
    loaded_parts = list(parts.select_related("agency__province").order_by("agency__name", "pk"))
    counts = Counter(part.agency for part in loaded_parts)
    names = tell_apart(counts, _short_name)
    by_directive: dict[int, list[MatrixCell]] = defaultdict(list)
    for part in loaded_parts:
        part.directive = loaded[part.directive_id]
        by_directive[part.directive_id].append(MatrixCell(part, on, names[part.agency_id]))
    # Who was given most has a column; the columns themselves stand by name.
    by_count = sorted(counts, key=lambda agency: (-counts[agency], sort_key(names[agency.pk]), agency.pk))
    columns = sorted(by_count[:MOST_COLUMNS], key=lambda agency: (sort_key(names[agency.pk]), agency.pk))
    moved = marks or {}
    rows = [_row(one, by_directive[one.pk], columns, on, moved.get(one.pk, ())) for one in found]
    return Matrix([names[agency.pk] for agency in columns], len(by_count) - len(columns), rows)


def _short_name(agency: Agency) -> str:
    return agency.short_name or agency.name_in_province


def _row(
    directive: Directive, cells: list[MatrixCell], columns: list[Agency], on: date, marks: Sequence[PartMark]
) -> MatrixRow:
    of = {cell.assignment.agency_id: cell for cell in cells}
    shown = [of.pop(agency.pk, None) for agency in columns]
    whole = read_directive_status(directive, [cell.assignment for cell in cells], on=on)
    return MatrixRow(directive, whole, shown, list(of.values()), marks)
