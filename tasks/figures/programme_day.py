"""The figures of a programme on a day, for page, command and API: each a count or a sum of rows that can be opened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from programme.models import (
    Agency,
    CoordinationTransfer,
    Measure,
    Programme,
    Revision,
    RevisionStep,
    StatedFigure,
    StepKind,
)
from smartcity.lib.language.money import MoneyKind
from smartcity.lib.log.known.marks import told_mark
from tasks.figures.first_decided import FirstDecided, read_first_decided
from tasks.figures.row_sets import ROW_SETS, TaskGroup, counted
from tasks.figures.task_rows import CAUSE_LABELS, STATUS_LABELS, TaskRow, by_urgency, read_rows
from tasks.models import Task, TaskDay
from tasks.timeliness import Timeliness


@dataclass(frozen=True)
class DeclaredBudget:
    """The total that a document gives for the programme, in đồng, with its kind and where it is written."""

    vnd: int
    kind: str
    document: object | None

    @property
    def kind_label(self) -> str:
        return MoneyKind(self.kind).label


@dataclass(frozen=True)
class YearSum:
    """What was planned for a budget year from a source, or paid of it, in đồng."""

    year: int
    kind: str
    source: str
    vnd: int


@dataclass(frozen=True)
class CountedCell:
    """A figure that is not zero: the key of its rows, its word and its count."""

    key: str
    label: str
    count: int


@dataclass
class ProgrammeOnDay:
    """One programme as it was on the day ``as_of``."""

    programme: Programme
    as_of: date
    revision: Revision | None = None
    # With its ``last_step`` by then.
    pending: Any = None
    # Its tasks, those alike together.
    groups: list[TaskGroup] = field(default_factory=list)
    # What documents stated of exactly this day, and the budgets that they had stated by then.
    stated: list[StatedFigure] = field(default_factory=list)
    declared: DeclaredBudget | None = None
    proposed_budget: DeclaredBudget | None = None
    # None where no entry says that anything was paid; 0 where all that was entered was taken back.
    disbursed_vnd: int | None = None
    # Of each budget year, where they were asked for.
    year_sums: list[YearSum] = field(default_factory=list)
    # How many tasks the revision in force carried over from its base and how many of its own they are; the same of
    # what the one that waits would carry over.
    carried_pair: tuple[int, int] = (0, 0)
    proposed_pair: tuple[int, int] = (0, 0)
    # The periods to which the carried over tasks went, in words, and to which the proposed ones would go.
    carried_into: str = ""
    proposed_periods: list[str] = field(default_factory=list)
    # What stands beside each agency that has ended, by its key: filled in for pages that name agencies.
    beside: dict[int, str] = field(default_factory=dict)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each row set has."""
        return counted(self.groups)

    @cached_property
    def rows(self) -> list[TaskRow]:
        """Each task, in the order of the plan; read when they are asked for."""
        return self.read(self._days().order_by("plan__position"))

    def row_of(self, task: Task, *, at_hand: Iterable[Any] = ()) -> TaskRow | None:
        """The row of one task alone; None where the revision in force does not plan it."""
        rows = read_rows(self._days().filter(task=task), self.as_of, beside=self.beside, at_hand=at_hand)
        return rows[0] if rows else None

    def behind(self, key: str) -> QuerySet[TaskDay]:
        """The tasks behind a figure, most urgent first, to be narrowed further and ``read``."""
        return by_urgency(ROW_SETS[key].narrow(self._days()))

    def rows_of(self, key: str, *, is_for_a_file: bool = False) -> list[TaskRow]:
        """The rows behind a figure, most urgent first; for a file with what their reports say."""
        return read_rows(self.behind(key), self.as_of, beside=self.beside, is_for_a_file=is_for_a_file)

    def read(self, days: Any) -> list[TaskRow]:
        return read_rows(days, self.as_of, beside=self.beside)

    def _days(self) -> QuerySet[TaskDay]:
        waiting = [self.pending.pk] if self.pending else []
        days = TaskDay.objects.of_programmes([self.programme.pk], self.as_of).as_on(self.as_of, waiting=waiting)
        # Said of the tasks too, so that none of other programmes is read for the codes of these.
        return days.filter(task__programme=self.programme)

    @property
    def total(self) -> int:
        return sum(group.tasks for group in self.groups)

    @property
    def complete(self) -> int:
        return self.counts["hoan-thanh"]

    @property
    def overdue(self) -> int:
        return self.counts[f"han-{Timeliness.OPEN_OVERDUE}"]

    @property
    def overdue_since(self) -> date | None:
        """The due of what is overdue for longest."""
        dues = (group.earliest_due for group in self.groups if group.timeliness == Timeliness.OPEN_OVERDUE)
        return min((due for due in dues if due), default=None)

    @property
    def days_overdue(self) -> int:
        """For how many days the task has been overdue that is so for longest; 0 where none is."""
        return (self.as_of - self.overdue_since).days if self.overdue_since else 0

    @property
    def timeliness_cells(self) -> list[CountedCell]:
        """The cells that have tasks; with those left out, which are 0, they add up to the total."""
        return self._cells(f"han-{cell}" for cell in Timeliness)

    @property
    def cause_cells(self) -> list[CountedCell]:
        """Causes of open tasks, the most frequent first."""
        cells = self._cells(f"nguyen-nhan-{cause}" for cause in CAUSE_LABELS)
        return sorted(cells, key=lambda cell: -cell.count)

    def _cells(self, keys: Iterable[str]) -> list[CountedCell]:
        return [CountedCell(key, ROW_SETS[key].label, self.counts[key]) for key in keys if self.counts[key]]

    @property
    def obstacle(self) -> str:
        """What hinders the open tasks, where all that say so use the same words."""
        words = {said for group in self.groups if group.causes for said in group.obstacles if said}
        return words.pop() if len(words) == 1 else ""

    @cached_property
    def pending_step(self) -> RevisionStep | None:
        """What was done last with the revision that waits, with its document. One query."""
        steps = RevisionStep.objects.select_related("document")
        return steps.get(pk=self.pending.last_step_id) if self.pending else None

    @property
    def pending_is_adopted(self) -> bool:
        """Whether what waits was adopted already, and waits only for its day."""
        return self.pending is not None and self.pending.last_step == StepKind.ADOPTED

    @property
    def amends_the_first(self) -> bool:
        """Whether the tasks in force are no longer those first decided, so that both sets have their figure."""
        return self.revision is not None and self.revision.base_id is not None

    @cached_property
    def transfer(self) -> CoordinationTransfer | None:
        """The act by which, on the day, another agency coordinates than the one that began.

        One query; none where the programme was read ``with_coordinator`` of the day and it began with it.
        """
        if getattr(self.programme, "moved_by", self) is None:
            return None
        acts = CoordinationTransfer.objects.filter(programme=self.programme).last_by(self.as_of)
        return acts.select_related("from_agency", "to_agency__province", "document").first()

    @property
    def coordinator(self) -> Agency:
        """The agency that coordinates on the day."""
        return self.transfer.to_agency if self.transfer else self.programme.coordinating_agency

    @property
    def coordinator_beside(self) -> str:
        return self.beside.get(self.coordinator.pk, "")

    @property
    def has_reports(self) -> bool:
        return self.newest_report_on is not None

    @property
    def newest_report_on(self) -> date | None:
        """The latest day that an accepted report speaks of."""
        return max((group.told_on for group in self.groups if group.told_on), default=None)

    @property
    def stated_on_day(self) -> list[StatedFigure]:
        """What documents stated of exactly this day."""
        return sorted((figure for figure in self.stated if figure.as_of == self.as_of), key=lambda figure: figure.pk)

    @property
    def stated_budgets(self) -> list[StatedFigure]:
        """The budgets that documents stated by the day, the last one at the end."""
        budgets = [figure for figure in self.stated if figure.measure == Measure.BUDGET]
        return sorted(budgets, key=lambda figure: (figure.as_of, figure.pk))

    @property
    def itemised_vnd(self) -> int:
        """What the tasks are planned to cost together, in đồng; a whole and its yearly parts count once."""
        return sum(group.vnd for group in self.groups)

    @property
    def moved_to(self) -> str:
        """The periods that the proposed, or else the carried over, tasks go to: «2023–2024»."""
        return ", ".join(self.proposed_periods) or self.carried_into

    @cached_property
    def first_decided(self) -> FirstDecided | None:
        """The tasks that the programme began with, and how many of them are complete by now; None before it began."""
        if self.revision is None:
            return None
        if not self.amends_the_first:
            return FirstDecided(self.total, self.complete)
        return read_first_decided({self.programme.pk: self.groups}, self.as_of).get(self.programme.pk)

    @property
    def name(self) -> str:
        return self.revision.name if self.revision else self.programme.code

    def as_dict(self) -> dict:
        """The figures as the API and the command give them."""
        counts = self.counts
        return self._warning_as_dict() | {
            "programme": self.programme.code,
            "as_of": self.as_of.isoformat(),
            **told_mark(),
            "revision": self._revision_as_dict(),
            "tasks": {
                "total": self.total,
                "complete": counts["hoan-thanh"],
                "not_complete": counts["chua-hoan-thanh"],
                "carried_over": counts["chuyen-tiep"],
                "proposed_carry_over": counts["de-nghi-chuyen-tiep"],
                "by_status": {status: counts[f"trang-thai-{status}"] for status in STATUS_LABELS},
                "by_timeliness": {cell.value: counts[f"han-{cell}"] for cell in Timeliness},
            },
            "budget": {
                "declared_vnd": self.declared and self.declared.vnd,
                "declared_kind": self.declared and self.declared.kind,
                "itemised_vnd": self.itemised_vnd,
                "disbursed_vnd": self.disbursed_vnd or 0,
            },
            "proposed": self._proposed_as_dict(),
            "first_decided": self.first_decided
            and {"total": self.first_decided.total, "complete": self.first_decided.complete},
            "newest_report_on": self.newest_report_on and self.newest_report_on.isoformat(),
            "carried_over": {"from": self.carried_pair[0], "to": self.carried_pair[1]},
            "proposed_carry_over": {"from": self.proposed_pair[0], "to": self.proposed_pair[1]},
        }

    def _warning_as_dict(self) -> dict:
        """Of a simulated province first of all that it is one; of others nothing is said about it."""
        note = self.programme.province.simulated_note
        return {"simulated": note} if note else {}

    def _revision_as_dict(self) -> dict | None:
        revision = self.revision
        if revision is None or revision.document is None or revision.effective_on is None:
            return None
        return {
            "number": revision.number,
            "document": revision.document.code,
            "effective_on": revision.effective_on.isoformat(),
        }

    def _proposed_as_dict(self) -> dict | None:
        if self.pending is None:
            return None
        return {
            "number": self.pending.number,
            "state": self.pending.last_step,
            "on": self.pending.last_step_on.isoformat(),
            "declared_vnd": self.proposed_budget and self.proposed_budget.vnd,
            "declared_kind": self.proposed_budget and self.proposed_budget.kind,
        }
