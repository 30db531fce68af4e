"""``{% sealed_foot %}``: what is sealed of the history, at the foot of what is printed."""

from django import template

from smartcity.lib.log.foot import sealed_foot

register = template.Library()


@register.simple_tag(takes_context=True, name="sealed_foot")
def show_sealed_foot(context) -> str:
    """Nothing for whoever is not signed in."""
    user = getattr(context.get("request"), "user", None)
    return sealed_foot() if user is not None and user.is_authenticated else ""
