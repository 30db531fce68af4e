"""What may happen to an assignment: answered, reported on, confirmed, returned, opened again."""

from collections.abc import Iterable
from datetime import date
from typing import NoReturn

from django.core.exceptions import ValidationError
from django.core.files.base import File

from meetings.expected import READS, missing_reports
from meetings.models import Answer, AnswerFile, AnswerKind, AnswerState, Assignment, AssignmentState, Reopening
from programme.models import User
from programme.operations.files import store_file
from programme.rights import CONFIRM
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.files import MOST_FILES, digest_of
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded


class NotTheAgencyAssigned(ValidationError):
    """The person's agency has no part in the directive, or they do not answer for it."""


class NotToBeDone(Overtaken):
    """Nothing is to be done: the meeting is not concluded, or the directive was withdrawn or taken out."""


class AlreadyConfirmed(Overtaken):
    """The office has taken it as done."""


class AnswerWaits(Overtaken):
    """The office has yet to look at the answer sent before."""


class NotADayOfDoing(ValidationError):
    """Nothing is done before it was asked for, or in days to come."""


class ReportNotExpected(Overtaken):
    """No report of such a period is expected, or somebody of the agency was first to send it."""


class NotTheOffice(ValidationError):
    """Only the office of the province decides."""


class OwnAnswer(ValidationError):
    """Nobody confirms or returns what they wrote."""


class AnswerDecided(Overtaken):
    """Somebody decided on the answer before this request got here."""


class ExtensionUndecided(Overtaken):
    """More time was asked for, and nobody has said yes or no."""


class NotConfirmed(Overtaken):
    """Only what was taken as done is opened again."""


@operation
def answer_assignment(
    assignment: Assignment, *, text: str, done_on: date, files: Iterable[File] = (), by: User, today: date
) -> Answer:
    """Report for an agency that its part is done; the office confirms or returns it.

    Of two people of the agency at once the second is told of the first (``AnswerWaits``).
    """
    assignment = lock_for_agency(assignment, by=by, today=today)
    if assignment.state == AssignmentState.ANSWERED:
        waiting = assignment.answers.waiting().select_related("author").get()
        raise AnswerWaits(
            f"{waiting.author} đã gửi trả lời ngày {say_day(waiting.sent_on)}, đang chờ xác nhận. "
            "Nếu trả lời đó bị trả lại, bạn gửi trả lời mới."
        )
    _refuse_day(assignment, done_on, today)
    answer = Answer(assignment=assignment, kind=AnswerKind.COMPLETION, text=text, done_on=done_on)
    send_answer(answer, files, by=by, today=today)
    assignment.state = AssignmentState.ANSWERED
    signed_save(assignment, by=by, reason=AnswerKind.COMPLETION.label)
    return answer


@operation
def report_period(
    assignment: Assignment, *, period_last_day: date, text: str, files: Iterable[File] = (), by: User, today: date
) -> Answer:
    """Report how an assignment stood in one of its periods. Raises ``ReportNotExpected`` for any other day."""
    assignment = lock_for_agency(assignment, by=by, today=today)
    missing = missing_reports([assignment], on=today).get(assignment.pk, [])
    if period_last_day not in {one.window.last_day for one in missing}:
        _refuse_period(assignment, period_last_day)
    answer = Answer(assignment=assignment, kind=AnswerKind.PERIODIC, text=text, period_last_day=period_last_day)
    return send_answer(answer, files, by=by, today=today)


@operation
def confirm_answer(answer: Answer, *, by: User, today: date) -> Assignment:
    """Take the assignment as done on the day that the answer names. After this point nothing is answered any more."""
    assignment, answer = _lock_for_decision(answer, by=by, today=today)
    if assignment.extensions.waiting().exists():
        raise ExtensionUndecided(
            "Cơ quan đang xin gia hạn việc này. Quyết định đề nghị gia hạn trước, rồi xác nhận. "
            + say_recorded(assignment.extensions.model.history.filter(assignment=assignment.pk))
        )
    _decide(answer, AnswerState.CONFIRMED, by=by, today=today, reason="Xác nhận hoàn thành")
    assignment.state, assignment.done_on = AssignmentState.CONFIRMED, answer.done_on
    return signed_save(assignment, by=by, reason="Xác nhận hoàn thành")


@operation
def return_answer(answer: Answer, *, reason: str, by: User, today: date) -> Assignment:
    """Send the answer back: the assignment counts as not done, and the agency answers anew."""
    assignment, answer = _lock_for_decision(answer, by=by, today=today)
    refuse_without_reason(reason, "Ghi lý do trả lại, để cơ quan biết phải bổ sung gì.")
    answer.return_reason = reason
    _decide(answer, AnswerState.RETURNED, by=by, today=today, reason=reason)
    assignment.state = AssignmentState.RETURNED
    return signed_save(assignment, by=by, reason=reason)


@operation
def reopen_assignment(assignment: Assignment, *, reason: str, by: User, today: date) -> Assignment:
    """Undo a confirmation that was a mistake: not done again. The answer stays as decided."""
    assignment = lock_for_office(assignment, by=by, today=today)
    if not assignment.is_confirmed:
        raise NotConfirmed(
            "Việc này không ở tình trạng đã xác nhận hoàn thành, nên không có gì để mở lại. "
            + say_recorded(assignment.history)
        )
    refuse_without_reason(reason, "Ghi lý do mở lại.")
    signed_save(Reopening(assignment=assignment, on=today, author=by, text=reason), by=by, reason=reason)
    assignment.state, assignment.done_on = AssignmentState.RETURNED, None
    return signed_save(assignment, by=by, reason=reason)


def lock_for_agency(assignment: Assignment, *, by: User, today: date) -> Assignment:
    """As it is stored now, for one who answers for its agency; refused once nothing is to be answered."""
    stored = _lock(assignment, today)
    if not Assignment.objects.answerable_by(by, today).filter(pk=stored.pk).exists():
        raise NotTheAgencyAssigned(f"Việc này giao cho {stored.agency}; bạn chỉ xem được.")
    if stored.is_confirmed and stored.done_on:
        raise AlreadyConfirmed(
            f"Văn phòng đã xác nhận việc này hoàn thành ngày {say_day(stored.done_on)} nên không gửi thêm được. "
            + say_recorded(stored.history)
        )
    return stored


def lock_for_office(
    assignment: Assignment, verb: str = CONFIRM, record: str = "meetings.answer", *, by: User, today: date
) -> Assignment:
    """As it is stored now, for those of its province who may do this to such records: its office."""
    stored = _lock(assignment, today)
    if not by.may(verb, record) or not Assignment.objects.visible_to(by).filter(pk=stored.pk).exists():
        raise NotTheOffice("Chỉ Văn phòng của tỉnh xác nhận, trả lại và quyết định gia hạn.")
    return stored


def refuse_without_reason(reason: str, told: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": told})


def _lock(assignment: Assignment, today: date) -> Assignment:
    locked = Assignment.objects.select_for_update(of=("self",)).select_related(READS, "agency__province")
    stored = locked.filter(pk=assignment.pk).first()
    if stored is None:
        raise NotToBeDone(
            "Việc này vừa được bỏ khi đính chính kết luận cuộc họp. "
            + say_recorded(Assignment.history.filter(id=assignment.pk))
        )
    directive = stored.directive
    if directive.withdrawn_on and directive.withdrawn_on <= today:
        raise NotToBeDone(
            f"Việc này đã thôi theo dõi từ ngày {say_day(directive.withdrawn_on)}. {say_recorded(directive.history)}"
        )
    if not Assignment.objects.given(today).filter(pk=stored.pk).exists():
        raise NotToBeDone("Cuộc họp giao việc này chưa kết luận nên chưa có gì để trả lời.")
    return stored


def _lock_for_decision(answer: Answer, *, by: User, today: date) -> tuple[Assignment, Answer]:
    assignment = lock_for_office(answer.assignment, by=by, today=today)
    stored = Answer.objects.select_related("author", "reviewer").get(pk=answer.pk)
    if stored.kind != AnswerKind.COMPLETION:
        said = f"{stored.get_kind_display()} không phải xác nhận; chỉ báo cáo hoàn thành mới xác nhận hoặc trả lại."
        raise AnswerDecided(said)
    if stored.reviewer and stored.reviewed_on:
        done = "xác nhận" if stored.state == AnswerState.CONFIRMED else "trả lại"
        raise AnswerDecided(f"{stored.reviewer} đã {done} trả lời này ngày {say_day(stored.reviewed_on)}.")
    if stored.author == by:
        raise OwnAnswer("Bạn là người gửi trả lời này nên một người khác của Văn phòng xác nhận hoặc trả lại.")
    return assignment, stored


def _decide(answer: Answer, state: AnswerState, *, by: User, today: date, reason: str) -> None:
    answer.state, answer.reviewer, answer.reviewed_on = state, by, today
    signed_save(answer, by=by, reason=reason)


def send_answer(answer: Answer, files: Iterable[File], *, by: User, today: date) -> Answer:
    answer.author, answer.sent_on = by, today
    signed_save(answer, by=by, reason=AnswerKind(answer.kind).label)
    # The same bytes chosen twice are one file.
    uploads = list({digest_of(upload): upload for upload in files}.values())
    if len(uploads) > MOST_FILES:
        raise ValidationError(
            {
                "files": f"Mỗi trả lời có nhiều nhất {MOST_FILES} tệp; bạn gửi {len(uploads)}. "
                "Gộp các trang quét vào một tệp PDF, hoặc bớt tệp."
            }
        )
    for upload in uploads:
        signed_save(AnswerFile(answer=answer, file=store_file(upload, by=by)), by=by)
    return answer


def _refuse_day(assignment: Assignment, done_on: date, today: date) -> None:
    held_on = assignment.directive.conclusion.meeting.held_on
    if done_on > today:
        raise NotADayOfDoing(
            {"done_on": f"Ngày {say_day(done_on)} chưa đến. Ghi ngày đã hoàn thành, muộn nhất hôm nay."}
        )
    if done_on < held_on:
        raise NotADayOfDoing(
            {"done_on": f"Ngày {say_day(done_on)} trước ngày họp {say_day(held_on)}. Ghi ngày hoàn thành từ ngày họp."}
        )


def _refuse_period(assignment: Assignment, period_last_day: date) -> NoReturn:
    reported = assignment.answers.filter(kind=AnswerKind.PERIODIC, period_last_day=period_last_day)
    if sent := reported.select_related("author").first():
        said = f"{sent.author} đã gửi báo cáo của kỳ này ngày {say_day(sent.sent_on)}."
        raise ReportNotExpected({"period_last_day": f"{said} {say_recorded(sent.history)}"})
    if not assignment.directive.due_cadence:
        said = "Việc này không phải báo cáo định kỳ. Khi làm xong, gửi báo cáo hoàn thành."
        raise ReportNotExpected({"period_last_day": said})
    raise ReportNotExpected({"period_last_day": "Cơ quan không phải báo cáo kỳ này. Chọn một kỳ trong danh sách."})
