"""What may happen to a finding of auditors or inspectors: entered, changed, answered, closed, opened again."""

from datetime import date

from django.core.exceptions import ValidationError

from meetings.models import Finding, FindingEntry, FindingEntryKind, FindingState, agencies_answered_for
from programme.models import LegalDocument, User
from programme.rights import ANSWER, CLOSE
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded


class NotTheAgencyConcerned(ValidationError):
    """Only people of the agency that a finding concerns answer it."""


class NotAKeeper(ValidationError):
    """Only the office and the coordinating agencies of the province keep the list."""


class OwnFindingAnswer(ValidationError):
    """Nobody takes as done what they answered."""


class FindingClosed(Overtaken):
    """The finding was closed before this request got here."""


class NotYetAnswered(Overtaken):
    """What nobody answered is neither closed nor opened again."""


@operation
def record_finding(finding: Finding, *, by: User, reason: str = "") -> Finding:
    """Enter a finding. The conclusions that it stands in may be unknown."""
    _refuse_unless_keeper(finding, by)
    return signed_save(finding, by=by, reason=reason)


@operation
def change_finding(finding: Finding, *, by: User, reason: str) -> Finding:
    """Save what changed of what the finding says; what became of it changes through the other operations."""
    stored = _lock(finding)
    _refuse_unless_keeper(stored, by)
    for name in ("state", "answer", "answered_on", "answered_by_id", "answer_document_id", "closed_on"):
        setattr(finding, name, getattr(stored, name))
    return signed_save(finding, by=by, reason=reason)


@operation
def answer_finding(
    finding: Finding,
    *,
    text: str,
    answered_on: date,
    answer_document: LegalDocument | None = None,
    by: User,
    today: date,
) -> Finding:
    """Answer for the agency concerned; a second answer takes the place of the first, which its entries keep."""
    finding = _lock(finding)
    if not answers_for(by, finding, today):
        raise NotTheAgencyConcerned(f"Kiến nghị này do {finding.agency} giải trình; bạn chỉ xem được.")
    if finding.state == FindingState.CLOSED:
        raise FindingClosed(
            "Kiến nghị này đã được ghi là thực hiện xong trong lúc bạn nhập, nên không trả lời thêm. "
            + say_recorded(finding.history)
        )
    if not text.strip():
        raise ValidationError({"text": "Ghi nội dung giải trình, kết quả."})
    if answered_on > today:
        raise ValidationError({"answered_on": f"Ngày {say_day(answered_on)} chưa đến. Ghi ngày đã giải trình."})
    finding.state = FindingState.ANSWERED
    finding.answer, finding.answered_on, finding.answered_by = text, answered_on, by
    finding.answer_document = answer_document
    entry = FindingEntry(kind=FindingEntryKind.ANSWER, on=answered_on, text=text, document=answer_document)
    return _save(finding, entry, by=by)


@operation
def close_finding(finding: Finding, *, closed_on: date, by: User, today: date) -> Finding:
    """Take as done what was answered; somebody other than who answered does."""
    finding = _lock(finding)
    _refuse_unless_keeper(finding, by)
    if finding.state == FindingState.CLOSED:
        raise FindingClosed("Kiến nghị này đã được ghi là thực hiện xong trước đó. " + say_recorded(finding.history))
    if finding.state == FindingState.OPEN:
        raise NotYetAnswered("Kiến nghị này đang chờ cơ quan giải trình. " + say_recorded(finding.history))
    if finding.was_answered_by(by):
        raise OwnFindingAnswer("Bạn là người giải trình kiến nghị này, nên một người khác ghi là thực hiện xong.")
    if closed_on > today:
        raise ValidationError({"closed_on": f"Ngày {say_day(closed_on)} chưa đến. Ghi ngày đã thực hiện xong."})
    finding.state, finding.closed_on = FindingState.CLOSED, closed_on
    return _save(finding, FindingEntry(kind=FindingEntryKind.CLOSING, on=closed_on), by=by)


@operation
def reopen_finding(finding: Finding, *, reason: str, by: User, today: date) -> Finding:
    """Ask for a new answer; what was answered stays in the entries."""
    finding = _lock(finding)
    _refuse_unless_keeper(finding, by)
    if finding.state == FindingState.OPEN:
        raise NotYetAnswered("Kiến nghị này đang chờ giải trình. " + say_recorded(finding.history))
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do mở lại, để cơ quan biết phải bổ sung gì."})
    finding.state, finding.answer, finding.answer_document = FindingState.OPEN, "", None
    finding.answered_on = finding.answered_by = finding.closed_on = None
    return _save(finding, FindingEntry(kind=FindingEntryKind.REOPENING, on=today, text=reason), by=by, reason=reason)


def answers_for(user: User, finding: Finding, on: date) -> bool:
    """Whether the person works for the agency concerned, or for the one that its duties have passed to."""
    if user.agency is None or not user.may(ANSWER, "meetings.finding"):
        return False
    return finding.agency_id in agencies_answered_for(user.agency, on)


def _lock(finding: Finding) -> Finding:
    return Finding.objects.select_for_update(of=("self",)).select_related("agency", "body").get(pk=finding.pk)


def _save(finding: Finding, entry: FindingEntry, *, by: User, reason: str = "") -> Finding:
    """The finding in its new state, with the entry that says how it came to it."""
    reason = reason or FindingEntryKind(entry.kind).label
    finding = signed_save(finding, by=by, reason=reason)
    entry.finding, entry.author = finding, by
    signed_save(entry, by=by, reason=reason)
    return finding


def _refuse_unless_keeper(finding: Finding, by: User) -> None:
    if not by.may(CLOSE, "meetings.finding") or by.province_id != finding.province_id:
        raise NotAKeeper("Chỉ Văn phòng và cơ quan đầu mối của tỉnh ghi, sửa và kết thúc kiến nghị.")
