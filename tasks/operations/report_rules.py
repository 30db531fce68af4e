"""What a report must say, held against the reports before, after and beside it; and what its author is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from smartcity.lib.language.dates import say_day
from smartcity.lib.language.money import say_money
from smartcity.lib.records.overtaken import Overtaken
from tasks.ledger_checks import money_warnings, read_known_money
from tasks.models import ALLOWED_MOVES, ProgressUpdate, Status, UpdateState
from tasks.operations.ledger import payment_reported


class MoveNotAllowed(ValidationError):
    """The status cannot follow the report before, or the one after cannot follow it."""


class NotExplained(ValidationError):
    """The percentage went back and no reason is given."""


class NotProven(ValidationError):
    """Complete is said without 100 % or without evidence."""


class EvidenceGone(ValidationError):
    """The bytes of a file of the report are not on the server any more."""


class AlreadyReported(Overtaken):
    """The cycle has a report of the task, which waits or was accepted."""


class AlreadyCorrected(Overtaken):
    """The report to be corrected has a correction, which waits or was accepted."""


@dataclass(frozen=True)
class Question:
    """Something unusual in a report, which its author confirms before it is sent."""

    code: str
    fact: str
    advice: str

    @property
    def sentence(self) -> str:
        return f"{self.fact} {self.advice}"


def neighbours(update: ProgressUpdate, among: QuerySet[ProgressUpdate]) -> list[ProgressUpdate]:
    """Those that the report is held against, of ``among``, which has the newest first; without what they say."""
    return list(update.among(among).only("as_of", "state", "status", "percent"))


def refuse_unsound(update: ProgressUpdate, beside: Sequence[ProgressUpdate]) -> None:
    """Raise what forbids the report to stand ``beside`` its neighbours: those that count, or that wait as well."""
    before = next((report for report in beside if report.as_of <= update.as_of), None)
    if before:
        refuse_move(update, before)
    after = next((report for report in reversed(beside) if report.as_of > update.as_of), None)
    if after and after.status not in ALLOWED_MOVES[update.status]:
        raise MoveNotAllowed(
            {
                "status": f"Báo cáo số liệu đến ngày {say_day(after.as_of)} đã là «{after.get_status_display()}», "
                f"không thể theo sau «{update.get_status_display()}». Kiểm tra lại ngày của số liệu; nếu báo cáo đó "
                "sai thì đính chính nó trước."
            }
        )
    if update.status == Status.COMPLETE and update.percent != 100:
        raise NotProven({"percent": "Hoàn thành thì tiến độ phải là 100%."})
    if update.status == Status.COMPLETE and not update.has_evidence:
        raise NotProven({"document": "Hoàn thành thì chọn văn bản nghiệm thu hoặc đính kèm tệp minh chứng."})


def refuse_move(update: ProgressUpdate, before: ProgressUpdate) -> None:
    """Raise what forbids the report to follow the one ``before`` it."""
    if update.status not in ALLOWED_MOVES[before.status]:
        allowed = ", ".join(Status(status).label.lower() for status in ALLOWED_MOVES[before.status])
        raise MoveNotAllowed(
            {
                "status": f"Số liệu đến ngày {say_day(before.as_of)} đã là «{before.get_status_display()}», nên chỉ "
                f"báo cáo được: {allowed}. Nếu báo cáo trước sai, mở báo cáo đó và bấm «Đính chính»."
            }
        )
    if update.falls_back(before) and not update.percent_reason:
        raise NotExplained(
            {"percent_reason": f"Tiến độ giảm từ {before.percent}% xuống {update.percent}%: ghi rõ lý do."}
        )


def refuse_missing_files(update: ProgressUpdate) -> None:
    """Raise where a file that is to prove what the report says cannot be opened by anybody."""
    gone = [say_missing(file.name) for file in update.files if not file.is_there] if update.pk else []
    if gone:
        raise EvidenceGone([ValidationError(sentence, code="files") for sentence in gone])


def say_missing(name: str) -> str:
    """Which file is not there, and how its report is mended."""
    return (
        f"Tệp “{name}” không còn nguyên vẹn trên máy chủ. Chọn lại tệp đó ở ô «Tệp minh chứng», hoặc bỏ tệp đó "
        "khỏi báo cáo."
    )


def refuse_second(update: ProgressUpdate) -> None:
    """Raise where the cycle has been reported on, or the mistake been corrected, by another report."""
    if update.corrects:
        newer = update.corrects.correction_that_stands()
        if newer:
            raise AlreadyCorrected({"corrects": say_corrected(update.corrects, newer)})
    elif update.cycle:
        other = ProgressUpdate.objects.exclude(pk=update.pk).answering(update.cycle, update.task).first()
        if other:
            raise AlreadyReported(
                {
                    "as_of": f"{update.cycle} đã có báo cáo BC-{other.pk}, {other.get_state_display().lower()}. Báo "
                    "cáo đang chờ thì thu hồi để sửa, hoặc đợi tiếp nhận; đã tiếp nhận thì đính chính báo cáo đó."
                }
            )


def say_corrected(wrong: ProgressUpdate, newer: ProgressUpdate) -> str:
    """Why the report is not corrected again, and what to do with what stands in its place."""
    accepted = newer.state == UpdateState.ACCEPTED
    advice = f"còn sai thì đính chính BC-{newer.pk}" if accepted else f"muốn sửa thì thu hồi BC-{newer.pk}"
    return (
        f"Báo cáo BC-{wrong.pk} đã có báo cáo đính chính BC-{newer.pk}, {newer.get_state_display().lower()}: {advice}."
    )


def whole_when_complete(status: str, percent: int | None) -> int | None:
    """The percentage that is meant: what is complete is so by all of it, without saying it a second time."""
    return 100 if status == Status.COMPLETE and percent is None else percent


def questions_about(update: ProgressUpdate) -> list[Question]:
    """What its author is asked before the report is sent: what is seldom meant, but may be."""
    questions = []
    if update.percent == 100 and update.status != Status.COMPLETE:
        questions.append(
            Question(
                "hundred",
                f"Tiến độ 100% nhưng trạng thái là «{update.get_status_display()}».",
                "Nếu nhiệm vụ đã xong, sửa trạng thái thành «Hoàn thành»; nếu chưa xong, đánh dấu xác nhận.",
            )
        )
    payment = payment_reported(update)
    warnings = money_warnings(payment, read_known_money([update.task])) if payment else []
    if warnings:
        told = " ".join(one.text for one in warnings)
        questions.append(Question("money", told, "Nếu nhầm thì sửa giải ngân trong kỳ; nếu đúng, đánh dấu xác nhận."))
    return questions + (_asked_of_a_correction(update, update.corrects) if update.corrects else _paid_twice(update))


def _asked_of_a_correction(update: ProgressUpdate, wrong: ProgressUpdate) -> list[Question]:
    """A correction takes the place of the whole report: what it leaves out is taken back."""
    questions = []
    less = (wrong.disbursed_vnd or 0) - (update.disbursed_vnd or 0)
    if less > 0:
        said = f"ghi {say_money(update.disbursed_vnd)}" if update.disbursed_vnd else "để trống"
        questions.append(
            Question(
                "less_money",
                f"Báo cáo được đính chính ghi giải ngân {say_money(wrong.disbursed_vnd or 0)}, báo cáo này {said}: khi "
                f"tiếp nhận, sổ kinh phí giảm {say_money(less)}.",
                "Không định bỏ số tiền đó thì ghi lại vào ô «Giải ngân trong kỳ»; đúng là bỏ thì đánh dấu xác nhận.",
            )
        )
    if wrong.step_id and wrong.step_id != update.step_id:
        questions.append(
            Question(
                "step",
                f"Báo cáo được đính chính ghi xong bước «{wrong.step}»; bước đó vẫn được tính là đã xong.",
                "Bước đó xong thật thì đánh dấu xác nhận; chưa xong thì báo cơ quan đầu mối sửa ở trang thủ tục.",
            )
        )
    return questions


def _paid_twice(update: ProgressUpdate) -> list[Question]:
    """Two reports of one day that both say what was disbursed may speak of the same money."""
    if not update.disbursed_vnd:
        return []
    same_day = update.among(ProgressUpdate.objects.standing()).filter(as_of=update.as_of, disbursed_vnd__isnull=False)
    return [
        Question(
            "same_day_money",
            f"Báo cáo BC-{other.pk} cùng ngày số liệu, {other.get_state_display().lower()}, đã ghi giải ngân "
            f"{say_money(other.disbursed_vnd or 0)}.",
            "Cùng một khoản thì để trống ô «Giải ngân trong kỳ»; khoản khác thì đánh dấu xác nhận.",
        )
        for other in same_day[:1]
    ]
