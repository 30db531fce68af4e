"""Fields that only some kinds ask for: they stand in sight with the kinds that use them, and count with those only.

The page hides the others by the choice that is made (``.with-3``: the third choice asks for it), without a script;
where a browser cannot, all stand there, and the same rule holds.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.text import capfirst

from smartcity.lib.forms.merging import EMPTY, in_words, typed


class KindFields:
    """Which fields of a form are asked for by which choices of its field ``by``; all others are always asked for.

    ``derived``: those that the record fills in itself where they are not asked for; of these nothing is told.
    """

    def __init__(
        self, form: forms.BaseForm, by: str, asked: Mapping[str, Collection[str]], derived: Collection[str] = ()
    ):
        self.form, self.by, self.asked, self.derived = form, by, asked, derived
        kinds = form.fields[by]
        kinds.widget.attrs["class"] = f"{kinds.widget.attrs.get('class', '')} kinds".strip()
        places = {str(key): place for place, (key, _) in enumerate(_choices(kinds), start=1)}
        for name, asking in asked.items():
            shown = [f"with-{places[kind]}" for kind in map(str, asking) if kind in places]
            form.fields[name].shown_with = " ".join(["with", *shown])  # type: ignore[attr-defined]

    def leave_out(self) -> list[str]:
        """Forget what stands in fields that the chosen kind does not ask for, mistakes too; tell of each.

        Called while the form is cleaned, before what was typed is judged together.
        """
        form, chosen = self.form, self.form.cleaned_data.get(self.by)
        if not chosen:
            return []
        kind = next(str(label) for key, label in _choices(form.fields[self.by]) if str(key) == chosen)
        told = []
        for name, asking in self.asked.items():
            if chosen in asking:
                continue
            form.errors.pop(name, None)
            words = in_words(form.fields[name], typed(form, name))
            form.cleaned_data[name] = form.fields[name].to_python("")
            if words != EMPTY and name not in self.derived:
                label = capfirst(str(form[name].label))
                told.append(f"Không lưu ô «{label}» ({words}): «{kind}» không dùng ô này.")
        return told


def _choices(field: forms.Field) -> list[tuple[Any, Any]]:
    return list(field.choices)  # type: ignore[attr-defined]
