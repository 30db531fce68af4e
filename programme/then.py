"""What people, and the agencies that they worked for, were called when they signed something.

An account or agency that is renamed does not sign its past anew: its history says what it was called on the day.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import Model, prefetch_related_objects

from programme.models import Agency, User, memberships_of

CALLED: dict[type[Model], tuple[str, ...]] = {User: ("full_name", "title"), Agency: ("name", "short_name")}


class Names:
    """What the records of one kind with these keys were called at any moment; one query."""

    def __init__(self, model: Any, keys: Iterable[int]):
        self._fields = CALLED[model]
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


def people_then(signed: Sequence[tuple[User, datetime]]) -> list[User]:
    """Each person as they were called at the moment, and so the agencies that ``agency_on`` tells. Three queries."""
    people = list({person.pk: person for person, _ in signed}.values())
    if not people:
        return []
    prefetch_related_objects(people, memberships_of())
    worked = {person.pk: list(person.memberships.all()) for person in people}
    names = Names(User, worked)
    agencies = Names(Agency, {one.agency_id for stretches in worked.values() for one in stretches})
    return [_person_then(names.then(person, at), worked[person.pk], agencies, at) for person, at in signed]


def _person_then(person: User, stretches: list, agencies: Names, at: datetime) -> User:
    then = []
    for stretch in stretches:
        named = copy(stretch)
        named.agency = agencies.then(stretch.agency, at)
        then.append(named)
    # What ``agency_on`` reads; the person's own list stays as it is.
    person._prefetched_objects_cache = {"memberships": then}  # type: ignore[attr-defined]
    return person


def signers_then(rows: Sequence[Any]) -> None:
    """Put into ``history_user`` of rows of history each signer as they were called when they signed."""
    for row, person in zip(rows, people_then([(row.history_user, row.history_date) for row in rows]), strict=True):
        row.history_user = person


def signer_of(row: Any) -> User:
    """Who signed this row of history, as they were called when they did."""
    return people_then([(row.history_user, row.history_date)])[0]


def people_of(model: Any) -> list[str]:
    """The fields of the model that name a person."""
    return [field.name for field in model._meta.fields if field.related_model is User]


def as_signed(records: Iterable[Any], *names: str) -> list[Any]:
    """Put into these fields of records of one kind each person as they were called when they were named there.

    Without ``names``, into each that names a person. A constant number of queries; the records are for reading.
    """
    records = list(records)
    if records and not names:
        names = tuple(people_of(type(records[0])))
    if not names or not records:
        return records
    since = _named_since(type(records[0]), [record.pk for record in records], names)
    places = [
        (record, name, key)
        for record in records
        for name in names
        if (key := getattr(record, f"{name}_id")) is not None and (record.pk, name) in since
    ]
    people = _people_at_hand(places)
    then = people_then([(people[key], since[record.pk, name]) for record, name, key in places])
    for (record, name, _), person in zip(places, then, strict=True):
        setattr(record, name, person)
    return records


def _people_at_hand(places: list[tuple[Any, str, int]]) -> dict[int, User]:
    """Those that are loaded already, and in one query the rest."""
    loaded = {key: getattr(one, name) for one, name, key in places if one._meta.get_field(name).is_cached(one)}
    missing = {key for _, _, key in places} - set(loaded)
    return loaded | User.objects.in_bulk(missing) if missing else loaded


def _named_since(model: Any, keys: list[int], names: Sequence[str]) -> dict[tuple[int, str], datetime]:
    """When each field of each record got the person that it names now, by the record's own history."""
    since: dict[tuple[int, str], datetime] = {}
    last: dict[tuple[int, str], int] = {}
    rows = model.history.filter(id__in=keys).order_by("history_id")
    for key, at, *people in rows.values_list("id", "history_date", *(f"{name}_id" for name in names)):
        for name, person in zip(names, people, strict=True):
            if (key, name) not in last or last[key, name] != person:
                last[key, name], since[key, name] = person, at
    return since
