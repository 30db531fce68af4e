"""Lists of the admin: which rows a search finds, and what is read of the page that is shown."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import models
from django.db.models import Q
from unfold.views import ChangeList

from smartcity.lib.language.text import words_to_find
from smartcity.lib.records.signers import as_signed


def found_by(model: type[models.Model], paths: Iterable[str], typed: str) -> Q:
    """The records of ``model`` that have each word of what was typed in one of the texts to which ``paths`` lead.

    The stored text is folded, so accents, case and spelling of what was typed do not matter.
    """
    paths = tuple(paths)
    words = words_to_find(typed)
    # A list that offers no search is asked all the same where an address says so.
    if not words or not paths:
        return Q()
    first, *others = {path.partition("__")[0] if "__" in path else "" for path in paths}
    if first and not others and not _relation(model, first).one_to_many:
        # All texts are of one record: which ones have all words is asked there, not of each record that names one.
        related = _relation(model, first).related_model
        found = found_by(related, (path.partition("__")[2] for path in paths), typed)
        return Q(**{f"{first}__in": related._base_manager.filter(found).values("pk")})
    return reduce(and_, (reduce(or_, (_contains(model, path, word) for path in paths), Q()) for word in words))


def _contains(model: type[models.Model], path: str, word: str) -> Q:
    """The records of ``model`` for which the text at the end of ``path`` contains the word.

    Looked for where the text is, which its index answers, and followed back by keys: joined to it, every record of
    ours would be read once a word.
    """
    name, _, further = path.partition("__")
    if not further:
        return Q(**{f"{name}__contains": word})
    relation = _relation(model, name)
    found = relation.related_model._base_manager.filter(_contains(relation.related_model, further, word))
    if relation.one_to_many:
        return Q(pk__in=found.values(relation.field.name))
    return Q(**{f"{name}__in": found.values("pk")})


def _relation(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


class Listed:
    """What a list of the admin, on its pages and as a file, may do in a way of its own."""

    # The day of which its figures speak, if it has any.
    as_of: date | None = None

    def with_columns(self, rows: Any) -> Any:
        """Rows of the model with what stands beside each."""
        return self.model_admin.with_columns(rows)  # type: ignore[attr-defined]

    def completed(self, rows: Any) -> Any:
        """The rows of a page, or some of a file, with what is read for all of them at once."""
        return rows

    def chosen_words(self) -> list[str]:
        """What narrows the list beside the filters that the admin knows: «Đề án: BRVT-DTTM»."""
        return []


class SignedChangeList(Listed, ChangeList):
    """A list in which each person stands as they were called when they signed the row.

    Of a later page the keys are found first: names and whatever else is looked up beside a row are read for those that
    are shown, not for those before them. Before the first page there are none.
    """

    def get_results(self, request):
        super().get_results(request)
        rows = self.result_list
        if rows.query.is_sliced and rows.query.low_mark:
            # Which ones may be seen is settled; asked again, it costs more than the rows.
            of_the_page = self.model._default_manager.filter(pk__in=rows.values("pk"))
            rows = self.with_columns(of_the_page).order_by(*self.queryset.query.order_by)
            rows = rows if rows.query.select_related else self.apply_select_related(rows)
        self.result_list = self.completed(as_signed(rows))


class FileChangeList(Listed, ChangeList):
    """A list that goes out as a file: of its pages none is read."""

    def get_results(self, request):
        self.result_list, self.result_count = self.queryset.none(), 0
