"""What is looked at before a meeting is concluded, and whether it is still the same when the button is pressed."""

import hashlib
from typing import Any

from meetings.models import Assignment, Attendance, Conclusion, Directive, Meeting, Recipient
from meetings.notice import compose_notice, say_assignments


def digest_of_preview(meeting: Meeting) -> str:
    """Stands for all that concluding locks: the words of the notice, and the due and the agencies of each directive."""
    said = [compose_notice(meeting).as_text(), *say_assignments(meeting)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def last_change(meeting: Meeting) -> Any:
    """The last row of history of what concluding locks; none where nothing was recorded."""
    rows = [
        Meeting.history.filter(id=meeting.pk),
        *(model.history.filter(meeting=meeting.pk) for model in (Attendance, Conclusion, Recipient)),
        Directive.history.filter(conclusion__meeting=meeting.pk),
        Assignment.history.filter(directive__conclusion__meeting=meeting.pk),
    ]
    # Each kind counts its own rows, so that only the clock puts them in one order.
    found = [one.select_related("history_user").order_by("-history_id").first() for one in rows]
    return max((one for one in found if one is not None), key=lambda one: one.history_date, default=None)
