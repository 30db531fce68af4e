"""How a meeting goes that did not take place, or was entered by mistake."""

from datetime import date

from django.core.exceptions import ValidationError

from meetings.models import Meeting
from meetings.operations.recording import changing
from programme.models import User
from smartcity.lib.records.history import operation, signed_delete


class MeetingStays(ValidationError):
    """What a meeting concluded, or is about to, does not go with it."""


@operation
def remove_meeting(meeting: Meeting, *, reason: str, by: User, today: date) -> None:
    """Take out a meeting on which nothing rests, with its people, opinions and recipients; its history keeps them."""
    if Meeting.objects.filter(pk=meeting.pk, version__gte=1).exists():
        raise MeetingStays("Cuộc họp đã kết luận nên không bỏ được. Nội dung sai thì đính chính.")
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do bỏ cuộc họp."})
    with changing(meeting, by=by, today=today) as stored:
        if stored.conclusions.exists():
            raise MeetingStays("Cuộc họp đang có kết luận soạn dở. Bỏ các kết luận đó trước.")
        for parts in (stored.about, stored.attendances, stored.opinions, stored.recipients):
            for part in parts.all():
                signed_delete(part, by=by, reason=reason)
        signed_delete(stored, by=by, reason=reason)
