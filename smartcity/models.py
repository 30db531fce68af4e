"""What the project keeps beside the records of its apps."""

from smartcity.exchange.imports.models import ImportedFile
from smartcity.lib.submissions.models import KeptFile, SentForm
from smartcity.reminders.models import SentReminder

__all__ = ["ImportedFile", "KeptFile", "SentForm", "SentReminder"]
