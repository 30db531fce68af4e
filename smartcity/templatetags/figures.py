"""Figures as links to the rows that they count: the sentence, and what its colours mean.

Written in Python, each text escaped once: a page of programmes has hundreds of them.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from smartcity.lib.pages.unbroken import unbroken
from tasks.figures.headline import HeadlinePiece
from tasks.figures.share_bar import Segment
from tasks.figures.task_rows import TaskRow

register = template.Library()


@register.simple_tag
def rows_at(address: str, kept_day: str = "") -> SafeString:
    """The address of a programme's rows, escaped, to which the key of a figure is added."""
    asked = f"{address}?{kept_day}&loc=" if kept_day else f"{address}?loc="
    return mark_safe(escape(asked))  # noqa: S308


@register.filter
def as_rows_at(address: str) -> SafeString:
    """An address to which the key of a figure is added, escaped."""
    return mark_safe(escape(address))  # noqa: S308


@register.simple_tag
def sentence(pieces: Iterable[HeadlinePiece], rows_at: SafeString) -> SafeString:
    """The pieces one after the other; those that count rows open them, unless ``rows_at`` is nowhere."""
    said = (
        _figure(rows_at, piece.key, piece.text) if piece.key and rows_at else unbroken(piece.text) for piece in pieces
    )
    return mark_safe("".join(said))  # noqa: S308


@register.simple_tag
def legend(segments: Iterable[Segment], rows_at: SafeString) -> SafeString:
    """What the colours mean, each with its number of tasks."""
    lines = (
        f'<li><i class="key is-{segment.tone}" aria-hidden="true"></i>'
        f"{_figure(rows_at, segment.key, f'{segment.label}: {segment.count}')}</li>"
        for segment in segments
    )
    return mark_safe(f'<ul class="legend">{"\n".join(lines)}</ul>')  # noqa: S308


@register.simple_tag
def legend_of(segments: Iterable[Segment]) -> SafeString:
    """What the colours mean, where several bars stand above."""
    lines = (
        f'<li><i class="key is-{segment.tone}" aria-hidden="true"></i>{escape(segment.label)}</li>'
        for segment in segments
    )
    return mark_safe(f'<ul class="legend">{"".join(lines)}</ul>')  # noqa: S308


@register.simple_tag
def lead_of(row: TaskRow, kept_day: str = "") -> SafeString:
    """Who leads a task on the day, and how we know."""
    if row.lead is None:
        return format_html('<span class="unknown">{}</span>', "nguồn không nêu")
    address = row.lead.get_absolute_url() + (f"?{kept_day}" if kept_day else "")
    assumed = format_html(' <span class="assumed">{}</span>', "giả định") if row.lead_is_assumed else ""
    beside = format_html("<small>{}</small>", row.lead_beside) if row.lead_beside else ""
    return format_html('<a href="{}">{}</a>{}{}', address, row.lead_label, assumed, beside)


def _figure(rows_at: str, key: str, text: str) -> str:
    return f'<a href="{rows_at}{key}#nhiem-vu">{escape(text)}</a>'
