"""What moved, since an earlier day, of the tasks that an agency leads or led on that day."""

from collections.abc import Iterable
from datetime import date

from programme.models import Agency, User
from tasks.figures.moved_tasks import MovedTask, moved_tasks, read_moved_tasks
from tasks.figures.movements import Between, Reading
from tasks.models import Task


def moved_duties(agency: Agency, led: Iterable[Task], *, earlier: date, later: date, user: User) -> list[MovedTask]:
    """``led`` are those of the later day. Three queries; one more where another agency leads."""
    then = Task.objects.visible_to(user).led_by([agency.pk], earlier).values_list("pk", "programme")
    tasks = dict(then) | {task.pk: task.programme_id for task in led}
    if not tasks:
        return []
    between = Between({*tasks.values()}, Reading(earlier), Reading(later))
    return read_moved_tasks(moved_tasks(between).filter(pk__in=tasks.keys()), between)
