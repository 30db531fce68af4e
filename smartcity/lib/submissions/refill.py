"""Showing in an unbound form what was typed into it before."""

from django import forms
from django.forms.models import BaseModelFormSet, InlineForeignKeyField
from django.http import QueryDict


def refill(form: forms.BaseForm, typed: QueryDict, *, prefix: str | None = None, skip: str = "") -> None:
    """Begin ``form`` with what was ``typed``; ``prefix`` where it was typed into a row with another number."""
    for name, field in form.fields.items():
        key = form.add_prefix(name) if prefix is None else f"{prefix}-{name}"
        not_typed = isinstance(field, (forms.FileField, InlineForeignKeyField)) or field.disabled or name == skip
        if not (not_typed or field.widget.value_omitted_from_data(typed, {}, key)):
            form.initial[name] = field.widget.value_from_datadict(typed, {}, key)


def refill_rows(formset: forms.BaseFormSet, typed: QueryDict) -> None:
    """Rows that are still there are found by their key, whatever their number now; the others are new rows."""
    rows = [f"{formset.prefix}-{number}" for number in range(_rows_typed(formset, typed))]
    places = dict(_old_rows(formset, rows, typed))
    new = [row for row in rows if row not in places]
    formset.extra = max(formset.extra, len(new))
    # Made before it was known how many are needed.
    formset.__dict__.pop("forms", None)
    # No more than the formset may have.
    numbers = range(formset.initial_form_count(), len(formset.forms))
    for row, number in [*places.items(), *zip(new, numbers, strict=False)]:
        refill(formset.forms[number], typed, prefix=row, skip=_key(formset))


def _rows_typed(formset: forms.BaseFormSet, typed: QueryDict) -> int:
    said = typed.get(f"{formset.prefix}-TOTAL_FORMS", "")
    return min(int(said), formset.absolute_max) if said.isdecimal() else 0


def _old_rows(formset: forms.BaseFormSet, rows: list[str], typed: QueryDict):
    """Each typed row that the formset has, with its number there."""
    if not isinstance(formset, BaseModelFormSet):
        yield from zip(rows, range(formset.initial_form_count()), strict=False)
        return
    numbers = {str(form.instance.pk): number for number, form in enumerate(formset.initial_forms)}
    for row in rows:
        number = numbers.get(typed.get(f"{row}-{_key(formset)}", ""))
        if number is not None:
            yield row, number


def _key(formset: forms.BaseFormSet) -> str:
    """The field that tells which record a row is; it stays what it is."""
    return formset.model._meta.pk.name if isinstance(formset, BaseModelFormSet) and formset.model else ""
