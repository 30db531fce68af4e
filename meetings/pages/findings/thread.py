"""What became of a finding, from its history; and which findings wait for a person."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import QuerySet
from django.utils.timezone import localdate

from meetings.models import ANSWERING, Finding, FindingState, agencies_answered_for
from programme.models import Agency, LegalDocument, User
from smartcity.lib.records.signers import signers_then


@dataclass(frozen=True)
class Act:
    """One answer, closing or opening again."""

    on: date
    who: User
    label: str
    text: str
    tone: str
    document: LegalDocument | None = None

    @property
    def agency(self) -> Agency | None:
        return self.who.agency_on(self.on)


def acts_of(finding: Finding) -> list[Act]:
    """In the order in which they were recorded, each person as then called. A constant number of queries."""
    rows = list(finding.history.select_related("history_user", "answer_document").order_by("history_id"))
    signers_then(rows)
    return [act for before, row in pairwise(rows) if (act := _act(before, row))]


def _act(before, row) -> Act | None:
    who, recorded = row.history_user, localdate(row.history_date)
    answers = (before.answer, before.answered_on, before.answer_document_id)
    if row.state == FindingState.ANSWERED and answers != (row.answer, row.answered_on, row.answer_document_id):
        return Act(row.answered_on, who, "Giải trình", row.answer, "is-run", row.answer_document)
    if row.state == before.state:
        return None
    if row.state == FindingState.CLOSED:
        return Act(row.closed_on, who, "Thực hiện xong", "", "is-good")
    return Act(recorded, who, "Mở lại", row.history_change_reason or "", "is-wait")


def findings_awaiting(user: User, today: date) -> QuerySet[Finding]:
    """The findings that the person's agency has yet to answer, the most urgent first."""
    if user.agency is None or user.role not in ANSWERING:
        return Finding.objects.none()
    waiting = Finding.objects.filter(state=FindingState.OPEN, agency__in=agencies_answered_for(user.agency, today))
    return waiting.select_related("body", "agency").order_by("due_on", "pk")
