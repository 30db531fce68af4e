"""The shares of tasks by meaning, as one bar: ``{% shares segments "page" %}``; its key with the numbers is below."""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from tasks.figures.share_bar import Segment

register = template.Library()
HATCH = (
    '<defs><pattern id="hatch-{}" width="10" height="10" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="hatch-ground" width="10" height="10"/>'
    '<rect class="hatch-line" width="5" height="10"/></pattern></defs>'
)


@register.simple_tag
def shares(segments: Iterable[Segment], name: str) -> SafeString:
    """A bar of the shares of tasks by meaning. ``name`` makes the pattern's id the only one on the page."""
    name = escape(name)
    hatched = {"wait": f' fill="url(#hatch-{name})"'}
    drawn = (
        f'<rect class="share-{segment.tone}" x="{segment.x}" y="0" width="{segment.width}" height="100%"'
        f"{hatched.get(segment.tone, '')}/>"
        for segment in segments
    )
    # Only what is hatched needs the pattern.
    pattern = HATCH.format(name) if any(segment.tone in hatched for segment in segments) else ""
    bar = f'<svg class="shares" aria-hidden="true" focusable="false">{pattern}{"".join(drawn)}</svg>'
    return mark_safe(bar)  # noqa: S308
