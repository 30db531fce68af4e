"""Addresses of the timeline: what a line names narrows what is shown."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode

register = template.Library()


@register.simple_tag(takes_context=True)
def narrowed_changes(context, name: str, value) -> str:
    """The timeline with this filter, or without it where ``value`` is empty; others that the page has stay."""
    path = reverse("change_log")
    kept = context.request.GET.dict() if context.request.path == path else {}
    kept = {key: one for key, one in kept.items() if one and key not in {name, "truoc"}}
    if value:
        kept[name] = str(value)
    return f"{path}?{urlencode(kept)}" if kept else path


@register.filter
def bound(form, name: str):
    """A field of the form that the template cannot name, for the dash in it."""
    return form[name]
