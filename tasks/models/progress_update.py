"""What an agency reports of a task, with the day that it is true for."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from programme.models import Agency, LegalDocument, Membership, StoredFile, in_visible_province
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LongTextField
from smartcity.lib.records.typed_fields import DayField, MoneyField, PercentField
from tasks.models.report_rights import ReportsByRight
from tasks.models.report_state import OPEN, SENT, Causes, OperationState, Status, UpdateState
from tasks.models.reporting_cycle import ReportingCycle
from tasks.models.task import Task


class ProgressUpdateQuerySet(ReportsByRight):
    def visible_to(self, user):
        """Those of the user's province; a draft, which nobody was sent, only where ``user`` might write on it.

        That is whoever reports on the task, and the agency whose people wrote last; and who audits.
        """
        found = self.filter(in_visible_province(user, "task__programme__"))
        if user.audits or user.sees_every_province:
            return found
        may_write = Q(author=user)
        if user.reports:
            today = known_today()
            may_write |= Q(author__in=Membership.objects.colleagues_of(user, today))
            may_write |= Q(task__in=Task.objects.reportable_by(user, today).order_by().values("pk"))
        # Few are drafts. Told the other way round, the database asks this of each report, and reads all of them. The
        # rows are reports, or those of their history.
        hidden = self.model._base_manager.filter(pk=OuterRef("pk"), state=UpdateState.DRAFT).exclude(may_write)
        return found.filter(~Exists(hidden))

    def accepted(self):
        return self.filter(state=UpdateState.ACCEPTED)

    def counting(self):
        """Accepted, and not corrected by another accepted one: what figures are made of, newest first."""
        corrections = ProgressUpdate.objects.accepted().filter(corrects=OuterRef("pk"))
        return self.accepted().filter(~Exists(corrections)).order_by("-as_of", "-pk")

    def standing(self):
        """Counting, or sent: what would count if all that waits were accepted. The newest first."""
        corrections = ProgressUpdate.objects.sent().filter(corrects=OuterRef("pk"))
        return self.sent().filter(~Exists(corrections)).order_by("-as_of", "-pk")

    def sent(self):
        """Waiting or accepted, corrected since or not."""
        return self.filter(state__in=SENT)

    def answering(self, cycle: ReportingCycle, task: Task):
        """What the cycle was told of the task; a correction of it answers nothing more."""
        return self.sent().filter(cycle=cycle, task=task, corrects=None).order_by("state", "pk")

    def waiting(self):
        return self.filter(state=UpdateState.SUBMITTED)

    def open(self):
        """Not yet sent, or sent back: whoever reports on the task may go on with it."""
        return self.filter(state__in=OPEN)

    def latest_accepted(self, tasks, on: date):
        """Of each task in the queryset ``tasks``, the last accepted update that speaks of ``on`` or before.

        One index seek a task, however many updates there are. Of two for the same day the later entered one
        counts; what was corrected does not, whatever its day.
        """
        latest = ProgressUpdate.objects.counting().filter(task=OuterRef("pk"), as_of__lte=on)
        return self.filter(pk__in=tasks.order_by().values_list(Subquery(latest.values("pk")[:1])))

    def complete_tasks(self, tasks, on: date) -> set[int]:
        """The keys of those ``tasks`` whose last accepted update by the day ``on`` says that they are complete."""
        return set(self.latest_accepted(tasks, on).filter(status=Status.COMPLETE).values_list("task_id", flat=True))


class ProgressUpdate(CheckedTogether):
    """A report on one task.

    Draft: written by whoever of the agency reports; its author is who wrote last. Submitted: waits for the
    coordinating agency, and is not changed meanwhile; taken back before anybody decided, it is a draft again.
    Accepted: counts, and is locked for good; a correction is a new update that names this one. Returned, with a
    reason: counts as not reported; it is mended and sent again.
    """

    # No row of it is ever removed: one that was read is there.
    STAYS = True

    task = models.ForeignKey(Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="updates")
    cycle = models.ForeignKey(
        ReportingCycle,
        verbose_name="kỳ báo cáo",
        on_delete=models.PROTECT,
        related_name="updates",
        null=True,
        blank=True,
        editable=False,
        db_index=False,
    )
    as_of = DayField("số liệu đến ngày", help_text="Ngày mà nội dung báo cáo đúng, ví dụ 16/06/2023.")
    reported_on = DayField("ngày báo cáo", editable=False)
    status = models.CharField("trạng thái", max_length=20, choices=Status)
    percent = PercentField(
        "tiến độ", null=True, blank=True, help_text="Số nguyên từ 0 đến 100. Để trống nếu chưa có số liệu."
    )
    percent_reason = LongTextField(
        "lý do tiến độ giảm", blank=True, help_text="Bắt buộc khi tiến độ thấp hơn báo cáo đã tiếp nhận gần nhất."
    )
    completed_on = DayField(
        "ngày hoàn thành", null=True, blank=True, help_text="Chỉ khi hoàn thành; để trống nếu không rõ ngày."
    )
    operation_state = models.CharField("vận hành", max_length=10, choices=OperationState, blank=True)
    results = LongTextField("kết quả đã làm", blank=True)
    obstacles = LongTextField("khó khăn, vướng mắc", blank=True)
    causes = models.CharField("nguyên nhân", max_length=10, choices=Causes, blank=True)
    objective_cause = LongTextField("nguyên nhân khách quan", blank=True)
    subjective_cause = LongTextField("nguyên nhân chủ quan", blank=True)
    proposals = LongTextField("kiến nghị, đề xuất", blank=True)
    next_steps = LongTextField("việc tiếp theo", blank=True)
    step = models.ForeignKey(
        "tasks.RouteStep",
        verbose_name="bước thủ tục vừa xong",
        on_delete=models.PROTECT,
        related_name="updates",
        null=True,
        blank=True,
    )
    step_done_on = DayField("ngày xong bước", null=True, blank=True, help_text="Để trống thì lấy ngày của số liệu.")
    disbursed_vnd = MoneyField(
        "giải ngân trong kỳ",
        null=True,
        blank=True,
        help_text="Số tiền giải ngân thêm kể từ báo cáo trước, ví dụ 160 triệu đồng. Không có thì để trống.",
    )
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="nguồn, minh chứng",
        on_delete=models.PROTECT,
        related_name="progress_updates",
        null=True,
        blank=True,
    )
    state = models.CharField(
        "tình trạng báo cáo", max_length=10, choices=UpdateState, default=UpdateState.DRAFT, editable=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người báo cáo",
        on_delete=models.PROTECT,
        related_name="progress_updates",
        editable=False,
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người tiếp nhận",
        on_delete=models.PROTECT,
        related_name="reviewed_updates",
        null=True,
        blank=True,
        editable=False,
    )
    return_reason = LongTextField("lý do trả lại", blank=True, editable=False)
    corrects = models.ForeignKey(
        "self",
        verbose_name="đính chính cho báo cáo",
        on_delete=models.PROTECT,
        related_name="corrections",
        null=True,
        blank=True,
        db_index=False,
    )

    search_text = FoldedField(
        of=["results", "obstacles", "proposals", "next_steps", "objective_cause", "subjective_cause"]
    )

    objects = ProgressUpdateQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "báo cáo tiến độ"
        verbose_name_plural = "báo cáo tiến độ"
        constraints = [
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__range=(0, 100)),
                name="update_percent_between_0_and_100",
                violation_error_message="Tiến độ phải là số từ 0 đến 100.",
                violation_error_code="percent",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.COMPLETE) | Q(percent=None) | Q(percent=100),
                name="update_complete_means_100_percent",
                violation_error_message="Hoàn thành thì tiến độ phải là 100%%.",
                violation_error_code="percent",
            ),
            models.CheckConstraint(
                condition=Q(completed_on=None) | Q(status=Status.COMPLETE),
                name="update_only_a_complete_task_has_its_day",
                violation_error_message="Chỉ nhiệm vụ hoàn thành mới có ngày hoàn thành.",
                violation_error_code="completed_on",
            ),
            models.CheckConstraint(
                condition=Q(completed_on=None) | Q(completed_on__lte=F("as_of")),
                name="update_speaks_after_completion",
                violation_error_message="Ngày hoàn thành không thể sau ngày của số liệu.",
                violation_error_code="completed_on",
            ),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("reported_on")),
                name="update_does_not_speak_of_the_future",
                violation_error_message="Ngày của số liệu không thể ở tương lai.",
                violation_error_code="as_of",
            ),
            models.CheckConstraint(
                condition=Q(state=UpdateState.RETURNED) & ~Q(return_reason="")
                | ~Q(state=UpdateState.RETURNED) & Q(return_reason=""),
                name="update_returned_exactly_when_a_reason_is_given",
                violation_error_message="Trả lại thì phải ghi lý do.",
                violation_error_code="return_reason",
            ),
            models.CheckConstraint(
                condition=Q(reviewer=None) | ~Q(reviewer=F("author")),
                name="update_is_not_reviewed_by_its_author",
                violation_error_message="Người báo cáo không tự tiếp nhận báo cáo của mình.",
                violation_error_code="reviewer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[UpdateState.DRAFT, UpdateState.SUBMITTED])
                | Q(reviewer__isnull=False)
                | Q(state=UpdateState.ACCEPTED, document__isnull=False),
                name="update_decided_by_a_reviewer_or_a_published_document",
                violation_error_message="Báo cáo được tiếp nhận hoặc trả lại phải có người tiếp nhận.",
                violation_error_code="reviewer",
            ),
            models.CheckConstraint(
                condition=Q(disbursed_vnd=None) | Q(disbursed_vnd__gt=0),
                name="update_disbursement_is_positive",
                violation_error_message="Số giải ngân trong kỳ phải lớn hơn 0. Không giải ngân thì để trống.",
                violation_error_code="disbursed_vnd",
            ),
            models.CheckConstraint(
                condition=Q(step_done_on=None) | Q(step__isnull=False),
                name="update_day_of_a_step_names_the_step",
                violation_error_message="Đã ghi ngày xong bước thì chọn bước.",
                violation_error_code="step",
            ),
            models.CheckConstraint(
                condition=Q(step_done_on=None) | Q(step_done_on__lte=F("as_of")),
                name="update_speaks_after_its_step",
                violation_error_message="Ngày xong bước không thể sau ngày của số liệu.",
                violation_error_code="step_done_on",
            ),
            models.UniqueConstraint(
                fields=["task", "cycle"],
                condition=Q(state="draft", cycle__isnull=False, corrects=None),
                name="update_one_draft_for_a_cycle",
                violation_error_message="Nhiệm vụ này đã có bản nháp cho kỳ đó. Mở «Việc của tôi» để viết tiếp.",
                violation_error_code="task",
            ),
            models.UniqueConstraint(
                fields=["task"],
                condition=Q(state="draft", cycle=None, corrects=None),
                name="update_one_draft_outside_cycles",
                violation_error_message="Nhiệm vụ này đã có bản nháp. Mở «Việc của tôi» để viết tiếp.",
                violation_error_code="task",
            ),
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(state="accepted", corrects__isnull=False),
                name="update_corrected_once",
                violation_error_message="Báo cáo đó đã được đính chính. Đính chính báo cáo mới nhất.",
                violation_error_code="corrects",
            ),
            models.CheckConstraint(
                condition=Q(objective_cause="", subjective_cause="") | ~Q(causes=""),
                name="update_explained_causes_are_named",
                violation_error_message="Đã ghi nguyên nhân thì chọn loại: khách quan, chủ quan hoặc cả hai.",
                violation_error_code="causes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["task", "-as_of", "-id"], condition=Q(state="accepted"), name="update_latest_accepted"
            ),
            models.Index(fields=["-as_of", "-id"], name="update_by_day"),
            models.Index(fields=["state", "task"], condition=Q(state="submitted"), name="update_waiting"),
            models.Index(fields=["cycle", "task"], condition=Q(cycle__isnull=False), name="update_of_cycle"),
            models.Index(fields=["task", "state"], condition=Q(state__in=["draft", "returned"]), name="update_open"),
            # Few reports are corrections: an index of all of them would look useless to the planner.
            models.Index(fields=["corrects"], condition=Q(corrects__isnull=False), name="update_corrections"),
        ]

    def __str__(self):
        return f"{self.task} – {self.as_of:%d/%m/%Y}"

    def get_absolute_url(self):
        return f"{reverse('task_detail', args=[self.task_id])}#bao-cao-{self.pk}"

    def clean(self):
        if ProgressUpdate.objects.filter(pk=self.pk, state=UpdateState.ACCEPTED).exists():
            raise ValidationError("Báo cáo đã tiếp nhận không sửa, không xóa được. Lập báo cáo mới để đính chính.")
        if self.corrects and self.corrects.task_id != self.task_id:
            raise ValidationError({"corrects": "Báo cáo được đính chính thuộc nhiệm vụ khác."})
        if self.corrects and self.corrects.state != UpdateState.ACCEPTED:
            raise ValidationError({"corrects": "Chỉ đính chính báo cáo đã tiếp nhận; chưa tiếp nhận thì sửa thẳng."})

        if self.step and self.step.task_id != self.task_id:
            raise ValidationError({"step": "Bước này thuộc nhiệm vụ khác."})
        if self.cycle:
            self._refuse_other_window(self.cycle)

    def _refuse_other_window(self, cycle: ReportingCycle) -> None:
        duty = cycle.duty
        if self.task_id and (duty.programme_id != self.task.programme_id or duty.task_id not in {None, self.task_id}):
            raise ValidationError("Kỳ báo cáo này của đề án hoặc nhiệm vụ khác.")
        if self.as_of and not cycle.first_day <= self.as_of <= cycle.last_day:
            window = cycle.window
            raise ValidationError({"as_of": f"Kỳ {window} lấy số liệu trong khoảng {window.days}."})

    @property
    def author_agency(self) -> Agency | None:
        """The agency that the author worked for when the report was made."""
        return self.author.agency_on(self.reported_on)

    @property
    def files(self) -> list[StoredFile]:
        """Its evidence, in the order of attaching; ``evidence_of`` loads it at once for many."""
        if "evidence" not in getattr(self, "_prefetched_objects_cache", {}):
            return [one.file for one in self.evidence.select_related("file").order_by("pk")]
        return [one.file for one in self.evidence.all()]

    @property
    def is_open(self) -> bool:
        """Whether it may still be edited: not yet sent, or sent back."""
        return self.state in OPEN

    @property
    def has_evidence(self) -> bool:
        return self.document_id is not None or (self.pk is not None and self.evidence.exists())

    @property
    def version(self) -> int:
        """Which wording of the report is stored: the key of its last row of history."""
        return self.history.order_by("-history_id").values_list("history_id", flat=True)[0]

    def correction_that_stands(self) -> "ProgressUpdate | None":
        """What took its place, or waits to: the last of those that correct it, or one another; none where it stands."""
        last, found = None, self._correction()
        while found:
            last, found = found, found._correction()
        return last

    def _correction(self) -> "ProgressUpdate | None":
        # One at the most is accepted; it comes before those that wait.
        return ProgressUpdate.objects.sent().filter(corrects=self.pk).order_by("state", "pk").first()

    def last_accepted(self) -> "ProgressUpdate | None":
        """What counts on the day that this report speaks of, without this one and the one that it corrects."""
        return self.among(ProgressUpdate.objects.counting()).filter(as_of__lte=self.as_of).first()

    def among(self, updates: models.QuerySet) -> models.QuerySet:
        """Those of ``updates`` that it is held against: on the same task, but not what it corrects."""
        return updates.filter(task=self.task_id).exclude(pk__in={self.pk, self.corrects_id} - {None})

    def falls_back(self, before: "ProgressUpdate | None") -> bool:
        """Whether less is done, by this report, than by the one ``before`` it."""
        if before is None or before.percent is None or self.percent is None:
            return False
        return self.percent < before.percent
