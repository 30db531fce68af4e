"""What the project keeps beside the records of its apps."""

from smartcity.reminders.models import SentReminder

__all__ = ["SentReminder"]
