"""Two revisions of a programme set side by side, as the annex of an amendment does, and whether they add up.

Every task of the older revision is in exactly one group, and so is every task of the newer one.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models

from programme.models import Revision, RevisionState
from smartcity.lib.language.money import say_change
from tasks.carried_over import CarriedOver, carried_over, say_pair
from tasks.models import ProgressUpdate, Task, TaskLineage, TaskRemoval
from tasks.plan_contents import NAME, Contents, Difference, read_contents
from tasks.programme_changes import compare_programme


class ChangeKind(models.TextChoices):
    """What became of a task. Carried over: open on the day of the newer revision, which plans it for a later period."""

    CARRIED_OVER = "carried_over", "Chuyển tiếp"
    CHANGED = "changed", "Điều chỉnh"
    TRANSFERRED = "transferred", "Chuyển cơ quan chủ trì"
    SPLIT = "split", "Tách"
    MERGED = "merged", "Gộp"
    ADDED = "added", "Bổ sung"
    REMOVED = "removed", "Đưa ra khỏi đề án"
    KEPT = "kept", "Giữ nguyên"


# The order in which the JSON names them.
KEYS = ["kept", "changed", "added", "removed", "split", "merged", "transferred", "carried_over"]


class ComparedBackwards(ValidationError):
    """The older of the two was named second."""


@dataclass
class TaskChange:
    """One line of the annex: what was, and what is; a split is several tasks now, a merger was several."""

    kind: ChangeKind
    old: list[Contents] = field(default_factory=list)
    new: list[Contents] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    reason: str = ""
    is_complete: bool = False

    @property
    def old_vnd(self) -> int:
        return sum(one.vnd for one in self.old)

    @property
    def new_vnd(self) -> int:
        return sum(one.vnd for one in self.new)

    @property
    def difference_vnd(self) -> int:
        return self.new_vnd - self.old_vnd

    @property
    def money(self) -> str:
        return say_change(self.old_vnd, self.new_vnd)

    @property
    def name_difference(self) -> Difference | None:
        return next((one for one in self.differences if one.label == NAME), None)

    @property
    def other_differences(self) -> list[Difference]:
        return [one for one in self.differences if one.label != NAME]

    @property
    def is_one_to_one(self) -> bool:
        return len(self.old) == 1 and len(self.new) == 1

    @property
    def is_addition(self) -> bool:
        return self.kind == ChangeKind.ADDED

    @property
    def is_restorable(self) -> bool:
        """Whether a draft can put the old task back: it was taken out, split or merged."""
        return self.kind in {ChangeKind.REMOVED, ChangeKind.SPLIT, ChangeKind.MERGED}

    @property
    def changes_lead(self) -> bool:
        """Whether one agency handed the task to another; a lead named where none was is no transfer."""
        if not self.is_one_to_one:
            return False
        leads = {self.old[0].lead_id, self.new[0].lead_id}
        return len(leads) == 2 and None not in leads

    @property
    def position(self) -> int:
        return (self.new or self.old)[0].plan.position


@dataclass(frozen=True)
class Term:
    """One addend of a reconciliation: so many tasks, what they are, and the group that shows them."""

    count: int
    label: str
    kind: str = ""


@dataclass
class Comparison:
    """Every change from ``old`` to ``new``, and the sums. ``on`` is the day on which completeness is judged."""

    old: Revision
    new: Revision
    on: date
    rows: list[TaskChange]
    programme: list[Difference]
    old_total: int
    new_total: int
    old_itemised_vnd: int
    new_itemised_vnd: int
    # Whole, split and merged ones alike; the groups have those that were split or merged among their own.
    carried: CarriedOver = field(default_factory=CarriedOver)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many tasks each kind has: of the older revision, and for those added, of the newer."""
        counts: Counter[str] = Counter(dict.fromkeys(KEYS, 0))
        for row in self.rows:
            counts[row.kind.value] += len(row.new) if row.kind == ChangeKind.ADDED else len(row.old)
        return dict(counts)

    @property
    def groups(self) -> list[tuple[ChangeKind, list[TaskChange]]]:
        """The kinds that occur, each with its lines in the order of the list; what stayed comes last."""
        by_kind = defaultdict(list)
        for row in sorted(self.rows, key=lambda row: row.position):
            by_kind[row.kind].append(row)
        return [(kind, by_kind[kind]) for kind in ChangeKind if by_kind[kind]]

    @property
    def parts(self) -> int:
        """Tasks of the newer revision that came out of a split or a merger."""
        return sum(len(row.new) for row in self.rows if row.kind in {ChangeKind.SPLIT, ChangeKind.MERGED})

    @property
    def going_on(self) -> int:
        """Tasks that are in both revisions."""
        return sum(row.is_one_to_one for row in self.rows if row.kind not in {ChangeKind.SPLIT, ChangeKind.MERGED})

    @property
    def tasks_reconcile(self) -> bool:
        """Old count − removed − split and merged away + what they became + added = new count."""
        counts = self.counts
        gone = counts["removed"] + counts["split"] + counts["merged"]
        return self.old_total - gone + self.parts + counts["added"] == self.new_total

    @property
    def has_money(self) -> bool:
        """Whether any task of the two lists has planned money."""
        return bool(self.old_itemised_vnd or self.new_itemised_vnd)

    @property
    def changes(self) -> list[Term]:
        """What is done to the list of tasks: «1 tách thành 2, 10 bổ sung, 3 đưa ra khỏi»."""
        split = sum(len(row.new) for row in self.rows if row.kind == ChangeKind.SPLIT)
        merged = sum(len(row.new) for row in self.rows if row.kind == ChangeKind.MERGED)
        labels = {
            ChangeKind.SPLIT: f"tách thành {split}",
            ChangeKind.MERGED: f"gộp thành {merged}",
            ChangeKind.CARRIED_OVER: self._carried_label,
        }
        return [
            Term(self.counts[kind], labels.get(kind, str(kind.label).lower()), kind.value)
            for kind in ChangeKind
            if kind != ChangeKind.KEPT and self.counts[kind]
        ]

    @property
    def old_terms(self) -> list[Term]:
        """What the older list consists of: «12 = 4 hoàn thành + 8 chuyển tiếp»."""
        complete = sum(row.is_complete for row in self.rows if row.kind == ChangeKind.KEPT)
        terms = [Term(complete, "hoàn thành", "kept")]
        for kind in ChangeKind:
            if kind != ChangeKind.ADDED:
                count = self.counts[kind] - (complete if kind == ChangeKind.KEPT else 0)
                label = self._carried_label if kind == ChangeKind.CARRIED_OVER else str(kind.label).lower()
                terms.append(Term(count, label, kind.value))
        return [term for term in terms if term.count]

    @property
    def _carried_label(self) -> str:
        """Of the group: the tasks that are carried over whole, where others are after a split or a merger."""
        return "chuyển tiếp" if self.carried.pair == (self.counts["carried_over"],) * 2 else "chuyển tiếp nguyên vẹn"

    @property
    def carried_sentence(self) -> str:
        """«Chuyển tiếp: 7 → 8 nhiệm vụ (có tách, gộp)»; empty where nothing is."""
        old, new = self.carried.pair
        note = " (tính cả nhiệm vụ tách, gộp)" if old != self.counts["carried_over"] or old != new else ""
        return f"Chuyển tiếp: {say_pair(self.carried.pair)} nhiệm vụ{note}" if new else ""

    @property
    def new_terms(self) -> list[Term]:
        """What the newer list consists of: «16 = 4 tiếp tục + 2 từ tách, gộp + 10 bổ sung»."""
        terms = [
            Term(self.going_on, "tiếp tục"),
            Term(self.parts, "từ tách, gộp"),
            Term(self.counts["added"], "bổ sung", "added"),
        ]
        return [term for term in terms if term.count]

    @property
    def difference_vnd(self) -> int | None:
        """By how much the declared total changes; None where one of the two declares none, or one of another kind."""
        old, new = self.old.declared_budget_vnd, self.new.declared_budget_vnd
        if old is None or new is None or self.old.declared_budget_kind != self.new.declared_budget_kind:
            return None
        return new - old

    @property
    def itemised_difference_vnd(self) -> int:
        """The sum of the differences of all lines."""
        return sum(row.difference_vnd for row in self.rows)

    @property
    def unexplained_vnd(self) -> int:
        """What of the declared difference no line explains; 0 where nothing is declared."""
        return 0 if self.difference_vnd is None else self.difference_vnd - self.itemised_difference_vnd

    @property
    def money_reconciles(self) -> bool:
        """Old total + the sum of the differences = new total, of the items and of what is declared."""
        items = self.old_itemised_vnd + self.itemised_difference_vnd == self.new_itemised_vnd
        return items and self.unexplained_vnd == 0

    @property
    def old_gap_vnd(self) -> int | None:
        """What the items of the older revision leave of its declared total; None where it declares none."""
        return _gap(self.old, self.old_itemised_vnd)

    @property
    def new_gap_vnd(self) -> int | None:
        return _gap(self.new, self.new_itemised_vnd)

    def as_dict(self) -> dict:
        """The comparison as the command gives it; amounts in đồng, null where a document declares none."""
        return {
            "counts": self.counts,
            "tasks": {"from": self.old_total, "to": self.new_total, "reconciles": self.tasks_reconcile},
            "money": {
                "declared_from_vnd": self.old.declared_budget_vnd,
                "declared_to_vnd": self.new.declared_budget_vnd,
                "difference_vnd": self.difference_vnd,
                "itemised_from_vnd": self.old_itemised_vnd,
                "itemised_to_vnd": self.new_itemised_vnd,
                "reconciles": self.money_reconciles,
            },
            "carried_over": {"from": self.carried.pair[0], "to": self.carried.pair[1]},
        }


def compare(old: Revision, new: Revision, *, today: date, on: date | None = None) -> Comparison:
    """Set ``new`` beside ``old``, two revisions of one programme. About ten queries, however many tasks there are.

    Raises ``ComparedBackwards`` where ``old`` was drafted on ``new``.

    What is complete is judged on the day ``on``: that of which the newer revision speaks, when none is given.
    """
    bases = dict(Revision.objects.filter(programme=new.programme_id).values_list("pk", "base"))
    if old.pk != new.pk and new.pk in _before(old.pk, bases):
        raise ComparedBackwards(f"{old.title} được soạn trên {new.title.lower()}. Đổi chỗ hai lần.")
    path = _path(old.pk, new.pk, bases)
    contents = read_contents([old, new])
    before, after = contents[old.pk], contents[new.pk]
    on = on or day_of(new, today)
    complete = ProgressUpdate.objects.complete_tasks(Task.objects.filter(programme=new.programme_id), on)
    lineage = list(TaskLineage.objects.filter(revision__in=path).values_list("from_task", "to_task"))
    carried = carried_over(_planned_ends(before), _period_ends(after), lineage, complete)
    reasons = dict(TaskRemoval.objects.filter(revision__in=path).values_list("task", "reason"))
    rows = _changes(before, after, complete=complete, lineage=lineage, carried=carried, reasons=reasons)
    return Comparison(
        old=old,
        new=new,
        on=on,
        rows=rows,
        programme=compare_programme(old, new),
        old_total=len(before),
        new_total=len(after),
        old_itemised_vnd=sum(one.vnd for one in before.values()),
        new_itemised_vnd=sum(one.vnd for one in after.values()),
        carried=carried,
    )


def compare_task(task: int, old: Revision, new: Revision, *, on: date) -> TaskChange | None:
    """The line in which the task stands when ``new`` is set beside ``old``, its base; complete as on the day ``on``.

    Of the other tasks only those are read that are split or merged with it. Six queries.
    """
    lineage = list(TaskLineage.objects.filter(revision=new).values_list("from_task", "to_task"))
    tasks = _joined(task, lineage)
    contents = read_contents([old, new], tasks=tasks)
    before, after = contents[old.pk], contents[new.pk]
    complete = ProgressUpdate.objects.complete_tasks(Task.objects.filter(pk__in=tasks), on)
    carried = carried_over(_planned_ends(before), _period_ends(after), lineage, complete)
    reasons = dict(TaskRemoval.objects.filter(revision=new, task__in=tasks).values_list("task", "reason"))
    rows = _changes(before, after, complete=complete, lineage=lineage, carried=carried, reasons=reasons)
    return _row_of(task, rows)


def _joined(task: int, lineage: Iterable[tuple[int, int]]) -> set[int]:
    """The task, and all that these splits and mergers join with it, on whichever side."""
    beside: dict[int, set[int]] = defaultdict(set)
    for from_task, to_task in lineage:
        beside[from_task].add(to_task)
        beside[to_task].add(from_task)
    joined, waiting = {task}, [task]
    while waiting:
        further = beside[waiting.pop()] - joined
        joined |= further
        waiting += further
    return joined


def _row_of(task: int, rows: Iterable[TaskChange]) -> TaskChange | None:
    return next((row for row in rows if any(one.plan.task_id == task for one in row.old + row.new)), None)


def _changes(
    before: dict[int, Contents],
    after: dict[int, Contents],
    *,
    complete: Collection[int],
    lineage: Iterable[tuple[int, int]],
    carried: CarriedOver,
    reasons: dict[int, str],
) -> list[TaskChange]:
    """Every line from what was planned ``before`` to what is planned ``after``, each by the keys of the tasks."""
    rows = [
        _compare_one(before[task_id], after[task_id], task_id in complete, task_id in carried.new)
        for task_id in before
        if task_id in after
    ]
    became: dict[int, set[int]] = defaultdict(set)
    for from_task, to_task in lineage:
        became[from_task].add(to_task)
    families = _families(became, set(before) - set(after), set(after) - set(before))
    for gone, came in families:
        kind = ChangeKind.SPLIT if len(gone) == 1 else ChangeKind.MERGED
        rows.append(
            TaskChange(kind, [before[pk] for pk in before if pk in gone], [after[pk] for pk in after if pk in came])
        )
    related = {pk for gone, came in families for pk in (*gone, *came)}
    for pk in before:
        if pk not in after and pk not in related:
            rows.append(TaskChange(ChangeKind.REMOVED, old=[before[pk]], reason=_reason_of(pk, reasons, became)))
    for pk in after:
        if pk not in before and pk not in related:
            rows.append(TaskChange(ChangeKind.ADDED, new=[after[pk]]))
    return rows


def _planned_ends(contents: dict[int, Contents]) -> dict[int, date | None]:
    return {task: one.plan.planned_end for task, one in contents.items()}


def _period_ends(contents: dict[int, Contents]) -> dict[int, date | None]:
    return {task: one.plan.period.last_day if one.plan.period else None for task, one in contents.items()}


def day_of(revision: Revision, today: date) -> date:
    """The day of which a revision speaks: that of its effect, else of its last step, else today."""
    if revision.state == RevisionState.ADOPTED and revision.effective_on:
        return revision.effective_on
    last = revision.steps.order_by("-on", "-pk").first() if revision.state != RevisionState.DRAFT else None
    return last.on if last else today


def _gap(revision: Revision, itemised_vnd: int) -> int | None:
    return None if revision.declared_budget_vnd is None else revision.declared_budget_vnd - itemised_vnd


def _before(pk: int, bases: dict[int, int | None]) -> list[int]:
    """The revisions that this one was drafted on, the nearest first."""
    found: list[int] = []
    step = bases[pk]
    while step is not None:
        found.append(step)
        step = bases[step]
    return found


def _path(old: int, new: int, bases: dict[int, int | None]) -> list[int]:
    """The keys of the revisions by which ``old`` became ``new``, the newest first."""
    chain = [new, *_before(new, bases)]
    return chain[: chain.index(old)] if old in chain else chain


def _compare_one(old: Contents, new: Contents, is_complete: bool, is_carried_over: bool) -> TaskChange:
    differences = old.differences(new)
    change = TaskChange(ChangeKind.KEPT, [old], [new], differences, is_complete=is_complete)
    if is_carried_over:
        change.kind = ChangeKind.CARRIED_OVER
    elif change.changes_lead:
        change.kind = ChangeKind.TRANSFERRED
    elif differences:
        change.kind = ChangeKind.CHANGED
    return change


def _reason_of(task: int, reasons: dict[int, str], became: dict[int, set[int]]) -> str:
    """Why a task is gone: its own reason, else those of what it had become."""
    later = (_reason_of(one, reasons, became) for one in sorted(became.get(task, ())))
    return reasons.get(task) or "; ".join(dict.fromkeys(filter(None, later)))


def _families(became: dict[int, set[int]], gone: set[int], came: set[int]) -> list[tuple[set[int], set[int]]]:
    """Which tasks that are gone became which that came, through splits and mergers of all the revisions between."""
    families: list[tuple[set[int], set[int]]] = []
    for task in sorted(gone):
        reached, waiting = {task}, [task]
        while waiting:
            found = became.get(waiting.pop(), set()) - reached
            reached |= found
            waiting += found
        olds, news = {task}, reached & came
        if not news:
            continue
        # Two old tasks that share a new one are one line of the annex.
        for family in [family for family in families if family[1] & news]:
            families.remove(family)
            olds, news = olds | family[0], news | family[1]
        families.append((olds, news))
    return families
