"""For a leader: which programmes wait for what was proposed to be decided."""

from datetime import date

from programme.models import Programme, Revision, RevisionState, StepKind, User
from programme.rights import CLOSE
from smartcity.lib.language.dates import say_day
from smartcity.lib.pages.todo import Todo, TodoGroup, TodoSection


def undecided(user: User, *, today: date) -> TodoGroup:
    """Revisions that were proposed and that nobody has adopted or rejected, the oldest first. One query."""
    title = "Điều chỉnh đang chờ thông qua"
    if not user.may(CLOSE, "tasks.explanation"):
        return TodoGroup(title, [])
    found = Revision.objects.pending(today).exclude(state=RevisionState.ADOPTED)
    waiting = found.filter(programme__in=Programme.objects.visible_to(user)).select_related("programme")
    jobs = [
        Todo(
            title=f"{one.programme.code}: {one.title}",
            detail=f"{StepKind(one.last_step).label} ngày {say_day(one.last_step_on)}",
            url=one.get_absolute_url(),
            button="Xem đề nghị",
            days_waited=(today - one.last_step_on).days,
            # A council has its own days: the page tells of it, letters do not remind of it.
            is_pressing=False,
        )
        for one in waiting
    ]
    return TodoGroup(title, sorted(jobs, key=lambda job: -(job.days_waited or 0)), TodoSection.DECISION)
