"""How pages write money, days, hours and long texts; a page that computes one itself would round or swap it."""

from django import template
from django.template.defaultfilters import stringfilter

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.hours import say_hour
from smartcity.lib.language.money import group, say_money
from smartcity.lib.language.text import shorten

register = template.Library()
register.filter("money", say_money)
register.filter("day", say_day)
register.filter("hour", say_hour)
register.filter("whole", group)
register.filter("shortened", stringfilter(shorten))
