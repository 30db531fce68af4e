"""What a person sent last, and what became of it: on their first page, below what waits for them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, TextChoices, Value, When
from django.urls import reverse

from meetings.models import Answer, AnswerState, Extension, ExtensionState
from programme.models import User
from programme.rights import ADD
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import shorten
from tasks.expected import OwnReports
from tasks.models import ProgressUpdate, UpdateState
from tasks.task_names import with_task_name

# What was sent before is in the lists.
SHOWN = 5
LONGEST_TITLE = 120
REPORT, ANSWER, EXTENSION = "Báo cáo", "Trả lời", "Xin gia hạn"
# What each kind may have become, and the page on which that stands.
KINDS: dict[str, tuple[type[TextChoices], str]] = {
    REPORT: (UpdateState, "admin:tasks_progressupdate_change"),
    ANSWER: (AnswerState, "assignment_detail"),
    EXTENSION: (ExtensionState, "assignment_detail"),
}
TONES = {
    "wait": {UpdateState.SUBMITTED, AnswerState.SENT, ExtensionState.WAITING},
    "good": {UpdateState.ACCEPTED, AnswerState.CONFIRMED, ExtensionState.GRANTED},
    "late": {UpdateState.RETURNED, AnswerState.RETURNED, ExtensionState.REFUSED},
}
# What may be done with a report that was sent: the button, and the page behind it.
WITHDRAW, CORRECT, NO_ACT = "Thu hồi", "Đính chính", ""
ACTS = {WITHDRAW: "admin:tasks_progressupdate_withdraw", CORRECT: "admin:tasks_progressupdate_correct"}


@dataclass(frozen=True)
class Sent:
    """One thing that was sent; ``state`` in words, with the tone of a tag; ``act``, a button's word and address."""

    title: str
    detail: str
    state: str
    tone: str
    url: str
    on: date
    act: tuple[str, str] | None = None


def read_sent(user: User, own: OwnReports, *, today: date) -> list[Sent]:
    """The newest of a person's own, the last one first. One query, none for who sends nothing.

    ``own`` is what they have to report.
    """
    kinds = []
    if user.reports:
        reports = with_task_name(ProgressUpdate.objects.filter(author=user), today).exclude(state=UpdateState.DRAFT)
        kinds.append(_columns(reports, REPORT, "pk", "task_name", "reported_on", "return_reason", _act(own.tasks)))
    if user.may(ADD, "meetings.answer"):
        given = "assignment__directive__text"
        answers, extensions = Answer.objects.filter(author=user), Extension.objects.filter(requested_by=user)
        kinds.append(_columns(answers, ANSWER, "assignment", given, "sent_on", "return_reason"))
        kinds.append(_columns(extensions, EXTENSION, "assignment", given, "requested_on", "note"))
    if not kinds:
        return []
    rows = kinds[0].union(*kinds[1:], all=True).order_by("-on", "-number")[:SHOWN]
    return [_sent(*row) for row in rows]


def _act(tasks: list[int]) -> Case:
    """What they may do with a report of theirs who report on these tasks: ``withdrawable_by``, ``correctable_by``."""
    corrections = ProgressUpdate.objects.accepted().filter(corrects=OuterRef("pk"))
    return Case(
        When(state=UpdateState.SUBMITTED, task__in=tasks, then=Value(WITHDRAW)),
        When(~Exists(corrections), state=UpdateState.ACCEPTED, task__in=tasks, then=Value(CORRECT)),
        default=Value(NO_ACT),
        output_field=CharField(),
    )


def _columns(
    rows: QuerySet, kind: str, record: str, title: str, on: str, said: str, act: Case | None = None
) -> QuerySet:
    named = {"number": F("pk"), "record": F(record), "named": F(title), "is_now": F("state"), "on": F(on)}
    columns = rows.annotate(sort=Value(kind, output_field=CharField()), **named, said=F(said))
    columns = columns.annotate(act=act or Value(NO_ACT, output_field=CharField()))
    return columns.order_by().values_list("sort", "number", "record", "named", "is_now", "on", "said", "act")


def _sent(kind: str, number: int, record: int, title: str, is_now: str, on: date, said: str, act: str) -> Sent:
    states, page = KINDS[kind]
    state = states(is_now)
    return Sent(
        title=shorten(title, LONGEST_TITLE),
        detail=f"{kind} gửi ngày {say_day(on)}" + (f" · {said}" if said else ""),
        state=str(state.label),
        tone=next(tone for tone, known in TONES.items() if state in known),
        url=reverse(page, args=[record]),
        on=on,
        act=(act, reverse(ACTS[act], args=[record])) if act else None,
    )
