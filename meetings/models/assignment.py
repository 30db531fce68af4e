"""Who has to do what a meeting directs, what they answered, and whether the office took it as done."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, JSONObject, Least
from django.urls import reverse

from meetings.models.directive import Directive, due_day
from meetings.models.meeting import refuse_part_of_locked, told_to
from programme.models import Agency, AgencySuccession, StoredFile
from programme.rights import ADD, CONFIRM, DECIDE
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from smartcity.lib.records.typed_fields import DayField
from tasks.timeliness import timeliness_case


class AssignmentRole(models.TextChoices):
    LEAD = "lead", "Chủ trì"
    COORDINATING = "coordinating", "Phối hợp"


class AssignmentState(models.TextChoices):
    OPEN = "open", "Chưa báo hoàn thành"
    ANSWERED = "answered", "Chờ xác nhận"
    RETURNED = "returned", "Bị trả lại"
    CONFIRMED = "confirmed", "Đã xác nhận hoàn thành"


def agencies_answered_for(agency: Agency, on: date) -> set[int]:
    """The agency, and those that ended by the day ``on`` and left their duties to it, directly or through others."""
    found, edge = {agency.pk}, {agency.pk}
    while edge:
        before = AgencySuccession.objects.known(on).filter(successor__in=edge)
        before = before.filter(Q(predecessor__in_force_to__lt=on) | Q(predecessor__province__in_force_to__lt=on))
        edge = set(before.values_list("predecessor", flat=True)) - found
        found |= edge
    return found


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "directive__conclusion__meeting__"))

    def given(self, on: date):
        """Those of directives that stood on the day ``on``; what was done by then stays done, withdrawn or not."""
        return self.filter(
            Q(directive__withdrawn_on=None) | Q(directive__withdrawn_on__gt=on) | Q(done_on__lte=on),
            directive__conclusion__meeting__held_on__lte=on,
            directive__conclusion__meeting__version__gte=1,
        )

    def on_day(self, on: date):
        """Add, as they were on the day ``on``: what ``with_due`` adds, and ``done_then``, ``timeliness_then``,
        ``extensions_then``.
        """
        counted = _granted(on).order_by().values("assignment").annotate(count=Count("pk")).values("count")
        return (
            self.with_due(on)
            .annotate(
                extensions_then=Coalesce(Subquery(counted), 0),
                done_then=Case(When(done_on__lte=on, then=F("done_on")), output_field=DayField()),
            )
            .annotate(timeliness_then=timeliness_case("due_then", "done_then", on))
        )

    def with_due(self, on: date):
        """Add ``first_due_then``, the day that the directive gives as far as the day ``on`` knows it, and ``due_then``.

        That is the same day, or that of the last extension granted by then if it is later.
        """
        # The later of two days, either of which may be missing; said so that each is looked up once.
        later = Greatest("granted_due_on", Coalesce(OuterRef("first_due_then"), "granted_due_on"))
        extended_to = _granted(on).order_by("-decided_on", "-pk").annotate(later=later).values("later")[:1]
        return self.annotate(first_due_then=due_day("directive__", on)).annotate(
            due_then=Coalesce(Subquery(extended_to), F("first_due_then"))
        )

    def by_first_due(self, on: date):
        """Tell ``timeliness_then`` by the day that the directive gave first, as if nothing had been extended."""
        return self.annotate(timeliness_then=timeliness_case("first_due_then", "done_then", on))

    def with_first_timeliness(self, on: date):
        """Add ``first_timeliness_then``, the same beside it."""
        return self.annotate(first_timeliness_then=timeliness_case("first_due_then", "done_then", on))

    def with_late_requests(self, on: date):
        """Add ``asked_late_then``: how many of the extensions granted by the day were asked for past their due.

        Follows ``with_due`` of the same day.
        """
        before = Extension.objects.filter(
            assignment=OuterRef("assignment"), state=ExtensionState.GRANTED, decided_on__lte=OuterRef("requested_on")
        ).exclude(pk=OuterRef("pk"))
        late = _granted(on).annotate(
            due_before=Subquery(before.order_by("-decided_on", "-pk").values("granted_due_on")[:1])
        )
        # Without a first day nothing is told late.
        late = late.filter(
            Q(due_before=None) | Q(requested_on__gt=F("due_before")), requested_on__gt=OuterRef("first_due_then")
        )
        counted = late.order_by().values("assignment").annotate(count=Count("pk")).values("count")
        return self.annotate(asked_late_then=Coalesce(Subquery(counted), 0))

    def with_state(self, on: date):
        """Add ``state_then``, as far as answers sent and reviewed by the day ``on`` tell it. Follows ``on_day``."""
        sent = Answer.objects.filter(assignment=OuterRef("pk"), kind=AnswerKind.COMPLETION, sent_on__lte=on)
        # What was confirmed and is not done was opened again.
        not_done = [AnswerState.RETURNED, AnswerState.CONFIRMED]
        was_returned = When(state__in=not_done, reviewed_on__lte=on, then=Value(AssignmentState.RETURNED.value))
        last = sent.order_by("-sent_on", "-pk").annotate(
            made=Case(was_returned, default=Value(AssignmentState.ANSWERED.value), output_field=models.CharField())
        )
        return self.annotate(
            state_then=Case(
                When(done_then__isnull=False, then=Value(AssignmentState.CONFIRMED.value)),
                default=Coalesce(Subquery(last.values("made")[:1]), Value(AssignmentState.OPEN.value)),
                output_field=models.CharField(),
            )
        )

    def with_progress(self, on: date):
        """Add ``progress_then``: the text, and the day of which it speaks, of what had been said by the day ``on``.

        None where nothing was. One lookup for each row: it is for rows that are shown.
        """
        said = Answer.objects.of_progress().filter(assignment=OuterRef("pk"), sent_on__lte=on).order_by("-day", "-pk")
        return self.annotate(progress_then=Subquery(said.values(said=JSONObject(day="day", text="text"))[:1]))

    def answerable_by(self, user, on: date):
        """Those of the user's agency, and of agencies that ended and whose recorded successor it is."""
        if user.agency is None or not user.may(ADD, "meetings.answer"):
            return self.none()
        return self.filter(agency__in=agencies_answered_for(user.agency, on))

    def confirmable_by(self, user):
        """Those that wait for the office, except where the person wrote the answer."""
        if not user.may(CONFIRM, "meetings.answer"):
            return self.none()
        waiting = self.visible_to(user).filter(state=AssignmentState.ANSWERED)
        return waiting.exclude(answers__in=Answer.objects.waiting().filter(author=user))


def _granted(on: date) -> models.QuerySet:
    """The extensions of an assignment that were granted by the day ``on``."""
    return Extension.objects.filter(assignment=OuterRef("pk"), state=ExtensionState.GRANTED, decided_on__lte=on)


class Assignment(models.Model):
    """One agency's part in one directive.

    Open: nothing was answered. Answered: the office has yet to look at it. Returned: it counts as not done.
    Confirmed: done on ``done_on``; nothing is answered any more, unless it is opened again (``Reopening``).
    Only the operations move it.
    """

    directive = models.ForeignKey(
        Directive, verbose_name="ý kiến chỉ đạo", on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan", on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    role = models.CharField("vai trò", max_length=20, choices=AssignmentRole, default=AssignmentRole.LEAD)
    is_assumed = models.BooleanField(
        "suy ra, nguồn không nêu rõ", default=False, help_text="Đánh dấu khi thông báo không ghi tên cơ quan."
    )
    state = models.CharField(
        "tình trạng", max_length=10, choices=AssignmentState, default=AssignmentState.OPEN, editable=False
    )
    done_on = DayField("hoàn thành ngày", null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "phân công"
        verbose_name_plural = "phân công"
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "agency"],
                name="assignment_once_for_an_agency",
                violation_error_message="Cơ quan này đã được giao việc này. Chọn một vai trò: chủ trì hoặc phối hợp.",
                violation_error_code="agency",
            ),
            models.CheckConstraint(
                condition=Q(state=AssignmentState.CONFIRMED, done_on__isnull=False)
                | ~Q(state=AssignmentState.CONFIRMED) & Q(done_on=None),
                name="assignment_done_exactly_when_confirmed",
                violation_error_message="Chỉ việc đã được xác nhận mới có ngày hoàn thành.",
                violation_error_code="done_on",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state"], name="assignment_by_agency")]

    def __str__(self):
        return f"{self.agency}: {self.directive}"

    def get_absolute_url(self):
        return reverse("assignment_detail", args=[self.pk])

    def clean(self):
        """Who was assigned, and in which role, is part of what the meeting said; how far they are is not."""
        if not self.directive_id:
            return
        stored = Assignment.objects.filter(pk=self.pk).values_list("directive", "agency", "role", "is_assumed").first()
        if stored != (self.directive_id, self.agency_id, self.role, self.is_assumed):
            refuse_part_of_locked(self, self.directive.conclusion.meeting_id, "directive__conclusion__meeting")

    def refuse_deletion(self) -> None:
        refuse_part_of_locked(self, self.directive.conclusion.meeting_id, "directive__conclusion__meeting")

    @property
    def is_confirmed(self) -> bool:
        return self.state == AssignmentState.CONFIRMED


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
        Assignment, verbose_name="phân công", on_delete=models.PROTECT, related_name="answers"
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
        if not is_decided_now or _differ(self, stored, SENT_WITH_AN_ANSWER):
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


def _differ(one: models.Model, other: models.Model, names: tuple[str, ...]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in names)


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


class ExtensionState(models.TextChoices):
    WAITING = "waiting", "Chờ quyết định"
    GRANTED = "granted", "Được gia hạn"
    REFUSED = "refused", "Không được gia hạn"


class ExtensionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(told_to(user, "assignment__directive__conclusion__meeting__"))

    def waiting(self):
        return self.filter(state=ExtensionState.WAITING)

    def decidable_by(self, user):
        """Those that wait for the office, except the person's own requests."""
        if not user.may(DECIDE, "meetings.extension"):
            return self.none()
        return self.visible_to(user).waiting().exclude(requested_by=user)


class Extension(CheckedTogether):
    """A request for more time, and what was decided on it. The first due day stays with the directive."""

    assignment = models.ForeignKey(
        Assignment, verbose_name="phân công", on_delete=models.PROTECT, related_name="extensions", db_index=False
    )
    asked_due_on = DayField("xin gia hạn đến ngày")
    reason = LongTextField("lý do xin gia hạn")
    requested_on = DayField("ngày xin")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="người xin", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        "tình trạng", max_length=10, choices=ExtensionState, default=ExtensionState.WAITING, editable=False
    )
    granted_due_on = DayField("được gia hạn đến ngày", null=True, blank=True)
    decided_on = DayField("ngày quyết định", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người quyết định",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    note = LongTextField("ý kiến", blank=True)

    objects = ExtensionQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "xin gia hạn"
        verbose_name_plural = "xin gia hạn"
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state=ExtensionState.WAITING),
                name="assignment_one_extension_waits",
                violation_error_message="Đã có một đề nghị gia hạn đang chờ quyết định.",
            ),
            models.CheckConstraint(
                condition=Q(state=ExtensionState.WAITING, decided_by=None, decided_on=None, granted_due_on=None)
                | Q(
                    state=ExtensionState.GRANTED,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    granted_due_on__isnull=False,
                )
                | Q(
                    state=ExtensionState.REFUSED,
                    decided_by__isnull=False,
                    decided_on__isnull=False,
                    granted_due_on=None,
                ),
                name="extension_decided_by_whom_and_when",
                violation_error_message="Gia hạn phải ghi đến ngày nào.",
                violation_error_code="granted_due_on",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="extension_is_decided_by_somebody_else",
                violation_error_message="Người xin gia hạn không tự quyết định.",
            ),
        ]
        indexes = [models.Index(fields=["assignment", "state", "decided_on"], name="extension_by_decision")]

    def __str__(self):
        return f"Xin gia hạn đến {say_day(self.asked_due_on)}"

    def clean(self):
        stored = Extension.objects.filter(pk=self.pk).first()
        if stored is None:
            return
        if stored.state != ExtensionState.WAITING:
            raise ValidationError("Đề nghị này đã được quyết định, không đổi được nữa.")
        if _differ(self, stored, ASKED_FOR_WITH_AN_EXTENSION):
            raise ValidationError("Đề nghị đã gửi không sửa được; chỉ được gia hạn hoặc không.")

    def refuse_deletion(self):
        raise ValidationError("Đề nghị đã gửi không xóa được.")

    @property
    def requester_agency(self) -> Agency | None:
        """The agency of whoever asked when they asked."""
        return self.requested_by.agency_on(self.requested_on)


ASKED_FOR_WITH_AN_EXTENSION = ("assignment_id", "asked_due_on", "reason", "requested_on", "requested_by_id")
