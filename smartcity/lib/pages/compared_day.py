"""The earlier day that a page is compared with: «?so-voi=30/10/2026»."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from smartcity.lib.language.dates import read_day, say_day

PARAMETER = "so-voi"


@dataclass(frozen=True)
class ComparedDay:
    """``day`` is None where nothing was asked for, or nothing that the page can be compared with.

    ``refusal`` says why, where what was asked is wrong, and ``note`` where only nothing is there. ``called`` is what
    the day is, where somebody chose more than a day: «cuộc họp ngày 30/10/2026».
    """

    typed: str = ""
    day: date | None = None
    refusal: str = ""
    note: str = ""
    called: str = ""

    # Whether a meeting may be chosen instead of a day.
    takes_meetings: ClassVar[bool] = False

    @property
    def shown(self) -> str:
        """What stands in the field."""
        return say_day(self.day) if self.day else self.typed

    @property
    def name(self) -> str:
        """«30/10/2026», or what it is called."""
        return self.called or self.shown


def read_compared_day(typed: str, as_of: date) -> ComparedDay:
    """The day typed, if it is one before the day ``as_of`` of the figures."""
    if not typed.strip():
        return ComparedDay()
    try:
        day = read_day(typed)
    except ValueError as error:
        return ComparedDay(typed, refusal=str(error))
    return before(day, as_of, typed=typed)


def before(day: date, as_of: date, *, typed: str, called: str = "") -> ComparedDay:
    """That day, or why the figures of ``as_of`` cannot be compared with it."""
    if day < as_of:
        return ComparedDay(typed, day, called=called)
    told = called or say_day(day)
    told = f"{told[:1].upper()}{told[1:]}"
    if day == as_of:
        refusal = f"{told} là đúng ngày của số liệu, nên không có gì để so. Chọn một ngày trước đó."
    else:
        refusal = f"{told} sau ngày của số liệu ({say_day(as_of)}). Chọn một ngày trước ngày {say_day(as_of)}."
    return ComparedDay(typed, refusal=refusal)
