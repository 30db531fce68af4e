"""Assignments that were taken as done by mistake."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from meetings.models.assignment import Assignment
from meetings.models.meeting import told_to
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField


class ReopeningQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "assignment__directive__conclusion__meeting__"))


class Reopening(models.Model):
    """That a confirmation was a mistake: the assignment is not done. Reopenings are only added."""

    assignment = models.ForeignKey(
        Assignment, verbose_name="phân công", on_delete=models.PROTECT, related_name="reopenings"
    )
    on = DayField("ngày mở lại")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người mở lại", on_delete=models.PROTECT, related_name="reopenings"
    )
    text = LongTextField("lý do mở lại")

    objects = ReopeningQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "mở lại phân công"
        verbose_name_plural = "mở lại phân công"

    def __str__(self):
        return f"Mở lại ngày {say_day(self.on)}"

    def clean(self):
        if Reopening.objects.filter(pk=self.pk).exists():
            raise ValidationError("Việc mở lại đã ghi không sửa, không xóa được.")
