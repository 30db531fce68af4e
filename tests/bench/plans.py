"""How the database goes about its largest questions."""

from collections.abc import Iterator

from django.db.models import Count, QuerySet, Sum
from django.utils.timezone import localdate

from meetings.pages.directives.figures import ALL, Wanted, read_board
from programme.models import Programme, Revision, User
from smartcity.search.asked import read_asked
from smartcity.search.matching import Search
from smartcity.search.programmes import TASKS
from smartcity.search.views import FIRST as HITS
from tasks.models import PaidDay, ProgressUpdate, TaskDay
from tasks.task_names import with_task_name
from tests.bench.visits import DAY, FIRST


def plans() -> Iterator[tuple[str, str]]:
    leader = User.objects.get(username="mp1-01-lanh-dao")
    auditor = User.objects.get(username="mp1-kiem-toan")
    waiting = Revision.objects.pending(DAY).values_list("pk", flat=True)
    programmes = dict(Programme.objects.values_list("code", "pk"))
    for name, some in (("all programmes", [*programmes.values()]), ("one programme", [programmes[FIRST]])):
        for day in (DAY, localdate()):
            tasks = TaskDay.objects.of_programmes(some, day).as_on(day, waiting=[*waiting])
            yield f"the figures of {name}, {day:%d/%m/%Y}", _counted(tasks)
    paid = PaidDay.objects.of_programmes([*programmes.values()], DAY)
    yield "what was paid, of all programmes", paid.values("programme", "paid_vnd").explain()
    listed = with_task_name(ProgressUpdate.objects.visible_to(leader), DAY).order_by("-as_of", "-pk")
    yield "the list of reports, first page", listed[:50].explain()
    yield "one record's history", ProgressUpdate.history.filter(id=1).order_by("history_id").explain()
    for name, user in (("everything", auditor), ("one province", leader)):
        looked_for = Search(read_asked("camera giao"), user, localdate())
        yield f"what is found of the tasks of {name}", TASKS.rows(looked_for)[:HITS].explain()
    board = read_board(auditor, Wanted(), on=DAY)
    yield "the board's first page", board.keys(ALL, 1, 50).explain()
    counted = board.assignments.order_by().values("timeliness_then").annotate(count=Count("pk"))
    yield "the board's numbers", counted.explain()


def _counted(tasks: QuerySet) -> str:
    groups = tasks.order_by().values("programme", "status", "timeliness", "is_proposed")
    return groups.annotate(count=Count("pk"), vnd=Sum("planned_vnd")).explain()
