"""Long lists: what narrows them, and one page of their rows at a time."""

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS_ON_A_PAGE = 50
# Instead of the number of a page, where all rows may stand on one.
WHOLE = "tat-ca"


def page_of(request: HttpRequest, rows: Any, size: int = ROWS_ON_A_PAGE, *, count: int | None = None) -> Page:
    """The page of ``rows`` that ``?trang=`` names, the first or last where there is none of that number.

    ``count``, where the caller has counted them already, spares a query; so does a list that fills no page.
    """
    paginator: Paginator = Paginator(rows, size)
    asked = request.GET.get("trang", "")
    if count is not None:
        paginator.count = count
    elif not asked:
        first = list(rows[: size + 1])
        if len(first) <= size:
            paginator.count = len(first)
        return Page(first[:size], 1, paginator)
    return paginator.get_page(asked)


class FilterForm(forms.Form):
    """What narrows a list, under the names that the address has; what cannot be read narrows nothing."""

    def typed(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or ""

    def chosen(self) -> list[tuple[str, Any]]:
        """What narrows the rows, by name."""
        return [(name, self.typed(name)) for name in self.fields if self.typed(name)]

    def chosen_words(self) -> list[str]:
        """The same as one reads it: «Cơ quan: Sở Y tế»."""
        return [f"{self.fields[name].label}: {self._shown(name, value)}" for name, value in self.chosen()]

    def _shown(self, name: str, value: Any) -> Any:
        return dict(getattr(self.fields[name], "choices", [])).get(value, value)
