"""What was sent already, so that the same sending changes nothing a second time; and files of what was refused."""

from datetime import datetime

from django.conf import settings
from django.db import models

from smartcity.lib.records.files import FileKind, damage_of
from smartcity.lib.submissions.token import GOOD_FOR


class SentFormQuerySet(models.QuerySet):
    def forgettable(self, now: datetime):
        """Those whose token is too old to be taken anyway."""
        return self.filter(sent_at__lt=now - GOOD_FOR)


class SentForm(models.Model):
    """One form that was sent and took effect, and where its sender was led then.

    It exists from before the effect, in the same transaction: what others can read has an outcome. It tells
    nothing about records that their histories do not tell, and is forgotten after some days.
    """

    token = models.UUIDField("phiếu gửi", unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người gửi", on_delete=models.PROTECT, related_name="+"
    )
    path = models.TextField("địa chỉ")
    sent_at = models.DateTimeField("gửi lúc", db_index=True)
    outcome = models.TextField("trang sau khi lưu", blank=True)

    objects = SentFormQuerySet.as_manager()

    class Meta:
        verbose_name = "lần gửi biểu mẫu"
        verbose_name_plural = "lần gửi biểu mẫu"

    def __str__(self):
        return f"{self.path} ({self.sent_at:%d/%m/%Y %H:%M})"


def path_of_kept(kept: "KeptFile", _name: str) -> str:
    """Apart from the files of records; each row has bytes of its own, which go with it."""
    return f"kept/{kept.token.hex}-{kept.sha256}.{kept.kind}"


class KeptFileQuerySet(models.QuerySet):
    def forgettable(self, now: datetime):
        """Those whose form would be too old to be taken anyway."""
        return self.filter(kept_at__lt=now - GOOD_FOR)


class KeptFile(models.Model):
    """A file that somebody chose in a form which was not saved, for when they send it again.

    It counts as nothing and nobody can read it; it is deleted when its form is saved, or after some days.
    """

    token = models.UUIDField("phiếu gửi", editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người chọn", on_delete=models.PROTECT, related_name="+"
    )
    name = models.TextField("tên tệp")
    kind = models.CharField("loại tệp", max_length=10, choices=FileKind)
    size = models.PositiveIntegerField("dung lượng (byte)")
    sha256 = models.CharField("mã SHA-256", max_length=64)
    content = models.FileField("nơi lưu", upload_to=path_of_kept, max_length=200, editable=False)
    kept_at = models.DateTimeField("giữ lúc", db_index=True)

    objects = KeptFileQuerySet.as_manager()

    class Meta:
        verbose_name = "tệp của biểu mẫu chưa lưu"
        verbose_name_plural = "tệp của biểu mẫu chưa lưu"
        constraints = [
            models.UniqueConstraint(
                fields=["token", "sha256"],
                name="kept_file_once_for_a_form",
                violation_error_message="Tệp này đã được giữ cho biểu mẫu đó.",
                violation_error_code="content",
            ),
        ]

    def __str__(self):
        return self.name

    def damage(self) -> str:
        return damage_of(self.content, self.sha256)
