"""Where those who have not reported for a cycle are urged, for whoever may."""

from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from programme.models import Programme, User
from smartcity.lib.language.dates import say_day
from tasks.models import ReportingCycle
from tasks.operations.urging import urges_all
from tasks.pages.cycles.agency_rows import NO_KEY, AgencyRow


class WaysToUrge:
    """The links of a cycle's page; there are none while its reports are not late. One query, for whoever may urge."""

    def __init__(self, user: User, programme: Programme, cycle: ReportingCycle, *, today: date):
        self.programme, self.cycle = programme, cycle
        self.own, self.coordinator, self.urges_all = "", "", False
        if cycle.due_on < today and user.has_perm("tasks.add_urging"):
            coordinator = programme.coordinator_on(today)
            # Who reports on tasks without a lead.
            self.coordinator = str(coordinator.pk)
            self.urges_all = urges_all(user, coordinator)
            # Who speaks for a coordinating agency has nobody to urge where another one coordinates.
            self.own = "" if user.is_coordinator else str(user.agency_id)

    @property
    def all_at(self) -> str:
        return self._address() if self.urges_all else ""

    def beside(self, rows: list[AgencyRow]) -> list[AgencyRow]:
        """Each agency with the way to urge it, where it has not reported and the person may."""
        return [replace(row, urge_at=self._of(row)) if row.not_handed_in else row for row in rows]

    def _of(self, row: AgencyRow) -> str:
        agency = self.coordinator if row.key == NO_KEY else row.key
        return self._address(agency) if self.urges_all or (self.own and agency == self.own) else ""

    def _address(self, agency: str = "") -> str:
        query = {"de-an": self.programme.code, "ky": self.cycle.pk} | ({"co-quan": agency} if agency else {})
        return f"{reverse('urging_send')}?{urlencode(query)}"


def say_due(cycle: ReportingCycle, today: date) -> str:
    """By when its reports are due, as seen on the day ``today``."""
    days = (today - cycle.due_on).days
    if days > 0:
        return f"hạn nộp {say_day(cycle.due_on)}, đã qua {days} ngày"
    return f"hạn nộp {say_day(cycle.due_on)}, {f'còn {-days} ngày' if days else 'là hôm nay'}"
