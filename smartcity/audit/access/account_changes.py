"""What is changed of an account, noted with the row of its history: whoever changes it, from a page or by a command.

Listens where histories are written, which no change of an account passes by. So it is noted in the same transaction,
and what cannot be noted is not changed.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.dispatch import receiver
from simple_history.signals import post_create_historical_record

from meetings.models import FeedAddress
from programme.models import User
from smartcity.audit.access.models import AccessKind
from smartcity.audit.access.noting import note_access

# Reasons that the product gives itself. Some say all of it; others say it once more, before what somebody typed.
SAYS_ALL = {"Đổi mật khẩu của mình", "Đặt lại mật khẩu trên máy chủ, lệnh changepassword"}
SAYS_AGAIN = re.compile(r"^(?:Đặt mật khẩu\.|Cấp mã truy cập cho chương trình)\s*")
WATCHED = ("password_digest", "token_digest", "role", "is_active", "username")


@receiver(post_create_historical_record, sender=User.history.model)
def note_account_change(sender: Any, instance: User, history_instance: Any, history_user: User, **kwargs: Any) -> None:
    before = None if history_instance.history_type == "+" else _row_before(history_instance)
    if before and all(getattr(history_instance, name) == before[name] for name in WATCHED):
        return
    reason = history_instance.history_change_reason or ""
    for kind, words in _changes(history_instance, before):
        told = words if kind == AccessKind.ACCOUNT else _in_one_sentence(words, reason)
        note_access(history_user, kind, what=told, account=instance, is_new=before is None)


@receiver(post_create_historical_record, sender=FeedAddress.history.model)
def note_calendar_address(sender: Any, instance: FeedAddress, history_user: User, **kwargs: Any) -> None:
    words = "Thu hồi địa chỉ lịch" if instance.revoked_at else "Tạo địa chỉ lịch"
    note_access(history_user, AccessKind.TOKEN, what=words, account=instance.user)


def _in_one_sentence(words: str, reason: str) -> str:
    if reason in SAYS_ALL:
        return reason
    typed = SAYS_AGAIN.sub("", reason)
    return f"{words}, lý do: {typed}" if typed else words


def _row_before(row: Any) -> dict[str, Any] | None:
    earlier = User.history.filter(id=row.id, history_id__lt=row.history_id).order_by("-history_id")
    return earlier.values(*WATCHED).first()


def _changes(now: Any, before: dict[str, Any] | None) -> Iterator[tuple[AccessKind, str]]:
    role = now.get_role_display()
    if before is None:
        yield AccessKind.ACCOUNT, f"Tạo tài khoản «{now.username}», vai trò {role}"
        return
    if now.username != before["username"]:
        yield AccessKind.ACCOUNT, f"Đổi tên đăng nhập «{before['username']}» thành «{now.username}»"
    if now.role != before["role"]:
        was = dict(User._meta.get_field("role").flatchoices).get(before["role"], before["role"])
        yield AccessKind.ACCOUNT, f"Đổi vai trò «{was}» thành «{role}»"
    if now.is_active != before["is_active"]:
        yield AccessKind.ACCOUNT, "Mở lại tài khoản" if now.is_active else "Khóa tài khoản"
    if now.password_digest != before["password_digest"]:
        yield AccessKind.PASSWORD, "Đặt mật khẩu mới"
    if now.token_digest != before["token_digest"]:
        done = "Thu hồi" if not now.token_digest else "Thay" if before["token_digest"] else "Cấp"
        yield AccessKind.TOKEN, f"{done} mã truy cập"
