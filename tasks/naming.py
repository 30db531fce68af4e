"""Tasks as lists show them: under the name that the plan gives, with who leads and what was last reported."""

from datetime import date

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from programme.models import Agency, Revision
from tasks.models import PlannedTask, ProgressUpdate, Status, Task, with_lead

UNREPORTED = "chưa có báo cáo"


def named(tasks: QuerySet[Task], on: date) -> QuerySet[Task]:
    """Add ``plan_name``, ``plan_position`` and ``lead_name``: by the revision in force, else by the newest.

    The lead is the one of the day ``on``, also where the duty has passed to another agency since the plan.
    """
    plans = PlannedTask.objects.filter(task=OuterRef("pk"))
    in_force = plans.filter(revision__in=Revision.objects.in_force(on))
    newest = plans.order_by("-revision__number")

    # The whole plan of one revision: what it leaves open is not filled in from another.
    plan = PlannedTask.objects.filter(pk=OuterRef("shown_plan"))
    return tasks.annotate(
        shown_plan=Coalesce(Subquery(in_force.values("pk")[:1]), Subquery(newest.values("pk")[:1])),
        plan_name=Subquery(plan.values("name")),
        plan_position=Subquery(plan.values("position")),
        shown_lead=Subquery(with_lead(plan, on).values("lead_id")),
    ).annotate(lead_name=Subquery(Agency.objects.filter(pk=OuterRef("shown_lead")).values("name")))


def with_task_name(rows: QuerySet, on: date) -> QuerySet:
    """Add ``task_name`` to records of tasks, such as reports and ledger entries, by the same rule."""
    plans = PlannedTask.objects.filter(task=OuterRef("task"))
    in_force = plans.filter(revision__in=Revision.objects.in_force(on))
    newest = plans.order_by("-revision__number")
    name = Coalesce(Subquery(in_force.values("name")[:1]), Subquery(newest.values("name")[:1]))
    return rows.annotate(task_name=name)


def with_last_status(tasks: QuerySet[Task], on: date) -> QuerySet[Task]:
    """Add ``last_status_label``: that of the last accepted report that speaks of ``on`` or before."""
    latest = ProgressUpdate.objects.counting().filter(task=OuterRef("pk"), as_of__lte=on)
    words = [When(last_status=status.value, then=Value(str(status.label))) for status in Status]
    return tasks.annotate(
        last_status=Subquery(latest.values("status")[:1]),
        last_status_label=Case(*words, default=Value(UNREPORTED), output_field=CharField()),
    )
