"""Which tasks are carried over (chuyển tiếp) from one revision to the next: the one definition, for every page.

A task is carried over when it was not complete on the day of the newer revision, which plans it for a later period
than the older one did. A part of a split is when its origin was not complete; a merged task when it is later than the
earliest period of those that it came of. So «chuyển tiếp» is a pair: tasks of the older revision, and of the newer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class CarriedOver:
    """By the keys of tasks: those of the older revision, and each of the newer one with the task that it was."""

    old: set[int] = field(default_factory=set)
    new: dict[int, int] = field(default_factory=dict)

    @property
    def pair(self) -> tuple[int, int]:
        """How many tasks of the older revision are carried over, and how many of the newer one they are."""
        return len(self.old), len(self.new)


def carried_over(
    before: Mapping[int, date | None],
    after: Mapping[int, date | None],
    became: Iterable[tuple[int, int]],
    complete: Collection[int],
) -> CarriedOver:
    """``before`` gives the planned end of each task, if it has one, ``after`` the last day of its period.

    ``became`` has the tasks that split or merged, each with what it became. ``complete`` are the tasks of either that
    were complete on the day of the newer revision.
    """
    found = CarriedOver()
    for task, earlier in put_off(before, after, became).items():
        open_ = {origin: day for origin, day in earlier.items() if origin not in complete}
        if task in complete or not open_:
            continue
        found.old.update(open_)
        # Of several, the one that was due first: its due day is the one that was kept least.
        found.new[task] = min(open_, key=lambda origin: (open_[origin], origin))
    return found


def put_off(
    before: Mapping[int, date | None], after: Mapping[int, date | None], became: Iterable[tuple[int, int]]
) -> dict[int, dict[int, date]]:
    """Each task that is planned for later, complete or not, with those that it was and their planned ends."""
    origins = _origins(before, after, became)
    found: dict[int, dict[int, date]] = {}
    for task, end in after.items():
        planned = {origin: before[origin] for origin in origins[task]}
        earlier = {origin: day for origin, day in planned.items() if day and end and day < end}
        if earlier:
            found[task] = earlier
    return found


def say_pair(pair: tuple[int, int]) -> str:
    """«8», or «7 → 8» where tasks were split or merged on the way."""
    old, new = pair
    return str(old) if old == new else f"{old} → {new}"


def _origins(before: Mapping[int, object], after: Mapping[int, object], became) -> dict[int, set[int]]:
    """The tasks of the older revision that each of the newer one is, or came of, through all that lies between."""
    parents: dict[int, set[int]] = defaultdict(set)
    for from_task, to_task in became:
        parents[to_task].add(from_task)
    origins = {}
    for task in after:
        found, waiting, seen = set(), [task], {task}
        while waiting:
            one = waiting.pop()
            if one in before:
                found.add(one)
                continue
            further = parents[one] - seen
            seen |= further
            waiting += further
        origins[task] = found
    return origins
