"""The page of what moved between two days: in all programmes that one may see, or in one of them."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render

from meetings.pages.meetings.compared import ComparedMeeting, read_compared
from programme.models import Programme
from smartcity.lib.pages.compared_day import PARAMETER
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import ROWS_ON_A_PAGE, WHOLE, page_of
from tasks.figures.marks import say_payment, together
from tasks.figures.moved_tasks import moved_tasks, read_moved_tasks
from tasks.figures.movements import MOVEMENTS, Between, Reading


@login_required
def change_list(request):
    """``?ngay=…&so-voi=…``, narrowed by ``&de-an=BRVT-DTTM`` and by ``&doi=qua-han`` to one movement."""
    key, code = request.GET.get("doi", ""), request.GET.get("de-an", "")
    programmes = list(Programme.objects.visible_to(request.user).order_by("code"))
    chosen = [programme for programme in programmes if code in ("", programme.code)]
    if (key and key not in MOVEMENTS) or (code and not chosen):
        raise Http404
    form = AsOfForm(request.GET)
    compared = compared_on(request, form, chosen if code else None)
    context = day_context(form, compared) | {"programme": chosen[0] if code else None, "movement": MOVEMENTS.get(key)}
    context["several"] = len(chosen) > 1
    if compared.day:
        keys = [programme.pk for programme in chosen]
        context |= _moved(request, Between(keys, Reading(compared.day), Reading(form.day())), key)
    return render(request, "smartcity/portfolio/change_list.html", context, status=form_status(form, compared))


def compared_on(request, form: AsOfForm, programmes: list[Programme] | None = None) -> ComparedMeeting:
    """The earlier day that the address asks for; of meetings, those of the provinces of ``programmes``, or all."""
    provinces = None if programmes is None else {programme.province_id for programme in programmes}
    return read_compared(request.GET.get(PARAMETER, ""), form.day(), request.user, provinces=provinces)


def _moved(request, between: Between, key: str) -> dict:
    moved = together(between.moved.values())
    count = moved.counts[key] if key else moved.tasks
    size = count if request.GET.get("trang") == WHOLE else ROWS_ON_A_PAGE
    page = page_of(request, moved_tasks(between, key=key), max(size, 1), count=count)
    return {
        "moved": moved,
        "payment": say_payment(moved) if moved.paid_then != moved.paid_now else "",
        "kinds": [(one, moved.counts[one.key]) for one in MOVEMENTS.values() if moved.counts[one.key]],
        "page": page,
        "rows": read_moved_tasks(page.object_list, between) if count else [],
    }
