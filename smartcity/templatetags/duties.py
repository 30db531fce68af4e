"""Why a list of one's own duties may be empty: ``{% left_duties %}`` tells whose they still are."""

from django import template
from django.utils.timezone import localdate

from smartcity.agencies.left_duties import coordinates_nothing, left_duties

register = template.Library()


@register.inclusion_tag("smartcity/agencies/_left_duties.html", takes_context=True, name="left_duties")
def show_left_duties(context):
    user, today = context["request"].user, localdate()
    return {"left": left_duties(user, today=today), "may_begin": coordinates_nothing(user, today=today)}
