"""What people, and the agencies that they worked for, were called when they signed something.

An account or agency that is renamed does not sign its past anew: its history says what it was called on the day.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery

# Of those who were always called alike; of others it is now.
ANY_MOMENT = datetime.max.replace(tzinfo=UTC)

# A record, the field of it that names a person, and the key of the person.
Place = tuple[Any, str, int]


def as_called(signed: Sequence[tuple[Any, datetime]]) -> list[Any]:
    """Each person as called at the moment beside them; those called alike are one."""
    called = _called_then(person.pk for person, _ in signed)
    return [called.then(person.pk, at) for person, at in signed]


def _called_then(people: Iterable[int]) -> Any:
    """What else belongs to a name, the model of people knows."""
    return get_user_model()._default_manager.called_then(people)  # type: ignore[attr-defined]


def signers_then(rows: Sequence[Any]) -> None:
    """Put into ``history_user`` of rows of history each signer as they were called when they signed."""
    for row, person in zip(rows, as_called([(row.history_user, row.history_date) for row in rows]), strict=True):
        row.history_user = person


def signer_of(row: Any) -> Any:
    """Who signed this row of history, as they were called when they did."""
    return as_called([(row.history_user, row.history_date)])[0]


def people_of(model: Any) -> list[str]:
    """The fields of the model that name a person."""
    return [field.name for field in model._meta.fields if field.related_model is get_user_model()]


def as_signed(records: Iterable[Any], *names: str, with_moments: bool = False) -> list[Any]:
    """Put into these fields of records of one kind each person as they were called when they were named there.

    Without ``names``, into each that names a person; ``named_at`` says when, if ``with_moments``. A constant number of
    queries, one fewer where nobody was ever called otherwise; the records are for reading.
    """
    records = list(records)
    places = _places(records, names)
    return _signed(records, places, _called_then(key for _, _, key in places), with_moments=with_moments)


def signed_together(*kinds: Iterable[Any]) -> list[list[Any]]:
    """Records of several kinds ``as_signed``, each in all fields that name a person; people are looked up once."""
    found = [list(records) for records in kinds]
    placed = [_places(records, ()) for records in found]
    called = _called_then(key for places in placed for _, _, key in places)
    return [_signed(records, places, called) for records, places in zip(found, placed, strict=True)]


def _places(records: list[Any], names: tuple[str, ...]) -> list[Place]:
    names = names or tuple(people_of(type(records[0])) if records else ())
    return [
        (record, name, key)
        for record in records
        for name in names
        if (key := getattr(record, f"{name}_id")) is not None
    ]


def _signed(records: list[Any], places: list[Place], called: Any, *, with_moments: bool = False) -> list[Any]:
    if not (with_moments or called.ever_renamed):
        for record, name, key in places:
            setattr(record, name, called.then(key, ANY_MOMENT))
        return records
    names = sorted({name for _, name, _ in places})
    since = _named_since(type(records[0]), [record.pk for record, _, _ in places], names) if places else {}
    for record in records:
        record.named_at = {name: since[record.pk, name] for name in names if (record.pk, name) in since}
    for record, name, key in places:
        # What has no history was named by whoever is called so now.
        setattr(record, name, called.then(key, record.named_at.get(name, ANY_MOMENT)))
    return records


def entries_as_signed(entries: QuerySet) -> list[Any]:
    """Rows that are only ever added, in order: ``at`` says when, ``author`` is who wrote it as then called.

    A constant number of queries.
    """
    found = list(entries.select_related("author").annotate(at=written_at(entries.model)).order_by("pk"))
    for entry, author in zip(found, as_called([(entry.author, entry.at) for entry in found]), strict=True):
        entry.author = author
    return found


def written_at(model: Any) -> Subquery:
    """When each record was last written down; of what is decided once, when that was."""
    rows = model.history.filter(id=OuterRef("pk")).order_by("-history_id")
    return Subquery(rows.values("history_date")[:1])


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
