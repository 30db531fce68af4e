"""Why a list of one's own duties may be empty: ``{% left_duties %}`` tells whose they still are."""

from django import template
from django.utils.timezone import localdate

from smartcity.agencies.left_duties import left_and_own

register = template.Library()


@register.inclusion_tag("smartcity/agencies/_left_duties.html", takes_context=True, name="left_duties")
def show_left_duties(context):
    user, today = context["request"].user, localdate()
    left, coordinates = left_and_own(user, today=today)
    may_begin = user.agency is not None and user.has_perm("programme.add_programme")
    return {"left": left, "may_begin": may_begin and not coordinates}
