"""One reporting cycle of a programme: who has handed in, late or not at all, by agency."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from programme.agency_names import tell_apart
from programme.models import Agency, Programme
from smartcity.lib.pages.columns import headings_of
from tasks.expected import Expected, ReportOutcome, expected_of
from tasks.models import ReportingCycle
from tasks.pages.cycles.columns import NO_LEAD, REPORT_COLUMNS

# Who has not reported is a list of its own, to be published.
NOT_HANDED_IN = "chua-nop"
NO_KEY = "khong-ro"
# How many earlier cycles are offered beside the one that is shown.
OTHERS = 24


@dataclass(frozen=True)
class AgencyRow:
    """What came of the reports of one agency."""

    agency: str
    # Its key in the address of the rows behind its numbers.
    key: str
    reports: list[Expected]

    @property
    def counts(self) -> list[tuple[ReportOutcome, int]]:
        return count_answers(self.reports)

    @property
    def not_handed_in(self) -> list[Expected]:
        return [one for one in self.reports if not one.is_handed_in]


@login_required
@require_safe
def cycle_detail(request, code):
    """The cycle that the address names, else the last one that is due; ``?loc=chua-nop`` lists who has not reported."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    today = localdate()
    cycles = cycles_of(programme)
    cycle = chosen_cycle(cycles, request.GET.get("ky", ""), today)
    reports = expected_of(cycle, today=today) if cycle else []
    rows = by_agency(reports)
    shown, chosen = chosen_reports(request.GET, reports, rows)
    context = {
        "programme": programme,
        "cycle": cycle,
        "others": cycles.begun(today).order_by("-due_on", "-pk")[:OTHERS],
        "reports": shown,
        "headings": headings_of(REPORT_COLUMNS),
        "chosen": chosen,
        "counts": count_answers(reports),
        "answers": ReportOutcome,
        "rows": rows,
        "silent": [row for row in rows if row.not_handed_in],
        "only_silent": request.GET.get("loc") == NOT_HANDED_IN,
        "is_due": cycle is not None and cycle.due_on < today,
    }
    return render(request, "tasks/cycles/cycle_detail.html", context)


def count_answers(reports: list[Expected]) -> list[tuple[ReportOutcome, int]]:
    """How many reports came to each answer."""
    counted = Counter(one.answer for one in reports)
    return [(answer, counted[answer]) for answer in ReportOutcome]


def chosen_reports(query, reports: list[Expected], rows: list[AgencyRow]) -> tuple[list[Expected], list[str]]:
    """The reports behind one of the page's numbers, and what they were chosen by; all where the address names none.

    ``?tra-loi=missing&co-quan=7``. Raises ``Http404`` where the address names what is not there.
    """
    answers = {answer.value: str(answer.label) for answer in ReportOutcome}
    agencies = {row.key: row.agency for row in rows}
    answer, agency = query.get("tra-loi", ""), query.get("co-quan", "")
    if answer not in {"", *answers} or agency not in {"", *agencies}:
        raise Http404
    shown = [one for one in reports if agency in {"", _key_of(one)} and answer in {"", one.answer.value}]
    return shown, [words for words in (answers.get(answer), agencies.get(agency)) if words]


def cycles_of(programme):
    """All cycles of a programme, of whatever duty."""
    return ReportingCycle.objects.filter(duty__programme=programme).select_related("duty__task__programme")


def chosen_cycle(cycles, key: str, today: date) -> ReportingCycle | None:
    """The one that the address names, else the last one that is due. Raises ``Http404`` where there is none."""
    if key:
        return get_object_or_404(cycles, pk=key if key.isdecimal() and len(key) < 18 else 0)
    due = cycles.filter(due_on__lt=today).order_by("-due_on", "-pk").first()
    return due or cycles.begun(today).order_by("due_on", "pk").first()


def by_agency(reports: list[Expected]) -> list[AgencyRow]:
    """A row for each agency, also where two have one name; in the order of their first tasks."""
    rows: dict[int | None, list[Expected]] = {}
    for one in reports:
        rows.setdefault(one.task.shown_lead, []).append(one)  # type: ignore[attr-defined]
    leads = Agency.objects.filter(pk__in=[lead for lead in rows if lead]).select_related("province")
    names = tell_apart(leads)
    return [AgencyRow(names[lead] if lead else NO_LEAD, _key_of(found[0]), found) for lead, found in rows.items()]


def _key_of(report: Expected) -> str:
    return str(report.task.shown_lead or NO_KEY)
