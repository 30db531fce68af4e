"""What a person may do with one assignment now: the first of these is the form that they most likely came for."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from meetings.expected import ExpectedReport, missing_reports
from meetings.models import Answer, AnswerState, Assignment, AssignmentState, Extension
from programme.models import Role, User

MAY_ANSWER = "meetings.add_answer"
MAY_ASK_FOR_TIME = "meetings.add_extension"
MAY_REVIEW = "meetings.change_answer"
MAY_DECIDE = "meetings.change_extension"
MAY_REOPEN = "meetings.change_assignment"


# Of each act, the words of its link and of its button.
WORDS = {
    "decide": ("Quyết định gia hạn", "Ghi quyết định"),
    "confirm": ("Xác nhận hoàn thành", "Xác nhận hoàn thành"),
    "return": ("Trả lại", "Trả lại"),
    "reopen": ("Mở lại", "Mở lại"),
    "answer": ("Báo cáo hoàn thành", "Gửi báo cáo hoàn thành"),
    "period": ("Báo cáo kỳ", "Gửi báo cáo kỳ"),
    "extend": ("Xin gia hạn", "Gửi đề nghị gia hạn"),
}


@dataclass(frozen=True)
class Act:
    """One thing that may be done, and where."""

    key: str
    url: str

    @property
    def label(self) -> str:
        return WORDS[self.key][0]

    @property
    def button(self) -> str:
        return WORDS[self.key][1]


@dataclass(frozen=True)
class Standing:
    """What waits on an assignment, and what the person may do about it."""

    answer: Answer | None
    extension: Extension | None
    missing: list[ExpectedReport]
    acts: list[Act]
    # What the agency's next answer takes the place of.
    returned: Answer | None = None

    def may(self, key: str) -> bool:
        return any(act.key == key for act in self.acts)


def standing_of(assignment: Assignment, user: User, *, today: date) -> Standing:
    """What ``user`` may do with an assignment that they may see, which ``on_day(today)`` has looked at."""
    said = list(assignment.answers.of_completion().select_related("author").order_by("-pk"))
    answer = next((one for one in said if one.state == AnswerState.SENT), None)
    extension = assignment.extensions.waiting().select_related("requested_by").first()
    missing = missing_reports([assignment], on=today).get(assignment.pk, [])
    acts: list[Act] = []
    if Assignment.objects.given(today).filter(pk=assignment.pk).exists():
        if user.role == Role.OFFICE:
            acts += _of_the_office(assignment, answer, extension, user)
        if Assignment.objects.answerable_by(user, today).filter(pk=assignment.pk).exists():
            acts += _of_the_agency(assignment, extension, missing)
    is_returned = assignment.state == AssignmentState.RETURNED
    returned = next((one for one in said if is_returned and one.state == AnswerState.RETURNED), None)
    return Standing(answer, extension, missing, acts, returned)


def _of_the_office(assignment: Assignment, answer: Answer | None, extension: Extension | None, user: User) -> list[Act]:
    acts = []
    if extension and extension.requested_by != user:
        url = reverse("extension_decide", args=[extension.pk])
        acts.append(Act("decide", url))
    if answer and answer.author != user:
        if extension is None:
            url = reverse("answer_confirm", args=[answer.pk])
            acts.append(Act("confirm", url))
        acts.append(Act("return", reverse("answer_return", args=[answer.pk])))
    if assignment.is_confirmed:
        acts.append(Act("reopen", reverse("assignment_reopen", args=[assignment.pk])))
    return acts


def _of_the_agency(assignment: Assignment, extension: Extension | None, missing: list[ExpectedReport]) -> list[Act]:
    if assignment.is_confirmed:
        return []
    acts = []
    waits = assignment.state == AssignmentState.ANSWERED
    if not waits:
        url = reverse("assignment_answer", args=[assignment.pk])
        acts.append(Act("answer", url))
    if missing:
        url = reverse("assignment_period", args=[assignment.pk])
        # What is asked for each week comes before what ends it.
        acts.insert(0, Act("period", url))
    if assignment.due_then and not waits and extension is None:  # type: ignore[attr-defined]
        url = reverse("extension_request", args=[assignment.pk])
        acts.append(Act("extend", url))
    return acts
