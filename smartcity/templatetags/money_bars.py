"""Money by year in pairs of bars, what was planned and what was paid, stacked by source: ``{% money_bars years %}``.

Plain SVG without a viewBox; its values stand in the table that goes with it.
"""

from collections.abc import Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from smartcity.lib.language.money import MoneySource
from smartcity.portfolio.year_money import MoneyYear

register = template.Library()
# Of the bars, in px; above them is room for a sum, below for a year.
HEIGHT, ABOVE, BELOW = 110, 16, 18
BILLION = 10**9
SHADES = {source.value: place for place, source in enumerate(MoneySource)}


@register.simple_tag
def money_bars(years: Sequence[MoneyYear]) -> SafeString:
    """The last years, as many as there is room for."""
    shown = years[-8:]
    highest = max((sum(vnd for _, vnd in stack) for year in shown for stack in (year.planned, year.paid)), default=0)
    if not highest:
        return mark_safe("")
    width = 100 / len(shown)
    drawn = "".join(_year(year, place * width, width, highest) for place, year in enumerate(shown))
    floor = ABOVE + HEIGHT
    axis = f'<line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>'
    return mark_safe(  # noqa: S308
        f'<svg class="money-bars" height="{floor + BELOW}" aria-hidden="true" focusable="false">{drawn}{axis}</svg>'
    )


@register.filter
def shade(source: str) -> str:
    """The class of the colour of a source, for the key."""
    return f"shade-{SHADES[source]}"


def _year(year: MoneyYear, x: float, width: float, highest: int) -> str:
    bars = _bar(year.planned, 14, highest, "planned") + _bar(year.paid, 52, highest, "paid")
    label = f'<text x="50%" y="{ABOVE + HEIGHT + 14}">{year.year}</text>'
    return f'<svg x="{x:.3f}%" width="{width:.3f}%" height="100%">{bars}{label}</svg>'


def _bar(stack: list[tuple[str, int]], x: int, highest: int, name: str) -> str:
    total, parts, y = sum(vnd for _, vnd in stack), [], float(ABOVE + HEIGHT)
    if not total:
        return ""
    for source, vnd in stack:
        height = HEIGHT * vnd / highest
        y -= height
        parts.append(f'<rect class="{name} {shade(source)}" x="{x}%" y="{y:.1f}" width="34%" height="{height:.1f}"/>')
    said = f'<text class="sum" x="{x + 17}%" y="{y - 4:.1f}">{escape(_say(total))}</text>'
    return f"{''.join(parts)}{said}"


def _say(vnd: int) -> str:
    """In tỷ đồng, shortened: the table has the whole."""
    if vnd >= 10 * BILLION:
        return f"{vnd // BILLION:,}".replace(",", ".")
    return f"{vnd // (BILLION // 10) / 10:.1f}".replace(".", ",")
