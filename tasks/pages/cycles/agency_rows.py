"""The reports of a cycle by the agency that owes them."""

from collections import Counter
from dataclasses import dataclass

from programme.agency_names import tell_apart
from programme.models import Agency
from tasks.expected import Expected, ReportOutcome
from tasks.pages.cycles.columns import NO_LEAD

NO_KEY = "khong-ro"


@dataclass(frozen=True)
class AgencyRow:
    """What came of the reports of one agency."""

    agency: str
    # Its key in the address of the rows behind its numbers.
    key: str
    reports: list[Expected]
    # Where it is urged, by whoever may.
    urge_at: str = ""

    @property
    def counts(self) -> list[tuple[ReportOutcome, int]]:
        return count_answers(self.reports)

    @property
    def not_handed_in(self) -> list[Expected]:
        return [one for one in self.reports if not one.is_handed_in]


def count_answers(reports: list[Expected]) -> list[tuple[ReportOutcome, int]]:
    """How many reports came to each answer."""
    counted = Counter(one.answer for one in reports)
    return [(answer, counted[answer]) for answer in ReportOutcome]


def by_agency(reports: list[Expected]) -> list[AgencyRow]:
    """A row for each agency, also where two have one name; in the order of their first tasks."""
    rows: dict[int | None, list[Expected]] = {}
    for one in reports:
        rows.setdefault(one.task.shown_lead, []).append(one)
    leads = Agency.objects.filter(pk__in=[lead for lead in rows if lead]).select_related("province")
    names = tell_apart(leads)
    return [AgencyRow(names[lead] if lead else NO_LEAD, key_of(found[0]), found) for lead, found in rows.items()]


def key_of(report: Expected) -> str:
    return str(report.task.shown_lead or NO_KEY)
