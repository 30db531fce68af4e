"""The page that finds records of every kind among those that the reader may see."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.shortcuts import render

from smartcity.lib.language.money import group
from smartcity.lib.language.text import clean_line
from smartcity.lib.pages.day import AsOfForm, day_context
from smartcity.lib.pages.lists import FilterForm, page_of
from smartcity.lib.records.text_fields import TypedLine
from smartcity.search.asked import LONGEST, read_asked
from smartcity.search.hits import Hit, Kind
from smartcity.search.house import AGENCIES, DOCUMENTS, PEOPLE
from smartcity.search.matching import EXACT, MOST, Search, with_count
from smartcity.search.meetings import DIRECTIVES, FINDINGS, MEETINGS
from smartcity.search.programmes import DATASETS, PROGRAMMES, REPORTS, TASKS

# In the order of the page.
KINDS = {
    kind.key: kind
    for kind in (PROGRAMMES, TASKS, REPORTS, DOCUMENTS, DIRECTIVES, MEETINGS, FINDINGS, DATASETS, AGENCIES, PEOPLE)
}
# Of each kind, before one asks for more of it.
FIRST = 5
HITS_ON_A_PAGE = 20


class SearchForm(FilterForm):
    """``?q=112/NQ-HĐND``."""

    q = TypedLine(label="Tìm", required=False, max_length=LONGEST)


@dataclass(frozen=True)
class Group:
    """The best hits of a kind, and how many there are."""

    kind: Kind
    hits: list[Hit]
    count: int
    # Whether the best of them is what the line names by its code or number.
    is_meant: bool = False

    @property
    def said(self) -> str:
        """The number in words: where not all were looked at, at least so many."""
        return f"hơn {group(MOST)}" if self.count > MOST else group(self.count)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.hits)


@login_required
def search(request):
    """What is found for ``?q=``, by kind; ``?loai=nhiem-vu`` has all of one kind, a page at a time."""
    day_form, form = AsOfForm(request.GET), SearchForm(request.GET)
    asked = read_asked(form.typed("q"))
    refusal = form.errors["q"][0] if form.errors else asked.refusal
    context = day_context(day_form) | {
        "query": clean_line(request.GET.get("q", "")),
        "refusal": refusal,
        "is_searched": asked.is_searchable and not refusal,
        "kind": KINDS.get(request.GET.get("loai", "")),
        "groups": [],
    }
    if context["is_searched"]:
        looked_for = Search(asked, request.user, context["as_of"])
        kind = context["kind"]
        context |= _of_kind(request, kind, looked_for) if kind else {"groups": _groups(looked_for)}
    return render(request, "smartcity/search/search.html", context)


def _groups(looked_for: Search) -> list[Group]:
    """The best of each kind; first the kinds of which the line names one. One query a kind."""
    groups = []
    for kind in KINDS.values():
        rows = list(with_count(kind.rows(looked_for))[:FIRST])
        if rows:
            best: Any = rows[0]
            groups.append(Group(kind, kind.hits(rows, looked_for), best.found_count, best.rank == EXACT))
    return sorted(groups, key=lambda group: not group.is_meant)


def _of_kind(request, kind: Kind, looked_for: Search) -> dict:
    rows = kind.rows(looked_for)
    page = page_of(request, rows, HITS_ON_A_PAGE)
    hits = kind.hits(list(page), looked_for)
    return {"page": page, "groups": [Group(kind, hits, page.paginator.count)] if hits else []}
