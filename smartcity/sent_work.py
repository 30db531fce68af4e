"""What a person sent last, and what became of it: on their first page, below what waits for them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, F, TextChoices, Value
from django.urls import reverse

from meetings.models import Answer, AnswerState, Extension, ExtensionState
from programme.models import User
from programme.rights import ADD
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import shorten
from tasks.models import ProgressUpdate, UpdateState
from tasks.task_names import with_task_name

# What was sent before is in the lists.
SHOWN = 5
ANSWER, EXTENSION = "Trả lời", "Xin gia hạn"
TONES = {
    "wait": {UpdateState.SUBMITTED, AnswerState.SENT, ExtensionState.WAITING},
    "good": {UpdateState.ACCEPTED, AnswerState.CONFIRMED, ExtensionState.GRANTED},
    "late": {UpdateState.RETURNED, AnswerState.RETURNED, ExtensionState.REFUSED},
}


@dataclass(frozen=True)
class Sent:
    """One thing that was sent; ``state`` in words, with the tone of a tag."""

    title: str
    detail: str
    state: str
    tone: str
    url: str
    on: date


def read_sent(user: User, *, today: date) -> list[Sent]:
    """The newest of a person's own, the last one first. Two queries, one for who sends no reports."""
    sent = _reports(user, today) if user.reports else []
    if user.may(ADD, "meetings.answer"):
        sent += _to_meetings(user)
    return sorted(sent, key=lambda one: one.on, reverse=True)[:SHOWN]


def _reports(user: User, today: date) -> list[Sent]:
    rows = ProgressUpdate.objects.filter(author=user).exclude(state=UpdateState.DRAFT)
    rows = with_task_name(rows, today).select_related("reviewer").order_by("-reported_on", "-pk")
    return [
        Sent(
            title=one.task_name,  # type: ignore[attr-defined]
            detail=_told(f"Báo cáo gửi ngày {say_day(one.reported_on)}", one.return_reason),
            state=one.get_state_display(),
            tone=_tone(UpdateState(one.state)),
            url=reverse("admin:tasks_progressupdate_change", args=[one.pk]),
            on=one.reported_on,
        )
        for one in rows[:SHOWN]
    ]


def _to_meetings(user: User) -> list[Sent]:
    """Answers and requests for more time."""

    def columns(rows, kind, on, words):
        named = rows.annotate(
            sort=Value(kind, output_field=CharField()), on=F(on), said=F(words), given=F("assignment__directive__text")
        )
        return named.values_list("sort", "pk", "assignment", "given", "state", "on", "said").order_by()

    answers = columns(Answer.objects.filter(author=user), ANSWER, "sent_on", "return_reason")
    extensions = columns(Extension.objects.filter(requested_by=user), EXTENSION, "requested_on", "note")
    states = {ANSWER: AnswerState, EXTENSION: ExtensionState}
    return [
        Sent(
            title=shorten(given),
            detail=_told(f"{kind} gửi ngày {say_day(on)}", said),
            state=states[kind](state).label,
            tone=_tone(states[kind](state)),
            url=reverse("assignment_detail", args=[assignment]),
            on=on,
        )
        for kind, _, assignment, given, state, on, said in answers.union(extensions, all=True).order_by("-on", "-pk")[
            :SHOWN
        ]
    ]


def _told(sent: str, reason: str) -> str:
    return f"{sent} · {reason}" if reason else sent


def _tone(state: TextChoices) -> str:
    return next(tone for tone, states in TONES.items() if state in states)
