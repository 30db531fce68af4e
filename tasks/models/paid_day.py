"""What a programme had paid through a stretch of days: what its figure of money is read from."""

from collections.abc import Collection
from datetime import date

from django.db import models
from django.db.models import F, Q, QuerySet

from programme.models import Programme
from smartcity.lib.records.typed_fields import DayField, MoneyField


class PaidDayQuerySet(QuerySet):
    def of_programmes(self, programmes: Collection[int], day: date):
        """The row of the day of each of these programmes; none of one that had paid nothing by then."""
        return self.filter(programme__in=programmes, since__lte=day, until__gt=day)


class PaidDay(models.Model):
    """Derived from the payments of the ledger; never the evidence.

    Whatever enters a payment writes it anew (``tasks.operations.task_days``), in the same transaction. ``paid_vnd`` is
    the sum, in đồng, of all that was paid until then; what was corrected is taken off from the day of its correction.
    """

    programme = models.ForeignKey(Programme, on_delete=models.DO_NOTHING, related_name="+", db_index=False)
    since = DayField("từ ngày")
    # The first day on which it is no longer so.
    until = DayField("đến trước ngày")
    paid_vnd = MoneyField("đã giải ngân")

    objects = PaidDayQuerySet.as_manager()

    class Meta:
        verbose_name = "số đã giải ngân theo ngày"
        verbose_name_plural = "số đã giải ngân theo ngày"
        # Nobody adds or changes one by hand.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "since"],
                name="paid_day_begins_once",
                violation_error_message="Đề án này đã có số liệu từ ngày đó.",
                violation_error_code="since",
            ),
            models.CheckConstraint(
                condition=Q(since__lt=F("until")),
                name="paid_day_has_a_day",
                violation_error_message="Quãng thời gian phải có ít nhất một ngày.",
                violation_error_code="until",
            ),
        ]
        indexes = [models.Index(fields=["programme", "until", "since"], name="paid_day_by_programme")]

    def __str__(self):
        return f"{self.programme_id}: {self.since} – {self.until}"
