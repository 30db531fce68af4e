"""What was sent already, so that the same sending changes nothing a second time."""

from datetime import datetime

from django.conf import settings
from django.db import models

from smartcity.sending.slip import GOOD_FOR


class SentFormQuerySet(models.QuerySet):
    def forgettable(self, now: datetime):
        """Those whose slip is too old to be taken anyway."""
        return self.filter(sent_at__lt=now - GOOD_FOR)


class SentForm(models.Model):
    """One form that was sent and took effect, and where its sender was led then.

    It exists from before the effect, in the same transaction: what others can read has an outcome. It tells
    nothing about records that their histories do not tell, and is forgotten after some days.
    """

    slip = models.UUIDField("phiếu gửi", unique=True, editable=False)
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
