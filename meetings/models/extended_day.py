"""An assignment through the days on which one extension of it holds: what its due is read from."""

from datetime import date

from django.db import models
from django.db.models import F, FilteredRelation, Func, Q

from meetings.models.extension import Extension
from smartcity.lib.records.typed_fields import DayField


class LaterDay(Func):
    """The later of two days, or the one that is there; each is worked out once."""

    function = "GREATEST"
    output_field = models.DateField()

    def as_sqlite(self, compiler, connection, **extra_context):
        # There nothing is the greatest of what is not all there, and days are text.
        return self.as_sql(
            compiler,
            connection,
            template="NULLIF(MAX(IFNULL(%(expressions)s, '')), '')",
            arg_joiner=", ''), IFNULL(",
            **extra_context,
        )


class ExtendedDayQuerySet(models.QuerySet):
    def granted_by(self, on: date):
        """One for each extension that was granted by the day ``on``, whether it still held then or not."""
        return self.filter(since__lte=on)


class ExtendedDay(models.Model):
    """Derived from the extensions that were granted; never the evidence.

    Whoever grants one writes those of the assignment anew (``meetings.operations.extended_days``), in the same
    transaction. The first due stays with the directive: what becomes of the two is asked of the day.
    """

    extension = models.OneToOneField(Extension, on_delete=models.DO_NOTHING, related_name="+", primary_key=True)
    # The constraint below begins with it.
    assignment = models.ForeignKey(
        "meetings.Assignment", on_delete=models.DO_NOTHING, related_name="extended_days", db_index=False
    )
    since = DayField("từ ngày")
    # The first day on which another one holds; the same day where that was granted on the day of this one.
    until = DayField("đến trước ngày")
    due = DayField("hạn")
    # How many were granted by then.
    extensions = models.PositiveSmallIntegerField()
    # When it was asked for; empty where the due that was granted before still held on that day.
    asked_on = DayField("ngày xin khi không còn hạn đã gia hạn", null=True)

    objects = ExtendedDayQuerySet.as_manager()

    class Meta:
        verbose_name = "hạn đã gia hạn theo ngày"
        verbose_name_plural = "hạn đã gia hạn theo ngày"
        # Nobody adds or changes one by hand.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "extensions"],
                name="extended_day_counts_once",
                violation_error_message="Lần gia hạn này của phân công đã có số liệu.",
                violation_error_code="extensions",
            ),
            models.CheckConstraint(
                condition=Q(since__lte=F("until")),
                name="extended_day_begins_before_it_ends",
                violation_error_message="Ngày hết phải từ ngày bắt đầu trở đi.",
                violation_error_code="until",
            ),
        ]

    def __str__(self):
        return f"{self.assignment_id}: {self.since} – {self.until}"


def extended_on(on: date) -> FilteredRelation:
    """The one of an assignment that holds on the day ``on``, if any."""
    return FilteredRelation("extended_days", condition=Q(extended_days__since__lte=on, extended_days__until__gt=on))
