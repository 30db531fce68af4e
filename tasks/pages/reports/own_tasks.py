"""The tasks that a person reports on, as the pages of their reports ask for them."""

from typing import Any

from django.db.models import F, QuerySet

from smartcity.lib.log.known.marks import known_today
from tasks.models import Task
from tasks.task_names import named_by_plan


def own_task(user, key) -> QuerySet[Task]:
    """The task, as its plan in force names it, if it is the person's to report on."""
    return named_by_plan(Task.objects.filter(pk=key).reported_by(user, known_today())).select_related("programme")


def task_to_write_on(user, key) -> Any:
    """With what its form asks: which steps it goes through."""
    return own_task(user, key).annotate(plan_route=F("plans__route")).first()
