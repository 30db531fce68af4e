"""The address under which a person's calendar program reads their due dates and meetings."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from smartcity.lib.records.history import SignedRecords


def digest_of_key(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class FeedAddress(models.Model):
    """A secret address of one person; whoever has it reads without signing in, until it is revoked.

    Only the digest of its secret is kept, so that neither a copy of the database nor the history opens a calendar.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người dùng", on_delete=models.PROTECT, related_name="feed_addresses"
    )
    digest = models.CharField("mã của địa chỉ", max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField("lập lúc", default=timezone.now, editable=False)
    revoked_at = models.DateTimeField("thu hồi lúc", null=True, editable=False)

    history = SignedRecords()
    # Nobody needs to be given it to check what is sealed.
    PERSONAL = ("digest",)
    # Nor does anybody read it in a history.
    SECRET = ("digest",)

    class Meta:
        verbose_name = "địa chỉ lịch"
        verbose_name_plural = "địa chỉ lịch"
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="feed_one_address_of_a_person",
                violation_error_message="Bạn đã có một địa chỉ lịch. Thu hồi địa chỉ đó trước.",
            ),
        ]

    def __str__(self):
        return f"Địa chỉ lịch của {self.user}"
