"""Records that were removed: whoever audits finds them, with who did it and why; for others they are not there."""

from functools import wraps
from typing import Any

from django.http import Http404
from django.shortcuts import redirect

from programme.models import Province, User

# The keys by which a record is of a province, the nearest first.
UPWARDS = (
    *("province", "programme", "meeting", "conclusion", "directive", "assignment", "revision", "duty"),
    *("task", "planned_task", "update", "dataset", "explanation", "answer", "finding"),
    # Of what is kept with none of them: the papers, and the bodies.
    *("agency", "predecessor", "document"),
)


def removed_rows(model: Any, reader: User, **known_by: Any) -> list[Any]:
    """The last row of history of each removed record of this kind that ``reader`` may read, the newest first.

    A constant number of queries, however many there are.
    """
    if not reader.audits:
        return []
    rows = model.history.filter(history_type="-", **known_by).exclude(id__in=model._base_manager.values("pk"))
    found = list(rows.select_related("history_user").order_by("-history_id"))
    if not found:
        return found
    visible = set(Province.objects.visible_to(reader).values_list("pk", flat=True))
    if reader.sees_every_province and not reader.is_simulated:
        # Of no province is what belongs to central bodies.
        visible.add(None)
    return [row for row, province in zip(found, _provinces_of(model, found), strict=True) if province in visible]


def removed_row(model: Any, key: Any, reader: User) -> Any | None:
    """The last row of history of the removed record with this key; none where it is there, or not to be read."""
    return next(iter(removed_rows(model, reader, id=key)), None) if str(key).isdecimal() else None


def or_its_history(model: Any):
    """The page of a record; of one that was removed, whoever audits is led to its history."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, pk):
            try:
                return view(request, pk)
            except Http404:
                if removed_row(model, pk, request.user) is None:
                    raise
                return redirect(f"admin:{model._meta.app_label}_{model._meta.model_name}_history", pk)

        return wrapped

    return decorate


def _provinces_of(model: Any, rows: list[Any]) -> list[int | None]:
    """The province of each row, found through records that may be gone as well: their history still leads there."""
    names = {field.name for field in model._meta.fields}
    name = next((one for one in UPWARDS if one in names), None)
    if name is None or not rows:
        return [None] * len(rows)
    owner = model._meta.get_field(name)
    keys = [getattr(row, owner.attname) for row in rows]
    if name == "province":
        return keys
    last = {row.id: row for row in owner.related_model.history.filter(id__in=set(keys)).order_by("history_id")}
    found = dict(zip(last, _provinces_of(owner.related_model, list(last.values())), strict=True))
    return [found.get(key) for key in keys]
