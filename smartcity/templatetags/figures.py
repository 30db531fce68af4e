"""Figures as links to the rows that they count: the sentence, the shares, and what their colours mean.

Written in Python: a page has hundreds of them.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tasks.figures.headline import HeadlinePiece
from tasks.figures.share_bar import Segment
from tasks.figures.task_rows import TaskRow

register = template.Library()
FIGURE = '<a href="{}{}#nhiem-vu">{}</a>'


@register.simple_tag
def rows_at(address: str, kept_day: str = "") -> str:
    """The address of a programme's rows, to which the key of a figure is added."""
    return f"{address}?{kept_day}&loc=" if kept_day else f"{address}?loc="


@register.simple_tag
def sentence(pieces: Iterable[HeadlinePiece], rows_at: str) -> SafeString:
    """The pieces one after the other; those that count rows open them."""
    said = [
        format_html(FIGURE, rows_at, piece.key, piece.text) if piece.key else format_html("{}", piece.text)
        for piece in pieces
    ]
    return mark_safe("".join(said))  # noqa: S308  (each of them is escaped)


@register.simple_tag
def legend(segments: Iterable[Segment], rows_at: str) -> SafeString:
    """What the colours mean, each with its number of tasks."""
    item = '<li><i class="key is-{}" aria-hidden="true"></i><a href="{}{}#nhiem-vu">{}: {}</a></li>'
    lines = ((segment.tone, rows_at, segment.key, segment.label, segment.count) for segment in segments)
    return format_html('<ul class="legend">{}</ul>', format_html_join("\n", item, lines))


@register.simple_tag
def shares(segments: Iterable[Segment], name: str) -> SafeString:
    """A bar of the shares of tasks by meaning. ``name`` makes the pattern's id the only one on the page."""
    drawn = format_html_join(
        "",
        '<rect class="share-{}" x="{}" y="0" width="{}" height="100%"{}/>',
        ((segment.tone, segment.x, segment.width, _hatched(segment, name)) for segment in segments),
    )
    return format_html(
        '<svg class="shares" aria-hidden="true" focusable="false"><defs><pattern id="hatch-{}" width="10" height="10"'
        ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="10"'
        ' height="10"/><rect class="hatch-line" width="5" height="10"/></pattern></defs>{}</svg>',
        name,
        drawn,
    )


@register.simple_tag
def lead_of(row: TaskRow, kept_day: str = "") -> SafeString:
    """Who leads a task on the day, and how we know."""
    if row.lead is None:
        return format_html('<span class="unknown">{}</span>', "nguồn không nêu")
    address = row.lead.get_absolute_url() + (f"?{kept_day}" if kept_day else "")
    assumed = format_html(' <span class="assumed">{}</span>', "giả định") if row.lead_is_assumed else ""
    beside = format_html("<small>{}</small>", row.lead_beside) if row.lead_beside else ""
    return format_html('<a href="{}">{}</a>{}{}', address, row.lead_label, assumed, beside)


def _hatched(segment: Segment, name: str) -> str:
    return format_html(' fill="url(#hatch-{})"', name) if segment.tone == "wait" else ""
