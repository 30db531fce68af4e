"""Who was urged to do what meetings gave them: by whom, when, how, and what was said."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models.assignment import Assignment
from programme.models import Agency, Province, in_visible_province
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from tasks.models import UrgingWay

KEPT = "Lần đôn đốc đã ghi không sửa, không xóa được. Muốn nhắc lại thì đôn đốc lần nữa."


class DirectiveUrgingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user))


class DirectiveUrging(CheckedTogether):
    """One agency urged once to do all that meetings of a province gave it and is late. It never changes."""

    province = models.ForeignKey(
        Province, verbose_name="tỉnh, thành phố", on_delete=models.PROTECT, related_name="directive_urgings"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan được đôn đốc", on_delete=models.PROTECT, related_name="directive_urgings"
    )
    at = models.DateTimeField("đôn đốc lúc")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người đôn đốc",
        on_delete=models.PROTECT,
        related_name="directive_urgings",
    )
    way = models.CharField("cách đôn đốc", max_length=10, choices=UrgingWay)
    recipients = LongTextField("nơi nhận thư", blank=True)
    text = LongTextField("nội dung")

    objects = DirectiveUrgingQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "lần đôn đốc chỉ đạo"
        verbose_name_plural = "lần đôn đốc chỉ đạo"
        constraints = [
            models.CheckConstraint(
                condition=Q(way=UrgingWay.EMAIL) & ~Q(recipients="") | ~Q(way=UrgingWay.EMAIL) & Q(recipients=""),
                name="directive_urging_has_recipients_exactly_when_it_is_a_letter",
                violation_error_message="Gửi thư điện tử thì phải có nơi nhận; cách khác thì không ghi nơi nhận thư.",
                violation_error_code="recipients",
            ),
        ]
        indexes = [models.Index(fields=["province", "agency", "-at"], name="directive_urging_by_moment")]

    def __str__(self):
        return f"Đôn đốc {self.agency} ngày {say_day(self.day)}"

    def get_absolute_url(self):
        return reverse("admin:meetings_directiveurging_change", args=[self.pk])

    @property
    def day(self) -> date:
        return localdate(self.at)

    def clean(self):
        if DirectiveUrging.objects.filter(pk=self.pk).exists():
            raise ValidationError(KEPT)

    def refuse_deletion(self):
        raise ValidationError(KEPT)


class UrgedAssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "urging__"))


class UrgedAssignment(models.Model):
    """One late assignment that an agency was urged to answer."""

    urging = models.ForeignKey(
        DirectiveUrging, verbose_name="lần đôn đốc", on_delete=models.PROTECT, related_name="assignments"
    )
    assignment = models.ForeignKey(
        Assignment, verbose_name="việc được giao", on_delete=models.PROTECT, related_name="urged"
    )

    objects = UrgedAssignmentQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "việc được đôn đốc"
        verbose_name_plural = "việc được đôn đốc"
        constraints = [
            models.UniqueConstraint(
                fields=["urging", "assignment"],
                name="urged_assignment_once_in_an_urging",
                violation_error_message="Việc này đã có trong lần đôn đốc.",
                violation_error_code="assignment",
            ),
        ]

    def __str__(self):
        return str(self.assignment)

    def clean(self):
        if UrgedAssignment.objects.filter(pk=self.pk).exists():
            raise ValidationError(KEPT)
        if self.assignment.directive.conclusion.meeting.province_id != self.urging.province_id:
            raise ValidationError({"assignment": "Việc này do cuộc họp của tỉnh khác giao."})

    def refuse_deletion(self):
        raise ValidationError(KEPT)
