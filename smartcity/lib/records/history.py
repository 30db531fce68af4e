"""The one way to change a record that carries a history.

Every change is signed: by whom, why, on the ground of which document, and as part of which action. A write
that nobody signed is refused before it reaches the database.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Model
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from smartcity.lib.log.acts import WrittenActs, write_act
from smartcity.lib.log.guard import UnrecordedWrite, recorded
from smartcity.lib.log.refusals import UnsignedWrite


@dataclass(frozen=True)
class SignedAction:
    """What one person did in one go; all the rows that it changed share its id."""

    document_id: int | None = None
    by: Model | None = None
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    written: WrittenActs = field(default_factory=WrittenActs, compare=False)


_current: ContextVar[SignedAction | None] = ContextVar("current_action", default=None)


@contextmanager
def user_action(*, by: Model | None = None, document: Model | None = None) -> Iterator[None]:
    """Give everything saved inside one id; an action inside another one is part of it.

    ``document`` is the legal ground of what happens inside.
    """
    outer = _current.get()
    known = outer or SignedAction()
    action = SignedAction(
        document_id=document.pk if document else known.document_id,
        by=by or known.by,
        id=known.id,
        written=known.written,
    )
    token = _current.set(action)
    try:
        yield
    finally:
        _current.reset(token)


def acting_user() -> Model | None:
    """Who does what is being done, where that is known."""
    action = _current.get()
    return action.by if action else None


def operation[**P, T](function: Callable[P, T]) -> Callable[P, T]:
    """Run ``function`` as one transaction and one action: all of it is kept, under one id, or none."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic(), user_action():
            return function(*args, **kwargs)

    return wrapped


def _action_id():
    action = _current.get()
    return action.id if action else uuid.uuid4()


def _action_document():
    action = _current.get()
    return action.document_id if action else None


def _write_act(by: Any, reason: str) -> None:
    """Before the first row of a history that somebody signs in this action: the log refuses a row of no act."""
    action = _current.get()
    if action is None:
        raise UnsignedWrite("A history is written outside of every action. Use signed_save.")
    write_act(
        action.id,
        by,
        written=action.written,
        reason=reason,
        document=action.document_id,
    )


class SignedHistory(models.Model):
    """What every row of every history says beyond the values themselves."""

    history_action = models.UUIDField("mã thao tác", default=_action_id, editable=False, db_index=True)
    history_document = models.ForeignKey(
        "programme.LegalDocument",
        verbose_name="căn cứ",
        default=_action_document,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True


class HistoryManagerMadeOnce(HistoryManager):
    """The library makes the class of the manager anew at each reading of a history, from all of its methods."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class SignedRecords(HistoricalRecords):
    """The history of a model, in which each row has a signer.

    The library leaves the signer empty when it does not know one, and empties it when the account is
    deleted; here both are refused.
    """

    def __init__(self, **kwargs):
        super().__init__(bases=(SignedHistory,), history_manager=HistoryManagerMadeOnce, **kwargs)

    def finalize(self, sender, **kwargs):
        super().finalize(sender, **kwargs)
        if sender is self.cls:
            models.signals.pre_save.connect(self.refuse_unsigned, sender=sender, weak=False)
            models.signals.pre_delete.connect(self.refuse_unsigned, sender=sender, weak=False)
            for name in ("_do_insert", "_do_update", "delete"):
                setattr(sender, name, _recording(getattr(sender, name)))

    def refuse_unsigned(self, instance, raw=False, **kwargs):
        """Stop before anything is written: a row without its history would be the worse half."""
        if raw or hasattr(instance, "skip_history_when_saving"):
            raise UnrecordedWrite(f"{instance._meta.label} {instance.pk or ''}: this leaves no history.")
        # Outside of every action its history would be refused, but only after the row was written.
        if self.get_history_user(instance) is None or _current.get() is None:
            raise UnsignedWrite(f"{instance._meta.label} {instance.pk or ''}: who does this? Use signed_save.")
        if not getattr(instance, "_saved_with_care", False):
            # Past ``signed_save``, in the name of whoever acts: the record's own rule holds all the same.
            instance.clean()

    def create_historical_record(self, instance, history_type, using=None):
        _write_act(self.get_history_user(instance), getattr(instance, "_change_reason", None) or "")
        super().create_historical_record(instance, history_type, using=using)

    def get_history_user(self, instance):
        action = _current.get()
        return getattr(instance, "_history_user", None) or (action and action.by)

    def get_meta_options(self, model):
        name = f"lịch sử {model._meta.verbose_name}"
        return super().get_meta_options(model) | {"verbose_name": name, "verbose_name_plural": name}

    def _get_history_user_fields(self):
        return {
            "history_user": models.ForeignKey(
                settings.AUTH_USER_MODEL,
                verbose_name="người thực hiện",
                on_delete=models.PROTECT,
                related_name=self.user_related_name,
            )
        }


def _recording(write: Any) -> Any:
    """What a record itself writes: its history follows, or comes before."""

    @wraps(write)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        with recorded():
            return write(*args, **kwargs)

    return wrapped


def signed_save[M: Model](instance: M, *, by: Model, reason: str = "") -> M:
    """Validate and save ``instance``, and sign its history with who and why.

    Raises ``ValidationError`` when a rule of the record does not hold. Django's bulk writes (``update``,
    ``bulk_create``, ``bulk_update``) leave no history, so records are saved through here, or copied in bulk
    through ``signed_bulk_create``.
    """
    with transaction.atomic(), signed(instance, by=by, reason=reason):
        instance.full_clean()
        instance.save()
    return instance


def signed_bulk_create[M: Model](rows: list[M], *, by: Model, reason: str = "") -> list[M]:
    """Store many rows of one kind in a few queries, each with its signed history.

    They are not validated one by one: this is for copies of rows that were.
    """
    if not rows:
        return []
    with transaction.atomic(), user_action(by=by), recorded():
        _write_act(by, reason)
        return bulk_create_with_history(rows, type(rows[0]), default_user=by, default_change_reason=reason)


def signed_bulk_update(rows: Sequence[Model], fields: list[str], *, by: Model, reason: str = "") -> None:
    """Store ``fields`` of many rows of one kind in a few queries, each with its signed history; not validated."""
    if rows:
        with transaction.atomic(), user_action(by=by), recorded():
            _write_act(by, reason)
            bulk_update_with_history(rows, type(rows[0]), fields, default_user=by, default_change_reason=reason)


def move_aside(rows: models.QuerySet, /, **places: Any) -> None:
    """Give rows other places for a moment, so that no two meet in one; a signed bulk update of them follows."""
    with recorded():
        rows.update(**places)


def update_untracked(rows: models.QuerySet, /, **values: Any) -> int:
    """Store what no history holds; raises ``UnrecordedWrite`` where one does. How many rows there were."""
    history: Any = rows.model.history.model  # type: ignore[attr-defined]
    # A field goes by two names, «agency» and «agency_id».
    given = {rows.model._meta.get_field(name).name for name in values}
    tracked = {field.name for field in history.tracked_fields} & given
    if tracked:
        raise UnrecordedWrite(f"{rows.model._meta.label}: the history holds {', '.join(sorted(tracked))}.")
    with recorded():
        return rows.update(**values)


def signed_delete(instance: Model, *, by: Model, reason: str = "") -> None:
    """Delete ``instance``; its history keeps what it was, who removed it and why.

    Raises ``ValidationError`` where the record may not change any more: then it may not go either.
    """
    with transaction.atomic(), signed(instance, by=by, reason=reason):
        # What takes its next step may still be saved, but not go.
        getattr(instance, "refuse_deletion", instance.clean)()
        instance.delete()


def rows_by_record(changes: models.QuerySet) -> dict[int, list]:
    """The history of each of many records by its key, oldest first, in one query."""
    found: dict[int, list] = defaultdict(list)
    for row in changes.select_related("history_user").order_by("history_id"):
        found[row.id].append(row)
    return found


def as_it_was(row: Any) -> Model:
    """The record as a row of its history has it, without asking the database for what no history keeps."""
    return row.instance_type(**{field.attname: getattr(row, field.attname) for field in row.tracked_fields})


def state_at(changes: models.QuerySet, upto: int) -> list[Any]:
    """The rows that there were after the change ``upto``, each as its history has it; ``changes`` says of which.

    In the order of the history, not of the clock, which can be set back.
    """
    last: dict[Any, Any] = {}
    for row in changes.filter(history_id__lte=upto).order_by("history_id"):
        last[row.id] = row
    return [row for row in last.values() if row.history_type != "-"]


@contextmanager
def signed(instance: Model, *, by: Model, reason: str = "") -> Iterator[None]:
    """Sign what is done to ``instance`` inside; validating it and keeping it whole is the caller's.

    The library reads the signer and the reason from the instance. They are taken off again, so that a later save of the
    same object cannot borrow somebody's name.
    """
    instance._history_user = by  # type: ignore[attr-defined]
    instance._saved_with_care = True  # type: ignore[attr-defined]
    instance._change_reason = reason  # type: ignore[attr-defined]
    try:
        with user_action(by=by):
            yield
    finally:
        del instance._history_user, instance._change_reason, instance._saved_with_care  # type: ignore[attr-defined]
