"""The columns of the log of access."""

from smartcity.audit.access.models import AccessEntry
from smartcity.lib.pages.columns import Column, Kind


def about_whom(entry: AccessEntry) -> str:
    """Whose account it is about, where it is another's than whoever acted."""
    return f"{entry.account} ({entry.account.username})" if entry.account else ""


def username_of(entry: AccessEntry) -> str:
    return entry.user.username if entry.user else ""


ACCESS_COLUMNS = [
    Column("Lúc", lambda entry: entry.at, Kind.MOMENT),
    Column("Việc", lambda entry: entry.get_kind_display(), width=20),
    Column("Kết quả", lambda entry: entry.get_outcome_display(), width=14, under="Việc"),
    Column("Ai", lambda entry: entry.name, width=28),
    Column("Tên đăng nhập", username_of, width=20, under="Ai"),
    Column("Vai trò khi ấy", lambda entry: entry.get_role_display(), width=20, under="Ai"),
    Column("Cơ quan khi ấy", lambda entry: entry.agency, width=36, under="Ai"),
    Column("Tài khoản", about_whom, width=30, under="Nội dung"),
    Column("Nội dung", lambda entry: entry.what, width=50),
    Column("Trang, lệnh", lambda entry: entry.place, width=50, under="Nội dung"),
    Column("Địa chỉ mạng", lambda entry: entry.came_from, width=18, under="Từ đâu"),
    Column("Trình duyệt, chương trình", lambda entry: entry.agent, width=50, under="Từ đâu"),
]
