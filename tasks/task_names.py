"""Tasks as lists show them: under the name that the plan gives, with who leads and what was last reported."""

from datetime import date

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from programme.models import Agency, Revision
from tasks.models import PlannedTask, ProgressUpdate, Status, Task, with_lead

UNREPORTED = "chưa có báo cáo"


def named(tasks: QuerySet[Task], on: date) -> QuerySet[Task]:
    """Add ``plan_name``, ``plan_position`` and ``lead_name``: by the revision in force, else by the newest known.

    Only a task that no revision known on the day contains is named as a draft names it. The lead is the one of the
    day ``on``, also where the duty has passed to another agency since the plan.
    """
    led = with_plan_name(tasks, on).annotate(shown_lead=Subquery(with_lead(_shown_plan(), on).values("lead_id")))
    return led.annotate(lead_name=Subquery(Agency.objects.filter(pk=OuterRef("shown_lead")).values("name")))


def with_plan_name(tasks: QuerySet[Task], on: date) -> QuerySet[Task]:
    """The same without who leads."""
    plans = PlannedTask.objects.filter(task=OuterRef("pk"))
    return tasks.alias(shown_plan=_best(plans, on, "pk")).annotate(
        plan_name=Subquery(_shown_plan().values("name")), plan_position=Subquery(_shown_plan().values("position"))
    )


def _shown_plan() -> QuerySet[PlannedTask]:
    """The whole plan of one revision: what it leaves open is not filled in from another."""
    return PlannedTask.objects.filter(pk=OuterRef("shown_plan"))


def named_by_plan(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Add ``plan_name`` and ``plan_position`` to tasks that ``planned`` chose: the plan of that day names them."""
    return tasks.annotate(plan_name=F("plans__name"), plan_position=F("plans__position"))


def with_task_name(rows: QuerySet, on: date) -> QuerySet:
    """Add ``task_name`` to records of tasks, such as reports and ledger entries, by the same rule."""
    plans = PlannedTask.objects.filter(task=OuterRef("task"))
    return rows.annotate(task_name=_best(plans, on, "name"))


def _best(plans: QuerySet[PlannedTask], on: date, value: str) -> Coalesce:
    newest = plans.order_by("-revision__number")
    in_force = plans.filter(revision__in=Revision.objects.in_force(on))
    known = newest.filter(revision__in=Revision.objects.known(on).values("pk"))
    return Coalesce(*(Subquery(found.values(value)[:1]) for found in (in_force, known, newest)))


def with_last_status(tasks: QuerySet[Task], on: date) -> QuerySet[Task]:
    """Add ``told``, the key of the last accepted report that speaks of ``on`` or before, and ``last_status_label``."""
    latest = ProgressUpdate.objects.counting().filter(task=OuterRef("pk"), as_of__lte=on)
    words = Case(
        *(When(status=status.value, then=Value(str(status.label))) for status in Status), output_field=CharField()
    )
    return tasks.annotate(
        told=Subquery(latest.values("pk")[:1]),
        last_status=Subquery(latest.values("status")[:1]),
        last_status_label=Coalesce(Subquery(latest.values_list(words)[:1]), Value(UNREPORTED)),
    )
