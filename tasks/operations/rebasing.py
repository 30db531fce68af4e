"""A draft brought onto the revision that has been adopted since it was begun.

What only one of the two changed is taken as it was changed; where both changed the same thing, the draft's word
stays and the reader is told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.db.models import Max, Model

from programme.models import Objective, Period, Revision, User
from programme.operations.drafting import lock_draft
from smartcity.lib.records.history import operation, signed_delete, signed_save
from smartcity.lib.records.overtaken import Overtaken
from tasks.models import PlannedTask, Task, TaskLineage
from tasks.operations.copying import restore_plans
from tasks.operations.drafting import change_planned_task, take_out
from tasks.operations.numbering import closing, renumber
from tasks.plan_contents import Contents, read_contents

# What a revision says of the programme as a whole, beside its periods and goals.
PROGRAMME_THINGS = {
    "Tên đề án": ["name"],
    "Tổng kinh phí công bố": ["declared_budget_vnd", "declared_budget_kind", "budget_document"],
    "Danh mục nhiệm vụ đầy đủ hay chưa": ["task_list_is_partial"],
}
# What a plan says in its own columns; what stands in one line is one thing, taken or kept as a whole.
THINGS = {
    "tên": ["name"],
    "tên ngắn": ["short_name"],
    "lĩnh vực": ["field"],
    "chủ trì": ["lead_agency", "lead_is_assumed", "lead_ground", "lead_document"],
    "thời hạn": ["start_on", "due_on"],
    "phạm vi": ["scope"],
    "sản phẩm": ["deliverable"],
    "hình thức": ["route"],
    "căn cứ": ["basis_document", "basis_pinpoint"],
    "ghi chú": ["note"],
}


class AlreadyOnNewest(Overtaken):
    """The draft is drafted on what was adopted last."""


@dataclass
class Rebased:
    """What came from the newer revision, and where the draft's own word was kept against it."""

    taken: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def decide(self, what: str, *, old: Any, new: Any, draft: Any) -> bool:
        """Whether to take what the newer revision says of ``what``."""
        if new in (old, draft):
            return False
        if draft == old:
            self.taken.append(what)
            return True
        self.kept.append(f"{what} giữ theo dự thảo")
        return False


@operation
def rebase_draft(revision: Revision, *, by: User, reason: str = "") -> Rebased:
    """Let ``revision`` amend the revision adopted last, keeping what it changes itself."""
    revision = lock_draft(revision)
    old, new = revision.base, revision.programme.revisions.newest_adopted().first()
    if new is None or new == old:
        raise AlreadyOnNewest("Dự thảo này đã soạn trên lần có hiệu lực mới nhất; không có gì để cập nhật.")
    reason = reason or f"Cập nhật dự thảo theo {new.title}"
    told = Rebased()
    for label, names in PROGRAMME_THINGS.items():
        read = attrgetter(*names)
        if told.decide(label, old=old and read(old), new=read(new), draft=read(revision)):
            for name in names:
                setattr(revision, name, getattr(new, name))
    revision.base = new
    signed_save(revision, by=by, reason=reason)
    no_longer = [
        drop
        for part, key, label in (
            (Period, lambda period: period.label, "Giai đoạn"),
            (Objective, lambda goal: (goal.field, goal.text), "Mục tiêu"),
        )
        for drop in _merge_parts(_Parts(part, key, label, revision, old, new), told, by=by, reason=reason)
    ]
    _merge_plans(_Sides.read(revision, old, new), told, by=by, reason=reason)
    for part in no_longer:
        if isinstance(part, Period) and PlannedTask.objects.filter(period=part).exists():
            told.kept.append(f"Giai đoạn «{part}» giữ theo dự thảo, vì còn nhiệm vụ ở giai đoạn này")
        else:
            signed_delete(part, by=by, reason=reason)
    return told


@dataclass
class _Parts:
    """Periods or goals of draft, old base and new base, each by what it is known by."""

    model: type[Period] | type[Objective]
    key: Callable[[Any], Any]
    label: str
    revision: Revision
    old_base: Revision | None
    new_base: Revision

    def of(self, revision: Revision | None) -> dict[Any, Any]:
        rows: Iterable[Model] = self.model._default_manager.filter(revision=revision).order_by("pk")
        return {self.key(row): row for row in rows}

    def says(self, part: Any) -> dict[str, Any]:
        """What the part says, beside whose it is and where in the list it stands."""
        if part is None:
            return {}
        own = {"id", "revision", "position", "search_text"}
        return {one.attname: getattr(part, one.attname) for one in part._meta.concrete_fields if one.name not in own}


def _merge_parts(parts: _Parts, told: Rebased, *, by: User, reason: str) -> list[Any]:
    """Take what only the newer revision changed; returns the parts that it dropped and the draft left alone."""
    old, new, draft = (parts.of(one) for one in (parts.old_base, parts.new_base, parts.revision))
    dropped = []
    for key in old | new:
        what = f"{parts.label} «{key if isinstance(key, str) else key[-1]}»"
        said = [parts.says(side.get(key)) for side in (old, new, draft)]
        if not told.decide(what, old=said[0], new=said[1], draft=said[2]):
            continue
        if key not in new:
            dropped.append(draft[key])
            continue
        part = draft.get(key) or parts.model(revision=parts.revision)
        for name, value in said[1].items():
            setattr(part, name, value)
        if isinstance(part, Objective) and part.pk is None:
            part.position = (parts.revision.objectives.aggregate(last=Max("position"))["last"] or 0) + 1
        signed_save(part, by=by, reason=reason)
    return dropped


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
    _merge_order(sides, told, by=by, reason=reason)
    for task_id in sorted(sides.replaced & set(sides.old)):
        name = sides.new.get(task_id, sides.old[task_id]).plan.name
        if task_id not in sides.new:
            _forget_replacement(sides, task_id, by=by, reason=reason)
            told.kept.append(f"«{name}»: {sides.base.title} đã đóng nhiệm vụ này trước dự thảo")
        elif sides.old[task_id].differences(sides.new[task_id]):
            told.kept.append(f"«{name}»: {sides.base.title} đã sửa nhiệm vụ này, còn dự thảo thôi, tách hoặc gộp nó")


def _merge_order(sides: _Sides, told: Rebased, *, by: User, reason: str) -> None:
    """Take the newer order of the tasks that all three lists have, in the places that these have in the draft."""
    common = [task_id for task_id in sides.draft if task_id in sides.old and task_id in sides.new]
    orders = [[task_id for task_id in side if task_id in common] for side in (sides.old, sides.new)]
    if not told.decide("Thứ tự các nhiệm vụ", old=orders[0], new=orders[1], draft=common):
        return
    now = {row.task_id: row.position for row in sides.revision.planned_tasks.filter(task__in=common)}
    places = dict(zip((now[task_id] for task_id in orders[1]), sorted(now.values()), strict=True))
    renumber(sides.revision, lambda number: places.get(number, number), by=by, reason=reason)


def _close(revision: Revision, draft: Contents, told: Rebased, *, changed: bool, by: User, reason: str) -> None:
    """The newer revision closed the task; what the draft changed of it has no object any more."""
    take_out(draft.plan, by=by, reason=reason)
    renumber(revision, closing(draft.plan.position), by=by, reason=reason)
    lost = "; nội dung dự thảo đã sửa của nhiệm vụ này không còn áp dụng" if changed else ""
    told.taken.append(f"Đóng «{draft.plan.name}»{lost}")


def _merge_task(sides: _Sides, task_id: int, told: Rebased, *, by: User, reason: str) -> None:
    draft, old, new = sides.draft[task_id], sides.old[task_id], sides.new[task_id]

    def takes(label: str, read: Callable[[Contents], Any]) -> bool:
        return told.decide(f"«{new.plan.name}»: {label}", old=read(old), new=read(new), draft=read(draft))

    values: dict[str, Any] = {}
    for label, names in THINGS.items():
        if takes(label, attrgetter(*(f"plan.{name}" for name in names))):
            values |= {name: getattr(new.plan, name) for name in names}
    if takes("giai đoạn", lambda one: one.plan.period and one.plan.period.label):
        named = new.plan.period.label if new.plan.period else ""
        values["period"] = sides.revision.periods.filter(label=named).first()
    if takes("phối hợp", lambda one: one.coordinating):
        values["coordinating"] = list(new.plan.coordinating_agencies.all())
    if takes("kinh phí", lambda one: one.budgets):
        values["budgets"] = [
            {"source": source, "year": year, "amount_vnd": vnd} for (source, year), vnd in new.budgets.items()
        ]
    if values:
        change_planned_task(draft.plan, by=by, change_reason=reason, **values)


def _forget_replacement(sides: _Sides, task_id: int, *, by: User, reason: str) -> None:
    """What the draft put in the place of a closed task stays, as an addition of its own.

    Of a merger, the other tasks come back: what they were merged into is no longer made of what it says.
    """
    lineage = TaskLineage.objects.filter(revision=sides.revision)
    became = set(lineage.filter(from_task=task_id).values_list("to_task", flat=True))
    others = Task.objects.filter(descendants__in=lineage.filter(to_task__in=became)).exclude(pk=task_id).distinct()
    back = [task for task in others if task.pk in sides.new]
    for row in lineage.filter(to_task__in=became):
        signed_delete(row, by=by, reason=reason)
    for removal in sides.revision.removals.filter(task=task_id):
        signed_delete(removal, by=by, reason=reason)
    restore_plans(sides.revision, sides.base, back, by=by, reason=reason)
