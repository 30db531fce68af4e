"""What stands beside the agencies that a programme's page names: what became of those that have ended."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from programme.agency_successors import Successors, say_duty
from programme.models import Agency
from tasks.figures.programme_day import ProgrammeOnDay
from tasks.figures.task_rows import TaskRow


def tell_what_became_of_holders(
    day: ProgrammeOnDay, rows: Iterable[TaskRow], *, today: date, helpers: Iterable[Agency] = ()
) -> None:
    """Fill in ``day.beside``, of those who hold a duty and of ``helpers``, whom the page names beside them.

    ``rows`` are those that the page shows.

    One query for each generation of successors, none where all agencies still work.
    """
    holders = {agency.pk: agency for agency in (day.coordinator, *(row.lead for row in rows)) if agency}
    others = {agency.pk: agency for agency in helpers if agency.pk not in holders}
    successors = Successors([*holders.values(), *others.values()], today=today)
    told = {pk: successors.say(agency) for pk, agency in others.items()}
    told |= {agency.pk: say_duty(agency, successors.say(agency), on=day.as_of) for agency in holders.values()}
    day.beside.update({pk: words for pk, words in told.items() if words})


def told_once(day: ProgrammeOnDay, rows: Iterable[TaskRow]) -> list[TaskRow]:
    """The rows of a page, of which only the first that names an agency tells what became of it."""
    told_above: set[int | None] = {day.coordinator.pk}
    told = []
    for row in rows:
        key = row.lead.pk if row.lead else None
        told.append(replace(row, is_told_above=True) if key in told_above else row)
        told_above.add(key)
    return told
