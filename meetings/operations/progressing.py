"""What an agency says of how far its part is, while the part is neither done nor moved to a later day."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import File

from meetings.models import Answer, AnswerKind, Assignment, AssignmentState
from meetings.operations.answering import AnswerWaits, lock_for_agency, send_answer
from programme.models import User
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation
from smartcity.lib.records.overtaken import Overtaken, say_recorded


class NotADayOfProgress(ValidationError):
    """Nothing is told of days before the meeting, of days to come, or of days before the last one told of."""


class ProgressTold(Overtaken):
    """Somebody of the agency said something that the person has not read."""


@operation
def update_progress(
    assignment: Assignment,
    *,
    text: str,
    as_of: date,
    files: Iterable[File] = (),
    seen: int | None = None,
    by: User,
    today: date,
) -> Answer:
    """Say for an agency how far its part is by the day ``as_of``. Neither its state nor its due changes.

    What was said stays; a later one takes its place, also of the same day, which is how a mistake is mended. ``seen``
    is the key of the last one that the person has read, 0 for none: nobody speaks past a colleague unknowingly.
    """
    assignment = lock_for_agency(assignment, by=by, today=today)
    if assignment.state == AssignmentState.ANSWERED:
        raise AnswerWaits(
            "Cơ quan đã báo cáo hoàn thành, đang chờ xác nhận, nên chưa cần cập nhật tiến độ. "
            + say_recorded(assignment.history)
        )
    last = last_progress(assignment)
    if last and seen is not None and seen != last.pk:
        raise ProgressTold(
            "Tiến độ của việc này vừa được cập nhật. Đọc nội dung mới ở phần trao đổi, rồi gửi lại nếu vẫn cần. "
            + say_recorded(last.history)
        )
    _refuse_day(assignment, as_of, last, today)
    answer = Answer(assignment=assignment, kind=AnswerKind.PROGRESS, text=text, as_of=as_of)
    return send_answer(answer, files, by=by, today=today)


def last_progress(assignment: Assignment) -> Answer | None:
    """What was said last, by anybody of the agency; reports of periods are told apart from it."""
    return assignment.answers.filter(kind=AnswerKind.PROGRESS).order_by("-pk").first()


def _refuse_day(assignment: Assignment, as_of: date, last: Answer | None, today: date) -> None:
    held_on = assignment.directive.conclusion.meeting.held_on
    if as_of > today:
        told = f"Ngày {say_day(as_of)} chưa đến. Ghi ngày mà tiến độ này đúng, muộn nhất hôm nay."
    elif as_of < held_on:
        told = f"Ngày {say_day(as_of)} trước ngày họp {say_day(held_on)}. Ghi từ ngày họp trở đi."
    elif last and last.as_of and as_of < last.as_of:
        told = f"Cơ quan đã cập nhật tiến độ đến ngày {say_day(last.as_of)}. Ghi ngày đó hoặc ngày sau."
    else:
        return
    raise NotADayOfProgress({"as_of": told})
