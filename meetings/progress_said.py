"""How far an agency has said that its part is, as far as a day knows it, and since when it has said nothing."""

from dataclasses import dataclass
from datetime import date

from meetings.models import Assignment
from smartcity.lib.language.dates import say_day

# After so many days without a word it is told how long that is.
SILENT_FROM = 30


@dataclass(frozen=True)
class ProgressSaid:
    """What was said last by the day ``on``: it was so on ``day``."""

    day: date
    text: str
    on: date

    @property
    def since(self) -> str:
        """«đến 27/11/2026»; of long ago also how long."""
        days = (self.on - self.day).days
        return f"đến {say_day(self.day)}" + (f", {days} ngày trước" if days >= SILENT_FROM else "")

    def __str__(self) -> str:
        return f"{self.since}: {self.text}"


def progress_said(assignment: Assignment, on: date) -> ProgressSaid | None:
    """Of an assignment read ``with_progress`` of the same day; None where nothing was said by then."""
    said = assignment.progress_then  # type: ignore[attr-defined]
    return ProgressSaid(date.fromisoformat(said["day"]), said["text"], on) if said else None
