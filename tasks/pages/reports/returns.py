"""How often a report was sent back, why, and what its author changed since the last time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from programme.models import StoredFile
from smartcity.lib.language.dates import say_moment
from smartcity.lib.records.history import as_it_was, rows_by_record, state_at
from smartcity.lib.records.signers import signers_then
from tasks.models import Evidence, ProgressUpdate, UpdateState
from tasks.pages.reports.difference import ReportedField, changes


@dataclass(frozen=True)
class EarlierReturn:
    """One time that it was sent back: by whom, as then called, and why; ``row`` has what it said then."""

    row: Any

    @property
    def at(self) -> datetime:
        return self.row.history_date

    @property
    def moment(self) -> str:
        return say_moment(self.at)

    @property
    def who(self) -> Any:
        return self.row.history_user

    @property
    def reason(self) -> str:
        return self.row.return_reason


@dataclass(frozen=True)
class Wordings:
    """What the histories of reports say that wait: the ``version`` of each, and when it was sent back, oldest first."""

    versions: dict[int, int]
    returns: dict[int, list[EarlierReturn]]


def read_wordings(updates: Iterable[ProgressUpdate]) -> Wordings:
    """Two queries, however many reports there are; one fewer where none was ever sent back."""
    rows = rows_by_record(ProgressUpdate.history.filter(id__in=[update.pk for update in updates]))
    returned = {key: _returns(found) for key, found in rows.items()}
    signers_then([one.row for found in returned.values() for one in found])
    return Wordings({key: found[-1].history_id for key, found in rows.items()}, returned)


def _returns(rows: Sequence[Any]) -> list[EarlierReturn]:
    """A report that was sent back stays so while it is mended: the first row of each time counts."""
    return [
        EarlierReturn(row)
        for before, row in zip([None, *rows], rows, strict=False)
        if row.state == UpdateState.RETURNED and (before is None or before.state != UpdateState.RETURNED)
    ]


def changed_since(update: ProgressUpdate, returned: EarlierReturn) -> list[ReportedField]:
    """What the report says now otherwise than when it was sent back, its files too."""
    then: Any = as_it_was(returned.row)
    for name in ("document", "step"):
        if getattr(then, f"{name}_id") == getattr(update, f"{name}_id"):
            setattr(then, name, getattr(update, name))
    return [*changes(then, update), *_changed_files(update, returned)]


def _changed_files(update: ProgressUpdate, returned: EarlierReturn) -> list[ReportedField]:
    # Files come and go only between a return and the next sending, so the moment of the return tells them apart.
    rows = Evidence.history.filter(update=update.pk, history_date__lte=returned.at).order_by("history_id")
    last = rows.last()
    then = [row.file_id for row in state_at(rows, last.history_id)] if last else []
    now = [file.pk for file in update.files]
    names = dict(StoredFile.objects.filter(pk__in={*then, *now}).values_list("pk", "name"))
    old, new = ("\n".join(names[key] for key in keys) for keys in (then, now))
    return [ReportedField("files", "Tệp minh chứng", old, new)] if set(then) != set(now) else []
