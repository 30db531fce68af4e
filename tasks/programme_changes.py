"""What two revisions say differently of the programme as a whole: its name, declared total, periods and goals."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from programme.models import Revision
from smartcity.lib.language.money import say_money
from tasks.plan_contents import Difference, say_period


def compare_programme(old: Revision, new: Revision) -> list[Difference]:
    """Only what differs. Two queries, fewer where the revisions have their ``periods`` and ``objectives`` at hand."""
    told = [Difference("Tên đề án", old.name, new.name)]
    told.append(Difference("Tổng kinh phí công bố", _say_declared(old), _say_declared(new)))
    prefetch_related_objects([old, new], "periods", "objectives")
    told += _set_differences("Giai đoạn", _periods(old), _periods(new))
    told += _set_differences("Mục tiêu", _goals(old), _goals(new))
    return [one for one in told if one.old != one.new]


def _periods(revision: Revision) -> dict[str, str]:
    return {
        period.label: f"{period.label}: {period.get_kind_display().lower()}, {say_period(period)}"
        for period in sorted(revision.periods.all(), key=lambda period: (period.first_day, period.pk))
    }


def _goals(revision: Revision) -> dict[str, str]:
    goals = sorted(revision.objectives.all(), key=lambda goal: goal.position)
    return {f"{goal.field} {goal.text}": goal.in_full for goal in goals}


def _set_differences(label: str, old: dict[str, str], new: dict[str, str]) -> Iterable[Difference]:
    """Items with the same key side by side; those that only one side has stand alone."""
    for key in old | new:
        yield Difference(label, old.get(key, ""), new.get(key, ""))


def _say_declared(revision: Revision) -> str:
    if revision.declared_budget_vnd is None:
        return "không công bố"
    return f"{say_money(revision.declared_budget_vnd)} ({revision.get_declared_budget_kind_display().lower()})"
