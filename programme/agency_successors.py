"""What an agency that has ended is today, in words: «nay là Sở Khoa học và Công nghệ»."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from programme.models import Agency, AgencySuccession
from smartcity.lib.language.dates import say_day

UNKNOWN = "chưa xác định cơ quan kế thừa"


class Successors:
    """The recorded successors of agencies, and theirs; read once, one query for each generation."""

    def __init__(self, agencies: Iterable[Agency], *, today: date):
        self.today = today
        self._of: dict[int, list[AgencySuccession]] = defaultdict(list)
        generation = {agency.pk for agency in agencies if agency.has_ended(today)}
        read: set[int] = set()
        while generation:
            read |= generation
            found = AgencySuccession.objects.known(today).filter(predecessor__in=generation)
            found = found.select_related("successor__province", "document").order_by("effective_on", "function", "pk")
            generation = set()
            for succession in found:
                self._of[succession.predecessor_id].append(succession)
                if succession.successor.has_ended(today) and succession.successor_id not in read:
                    generation.add(succession.successor_id)

    def say(self, agency: Agency) -> str:
        """What became of ``agency``, each successor with its function where there are several.

        Empty while the agency works, and when nobody recorded what became of it.
        """
        successions = self._of[agency.pk]
        told = [self._say_one(succession, agency, with_function=len(successions) > 1) for succession in successions]
        living = [name for lives, name in told if lives]
        gone = [name for lives, name in told if not lives]
        return "; ".join([*([f"nay là {', '.join(living)}"] if living else []), *gone])

    def _say_one(self, succession: AgencySuccession, agency: Agency, *, with_function: bool) -> tuple[bool, str]:
        successor = succession.successor
        name = successor.label if successor.province_id == agency.province_id else successor.name
        if with_function and succession.function:
            name += f" ({succession.function})"
        if not successor.has_ended(self.today):
            return True, name
        then = self.say(successor)
        begun, ended = say_day(succession.effective_on), say_day(successor.last_day or self.today)
        return False, f"từ {begun} là {name}, hoạt động đến hết {ended}{f', {then}' if then else ''}"


def say_duty(agency: Agency, now: str, *, on: date) -> str:
    """What stands beside the holder of a duty on the day ``on``; ``now`` is what ``Successors`` says of it.

    A holder that had ended by then leaves the duty without one, whoever took the rest over.
    """
    if not agency.has_ended(on) or agency.last_day is None:
        return now
    ended = f"hoạt động đến hết {say_day(agency.last_day)}"
    return f"{ended}; {now}; việc này {UNKNOWN}" if now else f"{ended}; {UNKNOWN}"


def describe_successors(agency: Agency, successors: Successors, *, today: date) -> str:
    """«nay là Sở Khoa học và Công nghệ», which then answers; empty while the agency works."""
    if not agency.has_ended(today) or agency.last_day is None:
        return ""
    return successors.say(agency) or f"hoạt động đến hết {say_day(agency.last_day)}; {UNKNOWN}"
