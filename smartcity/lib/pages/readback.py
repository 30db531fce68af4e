"""What a form's script asks while somebody types: how is this read?"""

from django.contrib.auth.decorators import login_required
from django.http import Http404, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartcity.lib.language.readback import READERS, read_back


@require_GET
@never_cache
@login_required
def read_aloud(request):
    """``?so-tien=3.470 tỷ`` or ``?ngay=3/4/2024``: the reading in words, or what is wrong with what was typed."""
    kind = next((name for name in READERS if name in request.GET), None)
    if kind is None:
        raise Http404
    try:
        return JsonResponse({"is_read": True, "sentence": read_back(kind, request.GET[kind])})
    except ValueError as error:
        return JsonResponse({"is_read": False, "sentence": str(error)})
