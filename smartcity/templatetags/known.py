"""``{% known_moment %}``, ``{% known_entry %}``: up to which moment a page tells what was known, and the way to one."""

from datetime import date

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from smartcity.lib.log.known.marks import Mark
from smartcity.lib.pages.known.links import address_of_the_present
from smartcity.lib.pages.known.moment import PARAMETER, say_block, say_known
from smartcity.lib.pages.known.present import OF_THE_PRESENT

register = template.Library()


@register.inclusion_tag("components/known.html", takes_context=True)
def known_moment(context):
    """The sentence above a page of an earlier moment; nothing above those of the present."""
    request: HttpRequest | None = context.get("request")
    mark = getattr(request, "known", None)
    if request is None or mark is None:
        return {}
    present = address_of_the_present(request, PARAMETER)
    since = {"biet-truoc": getattr(request, "known_as_typed", ""), "ngay": f"{_day_of(context, mark):%d/%m/%Y}"}
    # A window in which only one thing is chosen leads to no other page.
    learned = "" if context.get("is_popup") else f"{reverse('learned_list')}?{urlencode(since | {PARAMETER: ''})}"
    return {"known": mark, "said": say_known(mark), "block": say_block(mark), "present": present, "learned": learned}


def _day_of(context, mark: Mark) -> date:
    return context.get("as_of") or mark.day


@register.inclusion_tag("components/known_entry.html", takes_context=True)
def known_entry(context):
    """The field for a moment, for whoever is signed in, where there is one; the address keeps what else it says."""
    request: HttpRequest | None = context.get("request")
    if request is None or not request.user.is_authenticated or request.path.startswith(OF_THE_PRESENT):
        return {"hidden": True}
    kept = [(name, value) for name, value in request.GET.items() if value and name not in {PARAMETER, "trang", "p"}]
    return {
        "known": getattr(request, "known", None),
        "path": request.path,
        "kept": kept,
        "typed": getattr(request, "known_as_typed", ""),
    }
