"""The moments at which what was known can be shown: the ends of sealed blocks, where every action is whole."""

from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.timezone import localdate, localtime

from smartcity.lib.log.models import Seal


class Mark(NamedTuple):
    """The end of the block of this number: the first ``size`` entries of the tree were known."""

    block: int
    size: int
    # The moment asked for, which is not before the block was sealed.
    asked: datetime

    @property
    def day(self) -> date:
        return localtime(self.asked).date()


# The mark at which everything is read now; None is the present.
current: ContextVar[Mark | None] = ContextVar("known_mark", default=None)


def mark_at(moment: datetime) -> Mark:
    """The last block sealed by ``moment``. Before the first, nothing was known.

    Which block was the last is told by its number: a clock set back makes none of them earlier.
    """
    last = Seal.objects.filter(at__lte=moment).order_by("number").last()
    return Mark(last.number, last.size, moment) if last else Mark(0, 0, moment)


def mark_of(block: int) -> Mark:
    """The end of this block. Raises ``Seal.DoesNotExist``."""
    seal = Seal.objects.get(number=block)
    return Mark(seal.number, seal.size, seal.at)


def known_today() -> date:
    """Today; where an earlier moment is read, its day: what was overdue then is told as it was."""
    mark = current.get()
    return mark.day if mark else localdate()


def told_mark() -> dict[str, Any]:
    """For programs: the moment at which everything is read now, and its block; of the present nothing is said."""
    mark = current.get()
    return {"known_at": localtime(mark.asked).isoformat(), "known_block": mark.block} if mark else {}
