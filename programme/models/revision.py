"""What a programme is, each time that a document decides it anew."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from programme.models.frozen import DraftQuerySet
from programme.models.legal_document import LegalDocument
from programme.models.programme import Programme
from programme.models.province import in_visible_province
from programme.models.revision_state import (
    PROPOSING_STEPS,
    STATE_AFTER,
    STEPS_FROM,
    RevisionState,
    StepKind,
    refuse_unless_taking_step,
)
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.records.checks import CheckedTogether
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import FoldedField, LineField, LongTextField
from smartcity.lib.records.typed_fields import DayField, MoneyField


class RevisionQuerySet(DraftQuerySet):
    to_revision = ""
    # What makes a revision what it is, and what only a step gives it.
    kept = frozenset({"programme", "number", "base", "state", "document", "effective_on"})

    def bulk_create(self, objs, *args, **kwargs):
        objs = list(objs)
        if any(not one.is_draft for one in objs):
            refuse_unless_taking_step()
        return super().bulk_create(objs, *args, **kwargs)

    def visible_to(self, user):
        return self.filter(in_visible_province(user, "programme__"))

    def in_force(self, on: date):
        """Of each programme, the one revision in force on the day ``on``."""
        return self.filter(_is_in_force(on))

    def standing(self, on: date):
        """Of each programme, what is ``in_force`` on the day ``on`` and what is ``pending``; asked together."""
        return self.with_last_step(on).filter(_is_in_force(on) | _is_pending(on))

    def newest_adopted(self):
        """Adopted revisions, the one that takes effect last first, whether or not its day has come."""
        return self.filter(state=RevisionState.ADOPTED).order_by("-effective_on")

    def known(self, on: date):
        """Revisions that something had happened to by the day ``on``."""
        steps = RevisionStep.objects.filter(revision=OuterRef("pk"), on__lte=on)
        # Recorded later than it took effect, it is in force all the same.
        return self.filter(Exists(steps) | Q(state=RevisionState.ADOPTED, effective_on__lte=on))

    def pending(self, on: date):
        """Revisions that on the day ``on`` were proposed, or adopted but not yet in effect."""
        return self.with_last_step(on).filter(_is_pending(on))

    def with_last_step(self, on: date):
        """Add what was done last by the day ``on``: ``last_step_id``, ``last_step``, its kind, and ``last_step_on``."""
        steps = RevisionStep.objects.filter(revision=OuterRef("pk"), on__lte=on).order_by("-on", "-pk")
        # One lookup for the three.
        return self.annotate(last_taken=Subquery(steps.values(said=JSONObject(pk="pk", kind="kind", on="on"))[:1]))


def _is_in_force(on: date) -> Q:
    adopted = Revision.objects.filter(
        programme=OuterRef("programme"), state=RevisionState.ADOPTED, effective_on__lte=on
    )
    return Q(pk=Subquery(adopted.order_by("-effective_on").values("pk")[:1]))


def _is_pending(on: date) -> Q:
    """Of revisions that have their ``last_step``."""
    # Recorded later than it took effect, it is in force already.
    in_effect = Q(state=RevisionState.ADOPTED, effective_on__lte=on)
    return Q(last_taken__kind__in=[*PROPOSING_STEPS, StepKind.ADOPTED]) & ~in_effect


class Revision(CheckedTogether):
    """A complete statement of the programme, as one document decides it.

    Draft: the only state that can be edited. Proposed: frozen, what the council reads is what the system
    shows. Adopted: from its effective date it is the programme, and never changes again. Rejected or withdrawn:
    kept, readable, for ever; what follows is another draft, so that the day on which it was proposed stays as
    it was. The state at an earlier date is that of its last step by then.
    """

    # No row of it is ever removed: one that was read is there.
    STAYS = True

    # What ``with_last_step`` adds.
    last_taken: Any

    programme = models.ForeignKey(Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField("lần", editable=False)
    base = models.ForeignKey(
        "self",
        verbose_name="điều chỉnh từ",
        on_delete=models.PROTECT,
        related_name="amendments",
        null=True,
        blank=True,
        editable=False,
    )
    state = models.CharField(
        "tình trạng", max_length=10, choices=RevisionState, default=RevisionState.DRAFT, editable=False
    )
    effective_on = DayField("có hiệu lực từ ngày", null=True, blank=True, editable=False)
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản thông qua",
        on_delete=models.PROTECT,
        related_name="revisions",
        null=True,
        blank=True,
        editable=False,
    )
    name = LineField("tên đề án", max_length=500)
    declared_budget_vnd = MoneyField("tổng kinh phí công bố", null=True, blank=True)
    declared_budget_kind = models.CharField("loại kinh phí", max_length=20, choices=MoneyKind, blank=True)
    budget_document = models.ForeignKey(
        LegalDocument,
        verbose_name="nguồn số liệu kinh phí",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="Khi số liệu không lấy từ chính văn bản thông qua.",
    )
    reason = LongTextField("lý do điều chỉnh", blank=True)
    task_list_is_partial = models.BooleanField(
        "danh mục nhiệm vụ chưa đầy đủ", default=False, help_text="Khi nguồn không công bố đủ danh mục nhiệm vụ."
    )
    note = LongTextField("ghi chú", blank=True)
    search_text = FoldedField(of=["name"])

    objects = RevisionQuerySet.as_manager()
    history = SignedRecords(excluded_fields=["search_text"])

    class Meta:
        verbose_name = "lần ban hành, điều chỉnh"
        verbose_name_plural = "lần ban hành, điều chỉnh"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="revision_number_once_in_a_programme",
                violation_error_message="Đề án đã có lần điều chỉnh mang số này.",
            ),
            models.UniqueConstraint(
                fields=["programme", "effective_on"],
                condition=Q(state=RevisionState.ADOPTED),
                name="revision_one_adopted_for_a_day",
                violation_error_message="Đề án đã có một lần điều chỉnh có hiệu lực từ ngày này. Chọn ngày khác.",
                violation_error_code="effective_on",
            ),
            models.UniqueConstraint(
                fields=["programme", "document"],
                condition=Q(state=RevisionState.ADOPTED),
                name="revision_adopted_by_a_document_of_its_own",
                violation_error_message="Văn bản này đã thông qua một lần điều chỉnh khác. Chọn đúng văn bản.",
                violation_error_code="document",
            ),
            models.CheckConstraint(
                condition=~Q(state=RevisionState.ADOPTED) | Q(document__isnull=False, effective_on__isnull=False),
                name="revision_adopted_by_a_document_from_a_day",
                violation_error_message="Thông qua thì phải có văn bản đã ban hành và ngày có hiệu lực.",
                violation_error_code="document",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="revision_numbers_begin_at_one",
                violation_error_message="Lần ban hành đầu tiên mang số 1.",
            ),
            models.CheckConstraint(
                condition=Q(base=None) | ~Q(base=F("id")),
                name="revision_is_not_its_own_base",
                violation_error_message="Một lần điều chỉnh không thể lấy chính nó làm gốc.",
            ),
            models.CheckConstraint(
                condition=Q(declared_budget_vnd=None) | Q(declared_budget_vnd__gte=0),
                name="revision_budget_is_not_negative",
                violation_error_message="Tổng kinh phí không thể âm.",
                violation_error_code="declared_budget_vnd",
            ),
            models.CheckConstraint(
                condition=Q(declared_budget_vnd=None, declared_budget_kind="")
                | Q(declared_budget_vnd__isnull=False) & ~Q(declared_budget_kind=""),
                name="revision_budget_says_its_kind",
                violation_error_message="Có số tiền thì phải ghi loại kinh phí, và ngược lại.",
                violation_error_code="declared_budget_kind",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state", "effective_on"], name="revision_by_effect")]

    def __str__(self):
        return f"{self.programme.code} – {self.title}"

    def get_absolute_url(self):
        return reverse("revision_detail", args=[self.programme.code, self.number])

    @property
    def title(self) -> str:
        """«Lần ban hành đầu» or «Điều chỉnh lần 1»: the first revision is the programme itself."""
        return "Ban hành lần đầu" if self.number == 1 else f"Điều chỉnh lần {self.number - 1}"

    @property
    def is_draft(self) -> bool:
        return self.state == RevisionState.DRAFT

    def is_in_effect(self, on: date) -> bool:
        """Whether it took effect by the day ``on``; the last one to do so is in force."""
        return self.state == RevisionState.ADOPTED and self.effective_on is not None and self.effective_on <= on

    @property
    def last_step(self) -> str | None:
        """The kind of what was done last, where ``with_last_step`` has read it; None before anything was."""
        return self.last_taken and self.last_taken["kind"]

    @property
    def last_step_id(self) -> int:
        return self.last_taken["pk"]

    @property
    def last_step_on(self) -> date:
        return date.fromisoformat(self.last_taken["on"])

    def state_on(self, on: date, last_step: str | None) -> RevisionState | None:
        """Its state on the day ``on``, by when its ``last_step`` was taken; None before anything had happened to it."""
        if self.is_in_effect(on):
            return RevisionState.ADOPTED
        return STATE_AFTER[last_step] if last_step else None

    def clean(self):
        if self.base and self.base.programme_id != self.programme_id:
            raise ValidationError("Lần điều chỉnh phải lấy gốc từ chính đề án này.")
        # As it is stored: the copy at hand may be older than its adoption.
        if self.base and not Revision.objects.filter(pk=self.base.pk, state=RevisionState.ADOPTED).exists():
            raise ValidationError(f"{self.base.title} chưa được thông qua nên chưa có gì để điều chỉnh.")
        stored = Revision.objects.filter(pk=self.pk).first()
        if stored is not None and not stored.is_draft:
            self._refuse_moves(stored)
        was = stored or Revision()
        if any(getattr(self, name) != getattr(was, name) for name in ("state", "document_id", "effective_on")):
            refuse_unless_taking_step()

    def _refuse_moves(self, stored: "Revision") -> None:
        """Only the next step of its life moves a proposed revision; a decided one stays as it is."""
        moved = {
            field.name for field in self._meta.fields if getattr(self, field.attname) != getattr(stored, field.attname)
        }
        by_a_step = {"document", "effective_on"} if self.state == RevisionState.ADOPTED else set()
        possible = {STATE_AFTER[step] for step in STEPS_FROM[stored.state]}
        if self.state not in possible or not moved <= {"state", "search_text"} | by_a_step:
            stored.refuse_unless_draft()

    def refuse_deletion(self) -> None:
        Revision.objects.get(pk=self.pk).refuse_unless_draft()

    def refuse_unless_draft(self) -> None:
        """Raise ``ValidationError`` when what belongs to this revision may no longer change."""
        if not self.is_draft:
            raise ValidationError(
                f"{self.title} {self.get_state_display().lower()} nên không sửa được. "
                "Muốn thay đổi, soạn một lần điều chỉnh mới."
            )


class RevisionStep(models.Model):
    """One act in the life of a revision. Steps are only added; a mistake is another step."""

    revision = models.ForeignKey(
        Revision, verbose_name="lần ban hành, điều chỉnh", on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField("việc", max_length=20, choices=StepKind)
    on = DayField("ngày")
    document = models.ForeignKey(
        LegalDocument,
        verbose_name="văn bản, nguồn",
        on_delete=models.PROTECT,
        related_name="revision_steps",
        null=True,
        blank=True,
    )
    meeting_on = DayField("ngày họp", null=True, blank=True)
    note = LongTextField("ghi chú", blank=True)

    objects = DraftQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "bước của lần điều chỉnh"
        verbose_name_plural = "các bước của lần điều chỉnh"
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting_on__lte=F("on")) | Q(meeting_on=None),
                name="step_follows_its_meeting",
                violation_error_message="Ngày họp không thể sau ngày ghi nhận.",
                violation_error_code="meeting_on",
            ),
        ]
        indexes = [models.Index(fields=["revision", "on"], name="step_by_day")]

    def __str__(self):
        return f"{self.get_kind_display()} ngày {self.on:%d/%m/%Y}"

    def clean(self):
        if self.pk:
            raise ValidationError("Bước đã ghi không sửa, không xóa được. Ghi nhầm thì ghi thêm bước đúng.")
        refuse_unless_taking_step()
