"""What may happen to a file that was brought in: all that it wrote is undone, while nothing stands on it.

Nothing is forgotten: reports are taken back and are drafts of their agency, lines of the ledger get opposite ones,
tasks leave the draft and keep their history.
"""

from collections.abc import Callable, Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Min, Model, ProtectedError, QuerySet

from programme.models import User
from smartcity.exchange.imports.models import FileState, ImportedFile, ImportKind
from smartcity.exchange.imports.operations import importer_of
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import say_money
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded
from tasks.models import BudgetEntry, Coordination, PlannedBudget, PlannedTask, ProgressUpdate, TaskLineage, UpdateState
from tasks.operations.bulk import unplan_tasks
from tasks.operations.ledger import enter_budgets
from tasks.operations.task_days import lock_task_days
from tasks.operations.withdrawing import withdraw_update

# So many of the records that something stands on are named.
MOST_NAMED = 3


class NotUndoable(Overtaken):
    """The file did not write anything, or it was undone before."""


class SomethingStandsOnIt(ValidationError):
    """What the file wrote was decided, corrected or built on since."""


@operation
def undo_file(file: ImportedFile, *, by: User, today: date, reason: str) -> ImportedFile:
    """Undo all that a file wrote, or nothing.

    The file is locked, then its programme, as by whoever decides or corrects: of two at once, the second finds what
    the first has done.
    """
    file = ImportedFile.objects.select_for_update(of=["self"]).get(pk=file.pk)
    if file.state != FileState.APPLIED:
        raise NotUndoable(f"Tệp này {file.get_state_display().lower()}. {say_recorded(file.history)}")
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do hoàn tác."})
    lock_task_days([file.programme_id])
    importer_of(file, by=by, today=today).refuse_unless_allowed()
    standing = what_stands_on(file)
    if standing:
        raise SomethingStandsOnIt(standing)
    UNDO[file.kind](file, by=by, today=today, reason=f"Hoàn tác lần nhập tệp “{file.name}”: {reason}")
    file.state, file.refusal = FileState.UNDONE, f"{by} đã hoàn tác lần nhập: {reason}"
    return signed_save(file, by=by, reason=f"Hoàn tác lần nhập: {reason}")


def may_undo(file: ImportedFile, user: User, today: date) -> bool:
    """Whether the person could write such rows today; what they wrote since stands in the way is told on the page."""
    if file.state != FileState.APPLIED or not user.has_perm(importer_of(file, by=user, today=today).permission):
        return False
    if file.kind == ImportKind.PLANNED_TASKS:
        return file.programme.is_coordinated_by(user)
    try:
        importer_of(file, by=user, today=today).refuse_unless_allowed()
    except ValidationError:
        return False
    return True


def what_stands_on(file: ImportedFile) -> list[str]:
    """A sentence for each kind of thing that keeps the file from being undone; none where nothing does."""
    found = list(STANDING[file.kind](file))
    named, more = found[:MOST_NAMED], len(found) - MOST_NAMED
    if more > 0:
        named.append(f"Còn {more} chỗ nữa như vậy.")
    return [*named, HOW_ELSE[file.kind]] if found else []


HOW_ELSE: dict[str, str] = {
    ImportKind.UPDATES: "Không hoàn tác được cả tệp: thu hồi từng báo cáo còn chờ, đính chính báo cáo đã tiếp nhận.",
    ImportKind.LEDGER: "Không hoàn tác được cả tệp: đính chính từng bút toán bị sai.",
    ImportKind.PLANNED_TASKS: "Không hoàn tác được cả tệp: sửa hoặc bỏ từng nhiệm vụ trong dự thảo.",
}


def _action_of(file: ImportedFile) -> UUID:
    """Under which everything that the file wrote stands in the histories."""
    return (
        file.history.filter(state=FileState.APPLIED).order_by("history_id").values_list("history_action", flat=True)[0]
    )


def _written[M: Model](file: ImportedFile, model: type[M]) -> QuerySet[M]:
    rows = model.history.filter(history_action=_action_of(file))  # type: ignore[attr-defined]
    return model._default_manager.filter(pk__in=rows.values("id")).order_by("pk")


def _changed_since(file: ImportedFile, model: type[Model], **among) -> QuerySet:
    """What was done later to records that the file wrote, or to those ``among`` its own; the oldest first."""
    history = model.history  # type: ignore[attr-defined]
    written = history.filter(history_action=_action_of(file))
    # A report may have taken the place of a draft, which has a history of its own.
    since = written.aggregate(first=Min("history_id"))["first"] or 0
    rows = history.filter(**(among or {"id__in": written.values("id")}), history_id__gt=since)
    return rows.exclude(history_action=_action_of(file)).select_related("history_user").order_by("history_id")


def _on_reports(file: ImportedFile) -> Iterable[str]:
    changed = set(_changed_since(file, ProgressUpdate).values_list("id", flat=True))
    for update in _written(file, ProgressUpdate).select_related("task"):
        if update.state != UpdateState.SUBMITTED or update.pk in changed:
            state = "đã thu hồi để sửa" if update.state == UpdateState.DRAFT else update.get_state_display().lower()
            if update.state == UpdateState.SUBMITTED:
                state = "đã thu hồi, sửa và gửi lại"
            yield f"Báo cáo BC-{update.pk} ({update.task.code}) {state}. {say_recorded(update.history)}"


def _on_lines(file: ImportedFile) -> Iterable[str]:
    for line in _written(file, BudgetEntry).filter(corrections__isnull=False).select_related("task"):
        said = f"Bút toán {say_money(line.amount_vnd)} ngày {say_day(line.decided_on)} ({line.task.code})"
        yield f"{said} đã được đính chính. {say_recorded(line.corrections.get().history)}"


def _on_plans(file: ImportedFile) -> Iterable[str]:
    revision = file.revision
    if revision is None:
        return
    if not revision.is_draft:
        yield f"{revision.title} {revision.get_state_display().lower()}, không còn là dự thảo."
        return
    action = _action_of(file)
    first = {row.id: row for row in PlannedTask.history.filter(history_action=action)}
    for row in _changed_since(file, PlannedTask):
        if row.history_type == "-":
            yield f"Nhiệm vụ «{row.name}» đã được đưa ra khỏi dự thảo. Người ghi: {row.history_user}."
        elif row.diff_against(first[row.id], excluded_fields=["position"], foreign_keys_are_objs=False).changes:
            yield f"Nhiệm vụ «{row.name}» đã được sửa. Người ghi: {row.history_user}."
    tasks = _written(file, PlannedTask).values("task")
    for lineage in TaskLineage.objects.filter(revision=revision, to_task__in=tasks).select_related("to_task"):
        yield f"Nhiệm vụ {lineage.to_task.code} có được do tách, gộp."
    for model, what in ((Coordination, "cơ quan phối hợp"), (PlannedBudget, "kinh phí")):
        for row in _changed_since(file, model, planned_task__in=list(first)):
            planned = first[row.planned_task_id]
            yield f"Nhiệm vụ «{planned.name}» đã được sửa {what}. Người ghi: {row.history_user}."


def _undo_reports(file: ImportedFile, *, by: User, today: date, reason: str) -> None:
    for update in _written(file, ProgressUpdate):
        withdraw_update(update, by=by, today=today, reason=reason)


def _undo_lines(file: ImportedFile, *, by: User, today: date, reason: str) -> None:
    lines = [
        (
            BudgetEntry(
                task=line.task,
                kind=line.kind,
                source=line.source,
                year=line.year,
                amount_vnd=-line.amount_vnd,
                # On its own day, so that a sum of any day is as if it had never been.
                decided_on=line.decided_on,
                document=line.document,
                corrects=line,
                note=reason,
            ),
            reason,
            "",
        )
        for line in _written(file, BudgetEntry).select_related("task", "document")
    ]
    enter_budgets(lines, by=by, today=today)


def _undo_plans(file: ImportedFile, *, by: User, today: date, reason: str) -> None:
    revision = file.revision
    if revision is None:
        return
    try:
        unplan_tasks(revision, list(_written(file, PlannedTask).select_related("task")), by=by, reason=reason)
    except ProtectedError as refusal:
        named = "; ".join(sorted({str(one._meta.verbose_name) for one in refusal.protected_objects}))
        raise SomethingStandsOnIt([f"Nhiệm vụ của tệp đã có {named}.", HOW_ELSE[ImportKind.PLANNED_TASKS]]) from None


STANDING: dict[str, Callable[[ImportedFile], Iterable[str]]] = {
    ImportKind.UPDATES: _on_reports,
    ImportKind.LEDGER: _on_lines,
    ImportKind.PLANNED_TASKS: _on_plans,
}
UNDO: dict[str, Callable[..., None]] = {
    ImportKind.UPDATES: _undo_reports,
    ImportKind.LEDGER: _undo_lines,
    ImportKind.PLANNED_TASKS: _undo_plans,
}
