"""The admin's list of tasks: what narrows it, with the figure of each choice, and the rows of its page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from unfold.templatetags.unfold_list import result_headers

from smartcity.lib.admin.lists import FileChangeList, SignedChangeList
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.explained import Explained
from tasks.admin.task_filters import CYCLE, FIGURE, OWN, SCOPE, UNREPORTED, WORDS, TaskFilters, TypedFilter
from tasks.figures.headline import HeadlinePiece, list_headline, say_freshness
from tasks.figures.listed_task import ListedTask
from tasks.figures.row_sets import ROW_SETS
from tasks.figures.tasks_today import ALL, OUT_OF_FORCE, TasksToday, read_visible
from tasks.models import Task
from tasks.pages.explained.counted import explain_list
from tasks.pages.explained.told import Told
from tasks.timeliness import Timeliness

# The figures that are offered, with what they are called here.
OFFERED = {
    ALL: "Đang có hiệu lực",
    "hoan-thanh": "Hoàn thành",
    "de-nghi-chuyen-tiep": "Đề nghị chuyển tiếp",
    "chuyen-tiep": "Chuyển tiếp",
    f"han-{Timeliness.OPEN_OVERDUE}": "Quá hạn",
    OUT_OF_FORCE: "Không còn hoặc chưa có hiệu lực",
}
# Tasks out of force have no state of today to be ordered by.
ORDERED_OUT_OF_FORCE = {"plan_position", "plan_name", "programme__code", "code", "pk"}


@dataclass(frozen=True)
class Choice:
    """What may narrow the list, and how many rows there are then."""

    label: str
    count: int
    address: str
    is_chosen: bool


class ListingTasks:
    """What the list does on its pages and as a file."""

    query: str
    today: date
    filters: TaskFilters
    tasks: TasksToday

    @property
    def as_of(self) -> date:
        return self.today

    def get_filters(self, request):
        """All of them are our own: the rows are narrowed from the start."""
        self.today = known_today()
        programmes = read_visible(request.user, self.today)
        self.filters = TaskFilters(request.GET, request.user, self.today, programmes)
        self.tasks = TasksToday(request.user, self.today, programmes, self.filters.wanted)
        self.root_queryset = self.tasks.rows()
        return [], False, {}, False, self.filters.is_narrowed

    def get_ordering(self, request, queryset):
        ordering = super().get_ordering(request, queryset)  # type: ignore[misc]
        if not self.tasks.is_out_of_force:
            return ordering
        return [one for one in ordering if isinstance(one, str) and one.lstrip("-") in ORDERED_OUT_OF_FORCE]

    def with_columns(self, rows: QuerySet[Task]) -> QuerySet[Task]:
        return self.tasks.with_columns(rows)

    def chosen_words(self) -> list[str]:
        return self.filters.chosen_words()


class TaskFileChangeList(ListingTasks, FileChangeList):
    """All rows, of which nothing is counted, with what their reports say."""

    def with_columns(self, rows: QuerySet[Task]) -> QuerySet[Task]:
        return self.tasks.with_columns(rows, is_for_a_file=True)

    def completed(self, rows: Any) -> Any:
        leads = self.tasks.leads_of(rows)
        for task in rows:
            task.today = None if self.tasks.is_out_of_force else self.tasks.row_of(task)
            task.lead, _ = leads.get(task.lead_id, ("", ""))
        return rows


class TaskChangeList(ListingTasks, SignedChangeList):
    """A page of rows, below the sentence and the choices with their figures."""

    def get_results(self, request):
        # The figures have counted them already.
        request.known_count = self.tasks.count
        super().get_results(request)

    @cached_property
    def headline(self) -> list[HeadlinePiece]:
        return list_headline(self.tasks.counts, has_reports=self.tasks.newest_report_on is not None)

    @property
    def freshness(self) -> str:
        return say_freshness(self.tasks.newest_report_on, self.today) if self.tasks.counts[ALL] else ""

    @property
    def kept_query(self) -> str:
        """What the address says beside the figure: the sentence opens the rows of others."""
        return self.get_query_string({}, [FIGURE])[1:]

    @property
    def choices(self) -> list[Choice]:
        """One of them holds."""
        chosen = self.filters.figure
        labels = OFFERED if chosen in OFFERED else OFFERED | {chosen: ROW_SETS[chosen].label}
        return [
            Choice(label, self.tasks.counts[key], self._with(FIGURE, key if key != ALL else None), key == chosen)
            for key, label in labels.items()
        ]

    @property
    def switches(self) -> list[Choice]:
        """Each narrows the list by itself, and is taken away by the same link."""
        cycle, own = self.filters.only_unanswered, self.filters.only_own
        address = self._with(CYCLE, None if cycle else UNREPORTED)
        found = [Choice("Chưa báo cáo kỳ này", self.tasks.unanswered, address, cycle)]
        if self.tasks.user.reports:
            found.append(Choice("Đơn vị tôi", self.tasks.own, self._with(SCOPE, None if own else OWN), own))
        return found

    @property
    def typed(self) -> list[TypedFilter]:
        return self.filters.typed

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address says, for the form that narrows by words."""
        own = {WORDS, *(one.name for one in self.typed)}
        return [(name, value) for name, values in self.filter_params.items() if name not in own for value in values]

    @property
    def is_of_several(self) -> bool:
        return len(self.filters.programmes) > 1

    @property
    def headings(self) -> list[dict]:
        """Those of the columns that the page shows, each with the address that sorts by it."""
        called = self.model_admin.on_the_page
        headers = zip(self.list_display, result_headers(self), strict=True)
        return [
            header | {"text": called[name], "is_figure": name in {"position", "percent", "days_late"}}
            for name, header in headers
            if name in called
        ]

    @cached_property
    def explanation(self) -> tuple[Explained, dict[int, Told]]:
        """How the figure is found and, where it was asked for, what is told of the reports behind its rows."""
        shown = list(self.result_list) if self.is_asked_for else []
        rows = [] if self.tasks.is_out_of_force else [self.tasks.row_of(task) for task in shown]
        programmes = {task.programme_id for task in shown}
        return explain_list(self.filters.figure, rows, programmes, count=self.tasks.count, today=self.today)

    @property
    def is_asked_for(self) -> bool:
        return FIGURE in self.filter_params

    @property
    def explained(self) -> Explained:
        return self.explanation[0]

    def lines(self) -> Iterator[ListedTask]:
        tasks, leads = list(self.result_list), self.tasks.leads_of(self.result_list)
        _, told = self.explanation
        for task in tasks:
            name, short_name = leads.get(task.lead_id, ("", ""))
            yield ListedTask(
                task,
                None if self.tasks.is_out_of_force else self.tasks.row_of(task),
                lead=short_name or name,
                programme=task.programme.code if self.is_of_several else "",
                today=self.today,
                has_actions=self.tasks.user.reports,
                signed=told[task.told].text if getattr(task, "told", None) in told else "",
            )

    def _with(self, name: str, value: str | None) -> str:
        return self.get_query_string({name: value})
