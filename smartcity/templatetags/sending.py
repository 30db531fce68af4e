"""``{% form_token %}`` inside each form that changes something: its sending takes effect once."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from smartcity.lib.submissions.token import FIELD, new_token

register = template.Library()


@register.simple_tag(takes_context=True)
def form_token(context) -> str:
    """A new token; on a form that is shown again, the one that was not used."""
    request = getattr(context, "request", None)
    if request is None or not request.user.is_authenticated:
        return ""
    again, request.token_to_reuse = getattr(request, "token_to_reuse", None), None
    text = again.text if again and again.belongs_to(request.user) and not again.is_old else new_token(request.user)
    # Read by keep.js: the form holds what its author asked for, not an older wording.
    filled = mark_safe(" data-filled") if again and getattr(request, "form_is_filled", False) else ""
    return format_html('<input type="hidden" name="{}" value="{}"{}>', FIELD, text, filled)
