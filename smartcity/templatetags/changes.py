"""Addresses of the timeline: what a line names narrows what is shown."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from smartcity.audit.changes.belonging import key_of

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


@register.simple_tag
def history_at(record) -> str:
    """The timeline of this record and its parts."""
    return f"{reverse('change_log')}?ban-ghi={key_of(type(record), record.pk)}"


@register.simple_tag
def history_of_kind(kind: str, programme) -> str:
    """The timeline of all records of one kind that a programme has."""
    return f"{reverse('change_log')}?{urlencode({'loai': kind, 'de-an': programme.code})}"


@register.filter
def bound(form, name: str):
    """A field of the form that the template cannot name, for the dash in it."""
    return form[name]


@register.filter
def in_a_table(changes) -> list:
    """Those of which there is something to show beside the name."""
    return [change for change in changes if not change.sentence]
