"""What became of a finding, what its reader may do next, and which findings wait for a person."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from meetings.models import Finding, FindingEntryKind, FindingState, agencies_answered_for
from meetings.operations.findings import answers_for
from programme.models import User
from programme.rights import ANSWER
from smartcity.lib.pages.thread import Action, ThreadEntry, Tone
from smartcity.lib.records.signers import entries_as_signed

STATE_TONES = {FindingState.OPEN: "late", FindingState.ANSWERED: "wait", FindingState.CLOSED: "good"}
TONES = {
    FindingEntryKind.ANSWER: Tone.SAID,
    FindingEntryKind.CLOSING: Tone.ACCEPTED,
    FindingEntryKind.REOPENING: Tone.SENT_BACK,
}


def entries_of(finding: Finding) -> list[ThreadEntry]:
    """In the order in which they were recorded, each person as then called. A constant number of queries."""
    return [
        ThreadEntry(
            subject=finding,
            on=entry.on,
            title=entry.get_kind_display(),
            tone=TONES[FindingEntryKind(entry.kind)],
            who=entry.author,
            text=entry.text,
            document=entry.document,
        )
        for entry in entries_as_signed(finding.entries.select_related("document"))
    ]


def actions_on(finding: Finding, user: User, *, today: date) -> list[Action]:
    """What the person may do with a finding that they may see."""
    keeps = user.has_perm("meetings.change_finding") and user.province_id == finding.province_id
    is_open, is_closed = finding.state == FindingState.OPEN, finding.state == FindingState.CLOSED
    found = []
    if not is_closed and answers_for(user, finding, today):
        label = "Giải trình bổ sung" if finding.answer else "Giải trình"
        found.append(_action("answer", finding, label, is_quiet=False))
    if keeps and not (is_open or is_closed) and not finding.was_answered_by(user):
        found.append(_action("close", finding, "Ghi là thực hiện xong", is_quiet=False))
    if keeps and not is_open:
        found.append(_action("reopen", finding, "Mở lại"))
    if keeps:
        found.append(_action("change", finding, "Sửa kiến nghị"))
    return found


def _action(key: str, finding: Finding, label: str, *, is_quiet: bool = True) -> Action:
    return Action(key, reverse(f"finding_{key}", args=[finding.pk]), label, is_quiet=is_quiet)


def findings_awaiting(user: User, today: date, *, agencies: set[int] | None = None) -> QuerySet[Finding]:
    """The findings that the person's agency has yet to answer, the most urgent first.

    ``agencies``, for which it answers, where the caller knows them already.
    """
    if user.agency is None or not user.may(ANSWER, "meetings.finding"):
        return Finding.objects.none()
    agencies = agencies_answered_for(user.agency, today) if agencies is None else agencies
    waiting = Finding.objects.filter(state=FindingState.OPEN, agency__in=agencies)
    return waiting.select_related("body", "agency").order_by("due_on", "pk")
