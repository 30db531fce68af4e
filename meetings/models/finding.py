"""What auditors and inspectors found and ask for, answered item by item."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from meetings.models.directive import Directive
from programme.models import Agency, LegalDocument, Province, User, in_visible_province
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField
from tasks.models import Task


class FindingState(models.TextChoices):
    OPEN = "open", "Chưa trả lời"
    ANSWERED = "answered", "Đã giải trình, chờ kết luận"
    CLOSED = "closed", "Đã thực hiện xong"


class FindingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user))

    def standing(self):
        return self.exclude(state=FindingState.CLOSED)


class Finding(CheckedTogether):
    """One item of the conclusions of Kiểm toán nhà nước or of an inspectorate.

    Open: nothing was answered. Answered: explained, not yet taken as done. Closed: done. An answer that does not
    satisfy is opened again. What was said stays in its entries.
    """

    province = models.ForeignKey(
        Province, verbose_name="tỉnh, thành phố", on_delete=models.PROTECT, related_name="findings"
    )
    body = models.ForeignKey(
        Agency, verbose_name="cơ quan kiến nghị", on_delete=models.PROTECT, related_name="findings_made"
    )
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản kết luận",
        on_delete=models.PROTECT,
        related_name="findings",
        null=True,
        blank=True,
        help_text="Để trống nếu chưa biết; khi có thì bổ sung.",
    )
    source = models.ForeignKey(
        LegalDocument,
        verbose_name="nguồn",
        on_delete=models.PROTECT,
        related_name="told_findings",
        null=True,
        blank=True,
        help_text="Văn bản nhắc đến kiến nghị này, khi chưa có văn bản kết luận.",
    )
    item = LineField("mục", max_length=100, blank=True, help_text="Ví dụ: điểm 2 mục III.")
    subject = LineField("về việc", max_length=500)
    asks = LongTextField("nội dung kiến nghị")
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan thực hiện", on_delete=models.PROTECT, related_name="findings_to_answer"
    )
    due_on = DayField("hạn thực hiện", null=True, blank=True)
    directive = models.ForeignKey(
        Directive,
        verbose_name="ý kiến chỉ đạo liên quan",
        on_delete=models.PROTECT,
        related_name="findings",
        null=True,
        blank=True,
    )
    task = models.ForeignKey(
        Task,
        verbose_name="nhiệm vụ liên quan",
        on_delete=models.PROTECT,
        related_name="findings",
        null=True,
        blank=True,
    )
    state = models.CharField(
        "tình trạng", max_length=10, choices=FindingState, default=FindingState.OPEN, editable=False
    )
    answer = LongTextField("nội dung giải trình, kết quả", blank=True, editable=False)
    answered_on = DayField("ngày giải trình", null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người giải trình",
        on_delete=models.PROTECT,
        related_name="answered_findings",
        null=True,
        blank=True,
        editable=False,
    )
    answer_document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản giải trình",
        on_delete=models.PROTECT,
        related_name="answered_findings",
        null=True,
        blank=True,
        editable=False,
    )
    closed_on = DayField("ngày xong", null=True, blank=True, editable=False)
    note = LongTextField("ghi chú", blank=True)
    search_text = FoldedField(of=["subject", "asks"])

    objects = FindingQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "kiến nghị kiểm toán, thanh tra"
        verbose_name_plural = "kiến nghị kiểm toán, thanh tra"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=FindingState.OPEN, answered_on=None, closed_on=None)
                | Q(state=FindingState.ANSWERED, answered_on__isnull=False, closed_on=None) & ~Q(answer="")
                | Q(state=FindingState.CLOSED, answered_on__isnull=False, closed_on__isnull=False) & ~Q(answer=""),
                name="finding_state_says_what_was_answered",
                violation_error_message="Kiến nghị đã trả lời phải có nội dung và ngày.",
                violation_error_code="answer",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("answered_on")),
                name="finding_closed_after_its_answer",
                violation_error_message="Ngày xong không thể trước ngày giải trình.",
                violation_error_code="closed_on",
            ),
        ]
        indexes = [models.Index(fields=["province", "state"], name="finding_by_state")]

    def __str__(self):
        return f"{self.body.label}: {self.subject}"

    def get_absolute_url(self):
        return reverse("finding_detail", args=[self.pk])

    def directive_told_to(self, user: User) -> Directive | None:
        """The directive that speaks of it, where the person may read that: of an open meeting it is a draft."""
        visible = Directive.objects.visible_to(user).select_related("conclusion__meeting")
        return visible.filter(pk=self.directive_id).first()

    def was_answered_by(self, user: User) -> bool:
        """Whether the person wrote the answer that stands, or an earlier one since the finding was last open."""
        opened = self.entries.filter(kind=FindingEntryKind.REOPENING).order_by("-pk").values("pk")[:1]
        answers = self.entries.filter(kind=FindingEntryKind.ANSWER, author=user)
        return answers.filter(pk__gt=Coalesce(Subquery(opened), 0)).exists()

    def clean(self):
        if self.agency_id and self.province_id and self.agency.province_id != self.province_id:
            raise ValidationError({"agency": "Cơ quan thực hiện phải thuộc tỉnh này."})


class FindingEntryKind(models.TextChoices):
    ANSWER = "answer", "Giải trình"
    CLOSING = "closing", "Thực hiện xong"
    REOPENING = "reopening", "Mở lại"


class FindingEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(finding__in=Finding.objects.visible_to(user))


class FindingEntry(CheckedTogether):
    """An answer of the agency concerned, or that a finding was taken as done or opened again. They are only added."""

    finding = models.ForeignKey(Finding, verbose_name="kiến nghị", on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField("loại", max_length=10, choices=FindingEntryKind)
    on = DayField("ngày")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người ghi", on_delete=models.PROTECT, related_name="finding_entries"
    )
    text = LongTextField("nội dung", blank=True)
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản giải trình",
        on_delete=models.PROTECT,
        related_name="finding_entries",
        null=True,
        blank=True,
    )

    objects = FindingEntryQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "giải trình, kết quả của kiến nghị"
        verbose_name_plural = "giải trình, kết quả của kiến nghị"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=FindingEntryKind.CLOSING, text="") | ~Q(kind=FindingEntryKind.CLOSING) & ~Q(text=""),
                name="finding_entry_says_what_was_answered_or_why",
                violation_error_message="Giải trình, mở lại phải ghi nội dung.",
                violation_error_code="text",
            ),
            models.CheckConstraint(
                condition=Q(kind=FindingEntryKind.ANSWER) | Q(document=None),
                name="finding_entry_names_the_document_of_an_answer",
                violation_error_message="Chỉ giải trình mới kèm văn bản giải trình.",
                violation_error_code="document",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ngày {say_day(self.on)}"

    def clean(self):
        if FindingEntry.objects.filter(pk=self.pk).exists():
            raise ValidationError("Nội dung đã ghi không sửa, không xóa được. Giải trình thêm để bổ sung.")
