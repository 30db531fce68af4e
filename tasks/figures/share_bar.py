"""The shares of tasks by meaning, as a bar of plain SVG."""

from collections.abc import Mapping
from dataclasses import dataclass

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


def bar(counts: Mapping[str, int]) -> list[Segment]:
    """The segments that have tasks, in reading order; empty where there is none. ``counts`` are those of row sets."""
    total = counts["tat-ca"]
    segments: list[Segment] = []
    before = 0
    for tone, label in TONE_LABELS.items():
        count = counts[f"mau-{tone}"]
        if count:
            x, width = 100 * before / total, 100 * count / total
            segments.append(Segment(tone, label, count, f"{x:.3f}%", f"{width:.3f}%"))
            before += count
    return segments
