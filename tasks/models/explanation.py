"""What a leader asks an agency to explain, and what was said until the matter was closed."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, Max, OuterRef, Q, Subquery, When
from django.urls import reverse

from programme.models import Agency, CoordinationTransfer, Programme, Revision, in_visible_province
from programme.rights import CLOSE
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField
from tasks.models.lead_transfer import LeadTransfer, with_lead
from tasks.models.planned_task import PlannedTask
from tasks.models.task import Task


class AskedFigure(models.TextChoices):
    """The figures of a programme's page that an explanation can be about."""

    TOTAL = "total", "Tổng số nhiệm vụ"
    COMPLETE = "complete", "Nhiệm vụ hoàn thành"
    NOT_COMPLETE = "not_complete", "Nhiệm vụ chưa hoàn thành"
    OVERDUE = "overdue", "Nhiệm vụ quá hạn"
    CARRIED_OVER = "carried_over", "Nhiệm vụ chuyển tiếp"
    PROPOSED_CARRY_OVER = "proposed_carry_over", "Nhiệm vụ đề nghị chuyển tiếp"
    BUDGET = "budget", "Tổng kinh phí công bố"
    BUDGET_PROPOSED = "budget_proposed", "Tổng kinh phí đề nghị"
    ITEMISED = "itemised", "Kinh phí phân khai theo nhiệm vụ"
    DISBURSED = "disbursed", "Kinh phí đã giải ngân"


class ExplanationState(models.TextChoices):
    OPEN = "open", "Chờ trả lời"
    ANSWERED = "answered", "Đã trả lời"
    CLOSED = "closed", "Đã kết thúc"


class ReplyKind(models.TextChoices):
    ANSWER = "answer", "Trả lời"
    QUESTION = "question", "Hỏi thêm"


class ExplanationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "programme__"))

    def standing(self):
        """Those not closed: both sides see them."""
        return self.exclude(state=ExplanationState.CLOSED)

    def with_holder(self, on: date):
        """Add ``holder_id``: the agency asked, or the one that its duty has passed to by the day ``on``.

        The duty passes by the same acts as that of reporting: a transfer of the task's lead; for a figure, or a
        task without a lead, one of the programme's coordination.
        """
        in_force = PlannedTask.objects.filter(task=OuterRef("task"), revision__in=Revision.objects.in_force(on))
        coordinated = Programme.objects.with_coordinator(on).filter(pk=OuterRef("programme"))
        lead_given, coordination_given = _given_away(on)
        return self.annotate(
            lead_id=Subquery(with_lead(in_force, on).values("lead_id")[:1]),
            coordinator_id=Subquery(coordinated.values("coordinator_id")[:1]),
        ).annotate(
            holder_id=Case(
                When(lead_given, lead_id__isnull=False, then=F("lead_id")),
                When(coordination_given, lead_id=None, then=F("coordinator_id")),
                default=F("agency_id"),
                output_field=models.BigIntegerField(),
            )
        )

    def answerable_by(self, user, on: date):
        """Those that ``user`` may answer: asked of their agency, or of one whose duty passed to theirs."""
        if user.agency_id is None or not user.reports:
            return self.none()
        return self.with_holder(on).filter(Q(agency=user.agency_id) | Q(holder_id=user.agency_id))

    def awaiting(self, user, on: date):
        """What waits for the person: open ones that their agency must answer; for a leader, their own answered ones,
        each with the day ``answered_on`` of the last word.

        The first due is first; those without a due day come last.
        """
        if user.may(CLOSE, "tasks.explanation"):
            waiting = self.visible_to(user).filter(state=ExplanationState.ANSWERED, asked_by=user)
            waiting = waiting.annotate(answered_on=Max("replies__on"))
        else:
            waiting = self.visible_to(user).answerable_by(user, on).filter(state=ExplanationState.OPEN)
        return waiting.loaded().first_due_first()

    def loaded(self):
        """With all that a line about one names."""
        return self.select_related("programme", "task__programme", "agency__province", "asked_by", "closed_by")

    def first_due_first(self):
        return self.order_by(F("due_on").asc(nulls_last=True), "asked_on", "pk")


def _given_away(on: date) -> tuple[Exists, Exists]:
    """Whether by the day ``on`` the agency that is asked gave away the lead of the task; or the coordination."""
    given = {"from_agency": OuterRef("agency"), "effective_on__lte": on}
    return (
        Exists(LeadTransfer.objects.filter(task=OuterRef("task"), **given)),
        Exists(CoordinationTransfer.objects.filter(programme=OuterRef("programme"), **given)),
    )


def read_awaiting(user, on: date) -> list["Explanation"]:
    """What ``awaiting`` finds, in one query unless a duty that is asked about was given away.

    Only of those it is looked up who holds it now. Each with its programme and who asked.
    """
    if user.agency_id is None or user.may(CLOSE, "tasks.explanation") or not user.reports:
        return list(Explanation.objects.awaiting(user, on))
    lead_given, coordination_given = _given_away(on)
    asked = Explanation.objects.visible_to(user).filter(state=ExplanationState.OPEN)
    asked = asked.filter(Q(agency=user.agency_id) | Q(lead_given) | Q(coordination_given))
    found = list(asked.select_related("programme", "asked_by").first_due_first())
    of_others = [explanation.pk for explanation in found if explanation.agency_id != user.agency_id]
    held = Explanation.objects.filter(pk__in=of_others).answerable_by(user, on)
    passed_on = set(held.values_list("pk", flat=True)) if of_others else set()
    return [one for one in found if one.agency_id == user.agency_id or one.pk in passed_on]


class Explanation(CheckedTogether):
    """A leader's question about a task or about a figure of a programme, as they saw it on the day ``as_of``.

    Open: the agency must answer. Answered: the leader reads; the agency may add to its answer, the leader may ask
    further, which opens it again, or close. Closed: nothing is added any more. What was asked never changes.
    """

    programme = models.ForeignKey(
        Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="explanations"
    )
    task = models.ForeignKey(
        Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="explanations", null=True, blank=True
    )
    figure = models.CharField("số liệu", max_length=20, choices=AskedFigure, blank=True)
    as_of = DayField("số liệu đến ngày")
    shown = LineField("nội dung trang nêu lúc hỏi", max_length=300, blank=True)
    agency = models.ForeignKey(
        Agency, verbose_name="cơ quan giải trình", on_delete=models.PROTECT, related_name="explanations"
    )
    question = LongTextField("nội dung yêu cầu")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người yêu cầu",
        on_delete=models.PROTECT,
        related_name="asked_explanations",
    )
    asked_on = DayField("ngày yêu cầu")
    due_on = DayField("hạn trả lời", null=True, blank=True)
    state = models.CharField(
        "tình trạng", max_length=10, choices=ExplanationState, default=ExplanationState.OPEN, editable=False
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người kết thúc",
        on_delete=models.PROTECT,
        related_name="closed_explanations",
        null=True,
        blank=True,
        editable=False,
    )
    closed_on = DayField("ngày kết thúc", null=True, blank=True, editable=False)
    verdict = LongTextField("kết luận", blank=True, editable=False)

    objects = ExplanationQuerySet.as_manager()
    history = SignedRecords()

    # What was asked, of whom and about what.
    ASKED = ("programme_id", "task_id", "figure", "as_of", "shown", "agency_id", "question", "asked_by_id", "asked_on")

    class Meta:
        verbose_name = "yêu cầu giải trình"
        verbose_name_plural = "yêu cầu giải trình"
        constraints = [
            models.CheckConstraint(
                condition=Q(task__isnull=False, figure="") | Q(task=None) & ~Q(figure=""),
                name="explanation_is_about_a_task_or_a_figure",
                violation_error_message="Yêu cầu giải trình về một nhiệm vụ hoặc một số liệu: chọn một trong hai.",
                violation_error_code="figure",
            ),
            models.CheckConstraint(
                condition=Q(figure="") | ~Q(shown=""),
                name="explanation_of_a_figure_keeps_its_value",
                violation_error_message="Yêu cầu về một số liệu phải kèm giá trị mà trang nêu lúc hỏi.",
                violation_error_code="shown",
            ),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("asked_on")),
                name="explanation_does_not_speak_of_the_future",
                violation_error_message="Ngày của số liệu chưa đến. Chọn ngày đã qua hoặc hôm nay.",
                violation_error_code="as_of",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=F("asked_on")),
                name="explanation_is_due_after_it_is_asked",
                violation_error_message="Hạn trả lời phải từ ngày yêu cầu trở đi.",
                violation_error_code="due_on",
            ),
            models.CheckConstraint(
                condition=Q(state=ExplanationState.CLOSED, closed_on__isnull=False, closed_by__isnull=False)
                | ~Q(state=ExplanationState.CLOSED) & Q(closed_on=None, closed_by=None, verdict=""),
                name="explanation_closed_exactly_when_someone_closed_it",
                violation_error_message="Kết thúc thì phải có người và ngày kết thúc.",
                violation_error_code="state",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("asked_on")),
                name="explanation_is_closed_after_it_is_asked",
                violation_error_message="Ngày kết thúc phải từ ngày yêu cầu trở đi.",
                violation_error_code="closed_on",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-asked_on", "-id"], name="explanation_by_state"),
            models.Index(fields=["agency"], condition=Q(state="open"), name="explanation_open_of_agency"),
        ]

    def __str__(self):
        return f"Yêu cầu giải trình ngày {say_day(self.asked_on)} về {self.about}"

    def get_absolute_url(self):
        return reverse("explanation_detail", args=[self.pk])

    def clean(self):
        stored = Explanation.objects.filter(pk=self.pk).first()
        if stored and stored.is_closed:
            raise ValidationError("Yêu cầu giải trình đã kết thúc nên không thay đổi nữa.")
        if stored and any(getattr(stored, name) != getattr(self, name) for name in self.ASKED):
            raise ValidationError("Nội dung đã hỏi không sửa được. Muốn hỏi khác thì hỏi thêm, hoặc lập yêu cầu mới.")
        if self.task and self.task.programme_id != self.programme_id:
            raise ValidationError({"task": "Nhiệm vụ này thuộc đề án khác."})
        provinces = {province.pk for province in self.programme.province.carried_on_in}
        if self.agency.province_id not in provinces:
            raise ValidationError({"agency": f"{self.agency} không thuộc tỉnh của đề án. Chọn cơ quan khác."})

    def refuse_deletion(self):
        raise ValidationError("Yêu cầu giải trình không xóa được. Muốn dừng thì kết thúc.")

    @property
    def about(self) -> str:
        """What it is about, when nothing more of the task than its identity is at hand."""
        return f"nhiệm vụ {self.task}" if self.task else f"{self.programme}: {self.get_figure_display().lower()}"

    @property
    def is_closed(self) -> bool:
        return self.state == ExplanationState.CLOSED

    @property
    def is_open(self) -> bool:
        return self.state == ExplanationState.OPEN

    def is_late(self, on: date) -> bool:
        """Whether an answer was due before the day ``on`` and there is none."""
        return self.is_open and self.due_on is not None and self.due_on < on


class ExplanationReplyQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "explanation__programme__"))


class ExplanationReply(models.Model):
    """An answer of the agency or a further question of a leader. Replies are only added."""

    explanation = models.ForeignKey(
        Explanation, verbose_name="yêu cầu giải trình", on_delete=models.PROTECT, related_name="replies"
    )
    kind = models.CharField("loại", max_length=10, choices=ReplyKind)
    text = LongTextField("nội dung")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="người viết",
        on_delete=models.PROTECT,
        related_name="explanation_replies",
    )
    on = DayField("ngày")

    objects = ExplanationReplyQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "trao đổi giải trình"
        verbose_name_plural = "trao đổi giải trình"

    def __str__(self):
        return f"{self.get_kind_display()} ngày {say_day(self.on)}"

    def clean(self):
        if ExplanationReply.objects.filter(pk=self.pk).exists():
            raise ValidationError("Nội dung đã gửi không sửa, không xóa được. Gửi thêm một nội dung để bổ sung.")
        if self.explanation.is_closed:
            raise ValidationError("Yêu cầu giải trình đã kết thúc nên không nhận thêm nội dung.")
        if self.on and self.on < self.explanation.asked_on:
            raise ValidationError(
                {"on": f"Yêu cầu có từ ngày {say_day(self.explanation.asked_on)}; không thể sớm hơn."}
            )
