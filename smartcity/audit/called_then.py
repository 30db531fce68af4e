"""What records that others name were called at the moment of a change, by their own histories.

Of people and agencies the model says which fields are names; of the rest, what their names are made of stands here.
Documents are called as today: a number that became known belongs to the past too.
"""

from bisect import bisect_right
from collections import defaultdict
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import ForeignKey, Model, Q

from meetings.models import Conclusion, Directive, Meeting
from tasks.models import ProgressUpdate, UpdateState

NAMED_BY: dict[str, tuple[str, ...]] = {
    "meetings.meeting": ("held_on",),
    "meetings.conclusion": ("number", "heading"),
    "meetings.directive": ("text",),
    "meetings.assignment": (),
    "meetings.finding": ("subject",),
    "programme.programme": ("code",),
    "programme.period": ("label",),
    "programme.province": ("name",),
    "tasks.dataset": ("name",),
    "tasks.explanation": (),
    "tasks.plannedtask": ("position", "name"),
    "tasks.progressupdate": ("as_of",),
    "tasks.routestep": ("position", "name"),
    "tasks.task": ("code",),
}


class CalledThen:
    """Some records, and those that their names name, at any moment; a question for each kind of them."""

    def __init__(self, records: list[Any], *, reads_drafts: bool = True):
        found: dict[type[Model], dict[int, Any]] = defaultdict(dict)
        for record in records:
            for one in (record, *_named_in(record)):
                found[type(one)].setdefault(one.pk, one)
        self._called: dict[tuple[type[Model], int], tuple[list[datetime], list[tuple]]] = {}
        for model, some in found.items():
            if fields := _fields_of(model):
                self._read(model, set(some), fields)
        if not reads_drafts:
            self._forget_drafts(found)

    def then(self, record: Any, at: datetime) -> Any:
        """A copy for reading, called as it was; before its first row, as in that."""
        named = copy(record)
        for key in _loaded(record):
            setattr(named, key.name, self.then(getattr(record, key.name), at))
        moments, called = self._called.get((type(record), record.pk), ([], []))
        if called:
            values = called[max(bisect_right(moments, at) - 1, 0)]
            for name, value in zip(_fields_of(type(record)), values, strict=True):
                setattr(named, name, value)
        return named

    def _read(self, model: Any, keys: set[int], fields: tuple[str, ...]) -> None:
        # What a report was called while nobody was sent it is no name that others know.
        told = ~Q(state=UpdateState.DRAFT) if model is ProgressUpdate else Q()
        rows = model.history.filter(told, id__in=keys).order_by("history_id")
        for key, at, *values in rows.values_list("id", "history_date", *fields):
            moments, called = self._called.setdefault((model, key), ([], []))
            # A clock set back does not put a later name before an earlier one.
            moments.append(max([at, *moments[-1:]]))
            called.append(tuple(values))

    def _forget_drafts(self, found: dict[type[Model], dict[int, Any]]) -> None:
        """Of what a meeting concluded, the names from before it did."""
        directives = Directive.objects.filter(pk__in=found.get(Directive, ()))
        meetings: dict[tuple[Any, int], int] = {
            (Directive, key): meeting
            for key, meeting in (directives.values_list("pk", "conclusion__meeting") if Directive in found else ())
        }
        meetings |= {(Conclusion, key): one.meeting_id for key, one in found.get(Conclusion, {}).items()}
        if not meetings:
            return
        concluded = Meeting.history.filter(id__in=set(meetings.values()), version__gte=1).order_by("-history_id")
        told = dict(concluded.values_list("id", "history_date"))
        for key, meeting in meetings.items():
            moments, called = self._called.get(key, ([], []))
            last = bisect_right(moments, told[meeting]) - 1 if meeting in told else len(moments) - 1
            if last > 0:
                self._called[key] = (moments[last:], called[last:])


def _fields_of(model: Any) -> tuple[str, ...]:
    return tuple(getattr(model, "CALLED", ())) or NAMED_BY.get(model._meta.label_lower, ())


def _loaded(record: Any) -> list[ForeignKey]:
    """The records that its name may name, where they are at hand."""
    keys = [one for one in record._meta.fields if isinstance(one, ForeignKey) and one.is_cached(record)]
    return [one for one in keys if getattr(record, one.attname) is not None]


def _named_in(record: Any) -> list[Any]:
    found = []
    for key in _loaded(record):
        one = getattr(record, key.name)
        found += [one, *_named_in(one)]
    return found
