"""A record as somebody types it: by its key, by its name, or by one that it had; one that was removed, by auditors."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from programme.removed_records import removed_rows
from smartcity.lib.language.text import fold

# Names as the page writes them into its own fields: «Sở Y tế (mã 12)».
WITH_KEY = re.compile(r"(?:^|\(mã )([0-9]{1,18})\)?$")
LARGEST = 2**63 - 1
# So many are named where several are called alike.
NAMED = 8
Called = Callable[[str], Q]


class RecordField(forms.CharField):
    """A record by its key, or by words of its name if only one is called so, among those that the reader sees.

    What is called ``exactly`` so, by the first of these ways that finds one, stands before what was called so
    ``before``, by rows of its history; both before what has the words in it, or had them in ``names``.
    """

    def __init__(
        self,
        found: Callable[[Any], Any],
        search: Called,
        *,
        what: str,
        exactly: Sequence[Called] = (),
        before: Called,
        names: Sequence[str],
        **kwargs,
    ):
        super().__init__(required=False, max_length=200, **kwargs)
        self.found, self.search, self.exactly, self.what = found, search, exactly, what
        self.before, self.names = before, names
        self.reader: Any = None
        # What a removed record must be of, beside what its name says.
        self.removed_within: dict[str, Any] = {}
        # What is to be said of the record beside its name: that it is called otherwise today, or is no more.
        self.remark = ""

    def clean(self, value):
        text = super().clean(value)
        self.remark = ""
        if not text:
            return None
        seen = self.found(self.reader)
        key = WITH_KEY.search(text)
        if key and int(key[1]) <= LARGEST:
            return self._by_key(seen, int(key[1]))
        # Where several are called so today, none is meant by a name that it had.
        called_so = [list(seen.filter(called(text))[:2]) for called in self.exactly]
        if alone := next((rows for rows in called_so if len(rows) == 1), None):
            return alone[0]
        if not any(called_so) and len(rows := self._once_called(seen, text)) == 1:
            return self._renamed(rows[0], text)
        rows = list(seen.filter(self.search(text)).order_by("pk")[: NAMED + 1])
        if not rows and (rows := self._removed(self._history.filter(self.before(text)))):
            self.remark = self._gone(rows[0])
        if not rows and len(rows := self._once_called_like(seen, text)) == 1:
            return self._renamed(rows[0], text)
        if not rows:
            raise ValidationError(f"Không có {self.what} nào như «{text}» trong phạm vi của bạn.")
        if len(rows) > 1:
            several = "; ".join(named(row) for row in rows[:NAMED])
            more = "; và nhiều nữa" if len(rows) > NAMED else ""
            raise ValidationError(f"Có nhiều {self.what} như vậy, ghi rõ một trong số này: {several}{more}.")
        return rows[0]

    @property
    def _history(self) -> Any:
        return self.found(self.reader).model.history

    def _by_key(self, seen: Any, key: int) -> Any:
        if record := seen.filter(pk=key).first():
            return record
        if rows := self._removed(self._history.filter(id=key)):
            self.remark = self._gone(rows[0])
            return rows[0]
        raise ValidationError(f"Không có {self.what} nào có mã {key} trong phạm vi của bạn.")

    def _removed(self, rows: Any) -> list[Any]:
        """As they were at the end, for whoever reads what was removed."""
        keys = rows.filter(history_type="-").values("id")
        found = removed_rows(self._history.model.instance_type, self.reader, id__in=keys, **self.removed_within)
        return [row.instance for row in found[: NAMED + 1]]

    def _once_called(self, seen: Any, text: str) -> list[Any]:
        keys = self._history.filter(self.before(text)).values("id")
        return list(seen.filter(pk__in=keys).order_by("pk")[: NAMED + 1])

    def _once_called_like(self, seen: Any, text: str) -> list[Any]:
        """Histories keep no words to look for: read through, where nothing is called so today."""
        words = fold(text).split()
        rows = self._history.filter(id__in=seen.values("pk")).order_by().values_list("id", *self.names).distinct()
        keys = {key for key, *names in rows if all(word in fold(" ".join(names)) for word in words)}
        return list(seen.filter(pk__in=sorted(keys)[: NAMED + 1]).order_by("pk")) if words else []

    def _renamed(self, record: Any, text: str) -> Any:
        self.remark = f"«{text}» nay là «{record}»."
        return record

    def _gone(self, record: Any) -> str:
        return f"{self.what[:1].upper()}{self.what[1:]} {record} đã bị xóa."


def named(record: Any) -> str:
    """As it stands in its field; read back by its key, whatever else is called so."""
    return f"{record} (mã {record.pk})"
