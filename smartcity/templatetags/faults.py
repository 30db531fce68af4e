"""What is wrong with what was sent: all of it, on top of the page, each with the way to its field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms, template
from django.forms import BoundField

register = template.Library()


@dataclass(frozen=True)
class Fault:
    """One sentence; ``label`` names the field that it speaks of, ``place`` is where that field stands on the page."""

    sentence: str
    label: str = ""
    place: str = ""


@register.inclusion_tag("components/faults.html")
def faults(*shown, also: Iterable[str] = (), undone: str = ""):
    """List the faults of forms and of sets of rows, in the order of the page.

    ``also`` is what no form says, ``undone`` what could not be done because of it all.
    """
    found = [fault for part in _parts(shown) for fault in _faults_of(part)]
    return {"faults": [*map(Fault, also), *found], "undone": undone or "Chưa lưu được"}


@register.inclusion_tag("components/conflicts.html")
def conflicts(*shown):
    """Ask about what two people changed to different values, in any of the forms and rows of the page."""
    return {"conflicts": [conflict for part in _parts(shown) for conflict in getattr(part, "conflicts", [])]}


@register.inclusion_tag("components/faults.html", takes_context=True)
def faults_of_admin(context):
    """The same of a page of the admin: a record with the rows that are saved with it, or one form."""
    adminform = context.get("adminform")
    rows = [one.formset for one in context.get("inline_admin_formsets") or []]
    return faults(adminform.form if adminform else context.get("form"), *rows)


def _parts(shown: Iterable) -> Iterator[forms.BaseForm | forms.BaseFormSet]:
    """Each form and set of rows; a page without its form has none."""
    for part in shown:
        if isinstance(part, forms.BaseForm | forms.BaseFormSet):
            yield part
        elif part is not None:
            yield from _parts(part)


def _faults_of(part: forms.BaseForm | forms.BaseFormSet) -> Iterator[Fault]:
    return _faults_of_form(part) if isinstance(part, forms.BaseForm) else _faults_of_rows(part)


def _faults_of_form(form: forms.BaseForm, row: str = "") -> Iterator[Fault]:
    if not form.is_bound:
        return
    name = row or getattr(form, "row_title", "")
    first = next((_place(field) for field in form.visible_fields()), "") if name else ""
    for sentence in form.non_field_errors():
        yield Fault(str(sentence), name, first)
    for field in form:
        label = "" if field.is_hidden else str(field.label)
        place = "" if field.is_hidden else _place(field)
        for sentence in field.errors:
            yield Fault(str(sentence), ", ".join(filter(None, [name, label])), place)


def _faults_of_rows(formset: forms.BaseFormSet) -> Iterator[Fault]:
    if not formset.is_bound:
        return
    legend = str(getattr(formset, "legend", "") or _kind_of(formset).capitalize())
    first = formset.forms[0].visible_fields() if formset.forms else []
    for sentence in formset.non_form_errors():
        yield Fault(str(sentence), legend, _place(first[0]) if first else "")
    title = str(getattr(formset, "row_title", "") or _kind_of(formset).capitalize())
    for number, form in enumerate(formset.forms, start=1):
        # What is to be deleted is not judged.
        if not (formset.can_delete and formset._should_delete_form(form)):  # type: ignore[attr-defined]
            yield from _faults_of_form(form, f"{title} {number}")


def _kind_of(formset: forms.BaseFormSet) -> str:
    model = getattr(formset, "model", None)
    return str(model._meta.verbose_name) if model else "dòng"


def _place(field: BoundField) -> str:
    """The id of what can be typed into; of several buttons, of the first."""
    if field.id_for_label or not field.subwidgets:
        return field.id_for_label
    return field.subwidgets[0].id_for_label or field.auto_id
