"""The cells of a ledger's tables: sums that open their entries, and how much of a plan was paid.

Written in Python, each text escaped once: a programme of some years has thousands of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from smartcity.lib.language.money import say_money
from smartcity.lib.pages.unbroken import unbroken
from tasks.pages.ledger.entries import Figure, Rate
from tasks.pages.ledger.year_money import MoneyRow, RateOfSeveral

register = template.Library()
# Where a sum leads to its parts, of which each tells its own rate.
PARTS = "de-an"
UNKNOWN = '<span class="unknown">chưa có số liệu</span>'


@register.simple_tag
def sum_cells(figures: Iterable[Figure], rows_at: str) -> SafeString:
    """A cell for each figure; ``rows_at`` is what the addresses of entries begin with."""
    start = escape(rows_at)
    return mark_safe("\n".join(_sum_cell(figure, start) for figure in figures))  # noqa: S308


def _sum_cell(figure: Figure, start: str) -> str:
    if figure.rows:
        said = f'<a href="{start}{escape(figure.of.query)}#but-toan">{say_money(figure.vnd or 0)}</a>'
    else:
        said = UNKNOWN
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


@register.simple_tag
def entries_at(address: str, kept_day: str = "") -> str:
    """What the addresses of rows begin with; the query of a figure follows."""
    return f"{address}?{kept_day}&" if kept_day else f"{address}?"


@register.simple_tag
def money_cells(row: MoneyRow, rows_at: str, anchor: str = "but-toan", since_at: str = "&doi=moi") -> SafeString:
    """What was planned, what was paid, and the rate with both its sums; each sum opens its rows.

    Beside a sum stands what came since the day compared with; the address of its rows adds ``since_at``.
    """

    def link(figure: Figure, said: str, more: str = "") -> str:
        return _link(rows_at, figure, said, more=more, anchor=anchor)

    def cell(label: str, figure: Figure, since: int | None) -> str:
        said = UNKNOWN if figure.vnd is None else link(figure, unbroken(say_money(figure.vnd)))
        if since:
            came = unbroken(f"{'+' if since > 0 else '−'}{say_money(abs(since))}")
            said = f'{said}<small class="mark">{link(figure, came, since_at)}</small>'
        return f'<td class="n" data-label="{label}">{said}</td>'

    cells = cell("Kế hoạch vốn năm", row.planned, row.since_planned) + cell("Giải ngân", row.paid, row.since_paid)
    said = _say_rate(row.rate, link, _link_to_parts(row.rate, rows_at, anchor))
    return mark_safe(f'{cells}<td class="n" data-label="Tỷ lệ giải ngân">{said}</td>')  # noqa: S308


@register.simple_tag
def rate_sums(rate: RateOfSeveral, rows_at: str, anchor: str = "but-toan") -> SafeString:
    """What a rate divides by what, each sum with its rows: «5 tỷ đồng / 31 tỷ đồng».

    Of several sources in one row of a table there is one sum, which leads to the table that tells them apart.
    """

    def link(figure: Figure, said: str) -> str:
        return _link(rows_at, figure, said, anchor=anchor)

    to_parts = _link_to_parts(rate, rows_at, anchor) or (
        lambda said: f'<a href="{escape(rows_at)}#nam-nguon">{said}</a>'
    )
    return mark_safe(_say_sums(rate, link, to_parts, is_short=True))  # noqa: S308


def _say_rate(rate: RateOfSeveral, link: Callable[[Figure, str], str], to_parts: Callable[[str], str] | None) -> str:
    """The rate above what it divides by what; else why there is none. Below it what was paid beside any plan."""
    beside = "".join(
        f"<small>ngoài ra {link(figure, unbroken(say_money(figure.vnd or 0)))} {escape(figure.source_label)}</small>"
        for figure in rate.beside
    )
    if not rate.is_known:
        return f'<span class="unknown">{escape(rate.text)}</span>{beside}'
    said = f'<span class="tag is-late">{rate.percent}</span>' if rate.excess_vnd else rate.percent
    over = f"<small>vượt {unbroken(say_money(rate.excess_vnd))}</small>" if rate.excess_vnd else ""
    left_out = f"<small>chưa tính {rate.left_out} chưa đủ kế hoạch và giải ngân</small>" if rate.left_out else ""
    return f"{said}<small>{_say_sums(rate, link, to_parts)}</small>{over}{beside}{left_out}"


def _say_sums(
    rate: RateOfSeveral,
    link: Callable[[Figure, str], str],
    to_parts: Callable[[str], str] | None,
    *,
    is_short: bool = False,
) -> str:
    """A sum that is of no single row set leads to its parts, where these are told."""

    def of_parts(vnd: int) -> str:
        said = unbroken(say_money(vnd))
        return to_parts(said) if to_parts else said

    sums = [link(figure, unbroken(say_money(figure.vnd or 0))) for figure in rate.own if figure.vnd is not None]
    above = " + ".join(sums) if sums and not (is_short and len(sums) > 1) else of_parts(rate.own_vnd)
    below = link(rate.divisor, unbroken(say_money(rate.planned_vnd))) if rate.divisor else of_parts(rate.planned_vnd)
    return f"{above} / {below}"


def _link_to_parts(rate: RateOfSeveral, rows_at: str, anchor: str) -> Callable[[str], str] | None:
    """Links a sum to all that its row adds, of both kinds, where the page of rows tells them part by part."""
    whole = Figure(replace(rate.planned.of, kind=None), None, 0)
    return (lambda said: _link(rows_at, whole, said, anchor=anchor)) if anchor == PARTS else None


def _link(rows_at: str, figure: Figure, said: str, *, anchor: str, more: str = "") -> str:
    return f'<a href="{escape(f"{rows_at}{figure.of.query}{more}#{anchor}")}">{said}</a>'
