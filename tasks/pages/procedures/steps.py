"""The steps of a task's procedure as they were on a day: what is done, what is next, how late."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from programme.models import RevisionState, User
from smartcity.lib.log.known.marks import known_today
from tasks.models import PlannedTask, Route, RouteStep, Task
from tasks.routes import TEMPLATES, Rule, rule_of

MAY_KEEP = "tasks.change_routestep"


@dataclass(frozen=True)
class StepOnDay:
    """One step on the day ``on``; what was recorded for a later day is not told yet."""

    step: RouteStep
    on: date
    is_next: bool = False

    @property
    def is_done(self) -> bool:
        return self.step.is_done_by(self.on)

    @property
    def is_skipped(self) -> bool:
        return self.step.is_skipped_by(self.on)

    @property
    def is_open(self) -> bool:
        return not (self.is_done or self.is_skipped)

    @property
    def days_late(self) -> int:
        """Days past the planned day: until the step was done, else until the day."""
        step = self.step
        if step.done_on and self.is_done:
            return max((step.done_on - step.planned_due).days, 0) if step.planned_due else 0
        return step.days_late(self.on)

    @property
    def tone(self) -> str:
        if self.is_done:
            return "good"
        if self.is_open and self.days_late:
            return "late"
        return "run" if self.is_next else "idle"

    @property
    def label(self) -> str:
        if self.is_done:
            return "Đã xong"
        if self.is_skipped:
            return "Bỏ qua"
        if self.days_late:
            return "Quá hạn"
        return "Bước tiếp theo" if self.is_next else "Chưa xong"

    @property
    def rule(self) -> Rule | None:
        """What the step comes from: a done one is judged by the rule of its own day."""
        done = self.step.done_on if self.is_done else None
        return rule_of(self.step, done or self.on)


@dataclass(frozen=True)
class RouteOnDay:
    """The steps of one route."""

    route: str
    rows: list[StepOnDay]

    @property
    def label(self) -> str:
        return str(Route(self.route).label)

    @property
    def rules(self) -> list[Rule]:
        """What the steps come from, each once."""
        return list(dict.fromkeys(row.rule for row in self.rows if row.rule))


@dataclass
class ProcedureOnDay:
    """What a task goes through: the steps of its route of that day, and those of the routes that it had before."""

    on: date
    current: RouteOnDay | None = None
    earlier: list[RouteOnDay] = field(default_factory=list)

    @property
    def rows(self) -> list[StepOnDay]:
        return self.current.rows if self.current else []

    @property
    def next(self) -> StepOnDay | None:
        return next((row for row in self.rows if row.is_next), None)

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)

    @property
    def skipped(self) -> int:
        return sum(row.is_skipped for row in self.rows)

    @property
    def texts(self) -> list[str]:
        """Where documents are cited."""
        rows = [*self.rows, *(row for route in self.earlier for row in route.rows)]
        return [
            text for row in rows for text in (row.rule.name if row.rule else "", row.step.skipped_reason, row.step.note)
        ]

    @property
    def may_be_laid_out(self) -> bool:
        """Whether the route has a template of which no step is there yet."""
        return (
            self.current is not None and self.current.route in TEMPLATES and not any(row.step.key for row in self.rows)
        )


def read_procedure(task: Task, *, route: str | None, on: date, has_steps: bool = True) -> ProcedureOnDay:
    """The steps of a task on the day ``on``, on which its route is ``route``.

    One query, none where it is known that there are no steps; two where there are steps of another route.
    """
    steps: dict[str, list[RouteStep]] = {}
    found = task.route_steps.select_related("document").order_by("position")
    for step in found if has_steps else ():
        steps.setdefault(step.route, []).append(step)
    had_before = _had_before(task, steps.keys() - {route}, on)
    return ProcedureOnDay(
        on,
        RouteOnDay(route, _on_day(steps.get(route, []), on, has_next=True)) if route else None,
        [RouteOnDay(had, _on_day(steps[had], on, has_next=False)) for had in had_before],
    )


def _had_before(task: Task, routes: Collection[str], on: date) -> list[str]:
    """Those of the routes that revisions in effect by the day ``on`` gave the task, the last first."""
    if not routes:
        return []
    decided = PlannedTask.objects.filter(
        task=task, revision__state=RevisionState.ADOPTED, revision__effective_on__lte=on, route__in=routes
    ).order_by("-revision__effective_on")
    return list(dict.fromkeys(decided.values_list("route", flat=True)))


def keeps_steps(user: User, task: Task) -> bool:
    """Whether the person records the steps of this task, today."""
    if not user.has_perm(MAY_KEEP):
        return False
    return Task.objects.steps_kept_by(user, known_today()).filter(pk=task.pk).exists()


def _on_day(steps: list[RouteStep], on: date, *, has_next: bool) -> list[StepOnDay]:
    still_open = (step for step in steps if StepOnDay(step, on).is_open)
    first = next(still_open, None) if has_next else None
    return [StepOnDay(step, on, is_next=step is first) for step in steps]
