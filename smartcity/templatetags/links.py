"""Links to records by their names: ``{% link_to document kept_day %}``, without a blank behind them."""

from urllib.parse import parse_qsl

from django import template
from django.db.models import Model
from django.template.defaulttags import querystring
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from smartcity.lib.pages.unbroken import unbroken

register = template.Library()


@register.simple_tag
def link_to(record: Model, kept_day: str = "") -> str:
    """The record's name, linked to its page of the day that the reader chose («ngay=16/06/2023»), if any."""
    address = record.get_absolute_url() + (f"?{kept_day}" if kept_day else "")  # type: ignore[attr-defined]
    return format_html('<a href="{}">{}</a>', address, unbroken(record))


@register.simple_tag(takes_context=True)
def narrowed(context, name: str, value: str) -> str:
    """The page's address with this filter, or without it where ``value`` is empty; other filters stay.

    ``querystring`` alone cannot name «tinh-trang». Fewer rows have fewer pages: theirs begin at the first.
    """
    return querystring(context, None, **{name: value or None, "trang": None}) or "?"


@register.simple_tag(takes_context=True)
def kept_inputs(context, *asked: str) -> SafeString:
    """Hidden fields for what the address says, besides what the form around them asks, and the page of the list."""
    kept = [(name, value) for name, value in context.request.GET.items() if value and name not in (*asked, "trang")]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', kept)


@register.filter
def as_inputs(kept_day: str) -> SafeString:
    """Hidden fields for the days that the reader chose: what a form that is sent would leave out of the address."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', parse_qsl(kept_day))
