"""The identity of a task, which outlives its names, owners and routes."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from programme.models import DraftQuerySet, Programme, Revision, in_visible_province, refuse_frozen
from smartcity.lib.records.history import SignedRecords
from smartcity.lib.records.text_fields import LongTextField
from tasks.models.lead_transfer import LeadTransfer, lead_of, with_lead


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(in_visible_province(user, "programme__"))

    def planned(self, on: date):
        """Tasks that the revision in force on the day ``on`` contains."""
        return self.filter(plans__revision__in=Revision.objects.in_force(on))

    def left_out_of(self, draft: Revision):
        """Tasks of the programme that the draft says nothing of: neither planned in it nor replaced or taken out."""
        replaced = TaskLineage.objects.filter(revision=draft).values("from_task")
        return (
            self.filter(programme=draft.programme_id)
            .exclude(plans__revision=draft)
            .exclude(removals__revision=draft)
            .exclude(pk__in=replaced)
        )

    def reportable_by(self, user, on: date):
        """Tasks that ``user`` reports on: their agency's; and for the coordinating agency, those without a lead."""
        if user.agency_id is None or not user.reports:
            return self.none()
        named = _ever_led_by([user.agency_id])
        if user.is_coordinator:
            own = Programme.objects.coordinated_by(user, on).values("pk")
            named = named.union(Task.objects.filter(plans__lead_agency=None, programme__in=own).values("pk"))
        return self.filter(pk__in=named).reported_by(user, on)

    def reported_by(self, user, on: date):
        """The same of tasks that are few already, such as one: each of them is asked."""
        if user.agency_id is None or not user.reports:
            return self.none()
        mine = Q(lead_id=user.agency_id)
        if user.is_coordinator:
            mine |= Q(lead_id=None, programme__in=Programme.objects.coordinated_by(user, on).values("pk"))
        return self.planned(on).alias(lead_id=lead_of("plans__", on)).filter(mine)

    def led_by(self, agencies: Iterable[int] | models.QuerySet, on: date):
        """Tasks that on the day ``on`` one of ``agencies`` leads, given by their keys or a query of them."""
        named = self.filter(pk__in=_ever_led_by(agencies))
        return named.planned(on).with_lead(on).filter(lead_id__in=agencies)

    def with_lead(self, on: date):
        """Add ``lead_id``, who leads on the day ``on``, to tasks that ``planned`` chose; ``with_lead`` has the rule."""
        return with_lead(self, on, plan="plans__")

    def steps_kept_by(self, user, on: date):
        """Tasks whose steps of procedure ``user`` records: those they report on, and those that they coordinate."""
        own = Programme.objects.coordinated_by(user, on).values("pk")
        reported = Task.objects.reportable_by(user, on).values("pk")
        return self.filter(pk__in=reported.union(Task.objects.filter(programme__in=own).values("pk")))


def _ever_led_by(agencies: Iterable[int] | models.QuerySet) -> models.QuerySet:
    """The keys of tasks for which a plan or a transfer ever named one of ``agencies``.

    Only there the rule of ``with_lead`` is asked: the tasks of the whole country are many.
    """
    planned = Task.objects.filter(plans__lead_agency__in=agencies).values("pk")
    return planned.union(LeadTransfer.objects.filter(to_agency__in=agencies).values("task"))


class Task(models.Model):
    """Only an identity: what it is called and who leads it is in the plan of each revision."""

    # One that only a draft knew is forgotten with it; of that one nothing but its plan ever speaks.
    STAYS = True

    programme = models.ForeignKey(Programme, verbose_name="đề án", on_delete=models.PROTECT, related_name="tasks")
    code = models.SlugField("mã nhiệm vụ", max_length=30, help_text="Không đổi qua các lần điều chỉnh, ví dụ NV-05.")

    objects = TaskQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "nhiệm vụ"
        verbose_name_plural = "nhiệm vụ"
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="task_code_once_in_a_programme",
                violation_error_message="Đề án đã có nhiệm vụ mang mã này.",
                violation_error_code="code",
            ),
        ]

    def __str__(self):
        return f"{self.programme.code} / {self.code}"

    def get_absolute_url(self):
        return reverse("task_detail", args=[self.pk])

    def route_on(self, day: date) -> str | None:
        """The route that the revision in force on the day ``day`` gives the task; None when it has no such task."""
        in_force = self.plans.filter(revision__in=Revision.objects.in_force(day))
        return in_force.values_list("route", flat=True).first()


class LineageKind(models.TextChoices):
    SPLIT = "split", "Tách"
    MERGE = "merge", "Gộp"


class TaskLineage(models.Model):
    """Which task became which, by which revision."""

    from_task = models.ForeignKey(
        Task, verbose_name="từ nhiệm vụ", on_delete=models.PROTECT, related_name="descendants"
    )
    to_task = models.ForeignKey(Task, verbose_name="thành nhiệm vụ", on_delete=models.PROTECT, related_name="ancestors")
    revision = models.ForeignKey(
        Revision, verbose_name="lần ban hành, điều chỉnh", on_delete=models.PROTECT, related_name="lineage"
    )
    kind = models.CharField("cách", max_length=10, choices=LineageKind)

    objects = DraftQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "tách, gộp nhiệm vụ"
        verbose_name_plural = "tách, gộp nhiệm vụ"
        constraints = [
            models.UniqueConstraint(
                fields=["from_task", "to_task", "revision"],
                name="lineage_stated_once",
                violation_error_message="Quan hệ này đã được ghi.",
                violation_error_code="to_task",
            ),
            models.CheckConstraint(
                condition=~Q(from_task=F("to_task")),
                name="lineage_joins_two_tasks",
                violation_error_message="Một nhiệm vụ không thể tách, gộp thành chính nó.",
                violation_error_code="to_task",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.from_task} → {self.to_task}"

    def clean(self):
        refuse_frozen(self)
        if {self.from_task.programme_id, self.to_task.programme_id} != {self.revision.programme_id}:
            raise ValidationError("Chỉ tách, gộp được các nhiệm vụ của cùng một đề án.")


class TaskRemoval(models.Model):
    """Why a revision no longer contains a task that its base contained, where nothing takes the task's place."""

    revision = models.ForeignKey(
        Revision, verbose_name="lần ban hành, điều chỉnh", on_delete=models.PROTECT, related_name="removals"
    )
    task = models.ForeignKey(Task, verbose_name="nhiệm vụ", on_delete=models.PROTECT, related_name="removals")
    reason = LongTextField("lý do đưa ra khỏi đề án")

    objects = DraftQuerySet.as_manager()
    history = SignedRecords()

    class Meta:
        verbose_name = "nhiệm vụ đưa ra khỏi đề án"
        verbose_name_plural = "nhiệm vụ đưa ra khỏi đề án"
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "task"],
                name="removal_stated_once",
                violation_error_message="Nhiệm vụ này đã được đưa ra khỏi đề án trong lần điều chỉnh.",
                violation_error_code="task",
            ),
        ]

    def __str__(self):
        return f"{self.task}: {self.reason}"

    def clean(self):
        refuse_frozen(self)
        if self.task_id and self.task.programme_id != self.revision.programme_id:
            raise ValidationError({"task": "Nhiệm vụ này thuộc đề án khác."})
