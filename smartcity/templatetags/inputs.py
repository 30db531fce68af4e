"""How inputs are drawn; a form has some hundred attributes."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def attributes(attrs: dict) -> SafeString:
    """Attributes as Django's own template writes them, one after the other: ``True`` by the name alone."""
    told = (
        format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
        for name, value in attrs.items()
        if value is not False
    )
    return format_html_join("", "{}", ((one,) for one in told))
