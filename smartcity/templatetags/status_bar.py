"""The states of a row's tasks as a bar with their numbers: ``{% status_bar segments %}``.

What is hatched needs one ``{% hatch %}`` on the page. Plain SVG without a viewBox: it fills any width, and its numbers
are never stretched.
"""

from collections.abc import Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from tasks.figures.share_bar import Segment

register = template.Library()
# A narrower part has no room for its number, in percent; with a sign before it, it needs more.
NARROWEST, NARROWEST_LATE = 9, 15
# On what is hatched a number needs paper behind it.
PLATE = '<svg x="49%" overflow="visible"><rect class="plate" x="-10" y="2" width="20" height="14" rx="2"/></svg>'
HATCH = (
    '<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs>'
    '<pattern id="hatch-wait" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="hatch-ground" width="10" height="10"/><rect class="hatch-line" width="5" height="10"/>'
    "</pattern></defs></svg>"
)


@register.simple_tag
def hatch() -> SafeString:
    """What is hatched on the page refers to it."""
    return mark_safe(HATCH)  # noqa: S308


@register.simple_tag
def status_bar(segments: Sequence[Segment]) -> SafeString:
    """Each state a part as wide as its share; in words for whoever does not see it."""
    if not segments:
        return mark_safe("")
    told = escape(", ".join(f"{segment.label.lower()}: {segment.count}" for segment in segments))
    drawn = "".join(map(_part, segments))
    return mark_safe(f'<svg class="status-bar" role="img" aria-label="{told}" focusable="false">{drawn}</svg>')  # noqa: S308


def _part(segment: Segment) -> str:
    fill = ' fill="url(#hatch-wait)"' if segment.tone == "wait" else ""
    is_late = segment.tone == "late"
    sign, number = "▲ " if is_late else "", ""
    if float(segment.width.rstrip("%")) >= (NARROWEST_LATE if is_late else NARROWEST):
        number = f'<text class="on-{segment.tone}" x="49%" y="13">{sign}{segment.count}</text>'
        if segment.tone == "wait":
            number = f"{PLATE}{number}"
    shape = f'<rect class="share-{segment.tone}" x="1%" y="1" width="97%" height="16" rx="2"{fill}/>'
    return f'<svg x="{segment.x}" width="{segment.width}" height="18">{shape}{number}</svg>'
