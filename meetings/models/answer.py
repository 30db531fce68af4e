"""What an agency answers on its assignment, and what the office said to it."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least

from meetings.models.meeting import told_to
from programme.models import Agency, StoredFile
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField


class AnswerKind(models.TextChoices):
    COMPLETION = "completion", "Báo cáo hoàn thành"
    PERIODIC = "periodic", "Báo cáo định kỳ"
    PROGRESS = "progress", "Cập nhật tiến độ"


class AnswerState(models.TextChoices):
    SENT = "sent", "Đã gửi"
    RETURNED = "returned", "Bị trả lại"
    CONFIRMED = "confirmed", "Đã xác nhận"


class AnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "assignment__directive__conclusion__meeting__"))

    def of_completion(self):
        """Those that say «done», whatever the office said to them."""
        return self.filter(kind=AnswerKind.COMPLETION)

    def of_progress(self):
        """Those that say how far it is, each with the ``day`` of which it speaks: a period may still run."""
        found = self.filter(kind__in=[AnswerKind.PROGRESS, AnswerKind.PERIODIC])
        return found.annotate(day=Coalesce("as_of", Least("period_last_day", "sent_on")))

    def waiting(self):
        """Those that say «done» and that the office has yet to look at."""
        return self.of_completion().filter(state=AnswerState.SENT)


class Answer(CheckedTogether):
    """What an agency reported on its assignment: that it is done, how it stands in one period of its cadence, or how
    far it is by a day that the agency chose.

    Sent answers never change. The office confirms or returns one that says «done»; the others stand as sent, and what
    was said last of the progress holds.
    """

    assignment = models.ForeignKey(
        "meetings.Assignment", verbose_name="phân công", on_delete=models.PROTECT, related_name="answers"
    )
    kind = models.CharField("loại", max_length=12, choices=AnswerKind)
    text = LongTextField("kết quả")
    done_on = DayField("hoàn thành ngày", null=True, blank=True)
    period_last_day = DayField("kỳ kết thúc ngày", null=True, blank=True)
    as_of = DayField("tiến độ đến ngày", null=True, blank=True)
    sent_on = DayField("ngày gửi")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người gửi", on_delete=models.PROTECT, related_name="answers"
    )
    state = models.CharField("tình trạng", max_length=10, choices=AnswerState, default=AnswerState.SENT, editable=False)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người xem xét",
        on_delete=models.PROTECT,
        related_name="reviewed_answers",
        null=True,
        blank=True,
    )
    reviewed_on = DayField("ngày xem xét", null=True, blank=True)
    return_reason = LongTextField("lý do trả lại", blank=True)

    objects = AnswerQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "trả lời"
        verbose_name_plural = "trả lời"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.COMPLETION, done_on__isnull=False, period_last_day=None)
                | Q(kind=AnswerKind.PERIODIC, done_on=None, period_last_day__isnull=False)
                | Q(kind=AnswerKind.PROGRESS, done_on=None, period_last_day=None),
                name="answer_says_since_when_or_for_which_period",
                violation_error_message="Báo cáo hoàn thành phải ghi ngày hoàn thành.",
                violation_error_code="done_on",
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.PROGRESS, as_of__isnull=False, state=AnswerState.SENT)
                | ~Q(kind=AnswerKind.PROGRESS) & Q(as_of=None),
                name="answer_of_progress_says_as_of_which_day",
                violation_error_message="Cập nhật tiến độ phải ghi tiến độ đến ngày nào, và không phải xác nhận.",
                violation_error_code="as_of",
            ),
            models.CheckConstraint(
                condition=Q(as_of=None) | Q(as_of__lte=F("sent_on")),
                name="answer_tells_no_progress_of_days_to_come",
                violation_error_message="Tiến độ không thể đến một ngày sau ngày gửi.",
                violation_error_code="as_of",
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(done_on__lte=F("sent_on")),
                name="answer_is_sent_once_it_is_done",
                violation_error_message="Ngày hoàn thành không thể sau ngày gửi.",
                violation_error_code="done_on",
            ),
            models.CheckConstraint(
                condition=Q(reviewer=None) | ~Q(reviewer=F("author")),
                name="answer_is_reviewed_by_somebody_else",
                violation_error_message="Người gửi không tự xác nhận trả lời của mình.",
            ),
            models.CheckConstraint(
                condition=Q(state=AnswerState.SENT, reviewer=None, reviewed_on=None, return_reason="")
                | Q(state=AnswerState.CONFIRMED, reviewer__isnull=False, reviewed_on__isnull=False, return_reason="")
                | Q(state=AnswerState.RETURNED, reviewer__isnull=False, reviewed_on__isnull=False)
                & ~Q(return_reason=""),
                name="answer_decided_by_whom_and_when",
                violation_error_message="Trả lại phải ghi lý do.",
                violation_error_code="return_reason",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(kind=AnswerKind.COMPLETION, state=AnswerState.SENT),
                name="assignment_one_answer_waits",
                violation_error_message="Đã có một trả lời đang chờ xác nhận.",
            ),
            models.UniqueConstraint(
                fields=["assignment", "period_last_day"],
                condition=Q(kind=AnswerKind.PERIODIC),
                name="assignment_one_report_for_a_period",
                violation_error_message="Kỳ này đã có báo cáo.",
                violation_error_code="period_last_day",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ngày {say_day(self.sent_on)}"

    def clean(self):
        stored = Answer.objects.filter(pk=self.pk).first()
        if stored is None:
            return
        is_decided_now = stored.waits and not self.waits
        if not is_decided_now or any(getattr(self, name) != getattr(stored, name) for name in SENT_WITH_AN_ANSWER):
            self.refuse_deletion()

    def refuse_deletion(self):
        raise ValidationError("Trả lời đã gửi không sửa, không xóa được; chỉ xác nhận hoặc trả lại một lần.")

    @property
    def waits(self) -> bool:
        return self.kind == AnswerKind.COMPLETION and self.state == AnswerState.SENT

    @property
    def author_agency(self) -> Agency | None:
        """The author's agency when they sent it, which need not be the one of today."""
        return self.author.agency_on(self.sent_on)


SENT_WITH_AN_ANSWER = (
    *("assignment_id", "kind", "text", "done_on", "period_last_day", "as_of"),
    *("sent_on", "author_id"),
)


class AnswerFile(models.Model):
    """One file that shows what an answer says. It is sent with the answer, and stays."""

    answer = models.ForeignKey(
        Answer, verbose_name="trả lời", on_delete=models.PROTECT, related_name="files", db_index=False
    )
    file = models.ForeignKey(StoredFile, verbose_name="tệp", on_delete=models.PROTECT, related_name="answer_files")

    history = SignedRecords()

    class Meta:
        verbose_name = "tệp minh chứng của trả lời"
        verbose_name_plural = "tệp minh chứng của trả lời"
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "file"],
                name="answer_has_a_file_once",
                violation_error_message="Tệp này đã có trong trả lời.",
                violation_error_code="file",
            ),
        ]

    def __str__(self):
        return str(self.file)

    def clean(self):
        if AnswerFile.objects.filter(pk=self.pk).exists():
            raise ValidationError("Tệp đã gửi cùng trả lời nên không đổi, không bỏ được.")
