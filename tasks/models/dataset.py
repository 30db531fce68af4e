"""The shared and open databases that agencies must build, keep up to date and share, and what was seen of each."""

import calendar
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from programme.models import Agency, LegalDocument, Programme, Province, in_visible_province
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField


class DatasetList(models.TextChoices):
    SHARED = "shared", "Dùng chung"
    OPEN = "open", "Mở"


class UpdateCadence(models.TextChoices):
    """How often a database is to be updated."""

    DAILY = "daily", "Hằng ngày"
    WEEKLY = "weekly", "Hằng tuần"
    MONTHLY = "monthly", "Hằng tháng"
    QUARTERLY = "quarterly", "Hằng quý"
    YEARLY = "yearly", "Hằng năm"
    AS_IT_ARISES = "as_it_arises", "Khi phát sinh"

    def due_after(self, updated_on: date) -> date | None:
        """The last day on which the next update is in time; None when there is no such day."""
        if self in DAYS:
            return updated_on + timedelta(days=DAYS[self])
        return _months_later(updated_on, MONTHS[self]) if self in MONTHS else None


DAYS = {UpdateCadence.DAILY: 1, UpdateCadence.WEEKLY: 7}
MONTHS = {UpdateCadence.MONTHLY: 1, UpdateCadence.QUARTERLY: 3, UpdateCadence.YEARLY: 12}


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one: 31/01 is followed by 28/02 or 29/02."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Sharing(models.TextChoices):
    """Whether the provincial operations centre (IOC) gets the data."""

    NONE = "none", "Chưa chia sẻ"
    PILOT = "pilot", "Chia sẻ thí điểm"
    OFFICIAL = "official", "Chia sẻ chính thức"


class DatasetQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user))

    def listed(self, on: date):
        """Those that were in a list on the day ``on``."""
        return self.filter(Q(listed_to=None) | Q(listed_to__gte=on), listed_from__lte=on)

    def registrable_by(self, user, on: date):
        """Those of provinces of which the user speaks for an agency that coordinates a programme."""
        own = Programme.objects.coordinated_by(user, on)
        return self.filter(province__in=own.values("province"))

    def observable_by(self, user, on: date):
        """Those of the user's agency, for people who report; and those that the user registers."""
        if user.agency_id is None or not user.reports:
            return self.none()
        own = Programme.objects.coordinated_by(user, on)
        return self.filter(Q(agency=user.agency_id) | Q(province__in=own.values("province")))


class Dataset(models.Model):
    """A database that a decision put into one of the two lists, with the agency that must keep it."""

    province = models.ForeignKey(
        Province, verbose_name="tỉnh, thành phố", on_delete=models.PROTECT, related_name="datasets"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan chủ quản", on_delete=models.PROTECT, related_name="datasets"
    )
    name = LineField("tên", max_length=300)
    listed_as = models.CharField("danh mục", max_length=10, choices=DatasetList)
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản ban hành danh mục",
        on_delete=models.PROTECT,
        related_name="datasets",
    )
    cadence = models.CharField("chu kỳ cập nhật", max_length=20, choices=UpdateCadence)
    listed_from = DayField("trong danh mục từ ngày")
    listed_to = DayField(
        "trong danh mục đến hết ngày", null=True, blank=True, help_text="Để trống nếu vẫn trong danh mục."
    )
    search_text = FoldedField(of=["name"])

    objects = DatasetQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "cơ sở dữ liệu"
        verbose_name_plural = "cơ sở dữ liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["province", "listed_as", "agency", "name"],
                condition=Q(listed_to=None),
                name="dataset_once_in_a_list",
                violation_error_message="Danh mục này đã có cơ sở dữ liệu mang tên đó của cơ quan này.",
                violation_error_code="name",
            ),
            models.CheckConstraint(
                condition=Q(listed_to=None) | Q(listed_to__gte=F("listed_from")),
                name="dataset_leaves_the_list_after_it_enters",
                violation_error_message="Ngày ra khỏi danh mục phải từ ngày vào danh mục trở đi.",
                violation_error_code="listed_to",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("dataset_detail", args=[self.pk])

    def clean(self):
        if None in (self.province_id, self.agency_id, self.document_id):
            return
        provinces = {province.pk for province in self.province.carried_on_in}
        if self.agency.province_id not in provinces:
            raise ValidationError({"agency": f"{self.agency} không thuộc {self.province}. Chọn cơ quan khác."})
        if not self.province.may_name(self.document.province_id):
            raise ValidationError({"document": "Văn bản này của tỉnh khác. Chọn văn bản ban hành danh mục."})

    def due_after(self, updated_on: date) -> date | None:
        return UpdateCadence(self.cadence).due_after(updated_on)


class DatasetObservationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "dataset__"))

    def known(self, on: date):
        """What speaks of the day ``on`` or before, the newest first; of two for one day the later entered counts."""
        return self.filter(as_of__lte=on).order_by("-as_of", "-pk")


class DatasetObservation(CheckedTogether):
    """What was seen of a database on a day. Observations are only added; a later one says what changed."""

    dataset = models.ForeignKey(
        Dataset, verbose_name="cơ sở dữ liệu", on_delete=models.PROTECT, related_name="observations", db_index=False
    )
    as_of = DayField("đúng vào ngày")
    is_built = models.BooleanField("đã xây dựng")
    last_updated_on = DayField("cập nhật gần nhất ngày", null=True, blank=True, help_text="Để trống nếu không rõ.")
    sharing = models.CharField("chia sẻ về IOC", max_length=10, choices=Sharing)
    note = LongTextField("ghi chú", blank=True)
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="nguồn",
        on_delete=models.PROTECT,
        related_name="dataset_observations",
        null=True,
        blank=True,
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người ghi",
        on_delete=models.PROTECT,
        related_name="dataset_observations",
        editable=False,
    )
    recorded_on = DayField("ngày ghi", editable=False)

    objects = DatasetObservationQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "tình trạng cơ sở dữ liệu"
        verbose_name_plural = "tình trạng cơ sở dữ liệu"
        constraints = [
            models.CheckConstraint(
                condition=Q(as_of__lte=F("recorded_on")),
                name="observation_does_not_speak_of_the_future",
                violation_error_message="Ngày này chưa đến. Chỉ ghi tình trạng của ngày đã qua hoặc hôm nay.",
                violation_error_code="as_of",
            ),
            models.CheckConstraint(
                condition=Q(last_updated_on=None) | Q(last_updated_on__lte=F("as_of")),
                name="observation_speaks_after_the_update",
                violation_error_message="Ngày cập nhật gần nhất không thể sau ngày của tình trạng.",
                violation_error_code="last_updated_on",
            ),
            models.CheckConstraint(
                condition=Q(is_built=True) | Q(last_updated_on=None),
                name="observation_only_what_is_built_is_updated",
                violation_error_message="Chưa xây dựng thì không có ngày cập nhật.",
                violation_error_code="last_updated_on",
            ),
            models.CheckConstraint(
                condition=Q(is_built=True) | Q(sharing=Sharing.NONE),
                name="observation_only_what_is_built_is_shared",
                violation_error_message="Chưa xây dựng thì chưa chia sẻ được.",
                violation_error_code="sharing",
            ),
        ]
        indexes = [models.Index(fields=["dataset", "-as_of", "-id"], name="observation_latest")]

    def __str__(self):
        return f"Tình trạng ngày {say_day(self.as_of)}"

    def clean(self):
        if DatasetObservation.objects.filter(pk=self.pk).exists():
            raise ValidationError("Tình trạng đã ghi không sửa, không xóa được. Ghi tình trạng mới để đính chính.")

    @property
    def built_label(self) -> str:
        return "Đã xây dựng" if self.is_built else "Chưa xây dựng"
