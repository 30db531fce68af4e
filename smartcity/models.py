"""What the project keeps beside the records of its apps."""

from smartcity.reminders.models import SentReminder
from smartcity.sending.models import SentForm

__all__ = ["SentForm", "SentReminder"]
