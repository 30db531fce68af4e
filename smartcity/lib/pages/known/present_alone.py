"""Pages of what has no history (``present.py``) say so to whoever asks for an earlier moment.

To answer them at a moment would put rows of today beside names of then; to leave the moment out in silence would give
out a file of another time than its address says.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from smartcity.lib.pages.errors import Trouble
from smartcity.lib.pages.known.links import address_of_the_present
from smartcity.lib.pages.known.moment import PARAMETER

PRESENT_ALONE = Trouble(
    409,
    "Trang này luôn là của hiện tại",
    "Nội dung ở đây không xem được theo những gì biết đến một thời điểm trước. Chưa có gì được tải về.",
    "Xem theo hiện tại; muốn một khoảng thời gian thì chọn từ ngày, đến ngày trên trang ấy.",
)


def present_alone[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """The view, which refuses each address that names a moment."""

    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        named = [typed for typed in request.GET.getlist(PARAMETER) if typed.strip()]
        if getattr(request, "known", None) is None and not named:
            return view(request, *args, **kwargs)
        context = {"trouble": PRESENT_ALONE, "present": address_of_the_present(request, PARAMETER)}
        return HttpResponse(render_to_string("lib/error.html", context), status=PRESENT_ALONE.status)

    return answered  # type: ignore[return-value]
