"""What the log holds. Rows are only ever added: the database refuses to change or remove one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from smartcity.lib.log.origin import Source


class SignedAct(models.Model):
    """What one person did in one go, and who they were when they did it."""

    action = models.UUIDField("mã thao tác")
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người thực hiện", on_delete=models.PROTECT, related_name="+"
    )
    name = models.TextField("họ và tên khi ấy")
    title = models.TextField("chức vụ khi ấy", blank=True)
    role = models.TextField("vai trò khi ấy")
    agency = models.TextField("cơ quan khi ấy", blank=True)
    agency_key = models.BigIntegerField("mã cơ quan khi ấy", null=True)
    at = models.DateTimeField("lúc")
    reason = models.TextField("lý do", blank=True)
    # No constraint: a document has a history of its own, whose first row is part of such an act.
    document_key = models.BigIntegerField("mã văn bản căn cứ", null=True)
    source = models.CharField("nguồn", max_length=20, choices=Source, default=Source.UNKNOWN)
    place = models.TextField("nơi thực hiện", blank=True)

    class Meta:
        verbose_name = "thao tác"
        verbose_name_plural = "thao tác"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["action", "signer"], name="act_is_of_one_signer"),
        ]

    def __str__(self):
        return f"{self.name}, {self.at:%d/%m/%Y %H:%M}"


class RecordShape(models.Model):
    """Which columns a history had when rows were written; what is sealed is read by exactly these."""

    digest = models.CharField("mã", max_length=32, primary_key=True)
    table = models.CharField("bảng", max_length=63)
    # What is sealed is read alike from both databases: the kind of value by the name of the column.
    columns = models.JSONField("các cột")
    # Columns of which the seal holds a commitment, so that a later erasure can keep it in place of the value.
    personal = models.JSONField("các cột riêng tư")

    class Meta:
        verbose_name = "dạng bản ghi"
        verbose_name_plural = "dạng bản ghi"
        default_permissions = ()

    def __str__(self):
        return f"{self.table} ({len(self.columns)})"


class LogEntry(models.Model):
    """One row of one history. The database writes it and gives the number, in the transaction of that row."""

    number = models.BigAutoField("số", primary_key=True)
    table = models.CharField("bảng lịch sử", max_length=63)
    history_id = models.BigIntegerField("mã dòng lịch sử")
    record_id = models.BigIntegerField("mã bản ghi")
    kind = models.CharField("loại thay đổi", max_length=1)
    # By the database's clock: what an act and its rows say of theirs comes from whoever writes them.
    at = models.DateTimeField("lúc ghi vào nhật ký")
    act = models.ForeignKey(SignedAct, verbose_name="thao tác", on_delete=models.PROTECT, related_name="entries")
    shape = models.ForeignKey(RecordShape, verbose_name="dạng bản ghi", on_delete=models.PROTECT, related_name="+")
    # In which order transactions end is not that of the numbers: what is sealed together is told by these two.
    cluster = models.BigIntegerField("mã cụm máy chủ")
    transaction = models.BigIntegerField("số giao dịch")
    # Personal fields are sealed by a commitment to the value and this.
    salt = models.CharField("muối", max_length=32)
    order_is_reconstructed = models.BooleanField("thứ tự dựng lại", default=False)

    class Meta:
        verbose_name = "dòng nhật ký"
        verbose_name_plural = "dòng nhật ký"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["table", "history_id"], name="row_is_logged_once"),
        ]
        indexes = [
            models.Index(fields=["table", "record_id", "number"], name="log_of_a_record"),
            models.Index(fields=["cluster", "transaction"], name="log_by_transaction"),
        ]

    def __str__(self):
        return f"{self.number}: {self.table} {self.history_id}"


class ColumnChange(models.Model):
    """A column of a history that has been renamed, or dropped, since rows with it were written."""

    table = models.CharField("bảng", max_length=63)
    column = models.CharField("cột", max_length=63)
    renamed_to = models.CharField("tên mới", max_length=63, blank=True)
    # Rows that are logged later have the column that may have taken the name since.
    upto = models.BigIntegerField("đến số nhật ký")

    class Meta:
        verbose_name = "cột đã đổi"
        verbose_name_plural = "cột đã đổi"
        default_permissions = ()

    def __str__(self):
        return f"{self.table}.{self.column}"


class DroppedValue(models.Model):
    """What a row of history said in a column that is no more."""

    change = models.ForeignKey(ColumnChange, verbose_name="cột", on_delete=models.PROTECT, related_name="values")
    history_id = models.BigIntegerField("mã dòng lịch sử")
    value = models.JSONField("giá trị", null=True)

    class Meta:
        verbose_name = "giá trị của cột đã bỏ"
        verbose_name_plural = "giá trị của cột đã bỏ"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["change", "history_id"], name="dropped_value_is_kept_once"),
        ]

    def __str__(self):
        return f"{self.change} {self.history_id}"


class Seal(models.Model):
    """A block: what was unsealed and below the horizon, added to the tree at once."""

    # Without gaps and from 1, so that one that is missing is missed.
    number = models.BigIntegerField("số", primary_key=True)
    # Leaves of the tree, with this block's.
    size = models.BigIntegerField("số dòng đã niêm phong", unique=True)
    root = models.CharField("mã gốc", max_length=64)
    # What the next block goes on from.
    frontier = models.TextField("biên của cây")
    cluster = models.BigIntegerField("mã cụm máy chủ")
    horizon = models.BigIntegerField("mọi giao dịch trước số này đã xong")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "khối niêm phong"
        verbose_name_plural = "khối niêm phong"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0, size__gt=0), name="seal_holds_something"),
        ]

    def __str__(self):
        return f"{self.number}: {self.size}"


class SealedEntry(models.Model):
    """The place of an entry in the tree."""

    position = models.BigIntegerField("vị trí", primary_key=True)
    entry = models.OneToOneField(LogEntry, verbose_name="dòng nhật ký", on_delete=models.PROTECT, related_name="sealed")
    leaf = models.CharField("mã lá", max_length=64)

    class Meta:
        verbose_name = "dòng đã niêm phong"
        verbose_name_plural = "dòng đã niêm phong"
        default_permissions = ()

    def __str__(self):
        return f"{self.position}"


# What only grows.
KEPT = (SignedAct, RecordShape, LogEntry, ColumnChange, DroppedValue, Seal, SealedEntry)
