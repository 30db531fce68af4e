"""The requests for an explanation that stand beside what they are about, and what one may do with each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from programme.models import User
from smartcity.lib.pages.thread import Action
from smartcity.lib.records.signers import as_signed
from tasks.models import Explanation
from tasks.pages.explanations.thread import actions_on
from tasks.task_names import with_task_name


@dataclass(frozen=True)
class OpenRequest:
    """One request in a list, with what its reader may do."""

    explanation: Explanation
    actions: list[Action]
    is_late: bool

    @property
    def tone(self) -> str:
        """The meaning of colour: late, waiting for the agency, answered, or done with."""
        if self.explanation.is_closed:
            return "good"
        if not self.explanation.is_open:
            return "run"
        return "late" if self.is_late else "wait"

    @property
    def label(self) -> str:
        return "Quá hạn trả lời" if self.is_late else self.explanation.get_state_display()


def lines(explanations: Iterable[Explanation], user: User, *, today: date) -> list[OpenRequest]:
    """Each of them, loaded and with its ``task_name``. A constant number of queries."""
    found = as_signed(explanations)
    mine: set[int] = set()
    if found and user.reports:
        answerable = Explanation.objects.answerable_by(user, today)
        mine = set(answerable.filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    return [
        OpenRequest(
            explanation=one,
            actions=actions_on(one, user, is_asked=one.pk in mine),
            is_late=one.is_late(today),
        )
        for one in found
    ]


def lines_about(user: User, *, today: date, **about) -> list[OpenRequest]:
    """Those about this programme or task, closed or not, whatever day the page speaks of. Oldest first."""
    found = Explanation.objects.filter(**about).order_by("asked_on", "pk")
    return lines(with_task_name(found.loaded(), today), user, today=today)


def standing_lines(user: User, *, today: date, **about) -> list[OpenRequest]:
    """Those about this programme or task that are not closed by now, whatever day the page speaks of. Oldest first."""
    standing = Explanation.objects.filter(**about).standing().order_by("asked_on", "pk")
    return lines(with_task_name(standing.loaded(), today), user, today=today)
