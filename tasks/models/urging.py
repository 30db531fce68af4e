"""Who was urged to hand in what was late: by whom, when, how, and what was said."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Agency, Programme, in_visible_province
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from tasks.models.reporting_cycle import ReportingCycle
from tasks.models.task import Task

KEPT = "Lần đôn đốc đã ghi không sửa, không xóa được. Muốn nhắc lại thì đôn đốc lần nữa."


class UrgingWay(models.TextChoices):
    """How an agency was urged; the letter is sent by the system, of everything else it only keeps the note."""

    EMAIL = "email", "Thư điện tử"
    MESSAGE = "message", "Tin nhắn (Zalo)"
    PHONE = "phone", "Điện thoại"
    DOCUMENT = "document", "Công văn"
    IN_PERSON = "in_person", "Trực tiếp"


class UrgingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "programme__"))


class Urging(CheckedTogether):
    """One agency urged once to hand in the late reports of one programme. It is kept as it was, and never changes."""

    programme = models.ForeignKey(Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="urgings")
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan được đôn đốc", on_delete=models.PROTECT, related_name="urgings"
    )
    at = models.DateTimeField("đôn đốc lúc")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người đôn đốc", on_delete=models.PROTECT, related_name="urgings"
    )
    way = models.CharField("cách đôn đốc", max_length=10, choices=UrgingWay)
    recipients = LongTextField("nơi nhận thư", blank=True)
    text = LongTextField("nội dung")

    objects = UrgingQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "lần đôn đốc"
        verbose_name_plural = "lần đôn đốc"
        constraints = [
            models.CheckConstraint(
                condition=Q(way=UrgingWay.EMAIL) & ~Q(recipients="") | ~Q(way=UrgingWay.EMAIL) & Q(recipients=""),
                name="urging_has_recipients_exactly_when_it_is_a_letter",
                violation_error_message="Gửi thư điện tử thì phải có nơi nhận; cách khác thì không ghi nơi nhận thư.",
                violation_error_code="recipients",
            ),
        ]
        indexes = [models.Index(fields=["programme", "agency", "-at"], name="urging_of_agency_by_moment")]

    def __str__(self):
        return f"Đôn đốc {self.agency} ngày {say_day(self.day)}"

    def get_absolute_url(self):
        return reverse("admin:tasks_urging_change", args=[self.pk])

    @property
    def day(self) -> date:
        return localdate(self.at)

    def clean(self):
        if Urging.objects.filter(pk=self.pk).exists():
            raise ValidationError(KEPT)

    def refuse_deletion(self):
        raise ValidationError(KEPT)


class UrgedReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "urging__programme__"))


class UrgedReport(models.Model):
    """One late report that an agency was urged to hand in: of which task, for which cycle."""

    urging = models.ForeignKey(Urging, verbose_name="lần đôn đốc", on_delete=models.PROTECT, related_name="reports")
    task = models.ForeignKey(Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="urged_reports")
    cycle = models.ForeignKey(
        ReportingCycle, verbose_name="kỳ báo cáo", on_delete=models.PROTECT, related_name="urged_reports"
    )

    objects = UrgedReportQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "báo cáo được đôn đốc"
        verbose_name_plural = "báo cáo được đôn đốc"
        constraints = [
            models.UniqueConstraint(
                fields=["urging", "task", "cycle"],
                name="urged_report_once_in_an_urging",
                violation_error_message="Báo cáo này đã có trong lần đôn đốc.",
                violation_error_code="cycle",
            ),
        ]
        indexes = [models.Index(fields=["cycle", "task"], name="urged_report_of_cycle")]

    def __str__(self):
        return f"{self.task}, {self.cycle}"

    def clean(self):
        if UrgedReport.objects.filter(pk=self.pk).exists():
            raise ValidationError(KEPT)
        if self.task.programme_id != self.urging.programme_id:
            raise ValidationError({"task": "Nhiệm vụ này thuộc đề án khác."})
        if self.cycle.duty.programme_id != self.urging.programme_id:
            raise ValidationError({"cycle": "Kỳ báo cáo này thuộc đề án khác."})

    def refuse_deletion(self):
        raise ValidationError(KEPT)
