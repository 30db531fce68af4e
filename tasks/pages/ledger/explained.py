"""How a sum of a ledger explains itself, and who entered each of its entries."""

from collections.abc import Sequence
from datetime import date

from programme.models import Measure, Programme
from smartcity.lib.language.money import MoneyKind, MoneySource
from smartcity.lib.pages.explained import Explained, each_once
from smartcity.lib.records.signers import as_called
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.models import AskedFigure, BudgetEntry, Explanation
from tasks.pages.explained.counted import REQUESTS
from tasks.pages.explained.told import read_told
from tasks.pages.explanations.open_requests import OpenRequest
from tasks.pages.ledger.entries import Figure, Rows
from tasks.pages.ledger.rules import DECLARED, ITEMISED, RATE, rule_of_kind, rules_of
from tasks.pages.stated.on_day import set_beside

MONEY_ASKED = {AskedFigure.BUDGET, AskedFigure.BUDGET_PROPOSED, AskedFigure.ITEMISED, AskedFigure.DISBURSED}


def explain_entries(
    programme: Programme, rows: Rows, sums: Sequence[Figure], entries: Sequence[BudgetEntry], *, as_of: date, count: int
) -> Explained:
    """Of the entries that were asked for; each of these, which its page shows, gets who entered it as ``entered_by``.

    Three queries, three more where payments can have been asked about.
    """
    enterers = _enterers(entries)
    for entry in entries:
        entry.entered_by = enterers.get(entry.pk, "")  # type: ignore[attr-defined]
    kinds = [one.of.kind for one in sums if one.of.kind]
    of_payments = MoneyKind.DISBURSEMENT in kinds
    asked = Explanation.objects.filter(programme=programme, figure=AskedFigure.DISBURSED).order_by("-asked_on", "-pk")
    return Explained(
        as_of,
        rules_of(rows, kinds),
        title=say_rows(rows),
        documents=each_once(entry.document for entry in entries),
        entered=each_once(enterers.values()),
        asked=read_told([], asked[:REQUESTS])[1] if of_payments else None,
        is_of_a_page=count > len(entries),
    )


def explain_budget(day: ProgrammeOnDay, standing: Sequence[OpenRequest]) -> Explained:
    """Of the card of money of a programme, by what its page has read: no query. Each sum of entries tells more."""
    asked = [one.explanation for one in standing if one.explanation.figure in MONEY_ASKED]
    rules = [
        ("Tổng công bố", DECLARED),
        ("Phân khai", ITEMISED),
        ("Giải ngân", rule_of_kind(MoneyKind.DISBURSEMENT)),
        ("Tỷ lệ giải ngân", RATE),
    ]
    return Explained(
        day.as_of,
        rules,
        documents=each_once(
            [day.declared and day.declared.document, day.proposed_budget and day.proposed_budget.document]
        ),
        stated=[set_beside(one, day) for one in day.stated_on_day if Measure(one.measure).is_money],
        asked=asked,
    )


def explain_portfolio(rows: Rows, *, as_of: date) -> Explained:
    """Of the sum over programmes: its parts are those of each programme's ledger, which tells of entries and people."""
    kinds = [rows.kind] if rows.kind else [MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT]
    rules = [(str(MoneyKind(kind).label), rule_of_kind(kind)) for kind in kinds]
    return Explained(as_of, [*rules, ("Tỷ lệ giải ngân", RATE)], title=say_rows(rows))


def say_rows(rows: Rows) -> str:
    """«giải ngân, năm 2024, ngân sách tỉnh»."""
    year = "" if rows.year is None else f"năm {rows.year}" if rows.year else "không rõ năm"
    said = [
        str(MoneyKind(rows.kind).label).lower() if rows.kind else "",
        year,
        str(MoneySource(rows.source).label).lower() if rows.source and rows.source != MoneySource.ODA else "",
        "vốn ODA" if rows.source == MoneySource.ODA else "",
        "một nhiệm vụ" if rows.task_id else "",
    ]
    return ", ".join(word for word in said if word)


def _enterers(entries: Sequence[BudgetEntry]) -> dict[int, str]:
    """Who signed the first row of the history of each, as then called: an entry is never changed."""
    rows = BudgetEntry.history.filter(id__in=[entry.pk for entry in entries]).order_by("-history_id")  # type: ignore[attr-defined]
    first = list({row.id: row for row in rows.select_related("history_user")}.values())
    people = as_called([(row.history_user, row.history_date) for row in first])
    return {row.id: str(person) for row, person in zip(first, people, strict=True)}
