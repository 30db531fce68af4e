"""A list of the admin as a spreadsheet: the same rows in the same order, with the same columns."""

from array import array
from collections.abc import Callable, Iterator
from itertools import batched, chain, islice
from typing import Any

from django.contrib.admin.utils import label_for_field
from django.db import models
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from smartcity.lib.pages.columns import Column, Kind, Listing
from smartcity.lib.records.sharing import ROWS_AT_ONCE, Shared
from smartcity.lib.records.signers import as_signed
from smartcity.lib.records.text_fields import LongTextField

# What is worked out in the first statement: few rows, so that the file begins at once.
FIRST_ROWS = 500
# Of what stands in a list beside the record's own columns.
NO_COLUMN = {"action_checkbox"}


def listing_of(changelist: Any) -> Listing:
    """What the list shows under its filters, search and order: all pages of it."""
    model_admin = changelist.model_admin
    columns = [
        _column(str(name), changelist.model, model_admin)
        for name in changelist.list_display
        if name not in NO_COLUMN and getattr(getattr(model_admin, str(name), None), "in_export", True)
    ]
    columns += model_admin.file_columns
    filters = [f"Tìm: {changelist.query}"] if changelist.query else []
    for spec in changelist.filter_specs:
        chosen = [str(one["display"]) for one in spec.choices(changelist) if one["selected"]]
        filters += [f"{str(spec.title).capitalize()}: {words}" for words in chosen]
    filters += changelist.chosen_words()
    return Listing(
        title=f"Danh sách {changelist.opts.verbose_name_plural}",
        columns=columns,
        rows=_rows(changelist),
        as_of=changelist.as_of,
        filters=filters,
    )


def _rows(changelist: Any) -> Iterator[models.Model]:
    """All rows of the list in its order, each person as they were called when they signed it.

    As on its pages the keys are found first, and what stands beside a row is looked up chunk by chunk.
    """
    joined = changelist.list_select_related
    shared = Shared(*([] if isinstance(joined, bool) else joined))
    keys = array("q", changelist.queryset.values_list("pk", flat=True).iterator(chunk_size=ROWS_AT_ONCE))
    # Which ones may be seen is settled.
    rows = changelist.with_columns(changelist.model._default_manager.all())
    later = batched(islice(keys, FIRST_ROWS, None), ROWS_AT_ONCE)
    for chunk in chain([keys[:FIRST_ROWS]], later):
        found = {row.pk: row for row in rows.filter(pk__in=chunk)}
        # What was removed meanwhile is left out.
        yield from changelist.completed(as_signed(shared.given_to([found[key] for key in chunk if key in found])))


def _column(name: str, model: type[models.Model], model_admin) -> Column:
    function = getattr(model_admin, name, None)
    title = getattr(function, "title_in_file", "") or str(label_for_field(name, model, model_admin))
    raw = getattr(function, "export_value", None)
    if raw:
        return Column(title, lambda row: getattr(row, raw), kind_of(raw))
    field = next((one for one in model._meta.fields if one.name == name), None)
    if field is None:
        return Column(title, _told_by(name, function), getattr(function, "kind", Kind.TEXT), width=36)
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
        words = {value: str(word) for value, word in field.flatchoices}
        return lambda row: words.get(value := getattr(row, name), value)
    if isinstance(field, models.ForeignKey):
        return lambda row: _text(getattr(row, name))
    return lambda row: getattr(row, name)


def _told_by(name: str, function: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    """How a column that is no field is read: told by the admin's function, else by the record itself."""
    if name == "__str__":
        return str

    def told(row: models.Model) -> Any:
        value = function(row) if function else getattr(row, name)
        value = value() if callable(value) else value
        return value if isinstance(value, int | float) or hasattr(value, "year") else _text(value)

    return told


def _text(value: Any) -> str:
    if value is None:
        return ""
    return strip_tags(value) if isinstance(value, SafeString) else str(value)
