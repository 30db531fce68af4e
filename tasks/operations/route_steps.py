"""What may happen to the steps of a task's procedure: laid out, planned, finished, skipped, reopened, added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import F, Max

from programme.models import LegalDocument, User
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import clean_text
from smartcity.lib.records.history import move_aside, operation, signed_bulk_update, signed_save, user_action
from smartcity.lib.records.overtaken import Overtaken, say_recorded
from tasks.models import ProgressUpdate, Route, RouteStep, Task
from tasks.routes import TEMPLATES

# Above any number that a step has: where rows wait while they are numbered anew.
ASIDE = 10_000


class NotTheKeeper(ValidationError):
    """The person neither reports on the task nor coordinates its programme."""


class RouteNotInForce(ValidationError):
    """The steps belong to a route that the task does not have, or has no more."""


class NoTemplate(ValidationError):
    """The route has no steps of its own; they are added by hand."""


class AlreadyLaidOut(Overtaken):
    """The steps of the route are there already."""


class StepIsClosed(Overtaken):
    """The step is done or skipped already."""


class StepIsOpen(Overtaken):
    """The step is neither done nor skipped, so there is nothing to reopen."""


class DayStillToCome(ValidationError):
    """What is recorded as done or skipped happened by today."""


class ReasonMissing(ValidationError):
    """A step is skipped, reopened or replanned only with a reason."""


@dataclass(frozen=True)
class StepDates:
    """When a step is planned to begin and to be done; None is not planned."""

    step: RouteStep
    planned_start: date | None
    planned_due: date | None


@dataclass(frozen=True)
class Finished:
    """A step that is done now, and the earlier ones that are still open."""

    step: RouteStep
    still_open: list[RouteStep]


@operation
def lay_out_route(task: Task, *, route: str, by: User, today: date) -> list[RouteStep]:
    """Give the task the steps that its route has, behind those added by hand. They are made once."""
    task = _lock(task, by=by, today=today)
    _refuse_other_route(task, route, today)
    if route not in TEMPLATES:
        raise NoTemplate(f"Hình thức «{Route(route).label}» không có trình tự mẫu. Thêm từng bước ở trang này.")
    if task.route_steps.filter(route=route).exclude(key="").exists():
        raise AlreadyLaidOut(
            f"Các bước theo hình thức «{Route(route).label}» đã được lập trước đó, nên giữ nguyên. "
            + say_recorded(RouteStep.history.filter(task=task.pk, history_type="+"))
        )
    last = _last_position(task, route)
    steps = [
        RouteStep(task=task, route=route, position=position, key=step.key, name=step.name, result=step.result)
        for position, step in enumerate(TEMPLATES[route], start=last + 1)
    ]
    return [signed_save(step, by=by, reason=f"Lập các bước theo hình thức {Route(route).label}") for step in steps]


@operation
def plan_steps(task: Task, dates: Iterable[StepDates], *, by: User, today: date, reason: str = "") -> list[RouteStep]:
    """Plan several steps of a task; returns those whose days changed. What was planned moves only with a reason."""
    task = _lock(task, by=by, today=today)
    reason = clean_text(reason)
    stored = {step.pk: step for step in task.route_steps.all()}
    changed = []
    for planned in dates:
        step = stored[planned.step.pk]
        if (step.planned_start, step.planned_due) == (planned.planned_start, planned.planned_due):
            continue
        _refuse_other_route(task, step.route, today)
        if step.is_planned and step.is_closed:
            raise StepIsClosed(
                f"Bước {step} {_how_closed(step)}, nên ngày dự kiến giữ nguyên. {say_recorded(step.history)} "
                "Mở lại bước nếu ghi nhầm."
            )
        if step.is_planned and not reason:
            raise ReasonMissing({"reason": f"Ngày dự kiến của bước «{step}» đã có. Ghi lý do đổi ngày."})
        step.planned_start, step.planned_due = planned.planned_start, planned.planned_due
        changed.append(signed_save(step, by=by, reason=reason))
    return changed


@operation
def finish_step(
    step: RouteStep, *, on: date, document: LegalDocument | None = None, by: User, today: date, reason: str = ""
) -> Finished:
    """Record that a step was done on the day ``on``; ``document`` is what it ended with.

    Real procedures overtake each other, so an earlier step may still be open. It is told, not refused.
    """
    step = _lock_step(step, by=by, today=today)
    _refuse_other_route(step.task, step.route, on, today)
    _refuse_closed(step)
    if on > today:
        raise DayStillToCome({"done_on": f"Ngày {say_day(on)} chưa đến. Chỉ ghi bước đã xong."})
    step.done_on, step.document = on, document
    with user_action(document=document):
        signed_save(step, by=by, reason=reason)
    earlier = step.task.route_steps.filter(route=step.route, position__lt=step.position)
    return Finished(step, list(earlier.not_closed().order_by("position")))


@operation
def finish_reported_step(update: ProgressUpdate, *, by: User, reason: str) -> None:
    """Record the step that a report names as done, once it is accepted by ``by``.

    A step that was done or skipped since the report was written stays as it was recorded.
    """
    if update.step_id is None:
        return
    step = RouteStep.objects.select_for_update().get(pk=update.step_id)
    if step.is_closed:
        return
    step.done_on, step.document = update.step_done_on or update.as_of, update.document
    with user_action(document=update.document):
        signed_save(step, by=by, reason=reason)


@operation
def skip_step(step: RouteStep, *, reason: str, on: date, by: User, today: date) -> RouteStep:
    """Leave out a step that the task does not need, from the day ``on``; the reason stays beside it."""
    step = _lock_step(step, by=by, today=today)
    _refuse_other_route(step.task, step.route, on, today)
    _refuse_closed(step)
    reason = clean_text(reason)
    if not reason:
        raise ReasonMissing({"skipped_reason": "Ghi lý do bỏ qua bước này."})
    if on > today:
        raise DayStillToCome({"skipped_on": f"Ngày {say_day(on)} chưa đến. Ghi ngày đã quyết định bỏ qua."})
    step.skipped_on, step.skipped_reason = on, reason
    return signed_save(step, by=by, reason=reason)


@operation
def reopen_step(step: RouteStep, *, reason: str, by: User, today: date) -> RouteStep:
    """Take back that a step is done or skipped; what was recorded stays in its history."""
    step = _lock_step(step, by=by, today=today)
    if not step.is_closed:
        raise StepIsOpen(f"Bước {step} chưa xong, chưa bỏ qua, nên không có gì để mở lại. {say_recorded(step.history)}")
    _refuse_other_route(step.task, step.route, step.done_on or step.skipped_on or today, today)
    reason = clean_text(reason)
    if not reason:
        raise ReasonMissing({"reason": "Ghi lý do mở lại bước này."})
    step.done_on, step.document, step.skipped_on, step.skipped_reason = None, None, None, ""
    return signed_save(step, by=by, reason=reason)


@operation
def add_step(
    task: Task,
    *,
    name: str,
    result: str = "",
    planned_start: date | None = None,
    planned_due: date | None = None,
    note: str = "",
    after: RouteStep | None = None,
    by: User,
    today: date,
) -> RouteStep:
    """Add a step of one's own to the route of today, behind the step ``after``; without one, at the end."""
    task = _lock(task, by=by, today=today)
    route = task.route_on(today)
    if route is None:
        raise RouteNotInForce(
            f"Ngày {say_day(today)} đề án đang có hiệu lực không có nhiệm vụ này, nên không ghi thêm bước."
        )
    position = _last_position(task, route) + 1
    if after is not None:
        after = RouteStep.objects.get(pk=after.pk)
        if (after.task_id, after.route) != (task.pk, route):
            raise RouteNotInForce({"after": "Chọn một bước của hình thức hiện nay của nhiệm vụ."})
        position = after.position + 1
        _make_room(task, route, position, by=by)
    step = RouteStep(
        task=task,
        route=route,
        position=position,
        name=name,
        result=result,
        planned_start=planned_start,
        planned_due=planned_due,
        note=note,
    )
    return signed_save(step, by=by, reason="Thêm bước")


def _lock(task: Task, *, by: User, today: date) -> Task:
    """The task as it is stored; whoever writes to its steps takes turns."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    if not Task.objects.steps_kept_by(by, today).filter(pk=task.pk).exists():
        coordinator = task.programme.coordinator_on(today)
        raise NotTheKeeper(
            f"Các bước thủ tục do cơ quan chủ trì nhiệm vụ hoặc cơ quan đầu mối ({coordinator}) ghi; bạn chỉ xem được."
        )
    return task


def _lock_step(step: RouteStep, *, by: User, today: date) -> RouteStep:
    task = _lock(Task(pk=step.task_id), by=by, today=today)
    stored = RouteStep.objects.get(pk=step.pk)
    stored.task = task
    return stored


def _refuse_other_route(task: Task, route: str, *days: date) -> None:
    """Only a route that the task has on one of the days takes records; an earlier one is kept as it was."""
    had = [task.route_on(day) for day in days]
    if route in had:
        return
    now = Route(had[-1]).label if had[-1] else None
    raise RouteNotInForce(
        f"Hình thức hiện nay của nhiệm vụ là «{now}»; các bước theo hình thức «{Route(route).label}» chỉ để xem."
        if now
        else "Đề án đang có hiệu lực không có nhiệm vụ này; các bước của nhiệm vụ chỉ để xem."
    )


def _refuse_closed(step: RouteStep) -> None:
    if step.is_closed:
        raise StepIsClosed(
            f"Bước {step} {_how_closed(step)}. {say_recorded(step.history)} Ghi nhầm thì mở lại bước, rồi ghi lại."
        )


def _how_closed(step: RouteStep) -> str:
    if step.done_on:
        return f"đã xong ngày {say_day(step.done_on)}"
    return f"đã bỏ qua từ ngày {say_day(step.skipped_on)}" if step.skipped_on else "chưa xong"


def _last_position(task: Task, route: str) -> int:
    return task.route_steps.filter(route=route).aggregate(last=Max("position"))["last"] or 0


def _make_room(task: Task, route: str, position: int, *, by: User) -> None:
    """Give each step from ``position`` on the next number."""
    moved = list(task.route_steps.filter(route=route, position__gte=position))
    for row in moved:
        row.position += 1
    # Two rows may not have one number even for a moment, so they step aside first.
    move_aside(RouteStep.objects.filter(pk__in=[row.pk for row in moved]), position=F("position") + ASIDE)
    signed_bulk_update(moved, ["position"], by=by, reason="Thêm một bước phía trước")
