"""The page of what was learned of a day between two moments: each task of which something else was known then."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils.http import urlencode

from programme.models import Programme
from smartcity.lib.language.money import say_money
from smartcity.lib.log.known.reading import known_at
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.known.moment import lasting, read_earlier, say_known, typed_moment
from smartcity.lib.pages.lists import page_of
from tasks.figures.learned import KnownOfDay, learned
from tasks.figures.learned import read_known as read_known_of

EARLIER = "biet-truoc"


@login_required
def learned_list(request):
    """``?ngay=…&biet-truoc=…``, up to now, or to the moment that the page itself is read at (``&biet-den=…``)."""
    code, typed = request.GET.get("de-an", ""), request.GET.get(EARLIER, "").strip()
    programmes = list(Programme.objects.visible_to(request.user).order_by("code"))
    chosen = [programme for programme in programmes if code in ("", programme.code)]
    if code and not chosen:
        raise Http404
    form = AsOfForm(request.GET)
    context = day_context(form) | {"earlier": EARLIER, "typed": typed, "programme": chosen[0] if code else None}
    if not "".join(request.GET.getlist(EARLIER)).strip():
        return render(request, "smartcity/portfolio/learned_list.html", context, status=form_status(form))
    try:
        asked = typed_moment(request.GET, EARLIER)
        mark = read_earlier(asked)
    except ValueError as refusal:
        context["refusal"] = str(refusal)
        return render(request, "smartcity/portfolio/learned_list.html", context, status=400)
    context["typed"] = _keep(request, lasting(asked, mark))
    keys = [programme.pk for programme in chosen]
    now = read_known_of(keys, form.day())
    with known_at(mark, reader=request.user):
        then = read_known_of(keys, form.day())
    rows = learned(then, now)
    page = page_of(request, rows, count=len(rows))
    context |= {"said": say_known(mark), "count": len(rows), "page": page, "rows": page.object_list}
    context |= {"several": len(chosen) > 1, "payment": _payment(then, now), "changes": _changes(mark, context)}
    return render(request, "smartcity/portfolio/learned_list.html", context, status=form_status(form))


def _keep(request, earlier: str) -> str:
    """What leads on from the page, and its own field, say the moment that was meant when it was typed."""
    kept = request.GET.copy()
    kept[EARLIER] = earlier
    request.GET = kept
    return earlier


def _payment(then: KnownOfDay, now: KnownOfDay) -> str:
    """What was known to be paid by the day, where that is another sum."""
    if then.paid == now.paid:
        return ""
    before, after = (say_money(paid) if paid is not None else "chưa có số liệu" for paid in (then.paid, now.paid))
    return f"{before} → {after}"


def _changes(mark, context: dict) -> str:
    """The log of changes from the day of the moment on: who entered what is known since."""
    asked = {"tu": f"{mark.day:%d/%m/%Y}"} | ({"de-an": context["programme"].code} if context["programme"] else {})
    return urlencode(asked)
