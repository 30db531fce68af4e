"""The cells of a ledger's tables: sums that open their entries, and how much of a plan was paid.

Written in Python, each text escaped once: a programme of some years has thousands of them.
"""

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from smartcity.lib.language.money import say_money
from tasks.pages.ledger.entries import Figure, Rate

register = template.Library()


@register.simple_tag
def sum_cells(figures: Iterable[Figure], rows_at: str) -> SafeString:
    """A cell for each figure; ``rows_at`` is what the addresses of entries begin with."""
    start = escape(rows_at)
    return mark_safe("\n".join(_sum_cell(figure, start) for figure in figures))  # noqa: S308


def _sum_cell(figure: Figure, start: str) -> str:
    if figure.rows:
        said = f'<a href="{start}{escape(figure.of.query)}#but-toan">{say_money(figure.vnd or 0)}</a>'
    else:
        said = '<span class="unknown">chưa có số liệu</span>'
    return f'<td class="n" data-label="{escape(figure.label)}">{said}</td>'


@register.simple_tag
def rate_cell(rate: Rate) -> SafeString:
    """What was paid of the plan, by how much more than it, and what was paid beside it."""
    if rate.excess_vnd:
        said = f'<span class="tag is-late">{rate.percent}</span><small>vượt {say_money(rate.excess_vnd)}</small>'
    elif rate.is_known:
        said = rate.percent
    else:
        said = f'<span class="unknown">{escape(rate.text)}</span>'
    beside = (
        f"<small>ngoài kế hoạch: {say_money(figure.vnd or 0)} {escape(figure.source_label)}</small>"
        for figure in rate.beside
    )
    return mark_safe(f'<td class="n" data-label="Tỷ lệ giải ngân">{said}{"".join(beside)}</td>')  # noqa: S308
