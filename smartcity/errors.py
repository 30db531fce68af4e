"""Error pages: what happened, what became of one's work, and what to do, in Vietnamese.

They are rendered without request or database, so that they also show when those are what failed.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.template.loader import render_to_string


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
SERVER_ERROR = Trouble(
    500,
    "Hệ thống gặp lỗi",
    "Thao tác vừa rồi chưa thực hiện được và không có gì được lưu dở dang.",
    "Quay lại trang trước rồi thử lại. Nếu vẫn lỗi, báo người quản trị kèm thời điểm xảy ra.",
)


def _page(trouble: Trouble) -> HttpResponse:
    return HttpResponse(render_to_string("error.html", {"trouble": trouble}), status=trouble.status)


def bad_request(request, exception=None):
    return _page(BAD_REQUEST)


def forbidden(request, exception=None):
    return _page(FORBIDDEN)


def not_found(request, exception=None):
    return _page(NOT_FOUND)


def server_error(request):
    return _page(SERVER_ERROR)


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
