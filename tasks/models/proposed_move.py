"""What a revision that waits would put off to a later period, if it is not complete by then."""

from datetime import date

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from programme.models import Period, Revision
from tasks.models.derived import derived_from
from tasks.models.planned_task import PlannedTask
from tasks.models.progress_update import ProgressUpdate
from tasks.models.report_state import Status
from tasks.models.task import Task


class ProposedMoveQuerySet(QuerySet):
    def open_on(self, day: date):
        """Without what goes into another task that was complete on the day."""
        latest = ProgressUpdate.objects.counting().filter(task=OuterRef("became"), as_of__lte=day)
        said = Coalesce(Subquery(latest.values("status")[:1]), Value(""))
        return self.alias(became_then=said).exclude(~Q(became=F("task")), became_then=Status.COMPLETE)


class ProposedMove(models.Model):
    """Derived from plans that do not change any more; never the evidence.

    From the plan ``before``, of a revision that is in force while ``revision`` waits, to ``after``, of the latter; the
    tasks of both beside them. Whether ``task`` is complete by then is asked of its ``TaskDay``.
    """

    revision = models.ForeignKey(Revision, on_delete=models.DO_NOTHING, related_name="+")
    before = derived_from(PlannedTask)
    after = derived_from(PlannedTask)
    task = derived_from(Task)
    became = derived_from(Task)
    period = derived_from(Period)

    objects = ProposedMoveQuerySet.as_manager()

    class Meta:
        verbose_name = "nhiệm vụ được đề nghị chuyển tiếp"
        verbose_name_plural = "nhiệm vụ được đề nghị chuyển tiếp"
        # Nobody adds or changes one by hand.
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["before", "after"],
                name="proposed_move_kept_once",
                violation_error_message="Việc chuyển tiếp này đã có.",
                violation_error_code="after",
            ),
        ]

    def __str__(self):
        return f"{self.before_id} → {self.after_id}"
