"""The way of a figure through two years, as a small line: ``{% sparkline trend "overdue" now compared_day %}``.

It shows the direction alone: the figure stands beside it, and all values in the table that it leads to.
"""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.safestring import SafeString, mark_safe

from tasks.figures.portfolio_sums import TrendPoint

register = template.Library()
WIDTH, HEIGHT, MARGIN = 96, 28, 4


@register.simple_tag
def sparkline(trend: Sequence[TrendPoint], name: str, now: int, compared: date | None = None) -> SafeString:
    """The line to the figure ``now``, with a hollow dot at the day compared with; nothing where nothing moved."""
    values = [*(getattr(point, name) for point in trend), now]
    lowest, highest = min(values), max(values)
    if lowest == highest:
        return mark_safe("")
    step, scale = (WIDTH - 2 * MARGIN) / (len(values) - 1), (HEIGHT - 2 * MARGIN) / (highest - lowest)
    places = [(MARGIN + step * place, HEIGHT - MARGIN - scale * (value - lowest)) for place, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = ""
    if compared and trend[0].on <= compared:
        nearest = min(range(len(trend)), key=lambda place: abs((trend[place].on - compared).days))
        dots = _dot("spark-then", *places[nearest])
    drawn = f'<polyline class="spark" points="{line}"/>{dots}{_dot("spark-now", *places[-1])}'
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return mark_safe(f'<svg class="sparkline" {size} aria-hidden="true" focusable="false">{drawn}</svg>')  # noqa: S308


def _dot(name: str, x: float, y: float) -> str:
    return f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>'
