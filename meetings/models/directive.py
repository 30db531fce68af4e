"""What a meeting concluded and directs: what is to be done, and by when."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, OrderBy, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from meetings.models.due import COMES_TRUE, Due, DueKind
from meetings.models.due import When as DueWhen
from meetings.models.meeting import Meeting, order_of_meetings, refuse_part_of_locked, told_to
from programme.models import LegalDocument, Revision, RevisionStep, StepKind
from smartcity.lib.language.reporting_periods import Cadence
from smartcity.lib.language.text import shorten
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField
from tasks.models import Task


class ConclusionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "meeting__"))


class Conclusion(models.Model):
    """One numbered point of what a meeting concluded."""

    meeting = models.ForeignKey(
        Meeting, verbose_name="cuộc họp", on_delete=models.PROTECT, related_name="conclusions", db_index=False
    )
    number = models.PositiveSmallIntegerField("mục", editable=False)
    heading = LineField(
        "tiêu đề", max_length=500, blank=True, help_text="Ví dụ: Về việc thuê Trung tâm tích hợp dữ liệu."
    )
    text = LongTextField("nội dung", blank=True, help_text="Phần kết luận không giao việc cho cơ quan nào.")

    objects = ConclusionQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "kết luận"
        verbose_name_plural = "kết luận"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="conclusion_number_once_in_a_meeting",
                violation_error_message="Cuộc họp đã có kết luận mang số này.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="conclusion_numbers_begin_at_one",
                violation_error_message="Kết luận đầu tiên mang số 1.",
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.heading}" if self.heading else f"Mục {self.number}"

    def clean(self):
        refuse_part_of_locked(self, self.meeting_id)


class DirectiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "conclusion__meeting__"))

    def given(self, on: date):
        """Those that on the day ``on`` were to be done or were done: of concluded meetings, not withdrawn by then."""
        meetings = Meeting.objects.concluded(on)
        return self.filter(conclusion__meeting__in=meetings).exclude(withdrawn_on__lte=on)

    def with_due(self, on: date):
        """Add ``due_then``: the day that the due gives, as far as the day ``on`` knows it."""
        return self.annotate(due_then=due_day("", on))

    def in_order(self):
        """As the meetings gave them, the first meeting first."""
        return self.order_by(*meeting_order(), *notice_order())


def meeting_order(path: str = "", *, newest_first: bool = False) -> list[str | OrderBy]:
    """The order of the meetings that gave directives; ``path`` leads to the directive («directive__»)."""
    return order_of_meetings(f"{path}conclusion__meeting__", newest_first=newest_first)


def notice_order(path: str = "") -> list[str]:
    """The order of the directives of one meeting, as its notice has them."""
    return [f"{path}conclusion__number", f"{path}position"]


def due_day(path: str, on: date):
    """The due day of a directive on the day ``on`` as an expression; ``path`` leads to the directive («directive__»).

    A condition gives its day from the day on which it comes true: its document is issued, or its revision adopted.
    """
    adopted = RevisionStep.objects.filter(
        revision=OuterRef(f"{path}due_revision"), kind=StepKind.ADOPTED, on__lte=on, revision__state="adopted"
    )
    issued = {f"{path}due_document__signed_on__lte": on, f"{path}due_document__number__isnull": False}
    came_true = Coalesce(
        Case(When(**{f"{path}due_day__lte": on}, then=F(f"{path}due_day")), output_field=DayField()),
        # Few wait for a revision: for the others none is looked for.
        Case(
            When(
                **{f"{path}due_revision__isnull": False},
                then=Subquery(adopted.order_by("on").values("on")[:1]),
            ),
            output_field=DayField(),
        ),
        Case(When(**issued, then=F(f"{path}due_document__signed_on")), output_field=DayField()),
    )
    # Most have a day of their own, and what has none is no condition: little is asked of those.
    conditional = Case(When(**{f"{path}due_kind": DueKind.CONDITION}, then=came_true), output_field=DayField())
    return Coalesce(F(f"{path}due_on"), conditional)


class Directive(CheckedTogether):
    """One thing that a meeting wants done, by whom (``assignments``) and by when.

    The due is kept as the source has it. ``due_on`` is the day that it gives by itself; what a condition waits for
    gives its day when it comes true, which is read and not stored (``DirectiveQuerySet.with_due``).
    """

    conclusion = models.ForeignKey(
        Conclusion, verbose_name="kết luận", on_delete=models.PROTECT, related_name="directives", db_index=False
    )
    position = models.PositiveSmallIntegerField("thứ tự", editable=False)
    text = LongTextField("nội dung giao")
    due_kind = models.CharField("loại hạn", max_length=20, choices=DueKind)
    due_day = DayField("ngày", null=True, blank=True)
    due_year = models.PositiveSmallIntegerField("năm", null=True, blank=True)
    due_month = models.PositiveSmallIntegerField("tháng", null=True, blank=True)
    due_words = LineField("nguyên văn thời hạn", max_length=500, blank=True)
    due_when = models.CharField("khi nào", max_length=10, choices=DueWhen, blank=True)
    due_cadence = models.CharField("báo cáo định kỳ", max_length=20, choices=Cadence, blank=True)
    due_document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản của thời hạn",
        on_delete=models.PROTECT,
        related_name="awaited_by",
        null=True,
        blank=True,
    )
    due_revision = models.ForeignKey(
        Revision,
        verbose_name="lần điều chỉnh được chờ",
        on_delete=models.PROTECT,
        related_name="awaited_by",
        null=True,
        blank=True,
    )
    due_on = DayField("hạn", null=True, editable=False)
    withdrawn_on = DayField("thôi theo dõi từ ngày", null=True, editable=False)
    note = LongTextField("ghi chú", blank=True)
    search_text = FoldedField(of=["text"])

    objects = DirectiveQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "ý kiến chỉ đạo"
        verbose_name_plural = "ý kiến chỉ đạo"
        constraints = [
            models.UniqueConstraint(
                fields=["conclusion", "position"],
                name="directive_place_in_a_conclusion_once",
                violation_error_message="Thứ tự này đã có.",
            ),
            models.CheckConstraint(
                # A month that is missing beside a year would be neither true nor false to the database.
                condition=Q(due_year=None, due_month=None)
                | Q(
                    due_year__isnull=False,
                    due_month__isnull=False,
                    due_year__range=(1945, 2099),
                    due_month__range=(1, 12),
                ),
                name="directive_due_month_is_a_month",
                violation_error_message="Tháng đến hạn phải đủ tháng và năm.",
                violation_error_code="due_month",
            ),
            models.CheckConstraint(
                condition=Q(due_revision=None) | Q(due_kind=DueKind.CONDITION, due_document=None),
                name="directive_waits_for_one_thing",
                violation_error_message="Chỉ hạn theo điều kiện mới chờ một lần điều chỉnh, và không chờ thêm văn bản.",
                violation_error_code="due_revision",
            ),
            models.CheckConstraint(
                condition=Q(due_document=None) | Q(due_kind__in=COMES_TRUE),
                name="directive_due_document_belongs_to_its_kind",
                violation_error_message="Chỉ hạn theo điều kiện hoặc theo văn bản khác mới gắn với một văn bản.",
                violation_error_code="due_document",
            ),
        ]

    def __str__(self):
        return shorten(self.text, 120)

    def get_absolute_url(self):
        return reverse("directive_detail", args=[self.pk])

    @property
    def label(self) -> str:
        """Its place in the notice: «2.3»."""
        return f"{self.conclusion.number}.{self.position}"

    @property
    def due(self) -> Due:
        """The due as the source has it. Raises ``ValueError`` where its columns contradict each other."""
        return Due(
            kind=DueKind(self.due_kind),
            day=self.due_day,
            year=self.due_year,
            month=self.due_month,
            words=self.due_words,
            when=self.due_when,
            cadence=self.due_cadence,
        )

    @due.setter
    def due(self, due: Due) -> None:
        self.due_kind, self.due_day, self.due_words = due.kind, due.day, due.words
        self.due_year, self.due_month = due.year, due.month
        self.due_when, self.due_cadence = due.when, due.cadence

    def clean(self):
        if self.conclusion_id:
            refuse_part_of_locked(self, self.conclusion.meeting_id, "conclusion__meeting")
        try:
            due = self.due
        except ValueError:
            raise ValidationError(
                {"due_kind": "Các ô của thời hạn không khớp với loại hạn. Nhập lại thời hạn."}
            ) from None
        self.due_on = None if due.kind == DueKind.CONDITION else due.due_on
        self._refuse_to_wait_for_itself()

    def _refuse_to_wait_for_itself(self) -> None:
        """What it waits for may not be its own notice, nor come of itself, directly or through other directives."""
        if not (self.due_document_id or self.due_revision_id) or not self.conclusion_id:
            return
        if self.due_document_id and self.due_document_id == self.conclusion.meeting.notice_id:
            raise ValidationError(
                {"due_document": "Đây là thông báo của chính cuộc họp này. Chọn văn bản mà việc này phải chờ."}
            )
        awaited = _awaited(self)
        results = DirectiveLink.objects.filter(directive=self.pk, kind=LinkKind.RESULT) if self.pk else ()
        if any(link.end_key in awaited for link in results):
            raise ValidationError({"due_revision" if self.due_revision_id else "due_document": WAITS_FOR_ITSELF})


WAITS_FOR_ITSELF = (
    "Việc này chờ chính kết quả của nó, trực tiếp hoặc qua việc khác, nên không bao giờ đến hạn. "
    "Chọn văn bản khác mà việc này phải chờ, hoặc ghi liên kết là «Liên quan đến»."
)


def _awaited(directive: Directive) -> set[tuple[str, int]]:
    """What it waits for, and what those wait for whose results these are, as («document», key)."""
    awaited: set[tuple[str, int]] = set()
    edge = _waits_for([directive])
    while edge:
        awaited |= edge
        makers = Directive.objects.filter(
            links__in=DirectiveLink.objects.filter(kind=LinkKind.RESULT).filter(
                Q(document__in=[key for end, key in edge if end == "document"])
                | Q(revision__in=[key for end, key in edge if end == "revision"])
            )
        )
        edge = _waits_for(makers) - awaited
    return awaited


def _waits_for(directives) -> set[tuple[str, int]]:
    ends = ("document", "revision")
    found = {(end, getattr(one, f"due_{end}_id")) for one in directives for end in ends}
    return {(end, key) for end, key in found if key is not None}


class LinkKind(models.TextChoices):
    ABOUT = "about", "Liên quan đến"
    RESULT = "result", "Kết quả là"


class DirectiveLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "directive__conclusion__meeting__"))


class DirectiveLink(models.Model):
    """What a directive is about, or what came of it: one task, revision or document."""

    directive = models.ForeignKey(
        Directive, verbose_name="ý kiến chỉ đạo", on_delete=models.PROTECT, related_name="links"
    )
    kind = models.CharField("quan hệ", max_length=10, choices=LinkKind, default=LinkKind.ABOUT)
    task = models.ForeignKey(
        Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="directive_links", null=True, blank=True
    )
    revision = models.ForeignKey(
        Revision,
        verbose_name="lần điều chỉnh",
        on_delete=models.PROTECT,
        related_name="directive_links",
        null=True,
        blank=True,
    )
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản",
        on_delete=models.PROTECT,
        related_name="directive_links",
        null=True,
        blank=True,
    )

    objects = DirectiveLinkQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "liên kết của ý kiến chỉ đạo"
        verbose_name_plural = "liên kết của ý kiến chỉ đạo"
        constraints = [
            models.CheckConstraint(
                condition=Q(task__isnull=False, revision=None, document=None)
                | Q(task=None, revision__isnull=False, document=None)
                | Q(task=None, revision=None, document__isnull=False),
                name="directive_link_has_one_end",
                violation_error_message="Chọn một nhiệm vụ, một lần điều chỉnh hoặc một văn bản.",
                violation_error_code="task",
            ),
            *(
                models.UniqueConstraint(
                    fields=["directive", end],
                    condition=Q(**{f"{end}__isnull": False}),
                    name=f"directive_linked_once_with_a_{end}",
                    violation_error_message="Liên kết này đã được ghi.",
                    violation_error_code=end,
                )
                for end in ("task", "revision", "document")
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.end}"

    @property
    def end(self):
        """The record that it leads to."""
        return self.task or self.revision or self.document

    @property
    def end_key(self) -> tuple[str, int | None]:
        """Which record that is, as («document», key)."""
        name = next((name for name in ("task", "revision", "document") if getattr(self, f"{name}_id")), "task")
        return name, getattr(self, f"{name}_id")

    def clean(self):
        if self.kind == LinkKind.RESULT and self.directive_id and self.end_key in _awaited(self.directive):
            raise ValidationError({self.end_key[0]: WAITS_FOR_ITSELF})
