"""Duties that nobody finds among their own.

``{% left_duties %}`` tells whose they still are, ``{% house_faults %}`` tells the administrator what is to be mended.
"""

from django import template

from smartcity.agencies.left_duties import left_and_own
from smartcity.house_faults import keeps_the_house, read_house_faults
from smartcity.lib.log.known.marks import known_today

register = template.Library()


@register.inclusion_tag("smartcity/agencies/_left_duties.html", takes_context=True, name="left_duties")
def show_left_duties(context):
    user, today = context["request"].user, known_today()
    left, coordinates = left_and_own(user, today=today)
    may_begin = user.agency is not None and user.has_perm("programme.add_programme")
    return {"left": left, "may_begin": may_begin and not coordinates}


@register.inclusion_tag("smartcity/_house_faults.html", takes_context=True, name="house_faults")
def show_house_faults(context):
    user = context["request"].user
    keeps = keeps_the_house(user)
    return {"keeps_the_house": keeps, "faults": read_house_faults(user, today=known_today()) if keeps else []}
