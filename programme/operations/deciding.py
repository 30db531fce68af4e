"""The steps of a revision's life: proposed, considered, adopted or not, and what each of them needs."""

from datetime import date

from django.core.exceptions import ValidationError

from programme.models import (
    CHANGING_KINDS,
    PROPOSING_STEPS,
    STATE_AFTER,
    STEPS_FROM,
    DocumentRelation,
    LegalDocument,
    Programme,
    RelationKind,
    Revision,
    RevisionState,
    RevisionStep,
    StepKind,
    User,
    taking_step,
)
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_save, user_action
from smartcity.lib.records.overtaken import Overtaken, say_recorded


class StepOutOfOrder(ValidationError):
    """The revision is not in a state that this step can follow, or the step is dated before the last one."""


class DocumentNotIssued(ValidationError):
    """An adoption rests on a document with a number, a day and a day of effect."""


class EffectiveBeforeBase(ValidationError):
    """A revision cannot take effect before the one that it changes."""


class StateMovedOn(Overtaken, StepOutOfOrder):
    """Somebody recorded a step that this one cannot follow, for this revision or for another one of the programme."""


class StaleBase(Overtaken):
    """Another revision was adopted since this one was drafted: it would undo what that one decided."""


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
    if STATE_AFTER[kind] == RevisionState.PROPOSED:
        _refuse_second_proposal(revision, on)
    if document and document.signed_on and document.signed_on > today:
        raise DocumentNotIssued(
            {"document": f"Văn bản này ghi ngày ký {say_day(document.signed_on)}, chưa đến. Kiểm tra lại văn bản."}
        )
    if kind == StepKind.ADOPTED:
        _refuse_unfounded_adoption(revision, document, effective_on)
        _refuse_stale_base(revision)
        revision.document, revision.effective_on = document, effective_on
    revision.state = STATE_AFTER[kind]
    with user_action(document=document), taking_step():
        signed_save(revision, by=by, reason=reason or note or f"{kind.label} ngày {say_day(on)}")
        if kind == StepKind.ADOPTED:
            _relate_to_base(revision, pinpoint, by=by)
        step = RevisionStep(revision=revision, kind=kind, on=on, document=document, meeting_on=meeting_on, note=note)
        return signed_save(step, by=by, reason=reason or note)


def _refuse_disorder(revision: Revision, kind: StepKind, *, on: date, today: date) -> None:
    if kind not in STEPS_FROM[revision.state]:
        possible = ", ".join(f"«{step.label}»" for step in StepKind if step in STEPS_FROM[revision.state])
        refusal = StateMovedOn if was_possible(revision, kind) else StepOutOfOrder
        raise refusal(
            {
                "kind": f"{revision.title} ({revision.get_state_display().lower()}): không ghi được «{kind.label}». "
                + (f"Có thể ghi: {possible}." if possible else "Muốn thay đổi, hãy soạn một lần điều chỉnh mới.")
                + f" {_who_stepped(revision)}"
            }
        )
    if on > today:
        raise StepOutOfOrder({"on": f"Ngày {say_day(on)} chưa đến. Chỉ ghi việc đã diễn ra."})
    last = revision.steps.order_by("-on", "-pk").first()
    if last and on < last.on:
        raise StepOutOfOrder({"on": f"Bước trước ({last}) diễn ra sau ngày này. Kiểm tra lại ngày."})


def was_possible(revision: Revision, kind: StepKind) -> bool:
    """Whether the step could be recorded once: before somebody else recorded another one."""
    return any(kind in STEPS_FROM[state] for state in revision.history.values_list("state", flat=True))


def _refuse_second_proposal(revision: Revision, on: date) -> None:
    """One amendment at a time is before the council: what a day shows as proposed is one thing."""
    others = revision.programme.revisions.exclude(pk=revision.pk)
    proposed = others.filter(state=RevisionState.PROPOSED).first()
    if proposed:
        raise StateMovedOn(
            {
                "kind": f"{proposed.title} đang trình. Ghi kết quả hoặc ghi rút lần đó trước, rồi trình lần này. "
                + _who_stepped(proposed)
            }
        )
    then = others.pending(on).filter(last_taken__kind__in=PROPOSING_STEPS).first()
    other = then or others.filter(steps__kind__in=PROPOSING_STEPS, steps__on__gt=on).first()
    if other:
        raise StepOutOfOrder(
            {"on": f"{other.title} đã được trình vào lúc đó hoặc sau đó. Ghi các lần trình theo thứ tự ngày."}
        )


def _refuse_unfounded_adoption(revision: Revision, document: LegalDocument | None, effective_on: date | None) -> None:
    if document is None or not document.is_issued:
        raise DocumentNotIssued(
            {"document": "Thông qua phải có văn bản đã ban hành, đủ số và ngày. Nhập văn bản trước, rồi chọn ở đây."}
        )
    if document.province and document.province not in revision.programme.province.carried_on_in:
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
        f"{say_day(newest.effective_on)}. Cập nhật dự thảo theo lần đó rồi trình lại, "
        "để không làm mất nội dung của nó. " + _who_stepped(newest)
    )


def _who_stepped(revision: Revision) -> str:
    return say_recorded(RevisionStep.history.filter(revision=revision.pk))


def _relate_to_base(revision: Revision, pinpoint: str, *, by: User) -> None:
    """Let the adopting document amend the one before, unless it is known already what it changes."""
    if revision.base is None or revision.base.document is None:
        return
    before = LegalDocument.objects.filter(revisions__programme=revision.programme).exclude(revisions=revision)
    known = DocumentRelation.objects.filter(document=revision.document, target__in=before, kind__in=CHANGING_KINDS)
    told = f"Theo việc thông qua {revision.title}"
    for relation in known.filter(target=revision.base.document, pinpoint="") if pinpoint else []:
        relation.pinpoint = pinpoint
        signed_save(relation, by=by, reason=told)
    if not known.exists():
        relation = DocumentRelation(
            document=revision.document, kind=RelationKind.AMENDS, target=revision.base.document, pinpoint=pinpoint
        )
        signed_save(relation, by=by, reason=told)
