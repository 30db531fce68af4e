"""Which person was reminded on which day."""

from django.conf import settings
from django.db import models

from smartcity.lib.records.typed_fields import DayField


class SentReminder(models.Model):
    """A digest that was handed to the mail server; there is one a day for a person at most."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reminders")
    on = DayField("ngày")
    jobs = models.PositiveIntegerField("số việc")
    sent_at = models.DateTimeField("gửi lúc", auto_now_add=True)

    class Meta:
        verbose_name = "thư nhắc việc"
        verbose_name_plural = "thư nhắc việc"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "on"],
                name="reminder_once_a_day",
                violation_error_message="Người này đã được nhắc trong ngày.",
                violation_error_code="on",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.on:%d/%m/%Y}"
