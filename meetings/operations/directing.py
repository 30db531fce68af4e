"""What may happen to directives: given, changed, taken out, withdrawn, given their day, linked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Max

from meetings.models import (
    Assignment,
    AssignmentRole,
    AssignmentState,
    Conclusion,
    Directive,
    DirectiveLink,
    LinkKind,
    correcting,
)
from meetings.models.due import DATED_LATER, Due, DueKind
from meetings.operations.recording import changing, refuse_unless_held
from programme.models import Agency, LegalDocument, Revision, User
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_delete, signed_save
from smartcity.lib.records.overtaken import Overtaken, say_recorded
from tasks.models import Task


class NoAgency(ValidationError):
    """Somebody has to do what a meeting directs."""


class AlreadyAnswered(ValidationError):
    """An agency that has answered cannot be taken off as if it had never been asked."""


class NothingToResolve(ValidationError):
    """Only a condition, another document's date or a phrase gets its day later."""


class NamedByAFinding(ValidationError):
    """A finding of auditors or inspectors rests on the directive."""


class AlreadyDone(Overtaken):
    """What every lead has done needs no withdrawing."""


class NotWithdrawn(Overtaken):
    """Only what was withdrawn is followed again."""


class AlreadyWithdrawn(Overtaken):
    """The directive was withdrawn before this request got here."""


@dataclass(frozen=True)
class Assigned:
    """An agency's part in a directive that is being given."""

    agency: Agency
    role: AssignmentRole = AssignmentRole.LEAD
    is_assumed: bool = False


@operation
def give_directive(
    conclusion: Conclusion,
    *,
    text: str,
    due: Due,
    assigned: Iterable[Assigned],
    due_document: LegalDocument | None = None,
    due_revision: Revision | None = None,
    note: str = "",
    by: User,
    today: date,
    correction: str = "",
    reason: str = "",
) -> Directive:
    """Add a directive at the end of its conclusion. Raises ``NoAgency`` without one that leads."""
    assigned = list(assigned)
    _refuse_without_lead(assigned)
    with changing(conclusion.meeting, by=by, today=today, correction=correction) as meeting:
        refuse_unless_held(meeting, today)
        # As it is stored: what the meeting's notice is decides what may be waited for.
        conclusion.meeting = meeting
        last = conclusion.directives.aggregate(last=Max("position"))["last"] or 0
        directive = Directive(conclusion=conclusion, position=last + 1, text=text, note=note)
        directive.due, directive.due_document, directive.due_revision = due, due_document, due_revision
        signed_save(directive, by=by, reason=correction or reason)
        for one in assigned:
            _assign(directive, one, by=by, reason=correction or reason)
        return directive


@operation
def change_directive(
    directive: Directive, *, assigned: Iterable[Assigned], by: User, today: date, correction: str = "", reason: str = ""
) -> Directive:
    """Save ``directive`` as it is at hand, with ``assigned`` as its agencies from now on.

    An agency that has answered stays; its role may change. Raises ``AlreadyAnswered``, ``NoAgency``.
    """
    wanted = {one.agency.pk: one for one in assigned}
    _refuse_without_lead(wanted.values())
    why = correction or reason
    with changing(directive.conclusion.meeting, by=by, today=today, correction=correction) as meeting:
        directive.conclusion.meeting = meeting
        signed_save(directive, by=by, reason=why)
        for assignment in directive.assignments.select_for_update(of=("self",)).select_related("agency"):
            one = wanted.pop(assignment.agency_id, None)
            if one is None:
                _unassign(assignment, by=by, reason=why)
            elif (assignment.role, assignment.is_assumed) != (one.role, one.is_assumed):
                assignment.role, assignment.is_assumed = one.role, one.is_assumed
                signed_save(assignment, by=by, reason=why)
        for one in wanted.values():
            _assign(directive, one, by=by, reason=why)
        return directive


@operation
def remove_directive(directive: Directive, *, by: User, today: date, correction: str = "", reason: str = "") -> None:
    """Take out a directive that nobody has answered, as if it had never been entered; its history keeps it."""
    why = correction or reason
    with changing(directive.conclusion.meeting, by=by, today=today, correction=correction):
        _refuse_while_a_finding_names_it(directive)
        for assignment in directive.assignments.select_for_update(of=("self",)).select_related("agency"):
            _unassign(assignment, by=by, reason=why)
        for link in directive.links.all():
            signed_delete(link, by=by, reason=why)
        signed_delete(directive, by=by, reason=why)
        for later in directive.conclusion.directives.filter(position__gt=directive.position).order_by("position"):
            later.position -= 1
            signed_save(later, by=by, reason=why)


@operation
def withdraw_directive(directive: Directive, *, on: date, reason: str, by: User, today: date) -> Directive:
    """Stop following a directive from the day ``on``; what was answered stays readable."""
    directive = (
        Directive.objects.select_for_update(of=("self",)).select_related("conclusion__meeting").get(pk=directive.pk)
    )
    if directive.withdrawn_on:
        raise AlreadyWithdrawn(
            f"Việc này đã thôi theo dõi từ ngày {say_day(directive.withdrawn_on)}. {say_recorded(directive.history)}"
        )
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do thôi theo dõi."})
    if on < directive.conclusion.meeting.held_on or on > today:
        held_on = say_day(directive.conclusion.meeting.held_on)
        raise ValidationError({"on": f"Ngày thôi theo dõi phải từ ngày họp {held_on} đến hôm nay."})
    leads = directive.assignments.filter(role=AssignmentRole.LEAD)
    if not leads.exclude(state=AssignmentState.CONFIRMED).exists():
        raise AlreadyDone("Việc này đã được xác nhận hoàn thành nên không cần thôi theo dõi.")
    directive.withdrawn_on = on
    with correcting():
        return signed_save(directive, by=by, reason=reason)


@operation
def resume_directive(directive: Directive, *, reason: str, by: User) -> Directive:
    """Follow a withdrawn directive again, as if it had not been withdrawn: the withdrawal was a mistake."""
    directive = Directive.objects.select_for_update(of=("self",)).get(pk=directive.pk)
    if directive.withdrawn_on is None:
        raise NotWithdrawn(f"Việc này đang được theo dõi. {say_recorded(directive.history)}")
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do theo dõi lại."})
    directive.withdrawn_on = None
    with correcting():
        return signed_save(directive, by=by, reason=reason)


@operation
def resolve_due(directive: Directive, *, day: date, by: User, today: date, reason: str) -> Directive:
    """Give a due that waits its day: of a condition the one on which it came true, of a reference the one set there.

    Of a phrase it is the day that the officer chooses to go by. What the meeting said stays as it was said, so this
    is no correction. ``reason`` says from where the day is known, or why it was chosen.
    """
    directive = Directive.objects.select_for_update(of=("self",)).get(pk=directive.pk)
    if directive.due_kind not in DATED_LATER:
        raise NothingToResolve(f"Thời hạn loại «{DueKind(directive.due_kind).label}» không chờ ngày nào.")
    if not reason.strip():
        is_chosen = directive.due_kind == DueKind.PHRASE
        told = "Ghi lý do chọn ngày này." if is_chosen else "Ghi căn cứ: văn bản nào cho biết ngày này."
        raise ValidationError({"reason": told})
    if directive.due_kind == DueKind.CONDITION and day > today:
        raise ValidationError(
            {"day": f"Điều kiện chỉ được ghi là đã xảy ra khi ngày đó đã đến; {say_day(day)} chưa đến."}
        )
    directive.due_day = day
    with correcting():
        return signed_save(directive, by=by, reason=reason)


@operation
def link_directive(
    directive: Directive,
    end: Task | Revision | LegalDocument,
    *,
    kind: LinkKind = LinkKind.ABOUT,
    by: User,
    reason: str = "",
) -> DirectiveLink:
    """Say what a directive is about, or what came of it."""
    link = DirectiveLink(directive=directive, kind=kind)
    setattr(link, {Task: "task", Revision: "revision", LegalDocument: "document"}[type(end)], end)
    return signed_save(link, by=by, reason=reason)


@operation
def unlink_directive(link: DirectiveLink, *, by: User, reason: str) -> None:
    """Take a link out; its history keeps it. Raises ``ValidationError`` without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": "Ghi lý do bỏ liên kết này."})
    signed_delete(link, by=by, reason=reason)


def _refuse_while_a_finding_names_it(directive: Directive) -> None:
    finding = directive.findings.select_related("body").order_by("pk").first()
    if finding:
        raise NamedByAFinding(
            f"Kiến nghị «{finding}» đang ghi là liên quan đến ý kiến chỉ đạo này. Sửa kiến nghị đó trước, "
            "hoặc dùng «Thôi theo dõi»."
        )


def _refuse_without_lead(assigned: Iterable[Assigned]) -> None:
    if not any(one.role == AssignmentRole.LEAD for one in assigned):
        raise NoAgency({"leads": "Chọn ít nhất một cơ quan chủ trì: việc không giao cho ai thì không ai làm."})


def _assign(directive: Directive, one: Assigned, *, by: User, reason: str) -> None:
    assignment = Assignment(directive=directive, agency=one.agency, role=one.role, is_assumed=one.is_assumed)
    signed_save(assignment, by=by, reason=reason)


def _unassign(assignment: Assignment, *, by: User, reason: str) -> None:
    has_answers = assignment.state != AssignmentState.OPEN or assignment.answers.exists()
    if has_answers or assignment.extensions.exists():
        raise AlreadyAnswered(
            {
                "leads": f"{assignment.agency} đã trả lời hoặc xin gia hạn nên không bỏ khỏi việc này được. "
                "Nếu việc không còn phải làm, dùng «Thôi theo dõi»."
            }
        )
    signed_delete(assignment, by=by, reason=reason)
