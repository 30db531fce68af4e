"""What may happen to a meeting: recorded, concluded, corrected."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, Model, OuterRef, Q

from meetings.models import (
    Assignment,
    AssignmentRole,
    AttendanceRole,
    Conclusion,
    Directive,
    Meeting,
    MeetingVersion,
    correcting,
)
from meetings.models.lock import LOCKED
from meetings.notice import compose_notice, say_assignments, subject_of
from programme.models import Agency, DocumentKind, LegalDocument, User
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_delete, signed_save, user_action
from smartcity.lib.records.overtaken import Overtaken, say_recorded

# What a version keeps below the notice itself: there the dictated sentences, here what is followed.
ASSIGNED = "PHÂN CÔNG, THỜI HẠN (để theo dõi, không in trong thông báo)"


class MeetingLocked(Overtaken):
    """The meeting is concluded; what it said changes only as a correction with a reason."""


class NotYetHeld(ValidationError):
    """What was said and concluded is recorded once the meeting's day has come."""


class NotReadyToConclude(ValidationError):
    """Something is missing that a notice cannot be without."""


class AlreadyConcluded(Overtaken):
    """The meeting was concluded before this request got here."""


@contextmanager
def changing(meeting: Meeting, *, by: User, today: date, correction: str = "") -> Iterator[Meeting]:
    """Around every change of what a meeting said; gives the meeting locked and as it is stored.

    Two secretaries take turns. Once the meeting is concluded, ``correction`` says why, and what is changed inside
    becomes its next version. Raises ``MeetingLocked`` without it.
    """
    with transaction.atomic(), user_action(by=by):
        meeting = (
            Meeting.objects.select_for_update(of=("self",)).select_related("province", "notice").get(pk=meeting.pk)
        )
        if not meeting.is_concluded:
            yield meeting
            return
        if not correction.strip():
            raise MeetingLocked(LOCKED, code="correction")
        with correcting():
            yield meeting
            _close(meeting, by=by, today=today, reason=correction)


@operation
def record_meeting(
    meeting: Meeting, *, parts: Iterable[Model] = (), by: User, today: date, reason: str = ""
) -> Meeting:
    """Enter a new meeting with its programmes, people, opinions and recipients (``parts``)."""
    signed_save(meeting, by=by, reason=reason)
    for part in parts:
        part.meeting = meeting  # type: ignore[attr-defined]
        signed_save(part, by=by, reason=reason)
    return meeting


@operation
def change_meeting(
    meeting: Meeting,
    *,
    keep: Iterable[Model] = (),
    drop: Iterable[Model] = (),
    by: User,
    today: date,
    correction: str = "",
    reason: str = "",
) -> Meeting:
    """Save what changed of a meeting and its parts in one go: ``keep`` are rows new or changed, ``drop`` those to go.

    The meeting itself is among ``keep`` where its own fields changed.
    """
    why = correction or reason
    with changing(meeting, by=by, today=today, correction=correction) as stored:
        for part in drop:
            signed_delete(part, by=by, reason=why)
        for part in keep:
            if isinstance(part, Meeting):
                part.version = stored.version
                if stored.conclusions.exists():
                    refuse_unless_held(part, today)
            signed_save(part, by=by, reason=why)
    return meeting


@operation
def add_conclusion(
    meeting: Meeting,
    *,
    heading: str = "",
    text: str = "",
    by: User,
    today: date,
    correction: str = "",
    reason: str = "",
) -> Conclusion:
    """Add the next numbered conclusion; of two secretaries at once each gets a number of their own."""
    with changing(meeting, by=by, today=today, correction=correction) as stored:
        refuse_unless_held(stored, today)
        last = stored.conclusions.aggregate(last=Max("number"))["last"] or 0
        conclusion = Conclusion(meeting=stored, number=last + 1, heading=heading, text=text)
        return signed_save(conclusion, by=by, reason=correction or reason)


@operation
def remove_conclusion(conclusion: Conclusion, *, by: User, today: date, correction: str = "", reason: str = "") -> None:
    """Take out a conclusion that directs nothing; those after it move up."""
    with changing(conclusion.meeting, by=by, today=today, correction=correction) as stored:
        if conclusion.directives.exists():
            raise ValidationError("Kết luận này đang có ý kiến chỉ đạo. Bỏ các ý kiến chỉ đạo của nó trước.")
        signed_delete(conclusion, by=by, reason=correction or reason)
        for later in stored.conclusions.filter(number__gt=conclusion.number).order_by("number"):
            later.number -= 1
            signed_save(later, by=by, reason=correction or reason)


@operation
def conclude_meeting(
    meeting: Meeting, *, issuer: Agency | None = None, symbol: str = "TB-UBND", by: User, today: date, reason: str = ""
) -> Meeting:
    """Close what the meeting concluded: from now on its directives count, and a change is a correction.

    With ``issuer`` its notice is made too, without number and day, where it has none yet.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("province", "notice").get(pk=meeting.pk)
    if meeting.is_concluded:
        raise AlreadyConcluded(
            "Cuộc họp này đã được kết luận trước đó. " + say_recorded(MeetingVersion.history.filter(meeting=meeting.pk))
        )
    refuse_unless_held(meeting, today)
    if missing := missing_to_conclude(meeting, today=today):
        raise NotReadyToConclude([one.said for one in missing])
    if issuer and meeting.notice is None:
        chair = meeting.attendances.select_related("agency").get(role=AttendanceRole.CHAIR)
        notice = LegalDocument(
            kind=DocumentKind.NOTICE,
            issuer=issuer,
            symbol=symbol,
            date_as_written=f"ngày … tháng {meeting.held_on.month} năm {meeting.held_on.year}",
            subject=subject_of(meeting, chair),
        )
        meeting.notice = signed_save(notice, by=by, reason=reason)
    with correcting():
        _close(meeting, by=by, today=today, reason="")
    return meeting


def refuse_unless_held(meeting: Meeting, today: date) -> None:
    """Raise ``NotYetHeld`` while the meeting is still to come."""
    if meeting.held_on > today:
        told = f"Cuộc họp diễn ra ngày {say_day(meeting.held_on)}, chưa đến. Ghi kết luận sau khi họp."
        raise NotYetHeld(told, code="held_on")


@dataclass(frozen=True)
class Missing:
    """What a notice cannot be without, and the record that lacks it: a conclusion still to be added has no key."""

    said: str
    of: Meeting | Conclusion | Directive


def missing_to_conclude(meeting: Meeting, *, today: date) -> list[Missing]:
    """Everything that keeps the meeting from being concluded; empty where nothing does."""
    missing = []
    if meeting.held_on > today:
        missing.append(Missing(f"Ngày họp {say_day(meeting.held_on)} chưa đến.", meeting))
    if not meeting.attendances.filter(role=AttendanceRole.CHAIR).exists():
        missing.append(Missing("Chưa ghi người chủ trì. Thêm ở phần «Thành phần dự họp».", meeting))
    if not meeting.conclusions.exists():
        missing.append(Missing("Chưa có kết luận nào. Thêm ít nhất một kết luận.", Conclusion(meeting=meeting)))
    empty = meeting.conclusions.filter(Q(heading="", text="", directives=None)).order_by("number")
    missing += [
        Missing(f"Kết luận {one.number} còn trống. Ghi nội dung, thêm ý kiến chỉ đạo hoặc bỏ kết luận này.", one)
        for one in empty
    ]
    directives = Directive.objects.filter(conclusion__meeting=meeting)
    led = Assignment.objects.filter(directive=OuterRef("pk"), role=AssignmentRole.LEAD)
    return missing + [
        Missing(f"Ý kiến chỉ đạo {one.label} chưa có cơ quan chủ trì. Mở ý kiến đó để chọn.", one)
        for one in directives.filter(~Exists(led)).select_related("conclusion").in_order()
    ]


def _close(meeting: Meeting, *, by: User, today: date, reason: str) -> None:
    """Keep what the notice says now as the next version."""
    meeting = Meeting.objects.select_related("province", "notice").get(pk=meeting.pk) if meeting.version else meeting
    meeting.version += 1
    signed_save(meeting, by=by, reason=reason or "Chốt kết luận cuộc họp")
    said = [compose_notice(meeting).as_text(), ASSIGNED, *say_assignments(meeting)]
    version = MeetingVersion(meeting=meeting, number=meeting.version, on=today, reason=reason, text="\n".join(said))
    signed_save(version, by=by, reason=reason or "Chốt kết luận cuộc họp")
