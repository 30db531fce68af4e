"""Which of the reports that are asked for one answers."""

from collections.abc import Iterable
from datetime import date

from tasks.expected import Expected
from tasks.models import Task


def asked_on(asked: Iterable[Expected], task: Task, day: date | None) -> Expected | None:
    """What is asked of ``task`` with figures of the ``day``; of several, the first: the oldest due."""
    wanted = (one for one in asked if day and one.cycle.first_day <= day <= one.cycle.last_day)
    return next((one for one in wanted if one.task.pk == task.pk), None)
