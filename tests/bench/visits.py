"""The pages that are measured, each as somebody visits it who uses it much."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from programme.models import User
from smartcity.lib.submissions.token import FIELD, new_token
from smartcity.simulation.scale import Scale
from tasks.models import ProgressUpdate, Status, Task, UpdateState
from tests.bench.browsers import Answer, InnerBrowser, NetworkBrowser
from tests.forms_read import Page

type Browser = NetworkBrowser | InnerBrowser
FIRST = "MP1-01"
DAY = date(2023, 6, 16)
# At the most.
CLIENTS = 16


class Unexpected(Exception):
    """A page answered something else than what it is measured for."""


@dataclass(frozen=True)
class Visit:
    """``people`` are who makes it. Where they write, each has work of their own, and there are no more clients."""

    name: str
    people: list[User]
    begin: Callable[[Browser, int], Callable[[], Answer]]
    most: int = CLIENTS


def visits() -> list[Visit]:
    auditor = [User.objects.get(username="mp1-kiem-toan")]
    leader = [User.objects.get(username="mp1-01-lanh-dao")]
    officer = [User.objects.get(username="mp1-01-chuyen-vien-03")]
    task = Task.objects.get(programme__code=FIRST, code="NV-001")
    drafts = list(
        ProgressUpdate.objects.filter(state=UpdateState.DRAFT).select_related("author").order_by("pk")[:CLIENTS]
    )
    return [
        reading("floor", auditor, "/san/"),
        reading("portfolio", auditor, "/"),
        reading("portfolio_as_of", auditor, f"/?ngay={DAY:%d/%m/%Y}"),
        reading("programme", leader, reverse("programme_detail", args=[FIRST])),
        reading("gantt", leader, reverse("programme_schedule", args=[FIRST])),
        reading("task", leader, task.get_absolute_url()),
        reading("board", auditor, reverse("directive_board")),
        reading("admin_tasks", auditor, reverse("admin:tasks_task_changelist")),
        reading("admin_search", auditor, f"{reverse('admin:tasks_progressupdate_changelist')}?q=camera+giao"),
        reading("search", auditor, f"{reverse('search')}?q=camera+giao"),
        reading("search_short", auditor, f"{reverse('search')}?q=IT"),
        reading("my_work", officer, reverse("admin:index")),
        writing("save", [(draft.author, draft) for draft in drafts], _saving),
        writing("report", _tasks_to_report_on(), _reporting),
        reading("csv", leader, reverse("programme_tasks_export", args=[FIRST, "csv"])),
        reading("figures_api", leader, reverse("api_programme_figures", args=[FIRST])),
    ]


def reading(name: str, people: list[User], address: str) -> Visit:
    def begin(browser: Browser, number: int) -> Callable[[], Answer]:
        return lambda: _expect(browser.get(address), 200, address)

    return Visit(name, people, begin)


def writing[T](name: str, work: list[tuple[User, T]], begin: Callable[[Browser, T], Callable[[], Answer]]) -> Visit:
    people = [user for user, _ in work]
    return Visit(name, people, lambda browser, number: begin(browser, work[number][1]), most=len(people))


def _tasks_to_report_on() -> list[tuple[User, Task]]:
    """Tasks that go on, of which nobody has begun a report."""
    day = Scale().days.last
    planned = Task.objects.planned(day).filter(programme__code=FIRST)
    tasks = planned.exclude(updates__in=ProgressUpdate.objects.open())
    last = ProgressUpdate.objects.latest_accepted(tasks, day).filter(status=Status.IN_PROGRESS)
    return [(update.author, update.task) for update in last.select_related("author", "task").order_by("pk")[:CLIENTS]]


def _saving(browser: Browser, draft: ProgressUpdate) -> Callable[[], Answer]:
    """The form is read once; each save says that it has seen the one before."""
    address = reverse("admin:tasks_progressupdate_change", args=[draft.pk])
    values = Page(_expect(browser.get(address), 200, address).text).values
    _, dot, parts = values["seen_version"].partition(".")
    turn = 0

    def save() -> Answer:
        nonlocal turn
        turn += 1
        values[FIELD] = new_token(browser.user)
        values["seen_version"] = f"{draft.version}{dot}{parts}"
        return _expect(browser.post(address, values | {"results": f"Lần ghi {turn}", "_draft": ""}), 302, address)

    return save


def _reporting(browser: Browser, task: Task) -> Callable[[], Answer]:
    """The whole way: the form, checked, sent."""
    begin = f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}"

    def report() -> Answer:
        form = _expect(browser.get(begin), 200, begin)
        checked = _expect(
            browser.post(begin, Page(form.text).values | {"results": "Đã bàn giao", "_check": ""}), 302, begin
        )
        page = _expect(browser.get(checked.location), 200, checked.location)
        _expect(browser.post(checked.location, Page(page.text).values), 302, checked.location)
        return form

    return report


def _expect(answer: Answer, status: int, address: str) -> Answer:
    if answer.status != status:
        raise Unexpected(f"{address}: {answer.status}, {' '.join(Page(answer.text).words)[:500]}")
    return answer
