"""When somebody signed in last."""

from datetime import datetime

from django.conf import settings
from django.db import models


class LastSignInQuerySet(models.QuerySet):
    def note(self, user, at: datetime) -> None:
        self.update_or_create(user=user, defaults={"at": at})


class LastSignIn(models.Model):
    """An event of security, not a change of the person: it stands beside the account and is in no history.

    Whoever has none has not signed in since this is noted. Programs that send a token do not sign in.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="người dùng",
        on_delete=models.PROTECT,
        related_name="last_sign_in",
        primary_key=True,
    )
    at = models.DateTimeField("đăng nhập gần nhất")

    objects = LastSignInQuerySet.as_manager()

    class Meta:
        verbose_name = "lần đăng nhập gần nhất"
        verbose_name_plural = "lần đăng nhập gần nhất"
        # Nobody adds or changes one by hand.
        default_permissions = ()

    def __str__(self):
        return f"{self.user}, {self.at:%d/%m/%Y %H:%M}"
