"""The money of all programmes together by year and source, and the programmes that each of its sums adds."""

from datetime import date
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.http import Http404
from django.shortcuts import render

from programme.models import Programme, Revision, User
from smartcity.lib.pages.compared_day import PARAMETER, read_compared_day
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import page_of
from tasks.models import BudgetEntry
from tasks.pages.ledger.entries import RATE_KINDS, LedgerCell, Rows
from tasks.pages.ledger.explained import explain_portfolio
from tasks.pages.ledger.filters import MoneyFilterForm
from tasks.pages.ledger.year_money import MoneyRow, MoneyTable


class ProgrammeMoney(NamedTuple):
    """One programme of a sum, and its part of it."""

    programme: Programme
    row: MoneyRow


@login_required
def portfolio_money(request):
    """Year × source over what the person may see; ``?nam=…&loai=…&nguon=…`` lists the programmes behind one sum."""
    day_form = AsOfForm(request.GET)
    as_of = day_form.day()
    compared = read_compared_day(request.GET.get(PARAMETER, ""), as_of)
    table = read_portfolio_money(request.user, as_of=as_of, since=compared.day)
    form = MoneyFilterForm(request.GET, years=table.numbers[::-1])
    of = form.rows()
    if of is None:
        raise Http404
    in_force = Revision.objects.in_force(as_of).filter(programme=OuterRef("pk"))
    programmes = Programme.objects.visible_to(request.user).loaded()
    programmes = list(programmes.annotate(name_in_force=Subquery(in_force.values("name")[:1])))
    known = {cell.task_id for cell in table.cells}
    counted = {cell.task_id for cell in table.cells if of.counts(cell)}
    page = page_of(request, [programme for programme in programmes if programme.pk in counted])
    context = day_context(day_form, compared) | {
        "money": table,
        "form": form,
        "chosen": form.chosen_words(),
        "page": page,
        "lines": [ProgrammeMoney(one, part_of(table, one.pk).row(Rows(of.year, source=of.source))) for one in page],
        "whole": MoneyTable(cell for cell in table.cells if cell.task_id in counted).row(
            Rows(of.year, source=of.source)
        ),
        "programmes": programmes,
        "explained": explain_portfolio(of, as_of=as_of),
        "unknown": [programme for programme in programmes if programme.pk not in known],
    }
    status = form_status(day_form, compared)
    return render(request, "tasks/ledger/portfolio_money.html", context, status=status)


def read_portfolio_money(user: User, *, as_of: date, since: date | None = None) -> MoneyTable:
    """What was planned and paid of each year and source by the day, of each programme that the person sees. One query.

    With what came after the day ``since``.
    """
    entries = BudgetEntry.objects.visible_to(user).filter(kind__in=RATE_KINDS).decided_by(as_of).order_by()
    sums = {"vnd": Sum("amount_vnd"), "rows": Count("pk")}
    if since:
        came = Q(decided_on__gt=since)
        sums |= {"later_vnd": Sum("amount_vnd", filter=came), "later_rows": Count("pk", filter=came)}
    cells, later = [], []
    for found in entries.values("kind", "source", "year", of=F("task__programme")).annotate(**sums):
        place = found["of"], found["kind"], found["source"], found["year"]
        cells.append(LedgerCell(*place, found["vnd"], found["rows"]))
        if found.get("later_rows"):
            later.append(LedgerCell(*place, found["later_vnd"], found["later_rows"]))
    return MoneyTable(cells, later)


def part_of(table: MoneyTable, programme: int) -> MoneyTable:
    """Of that programme alone."""
    mine, since = ([cell for cell in cells if cell.task_id == programme] for cells in (table.cells, table.later))
    return MoneyTable(mine, since)
