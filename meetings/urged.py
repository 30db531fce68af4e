"""When an agency was last urged to do its part."""

from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.timezone import localdate

from meetings.models import Assignment, UrgedAssignment


def with_urged(assignments: QuerySet[Assignment], on: date) -> QuerySet[Assignment]:
    """Add ``urged_then``, the last moment by the end of the day ``on``. One lookup a row: for rows that are shown."""
    urged = UrgedAssignment.objects.filter(assignment=OuterRef("pk"), urging__at__date__lte=on)
    return assignments.annotate(urged_then=Subquery(urged.order_by("-urging__at").values("urging__at")[:1]))


def urged_on(assignment: Assignment) -> date | None:
    """The day of it, of an assignment read ``with_urged``."""
    moment = assignment.urged_then  # type: ignore[attr-defined]
    return localdate(moment) if moment else None
