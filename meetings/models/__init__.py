"""What is said and directed."""

from meetings.models.answer import Answer, AnswerFile, AnswerKind, AnswerState
from meetings.models.assignment import Assignment, AssignmentRole, AssignmentState, agencies_answered_for
from meetings.models.calendar_feed import FeedAddress, digest_of_key
from meetings.models.directive import Conclusion, Directive, DirectiveLink, LinkKind
from meetings.models.extended_day import ExtendedDay
from meetings.models.extension import Extension, ExtensionState
from meetings.models.finding import Finding, FindingEntry, FindingEntryKind, FindingState
from meetings.models.lock import correcting
from meetings.models.meeting import (
    Attendance,
    AttendanceRole,
    Meeting,
    MeetingProgramme,
    MeetingState,
    MeetingVersion,
    Opinion,
    Recipient,
    order_of_meetings,
    reads_drafts,
)
from meetings.models.reopening import Reopening
from meetings.models.urging import DirectiveUrging, UrgedAssignment

__all__ = [
    "Answer",
    "AnswerFile",
    "AnswerKind",
    "AnswerState",
    "Assignment",
    "AssignmentRole",
    "AssignmentState",
    "Attendance",
    "AttendanceRole",
    "Conclusion",
    "Directive",
    "DirectiveLink",
    "DirectiveUrging",
    "ExtendedDay",
    "Extension",
    "ExtensionState",
    "FeedAddress",
    "Finding",
    "FindingEntry",
    "FindingEntryKind",
    "FindingState",
    "LinkKind",
    "Meeting",
    "MeetingProgramme",
    "MeetingState",
    "MeetingVersion",
    "Opinion",
    "Recipient",
    "Reopening",
    "UrgedAssignment",
    "agencies_answered_for",
    "correcting",
    "digest_of_key",
    "order_of_meetings",
    "reads_drafts",
]
