"""The bar above every page of the site and of the admin: ``{% bar %}``."""

from django import template

from smartcity.guide.places import guide_to
from smartcity.navigation import AREAS, LOG, OWN_WORK, Way, has_log_in_bar

register = template.Library()


@register.inclusion_tag("components/bar.html", takes_context=True)
def bar(context):
    """Where one may go from here; the day that the reader chose goes along."""
    request, kept_day = context.get("request"), context.get("kept_day", "")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}

    def link(way: Way) -> dict:
        day = kept_day if way.keeps_day else ""
        return {"title": way.title, "name": way.name, "day": day, "is_current": way.covers(request.path)}

    current = next((area for area in AREAS if area.covers(request.path)), None)
    areas = [link(area.way) | {"is_current": area is current} for area in AREAS]
    log = link(LOG)
    areas += [log] if has_log_in_bar(user) else []
    parts = [link(part) for part in current.parts] if current else []
    work = link(OWN_WORK) | {"count": context.get("work_count")}
    has_calendar = user.has_perm("meetings.add_feedaddress")
    around = {"user": user, "kept_day": kept_day, "has_calendar": has_calendar, "guide": guide_to(request, user.role)}
    around["log"] = None if has_log_in_bar(user) else log
    shown = {"work": work, "areas": areas, "area": current, "parts": parts}
    return around | shown | {"simulated": user.simulated_note}
