"""Where what a meeting still lacks is filled in."""

from django.urls import reverse

from meetings.models import Conclusion, Directive
from meetings.operations.recording import Missing


def mended_at(missing: Missing) -> tuple[str, str]:
    """The address and the words of the link beside what is missing."""
    if isinstance(missing.of, Directive):
        return reverse("directive_change", args=[missing.of.pk]), "Chọn cơ quan"
    if isinstance(missing.of, Conclusion) and missing.of.pk is None:
        return reverse("conclusion_add", args=[missing.of.meeting_id]), "Thêm kết luận"
    if isinstance(missing.of, Conclusion):
        return reverse("conclusion_change", args=[missing.of.pk]), "Ghi nội dung"
    return reverse("meeting_change", args=[missing.of.pk]), "Sửa cuộc họp"
