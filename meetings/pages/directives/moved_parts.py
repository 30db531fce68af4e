"""What moved of what meetings gave since an earlier day, counted of each agency, each directive or each part."""

from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db.models import Count

from meetings.pages.directives.figures import PART_MOVEMENTS, Wanted, parts_then, read_board, with_then
from programme.models import User
from smartcity.lib.language.money import group


class PartMark(NamedTuple):
    """``key`` names the movement in addresses; of what was withdrawn there are no rows, and it is empty."""

    key: str
    text: str


def read_marks_of_each(
    user: User, wanted: Wanted, of: str, *, since: date, on: date, with_gone: bool = False, **only
) -> dict[int, list[PartMark]]:
    """By the keys that the parts name as ``of``: «agency», «directive», «pk»; ``only`` narrows the parts.

    One query; one more for what was withdrawn, ``with_gone``.
    """
    now = read_board(user, wanted, on=on).assignments.filter(**only)  # type: ignore[attr-defined]
    counted = {f"n{place}": Count("pk", filter=one.is_so) for place, one in enumerate(PART_MOVEMENTS.values())}
    marks: dict[int, list[PartMark]] = defaultdict(list)
    rows = with_then(now, user, wanted, since=since).order_by().values_list(of)
    for key, *counts in rows.annotate(**counted):
        for movement, count in zip(PART_MOVEMENTS.values(), counts, strict=True):
            if count:
                marks[key].append(PartMark(movement.key, movement.mark.format(group(count))))
    if with_gone:
        gone = parts_then(user, wanted, since).filter(**only).exclude(pk__in=now.order_by().values("pk"))
        for key, count in gone.order_by().values_list(of).annotate(Count("pk")):
            marks[key].append(PartMark("", f"−{group(count)} việc đã rút"))
    return dict(marks)
