"""What finds a change among all of them: derived from the log and the histories, and made again from them at any time.

Not tracked and no part of the seal. To make it anew, empty the four tables: the next look at the log fills them.
"""

from django.db import models
from django.db.models import Q

from smartcity.lib.records.typed_fields import DayField


class Audience(models.IntegerChoices):
    """Who is told of a change beside the rule of its province: what was drafted is told once, when others are told."""

    ALL = 0, "mọi người"
    # Of a meeting: while it was written, and as it was when it was concluded.
    MEETING_DRAFT = 1, "ai đọc dự thảo của cuộc họp"
    MEETING_TOLD = 2, "ai không đọc dự thảo của cuộc họp"
    # Of a report: which reader that is, the report itself knows.
    REPORT_DRAFT = 3, "ai đọc bản nháp báo cáo"
    REPORT_TOLD = 4, "ai không đọc bản nháp báo cáo"


# Keys of provinces that are none: of central bodies, and of several provinces at once.
OF_NONE, OF_SEVERAL = 0, -1


# Columns by which the changes of an agency are found, and those of a task; each has an index of its own.
OF_AGENCIES = ("holder", "other_holder", "former_holder", "other_former_holder")
OF_TASKS = ("task", "other_task", "former_task", "other_former_task")


class LoggedChange(models.Model):
    """One entry of the log, as it is looked for. No key is a constraint: what it names may be gone."""

    number = models.BigIntegerField("số nhật ký")
    # The first number of the act: acts stand in this order, never by the clock.
    place = models.BigIntegerField("số đầu của thao tác")
    act_key = models.BigIntegerField("mã thao tác")
    day = DayField("ngày")
    # The latest that any act up to this one said: behind it, the clock was set back.
    clock = models.DateTimeField("giờ muộn nhất cho đến đây")
    is_reconstructed = models.BooleanField("thứ tự dựng lại", default=False)
    record_kind = models.CharField("loại bản ghi", max_length=40)
    record_id = models.BigIntegerField("mã bản ghi")
    history_id = models.BigIntegerField("mã dòng lịch sử")
    before_id = models.BigIntegerField("mã dòng lịch sử trước đó", null=True)
    deed = models.CharField("việc", max_length=1)
    fields_key = models.BigIntegerField("mã tập trường đã đổi")
    audience = models.SmallIntegerField("ai được biết", choices=Audience, default=Audience.ALL)
    is_simulated = models.BooleanField("thuộc tỉnh mô phỏng", default=False)
    province = models.BigIntegerField("mã tỉnh", default=OF_NONE)
    programme = models.BigIntegerField("mã đề án", null=True)
    task = models.BigIntegerField("mã nhiệm vụ", null=True)
    meeting = models.BigIntegerField("mã cuộc họp", null=True)
    # The agency that the record speaks of, beside that of whoever signed.
    holder = models.BigIntegerField("mã cơ quan của bản ghi", null=True)
    # What joins two is found at both, and a change of whose it is, also at those that it was of before.
    # No record names three: more columns would be wanted then.
    other_holder = models.BigIntegerField("mã cơ quan thứ hai của bản ghi", null=True)
    former_holder = models.BigIntegerField("mã cơ quan trước đó của bản ghi", null=True)
    other_former_holder = models.BigIntegerField("mã cơ quan thứ hai trước đó của bản ghi", null=True)
    other_task = models.BigIntegerField("mã nhiệm vụ thứ hai", null=True)
    former_task = models.BigIntegerField("mã nhiệm vụ trước đó", null=True)
    other_former_task = models.BigIntegerField("mã nhiệm vụ thứ hai trước đó", null=True)
    # What it is a part of, and what that is a part of: «meetings.directive-12».
    owner = models.CharField("thuộc bản ghi", max_length=60, blank=True)
    grand = models.CharField("thuộc bản ghi trên nữa", max_length=60, blank=True)
    signer = models.BigIntegerField("mã người thực hiện")
    agency = models.BigIntegerField("mã cơ quan của người thực hiện", null=True)

    class Meta:
        verbose_name = "thay đổi trong nhật ký"
        verbose_name_plural = "thay đổi trong nhật ký"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["number", "audience", "record_kind", "record_id"], name="logged_change_is_found_once"
            ),
        ]
        indexes = [
            models.Index(fields=["place", "number"], name="change_by_place"),
            models.Index(fields=["act_key"], name="change_by_act"),
            models.Index(fields=["is_simulated", "place"], name="change_by_world"),
            models.Index(fields=["province", "place"], name="change_by_province"),
            models.Index(fields=["signer", "place"], name="change_by_signer"),
            models.Index(fields=["record_kind", "record_id", "place"], name="change_by_record"),
            models.Index(fields=["is_simulated", "record_kind", "place"], name="change_by_world_kind"),
            models.Index(fields=["province", "record_kind", "place"], name="change_by_province_kind"),
            models.Index(fields=["is_simulated", "deed", "place"], name="change_by_world_deed"),
            models.Index(fields=["province", "deed", "place"], name="change_by_province_deed"),
            models.Index(fields=["record_kind", "deed", "place"], name="change_by_kind_deed"),
            *(
                models.Index(
                    fields=[name, "place"], name=f"change_by_{name}", condition=Q(**{f"{name}__isnull": False})
                )
                for name in ("agency", *OF_AGENCIES, "programme", *OF_TASKS, "meeting")
            ),
            *(
                models.Index(fields=[name, "place"], name=f"change_by_{name}")
                for name in ("fields_key", "owner", "grand")
            ),
        ]

    def __str__(self):
        return f"{self.number}: {self.record_kind} {self.record_id}"


class ChangedFields(models.Model):
    """Fields of one kind of record that some change touched together. There are few such sets, and many changes."""

    record_kind = models.CharField("loại bản ghi", max_length=40)
    # In their order, each between commas: «,name,due_on,».
    names = models.TextField("các trường")

    class Meta:
        verbose_name = "tập trường đã đổi"
        verbose_name_plural = "tập trường đã đổi"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["record_kind", "names"], name="changed_fields_are_kept_once"),
        ]

    def __str__(self):
        return f"{self.record_kind}{self.names}"


class LoggedDay(models.Model):
    """Between which places the acts of a day stand, whichever way the clock was set."""

    day = DayField("ngày", primary_key=True)
    first_place = models.BigIntegerField("số đầu")
    last_place = models.BigIntegerField("số cuối")

    class Meta:
        verbose_name = "ngày trong nhật ký"
        verbose_name_plural = "ngày trong nhật ký"
        default_permissions = ()

    def __str__(self):
        return f"{self.day:%d/%m/%Y}"


class CaughtUp(models.Model):
    """How far the log was looked through: what ended before this transaction is found already. One row."""

    cluster = models.BigIntegerField("mã cụm máy chủ")
    horizon = models.BigIntegerField("mọi giao dịch trước số này đã xong")

    class Meta:
        verbose_name = "mốc lập nhật ký"
        verbose_name_plural = "mốc lập nhật ký"
        default_permissions = ()

    def __str__(self):
        return f"{self.horizon}"


# What can be emptied, and is made again.
DERIVED = (LoggedChange, ChangedFields, LoggedDay, CaughtUp)
