"""What people, and the agencies that they worked for, were called at any moment."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, Model, OuterRef, Value

from programme.models.agency import Agency
from programme.models.province import Province


class Names:
    """What some records of one kind were called at any moment; ``fields`` are those that are names."""

    def __init__(self, fields: Sequence[str]):
        self._fields = fields
        self._moments: dict[int, list[datetime]] = defaultdict(list)
        self._called: dict[int, list[tuple]] = defaultdict(list)

    def add(self, key: int, at: datetime, called: tuple) -> None:
        """A row of the history of the record with this key, after those before it."""
        # A clock set back does not put a later name before an earlier one.
        self._moments[key].append(max([at, *self._moments[key][-1:]]))
        self._called[key].append(called)

    @property
    def ever_changed(self) -> bool:
        """Whether it matters for any of them which moment is asked about."""
        return any(len(set(called)) > 1 for called in self._called.values())

    def called(self, key: int, at: datetime) -> tuple | None:
        """The names of a record at the moment; before its first row, as in that. None for one without a history."""
        called = self._called.get(key)
        return called[max(bisect_right(self._moments[key], at) - 1, 0)] if called else None

    def then[M: Model](self, record: M, at: datetime) -> M:
        """A copy of the record for reading, called as it was at the moment."""
        named, called = copy(record), self.called(record.pk, at)
        if called:
            for field, value in zip(self._fields, called, strict=True):
                setattr(named, field, value)
        return named


def read_names(*kinds: tuple[Any, Iterable[int]]) -> list[Names]:
    """Those of the records of each kind that have these keys; one query for kinds that have as many names.

    The model says in ``CALLED`` which of its fields are names.
    """
    found = [Names(model.CALLED) for model, _ in kinds]
    histories = [
        model.history.filter(id__in=set(keys))
        .order_by()
        .values_list(Value(place), "history_id", "id", "history_date", *model.CALLED)
        for place, (model, keys) in enumerate(kinds)
    ]
    for place, _, key, at, *called in histories[0].union(*histories[1:], all=True).order_by("history_id"):
        found[place].add(key, at, tuple(called))
    return found


class PeopleThen:
    """The people with these keys at any moment, each with the agencies that ``agency_on`` tells as called then.

    Two queries, none for nobody.
    """

    def __init__(self, model: Any, keys: Iterable[int]):
        keys = set(keys)
        self._people, self._worked = people_at_work(model, keys) if keys else ({}, {})
        agencies = {stretch.agency_id for stretches in self._worked.values() for stretch in stretches}
        self._names = read_names((model, keys), (Agency, agencies)) if keys else []
        self._made: dict[tuple, Any] = {}

    @property
    def ever_renamed(self) -> bool:
        return any(names.ever_changed for names in self._names)

    def then(self, key: int, at: datetime) -> Any:
        """A copy of the person for reading; the same one for all moments at which nothing was called otherwise."""
        names, agencies = self._names
        stretches = self._worked[key]
        called = (key, names.called(key, at), *(agencies.called(stretch.agency_id, at) for stretch in stretches))
        if called not in self._made:
            self._made[called] = _person_then(names.then(self._people[key], at), stretches, agencies, at)
        return self._made[called]


def people_at_work(model: Any, keys: Iterable[int]) -> tuple[dict[int, Any], dict[int, list]]:
    """The people, each with whether there are provinces of another world, and the stretches of their work, by the
    people's keys; one query.
    """
    other_world = Province.objects.exclude(is_simulated=OuterRef("is_simulated"))
    stretches = model._base_manager.filter(pk__in=keys).annotate(
        stretch=FilteredRelation("memberships"), has_other_world=Exists(other_world)
    )
    people: dict[int, Any] = {}
    worked: dict[int, list] = {}
    for person in stretches.select_related("stretch__agency__province"):
        people[person.pk] = person
        # Of somebody who never worked for an agency Django leaves the name unset.
        worked.setdefault(person.pk, []).extend([person.stretch] if hasattr(person, "stretch") else [])
    return people, worked


def _person_then(person: Any, stretches: list, agencies: Names, at: datetime) -> Any:
    then = []
    for stretch in stretches:
        named = copy(stretch)
        named.agency = agencies.then(stretch.agency, at)
        then.append(named)
    # The person's own list stays as it is.
    return person.with_work(then)
