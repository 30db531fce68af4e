"""What a record belongs to: province, programme, task, meeting, agency, and the record that it is a part of.

Read from histories, so that what is gone still leads there; a constant number of questions for each kind of record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Max

from programme.models import Agency
from programme.removed_records import UPWARDS
from smartcity.audit.changes.models import OF_NONE, OF_SEVERAL
from tasks.models import Task

# The record that another one is a part of, the nearest first.
OWNERS = (
    *("update", "answer", "assignment", "directive", "conclusion", "meeting", "planned_task", "revision"),
    *("urging", "explanation", "finding", "dataset", "duty", "task", "programme", "predecessor", "document", "user"),
)
# These stand for themselves, whatever they name.
WHOLE = {
    *("programme.province", "programme.agency", "programme.legaldocument", "programme.user", "programme.storedfile"),
    *("programme.programme", "meetings.meeting", "meetings.finding", "tasks.dataset", "smartcity.importedfile"),
}
# What joins two is found at both.
OTHER_SIDE = {"programme.agencysuccession": "successor", "programme.documentrelation": "target"}
# Of two agencies or tasks that a record names, the one that it is about before the other.
NEAREST = ("agency", "to_agency", "successor", "from_task")
# Of what names no province in any way: whose it is.
PEOPLE = ("user", "uploaded_by")
ITSELF = {
    "programme.province": "province",
    "programme.programme": "programme",
    "tasks.task": "task",
    "meetings.meeting": "meeting",
    "programme.agency": "holder",
}


@dataclass
class Belonging:
    is_simulated: bool = False
    province: int = OF_NONE
    programme: int | None = None
    task: int | None = None
    meeting: int | None = None
    holder: int | None = None
    # The second ones that the record names: no kind names three.
    other_holder: int | None = None
    other_task: int | None = None
    owner: str = ""
    grand: str = ""


def name_of_kind(model: Any) -> str:
    return str(model._meta.label_lower)


def key_of(model: Any, key: int) -> str:
    return f"{name_of_kind(model)}-{key}"


def former_sides(model: Any, now: Any, before: dict[str, Any] | None) -> dict[str, int | None]:
    """The agencies and tasks that the record named ``before`` a change, and names no longer."""
    agencies = keys_named(model, before, Agency) if before else []
    tasks = keys_named(model, before, Task) if before else []
    agencies = [key for key in agencies if key not in (now.holder, now.other_holder)]
    tasks = [key for key in tasks if key not in (now.task, now.other_task)]
    return {
        "former_holder": agencies[0] if agencies else None,
        "other_former_holder": agencies[1] if len(agencies) > 1 else None,
        "former_task": tasks[0] if tasks else None,
        "other_former_task": tasks[1] if len(tasks) > 1 else None,
    }


def keys_named(model: Any, row: dict[str, Any], named: Any) -> list[int]:
    """Keys of the agencies, or tasks, that a row names itself; each once."""
    keys = (row[name] for name in _columns_naming(model, named))
    return list(dict.fromkeys(key for key in keys if key is not None))


@cache
def _columns_naming(model: Any, named: Any) -> list[str]:
    fields = [field for field in model._meta.concrete_fields if field.related_model is named]
    return [field.attname for field in sorted(fields, key=lambda field: field.name not in NEAREST)]


class Belongings:
    """What records belong to, each looked up once."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, int], Belonging] = {}

    def of_rows(self, model: Any, rows: list[dict[str, Any]]) -> list[Belonging]:
        """Of rows of the model's history, by the keys that they had."""
        above = _keys_above(model)
        for owner, names in _by_model(model, above).items():
            self._load(owner, {row[f"{name}_id"] for row in rows for name in names} - {None})
        if name_of_kind(model) == "programme.user":
            return self._of_people(rows)
        return [self._of(model, row, above) for row in rows]

    def _load(self, model: Any, keys: set[int]) -> None:
        keys = {key for key in keys if (model, key) not in self._found}
        if not keys:
            return
        history = model.history.model.objects
        last = history.filter(id__in=keys).order_by().values("id").annotate(last=Max("history_id")).values("last")
        rows = list(history.filter(history_id__in=last).order_by().values())
        for row, found in zip(rows, self.of_rows(model, rows), strict=True):
            self._found[model, row["id"]] = found

    def _above(self, model: Any, row: dict[str, Any], name: str) -> Belonging:
        field = model._meta.get_field(name)
        return self._found.get((field.related_model, row[field.attname]), Belonging())

    def _of(self, model: Any, row: dict[str, Any], above: list[str]) -> Belonging:
        kind, found = name_of_kind(model), Belonging()
        there = [name for name in above if row[f"{name}_id"] is not None]
        for name in there:
            upper = self._above(model, row, name)
            # Not by whoever brought it in, where something else tells.
            if name in UPWARDS or not any(one in UPWARDS for one in there):
                found.is_simulated = found.is_simulated or upper.is_simulated
            # A finding about what a meeting directed is no part of that meeting.
            for place in ("programme", "task") if kind in WHOLE else ("programme", "task", "meeting"):
                if getattr(found, place) is None:
                    setattr(found, place, getattr(upper, place))
        found.province = self._province(model, row, there)
        if kind == "programme.province":
            found.is_simulated = row["is_simulated"]
        agencies, tasks = keys_named(model, row, Agency), keys_named(model, row, Task)
        found.holder = next(iter(agencies), None)
        self._place_among_owners(found, model, row)
        if kind in ITSELF:
            setattr(found, ITSELF[kind], row["id"])
        found.task = found.task or next(iter(tasks), None)
        found.other_holder = next((key for key in agencies if key != found.holder), None)
        found.other_task = next((key for key in tasks if key != found.task), None)
        return found

    def _province(self, model: Any, row: dict[str, Any], there: list[str]) -> int:
        kind = name_of_kind(model)
        names = {field.name for field in model._meta.fields}
        first = next((one for one in (*UPWARDS, *PEOPLE) if one in names and one in there), None)
        if first is None:
            return OF_NONE
        found = self._above(model, row, first).province
        if kind == "programme.documentrelation":
            other = self._above(model, row, "target").province
            if found and other and found != other:
                return OF_SEVERAL
            return found or other
        return found or (self._above(model, row, "successor").province if kind in OTHER_SIDE else OF_NONE)

    def _place_among_owners(self, found: Belonging, model: Any, row: dict[str, Any]) -> None:
        kind = name_of_kind(model)
        if kind in WHOLE:
            return
        names = {field.name for field in model._meta.fields}
        name = next((one for one in OWNERS if one in names and row[f"{one}_id"] is not None), None)
        if name is None:
            return
        upper = self._above(model, row, name)
        found.owner = key_of(model._meta.get_field(name).related_model, row[f"{name}_id"])
        found.grand = upper.owner
        if kind in OTHER_SIDE:
            other = OTHER_SIDE[kind]
            found.grand = key_of(model._meta.get_field(other).related_model, row[f"{other}_id"])
        found.holder = found.holder or upper.holder

    def _of_people(self, rows: list[dict[str, Any]]) -> list[Belonging]:
        """A person is of the province of the agency that they work for, or did last."""
        membership: Any = apps.get_model("programme.Membership")
        agency: Any = apps.get_model("programme.Agency")
        work = membership.history.filter(user_id__in={row["id"] for row in rows}).order_by("history_id")
        worked = dict(work.values_list("user_id", "agency_id"))
        self._load(agency, set(worked.values()))
        found = []
        for row in rows:
            above = self._found.get((agency, worked.get(row["id"], 0)), Belonging())
            found.append(Belonging(is_simulated=row["is_simulated"], province=above.province, holder=above.holder))
        return found


def _keys_above(model: Any) -> list[str]:
    """The keys through which a record of this kind belongs to something, the nearest first."""
    names = {field.name: field for field in model._meta.fields}
    wanted: Iterable[str] = (*UPWARDS, *OWNERS, *PEOPLE, *OTHER_SIDE.values())
    return [name for name in dict.fromkeys(wanted) if name in names and names[name].related_model is not None]


def _by_model(model: Any, names: list[str]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for name in names:
        found.setdefault(model._meta.get_field(name).related_model, []).append(name)
    return found
