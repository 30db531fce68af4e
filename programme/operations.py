"""What may happen to a programme and its revisions.

Who may do it in the office is decided by role (``smartcity.accounts.rights``); what may happen at all, and in
which order, is decided here. A refusal is a ``ValidationError`` with a name, so that forms, pages and the API
can show its Vietnamese sentence beside the field that it speaks of.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Max

from programme.dates import say_day
from programme.history import operation, signed_save, user_action
from programme.models import (
    STATE_AFTER,
    Agency,
    LegalDocument,
    Membership,
    Programme,
    Revision,
    RevisionState,
    RevisionStep,
    StepKind,
    User,
)


class StepOutOfOrder(ValidationError):
    """The revision is not in a state that this step can follow, or the step is dated before the last one."""


class DocumentNotIssued(ValidationError):
    """An adoption rests on a document with a number, a day and a day of effect."""


class EffectiveBeforeBase(ValidationError):
    """A revision cannot take effect before the one that it changes."""


# An act that was recorded nowhere else may be entered straight from its document: draft → adopted.
STEPS_FROM: dict[str, set[StepKind]] = {
    RevisionState.DRAFT: {
        StepKind.DRAFTED,
        StepKind.CONSIDERED,
        StepKind.AGREED,
        StepKind.SUBMITTED,
        StepKind.ADOPTED,
        StepKind.WITHDRAWN,
    },
    RevisionState.PROPOSED: {
        StepKind.CONSIDERED,
        StepKind.AGREED,
        StepKind.SUBMITTED,
        StepKind.ADOPTED,
        StepKind.REJECTED,
        StepKind.WITHDRAWN,
    },
    RevisionState.ADOPTED: set(),
    RevisionState.REJECTED: set(),
    RevisionState.WITHDRAWN: set(),
}


@operation
def draft_revision(
    programme: Programme, *, name: str, by: User, base: Revision | None = None, change_reason: str = "", **fields
) -> Revision:
    """Begin the next revision of ``programme`` as a draft, numbered after the last one.

    The programme is locked, so that two people drafting at once are not given the same number.
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    last = programme.revisions.aggregate(last=Max("number"))["last"] or 0
    revision = Revision(programme=programme, number=last + 1, base=base, name=name, **fields)
    return signed_save(revision, by=by, reason=change_reason or revision.reason)


@operation
def record_step(
    revision: Revision,
    kind: StepKind,
    *,
    on: date,
    by: User,
    today: date,
    document: LegalDocument | None = None,
    effective_on: date | None = None,
    meeting_on: date | None = None,
    note: str = "",
    reason: str = "",
) -> RevisionStep:
    """Record what happened to ``revision`` on the day ``on``: agreed, submitted, adopted, rejected, withdrawn.

    After the adoption nothing in the revision can change. The row is locked first: of two people recording
    the adoption at once, one does and the other is told.
    """
    revision = Revision.objects.select_for_update().select_related("programme").get(pk=revision.pk)
    _refuse_disorder(revision, kind, on=on, today=today)
    if kind == StepKind.ADOPTED:
        _refuse_unfounded_adoption(revision, document, effective_on)
        revision.document, revision.effective_on = document, effective_on
    revision.state = STATE_AFTER[kind]
    with user_action(document=document):
        signed_save(revision, by=by, reason=reason or note or f"{kind.label} ngày {say_day(on)}")
        step = RevisionStep(revision=revision, kind=kind, on=on, document=document, meeting_on=meeting_on, note=note)
        return signed_save(step, by=by, reason=reason or note)


def _refuse_disorder(revision: Revision, kind: StepKind, *, on: date, today: date) -> None:
    if kind not in STEPS_FROM[revision.state]:
        possible = ", ".join(f"«{step.label}»" for step in StepKind if step in STEPS_FROM[revision.state])
        raise StepOutOfOrder(
            {
                "kind": f"{revision.title} ({revision.get_state_display().lower()}): không ghi được «{kind.label}». "
                + (f"Có thể ghi: {possible}." if possible else "Muốn thay đổi, hãy soạn một lần điều chỉnh mới.")
            }
        )
    if on > today:
        raise StepOutOfOrder({"on": f"Ngày {say_day(on)} chưa đến. Chỉ ghi việc đã diễn ra."})
    last = revision.steps.order_by("-on", "-pk").first()
    if last and on < last.on:
        raise StepOutOfOrder({"on": f"Bước trước ({last}) diễn ra sau ngày này. Kiểm tra lại ngày."})


def _refuse_unfounded_adoption(revision: Revision, document: LegalDocument | None, effective_on: date | None) -> None:
    if document is None or not document.is_issued:
        raise DocumentNotIssued(
            {"document": "Thông qua phải có văn bản đã ban hành, đủ số và ngày. Nhập văn bản trước, rồi chọn ở đây."}
        )
    if document.province_id not in {None, revision.programme.province_id}:
        raise DocumentNotIssued({"document": "Văn bản này của tỉnh khác. Chọn văn bản của tỉnh có đề án."})
    if effective_on is None:
        raise DocumentNotIssued({"effective_on": "Nhập ngày có hiệu lực ghi trong văn bản."})
    if document.signed_on and effective_on < document.signed_on:
        raise DocumentNotIssued(
            {"effective_on": f"Văn bản ban hành ngày {say_day(document.signed_on)}; hiệu lực không thể trước ngày đó."}
        )
    base = revision.base
    if base and base.effective_on and effective_on <= base.effective_on:
        raise EffectiveBeforeBase(
            {"effective_on": f"{base.title} có hiệu lực từ {say_day(base.effective_on)}; lần này phải sau ngày đó."}
        )


class NotMoved(ValidationError):
    """The person works there already, or the day does not follow what is recorded of their work."""


@operation
def move_member(
    user: User,
    *,
    agency: Agency | None,
    from_on: date | None,
    by: User,
    reason: str = "",
    document: LegalDocument | None = None,
) -> Membership | None:
    """From the day ``from_on`` on ``user`` works for ``agency``; with None, for no agency any more.

    The work before ends the day before. Only a person's first agency may have no known first day. The account
    is locked, so that two moves at once are not both made from the same agency.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    current = user.memberships.filter(last_day=None).select_related("agency").first()
    _refuse_no_move(user, current, agency, from_on)
    with user_action(document=document):
        if current and from_on:
            current.last_day = from_on - timedelta(days=1)
            signed_save(current, by=by, reason=reason)
        if agency is None:
            return None
        return signed_save(Membership(user=user, agency=agency, first_day=from_on), by=by, reason=reason)


def _refuse_no_move(user: User, current: Membership | None, agency: Agency | None, from_on: date | None) -> None:
    if agency == (current.agency if current else None):
        here = f"đang làm việc ở {agency}" if agency else "không làm việc ở cơ quan nào"
        raise NotMoved({"agency": f"{user} {here}. Chọn cơ quan khác."})
    if from_on is None and user.memberships.exists():
        raise NotMoved({"first_day": "Nhập ngày đầu tiên làm việc ở cơ quan mới, hoặc ngày đầu tiên đã nghỉ."})
    if current and current.first_day and from_on and from_on <= current.first_day:
        begun = f"{user} làm việc ở {current.agency} từ {say_day(current.first_day)}"
        raise NotMoved({"first_day": f"{begun}; ngày chuyển phải sau ngày đó."})
