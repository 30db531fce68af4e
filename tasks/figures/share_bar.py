"""The shares of a programme's tasks by meaning, as a bar of plain SVG."""

from dataclasses import dataclass

from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.tones import TONE_LABELS


@dataclass(frozen=True)
class Segment:
    """One stretch of the bar. ``x`` and ``width`` are percentages, written with a point whatever the language."""

    tone: str
    label: str
    count: int
    x: str
    width: str

    @property
    def key(self) -> str:
        return f"mau-{self.tone}"


def bar(day: ProgrammeOnDay) -> list[Segment]:
    """The segments that have tasks, in reading order; empty when the programme has none."""
    segments: list[Segment] = []
    before = 0
    for tone, label in TONE_LABELS.items():
        count = day.counts[f"mau-{tone}"]
        if count:
            x, width = 100 * before / day.total, 100 * count / day.total
            segments.append(Segment(tone, label, count, f"{x:.3f}%", f"{width:.3f}%"))
            before += count
    return segments
