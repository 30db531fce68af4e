"""What the project keeps beside the records of its apps."""

from smartcity.audit.access.models import AccessEntry
from smartcity.audit.changes.models import CaughtUp, ChangedFields, LoggedChange, LoggedDay
from smartcity.exchange.imports.models import ImportedFile
from smartcity.lib.log.models import (
    ColumnChange,
    DroppedValue,
    LogEntry,
    RecordShape,
    Seal,
    SealedEntry,
    SignedAct,
)
from smartcity.lib.submissions.models import KeptFile, SentForm
from smartcity.reminders.models import SentReminder

__all__ = [
    "AccessEntry",
    "CaughtUp",
    "ChangedFields",
    "ColumnChange",
    "DroppedValue",
    "ImportedFile",
    "KeptFile",
    "LogEntry",
    "LoggedChange",
    "LoggedDay",
    "RecordShape",
    "Seal",
    "SealedEntry",
    "SentForm",
    "SentReminder",
    "SignedAct",
]
