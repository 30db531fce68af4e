"""How much waits for a person, which the bar of every page asks for once the page is there."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.todo import count_waiting
from smartcity.todo import waiting_work


@never_cache
@require_safe
@login_required
def work_count(request):
    """As many as the jobs that «Việc của tôi» lists today."""
    return JsonResponse({"count": count_waiting(waiting_work(request.user, today=known_today()))})
