"""The letter that urges an agency to do what meetings gave it and is late: whom it goes to, and what it says.

The same text is sent by e-mail, shown to be pasted elsewhere, and kept with the record of the urging.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse

from meetings.models import Assignment, AssignmentState
from programme.models import Agency, AgencySuccession, Membership, Province, User
from programme.rights import ADD, roles_that
from smartcity.lib.language.dates import say_day
from smartcity.lib.language.text import shorten
from tasks.urging_letters import MOST_LISTED, ToPeople

# Whose meetings gave it and who has to answer, with what is late.
Owed = Mapping[tuple[Province, Agency], list[Assignment]]

LONGEST_TEXT = 300
READS = "directive__conclusion__meeting__province"


@dataclass(frozen=True)
class DirectiveLetter(ToPeople):
    """What one agency is told of all that meetings of a province gave it and is late."""

    province: Province
    agency: Agency
    late: list[Assignment]
    people: list[User]
    by: User
    today: date

    @property
    def owing(self) -> tuple[int, int]:
        return self.province.pk, self.agency.pk

    @property
    def about(self) -> str:
        """What is owed, in one line."""
        return f"{len(self.late)} việc quá hạn, lâu nhất {max(_days_late(one, self.today) for one in self.late)} ngày"

    @property
    def subject(self) -> str:
        return f"Đôn đốc thực hiện chỉ đạo: {len(self.late)} việc quá hạn"

    @property
    def text(self) -> str:
        context = {
            "letter": self,
            "lines": [_line(one, self.agency, self.today) for one in self.late[:MOST_LISTED]],
            "left_out": len(self.late) - MOST_LISTED,
            "board_at": f"{settings.SITE_ADDRESS}{reverse('directive_board', query={'co-quan': self.agency.pk})}",
            "work_at": f"{settings.SITE_ADDRESS}{reverse('admin:index')}",
        }
        return render_to_string("meetings/urging/letter.txt", context).strip()


@dataclass(frozen=True)
class _Line:
    text: str
    place: str
    due_on: date
    days_late: int
    is_returned: bool
    address: str


def _line(one: Assignment, agency: Agency, today: date) -> _Line:
    directive = one.directive
    given_to = f", giao cho {one.agency.name}" if one.agency != agency else ""
    return _Line(
        text=shorten(directive.text, LONGEST_TEXT),
        place=f"ý kiến {directive.label}, cuộc họp ngày {say_day(directive.conclusion.meeting.held_on)}{given_to}",
        due_on=one.due_then,  # type: ignore[attr-defined]
        days_late=_days_late(one, today),
        is_returned=one.state == AssignmentState.RETURNED,
        address=f"{settings.SITE_ADDRESS}{one.get_absolute_url()}",
    )


def _days_late(one: Assignment, today: date) -> int:
    return (today - one.due_then).days  # type: ignore[attr-defined]


def late_for(user: User, *, today: date) -> Owed:
    """What was due before ``today`` and is not answered, of all that ``user`` may see, by who has to answer.

    What waits to be confirmed is not asked for again. The worst first; three queries, however much is late.
    """
    found = Assignment.objects.visible_to(user).given(today).with_due(today)
    found = found.filter(state__in=[AssignmentState.OPEN, AssignmentState.RETURNED], due_then__lt=today)
    late = list(found.select_related(READS, "agency").order_by(F("due_then").asc(), "pk"))
    answering = _answering({one.agency_id for one in late}, today)
    owed: dict[tuple[Province, Agency], list[Assignment]] = {}
    for one in late:
        for agency in answering.get(one.agency_id, [one.agency]):
            owed.setdefault((one.directive.conclusion.meeting.province, agency), []).append(one)
    return owed


def _answering(agencies: set[int], today: date) -> dict[int, list[Agency]]:
    """Who answers for those of the agencies that ended: all who carry their duties on, directly or through others."""
    ended = Q(predecessor__in_force_to__lt=today) | Q(predecessor__province__in_force_to__lt=today)
    known = AgencySuccession.objects.known(today).filter(ended).select_related("successor") if agencies else []
    heirs: dict[int, list[Agency]] = {}
    for succession in known:
        heirs.setdefault(succession.predecessor_id, []).append(succession.successor)
    return {agency: list(_last(agency, heirs, set()).values()) for agency in agencies if agency in heirs}


def _last(agency: int, heirs: dict[int, list[Agency]], passed: set[int]) -> dict[int, Agency]:
    """Those at the ends of all ways from the agency; ``passed`` are on the way already."""
    found: dict[int, Agency] = {}
    for heir in heirs[agency]:
        if heir.pk not in heirs:
            found[heir.pk] = heir
        elif heir.pk not in passed:
            found |= _last(heir.pk, heirs, passed | {agency})
    return found


def letters_to(owed: Owed, *, by: User, today: date) -> list[DirectiveLetter]:
    """A letter for each agency that has something to answer. One query, however many these are."""
    people = _answerers({agency.pk for _, agency in owed}, today) if owed else {}
    return [
        DirectiveLetter(province, agency, late, people.get(agency.pk, []), by, today)
        for (province, agency), late in owed.items()
    ]


def _answerers(agencies: Iterable[int], today: date) -> dict[int, list[User]]:
    """The people with an account who answer for each of the agencies, by their names."""
    at_work = Membership.objects.overlapping(today, today).filter(agency__in=agencies, user__is_active=True)
    at_work = at_work.filter(user__role__in=roles_that(ADD, "meetings.answer")).select_related("user")
    found: dict[int, list[User]] = {}
    for membership in at_work.order_by("user__full_name", "user"):
        found.setdefault(membership.agency_id, []).append(membership.user)
    return found
