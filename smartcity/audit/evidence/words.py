"""What columns, tables and values are called, for whoever reads the files of a package."""

from typing import Any

from smartcity.lib.log.models import LogEntry, SignedAct
from smartcity.lib.log.tracked import Tracked


def words_of(tracked: Tracked) -> dict[str, Any]:
    """Of one table: the kind of record, its columns, and of values that stand for words, these."""
    fields = tracked.model.history.model.tracked_fields
    return {
        "history": tracked.history,
        "title": str(tracked.model._meta.verbose_name),
        "columns": {field.column: str(field.verbose_name) for field in fields},
        "values": {
            field.column: {str(value): str(label) for value, label in field.flatchoices}
            for field in fields
            if field.choices
        },
    }


def words_of_entries() -> dict[str, str]:
    """Of what is hashed with each row: its entry in the log, and the act that it is part of."""
    found = {str(field.column): str(field.verbose_name) for field in LogEntry._meta.concrete_fields}
    return found | {f"act.{field.column}": str(field.verbose_name) for field in SignedAct._meta.concrete_fields}
