"""What is told of one task of the province: when it is due, how far it came and why, and what it costs."""

from dataclasses import dataclass

from smartcity.lib.language.money import MoneySource
from tasks.models import Route

PUBLIC, RENTAL, RECURRENT, PRIVATE = (
    Route.PUBLIC_INVESTMENT,
    Route.IT_RENTAL,
    Route.RECURRENT,
    Route.PRIVATE,
)
OWN, CENTRAL, RAISED = MoneySource.PROVINCE, MoneySource.CENTRAL, MoneySource.PRIVATE


@dataclass(frozen=True)
class Story:
    """One task. Months are counted from the present one: -3 is three months ago.

    ``due`` is the month by whose end it is due; ``due_first``, where an amendment moved it, what was decided first.
    ``reached`` is its progress today; with 100 it was complete in the month ``done``. ``money`` is in tỷ đồng.
    """

    name: str
    short: str
    field: str
    lead: str
    route: Route
    start: int
    due: int
    reached: int
    said: str
    money: tuple[tuple[MoneySource, int], ...]
    done: int | None = None
    due_first: int | None = None
    why: str = ""
    is_suspended: bool = False
    # Since the second decision, or only in the first.
    is_added: bool = False
    is_dropped: bool = False
