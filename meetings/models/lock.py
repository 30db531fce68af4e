"""What a concluded meeting said changes only as a correction, which leaves a new version behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import ValidationError

LOCKED = (
    "Cuộc họp đã kết luận nên nội dung đã khóa. Mở lại trang này, ghi lý do đính chính rồi lưu; "
    "bản trước vẫn giữ nguyên để đối chiếu."
)
_correcting: ContextVar[bool] = ContextVar("correcting_a_meeting", default=False)


@contextmanager
def correcting() -> Iterator[None]:
    """Around the operations that conclude a meeting or correct it; elsewhere its records refuse to change."""
    token = _correcting.set(True)
    try:
        yield
    finally:
        _correcting.reset(token)


def refuse_if_locked(is_locked: bool) -> None:
    """Raise ``ValidationError`` where what a concluded meeting said would change without a correction."""
    if is_locked and not _correcting.get():
        raise ValidationError(LOCKED)
