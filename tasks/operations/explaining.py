"""What may happen to requests for an explanation: asked, answered, asked further, closed."""

from datetime import date

from django.core.exceptions import ValidationError

from programme.models import Agency, Programme, Revision, User
from programme.rights import CLOSE
from smartcity.lib.language.dates import say_day
from smartcity.lib.records.history import operation, signed_save
from smartcity.lib.records.overtaken import Overtaken
from tasks.models import Explanation, ExplanationReply, ExplanationState, PlannedTask, ReplyKind, Task, with_lead


class NotALeader(ValidationError):
    """Only a leader of the programme's province asks, asks further and closes."""


class NotTheAgencyAsked(ValidationError):
    """The person's agency was not asked, and holds no duty of the one that was."""


class AlreadyAsked(ValidationError):
    """The same question of the same person still stands."""


class AlreadySaid(ValidationError):
    """The last reply says the same: the button was pressed twice."""


class ExplanationClosed(Overtaken):
    """The matter was closed before this request got here."""


class DueInThePast(ValidationError):
    """An answer can be due today or later."""


def agency_to_ask(programme: Programme, task: Task | None, *, as_of: date, today: date) -> Agency:
    """Who answers for the task, or for a figure where ``task`` is None.

    Who leads it today; a task that is no longer planned, who led it on the day ``as_of``. Where the plan names no
    lead, and for figures, the agency that coordinates today.
    """
    for day in (today, as_of):
        planned = PlannedTask.objects.filter(task=task, revision__in=Revision.objects.in_force(day))
        found = list(with_lead(planned, day).values_list("lead_id", flat=True)[:1])
        if found:
            lead = Agency.objects.select_related("province").filter(pk=found[0]).first()
            return lead or programme.coordinator_on(today)
    return programme.coordinator_on(today)


@operation
def ask_explanation(
    programme: Programme,
    *,
    task: Task | None = None,
    figure: str = "",
    as_of: date,
    shown: str = "",
    question: str,
    agency: Agency | None = None,
    due_on: date | None = None,
    by: User,
    today: date,
) -> Explanation:
    """Ask ``agency``, or whoever answers for it, about a task or a figure as it was on the day ``as_of``.

    ``shown`` is what the page said of it, computed by the caller. The programme is locked, so that a button pressed
    twice asks once.
    """
    programme = Programme.objects.select_for_update(of=("self",)).select_related("province").get(pk=programme.pk)
    _refuse_unless_leader(programme, by)
    _refuse_past_due(due_on, today)
    explanation = Explanation(
        programme=programme,
        task=task,
        figure=figure,
        as_of=as_of,
        shown=shown,
        agency=agency or agency_to_ask(programme, task, as_of=as_of, today=today),
        question=question,
        asked_by=by,
        asked_on=today,
        due_on=due_on,
    )
    explanation.clean_fields()
    same = {name: getattr(explanation, name) for name in ("task", "figure", "as_of", "agency", "question", "asked_by")}
    if Explanation.objects.filter(programme=programme, state=ExplanationState.OPEN, **same).exists():
        raise AlreadyAsked("Bạn đã gửi đúng yêu cầu này, đang chờ trả lời. Mở «Giải trình» để xem.")
    return signed_save(explanation, by=by, reason="Yêu cầu giải trình")


@operation
def answer_explanation(explanation: Explanation, *, text: str, by: User, today: date) -> ExplanationReply:
    """Answer for the agency asked; what was answered already is added to."""
    explanation = _lock(explanation)
    if not Explanation.objects.answerable_by(by, today).filter(pk=explanation.pk).exists():
        raise NotTheAgencyAsked(f"Yêu cầu này do {explanation.agency} trả lời; bạn chỉ xem được.")
    _refuse_closed(explanation)
    reply = _reply(explanation, ReplyKind.ANSWER, text=text, by=by, today=today)
    if explanation.is_open:
        explanation.state = ExplanationState.ANSWERED
        signed_save(explanation, by=by, reason="Trả lời yêu cầu giải trình")
    return reply


@operation
def ask_again(
    explanation: Explanation, *, text: str, due_on: date | None = None, by: User, today: date
) -> ExplanationReply:
    """Ask further: the agency must answer anew, by ``due_on`` if a day is given."""
    explanation = _lock(explanation)
    _refuse_unless_leader(explanation.programme, by)
    _refuse_closed(explanation)
    _refuse_past_due(due_on, today)
    reply = _reply(explanation, ReplyKind.QUESTION, text=text, by=by, today=today)
    explanation.state, explanation.due_on = ExplanationState.OPEN, due_on
    signed_save(explanation, by=by, reason="Hỏi thêm")
    return reply


@operation
def close_explanation(explanation: Explanation, *, verdict: str = "", by: User, today: date) -> Explanation:
    """Close the matter, answered or not. After this point nothing is added to it."""
    explanation = _lock(explanation)
    _refuse_unless_leader(explanation.programme, by)
    _refuse_closed(explanation)
    explanation.state = ExplanationState.CLOSED
    explanation.closed_by, explanation.closed_on, explanation.verdict = by, today, verdict
    return signed_save(explanation, by=by, reason="Kết thúc yêu cầu giải trình")


def _lock(explanation: Explanation) -> Explanation:
    """As it is stored now: of two people at once the second one finds what the first one did."""
    stored = Explanation.objects.select_for_update(of=("self",))
    return stored.select_related("programme__province", "agency", "closed_by").get(pk=explanation.pk)


def _reply(explanation: Explanation, kind: ReplyKind, *, text: str, by: User, today: date) -> ExplanationReply:
    reply = ExplanationReply(explanation=explanation, kind=kind, text=text, author=by, on=today)
    reply.clean_fields()
    last = explanation.replies.order_by("-pk").first()
    if last and (last.kind, last.text, last.author_id) == (kind, reply.text, by.pk):
        raise AlreadySaid("Nội dung này đã được gửi. Không gửi thêm lần nữa.")
    return signed_save(reply, by=by, reason=str(kind.label))


def _refuse_unless_leader(programme: Programme, by: User) -> None:
    if not by.may(CLOSE, "tasks.explanation") or not Programme.objects.visible_to(by).filter(pk=programme.pk).exists():
        raise NotALeader("Chỉ lãnh đạo của tỉnh yêu cầu giải trình, hỏi thêm và kết thúc.")


def _refuse_closed(explanation: Explanation) -> None:
    if explanation.is_closed and explanation.closed_on:
        raise ExplanationClosed(
            f"{explanation.closed_by} đã kết thúc yêu cầu này ngày {say_day(explanation.closed_on)} "
            "nên không gửi thêm được."
        )


def _refuse_past_due(due_on: date | None, today: date) -> None:
    if due_on and due_on < today:
        raise DueInThePast({"due_on": f"Hạn trả lời {say_day(due_on)} đã qua. Chọn hôm nay hoặc ngày sau."})
