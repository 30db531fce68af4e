"""Tasks as lists show them: under the name that the plan gives, with who leads and what was last reported."""

from datetime import date

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from programme.models import Revision
from tasks.models import PlannedTask, ProgressUpdate, Status, Task

UNREPORTED = "chưa có báo cáo"


def named(tasks: QuerySet[Task], on: date) -> QuerySet[Task]:
    """Add ``plan_name``, ``plan_position`` and ``lead_name``: by the revision in force, else by the newest."""
    plans = PlannedTask.objects.filter(task=OuterRef("pk"))
    in_force = plans.filter(revision__in=Revision.objects.in_force(on))
    newest = plans.order_by("-revision__number")

    def told(column: str) -> Coalesce:
        return Coalesce(Subquery(in_force.values(column)[:1]), Subquery(newest.values(column)[:1]))

    return tasks.annotate(plan_name=told("name"), plan_position=told("position"), lead_name=told("lead_agency__name"))


def with_last_status(tasks: QuerySet[Task], on: date) -> QuerySet[Task]:
    """Add ``last_status_label``: that of the last accepted report that speaks of ``on`` or before."""
    latest = ProgressUpdate.objects.accepted().filter(task=OuterRef("pk"), as_of__lte=on).order_by("-as_of", "-pk")
    words = [When(last_status=status.value, then=Value(str(status.label))) for status in Status]
    return tasks.annotate(
        last_status=Subquery(latest.values("status")[:1]),
        last_status_label=Case(*words, default=Value(UNREPORTED), output_field=CharField()),
    )
