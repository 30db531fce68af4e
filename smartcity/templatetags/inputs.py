"""How inputs are drawn; a form has some hundred attributes."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from smartcity.lib.language.money import say_in_words
from smartcity.lib.records.typed_fields import MoneyField

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


@register.filter
def amount_told(field) -> str:
    """What a field of the admin that is only read says, where it holds đồng: «1,25 tỷ đồng (1.250.000.000 đồng)»."""
    found = field.resolved_field
    if not found or not isinstance(found[0], MoneyField) or found[2] is None:
        return ""
    return say_in_words(found[2])
