"""The page of a programme's ledger: what of each year's plan was paid, and the entries behind every sum."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db.models import F, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from programme.models import Programme
from smartcity.lib.pages.columns import headings_of
from smartcity.lib.pages.compared_day import PARAMETER, read_compared_day
from smartcity.lib.pages.day import AsOfForm, day_context, form_status
from smartcity.lib.pages.lists import page_of
from smartcity.lib.records.sharing import Shared
from tasks.models import BudgetEntry, Task
from tasks.pages.ledger.columns import ENTRY_COLUMNS
from tasks.pages.ledger.entries import Rows, ledger_headline, read_ledger
from tasks.pages.ledger.explained import explain_entries
from tasks.pages.ledger.filters import LedgerFilterForm
from tasks.pages.ledger.year_money import MoneyTable, of_programme
from tasks.task_names import with_plan_name

# ``?theo=nguon``: the tables' rows are sources instead of tasks.
BY_SOURCE = "nguon"


@login_required
def programme_ledger(request, code):
    """The ledger on a day; ``?nam=…&loai=…&nguon=…&nhiem-vu=…`` shows the entries behind one of its sums."""
    programme = get_object_or_404(Programme.objects.visible_to(request.user).select_related("province"), code=code)
    as_of_form = AsOfForm(request.GET)
    as_of = as_of_form.day()
    names = task_names(programme, as_of)
    ledger = read_ledger(entries_of(names), as_of=as_of)
    compared = read_compared_day(request.GET.get(PARAMETER, ""), as_of)
    # What came in since then, of which the marks tell and which may be asked for.
    later = read_ledger(entries_of(names).filter(decided_on__gt=compared.day), as_of=as_of) if compared.day else None
    form, entries = chosen_entries(request, as_of, names, ledger.numbers)
    page = page_of(request, entries)
    # Joined with the few that they correct, the whole ledger would be read.
    shown = list(with_task_names(Shared("corrects").given_to(list(page)), names))
    rows = form.rows() or Rows()
    sums = (later if later and form.since else ledger).figures(rows)
    told_year = ledger.year_to_tell(as_of)
    by_source = request.GET.get("theo") == BY_SOURCE
    may_enter = request.user.has_perm("tasks.add_budgetentry") and programme.is_coordinated_by(request.user)
    context = day_context(as_of_form, compared)
    kept_day = f"{context['kept_day']}&" if context["kept_day"] else ""
    context |= {
        "programme": programme,
        "rows_at": f"{reverse('programme_ledger', args=[code])}?{kept_day}",
        "headline": ledger_headline(ledger, as_of),
        "rate": ledger.rate(Rows(year=told_year)) if told_year else None,
        "is_empty": ledger.is_empty,
        "money": MoneyTable(of_programme(ledger.cells), of_programme(later.cells) if later else []),
        "years": ledger.years(names, by_source=by_source),
        "told_year": told_year or 0,
        "by_source": by_source,
        "form": form,
        "chosen": form.chosen_words(),
        "sums": sums,
        "marks": later.figures(Rows()) if later else [],
        "page": page,
        "headings": headings_of(ENTRY_COLUMNS),
        "entries": shown,
        "explained": explain_entries(programme, rows, sums, shown, as_of=as_of, count=page.paginator.count)
        if shown and form.chosen()
        else None,
        "may_enter": may_enter,
    }
    return render(request, "tasks/ledger/programme_ledger.html", context, status=form_status(as_of_form, compared))


def task_names(programme: Programme, as_of: date) -> dict[int, str]:
    """What each task is called on the day, in the order of the plan."""
    tasks = with_plan_name(Task.objects.filter(programme=programme), as_of)
    in_order = tasks.order_by(F("plan_position").asc(nulls_last=True), "code")
    return {
        pk: f"{position}. {name}" if name else code
        for pk, code, position, name in in_order.values_list("pk", "code", "plan_position", "plan_name")  # type: ignore[misc]
    }


def entries_of(tasks: Iterable[int]) -> QuerySet[BudgetEntry]:
    """The ledger of these tasks. They are named one by one: joined with them, the lines of all programmes are read."""
    return BudgetEntry.objects.filter(task__in=list(tasks))


def with_task_names(entries: Iterable[BudgetEntry], names: dict[int, str]) -> Iterator[BudgetEntry]:
    """Each with the name of its task, as ``task_name``."""
    for entry in entries:
        entry.task_name = names[entry.task_id]  # type: ignore[attr-defined]
        yield entry


def chosen_entries(
    request, as_of: date, names: dict[int, str], years: Iterable[int] = ()
) -> tuple[LedgerFilterForm, QuerySet[BudgetEntry]]:
    """The entries of the tasks that the address asks for, and the form that says so, which offers these ``years``.

    Raises ``Http404`` where the address names what is not there.
    """
    compared = read_compared_day(request.GET.get(PARAMETER, ""), as_of)
    form = LedgerFilterForm(request.GET, years=list(years), tasks=names, compared=compared)
    rows = form.rows()
    if rows is None:
        raise Http404
    entries = entries_of(names)
    if form.since:
        entries = entries.filter(decided_on__gt=form.since)
    return form, entries_behind(rows, entries, as_of)


def entries_behind(rows: Rows, entries: QuerySet[BudgetEntry], as_of: date) -> QuerySet[BudgetEntry]:
    """The entries that a figure adds, the newest first."""
    if rows.year is not None:
        entries = entries.filter(year=rows.year or None)
    for name, value in (("kind", rows.kind), ("source", rows.source), ("task", rows.task_id)):
        entries = entries.filter(**{name: value}) if value is not None else entries
    found = entries.decided_by(as_of).with_correction()  # type: ignore[attr-defined]
    # All have a day. In an order that the index of all days does not have, those of the tasks are looked for by theirs.
    newest_first = F("decided_on").desc(nulls_last=True)
    return found.select_related("document").order_by(newest_first, "-pk")
