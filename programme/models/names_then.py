"""What people, and the agencies that they worked for, were called at any moment."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Model, prefetch_related_objects

from programme.models.agency import Agency
from programme.models.membership import memberships_of


class Names:
    """What the records of one kind with these keys were called at any moment; one query.

    The model says in ``CALLED`` which of its fields are names.
    """

    def __init__(self, model: Any, keys: Iterable[int]):
        self._fields = model.CALLED
        self._moments: dict[int, list[datetime]] = defaultdict(list)
        self._called: dict[int, list[tuple]] = defaultdict(list)
        rows = model.history.filter(id__in=set(keys)).order_by("history_id")
        for key, at, *called in rows.values_list("id", "history_date", *self._fields):
            # A clock set back does not put a later name before an earlier one.
            self._moments[key].append(max([at, *self._moments[key][-1:]]))
            self._called[key].append(tuple(called))

    def then[M: Model](self, record: M, at: datetime) -> M:
        """A copy of the record for reading, called as it was at the moment; before its first row, as in that."""
        named = copy(record)
        called = self._called.get(record.pk)
        if called:
            place = max(bisect_right(self._moments[record.pk], at) - 1, 0)
            for field, value in zip(self._fields, called[place], strict=True):
                setattr(named, field, value)
        return named


def people_then(signed: Sequence[tuple[Any, datetime]]) -> list[Any]:
    """Each person as they were called at the moment, and so the agencies that ``agency_on`` tells. Three queries."""
    people = list({person.pk: person for person, _ in signed}.values())
    if not people:
        return []
    prefetch_related_objects(people, memberships_of())
    worked = {person.pk: list(person.memberships.all()) for person in people}
    names = Names(type(people[0]), worked)
    agencies = Names(Agency, {one.agency_id for stretches in worked.values() for one in stretches})
    return [_person_then(names.then(person, at), worked[person.pk], agencies, at) for person, at in signed]


def _person_then(person: Any, stretches: list, agencies: Names, at: datetime) -> Any:
    then = []
    for stretch in stretches:
        named = copy(stretch)
        named.agency = agencies.then(stretch.agency, at)
        then.append(named)
    # What ``agency_on`` reads; the person's own list stays as it is.
    person._prefetched_objects_cache = {"memberships": then}
    return person
