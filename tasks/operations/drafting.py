"""What may happen to the tasks of a draft: added, reworded, moved, taken out, split, merged, carried over.

Each of these locks the draft, and refuses what a council could not decide. What has been proposed or decided
takes no more changes.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from programme.models import Agency, Period, Revision, User
from programme.operations.drafting import lock_draft
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import MoneySource
from smartcity.lib.records.history import operation, signed_bulk_update, signed_delete, signed_save
from smartcity.lib.records.overtaken import Overtaken
from tasks.models import (
    Coordination,
    LineageKind,
    PlannedBudget,
    PlannedTask,
    ProgressUpdate,
    Task,
    TaskLineage,
    TaskRemoval,
)
from tasks.operations.numbering import closing, last_position, move, opening, renumber

# What the parts of a split task begin with, and a merged one takes from its first task.
INHERITED = [
    "field",
    "lead_agency",
    "lead_is_assumed",
    "lead_ground",
    "lead_document",
    "period",
    "start_on",
    "due_on",
    "scope",
    "deliverable",
    "route",
    "basis_document",
    "basis_pinpoint",
]


class TaskNotInDraft(Overtaken):
    """The draft does not contain the task, or no longer does."""


class TaskIsComplete(ValidationError):
    """What is complete is neither split nor merged: its history would lose its end."""


class TooFewParts(ValidationError):
    """A task is split into two or more, and merged from two or more, with different names."""


class ProgrammesDiffer(ValidationError):
    """Only tasks of one programme, in one draft, can be merged."""


class ForeignAgency(ValidationError):
    """The agency is of a province that has no part in the programme."""


class NothingToCarryOver(ValidationError):
    """No open task would come into a later period."""


class SameTask(ValidationError):
    """The draft has the task already: the same name, lead and field."""


class AlreadyPlanned(Overtaken):
    """Somebody put the task into the draft meanwhile."""


class PartOfAnother(ValidationError):
    """The task came out of a split or a merger in this draft; that is undone as a whole."""


@operation
def plan_task(
    revision: Revision,
    *,
    name: str,
    by: User,
    position: int | None = None,
    task: Task | None = None,
    code: str = "",
    coordinating: Iterable[Agency] = (),
    budgets: Iterable[dict] = (),
    change_reason: str = "",
    **fields: Any,
) -> PlannedTask:
    """Put a task into a draft, at ``position`` or else last; those behind it move on by one.

    Without ``task`` a new one begins, under ``code`` or a code made of its number.
    """
    revision = lock_draft(revision)
    helpers = list(coordinating)
    refuse_foreign(revision, lead_agency=[fields.get("lead_agency")], coordinating=helpers)
    if task is not None:
        refuse_replaced(revision, task)
        if revision.planned_tasks.filter(task=task).exists():
            raise AlreadyPlanned({"task": "Nhiệm vụ này đã có trong dự thảo. Sửa ở bảng của dự thảo."})
    if position is None:
        position = last_position(revision) + 1
    if task is None:
        code = code or _free_code(revision, position)
        task = signed_save(Task(programme=revision.programme, code=code), by=by, reason=change_reason)
    if revision.planned_tasks.filter(position=position).exists():
        renumber(revision, opening(position), by=by, reason=change_reason)
    planned = PlannedTask(revision=revision, task=task, name=name, position=position, **fields)
    refuse_same(revision, planned)
    signed_save(planned, by=by, reason=change_reason)
    _set_coordinating(planned, helpers, by=by, reason=change_reason)
    _set_budgets(planned, budgets, by=by, reason=change_reason)
    return planned


@operation
def change_planned_task(
    planned: PlannedTask,
    *,
    by: User,
    coordinating: Iterable[Agency] | None = None,
    budgets: Iterable[dict] | None = None,
    position: int | None = None,
    change_reason: str = "",
    **fields: Any,
) -> PlannedTask:
    """Change what a draft says of a task; what is not given stays. ``budgets``: source, year, amount_vnd."""
    revision = lock_draft(planned.revision)
    planned = _in_draft(revision, planned)
    helpers = None if coordinating is None else list(coordinating)
    refuse_foreign(revision, lead_agency=[fields.get("lead_agency")], coordinating=helpers or [])
    changed = {name: value for name, value in fields.items() if getattr(planned, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(planned, name, value)
        if changed.keys() & {"name", "lead_agency", "field"}:
            refuse_same(revision, planned)
        signed_save(planned, by=by, reason=change_reason)
    if helpers is not None:
        _set_coordinating(planned, helpers, by=by, reason=change_reason)
    if budgets is not None:
        _set_budgets(planned, budgets, by=by, reason=change_reason)
    if position is not None and position != planned.position:
        move(planned, position, by=by, reason=change_reason)
    return planned


@operation
def remove_task(planned: PlannedTask, *, reason: str, by: User) -> TaskRemoval | None:
    """Take a task out of the programme, with the reason that the document will give.

    A task that this draft itself added has no life outside it: nothing remains of it but its history.
    """
    revision = lock_draft(planned.revision)
    planned = _in_draft(revision, planned)
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do đưa nhiệm vụ ra khỏi đề án."})
    origin = TaskLineage.objects.filter(revision=revision, to_task=planned.task).select_related("from_task").first()
    if origin:
        raise PartOfAnother(
            f"Nhiệm vụ này có được do {origin.get_kind_display().lower()} trong dự thảo. "
            "Muốn bỏ, khôi phục nhiệm vụ cũ: việc tách, gộp được hủy trọn vẹn."
        )
    task = planned.task
    take_out(planned, by=by, reason=reason)
    renumber(revision, closing(planned.position), by=by, reason=reason)
    if not _is_in_base(revision, task):
        forget(task, by=by, reason=reason)
        return None
    return signed_save(TaskRemoval(revision=revision, task=task, reason=reason), by=by, reason=reason)


@operation
def split_task(
    planned: PlannedTask, *, parts: Sequence[dict], by: User, today: date, reason: str = ""
) -> list[PlannedTask]:
    """Replace a task by two or more new ones in its place; the old one is closed when the revision takes effect.

    Each part gives its ``name`` and may give a ``code`` and what differs from the old task; the parts have no money
    until it is written for each of them.
    """
    revision = lock_draft(planned.revision)
    planned = _in_draft(revision, planned)
    _refuse_complete([planned], "tách", today)
    names = {part["name"].strip().casefold() for part in parts}
    if len(names) < 2 or len(names) < len(parts):
        raise TooFewParts({"parts": "Tách thành ít nhất hai nhiệm vụ, mỗi nhiệm vụ một tên khác nhau."})
    _refuse_part_of_another(revision, planned)
    first = planned.position
    inherited = {name: getattr(planned, name) for name in INHERITED}
    inherited |= {"coordinating": list(planned.coordinating_agencies.all()), "change_reason": reason}
    take_out(planned, by=by, reason=reason)
    renumber(revision, lambda number: number + (len(parts) - 1 if number > first else 0), by=by, reason=reason)
    made = [
        plan_task(revision, position=number, by=by, **(inherited | part))
        for number, part in enumerate(parts, start=first)
    ]
    _become(revision, [planned.task], made, LineageKind.SPLIT, by=by, reason=reason)
    return made


@operation
def merge_tasks(
    planned: Sequence[PlannedTask], *, name: str, by: User, today: date, code: str = "", reason: str = "", **fields: Any
) -> PlannedTask:
    """Replace two or more tasks of a draft by one, in the place of the first.

    Their money is added up by source and year, and everybody who helped with one of them helps with the new one.
    What else is not given is taken from the first.
    """
    if len({one.task_id for one in planned}) < 2:
        raise TooFewParts({"tasks": "Chọn ít nhất hai nhiệm vụ để gộp."})
    if len({one.revision.programme_id for one in planned}) > 1:
        raise ProgrammesDiffer(
            {"tasks": "Các nhiệm vụ thuộc những đề án khác nhau nên không gộp được. Chọn nhiệm vụ của một đề án."}
        )
    if len({one.revision_id for one in planned}) > 1:
        raise ProgrammesDiffer({"tasks": "Chỉ gộp được các nhiệm vụ trong cùng một dự thảo."})
    revision = lock_draft(planned[0].revision)
    rows = sorted((_in_draft(revision, one) for one in planned), key=lambda row: row.position)
    _refuse_complete(rows, "gộp", today)
    first = rows[0]
    values = {name: getattr(first, name) for name in INHERITED} | fields
    coordinating = {agency for row in rows for agency in row.coordinating_agencies.all()} - {values["lead_agency"]}
    money: dict[tuple[str, int | None], int] = {}
    for budget in PlannedBudget.objects.filter(planned_task__in=rows):
        key = budget.source, budget.year
        money[key] = money.get(key, 0) + budget.amount_vnd
    for row in rows:
        _refuse_part_of_another(revision, row)
        take_out(row, by=by, reason=reason)
    gone = [row.position for row in rows[1:]]
    renumber(revision, lambda number: number - sum(one < number for one in gone), by=by, reason=reason)
    merged = plan_task(
        revision,
        name=name,
        code=code,
        position=first.position,
        coordinating=sorted(coordinating, key=lambda agency: agency.name),
        budgets=[{"source": source, "year": year, "amount_vnd": vnd} for (source, year), vnd in money.items()],
        by=by,
        change_reason=reason,
        **values,
    )
    _become(revision, [row.task for row in rows], [merged], LineageKind.MERGE, by=by, reason=reason)
    return merged


@operation
def carry_over(
    revision: Revision,
    *,
    period: Period,
    by: User,
    today: date,
    tasks: Iterable[Task] | None = None,
    reason: str = "",
) -> list[PlannedTask]:
    """Move every open task of a draft that was to end before into ``period``; or only ``tasks``.

    A due date of its own that lies before the new period gives way to the period's last day.
    """
    revision = lock_draft(revision)
    if period.revision_id != revision.pk:
        raise NothingToCarryOver({"period": "Chọn một giai đoạn của chính dự thảo này."})
    rows = _open_before(revision, period, today)
    if tasks is not None:
        rows = _only(revision, rows, tasks)
    if not rows:
        raise NothingToCarryOver(
            {
                "period": "Không có nhiệm vụ nào chưa hoàn thành mà giai đoạn hoặc hạn kết thúc trước "
                f"{say_day(period.last_day)}. Chọn giai đoạn khác, hoặc bổ sung giai đoạn mới trước."
            }
        )
    for row in rows:
        row.period = period
        if row.due_on and row.due_on < period.first_day:
            row.due_on = None
    signed_bulk_update(rows, ["period", "due_on"], by=by, reason=reason or f"Chuyển tiếp sang {period}")
    return rows


def _only(revision: Revision, rows: list[PlannedTask], tasks: Iterable[Task]) -> list[PlannedTask]:
    wanted = {task.pk for task in tasks}
    others = revision.planned_tasks.filter(task__in=wanted - {row.task_id for row in rows}).order_by("position")
    if others:
        raise NothingToCarryOver(
            {
                "tasks": f"«{others[0].name}» đã hoàn thành, đã ở giai đoạn này hay giai đoạn sau đó, hoặc chưa có "
                "giai đoạn và hạn nào để chuyển tiếp. Bỏ chọn nhiệm vụ này."
            }
        )
    return [row for row in rows if row.task_id in wanted]


def _open_before(revision: Revision, period: Period, today: date) -> list[PlannedTask]:
    """The tasks of a draft that are not complete and were to end before ``period`` does.

    One that nothing says the end of is planned then, not put off.
    """
    earlier = Q(period=None, due_on__lt=period.last_day) | Q(period__last_day__lt=period.last_day)
    found = revision.planned_tasks.filter(earlier).select_related("task", "period")
    complete = _complete_tasks(revision, today)
    return [row for row in found.order_by("position") if row.task_id not in complete]


def _complete_tasks(revision: Revision, today: date) -> set[int]:
    return ProgressUpdate.objects.complete_tasks(Task.objects.filter(programme=revision.programme_id), today)


def _in_draft(revision: Revision, planned: PlannedTask) -> PlannedTask:
    found = revision.planned_tasks.select_related("task", "period").filter(pk=planned.pk).first()
    if found is None:
        raise TaskNotInDraft(
            f"«{planned.name}» không còn trong dự thảo: đã được đưa ra khỏi đề án, tách hoặc gộp. "
            "Mở lại trang dự thảo để xem; khôi phục được từ đó."
        )
    return found


def _refuse_complete(rows: Sequence[PlannedTask], verb: str, today: date) -> None:
    complete = _complete_tasks(rows[0].revision, today)
    done = [row for row in rows if row.task_id in complete]
    if done:
        raise TaskIsComplete(
            f"«{done[0].name}» đã hoàn thành nên không {verb} được. "
            "Giữ nguyên nhiệm vụ này và bổ sung nhiệm vụ mới cho phần việc còn lại."
        )


def refuse_foreign(revision: Revision, **agencies: Sequence[Agency | None]) -> None:
    """A plan names agencies of the programme's province, of what it has become part of, and central ones."""
    province = revision.programme.province
    for name, named in agencies.items():
        for agency in named:
            if agency and not province.may_name(agency.province_id):
                raise ForeignAgency({name: f"{agency} thuộc tỉnh khác. Chọn cơ quan của tỉnh có đề án."})


def refuse_same(revision: Revision, planned: PlannedTask) -> None:
    """Raise ``SameTask`` where the draft has another task of the same name, lead and field."""
    others = revision.planned_tasks.filter(lead_agency=planned.lead_agency_id).exclude(pk=planned.pk)
    same = next((other for other in others.order_by("position") if other.key == planned.key), None)
    if same:
        raise SameTask(
            {
                "name": f"Dự thảo đã có nhiệm vụ {same}, cùng cơ quan chủ trì và lĩnh vực. "
                "Sửa nhiệm vụ đó, hoặc ghi tên khác."
            }
        )


def refuse_replaced(revision: Revision, task: Task) -> None:
    """Raise ``PartOfAnother`` where the draft has taken the task out, split or merged it."""
    lineage = TaskLineage.objects.filter(revision=revision, from_task=task)
    if lineage.exists() or revision.removals.filter(task=task).exists():
        raise PartOfAnother(
            {
                "task": "Nhiệm vụ này đã được đưa ra khỏi đề án, tách hoặc gộp trong dự thảo. "
                "Khôi phục ở bảng so sánh thay vì thêm lại."
            }
        )


def _refuse_part_of_another(revision: Revision, planned: PlannedTask) -> None:
    if TaskLineage.objects.filter(revision=revision, to_task=planned.task).exists():
        raise PartOfAnother(
            f"«{planned.name}» có được do tách, gộp trong chính dự thảo này. Khôi phục nhiệm vụ cũ trước, rồi làm lại."
        )


def _is_in_base(revision: Revision, task: Task) -> bool:
    return PlannedTask.objects.filter(revision=revision.base_id, task=task).exists()


def _become(
    revision: Revision, old: list[Task], new: list[PlannedTask], kind: LineageKind, *, by: User, reason: str
) -> None:
    """Record that the tasks ``old`` became the tasks ``new``; one that only this draft knew is forgotten."""
    for task in old:
        if not _is_in_base(revision, task):
            forget(task, by=by, reason=reason)
            continue
        for planned in new:
            lineage = TaskLineage(from_task=task, to_task=planned.task, revision=revision, kind=kind)
            signed_save(lineage, by=by, reason=reason)


def take_out(planned: PlannedTask, *, by: User, reason: str) -> None:
    """Delete what a draft says of a task, part by part, so that each part has its history."""
    for part in [*planned.coordinations.all(), *planned.budgets.all(), planned]:
        signed_delete(part, by=by, reason=reason)


def forget(task: Task, *, by: User, reason: str) -> None:
    """Let go of an identity that nothing speaks of any more, so that its code is free again."""
    if not (task.plans.exists() or task.updates.exists() or task.budget_entries.exists()):
        signed_delete(task, by=by, reason=reason)


def _set_coordinating(planned: PlannedTask, agencies: Iterable[Agency], *, by: User, reason: str) -> None:
    wanted = {agency.pk: agency for agency in agencies}
    for stated in planned.coordinations.all():
        if wanted.pop(stated.agency_id, None) is None:
            signed_delete(stated, by=by, reason=reason)
    for agency in wanted.values():
        signed_save(Coordination(planned_task=planned, agency=agency), by=by, reason=reason)


def _set_budgets(planned: PlannedTask, budgets: Iterable[dict], *, by: User, reason: str) -> None:
    """Let the planned money be exactly ``budgets``; rows that stay as they are are not written again."""
    wanted: dict[tuple[str, int | None], int] = {}
    for one in budgets:
        key = one.get("source", MoneySource.UNSPECIFIED), one.get("year")
        if key in wanted:
            raise ValidationError({"budgets": "Có hai dòng cùng nguồn vốn và năm. Gộp lại thành một dòng."})
        wanted[key] = one["amount_vnd"]
    for stated in planned.budgets.all():
        amount = wanted.pop((stated.source, stated.year), None)
        if amount is None:
            signed_delete(stated, by=by, reason=reason)
        elif amount != stated.amount_vnd:
            stated.amount_vnd = amount
            signed_save(stated, by=by, reason=reason)
    for (source, year), amount in wanted.items():
        row = PlannedBudget(planned_task=planned, source=source, year=year, amount_vnd=amount)
        signed_save(row, by=by, reason=reason)


def _free_code(revision: Revision, number: int) -> str:
    taken = set(Task.objects.filter(programme=revision.programme).values_list("code", flat=True))
    while f"NV-{number:02d}" in taken:
        number += 1
    return f"NV-{number:02d}"
