"""Figures that documents state, beside what the system computes for the same day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from programme.models import Measure, Programme, StatedFigure
from smartcity.lib.language.money import group, say_money
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.reading import read_programme_on_days

ROWS_OF = {
    Measure.TASKS_TOTAL: "tat-ca",
    Measure.TASKS_COMPLETE: "hoan-thanh",
    Measure.TASKS_NOT_COMPLETE: "chua-hoan-thanh",
    Measure.TASKS_PROPOSED: "de-nghi-chuyen-tiep",
    Measure.TASKS_CARRIED_OVER: "chuyen-tiep",
}


@dataclass(frozen=True)
class StatedComparison:
    """``computed`` is None when the system has nothing of its own to set beside the figure."""

    figure: StatedFigure
    computed: int | None
    list_is_partial: bool = False

    @property
    def agrees(self) -> bool:
        return self.figure.value == self.computed

    @property
    def differs(self) -> bool:
        return self.computed is not None and not self.agrees

    @property
    def tone(self) -> str:
        return "good" if self.agrees else "late" if self.differs else "idle"

    @property
    def label(self) -> str:
        return "Khớp" if self.agrees else "Lệch" if self.differs else "Chưa đối chiếu được"

    @property
    def stated_text(self) -> str:
        return self._say(self.figure.value)

    @property
    def computed_text(self) -> str:
        return "chưa có số liệu" if self.computed is None else self._say(self.computed)

    @property
    def difference_text(self) -> str:
        """By how much, and which way: «công bố ít hơn 3»; empty when the two agree."""
        if self.computed is None or self.agrees:
            return ""
        more_or_less = "nhiều hơn" if self.figure.value > self.computed else "ít hơn"
        return f"công bố {more_or_less} {self._say(abs(self.figure.value - self.computed))}"

    @property
    def rows_key(self) -> str:
        """The rows behind the computed figure, as addresses name them; money has none."""
        return "" if self.computed is None else ROWS_OF.get(Measure(self.figure.measure), "")

    def _say(self, value: int) -> str:
        return say_money(value) if Measure(self.figure.measure).is_money else group(value)


@dataclass(frozen=True)
class StatedDay:
    on: date
    comparisons: list[StatedComparison]


def set_beside(figure: StatedFigure, day: ProgrammeOnDay) -> StatedComparison:
    if figure.measure == Measure.BUDGET:
        return StatedComparison(figure, _budget_from_elsewhere(figure, day))
    if figure.measure == Measure.BUDGET_PROPOSED:
        return StatedComparison(figure, day.proposed_budget.vnd if day.proposed_budget else None)
    if day.revision is None:
        return StatedComparison(figure, None)
    return StatedComparison(figure, day.counts[ROWS_OF[Measure(figure.measure)]], day.revision.task_list_is_partial)


def _budget_from_elsewhere(figure: StatedFigure, day: ProgrammeOnDay) -> int | None:
    """The declared total; None where it is known from this very figure, which would agree with itself."""
    if day.declared is None:
        return None
    revision_declares = day.revision is not None and day.revision.declared_budget_vnd is not None
    return day.declared.vnd if revision_declares or day.declared.document != figure.document else None


def all_stated(programme: Programme) -> list[StatedDay]:
    """Every figure that was stated of the programme beside what is computed for its day; the newest first."""
    figures = list(programme.stated_figures.select_related("document").order_by("-as_of", "pk"))
    days = read_programme_on_days(programme, {figure.as_of for figure in figures})
    return [
        StatedDay(on, [set_beside(figure, days[on]) for figure in of_the_day])
        for on, of_the_day in groupby(figures, key=lambda figure: figure.as_of)
    ]


def summary(days: Iterable[StatedDay]) -> str:
    """«9 số liệu công bố: 6 khớp, 2 lệch, 1 chưa đối chiếu được»."""
    labels = [one.label for day in days for one in day.comparisons]
    if not labels:
        return "Chưa có số liệu công bố nào"
    told = [f"{labels.count(label)} {label.lower()}" for label in ("Khớp", "Lệch", "Chưa đối chiếu được")]
    return f"{len(labels)} số liệu công bố: " + ", ".join(count for count in told if not count.startswith("0 "))
