"""Rows of histories, each beside the one before it, and which fields are not as they were."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.timezone import now

from smartcity.lib.log.models import SignedAct
from smartcity.lib.log.tracked import tracked_tables


@dataclass
class Row:
    """One row of a history as plain values; ``before`` is the row of the same record before it, if any."""

    model: Any
    values: dict[str, Any]
    before: dict[str, Any] | None

    @property
    def changed(self) -> list[str]:
        """The fields that say something else than before; nothing is said by what is empty."""
        deed = self.values["history_type"]
        names = []
        for field in self.model.history.model.tracked_fields:
            if field.primary_key:
                continue
            new = None if deed == "-" else self.values[field.attname]
            # What is removed is told as it was at the end.
            old = (self.before or {}).get(field.attname) if deed != "-" else self.values[field.attname]
            if (old if old is not None else "") != (new if new is not None else ""):
                names.append(field.name)
        return names


def model_of(table: str) -> Any | None:
    """The model whose history has this table; none where there are no such records any more."""
    return _by_table().get(table)


def kind_of(table: str) -> str:
    model = model_of(table)
    return str(model._meta.label_lower) if model else table[:40]


def has_model(kind: str) -> bool:
    return kind in _by_kind()


def model_named(kind: str) -> Any:
    """«tasks.task»; raises ``LookupError`` where no such records have a history."""
    return _by_kind()[kind]


def lost_act(key: int, at: datetime | None) -> SignedAct:
    """In place of one that somebody took out past all guards: what it did stays a line."""
    return SignedAct(pk=key, signer_id=0, name="(không còn ghi ai thực hiện)", at=at or now())


@cache
def _by_kind() -> dict[str, Any]:
    return {str(tracked.model._meta.label_lower): tracked.model for tracked in tracked_tables().values()}


def read_rows(model: Any, keys: set[int]) -> dict[int, Row]:
    """By number of the history. Two questions, whatever the number of rows."""
    history: Any = model.history.model
    names = [field.attname for field in history.tracked_fields]
    earlier = history.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    rows = {
        row["history_id"]: row
        for row in history.objects.filter(history_id__in=keys)
        .order_by("history_id")
        .annotate(before_id=Subquery(earlier.values("history_id")[:1]))
        .values(*names, "history_id", "history_type", "history_date", "before_id")
    }
    wanted = {row["before_id"] for row in rows.values()} - {None} - rows.keys()
    before = {
        row["history_id"]: row for row in history.objects.filter(history_id__in=wanted).values(*names, "history_id")
    }
    before |= rows
    return {key: Row(model, row, before.get(row["before_id"])) for key, row in rows.items()}


@cache
def _by_table() -> dict[str, Any]:
    return {tracked.history: tracked.model for tracked in tracked_tables().values()}
