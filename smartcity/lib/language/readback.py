"""How what was typed has been read, in words: what a person sees beside the field before anything is saved."""

from collections.abc import Callable

from smartcity.lib.language.dates import read_day, say_weekday
from smartcity.lib.language.hours import read_hour, say_part_of_day
from smartcity.lib.language.money import group, read_money, say_in_words


def _figure(text: str) -> str:
    """A count, or an amount with its unit; a bare number below a million counts things."""
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) < 7:
        return group(int(digits))
    return say_in_words(read_money(text))


# By the name under which a field asks for it.
READERS: dict[str, Callable[[str], str]] = {
    "so-tien": lambda text: say_in_words(read_money(text)),
    "ngay": lambda text: say_weekday(read_day(text)),
    "gio": lambda text: say_part_of_day(read_hour(text)),
    "so-lieu": _figure,
}


def read_back(kind: str, text: str) -> str:
    """«Đọc là: 3.470 tỷ đồng (3.470.000.000.000 đồng)». Raises ``ValueError`` with what is wrong, in Vietnamese."""
    return f"Đọc là: {READERS[kind](text)}"
