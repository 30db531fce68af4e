"""A list of the admin as a spreadsheet: the same rows in the same order, with the same columns."""

from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from smartcity.lib.pages.columns import Column, Kind, Listing
from smartcity.lib.records.signers import as_signed
from smartcity.lib.records.text_fields import LongTextField

ROWS_AT_ONCE = 2_000
# Of what stands in a list beside the record's own columns.
NO_COLUMN = {"action_checkbox"}


def listing_of(changelist: ChangeList) -> Listing:
    """What the list shows under its filters, search and order: all pages of it."""
    model_admin = changelist.model_admin
    columns = [
        _column(str(name), changelist.model, model_admin)
        for name in changelist.list_display
        if name not in NO_COLUMN and getattr(getattr(model_admin, str(name), None), "in_export", True)
    ]
    filters = [f"Tìm: {changelist.query}"] if changelist.query else []
    for spec in changelist.filter_specs:
        chosen = [str(one["display"]) for one in spec.choices(changelist) if one["selected"]]
        filters += [f"{str(spec.title).capitalize()}: {words}" for words in chosen]
    return Listing(
        title=f"Danh sách {changelist.opts.verbose_name_plural}",
        columns=columns,
        rows=_signed(changelist.queryset.iterator(chunk_size=ROWS_AT_ONCE)),
        filters=filters,
    )


def _signed(rows: Iterable[models.Model]) -> Iterator[models.Model]:
    """Each person as they were called when they signed the row, as in the list."""
    for some in batched(rows, ROWS_AT_ONCE, strict=False):
        yield from as_signed(some)


def _column(name: str, model: type[models.Model], model_admin) -> Column:
    title = str(label_for_field(name, model, model_admin))
    function = getattr(model_admin, name, None)
    raw = getattr(function, "export_value", None)
    if raw:
        return Column(title, lambda row: getattr(row, raw), kind_of(raw))
    field = next((one for one in model._meta.fields if one.name == name), None)
    if field is None:
        return Column(title, lambda row: _shown(name, row, model_admin), width=36)
    return Column(title, reader_of(field), kind_of(name, field), width_of(field))


def kind_of(name: str, field: models.Field | None = None) -> Kind:
    """What kind of value a field holds, by its type; amounts and percentages by their names."""
    if name.endswith("_vnd"):
        return Kind.MONEY
    if name == "percent":
        return Kind.PERCENT
    if isinstance(field, models.DateTimeField):
        return Kind.TIME
    if isinstance(field, models.DateField):
        return Kind.DAY
    if isinstance(field, models.IntegerField) and not field.choices:
        return Kind.NUMBER
    return Kind.TEXT


def width_of(field: models.Field) -> int:
    if field.choices:
        return max(len(str(label)) for _, label in field.flatchoices)
    if isinstance(field, LongTextField) or (field.max_length or 0) > 200:
        return 60
    return 36 if isinstance(field, models.ForeignKey) or (field.max_length or 0) > 50 else 20


def reader_of(field: models.Field) -> Callable[[Any], Any]:
    """How the field's value is read off a record: as a day or number, by its word, or as the record pointed to."""
    name = field.name
    if field.choices:
        return lambda row: getattr(row, f"get_{name}_display")()
    if isinstance(field, models.ForeignKey):
        return lambda row: _text(getattr(row, name))
    return lambda row: getattr(row, name)


def _shown(name: str, row: models.Model, model_admin) -> Any:
    _, _, value = lookup_field(name, row, model_admin)
    return value if isinstance(value, int | float) or hasattr(value, "year") else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return strip_tags(value) if isinstance(value, SafeString) else str(value)
