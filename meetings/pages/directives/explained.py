"""How a figure of the board explains itself: its rule, the notices, who wrote it down, who answered and confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from meetings.models import Answer, AnswerState, Assignment, Directive, Meeting
from meetings.pages.directives.figures import StatusFilter
from meetings.pages.directives.rules import rule_of
from smartcity.lib.language.money import group
from smartcity.lib.pages.explained import Explained, each_once
from smartcity.lib.records.signers import as_called, as_signed


@dataclass(frozen=True)
class PeopleOfParts:
    """Who wrote down what was directed, and who said of each part that it is done; by keys."""

    directed: dict[int, str]
    answers: dict[int, Answer]

    def of(self, part: Assignment) -> str:
        """«Trần Thị B ghi; Nguyễn Văn A báo hoàn thành, Lê C xác nhận»."""
        said = [f"{self.directed[part.directive_id]} ghi"] if part.directive_id in self.directed else []
        answer = self.answers.get(part.pk)
        if answer:
            reviewed = "" if answer.reviewer is None else f", {answer.reviewer} {answer.get_state_display().lower()}"
            said.append(f"{answer.author} báo hoàn thành{reviewed}")
        return "; ".join(said)


def explain_parts(
    standing: StatusFilter, parts: Sequence[Assignment], *, as_of: date, count: int, by_first_due: bool
) -> tuple[Explained, PeopleOfParts]:
    """Of the parts that a page shows, ``count`` of them in all. A constant number of queries, none of no parts."""
    if not parts:
        return _explained(standing, as_of, count, by_first_due=by_first_due), PeopleOfParts({}, {})
    meetings = Meeting.objects.filter(pk__in={part.directive.conclusion.meeting_id for part in parts})
    # Where nobody has entered the notice, the meeting itself stands for it.
    notices = [meeting.notice or meeting for meeting in meetings.select_related("notice").order_by("-held_on", "pk")]
    people = PeopleOfParts(_who_wrote({part.directive_id for part in parts}), _answers(parts, as_of))
    explained = replace(
        _explained(standing, as_of, count, by_first_due=by_first_due),
        documents=each_once(notices),
        entered=each_once([*people.directed.values(), *(str(one.author) for one in people.answers.values())]),
        accepted=each_once(str(one.reviewer) for one in people.answers.values() if one.state == AnswerState.CONFIRMED),
        is_of_a_page=count > len(parts),
    )
    return explained, people


def _explained(standing: StatusFilter, as_of: date, count: int, *, by_first_due: bool) -> Explained:
    rule = rule_of(standing.cells, standing.is_done, by_first_due=by_first_due)
    return Explained(as_of, [("", rule)], title=f"{standing.label}: {group(count)}")


def _who_wrote(directives: set[int]) -> dict[int, str]:
    """Who signed the first row of the history of each."""
    rows = Directive.history.filter(id__in=directives).order_by("-history_id").select_related("history_user")  # type: ignore[attr-defined]
    first = list({row.id: row for row in rows}.values())
    people = as_called([(row.history_user, row.history_date) for row in first])
    return {row.id: str(person) for row, person in zip(first, people, strict=True)}


def _answers(parts: Sequence[Assignment], as_of: date) -> dict[int, Answer]:
    """The last answer of each that says «done», sent by the day; nothing of reviews that came later."""
    sent = Answer.objects.of_completion().filter(assignment__in=[part.pk for part in parts], sent_on__lte=as_of)
    last = {answer.assignment_id: answer for answer in as_signed(sent.order_by("sent_on", "pk"))}
    for answer in last.values():
        if answer.reviewed_on and answer.reviewed_on > as_of:
            answer.reviewer = None
    return last
