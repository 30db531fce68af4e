"""Hours of a day as Vietnamese offices write them: «8h30», «8 giờ 30», «14h»; never guessed."""

import re
from datetime import time

from smartcity.lib.language.text import plain_line

EXAMPLE = "Ghi giờ như 8h30 hoặc 14h00."
# «8h30», «8g30», «8:30», «08 giờ 30 phút», «14h», «14 giờ»; «lúc 8h30».
TYPED_HOUR = re.compile(
    r"^(?:lúc )?([0-9]{1,2}) ?(?:(?:h|g|giờ)(?: ?([0-9]{1,2}) ?(?:p|ph|phút|')?)?|: ?([0-9]{1,2}))\Z"
)
# From which hour on a part of the day is meant; what comes before the first is still the night.
PARTS_OF_A_DAY = [(5, "sáng"), (11, "trưa"), (13, "chiều"), (18, "tối"), (22, "đêm")]


def read_hour(text: str) -> time:
    """Read ``8h30``; raises ``ValueError`` with a Vietnamese sentence.

    «8» and «8.30» stay refused: a day and an amount are written so as well. «2h chiều» is: two o'clock is 2:00.
    """
    typed = plain_line(text)
    match = TYPED_HOUR.match(typed.casefold())
    # Cleaning drops a NUL byte; nobody typed it.
    if match is None or "\x00" in text:
        raise ValueError(f"«{typed[:40]}» chưa phải một giờ. {EXAMPLE}")
    hour, minute = int(match[1]), int(match[2] or match[3] or 0)
    if hour > 23 or minute > 59:
        raise ValueError(f"Không có giờ «{typed[:40]}»: giờ từ 0 đến 23, phút từ 0 đến 59. {EXAMPLE}")
    return time(hour, minute)


def say_hour(at: time) -> str:
    """«8 giờ 30», «14 giờ», «8 giờ 05»."""
    return f"{at.hour} giờ {at.minute:02}" if at.minute else f"{at.hour} giờ"


def say_part_of_day(at: time) -> str:
    """An hour with its part of the day, by which a slip is seen: «2 giờ (đêm)» where 14 giờ was meant."""
    part = "đêm"
    for begins, name in PARTS_OF_A_DAY:
        if at.hour >= begins:
            part = name
    return f"{say_hour(at)} ({part})"
