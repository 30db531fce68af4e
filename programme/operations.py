"""What may happen to a programme and its revisions.

Who may do it in the office is decided by role (``smartcity.accounts.rights``); what may happen at all, and in
which order, is decided here. A refusal is a ``ValidationError`` with a name, so that forms, pages and the API
can show its Vietnamese sentence beside the field that it speaks of.
"""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Max, ProtectedError

from programme.dates import say_day
from programme.document_code import DocumentCode
from programme.history import operation, signed_delete, signed_save, user_action
from programme.models import (
    CHANGING_KINDS,
    STATE_AFTER,
    STEPS_FROM,
    DocumentRelation,
    LegalDocument,
    Objective,
    Period,
    Programme,
    RelationKind,
    Revision,
    RevisionStep,
    StatedFigure,
    StepKind,
    User,
)


class StepOutOfOrder(ValidationError):
    """The revision is not in a state that this step can follow, or the step is dated before the last one."""


class DocumentNotIssued(ValidationError):
    """An adoption rests on a document with a number, a day and a day of effect."""


class EffectiveBeforeBase(ValidationError):
    """A revision cannot take effect before the one that it changes."""


class StaleBase(ValidationError):
    """Another revision was adopted since this one was drafted: it would undo what that one decided."""


class PeriodInUse(ValidationError):
    """Tasks are planned in the period."""


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


def lock_draft(revision: Revision) -> Revision:
    """The stored revision, locked until the end of the operation; raises ``ValidationError`` when it is no draft.

    What is being proposed at this moment takes no more changes.
    """
    stored = Revision.objects.select_for_update(of=("self",)).select_related("programme").get(pk=revision.pk)
    stored.refuse_unless_draft()
    return stored


@operation
def change_revision(revision: Revision, *, by: User, change_reason: str = "", **fields) -> Revision:
    """Change what a draft says of the programme as a whole: its name, declared budget, reason, note."""
    revision = lock_draft(revision)
    for name, value in fields.items():
        setattr(revision, name, value)
    return signed_save(revision, by=by, reason=change_reason)


@operation
def change_parts(
    revision: Revision,
    *,
    keep: Iterable[Period | Objective] = (),
    drop: Iterable[Period | Objective] = (),
    by: User,
    change_reason: str = "",
) -> None:
    """Add, change and take out periods or goals of a draft; a period in which tasks are planned stays."""
    lock_draft(revision)
    for part in drop:
        try:
            signed_delete(part, by=by, reason=change_reason)
        except ProtectedError as used:
            raise PeriodInUse(
                f"Giai đoạn «{part}» còn {len(used.protected_objects)} nhiệm vụ. "
                "Chuyển các nhiệm vụ đó sang giai đoạn khác trước, rồi bỏ giai đoạn này."
            ) from None
    for part in keep:
        part.revision = revision
        signed_save(part, by=by, reason=change_reason)


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
    pinpoint: str = "",
    note: str = "",
    reason: str = "",
) -> RevisionStep:
    """Record what happened to ``revision`` on the day ``on``: agreed, submitted, adopted, rejected, withdrawn.

    After the adoption nothing in the revision can change; ``pinpoint`` is the place that it changes in the
    document before it («điểm b khoản 4 Điều 1»). The programme and the row are locked first: of two people
    adopting at once, be it the same revision or two of one programme, one does and the other is told.
    """
    Programme.objects.select_for_update().get(pk=revision.programme_id)
    revision = Revision.objects.select_for_update(of=("self",)).select_related("programme").get(pk=revision.pk)
    _refuse_disorder(revision, kind, on=on, today=today)
    if kind == StepKind.ADOPTED:
        _refuse_unfounded_adoption(revision, document, effective_on)
        _refuse_stale_base(revision)
        revision.document, revision.effective_on = document, effective_on
    revision.state = STATE_AFTER[kind]
    with user_action(document=document):
        signed_save(revision, by=by, reason=reason or note or f"{kind.label} ngày {say_day(on)}")
        if kind == StepKind.ADOPTED:
            _relate_to_base(revision, pinpoint, by=by)
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


def _refuse_stale_base(revision: Revision) -> None:
    newest = revision.programme.revisions.newest_adopted().first()
    if newest is None or newest.pk == revision.base_id:
        return
    drafted = f"soạn trên {revision.base.title}" if revision.base else "soạn khi đề án chưa có lần ban hành nào"
    raise StaleBase(
        f"{revision.title} {drafted}, nhưng {newest.title} đã được thông qua, có hiệu lực từ "
        f"{say_day(newest.effective_on)}. Cập nhật dự thảo theo lần đó rồi trình lại, để không làm mất nội dung của nó."
    )


def _relate_to_base(revision: Revision, pinpoint: str, *, by: User) -> None:
    """Let the adopting document amend the one before, unless it is known already what it changes."""
    if revision.base is None or revision.base.document is None:
        return
    before = LegalDocument.objects.filter(revisions__programme=revision.programme).exclude(revisions=revision)
    known = DocumentRelation.objects.filter(document=revision.document, target__in=before, kind__in=CHANGING_KINDS)
    if not known.exists():
        relation = DocumentRelation(
            document=revision.document, kind=RelationKind.AMENDS, target=revision.base.document, pinpoint=pinpoint
        )
        signed_save(relation, by=by, reason=f"Theo việc thông qua {revision.title}")


class AlreadyIssued(ValidationError):
    """A document is given its number once; later that is a correction."""


class NotYetIssued(ValidationError):
    """To be issued, a document needs a number and a day that has come."""


@operation
def issue_document(
    document: LegalDocument,
    *,
    code: DocumentCode,
    signed_on: date,
    by: User,
    today: date,
    effective_on: date | None = None,
    signer: str = "",
    reason: str = "",
) -> LegalDocument:
    """Give a document that was known without its number the number and day that it was issued with.

    It stays the same document: what was said of it, and what rests on it, needs no change. What is not given
    stays as it was.
    """
    document = LegalDocument.objects.select_for_update().get(pk=document.pk)
    if not document.awaits_its_number:
        raise AlreadyIssued(
            {"code": f"{document} không chờ số. Muốn đính chính thì sửa văn bản ở phần hồ sơ, ghi lý do."}
        )
    if code.number is None:
        raise NotYetIssued({"code": "Ghi đủ số và ký hiệu, ví dụ 45/TB-UBND. Chưa có số thì chưa cần ghi gì."})
    if signed_on > today:
        raise NotYetIssued({"signed_on": f"Ngày {say_day(signed_on)} chưa đến. Ghi khi văn bản đã ban hành."})
    document.number, document.symbol, document.signed_on = code.number, code.symbol, signed_on
    document.effective_on = effective_on or document.effective_on
    document.signer = signer or document.signer
    return signed_save(document, by=by, reason=reason)


@operation
def note_stated_figure(figure: StatedFigure, *, note: str, by: User, reason: str = "") -> StatedFigure:
    """Write beside a published figure what explains it; the figure itself stays as it was published."""
    figure = StatedFigure.objects.select_for_update().get(pk=figure.pk)
    figure.note = note
    return signed_save(figure, by=by, reason=reason)
