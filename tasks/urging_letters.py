"""The letter that urges an agency to hand in its late reports of a programme: whom it goes to, and what it says.

The same text is sent by e-mail, shown to be pasted elsewhere, and kept with the record of the urging.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from programme.models import Agency, Membership, Programme, User
from programme.rights import ADD, COORDINATE, roles_that
from smartcity.lib.language.text import shorten
from tasks.expected import Expected, ReportOutcome

# Who owes reports, and which: as ``late_in`` finds them.
Owed = Mapping[tuple[Programme, Agency], list[Expected]]

# A letter that lists more is read by nobody; the rest is counted, and its place named.
MOST_LISTED = 20
LONGEST_NAME = 200


class ToPeople:
    """A letter to several: who gets it by e-mail, and who has to be told otherwise."""

    people: list[User]

    @property
    def recipients(self) -> list[str]:
        return list(dict.fromkeys(person.email for person in self.people if person.email))

    @property
    def without_address(self) -> list[User]:
        return [person for person in self.people if not person.email]


@dataclass(frozen=True)
class UrgingLetter(ToPeople):
    """What one agency is told about its late reports of one programme; ``people`` are those who may report."""

    programme: Programme
    agency: Agency
    late: list[Expected]
    people: list[User]
    by: User
    today: date

    @property
    def owing(self) -> tuple[int, int]:
        return self.programme.pk, self.agency.pk

    @property
    def about(self) -> str:
        """What is owed, in one line."""
        return f"{self.programme.code} · {len(self.late)} báo cáo quá hạn, lâu nhất {self.most_days_late} ngày"

    @property
    def most_days_late(self) -> int:
        return max(one.days_late(self.today) for one in self.late)

    @property
    def subject(self) -> str:
        return f"Đôn đốc báo cáo tiến độ đề án {self.programme}: {len(self.late)} báo cáo quá hạn"

    @property
    def text(self) -> str:
        context = {
            "letter": self,
            "lines": [_line(one, self.today) for one in self.late[:MOST_LISTED]],
            "left_out": len(self.late) - MOST_LISTED,
            "cycles_at": f"{settings.SITE_ADDRESS}{reverse('cycle_detail', args=[self.programme.code])}",
            "work_at": f"{settings.SITE_ADDRESS}{reverse('admin:index')}",
        }
        return render_to_string("tasks/urging/letter.txt", context).strip()


@dataclass(frozen=True)
class _Line:
    name: str
    cycle: str
    due_on: date
    days_late: int
    is_returned: bool
    address: str


def _line(one: Expected, today: date) -> _Line:
    return _Line(
        name=f"{one.task.plan_position}. {shorten(one.task.plan_name, LONGEST_NAME)}",
        cycle=str(one.cycle),
        due_on=one.cycle.due_on,
        days_late=one.days_late(today),
        is_returned=one.answer == ReportOutcome.RETURNED,
        address=f"{settings.SITE_ADDRESS}{report_address(one)}",
    )


def report_address(one: Expected) -> str:
    """Where the report is written, or gone on with."""
    if one.update:
        return reverse("admin:tasks_progressupdate_change", args=[one.update.pk])
    return f"{reverse('admin:tasks_progressupdate_add')}?task={one.task.pk}&ky={one.cycle.pk}"


def letters_to(owed: Owed, *, by: User, today: date) -> list[UrgingLetter]:
    """A letter for each agency that owes something. One query, however many these are."""
    people = _reporters({agency.pk for _, agency in owed}, today) if owed else {}
    return [
        UrgingLetter(programme, agency, late, _who_may(people.get(agency.pk, []), agency, late), by, today)
        for (programme, agency), late in owed.items()
    ]


def _reporters(agencies: set[int], today: date) -> dict[int, list[User]]:
    """The people with an account who report for each of the agencies, by their names."""
    at_work = Membership.objects.overlapping(today, today).filter(agency__in=agencies, user__is_active=True)
    at_work = at_work.filter(user__role__in=roles_that(ADD, "tasks.progressupdate")).select_related("user")
    found: dict[int, list[User]] = {}
    for membership in at_work.order_by("user__full_name", "user"):
        found.setdefault(membership.agency_id, []).append(membership.user)
    return found


def _who_may(people: list[User], agency: Agency, late: list[Expected]) -> list[User]:
    """On a task without a lead, those report who speak for the coordinating agency."""
    if any(one.task.shown_lead == agency.pk for one in late):
        return people
    return [person for person in people if person.may(COORDINATE, "programme.programme")]
