"""What a person may do with one assignment now: the first of these is the form that they most likely came for."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from meetings.expected import ExpectedReport, missing_reports
from meetings.models import Answer, AnswerKind, AnswerState, Assignment, AssignmentState, Extension
from programme.models import User
from smartcity.lib.pages.thread import Action

MAY_ANSWER = "meetings.add_answer"
MAY_ASK_FOR_TIME = "meetings.add_extension"
MAY_REVIEW = "meetings.confirm_answer"
MAY_DECIDE = "meetings.decide_extension"
# What was confirmed is opened again by whoever confirms.
MAY_REOPEN = MAY_REVIEW


# Of each action, the words of its link and of its button.
WORDS = {
    "decide": ("Quyết định gia hạn", "Ghi quyết định"),
    "confirm": ("Xác nhận hoàn thành", "Xác nhận hoàn thành"),
    "return": ("Trả lại", "Trả lại"),
    "reopen": ("Mở lại", "Mở lại"),
    "answer": ("Báo cáo hoàn thành", "Gửi báo cáo hoàn thành"),
    "period": ("Báo cáo kỳ", "Gửi báo cáo kỳ"),
    "progress": ("Cập nhật tiến độ", "Gửi cập nhật tiến độ"),
    "extend": ("Xin gia hạn", "Gửi đề nghị gia hạn"),
}


@dataclass(frozen=True)
class Availability:
    """What waits on an assignment, and what the person may do about it."""

    answer: Answer | None
    extension: Extension | None
    missing: list[ExpectedReport]
    actions: list[Action]
    # What the agency's next answer takes the place of.
    returned: Answer | None = None
    # What the agency said last of how far it is.
    progress: Answer | None = None

    def may(self, key: str) -> bool:
        return any(action.key == key for action in self.actions)


def availability_of(assignment: Assignment, user: User, *, today: date) -> Availability:
    """What ``user`` may do with an assignment that they may see, which ``on_day(today)`` has looked at."""
    found = assignment.answers.exclude(kind=AnswerKind.PERIODIC).select_related("author").order_by("-pk")
    said = [one for one in found if one.kind == AnswerKind.COMPLETION]
    progress = next((one for one in found if one.kind == AnswerKind.PROGRESS), None)
    answer = next((one for one in said if one.state == AnswerState.SENT), None)
    extension = assignment.extensions.waiting().select_related("requested_by").first()
    missing = missing_reports([assignment], on=today).get(assignment.pk, [])
    actions: list[Action] = []
    if Assignment.objects.given(today).filter(pk=assignment.pk).exists():
        if user.has_perm(MAY_REVIEW) or user.has_perm(MAY_DECIDE):
            actions += _of_the_office(assignment, answer, extension, user)
        if Assignment.objects.answerable_by(user, today).filter(pk=assignment.pk).exists():
            actions += _of_the_agency(assignment, extension, missing)
    is_returned = assignment.state == AssignmentState.RETURNED
    returned = next((one for one in said if is_returned and one.state == AnswerState.RETURNED), None)
    return Availability(answer, extension, missing, actions, returned, progress)


def action_at(key: str, url: str) -> Action:
    return Action(key, url, *WORDS[key])


def _of_the_office(
    assignment: Assignment, answer: Answer | None, extension: Extension | None, user: User
) -> list[Action]:
    actions = []
    if extension and extension.requested_by != user and user.has_perm(MAY_DECIDE):
        actions.append(action_at("decide", reverse("extension_decide", args=[extension.pk])))
    if not user.has_perm(MAY_REVIEW):
        return actions
    if answer and answer.author != user:
        if extension is None:
            actions.append(action_at("confirm", reverse("answer_confirm", args=[answer.pk])))
        actions.append(action_at("return", reverse("answer_return", args=[answer.pk])))
    if assignment.is_confirmed:
        actions.append(action_at("reopen", reverse("assignment_reopen", args=[assignment.pk])))
    return actions


def _of_the_agency(assignment: Assignment, extension: Extension | None, missing: list[ExpectedReport]) -> list[Action]:
    if assignment.is_confirmed:
        return []
    actions = []
    waits = assignment.state == AssignmentState.ANSWERED
    if missing:
        # What is asked for each week comes before what ends it.
        actions.append(action_at("period", reverse("assignment_period", args=[assignment.pk])))
    if not waits:
        actions.append(action_at("answer", reverse("assignment_answer", args=[assignment.pk])))
        actions.append(action_at("progress", reverse("assignment_progress", args=[assignment.pk])))
    if assignment.due_then and not waits and extension is None:  # type: ignore[attr-defined]
        actions.append(action_at("extend", reverse("extension_request", args=[assignment.pk])))
    return actions
