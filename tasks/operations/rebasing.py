"""A draft brought onto the revision that has been adopted since it was begun.

What only one of the two changed is taken as it was changed; where both changed the same thing, the draft's word
stays and the reader is told.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from programme.history import operation, signed_delete, signed_save
from programme.models import Revision, User
from programme.operations import lock_draft
from tasks.contents import Contents, read_contents
from tasks.models import Task, TaskLineage
from tasks.operations.copying import TAKEN_OVER, copy_periods, restore_plans
from tasks.operations.drafting import change_planned_task, closing, renumber, take_out

# What a plan holds of a task, beside its period, helpers and money, which are compared by what they mean.
PLAIN = [
    "name",
    "field",
    "lead_agency",
    "lead_is_assumed",
    "lead_ground",
    "lead_document",
    "start_on",
    "due_on",
    "scope",
    "deliverable",
    "route",
    "basis_document",
    "basis_pinpoint",
    "note",
]


class AlreadyOnNewest(ValidationError):
    """The draft is drafted on what was adopted last."""


@dataclass
class Rebased:
    """What came from the newer revision, and where the draft's own word was kept against it."""

    taken: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


@operation
def rebase_draft(revision: Revision, *, by: User, reason: str = "") -> Rebased:
    """Let ``revision`` amend the revision adopted last, keeping what it changes itself."""
    revision = lock_draft(revision)
    old, new = revision.base, revision.programme.revisions.newest_adopted().first()
    if new is None or new == old:
        raise AlreadyOnNewest("Dự thảo này đã soạn trên lần có hiệu lực mới nhất; không có gì để cập nhật.")
    reason = reason or f"Cập nhật dự thảo theo {new.title}"
    told = Rebased()
    for name in TAKEN_OVER:
        _merge_value(revision, name, old and getattr(old, name), getattr(new, name), told)
    revision.base = new
    signed_save(revision, by=by, reason=reason)
    copy_periods(new, revision, but_not=old, by=by, reason=reason)
    _merge_plans(_Sides.read(revision, old, new), told, by=by, reason=reason)
    return told


@dataclass
class _Sides:
    """The plans of draft, old base and new base, by the key of the task."""

    revision: Revision
    base: Revision
    draft: dict[int, Contents]
    old: dict[int, Contents]
    new: dict[int, Contents]
    replaced: set[int]

    @classmethod
    def read(cls, revision: Revision, old: Revision | None, new: Revision) -> "_Sides":
        found = read_contents([revision, new, *([old] if old else [])])
        replaced = set(revision.lineage.values_list("from_task", flat=True))
        replaced |= set(revision.removals.values_list("task", flat=True))
        return cls(revision, new, found[revision.pk], found[old.pk] if old else {}, found[new.pk], replaced)


def _merge_plans(sides: _Sides, told: Rebased, *, by: User, reason: str) -> None:
    # From the end of the list, so that the numbers of those still to come stay as they were read.
    for task_id, draft in reversed(sides.draft.items()):
        if task_id in sides.old and task_id not in sides.new:
            changed = bool(sides.old[task_id].differences(draft))
            _close(sides.revision, draft, told, changed=changed, by=by, reason=reason)
        elif task_id in sides.old:
            _merge_task(sides, task_id, told, by=by, reason=reason)
    came = [task_id for task_id in sides.new if task_id not in sides.draft and task_id not in sides.replaced]
    restore_plans(sides.revision, sides.base, list(Task.objects.filter(pk__in=came)), by=by, reason=reason)
    told.taken += [f"Bổ sung «{sides.new[task_id].plan.name}»" for task_id in came]
    for task_id in sides.replaced & set(sides.old) - set(sides.new):
        _forget_replacement(sides.revision, task_id, by=by, reason=reason)
        told.kept.append(f"«{sides.old[task_id].plan.name}»: {sides.base.title} đã đóng nhiệm vụ này trước dự thảo")


def _close(revision: Revision, draft: Contents, told: Rebased, *, changed: bool, by: User, reason: str) -> None:
    """The newer revision closed the task; what the draft changed of it has no object any more."""
    take_out(draft.plan, by=by, reason=reason)
    renumber(revision, closing(draft.plan.position), by=by, reason=reason)
    lost = "; nội dung dự thảo đã sửa của nhiệm vụ này không còn áp dụng" if changed else ""
    told.taken.append(f"Đóng «{draft.plan.name}»{lost}")


def _merge_task(sides: _Sides, task_id: int, told: Rebased, *, by: User, reason: str) -> None:
    draft, old, new = sides.draft[task_id], sides.old[task_id], sides.new[task_id]
    moved = {one.label for one in old.differences(new)}
    if not moved:
        return
    own = {one.label for one in old.differences(draft)}
    values: dict[str, Any] = {
        name: getattr(new.plan, name) for name in PLAIN if getattr(draft.plan, name) == getattr(old.plan, name)
    }
    if "Giai đoạn" in moved - own and new.plan.period:
        values["period"] = sides.revision.periods.filter(label=new.plan.period.label).first()
    if "Phối hợp" in moved - own:
        values["coordinating"] = list(new.plan.coordinating_agencies.all())
    if "Kinh phí" in moved - own:
        values["budgets"] = [
            {"source": source, "year": year, "amount_vnd": vnd} for (source, year), vnd in new.budgets.items()
        ]
    change_planned_task(draft.plan, by=by, change_reason=reason, **values)
    told.taken += [f"«{new.plan.name}»: {label.lower()}" for label in sorted(moved - own)]
    told.kept += [f"«{new.plan.name}»: {label.lower()} giữ theo dự thảo" for label in sorted(moved & own)]


def _merge_value(revision: Revision, name: str, old: Any, new: Any, told: Rebased) -> None:
    if new == old:
        return
    label = str(Revision._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    if getattr(revision, name) == old:
        setattr(revision, name, new)
        told.taken.append(label)
    elif getattr(revision, name) != new:
        told.kept.append(f"{label} giữ theo dự thảo")


def _forget_replacement(revision: Revision, task_id: int, *, by: User, reason: str) -> None:
    """What the draft put in the place of a closed task stays, as an addition of its own."""
    for row in TaskLineage.objects.filter(revision=revision, from_task=task_id):
        signed_delete(row, by=by, reason=reason)
    for removal in revision.removals.filter(task=task_id):
        signed_delete(removal, by=by, reason=reason)
