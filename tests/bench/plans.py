"""How the database goes about its largest questions."""

from collections.abc import Iterator

from meetings.pages.directives.figures import Wanted, given, read_board
from programme.models import User
from smartcity.lib.language.money import MoneyKind
from tasks.models import BudgetEntry, ProgressUpdate, Task
from tasks.task_names import with_task_name
from tests.bench.visits import DAY, FIRST


def plans() -> Iterator[tuple[str, str]]:
    leader = User.objects.get(username="mp1-01-lanh-dao")
    auditor = User.objects.get(username="mp1-kiem-toan")
    latest = ProgressUpdate.objects.latest_accepted(Task.objects.filter(programme__code=FIRST), DAY)
    yield "the figures' query over all reports", latest.explain()
    paid = BudgetEntry.objects.filter(task=latest[0].task_id, kind=MoneyKind.DISBURSEMENT).decided_by(DAY)
    yield "the sums of one task's payments", paid.summed().explain()
    listed = with_task_name(ProgressUpdate.objects.visible_to(leader), DAY).order_by("-as_of", "-pk")
    yield "the list of reports, first page", listed[:50].explain()
    yield "one record's history", ProgressUpdate.history.filter(id=1).order_by("history_id").explain()
    yield "the board's first page", read_board(auditor, Wanted(), on=DAY).rows()[:50].explain()
    yield "the board's numbers", given(auditor, DAY).order_by().values("timeliness_then").explain()
