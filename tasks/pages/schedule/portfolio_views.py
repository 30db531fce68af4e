"""The schedules of all programmes that somebody may see, a bar each."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from programme.models import Programme
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.compared_day import PARAMETER, read_compared_day
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import page_of
from tasks.figures.programme_bars import read_bars
from tasks.figures.reading import read_tasks_of
from tasks.pages.schedule.views import asked_in, marks_since

# As many as the list of programmes has on a page.
PROGRAMMES_ON_A_PAGE = 70


@login_required
def portfolio_schedule(request):
    """``?ngay=…&xem=bang``; the programmes in the order of their provinces and codes."""
    form = AsOfForm(request.GET)
    programmes = Programme.objects.visible_to(request.user).select_related("province")
    page = page_of(request, programmes.order_by("province__name", "province", "code"), PROGRAMMES_ON_A_PAGE)
    compared = read_compared_day(request.GET.get(PARAMETER, ""), form.day())
    days = read_tasks_of(page.object_list, as_of=form.day())
    context = day_context(form, compared)
    context |= {
        "page": page,
        "bars": read_bars(days),
        "marks": marks_since(compared.day, days) if compared.day and days else [],
        "is_table": asked_in(request.GET).is_table,
        "day_label": "hôm nay" if context["as_of"] == context["today"] else say_day(context["as_of"]),
    }
    return render(request, "tasks/schedule/portfolio_schedule.html", context, status=form_status(form, compared))
