"""What an agency has to do on a day: the programmes that it coordinates, the tasks that it leads."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from programme.models import Agency, Programme, Revision, User
from tasks.models import Status, Task
from tasks.task_names import named, with_last_status


def coordinated_by(agency: Agency, *, on: date, user: User) -> QuerySet[Programme]:
    """Programmes that the agency coordinates on the day, each with its ``name_in_force``."""
    in_force = Revision.objects.in_force(on).filter(programme=OuterRef("pk"))
    programmes = Programme.objects.visible_to(user).of_coordinators([agency.pk], on)
    return programmes.annotate(name_in_force=Subquery(in_force.values("name")[:1])).order_by("code")


def led_by(agency: Agency, *, on: date, user: User) -> QuerySet[Task]:
    """Tasks that the agency leads on the day, by name and with the last that was accepted of each."""
    led = Task.objects.visible_to(user).led_by([agency.pk], on)
    tasks: QuerySet = with_last_status(named(led, on), on).select_related("programme")
    return tasks.order_by("programme__code", "plan_position", "pk")


def still_open(tasks: QuerySet[Task]) -> list[Task]:
    """Those not complete: what is done stays with whoever did it."""
    return [task for task in tasks if getattr(task, "last_status", None) != Status.COMPLETE]
