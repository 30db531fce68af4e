"""One reporting cycle of a programme: who has handed in, late or not at all, by agency."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from programme.models import Programme
from smartcity.lib.log.known.marks import known_today
from smartcity.lib.pages.columns import headings_of
from tasks.expected import Expected, ReportOutcome, expected_of
from tasks.models import ReportingCycle
from tasks.pages.cycles.agency_rows import AgencyRow, by_agency, count_answers, key_of
from tasks.pages.cycles.columns import REPORT_COLUMNS
from tasks.pages.cycles.urging import WaysToUrge, say_due
from tasks.pages.urging.so_far import UrgedSoFar, urged_for_reports_of

# Who has not reported is a list of its own, to be published.
NOT_HANDED_IN = "chua-nop"
# How many earlier cycles are offered beside the one that is shown.
OTHERS = 24


@login_required
@require_safe
def cycle_detail(request, code):
    """The cycle that the address names, else the last one that is due; ``?loc=chua-nop`` lists who has not reported."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    today = known_today()
    cycles = cycles_of(programme)
    cycle = chosen_cycle(cycles, request.GET.get("ky", ""), today)
    if cycle is None:
        return render(request, "tasks/cycles/cycle_none.html", {"programme": programme})
    reports = expected_of(cycle, today=today)
    ways = WaysToUrge(request.user, programme, cycle, today=today)
    rows = ways.beside(by_agency(reports))
    shown, chosen = chosen_reports(request.GET, reports, rows)
    urged = urged_for_reports_of(cycle) if any(one.urged_at for one in reports) else {}
    earlier, later = neighbours_of(cycle, cycles.begun(today))
    context = {
        "programme": programme,
        "cycle": cycle,
        "due": say_due(cycle, today),
        "earlier": earlier,
        "later": later,
        "others": [(other, say_due(other, today)) for other in cycles.begun(today).order_by("-due_on", "-pk")[:OTHERS]],
        "reports": beside(shown, urged),
        "headings": headings_of(REPORT_COLUMNS),
        "chosen": chosen,
        "counts": count_answers(reports),
        "answers": ReportOutcome,
        "rows": rows,
        "silent": [(row, beside(row.not_handed_in, urged)) for row in rows if row.not_handed_in],
        "only_silent": request.GET.get("loc") == NOT_HANDED_IN,
        "is_due": cycle.due_on < today,
        "owed": (owed := sum(len(row.not_handed_in) for row in rows)),
        "urge_all_at": ways.all_at if owed else "",
    }
    return render(request, "tasks/cycles/cycle_detail.html", context)


def beside(reports: list[Expected], urged: dict[int, UrgedSoFar]) -> list[tuple[Expected, UrgedSoFar | None]]:
    """Each report with how often it was urged for."""
    return [(one, urged.get(one.task.pk)) for one in reports]


def chosen_reports(query, reports: list[Expected], rows: list[AgencyRow]) -> tuple[list[Expected], list[str]]:
    """The reports behind one of the page's numbers, and what they were chosen by; all where the address names none.

    ``?tra-loi=missing&co-quan=7``. Raises ``Http404`` where the address names what is not there.
    """
    answers = {answer.value: str(answer.label) for answer in ReportOutcome}
    agencies = {row.key: row.agency for row in rows}
    answer, agency = query.get("tra-loi", ""), query.get("co-quan", "")
    if answer not in {"", *answers} or agency not in {"", *agencies}:
        raise Http404
    shown = [one for one in reports if agency in {"", key_of(one)} and answer in {"", one.answer.value}]
    return shown, [words for words in (answers.get(answer), agencies.get(agency)) if words]


def cycles_of(programme):
    """All cycles of a programme, of whatever duty."""
    return ReportingCycle.objects.filter(duty__programme=programme).select_related("duty__task__programme")


def chosen_cycle(cycles, key: str, today: date) -> ReportingCycle | None:
    """The one that the address names, else the last one that is due by today, not the one that is still open.

    Where none is due yet, the first that has begun. Raises ``Http404`` where the address names none.
    """
    if key:
        return get_object_or_404(cycles, pk=key if key.isdecimal() and len(key) < 18 else 0)
    due = cycles.filter(due_on__lte=today).order_by("-due_on", "-pk").first()
    return due or cycles.begun(today).order_by("due_on", "pk").first()


def neighbours_of(cycle: ReportingCycle, cycles) -> tuple[ReportingCycle | None, ReportingCycle | None]:
    """The cycles that are due before and after this one."""
    before = Q(due_on__lt=cycle.due_on) | Q(due_on=cycle.due_on, pk__lt=cycle.pk)
    after = Q(due_on__gt=cycle.due_on) | Q(due_on=cycle.due_on, pk__gt=cycle.pk)
    return (
        cycles.filter(before).order_by("-due_on", "-pk").first(),
        cycles.filter(after).order_by("due_on", "pk").first(),
    )
