"""Figures that documents state, beside what the system computes for the same day."""

from dataclasses import dataclass

from programme.models import Measure, StatedFigure
from programme.money import group, say_money
from smartcity.portfolio.figures import ProgrammeOnDay

ROWS_OF = {
    Measure.TASKS_TOTAL: "tat-ca",
    Measure.TASKS_COMPLETE: "hoan-thanh",
    Measure.TASKS_NOT_COMPLETE: "chua-hoan-thanh",
    Measure.TASKS_PROPOSED: "de-nghi-chuyen-tiep",
    Measure.TASKS_CARRIED_OVER: "chuyen-tiep",
}


@dataclass(frozen=True)
class Comparison:
    """``computed`` is None when the system has nothing to set beside the figure."""

    figure: StatedFigure
    computed: int | None

    @property
    def agrees(self) -> bool:
        return self.figure.value == self.computed

    @property
    def stated_text(self) -> str:
        return self._say(self.figure.value)

    @property
    def computed_text(self) -> str:
        return "chưa có số liệu" if self.computed is None else self._say(self.computed)

    def _say(self, value: int) -> str:
        return say_money(value) if Measure(self.figure.measure).is_money else group(value)


def set_beside(figure: StatedFigure, day: ProgrammeOnDay) -> Comparison:
    if figure.measure == Measure.BUDGET:
        return Comparison(figure, day.declared.vnd if day.declared else None)
    if figure.measure == Measure.BUDGET_PROPOSED:
        return Comparison(figure, day.proposed_budget.vnd if day.proposed_budget else None)
    return Comparison(figure, day.counts[ROWS_OF[Measure(figure.measure)]] if day.revision else None)
