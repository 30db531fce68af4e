"""How pages write money, days, hours and long texts; a page that computes one itself would round or swap it."""

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.safestring import SafeString

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.hours import say_hour
from smartcity.lib.language.money import group, say_money
from smartcity.lib.language.text import shorten
from smartcity.lib.pages.unbroken import unbroken

register = template.Library()
register.filter("unbroken", unbroken)
register.filter("day", say_day)
register.filter("hour", say_hour)
register.filter("whole", group)
register.filter("shortened", stringfilter(shorten))


@register.filter
def money(vnd: int) -> SafeString:
    return unbroken(say_money(vnd))
