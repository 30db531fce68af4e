"""Which of the changes of an act tell what it was about: a reader who was not there begins with these."""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, When

from programme.models import Revision
from smartcity.audit.changes.belonging import name_of_kind
from smartcity.audit.changes.models import ChangedFields, LoggedChange
from smartcity.audit.verbs import BECAME, FILLED, NOTED, telling_columns

# What became of records that only made room.
MOVED = ",position,"
# What an act of very many changes is looked for first, by its columns alone.
LIKELY = Case(
    When(Q(deed="~", record_kind__in=BECAME.keys() | FILLED.keys()), then=0),
    When(Q(deed="+", record_kind__in=NOTED) | Q(deed="-", owner=""), then=1),
    default=2,
    output_field=IntegerField(),
)


def telling_first(acts: dict[int, list[LoggedChange]]) -> dict[int, list[LoggedChange]]:
    """Of each act first what tells what was done, then what was made and changed by it, last what was moved aside.

    A meeting that was removed stands before its parts, though these went first. One question.
    """
    keys = {change.fields_key for changes in acts.values() if len(changes) > 1 for change in changes}
    fields = dict(ChangedFields.objects.filter(pk__in=keys).values_list("pk", "names")) if keys else {}
    return {place: _sorted(changes, fields) for place, changes in acts.items()}


def _sorted(changes: list[LoggedChange], fields: dict[int, str]) -> list[LoggedChange]:
    records, made = {_record(change) for change in changes}, made_in(changes)

    def weight(change: LoggedChange) -> int:
        names = fields.get(change.fields_key, "")
        if change.deed == "~":
            if names == MOVED:
                return 3
            if any(f",{column}," in names for column in telling_columns(change.record_kind)):
                return 0
        if change.deed == "+" and change.record_kind in NOTED and not is_copied(change, made):
            return 0
        return 2 if change.owner in records else 1

    return sorted(changes, key=weight)


def made_in(changes: Iterable[LoggedChange]) -> set[str]:
    """The records that an act made."""
    return {_record(change) for change in changes if change.deed == "+"}


def is_copied(change: LoggedChange, made: set[str]) -> bool:
    """Whether it came with a revision that was drafted after another one: it was done when that one was."""
    return change.owner in made and change.owner.startswith(f"{name_of_kind(Revision)}-")


def _record(change: LoggedChange) -> str:
    return f"{change.record_kind}-{change.record_id}"
