"""Answers each reading request that names a moment by what was known then, and refuses all others that name one."""

import logging
import tempfile
from collections.abc import Callable
from dataclasses import replace
from wsgiref.util import FileWrapper

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from smartcity.lib.log.known.reading import known_at
from smartcity.lib.pages.errors import Trouble
from smartcity.lib.pages.known.links import Links, address_of_the_present, of_the_present
from smartcity.lib.pages.known.moment import PARAMETER, lasting, read_known, typed_moment

logger = logging.getLogger(__name__)

# The API tells who asks by a token that it reads itself; a package of evidence proves what is sealed by now.
READ_BY_THEMSELVES = ("/api/",)
# A calendar's secret address, too.
CALENDAR = ".ics"
READS = frozenset({"GET", "HEAD", "OPTIONS"})
IN_MEMORY = 1_000_000
NOTHING_TO_CHANGE = Trouble(
    405,
    "Không sửa được quá khứ",
    "Trang đang xem theo những gì biết đến một thời điểm trước; ở đó chỉ xem được. Chưa có gì được lưu.",
    "Về hiện tại rồi thực hiện lại thao tác.",
)
UNREADABLE = Trouble(400, "Thời điểm chưa đọc được", "", "Sửa thời điểm trên địa chỉ, hoặc xem theo hiện tại.")
WRITES = Trouble(
    409,
    "Trang này chỉ mở được ở hiện tại",
    "Trang cần ghi vào cơ sở dữ liệu, mà ở một thời điểm trước thì chỉ xem được. Chưa có gì thay đổi.",
    "Quay lại trang trước, hoặc mở trang này theo hiện tại.",
)


# As the two databases say it; SQLite in other words where what is read is a view.
REFUSES_TO_WRITE = ("read-only transaction", "readonly database", "because it is a view")


class ReadKnown:
    """Innermost: who reads, and by what right, is of the present and read before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not "".join(request.GET.getlist(PARAMETER)).strip() or not _is_read_here(request):
            return self.get_response(request)
        if request.method not in READS:
            return _refused(request, NOTHING_TO_CHANGE)
        try:
            typed = typed_moment(request.GET, PARAMETER)
            mark = read_known(typed)
        except ValueError as reason:
            return _refused(request, replace(UNREADABLE, happened=str(reason)))
        typed = lasting(typed, mark)
        request.known, request.known_as_typed = mark, typed  # type: ignore[attr-defined]
        asked, query = request.GET, request.META.get("QUERY_STRING", "")
        try:
            with known_at(mark, reader=request.user):
                response = self.get_response(request)
                if response.streaming:
                    _read_whole(response)
        finally:
            # Whoever notes the visit, or leads to the same address with a slash, reads all of it.
            request.GET, request.META["QUERY_STRING"] = asked, query  # type: ignore[assignment]
        return _kept(response, Links(PARAMETER, typed, request.get_host()))

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        """Pages read addresses of the present; the moment is put into what they lead to afterwards.

        Whoever is sent elsewhere before a page is asked comes back to the whole address.
        """
        if getattr(request, "known", None) is None:
            return
        asked = request.GET.copy()
        del asked[PARAMETER]
        request.GET = asked  # type: ignore[assignment]
        request.META["QUERY_STRING"] = asked.urlencode()

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a page tried to write was refused by the database: said, not hidden behind an error of the system."""
        if getattr(request, "known", None) is None or not _is_a_write(exception):
            return None
        logger.error("%s writes, and cannot be shown at an earlier moment", request.path, exc_info=exception)
        return _refused(request, WRITES)


def _is_read_here(request: HttpRequest) -> bool:
    by_itself = request.path.startswith((*READ_BY_THEMSELVES, *of_the_present())) or request.path.endswith(CALENDAR)
    return not by_itself and request.user.is_authenticated


def _is_a_write(exception: Exception) -> bool:
    said = str(exception)
    return isinstance(exception, DatabaseError) and any(words in said for words in REFUSES_TO_WRITE)


def _refused(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    context = {"trouble": trouble, "present": address_of_the_present(request, PARAMETER)}
    return HttpResponse(render_to_string("lib/error.html", context), status=trouble.status)


def _read_whole(response: HttpResponseBase) -> None:
    """What is read while it is sent would be read of the present."""
    whole = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    for piece in response.streaming_content:  # type: ignore[attr-defined]
        whole.write(piece)
    whole.seek(0)
    # It closes the file also where nobody reads it.
    response.streaming_content = FileWrapper(whole, 64 * 1024)  # type: ignore[attr-defined]


def _kept(response: HttpResponseBase, links: Links) -> HttpResponseBase:
    if "Location" in response:
        response["Location"] = links.address_with(response["Location"])
    if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
        response.content = links.kept_in(response.text)
    return response
