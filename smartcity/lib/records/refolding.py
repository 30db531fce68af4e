"""Making the searchable copies of text anew, where the way in which they are made has changed."""

from collections.abc import Callable
from typing import Any

from smartcity.lib.language.text import fold
from smartcity.lib.log.guard import recorded

AT_ONCE = 500


def refold(model: Any, words: Callable[[Any], str]) -> None:
    """Fold ``words`` of each row of ``model`` into its ``search_text``; rows that stay as they are are not written.

    For migrations. The copy is derived and in no history, so nobody signs for it.
    """
    changed = []
    for row in model.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        text = fold(words(row))
        if text != row.search_text:
            row.search_text = text
            changed.append(row)
        if len(changed) == AT_ONCE:
            _store(model, changed)
            changed = []
    _store(model, changed)


def _store(model: Any, changed: list[Any]) -> None:
    with recorded():
        model.objects.bulk_update(changed, ["search_text"])
