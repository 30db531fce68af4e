"""What moved, as it is marked beside figures: «+2 quá hạn», «+1 hoàn thành»; each opens the tasks that it counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from smartcity.lib.language.money import group, say_money
from tasks.figures.movements import MOVEMENTS, Moved


@dataclass(frozen=True)
class Mark:
    """``key`` names the movement, for the address of its tasks; of money there are none, and it is empty."""

    key: str
    text: str


def marks_of(moved: Moved) -> list[Mark]:
    """The movements that there were, the most urgent first, and money at the end."""
    marks = [Mark(key, _say(key, count, moved)) for key, count in moved.counts.items() if count]
    return [*marks, Mark("", say_payment(moved))] if moved.paid_now != moved.paid_then else marks


def together(moved: Iterable[Moved]) -> Moved:
    """What moved in several programmes; payments are of one kind, and may be added."""
    each = list(moved)
    counts = {key: sum(one.counts[key] for one in each) for key in MOVEMENTS}
    sums = (sum(getattr(one, name) for one in each) for name in ("tasks_then", "told_then", "tasks"))
    return Moved(
        counts, *sums, *(_sum_of_known(getattr(one, name) for one in each) for name in ("paid_then", "paid_now"))
    )


def say_payment(moved: Moved) -> str:
    """«+74 tỷ đồng giải ngân»; of what was not known before, the sum alone."""
    if moved.paid_then is None:
        return f"giải ngân {say_money(moved.paid_now or 0)}, trước đó chưa có số liệu"
    difference = (moved.paid_now or 0) - moved.paid_then
    return f"{'+' if difference > 0 else '−'}{say_money(abs(difference))} giải ngân"


def _say(key: str, count: int, moved: Moved) -> str:
    # What nobody had reported on was not nought.
    if key == "hoan-thanh" and not moved.told_then:
        return f"{group(count)} hoàn thành, trước đó chưa có báo cáo"
    if key == "moi" and not moved.tasks_then:
        return f"{group(count)} nhiệm vụ, trước đó chưa có nhiệm vụ nào"
    return MOVEMENTS[key].mark.format(group(count))


def _sum_of_known(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
