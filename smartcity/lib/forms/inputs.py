"""Fields that many forms ask for: a line, a day, a reason."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html
from django.utils.safestring import SafeString

from smartcity.lib.records.text_fields import TypedText
from smartcity.lib.records.typed_fields import EXAMPLE_OF_A_DAY, TypedDay

REASON = "Ghi vào lịch sử, để người kiểm tra hiểu vì sao."


class LineInput(forms.TextInput):
    """One line, without the browser's memory of what others typed here."""

    def __init__(self, **attrs):
        super().__init__(attrs={"autocomplete": "off"} | attrs)


# No text holds it.
BETWEEN = "\0"


def _escaped(words: Sequence[str]) -> list[str]:
    """All of them at once: each by itself costs more than what is written of it."""
    return escape(BETWEEN.join(words)).split(BETWEEN)


class Pairs(BaseChoiceIterator):
    """Choices that are keys with their words already. Of others Django looks at each, whether it is a group."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]):
        self._pairs = list(pairs)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._pairs)


class LongSelect(forms.Select):
    """A list to choose from that writes its choices itself.

    Django renders a template for each: of hundreds, that costs more than the rest of the page.
    """

    def render(self, name, value, attrs=None, renderer=None):
        chosen = set(self.format_value(value))
        pairs = [(str(key), str(label)) for key, label in self.choices]
        keys, labels = (_escaped(words) for words in zip(*pairs, strict=True)) if pairs else ((), ())
        options = "".join(
            f'<option value="{key}"{" selected" if typed in chosen else ""}>{label}</option>'
            for (typed, _), key, label in zip(pairs, keys, labels, strict=True)
        )
        attributes = flatatt({"name": name} | self.build_attrs(self.attrs, attrs))
        return format_html("<select{}>{}</select>", attributes, SafeString(options))


def day_field(label: str, help_text: str = "", *, missing: str = "", required: bool = False) -> TypedDay:
    """``missing``: what is said where the day must be typed and was not."""
    field = TypedDay(label=label, required=required or bool(missing), help_text=help_text or EXAMPLE_OF_A_DAY)
    if missing:
        field.error_messages["required"] = missing
    return field


class ReasonForm(forms.Form):
    reason = TypedText(
        label="Lý do", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=REASON, required=False
    )


LONGEST = 5000


def text_field(label: str, missing: str, *, rows: int = 5, required: bool = True, help_text: str = ""):
    return TypedText(
        label=label,
        required=required,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
        help_text=help_text,
    )
