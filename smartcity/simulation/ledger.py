"""The money of simulated tasks: planned by the year, contracted, paid; some lines corrected."""

from collections.abc import Iterable
from itertools import batched
from random import Random

from django.db.models import F, Value

from smartcity.lib.language.money import MoneyKind, MoneySource
from smartcity.simulation.places import Place
from smartcity.simulation.plans import Stretch
from smartcity.simulation.scale import spread
from smartcity.simulation.writing import ROWS, add_history, store
from tasks.models import BudgetEntry

MILLION = 10**6
CORRECTED = 0.1


def fill_ledger(stretches: Iterable[Stretch], place: Place, count: int, *, random: Random) -> None:
    """So many lines of each task: a year's plan, a contract, then payments; in some the last one corrects another."""
    for some in batched(stretches, max(1, ROWS // max(1, count))):
        lines = [_lines_of(stretch, count, random) for stretch in some]
        keep_lines([line for of_a_task in lines for line in of_a_task], place)
        keep_lines([opposite(of_a_task[-1]) for of_a_task in lines if len(of_a_task) < count], place)


def keep_lines(lines: list[BudgetEntry], place: Place) -> None:
    store(lines)
    add_history(lines, "+", by=Value(place.coordinator.pk), on=F("decided_on"))


def _lines_of(stretch: Stretch, count: int, random: Random) -> list[BudgetEntry]:
    """Without the correction that comes after, where one line is to be corrected."""
    is_corrected = count > 2 and random.random() < CORRECTED
    contract = random.randint(1_000, 50_000) * MILLION
    lines = []
    for number, day in enumerate(spread(stretch.first, stretch.last, count - is_corrected, random)):
        kind, amount = MoneyKind.DISBURSEMENT, contract // (2 * count)
        if number < 2:
            kind = [MoneyKind.YEAR_PLAN, MoneyKind.CONTRACT][number]
            amount = contract
        lines.append(
            BudgetEntry(
                task=stretch.task,
                kind=kind,
                source=MoneySource.PROVINCE,
                year=None if kind == MoneyKind.CONTRACT else day.year,
                amount_vnd=amount,
                decided_on=day,
                note=f"Đợt {number - 1}" if number > 1 else "",
            )
        )
    return lines


def opposite(line: BudgetEntry) -> BudgetEntry:
    """What takes half of a line back, on the same day."""
    return BudgetEntry(
        task=line.task,
        kind=line.kind,
        source=line.source,
        year=line.year,
        amount_vnd=-(line.amount_vnd // 2),
        decided_on=line.decided_on,
        corrects=line,
        note="Đính chính số tiền ghi nhầm",
    )
