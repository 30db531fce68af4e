"""Which file was brought in, by whom, and what became of it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Membership, Programme, Revision, in_visible_province
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField, LongTextField


class ImportKind(models.TextChoices):
    PLANNED_TASKS = "planned_tasks", "Nội dung nhiệm vụ"
    LEDGER = "ledger", "Kinh phí thực tế"
    UPDATES = "updates", "Báo cáo tiến độ"


class Repeated(models.TextChoices):
    """What to do with rows that are kept already, or stand twice in the file."""

    REFUSE = "refuse", "Báo lỗi để sửa tệp"
    SKIP = "skip", "Bỏ qua, chỉ nhập các dòng mới"


class FileState(models.TextChoices):
    READING = "reading", "Đang đọc"
    CHECKING = "checking", "Đang kiểm tra"
    CHECKED = "checked", "Chờ xác nhận"
    REFUSED = "refused", "Có lỗi, không nhập"
    APPLYING = "applying", "Đang ghi"
    APPLIED = "applied", "Đã nhập"
    CANCELLED = "cancelled", "Đã hủy"
    UNDONE = "undone", "Đã hoàn tác"


# From which nothing comes into the records any more.
CLOSED = [FileState.REFUSED, FileState.APPLIED, FileState.CANCELLED, FileState.UNDONE]


class ImportedFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the user's province; reports that did not come in are drafts, read by the agency that wrote them."""
        found = self.filter(in_visible_province(user, "programme__"))
        if user.audits or user.sees_every_province:
            return found
        colleagues = Membership.objects.colleagues_of(user, localdate())
        drafted = Q(kind=ImportKind.UPDATES) & ~Q(state=FileState.APPLIED)
        return found.filter(~drafted | Q(uploaded_by=user) | Q(uploaded_by__in=colleagues))

    def light(self):
        """Without what is large: the file itself and its rows."""
        return self.defer("content", "unread", "notes", "rows", "findings")

    def same_as(self, file: "ImportedFile"):
        """Other files with the same content for the same place."""
        same = self.filter(sha256=file.sha256, kind=file.kind, programme=file.programme_id, revision=file.revision_id)
        return same.exclude(pk=file.pk)


class ImportedFile(CheckedTogether):
    """A file of rows. Reading → checking → checked → applying → applied.

    Reading and checking may end as refused; each but applied, as cancelled. Applied, it may be undone whole: from
    then on it is as if it had not come in, and may come in again.
    What it changed carries the same action in its history, and the row of the file in its reason.
    """

    kind = models.CharField("nội dung", max_length=20, choices=ImportKind)
    programme = models.ForeignKey(
        Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="imported_files"
    )
    revision = models.ForeignKey(
        Revision,
        verbose_name="dự thảo",
        on_delete=models.PROTECT,
        related_name="imported_files",
        null=True,
        blank=True,
    )
    name = LineField("tên tệp", max_length=200)
    sha256 = models.CharField("mã băm SHA-256", max_length=64, db_index=True)
    size = models.PositiveIntegerField("kích thước (byte)")
    content = models.BinaryField("tệp")
    repeated = models.CharField("dòng đã có", max_length=10, choices=Repeated, default=Repeated.REFUSE)
    is_again = models.BooleanField("nhập lại có chủ ý", default=False)
    row_count = models.PositiveIntegerField("số dòng")
    # How far the reading of a large file has come; none once it is read.
    unread = models.JSONField("đọc tiếp từ đâu", null=True, blank=True, editable=False)
    checked_count = models.PositiveIntegerField("đã kiểm tra", default=0)
    written_count = models.PositiveIntegerField("đã ghi", default=0)
    sheet = LineField("trang", max_length=100, blank=True)
    # What to know of how it was read: row (0 for the whole file), column, sentence.
    notes = models.JSONField("lưu ý khi đọc", default=list, blank=True, editable=False)
    # What was read, and what was found of it: worked out from the file, and again if need be.
    rows = models.JSONField("các dòng", default=list, editable=False)
    findings = models.JSONField("kết quả kiểm tra", default=list, blank=True, editable=False)
    state = models.CharField("tình trạng", max_length=10, choices=FileState, default=FileState.CHECKING)
    refusal = LongTextField("vì sao không nhập", blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người nhập", on_delete=models.PROTECT, related_name="imported_files"
    )
    uploaded_at = models.DateTimeField("tải lên lúc")

    objects = ImportedFileQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["content", "unread", "notes", "rows", "findings", "checked_count"])

    class Meta:
        verbose_name = "tệp đã nhập"
        verbose_name_plural = "tệp đã nhập"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ImportKind.PLANNED_TASKS, revision__isnull=False)
                | ~Q(kind=ImportKind.PLANNED_TASKS) & Q(revision=None),
                name="imported_file_names_its_draft_for_a_plan",
                violation_error_message="Nội dung nhiệm vụ được nhập vào một dự thảo; nội dung khác thì không.",
                violation_error_code="revision",
            ),
            models.CheckConstraint(
                condition=Q(checked_count__lte=F("row_count"), written_count__lte=F("row_count")),
                name="imported_file_counts_its_rows",
                violation_error_message="Số dòng đã kiểm tra, đã ghi không thể nhiều hơn số dòng của tệp.",
                violation_error_code="row_count",
            ),
            models.CheckConstraint(
                condition=Q(written_count=0) | Q(state__in=[FileState.APPLIED, FileState.UNDONE]),
                name="imported_file_is_written_whole",
                violation_error_message="Chỉ tệp đã nhập xong mới có dòng được ghi.",
                violation_error_code="written_count",
            ),
        ]
        indexes = [models.Index(fields=["programme", "-uploaded_at"], name="imported_file_by_day")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("imported_file_detail", args=[self.pk])

    def clean(self):
        if self.revision and self.revision.programme_id != self.programme_id:
            raise ValidationError({"revision": "Dự thảo này của đề án khác."})

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    def reason_of(self, row: int) -> str:
        """Why a record says what it says, for its history."""
        return f"Nhập từ tệp “{self.name}”, dòng {row}"
