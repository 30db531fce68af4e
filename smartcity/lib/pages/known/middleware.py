"""Answers each reading request that names a moment by what was known then, and refuses all others that name one."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from smartcity.lib.log.known.reading import known_at
from smartcity.lib.pages.errors import Trouble
from smartcity.lib.pages.known.links import address_with, keep_moment
from smartcity.lib.pages.known.moment import PARAMETER, read_known

logger = logging.getLogger(__name__)

# The API tells who asks by a token that it reads itself; a package of evidence proves what is sealed by now.
READ_BY_THEMSELVES = ("/api/", "/goi-bang-chung/goi.zip")
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


class ReadKnown:
    """Innermost: who reads, and by what right, is of the present and read before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        typed = request.GET.get(PARAMETER, "").strip()
        if not typed or request.path.startswith(READ_BY_THEMSELVES) or not request.user.is_authenticated:
            return self.get_response(request)
        if request.method not in READS:
            return _refused(request, NOTHING_TO_CHANGE)
        try:
            mark = read_known(typed)
        except ValueError as reason:
            return _refused(request, replace(UNREADABLE, happened=str(reason)))
        request.known, request.known_as_typed = mark, typed  # type: ignore[attr-defined]
        _forget_moment(request)
        with known_at(mark, reader=request.user):
            response = self.get_response(request)
            if response.streaming:
                _read_whole(response)
        return _kept(response, typed)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a page tried to write was refused by the database: said, not hidden behind an error of the system."""
        if getattr(request, "known", None) is None or not _is_a_write(exception):
            return None
        logger.error("%s writes, and cannot be shown at an earlier moment", request.path, exc_info=exception)
        return _refused(request, WRITES)


def _forget_moment(request: HttpRequest) -> None:
    """Pages read addresses of the present; the moment is put into what they lead to afterwards."""
    asked = request.GET.copy()
    del asked[PARAMETER]
    request.GET = asked  # type: ignore[assignment]
    request.META["QUERY_STRING"] = asked.urlencode()


def _is_a_write(exception: Exception) -> bool:
    said = str(exception)
    return isinstance(exception, DatabaseError) and ("readonly database" in said or "read-only transaction" in said)


def _refused(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    asked = request.GET.copy()
    asked.pop(PARAMETER, None)
    present = f"{request.path}?{asked.urlencode()}" if asked else request.path
    return HttpResponse(
        render_to_string("lib/error.html", {"trouble": trouble, "present": present}), status=trouble.status
    )


def _read_whole(response: HttpResponseBase) -> None:
    """What is read while it is sent would be read of the present."""
    whole = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    for piece in response.streaming_content:  # type: ignore[attr-defined]
        whole.write(piece)
    whole.seek(0)
    response.streaming_content = _pieces(whole)  # type: ignore[attr-defined]


def _pieces(whole: tempfile.SpooledTemporaryFile) -> Iterator[bytes]:
    with whole:
        yield from iter(lambda: whole.read(64 * 1024), b"")


def _kept(response: HttpResponseBase, typed: str) -> HttpResponseBase:
    if "Location" in response:
        response["Location"] = address_with(response["Location"], PARAMETER, typed)
    if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
        response.content = keep_moment(response.text, PARAMETER, typed)
    return response
