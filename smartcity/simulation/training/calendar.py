"""On which days things happen in the province, counted from the day on which it is built."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from smartcity.simulation.training.story import Story


@dataclass(frozen=True)
class Calendar:
    """``today`` is the day of building: of one day there is one province. Nothing that has happened is later."""

    today: date

    def first_of(self, month: int) -> date:
        """The first day of the month that is so many after the present one."""
        months = self.today.year * 12 + self.today.month - 1 + month
        return date(months // 12, months % 12 + 1, 1)

    def last_of(self, month: int) -> date:
        first = self.first_of(month)
        return first.replace(day=monthrange(first.year, first.month)[1])

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    @property
    def begun(self) -> date:
        """The province with its agencies and people is there."""
        return date(self.today.year - 3, 1, 1)

    @property
    def amended(self) -> date:
        """The second revisions take effect."""
        return self.first_of(-7)

    @property
    def handed_over(self) -> date:
        """An agency has ended, and another one goes on with its duties."""
        return self.first_of(-9)

    @property
    def effective(self) -> date:
        """The first revisions take effect."""
        return date(self.today.year - 2, 1, 1)

    @property
    def periods(self) -> list[tuple[date, date]]:
        """Until the end of last year, and this year with the next."""
        year = self.today.year
        return [(self.effective, date(year - 1, 12, 31)), (date(year, 1, 1), date(year + 1, 12, 31))]

    def begins(self, story: Story) -> date:
        """Not before the programmes do: early in a year they are not as many months old as late in it."""
        return max(self.first_of(story.start), self.effective)

    def done_on(self, story: Story) -> date | None:
        return None if story.done is None else self.first_of(story.done) + timedelta(days=19)
