"""Links to records by their names: ``{% link_to document kept_day %}``, without a blank behind them."""

from django import template
from django.db.models import Model
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def link_to(record: Model, kept_day: str = "") -> str:
    """The record's name, linked to its page of the day that the reader chose («ngay=16/06/2023»), if any."""
    address = record.get_absolute_url() + (f"?{kept_day}" if kept_day else "")  # type: ignore[attr-defined]
    return format_html('<a href="{}">{}</a>', address, record)
