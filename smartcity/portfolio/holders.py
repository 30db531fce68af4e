"""What stands beside the agencies that a programme's page names: what became of those that have ended."""

from datetime import date

from smartcity.agencies.heirs import Heirs, say_duty
from smartcity.portfolio.figures import ProgrammeOnDay


def tell_what_became_of_holders(day: ProgrammeOnDay, *, today: date) -> None:
    """Fill in ``day.beside``. One query for each generation of successors, none where all agencies still work."""
    holders = {agency.pk: agency for agency in (day.coordinator, *(row.lead for row in day.rows)) if agency}
    heirs = Heirs(holders.values(), today=today)
    told = {agency.pk: say_duty(agency, heirs.say(agency), on=day.as_of) for agency in holders.values()}
    day.beside.update({pk: words for pk, words in told.items() if words})
