"""How often an agency, or a report, was urged for already; and who did it last."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from smartcity.lib.language.dates import say_day
from smartcity.lib.records.signers import as_signed
from tasks.models import ReportingCycle, UrgedReport, Urging
from tasks.operations.urging import Owing

# What was said is long, and not told here.
WORDS = ("text", "recipients")
WORDS_OF_URGING = [f"urging__{name}" for name in WORDS]


@dataclass(frozen=True)
class UrgedSoFar:
    """The last time that an agency was urged, by whom as then called, and how many times it was."""

    last: Any
    times: int

    def __str__(self):
        return f"đã đôn đốc {say_day(self.last.day)}, {self.last.by}{f', {self.times} lần' if self.times > 1 else ''}"

    def was_on(self, day: date) -> bool:
        return self.last.day == day


def urged_for_reports_of(cycle: ReportingCycle) -> dict[int, UrgedSoFar]:
    """By the key of the task, of those that were urged for. Two queries."""
    reports = UrgedReport.objects.filter(cycle=cycle).select_related("urging").defer(*WORDS_OF_URGING)
    # Each once, whatever number of reports it was for.
    urgings = {report.urging_id: report.urging for report in reports}
    as_signed(urgings.values(), "by")
    return counted((report.task_id, urgings[report.urging_id]) for report in reports)


def urged_of(owing: Collection[Owing], cycle: int | None = None) -> dict[Owing, UrgedSoFar]:
    """By the keys of programme and agency; where a ``cycle`` is named, for its reports alone."""
    urgings = Urging.objects.filter(
        programme__in={programme for programme, _ in owing}, agency__in={agency for _, agency in owing}
    )
    if cycle is not None:
        urgings = urgings.filter(pk__in=UrgedReport.objects.filter(cycle=cycle).values("urging"))
    read = as_signed(urgings.defer(*WORDS), "by")
    return counted(((urging.programme_id, urging.agency_id), urging) for urging in read)


def counted[K](urgings: Iterable[tuple[K, Any]]) -> dict[K, UrgedSoFar]:
    """By their key, the last of the urgings and how many there are."""
    found: dict[K, list[Any]] = {}
    for key, urging in urgings:
        found.setdefault(key, []).append(urging)
    return {key: UrgedSoFar(max(own, key=lambda one: (one.at, one.pk)), len(own)) for key, own in found.items()}
