"""Which page an address is of, as one reads it; a line names no address."""

from django.apps import apps
from django.urls import reverse

# By the first part of the address.
PAGES = {
    "biet-them": "Biết thêm",
    "chi-dao": "Ý kiến chỉ đạo",
    "co-quan": "Cơ quan",
    "co-so-du-lieu": "Cơ sở dữ liệu",
    "cuoc-hop": "Cuộc họp",
    "de-an": "Đề án",
    "dien-bien": "Diễn biến",
    "don-doc": "Đôn đốc",
    "gia-han": "Đề nghị gia hạn",
    "giai-trinh": "Yêu cầu giải trình",
    "goi-bang-chung": "Gói bằng chứng",
    "kien-nghi": "Kiến nghị kiểm toán, thanh tra",
    "kinh-phi": "Kinh phí",
    "lich": "Lịch",
    "nhat-ky": "Nhật ký thay đổi",
    "nhat-ky-truy-cap": "Nhật ký truy cập",
    "nhap-tep": "Nhập từ tệp",
    "nhiem-vu": "Nhiệm vụ",
    "phan-cong": "Phân công",
    "thay-doi": "Thay đổi",
    "tien-do": "Tiến độ",
    "tim": "Tìm",
    "tra-loi": "Trả lời ý kiến chỉ đạo",
    "van-ban": "Văn bản",
}
# What is no record of the admin's.
OF_THE_ADMIN = {"password_change": "Đổi mật khẩu", "login": "Đăng nhập"}


def page_in_words(place: str) -> str:
    """«Báo cáo tiến độ» for an address of the admin, which has the names of models; nothing where no name is known."""
    root = reverse("admin:index")
    first, _, rest = place.removeprefix(root).strip("/").partition("/")
    if not place.startswith(root):
        title = PAGES.get(first, "")
    elif first in OF_THE_ADMIN:
        title = OF_THE_ADMIN[first]
    else:
        title = _title_of_kind(first, rest.partition("/")[0])
    return f"«{title[:1].upper()}{title[1:]}»" if title else ""


def _title_of_kind(app: str, model: str) -> str:
    try:
        return str(apps.get_model(app, model)._meta.verbose_name)
    except (LookupError, ValueError):
        return ""
