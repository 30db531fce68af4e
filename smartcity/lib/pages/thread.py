"""What was said about a record until the matter was closed, and what its reader may do next.

A noun that is asked about, answered and closed has a module ``thread.py`` that makes the entries from its rows.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Tone(StrEnum):
    """The meaning of an entry's colour."""

    SAID = "run"
    ASKED = "wait"
    ACCEPTED = "good"
    SENT_BACK = "late"


@dataclass(frozen=True)
class ThreadEntry:
    """One thing that somebody, as then called, said about ``subject`` on one day."""

    subject: Any
    on: date
    title: str
    tone: Tone
    who: Any
    text: str = ""
    detail: str = ""
    document: Any = None
    files: list[Any] = field(default_factory=list)
    # When it was written down, where several things may happen on one day.
    at: datetime | None = None
    # The state in which it left the subject, if it changed it.
    leaves: str = ""

    @property
    def agency(self) -> Any:
        """The agency that they then worked for, if any."""
        return self.who.agency_on(self.on)


@dataclass(frozen=True)
class Action:
    """One thing that a reader may do: where, and the words of its link."""

    key: str
    url: str
    label: str
    # Of its form, where that stands below the thread.
    button: str = ""
    is_quiet: bool = True
