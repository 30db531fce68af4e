"""Error pages: what happened, what became of one's work, and what to do, in Vietnamese.

They are rendered without a database, so that they also show when that is what failed; where even that fails, a page
that is made of nothing is shown.
"""

import logging
import sys
import uuid
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from smartcity.lib.log.refusals import is_unrecorded
from smartcity.lib.pages.known.links import address_of_the_present
from smartcity.lib.pages.known.moment import PARAMETER, say_known
from smartcity.lib.records.files import MOST_FILES, say_size
from smartcity.lib.submissions.payload import REOPEN, payload_of
from smartcity.lib.submissions.token import FIELD

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    status: int
    title: str
    happened: str
    remedy: str


BAD_REQUEST = Trouble(
    400,
    "Yêu cầu chưa đọc được",
    "Địa chỉ hoặc nội dung gửi lên có phần hệ thống không hiểu. Chưa có gì được lưu.",
    "Quay lại trang trước, kiểm tra nội dung rồi gửi lại.",
)
BACK = (
    "Bấm nút Quay lại của trình duyệt: nếu trang trước hiện «Khôi phục nội dung chưa lưu» thì bấm để lấy lại nội dung, "
    "bớt đi rồi gửi lại."
)
# What is more than the server reads at once, so that no form could say it beside its field.
TOO_MUCH: dict[type[Exception], Trouble] = {
    RequestDataTooBig: Trouble(
        400,
        "Nội dung gửi lên quá dài",
        f"Phần chữ của một lần gửi tối đa {say_size(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)}{{sent}}. "
        "Chưa có gì được lưu.",
        f"{BACK} Văn bản dài thì đính kèm dưới dạng tệp.",
    ),
    TooManyFieldsSent: Trouble(
        400,
        "Nội dung gửi lên có quá nhiều ô",
        f"Một lần gửi tối đa {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} ô.".replace(",", ".") + " Chưa có gì được lưu.",
        f"{BACK} Chọn ít dòng hơn và làm nhiều lần.",
    ),
    TooManyFilesSent: Trouble(
        400,
        "Gửi lên quá nhiều tệp",
        f"Một ô nhận nhiều nhất {MOST_FILES} tệp; lần gửi này có hơn {settings.DATA_UPLOAD_MAX_NUMBER_FILES} tệp. "
        "Chưa có gì được lưu.",
        f"{BACK} Chọn lại các tệp cần gửi.",
    ),
    SessionInterrupted: Trouble(
        400,
        "Phiên làm việc đã kết thúc",
        "Bạn đã đăng xuất ở một cửa sổ khác trong lúc trang này đang gửi. Nội dung chưa được lưu.",
        "Đăng nhập lại, rồi mở trang và gửi lại.",
    ),
}
# Read and thrown away, so that the browser gets the answer instead of a broken connection.
MOST_READ = 100 * 1024 * 1024
FORBIDDEN = Trouble(
    403,
    "Bạn không có quyền làm việc này",
    "Vai trò của bạn không được phép thực hiện thao tác vừa chọn. Chưa có gì thay đổi.",
    "Nếu công việc của bạn cần quyền này, liên hệ người quản trị hệ thống của đơn vị.",
)
CSRF = Trouble(
    403,
    "Trang đã cũ",
    "Trang được mở từ trước khi bạn đăng nhập lại, hoặc đã quá lâu. Nội dung chưa được lưu.",
    "Quay lại trang trước: nội dung bạn nhập vẫn còn ở đó. Sao chép, tải lại trang rồi gửi lại.",
)
NOT_FOUND = Trouble(
    404,
    "Không có trang này",
    "Địa chỉ không đúng, hoặc nội dung thuộc phạm vi mà tài khoản của bạn không được xem.",
    "Kiểm tra lại địa chỉ, hoặc về trang đầu để tìm.",
)
NOT_KNOWN_THEN = Trouble(
    404,
    "Lúc ấy chưa biết có trang này",
    "Trang đang xem theo những gì biết đến {known}: nội dung này có thể được nhập sau lúc ấy hoặc lúc ấy đã xóa; "
    "cũng có thể địa chỉ không đúng, hoặc nội dung thuộc phạm vi mà tài khoản của bạn không được xem.",
    "Xem theo hiện tại, hoặc theo một lúc khác.",
)
SERVER_ERROR = Trouble(
    500,
    "Hệ thống gặp lỗi",
    "Thao tác vừa rồi chưa thực hiện được và không có gì được lưu dở dang.",
    "Quay lại trang trước rồi thử lại. Nếu vẫn lỗi, báo người quản trị kèm thời điểm xảy ra.",
)
NO_DATABASE = Trouble(
    503,
    "Tạm thời chưa dùng được",
    "Cơ sở dữ liệu đang bận hoặc không trả lời. Những gì đã lưu vẫn còn nguyên.",
    "Đợi ít phút rồi tải lại trang. Nếu vẫn lỗi, báo người quản trị kèm mã sự cố.",
)
NOT_RECORDED = Trouble(
    500,
    "Không ghi được vào lịch sử",
    "Hệ thống chỉ lưu thay đổi khi lịch sử ghi lại được ai thay đổi, vì sao. Lần này chưa ghi được nên chưa có gì thay "
    "đổi.",
    "Báo người quản trị kèm mã sự cố: đây là lỗi của phần mềm, thử lại cũng không được.",
)
# What to say instead when somebody's text was on its way.
NOT_SAVED = "Chưa lưu được"
SEND_AGAIN = (
    "Nội dung bạn nhập còn nguyên ở trang này. Đợi ít phút rồi bấm «Gửi lại»: gửi nhiều lần cũng chỉ ghi một lần. "
    "Nếu vẫn lỗi, giữ trang này và báo người quản trị kèm mã sự cố."
)
OPEN_AGAIN = (
    "Nội dung bạn nhập còn nguyên ở trang này, trừ mật khẩu và tệp. Đợi ít phút rồi bấm «Mở lại với nội dung đã nhập», "
    "nhập lại phần thiếu rồi lưu."
)
KEPT_FOR_LATER = (
    "Nội dung bạn nhập còn nguyên ở trang này: chép lại hoặc giữ trang mở, và báo người quản trị kèm mã sự cố. "
    "Khi phần mềm được sửa, bấm nút dưới đây để gửi lại."
)
STALE_FORM = replace(CSRF, remedy="Nội dung bạn nhập đã được giữ: mở lại, kiểm tra rồi bấm lưu.")
STALE_BUTTON = replace(CSRF, remedy="Mở lại trang rồi thực hiện lại thao tác.")


# Takes a title, a status and a code.
LAST_PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
<p>Hệ thống không mở được trang báo lỗi đầy đủ. Quay lại trang trước rồi thử lại.</p>
<p>Nếu vẫn lỗi, báo người quản trị kèm mã sự cố.</p>
<p><a href="/">Về trang đầu</a></p>
<p>Mã lỗi {status} · mã sự cố {incident}</p>
</body>
</html>
"""


def _page(trouble: Trouble, **context) -> HttpResponse:
    """The page that says it. Whatever it is made of, drawing it never fails: nothing could answer then."""
    try:
        drawn = render_to_string("lib/error.html", {"trouble": trouble, **context})
        return HttpResponse(drawn, status=trouble.status)
    except Exception:
        incident = context.get("incident") or _new_incident()
        logger.exception("Incident %s: the page for %s could not be drawn", incident, trouble.status)
        plain = LAST_PAGE.format(title=trouble.title, status=trouble.status, incident=incident)
        return HttpResponse(plain, status=trouble.status)


def _new_incident() -> str:
    return uuid.uuid4().hex[:8].upper()


def bad_request(request, exception=None):
    trouble = next((one for kind, one in TOO_MUCH.items() if isinstance(exception, kind)), BAD_REQUEST)
    if isinstance(exception, RequestDataTooBig):
        length = request.META.get("CONTENT_LENGTH") or ""
        # A form with files is long for their sake.
        tells = length.isdecimal() and request.content_type == "application/x-www-form-urlencoded"
        sent = f"; bạn vừa gửi {say_size(int(length[:18]))}" if tells else ""
        trouble = replace(trouble, happened=trouble.happened.format(sent=sent))
    if exception is not None and trouble is not BAD_REQUEST:
        _read_to_the_end(request)
    return _page(trouble)


def _read_to_the_end(request: HttpRequest) -> None:
    """A server that answers and hangs up while a browser still sends is heard by no browser."""
    left = MOST_READ
    try:
        while left > 0 and (read := request.read(64 * 1024)):
            left -= len(read)
    except Exception:
        logger.exception("The rest of %s was not read", request.path)


def forbidden(request, exception=None):
    return _page(FORBIDDEN)


def not_found(request, exception=None):
    """Of an address that no page has, the moment that it names says nothing."""
    known = getattr(request, "known", None)
    if known is None or request.resolver_match is None:
        return _page(NOT_FOUND)
    trouble = replace(NOT_KNOWN_THEN, happened=NOT_KNOWN_THEN.happened.format(known=say_known(known)))
    return _page(trouble, present=address_of_the_present(request, PARAMETER))


def server_error(request):
    """Something failed, or the database is away. The code on the page is that of the log.

    What was sent by a form of ours is on the page, to be sent once more; its token lets it take effect once.
    """
    fault = sys.exception()
    incident = _new_incident()
    logger.error("Incident %s: %s %s", incident, request.method, request.path, exc_info=fault)
    trouble = NO_DATABASE if isinstance(fault, (OperationalError, InterfaceError)) else SERVER_ERROR
    if is_unrecorded(fault):
        trouble = NOT_RECORDED
    resend = _resend(request)
    if resend and trouble is NOT_RECORDED:
        trouble = replace(trouble, remedy=KEPT_FOR_LATER)
    elif resend:
        remedy = OPEN_AGAIN if resend["reopens"] else SEND_AGAIN
        trouble = replace(trouble, title=NOT_SAVED, remedy=remedy)
    response = _page(trouble, incident=incident, resend=resend)
    if trouble.status == NO_DATABASE.status:
        response["Retry-After"] = "30"
    return response


def _resend(request: HttpRequest) -> dict | None:
    """The same form once more, with the library's token and ours; without ours, somebody else may have written it."""
    try:
        typed = payload_of(request)
    except Exception:
        # What was sent is what cannot be read; the page says so without it.
        logger.exception("What was sent to %s cannot be shown again", request.path)
        return None
    if typed is None or FIELD not in request.POST:
        return None
    sent = [(name, value) for name, values in request.POST.lists() for value in values if "password" not in name]
    # Without the files or the password it would be another content: it is shown again instead of saved.
    again = [(REOPEN, "1")] if typed.left_out and REOPEN not in request.POST else []
    return {"address": request.get_full_path(), "pairs": sent + again, "reopens": typed.left_out}


def file_gone(name: str) -> HttpResponse:
    return _page(
        Trouble(
            410,
            "Không mở được tệp",
            f"Bản ghi về tệp “{name}” còn nguyên, nhưng nội dung tệp trên máy chủ bị mất hoặc không đầy đủ.",
            "Báo người quản trị hệ thống kèm tên tệp và thời điểm này để khôi phục từ bản sao lưu.",
        )
    )


def csrf_failure(request, reason=""):
    return _page(CSRF)


def stale_form(address: str, *, keeps_text: bool) -> HttpResponse:
    """The page was out of date; ``address`` opens it anew."""
    return _page(STALE_FORM if keeps_text else STALE_BUTTON, reopen=address, keeps_text=keeps_text)
