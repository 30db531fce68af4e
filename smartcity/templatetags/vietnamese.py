"""How pages write money and days; a page that computes one itself would round or swap it its own way."""

from django import template

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import group, say_money

register = template.Library()
register.filter("money", say_money)
register.filter("day", say_day)
register.filter("whole", group)
