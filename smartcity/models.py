"""What the project keeps beside the records of its apps."""

from smartcity.exchange.spreadsheets.imports.models import ImportedFile
from smartcity.reminders.models import SentReminder
from smartcity.sending.models import KeptFile, SentForm

__all__ = ["ImportedFile", "KeptFile", "SentForm", "SentReminder"]
