"""The planned money of a task that two people change: put together amount by amount."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from smartcity.lib.forms.merging import EMPTY, MINE, THEIRS, Conflict, Meanwhile, question, questions_asked
from smartcity.lib.language.money import MoneySource, say_money
from smartcity.lib.records.history import state_at
from tasks.models import PlannedBudget
from tasks.pages.revisions.task_forms import BudgetFormSet, PlannedTaskForm

PREFIX = "kinh-phi"
# Where the history of the money stands among those that the form of a task follows.
PLACE = 2

type Key = tuple[str, int | None]


def budget_rows(form: Any = None, data: QueryDict | None = None) -> Any:
    """The rows of a task's money as a page shows them, or as they were sent; without ``form`` of a new task."""
    changes = PlannedBudget.history.filter(planned_task=form.instance.pk) if form else None
    stated = _stated(changes, form.now[PLACE]) if form else []
    stated.sort(key=lambda row: (row["year"] or 0, row["source"]))
    initial: Any = [{"source": row["source"], "year": row["year"], "amount": row["amount_vnd"]} for row in stated]
    return BudgetFormSet(data, prefix=PREFIX, initial=initial)


def merge_money(form: Any, seen: list[int] | None, rows: Any) -> Any:
    """The rows that were typed together with what others saved since the page was made from ``seen``.

    What others changed, and what both did, is added to what ``form`` tells of it. Rows that cannot be read are left
    as they are, and are compared again when they are sent again.
    """
    if seen is None:
        return rows
    if not rows.is_valid():
        keys = [*form.now[:PLACE], seen[PLACE], *form.now[PLACE + 1 :]]
        form.data = form.data.copy()
        form.data[form.add_prefix("seen_version")] = ".".join(str(key) for key in keys)
        return rows
    merge = _Merge(form, seen[PLACE], _amounts(rows.budgets()))
    form.merged += merge.merged
    form.conflicts += merge.conflicts
    for conflict in merge.conflicts:
        form.add_error(None, f"{conflict.label}: {conflict}")
    return rows if merge.result == merge.mine else budget_rows(form, _as_data(merge.result))


@dataclass
class _Merge:
    form: PlannedTaskForm
    seen: int
    mine: dict[Key, int]

    def __post_init__(self):
        self.changes = PlannedBudget.history.filter(planned_task=self.form.instance.pk)
        self.merged: list[Meanwhile] = []
        self.conflicts: list[Conflict] = []
        base = _amounts(_stated(self.changes, self.seen))
        theirs = _amounts(_stated(self.changes, self.form.now[PLACE]))
        asked = questions_asked(self.form)
        result = {}
        # In the order of what was typed.
        for key in dict.fromkeys([*self.mine, *theirs, *base]):
            sides = base.get(key), theirs.get(key), self.mine.get(key)
            if sides[0] != sides[1]:
                result[key] = self._changed_by_others(key, *sides)
            else:
                result[key] = self._answered(key, *sides[1:]) if _name(key) in asked else sides[2]
        self.result = {key: amount for key, amount in result.items() if amount is not None}

    def _changed_by_others(self, key: Key, base: int | None, theirs: int | None, mine: int | None) -> int | None:
        if mine not in (base, theirs):
            return self._ask(key, theirs, mine)
        row = self._last(key)
        self.merged.append(Meanwhile(_label(key), _words(theirs), row.history_user, row.history_date))
        return theirs

    def _answered(self, key: Key, theirs: int | None, mine: int | None) -> int | None:
        answer = self.form.data.get(question(_name(key)))
        if answer == THEIRS or mine == theirs:
            return theirs
        return mine if answer == MINE else self._ask(key, theirs, mine)

    def _ask(self, key: Key, theirs: int | None, mine: int | None) -> int | None:
        row, name = self._last(key), _name(key)
        self.conflicts.append(
            Conflict(
                name=name,
                field=name,
                asked="hoi",
                label=_label(key),
                mine=_words(mine),
                theirs=_words(theirs),
                who=row.history_user,
                at=row.history_date,
            )
        )
        return mine

    def _last(self, key: Key) -> Any:
        rows = self.changes.filter(source=key[0], year=key[1]).select_related("history_user")
        # An amount that went to another source or year leaves no row of its own behind.
        return rows.order_by("-history_id").first() or self.changes.order_by("-history_id")[0]


def _stated(changes: Any, upto: int) -> list[dict]:
    return [{"source": row.source, "year": row.year, "amount_vnd": row.amount_vnd} for row in state_at(changes, upto)]


def _amounts(budgets: list[dict]) -> dict[Key, int]:
    return {(one["source"], one["year"]): one["amount_vnd"] for one in budgets}


def _as_data(amounts: dict[Key, int]) -> QueryDict:
    """The rows as a browser sends them, with two empty ones behind."""
    data = QueryDict(mutable=True)
    data.update({f"{PREFIX}-TOTAL_FORMS": str(len(amounts) + 2), f"{PREFIX}-INITIAL_FORMS": str(len(amounts))})
    for number, ((source, year), amount) in enumerate(amounts.items()):
        row = f"{PREFIX}-{number}"
        data.update({f"{row}-source": source, f"{row}-year": str(year or ""), f"{row}-amount": say_money(amount)})
    return data


def _name(key: Key) -> str:
    return f"{PREFIX}:{key[0]}:{key[1] or ''}"


def _label(key: Key) -> str:
    year = f" năm {key[1]}" if key[1] else ""
    return f"Kinh phí dự kiến, {MoneySource(key[0]).label}{year}"


def _words(amount: int | None) -> str:
    return EMPTY if amount is None else say_money(amount)
