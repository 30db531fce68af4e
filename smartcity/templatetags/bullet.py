"""What was paid of a plan, on a rail that is the whole plan in every row: ``{% bullet share elapsed %}``."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def bullet(share: float, elapsed: float) -> SafeString:
    """``share`` was paid, of 1; the tick stands where ``elapsed`` of the year has gone. The figures are beside it."""
    paid, tick = (f"{100 * min(max(part, 0.0), 1.0):.2f}%" for part in (share, elapsed))
    drawn = (
        '<rect class="rail" x="0" y="3" width="100%" height="6"/>'
        f'<rect class="paid" x="0" y="3" width="{paid}" height="6"/>'
        f'<line class="tick" x1="{tick}" x2="{tick}" y1="0" y2="12"/>'
    )
    return mark_safe(f'<svg class="bullet" aria-hidden="true" focusable="false">{drawn}</svg>')  # noqa: S308
