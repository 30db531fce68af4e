"""What may happen at, and after, a meeting."""

from meetings.operations.directing import (
    AlreadyAnswered,
    AlreadyWithdrawn,
    Assigned,
    NoAgency,
    NothingToResolve,
    change_directive,
    give_directive,
    link_directive,
    remove_directive,
    resolve_due,
    withdraw_directive,
)
from meetings.operations.recording import (
    AlreadyConcluded,
    MeetingLocked,
    NotReadyToConclude,
    NotYetHeld,
    add_conclusion,
    change_meeting,
    conclude_meeting,
    record_meeting,
    remove_conclusion,
)

__all__ = [
    "AlreadyAnswered",
    "AlreadyConcluded",
    "AlreadyWithdrawn",
    "Assigned",
    "MeetingLocked",
    "NoAgency",
    "NotReadyToConclude",
    "NotYetHeld",
    "NothingToResolve",
    "add_conclusion",
    "change_directive",
    "change_meeting",
    "conclude_meeting",
    "give_directive",
    "link_directive",
    "record_meeting",
    "remove_conclusion",
    "remove_directive",
    "resolve_due",
    "withdraw_directive",
]
