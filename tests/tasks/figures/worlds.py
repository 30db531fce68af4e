"""Programmes as they may be after years: amended, split and merged, reported late and corrected, all at random."""

from datetime import date, timedelta
from random import Random

from programme.models import StepKind
from programme.operations.deciding import record_step
from tasks.models import Causes, LineageKind, Status
from tasks.operations.task_days import keep_proposed_moves
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    LeadTransferFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    TaskFactory,
    TaskLineageFactory,
    TaskRemovalFactory,
    account_of_this_test,
    adopt,
)

PERIODS = [("2020–2021", 2021), ("2022–2023", 2023), ("2024–2025", 2025)]


class RandomWorld:
    """One programme; the same for the same ``seed``."""

    def __init__(self, seed: int):
        self.random = Random(seed)
        self.programme = ProgrammeFactory()
        self.agencies = AgencyFactory.create_batch(2, province=self.programme.province)
        self.tasks, self.updates = [], []
        self._live()

    def _live(self):
        revision = self._first()
        adopted_on = date(2020, 1, 1) + timedelta(days=self.random.randrange(60))
        revision = adopt(revision, effective_on=adopted_on)
        for _ in range(self.random.choice([0, 1, 1, 2, 2, 3])):
            self._report(self.random.randrange(8))
            draft = self._amendment(revision)
            adopted_on += timedelta(days=self.random.randrange(60, 700))
            if self.random.random() < 0.4:
                self._propose(draft, adopted_on)
                break
            document_day = adopted_on - timedelta(days=self.random.randrange(40))
            revision = adopt(draft, effective_on=max(adopted_on, document_day))
        self._report(self.random.randrange(12))
        self._transfer()

    def _first(self):
        revision = RevisionFactory(programme=self.programme)
        periods = self._periods(revision)
        for _ in range(self.random.randrange(1, 7)):
            self._plan(revision, TaskFactory(programme=self.programme), self.random.choice([*periods[:2], None]))
        return revision

    def _periods(self, revision):
        return [
            PeriodFactory(revision=revision, label=label, first_day=date(year - 1, 1, 1), last_day=date(year, 12, 31))
            for label, year in PERIODS
        ]

    def _plan(self, revision, task, period):
        self.tasks.append(task)
        lead = self.random.choice([*self.agencies, None])
        due_on = self.random.choice([None, date(self.random.randrange(2020, 2026), 6, 30)])
        plan = PlannedTaskFactory(revision=revision, task=task, period=period, lead_agency=lead, due_on=due_on)
        for year in self.random.sample([None, 2021, 2022], self.random.randrange(3)):
            PlannedBudgetFactory(
                planned_task=plan, source="province", year=year, amount_vnd=self.random.randrange(1, 9)
            )

    def _amendment(self, base):
        draft = RevisionFactory(programme=self.programme, base=base)
        early, *later = self._periods(draft)
        # Most go to a later period.
        periods = [early, *later, *later, None]
        merged = None
        for plan in base.planned_tasks.select_related("task").order_by("position"):
            fate = self.random.random()
            if fate < 0.6:
                self._plan(draft, plan.task, self.random.choice(periods))
            elif fate < 0.75:
                for _ in range(2):
                    self._become(draft, plan.task, self.random.choice(periods), LineageKind.SPLIT)
            elif fate < 0.9:
                if merged is None:
                    merged = TaskFactory(programme=self.programme)
                    self._plan(draft, merged, self.random.choice(periods))
                TaskLineageFactory(revision=draft, from_task=plan.task, to_task=merged, kind=LineageKind.MERGE)
            else:
                TaskRemovalFactory(revision=draft, task=plan.task)
        if self.random.random() < 0.5:
            self._plan(draft, self.random.choice([TaskFactory(programme=self.programme)]), self.random.choice(periods))
        return draft

    def _become(self, draft, origin, period, kind):
        part = TaskFactory(programme=self.programme)
        self._plan(draft, part, period)
        TaskLineageFactory(revision=draft, from_task=origin, to_task=part, kind=kind)

    def _propose(self, draft, on):
        # Also what was completed since it was split in the draft, which people are asked about first.
        by = account_of_this_test()
        record_step(draft, StepKind.SUBMITTED, on=on, by=by, today=on)
        if (end := self.random.choice([None, None, StepKind.REJECTED, StepKind.WITHDRAWN])) is not None:
            later = on + timedelta(days=90)
            record_step(draft, end, on=later, by=by, today=later)
        keep_proposed_moves(self.programme.pk)

    def _report(self, count):
        for _ in range(count):
            task = self.random.choice(self.tasks)
            as_of = date(2020, 1, 1) + timedelta(days=self.random.randrange(2200))
            status = self.random.choice([*Status])
            told = {"completed_on": as_of} if status == Status.COMPLETE and self.random.random() < 0.6 else {}
            if status != Status.COMPLETE and self.random.random() < 0.4:
                told["causes"] = self.random.choice([*Causes])
            if self.updates and self.random.random() < 0.2:
                corrected = self.updates.pop(self.random.randrange(len(self.updates)))
                task = corrected.task
                told["corrects"] = corrected
            self.updates.append(ProgressUpdateFactory(task=task, as_of=as_of, status=status, accepted=True, **told))
            if self.random.random() < 0.3:
                BudgetEntryFactory(task=task, decided_on=as_of, amount_vnd=self.random.randrange(1, 99))

    def _transfer(self):
        for _ in range(self.random.randrange(3)):
            task = self.random.choice(self.tasks)
            on = date(2020, 6, 1) + timedelta(days=self.random.randrange(1500))
            if not task.lead_transfers.filter(effective_on=on).exists():
                first, second = self.random.sample(self.agencies, 2)
                LeadTransferFactory(task=task, from_agency=first, to_agency=second, effective_on=on)

    def days(self, count):
        """Days at random, and those on which something changes."""
        changes = {update.as_of for update in self.updates}
        changes |= {on for on in self.programme.revisions.values_list("effective_on", flat=True) if on}
        steps = {step.on for revision in self.programme.revisions.all() for step in revision.steps.all()}
        # The last thing that happened is most often a proposal.
        last = [max(steps) + timedelta(days=self.random.randrange(60))]
        chosen = self.random.sample(sorted(changes), min(count, len(changes)))
        return [
            *last,
            *chosen,
            *(date(2019, 12, 1) + timedelta(days=self.random.randrange(2400)) for _ in range(count)),
        ]
