"""Rows of a schedule as plain SVG: ``{% gantt_row row scale %}``; what stands behind and above them, beside it.

Without a viewBox: x and width in percent, y and height in pixels, so it fills any width and no text is ever stretched.
What a bar shows is told in words beside it; the drawing itself is hidden from who does not see it. The patterns stand
once on the page: ``{% gantt_patterns %}``.
"""

from datetime import date
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from tasks.figures.schedule_acts import Piece
from tasks.figures.schedule_rows import ScheduleRow
from tasks.figures.schedule_steps import Step
from tasks.figures.time_scale import Tick, TimeScale

register = template.Library()
# Of the lanes, in px: shadows, each with the air above it; then the bar.
SHADOW, AIR, BAR, BELOW = 3, 2, 11, 4
# Rows with fewer shadows are as high as those with so many, so that bars stand at equal distances.
USUAL = 2
# So many acts can be told apart by how their shadows are filled.
TEXTURES = 4
PATTERNS = (
    '<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="gantt-ink" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ink-ground" width="5" height="5"/><rect class="ink-line" width="2.5" height="5"/></pattern>'
    '<pattern id="gantt-wait" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="wait-ground" width="6" height="6"/><rect class="wait-line" width="3" height="6"/></pattern>'
    "</defs></svg>"
)
FILLS = {"asked": ' fill="url(#gantt-wait)"', "was-1": ' fill="url(#gantt-ink)"'}
# What a letter takes of the line, in percent: on a wide screen, where there is less room, and on a phone.
ROOM = {"near": 1.0, "close": 1.7, "tight": 3.2}
MIDDLE = 50
# A bar of less than a day's width is still seen, in percent.
NARROWEST = 0.3


@register.simple_tag
def gantt_patterns() -> SafeString:
    return mark_safe(PATTERNS)  # noqa: S308


@register.simple_tag
def gantt_row(row: ScheduleRow, scale: TimeScale) -> SafeString:
    """The bar of one task with its shadows and milestones."""
    shadows = [piece for piece in row.pieces if piece.kind in ("was", "asked")]
    lanes = max(len(shadows), USUAL)
    top = lanes * (SHADOW + AIR) + AIR
    drawn = [
        _rect(piece, scale, AIR + (lanes - len(shadows) + place) * (SHADOW + AIR), SHADOW)
        for place, piece in enumerate(shadows)
    ]
    drawn += [_piece(piece, scale, top) for piece in row.pieces if piece not in shadows]
    drawn += [
        _mark(f"mile-{'done' if mile.is_passed else 'open'}", DIAMOND, scale.at(mile.on), top + BAR / 2)
        for mile in row.miles
        if scale.shows(mile.on)
    ]
    return _svg("bars", top + BAR + BELOW, "".join(drawn))


@register.simple_tag
def gantt_small(row: ScheduleRow, scale: TimeScale) -> SafeString:
    """The same in 13 px: one shadow, and no milestones."""
    shadows = [piece for piece in row.pieces if piece.kind in ("was", "asked")][-1:]
    drawn = [_rect(piece, scale, 0.5, SHADOW) for piece in shadows]
    drawn += [_piece(piece, scale, 4.5, 7) for piece in row.pieces if piece.kind not in ("was", "asked")]
    return _svg("bars", 13, "".join(drawn))


@register.simple_tag
def gantt_step(step: Step, scale: TimeScale) -> SafeString:
    """The bar of one step of a task's procedure."""
    return _svg("bars", 17, "".join(_piece(piece, scale, 4, 9) for piece in step.pieces))


@register.simple_tag
def gantt_axis(scale: TimeScale, day: date, label: str) -> SafeString:
    """The words above the columns, and the one of the day, which stands beside its line."""
    x = scale.after(day) if scale.shows(day) else None
    words = []
    for tick in scale.ticks:
        covered = [] if x is None else [name for name in ROOM if _is_covered(tick, x, label, ROOM[name])]
        odd = ["odd" if scale.is_dense else "second"] if tick.is_odd else []
        names = " ".join(odd + covered)
        words.append(f'<text{f' class="{names}"' if names else ""} x="{tick.x:.3f}%" y="13" dx="3">{tick.label}</text>')
    if x is not None:
        anchor = ' text-anchor="end" dx="-3"' if x > MIDDLE else ' dx="3"'
        words.append(f'<text class="day-label" x="{x:.3f}%" y="13"{anchor}>{escape(label)}</text>')
    return _svg("axis", 18, "".join(words))


def _is_covered(tick: Tick, x: float, label: str, room: float) -> bool:
    """Whether the word of the column would meet that of the day, which stands where there is more of the line."""
    width = room * (len(label) + 1)
    begin, end = (x - width, x) if x > MIDDLE else (x, x + width)
    return begin - room * (len(tick.label) + 1) < tick.x < end


@register.simple_tag
def gantt_grid(scale: TimeScale, day: date) -> SafeString:
    """The lines between the columns, and that of the day, behind all rows of a group."""
    lines = [f'<line class="hair" x1="{t.x:.3f}%" x2="{t.x:.3f}%" y1="0" y2="100%"/>' for t in scale.ticks]
    if scale.shows(day):
        x = scale.after(day)
        lines.append(f'<line class="day-line" x1="{x:.3f}%" x2="{x:.3f}%" y1="0" y2="100%"/>')
    return _svg("grid", None, "".join(lines))


@register.simple_tag
def gantt_key(*kinds: str) -> SafeString:
    """A sample for the legend: the same shapes as in the chart."""
    return _svg("sample", 15, "".join(KEYS[kind] for kind in kinds), width=24)


@register.filter
def texture(place: int) -> str:
    """The kind of shadow that the act of this place has."""
    return f"was-{min(place, TEXTURES - 1)}"


def _svg(name: str, height: int | float | None, drawn: str, *, width: int | None = None) -> SafeString:
    size = f' height="{height:g}"' if height is not None else ""
    size += f' width="{width}"' if width else ""
    return mark_safe(  # noqa: S308
        f'<svg class="g-{name}"{size} aria-hidden="true" focusable="false">{drawn}</svg>'
    )


def _kind(piece: Piece) -> str:
    return texture(piece.act.place if piece.act else 0) if piece.kind == "was" else piece.kind


def _piece(piece: Piece, scale: TimeScale, top: float, height: int = BAR) -> str:
    middle = top + height / 2
    if piece.kind in ("over", "open"):
        return _line(piece, scale, middle)
    if piece.kind == "due":
        return _end(piece, scale, top, height)
    if piece.kind == "seen":
        is_shown = scale.shows(piece.begin)
        return _mark("seen", CIRCLE, scale.at(piece.begin), middle) if is_shown else ""
    if piece.kind == "real-run":
        return _rect(piece, scale, middle - height / 4, height / 2)
    inside = 1 if piece.kind == "real-done" else 0
    return _rect(piece, scale, top + inside, height - 2 * inside)


def _rect(piece: Piece, scale: TimeScale, y: float, height: float) -> str:
    span = scale.span(piece.begin, piece.end)
    if span is None:
        return ""
    kind = _kind(piece)
    x, width = min(span[0], 100 - NARROWEST), max(span[1], NARROWEST)
    place = f'x="{x:.3f}%" width="{width:.3f}%" y="{y:g}" height="{height:g}"'
    return f'<rect class="b-{kind}"{FILLS.get(kind, "")} {place}/>'


def _line(piece: Piece, scale: TimeScale, y: float) -> str:
    span = scale.span(piece.begin, piece.end)
    if span is None:
        return ""
    # Late it is from the end of the due day on.
    x, end = (scale.after(piece.begin) if piece.kind == "over" else span[0]), span[0] + span[1]
    drawn = f'<line class="b-{piece.kind}" x1="{x:.3f}%" x2="{end:.3f}%" y1="{y:g}" y2="{y:g}"/>'
    if piece.kind == "over" and scale.shows(piece.end):
        drawn += _mark("late", TRIANGLE, end, y)
    return drawn


def _end(piece: Piece, scale: TimeScale, top: float, height: float) -> str:
    """A due of which nobody knows since when: its end alone."""
    if not scale.shows(piece.end):
        return ""
    x = f"{scale.after(piece.end):.3f}%"
    return f'<line class="b-due" x1="{x}" x2="{x}" y1="{top:g}" y2="{top + height:g}"/>'


DIAMOND = '<path d="M0-4.5 4.5 0 0 4.5-4.5 0Z"/>'
CIRCLE = '<circle r="3.5"/>'
# Its tip is at the line of the day.
TRIANGLE = '<path d="M-10 4-5-5 0 4Z"/>'


def _mark(kind: str, shape: str, x: float, y: float) -> str:
    """A shape that keeps its size; a nested svg takes a place in percent."""
    return f'<svg class="b-{kind}" x="{x:.3f}%" y="{y:g}" overflow="visible">{shape}</svg>'


def _sample(kind: str, y: float, height: float, width: float = 21) -> str:
    return f'<rect class="b-{kind}"{FILLS.get(kind, "")} x=".5" y="{y:g}" width="{width:g}" height="{height:g}"/>'


def _shape(kind: str, shape: str, x: float) -> str:
    return f'<svg class="b-{kind}" x="{x:g}" y="7.5" overflow="visible">{shape}</svg>'


KEYS = {
    "plan": _sample("plan-run", 2.5, 10) + _sample("real-run", 5, 5, 13),
    "plan-run": _sample("plan-run", 2.5, 10),
    "done": _sample("plan-done", 2.5, 10) + _sample("real-done", 3.5, 8, 16),
    "idle": _sample("plan-idle", 2.5, 10),
    "asked": _sample("asked", 5.5, 4),
    "over": '<line class="b-over" x1="0" x2="12" y1="7.5" y2="7.5"/>' + _shape("late", TRIANGLE, 23),
    "open": '<line class="b-open" x1="0" x2="23" y1="7.5" y2="7.5"/>',
    "due": '<line class="b-due" x1="12" x2="12" y1="2" y2="13"/>',
    "seen": _shape("seen", CIRCLE, 12),
    "miles": _shape("mile-done", DIAMOND, 6) + _shape("mile-open", DIAMOND, 18),
    **{f"was-{place}": _sample(f"was-{place}", 5.5, 4) for place in range(TEXTURES)},
}
