"""Money by year: pairs of what was planned and paid, stacked by source; below them both so far, year upon year.

``{% money_bars table %}`` and its key ``{% money_key table %}``. Plain SVG without a viewBox: it fills any width, and
its numbers are never stretched; the values stand in the table that goes with it. Sources are told apart by texture,
so that grey paper shows them too.
"""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from django import template
from django.utils.safestring import SafeString, mark_safe

from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.pages.ledger.year_money import MoneyTable, MoneyYear, stacked

register = template.Library()
# Of the bars, in px; above them is room for a sum, below for a year.
HEIGHT, ABOVE, BELOW = 110, 16, 18
# Of what was planned and paid so far, below the years: room for its name, its own height.
NAME, SO_FAR = 16, 50
YEARS = 8
BILLION = 10**9
# What is drawn on the tile of each source, 8 px wide; the first two are a whole colour.
TEXTURES = {
    MoneySource.PROVINCE: "",
    MoneySource.CENTRAL: '<path d="M-2 2 2 -2M0 8 8 0M6 10 10 6"/>',
    MoneySource.DISTRICT: '<path d="M0 2H8M0 6H8"/>',
    MoneySource.COMMUNE: '<path d="M2 0V8M6 0V8"/>',
    MoneySource.PRIVATE: None,
    MoneySource.ODA: '<path d="M0 0 8 8M0 8 8 0"/>',
    MoneySource.OTHER: '<path d="M2 2h1M6 6h1"/>',
    MoneySource.UNSPECIFIED: '<path d="M0 4H4M4 0H8"/>',
}
# Planned or paid until the end of a year, as far as anything is known: its place among those drawn, and the sum.
Points = list[tuple[int, int]]


@register.simple_tag
def money_bars(table: MoneyTable) -> SafeString:
    """The last years, as many as there is room for."""
    years = [year for year in table.years if year.number]
    shown = years[-YEARS:]
    kinds = (MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT)
    highest = max((sum(vnd for _, vnd in stacked(year, kind)) for year in shown for kind in kinds), default=0)
    if highest <= 0:
        return mark_safe("")
    width = 100 / len(shown)
    drawn = "".join(_year(year, place * width, width, highest) for place, year in enumerate(shown))
    floor = ABOVE + HEIGHT
    axis = f'<line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>'
    so_far = _so_far(years, len(shown), floor + BELOW) if len(shown) > 1 else ""
    height = floor + BELOW + (NAME + SO_FAR + 8 if so_far else 0)
    defs = _textures(table)
    return mark_safe(  # noqa: S308
        f'{defs}<svg class="money-bars" height="{height}" aria-hidden="true" focusable="false">'
        f"{drawn}{axis}{so_far}</svg>"
    )


@register.simple_tag
def money_key(table: MoneyTable) -> SafeString:
    """What the textures mean, each with what was paid and planned of its source."""
    lines = "".join(
        f'<li><svg class="swatch" aria-hidden="true" focusable="false">{_rect(row.of.source or "", "paid")}</svg>'
        f"{escape(row.label)}: {_say_known(row.paid.vnd)} / {_say_known(row.planned.vnd)}</li>"
        for row in table.sources
    )
    return mark_safe(f'<ul class="legend">{lines}</ul>')  # noqa: S308


def _textures(table: MoneyTable) -> str:
    """What the bars and the key are filled with."""
    patterns = "".join(
        f'<pattern id="nguon-{source}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect class="ground" width="8" height="8"/>{TEXTURES[source]}</pattern>'
        for source in (MoneySource(row.of.source or "") for row in table.sources)
        if TEXTURES[source]
    )
    svg = '<svg class="defs money-textures" width="0" height="0" aria-hidden="true" focusable="false">'
    return f"{svg}<defs>{patterns}</defs></svg>"


def _year(year: MoneyYear, x: float, width: float, highest: int) -> str:
    planned, paid = stacked(year, MoneyKind.YEAR_PLAN), stacked(year, MoneyKind.DISBURSEMENT)
    bars = _bar(planned, 14, highest, "planned") + _bar(paid, 52, highest, "paid")
    label = f'<text x="50%" y="{ABOVE + HEIGHT + 14}">{year.number}</text>'
    return f'<svg x="{x:.3f}%" width="{width:.3f}%" height="100%">{bars}{label}</svg>'


def _bar(stack: Sequence[tuple[str, int]], x: int, highest: int, name: str) -> str:
    total, parts, y = sum(vnd for _, vnd in stack), [], float(ABOVE + HEIGHT)
    if not total:
        return ""
    for source, vnd in stack:
        height = HEIGHT * vnd / highest
        y -= height
        parts.append(_rect(source, name, f' x="{x}%" y="{y:.1f}" width="34%" height="{height:.1f}"'))
    said = f'<text class="sum {name}" x="{x + 17}%" y="{y - 4:.1f}">{_say(total)}</text>'
    return f"{''.join(parts)}{said}"


def _rect(source: str, name: str, place: str = ' x="0.5" y="0.5" width="13" height="13"') -> str:
    texture = TEXTURES[MoneySource(source)]
    fill = f' fill="url(#nguon-{source})"' if texture else ""
    look = "is-empty" if texture is None else "" if texture else "is-full"
    return f'<rect class="source {name} {look}"{fill}{place}/>'


def _so_far(years: Sequence[MoneyYear], shown: int, top: int) -> str:
    """Two lines below the same years, on an axis of their own; each ends with its sum."""
    lines = {
        "planned": _sums((year.whole.planned.vnd for year in years), shown, len(years)),
        "paid": _sums((year.whole.paid.vnd for year in years), shown, len(years)),
    }
    highest = max((vnd for points in lines.values() for _, vnd in points), default=0)
    if highest <= 0:
        return ""
    floor = top + NAME + SO_FAR
    # Where both end at one place, their sums would lie on one another.
    ends = [points[-1] for points in lines.values() if points]
    apart = (
        0 if len({place for place, _ in ends}) == len(ends) else max(0, 15 - (SO_FAR - 10) * _gap(ends) / highest) / 2
    )
    drawn = "".join(_line(name, points, shown, highest, floor, apart) for name, points in lines.items())
    name = f'<text class="name" x="0" y="{top + 11}">Lũy kế: kế hoạch (gạch), giải ngân (liền)</text>'
    return f'{name}{drawn}<line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>'


def _sums(each: Iterable[int | None], shown: int, count: int) -> Points:
    """From the first year that is known to the last, of those that are drawn."""
    amounts = list(each)
    last = max((place for place, vnd in enumerate(amounts) if vnd is not None), default=-1)
    points: Points = []
    total = 0
    for place, vnd in enumerate(amounts[: last + 1]):
        total += vnd or 0
        if place >= count - shown and (points or total):
            points.append((place - (count - shown), total))
    return points


def _gap(ends: Points) -> int:
    return abs(ends[0][1] - ends[-1][1])


def _line(name: str, points: Points, shown: int, highest: int, floor: int, apart: float) -> str:
    if not points:
        return ""
    places = [((place + 0.5) * 100 / shown, floor - (SO_FAR - 10) * vnd / highest) for place, vnd in points]
    drawn = "".join(
        f'<line class="so-far {name}" x1="{x:.2f}%" y1="{y:.1f}" x2="{next_x:.2f}%" y2="{next_y:.1f}"/>'
        for (x, y), (next_x, next_y) in pairwise(places)
    )
    x, y = places[-1]
    # What was paid mostly ends before the plan does: its sum stands below the line of the plan that goes on.
    ends_early = name == "paid" and places[-1][0] < 100 - 100 / shown
    said_at = min(y + 14, floor - 3) if ends_early else y + 4 + (-apart if name == "planned" else apart)
    end = f'<circle class="so-far {name}" cx="{x:.2f}%" cy="{y:.1f}" r="2.5"/>'
    said = f'<text class="sum end {name}" x="{x:.2f}%" dx="7" y="{said_at:.1f}">{_say(points[-1][1])}</text>'
    return f"{drawn}{end}{said}"


def _say_known(vnd: int | None) -> str:
    return "chưa có" if vnd is None else _say(vnd)


def _say(vnd: int) -> str:
    """In tỷ đồng, shortened: the table has the whole."""
    if abs(vnd) >= 10 * BILLION:
        return f"{int(vnd / BILLION):,}".replace(",", ".")
    if 0 < vnd < BILLION // 10:
        return "&lt;0,1"
    return f"{int(vnd / (BILLION // 10)) / 10:.1f}".replace(".", ",")
