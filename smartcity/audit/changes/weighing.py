"""Which of the changes of an act tell what it was about: a reader who was not there begins with these."""

from collections.abc import Iterable

from django.db.models import Case, IntegerField, Q, When

from programme.models import Revision
from smartcity.audit.changes.belonging import name_of_kind
from smartcity.audit.changes.models import ChangedFields, LoggedChange
from smartcity.audit.verbs import BECAME, COUNTED, FILLED, NOTED, SAID_FOR_ALL, TAKEN_BACK, telling_columns

REVISION = name_of_kind(Revision)
# What became of records that only made room.
MOVED = ",position,"
# What an act of very many changes is looked for first, by its columns alone.
LIKELY = Case(
    When(deed="~", record_kind__in=SAID_FOR_ALL, then=0),
    When(deed="~", record_kind__in=BECAME.keys() | FILLED.keys() | COUNTED.keys(), then=1),
    When(Q(deed="+", record_kind__in=NOTED) | Q(deed="-", owner="") | Q(deed="-", record_kind__in=TAKEN_BACK), then=2),
    default=3,
    output_field=IntegerField(),
)


def telling_first(acts: dict[int, list[LoggedChange]]) -> dict[int, list[LoggedChange]]:
    """Of each act first what tells what was done, then what was made and changed by it, last what was moved aside.

    A meeting that was removed stands before its parts, though these went first. Two questions.
    """
    copied = copied_with_a_draft(change for changes in acts.values() for change in changes)
    keys = {change.fields_key for changes in acts.values() if len(changes) > 1 for change in changes}
    fields = dict(ChangedFields.objects.filter(pk__in=keys).values_list("pk", "names")) if keys else {}
    return {place: _sorted(changes, fields, copied) for place, changes in acts.items()}


def _sorted(changes: list[LoggedChange], fields: dict[int, str], copied: set[int]) -> list[LoggedChange]:
    records = {_key(change) for change in changes}
    # A file that is «being written» has been brought in before anybody reads of it: the last step says all.
    last_step = {_key(change): change.pk for change in changes if _is_telling(change, fields)}

    def weight(change: LoggedChange) -> int:
        if last_step.get(_key(change)) == change.pk:
            return 0 if change.record_kind in SAID_FOR_ALL else 1
        if change.deed == "~" and fields.get(change.fields_key, "") == MOVED:
            return 5
        if change.deed == "+" and change.record_kind in NOTED and change.pk not in copied:
            return 2
        if change.owner in records:
            return 4
        return 2 if change.deed == "-" and change.record_kind in TAKEN_BACK else 3

    return sorted(changes, key=weight)


def _key(change: LoggedChange) -> str:
    return f"{change.record_kind}-{change.record_id}"


def _is_telling(change: LoggedChange, fields: dict[int, str]) -> bool:
    """Whether a column changed that has an office's verb of its own."""
    names = fields.get(change.fields_key, "")
    return change.deed == "~" and any(f",{column}," in names for column in telling_columns(change.record_kind))


def copied_with_a_draft(changes: Iterable[LoggedChange]) -> set[int]:
    """Keys of those that came with a revision drafted after another one: what they tell was done when that one was."""
    parts = {change.pk: (change.place, change.owner) for change in changes if _tells_of_a_draft(change)}
    drafted = LoggedChange.objects.filter(
        place__in={place for place, _ in parts.values()}, record_kind=REVISION, deed="+"
    ).values_list("place", "record_id")
    made = {(place, f"{REVISION}-{key}") for place, key in drafted} if parts else set()
    return {key for key, part in parts.items() if part in made}


def _tells_of_a_draft(change: LoggedChange) -> bool:
    return change.deed == "+" and change.record_kind in NOTED and change.owner.startswith(f"{REVISION}-")
