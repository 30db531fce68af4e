"""Plans taken over from another revision: an amendment begun, a decided one drafted again, a task restored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from programme.models import Programme, Revision, RevisionState, User
from programme.operations.drafting import draft_revision, lock_draft
from smartcity.lib.records.history import operation, signed_bulk_create, signed_delete
from smartcity.lib.records.overtaken import Overtaken
from tasks.models import Coordination, LineageKind, PlannedBudget, PlannedTask, Task, TaskLineage
from tasks.operations.drafting import forget, take_out
from tasks.operations.numbering import closing, opening, renumber

# What an amendment says of the programme as a whole before anybody changes it.
TAKEN_OVER = [
    "name",
    "declared_budget_vnd",
    "declared_budget_kind",
    "budget_document",
    "task_list_is_partial",
]


# Why what a draft has was saved, where it is as in the one that it was drafted again from.
DRAFTED_AGAIN = "Soạn lại từ"


class NothingToAmend(ValidationError):
    """No revision of the programme has been adopted."""


class NotYetDecided(Overtaken):
    """Only what was withdrawn or rejected is drafted again."""


class NothingToRestore(Overtaken):
    """The task is in the draft as it is, or its base never contained it."""


@operation
def begin_amendment(programme: Programme, *, by: User, reason: str = "") -> Revision:
    """Begin a draft as a full copy of the revision adopted last, in force or about to be."""
    base = programme.revisions.newest_adopted().first()
    if base is None:
        raise NothingToAmend(
            "Đề án chưa có lần ban hành nào được thông qua nên chưa có gì để điều chỉnh. "
            "Lập lần ban hành đầu và ghi nhận việc thông qua trước."
        )
    draft = _draft_like(base, base=base, reason=reason, by=by)
    copy_contents(base, draft, by=by, reason=f"Sao chép từ {base.title}")
    return draft


@operation
def redraft_revision(revision: Revision, *, by: User, reason: str = "") -> Revision:
    """Begin a draft as a full copy of one that was withdrawn or rejected; that one stays as it was proposed."""
    if revision.state not in {RevisionState.WITHDRAWN, RevisionState.REJECTED}:
        raise NotYetDecided(
            f"{revision.title} {revision.get_state_display().lower()}. "
            "Chỉ soạn lại lần đã rút hoặc không được thông qua."
        )
    draft = _draft_like(revision, base=revision.base, reason=reason or revision.reason, by=by)
    copy_contents(revision, draft, by=by, reason=f"{DRAFTED_AGAIN} {revision.title}")
    for rows in (revision.lineage.all(), revision.removals.all()):
        _copy(rows, by=by, reason=f"{DRAFTED_AGAIN} {revision.title}", revision=draft)
    return draft


@operation
def restore_task(revision: Revision, task: Task, *, by: User, reason: str = "") -> list[PlannedTask]:
    """Put a task back as the base has it. A split or a merger that it was part of is undone as a whole."""
    revision = lock_draft(revision)
    lineage = TaskLineage.objects.filter(revision=revision)
    removal = revision.removals.filter(task=task).first()
    made = lineage.filter(from_task=task).select_related("to_task")
    if removal is None and not made:
        raise NothingToRestore(
            "Nhiệm vụ này đang có trong dự thảo, hoặc không có ở lần trước; không có gì để khôi phục."
        )
    back = [task]
    for one in made:
        if one.kind == LineageKind.MERGE:
            merged = lineage.filter(to_task=one.to_task).select_related("from_task")
            back = [row.from_task for row in merged]
    for one in lineage.filter(from_task__in=back).select_related("to_task"):
        signed_delete(one, by=by, reason=reason)
    for new in {one.to_task for one in made}:
        planned = revision.planned_tasks.filter(task=new).first()
        if planned:
            take_out(planned, by=by, reason=reason)
            renumber(revision, closing(planned.position), by=by, reason=reason)
        forget(new, by=by, reason=reason)
    if removal:
        signed_delete(removal, by=by, reason=reason)
    return restore_plans(revision, revision.base, back, by=by, reason=reason)


def restore_plans(
    revision: Revision,
    source: Revision | None,
    tasks: list[Task],
    *,
    by: User,
    reason: str,
) -> list[PlannedTask]:
    """Copy what ``source`` says of ``tasks`` into a draft, each at its old number; those behind it move on."""
    old = PlannedTask.objects.filter(revision=source, task__in=tasks).order_by("position")
    for row in old:
        if revision.planned_tasks.filter(position=row.position).exists():
            renumber(revision, opening(row.position), by=by, reason=reason)
        _copy_plans(old.filter(pk=row.pk), revision, by=by, reason=reason)
    return list(revision.planned_tasks.filter(task__in=tasks).order_by("position"))


def copy_contents(source: Revision, draft: Revision, *, by: User, reason: str) -> None:
    """Copy periods, goals and the whole plan. A constant number of queries, however many tasks there are."""
    _copy(source.periods.order_by("pk"), by=by, reason=reason, revision=draft)
    _copy(source.objectives.order_by("position"), by=by, reason=reason, revision=draft)
    _copy_plans(source.planned_tasks.order_by("position"), draft, by=by, reason=reason)


def _draft_like(revision: Revision, *, base: Revision | None, reason: str, by: User) -> Revision:
    taken_over = {name: getattr(revision, name) for name in TAKEN_OVER}
    return draft_revision(revision.programme, base=base, reason=reason, by=by, **taken_over)


def _copy_plans(plans: QuerySet[PlannedTask], draft: Revision, *, by: User, reason: str) -> None:
    """Copy planned tasks with their helpers and money; a period is that of the draft with the same label."""
    periods = {period.label: period for period in draft.periods.all()}
    old = list(plans.select_related("period"))
    new = signed_bulk_create(
        [_copy_of(row, revision=draft, period=row.period and periods.get(row.period.label)) for row in old],
        by=by,
        reason=reason,
    )
    became = {row.pk: copy for row, copy in zip(old, new, strict=True)}
    for part in (Coordination, PlannedBudget):
        rows = [
            _copy_of(row, planned_task=became[row.planned_task_id])
            for row in part.objects.filter(planned_task__in=became).order_by("pk")
        ]
        signed_bulk_create(rows, by=by, reason=reason)


def _copy(rows: QuerySet[Any], *, by: User, reason: str, **changes: Any) -> list[Any]:
    return signed_bulk_create([_copy_of(row, **changes) for row in rows], by=by, reason=reason)


def _copy_of[M: Model](row: M, **changes: Any) -> M:
    """A new record with the values of ``row``, except for ``changes``."""
    values = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    keys = {field.name: field.attname for field in row._meta.concrete_fields}
    return type(row)(**{keys[name]: value for name, value in values.items() if name not in changes}, **changes)
