"""Whose rows: what queries narrow before they decide is what the rule, told plainly, gives in small random worlds."""

from collections import defaultdict
from datetime import date
from functools import cache
from random import Random

import pytest
from django.utils.timezone import localdate

from programme.models import Agency, Programme, Province, RevisionState, Role, User
from smartcity.agencies.duties import coordinated_by, led_by
from smartcity.agencies.left_duties import left_and_own
from smartcity.lib.records.history import signed_save
from tasks.models import ProgressUpdate, Task, UpdateState
from tests.examples import examples
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    CoordinationTransferFactory,
    LeadTransferFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
    adopt,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAYS = [date(year, month, 1) for year in (2023, 2024) for month in (1, 4, 7, 10)]
SEEDS = range(examples(1, all_of_them=100))
NO_PLAN = "no plan"


class World:
    """Programmes of provinces that merge; plans, transfers and reports of any agency; the rule, told plainly."""

    def __init__(self, seed: int):
        self.chance = Random(seed)
        city = ProvinceFactory()
        merged = ProvinceFactory(merged_into=city, in_force_to=date(2024, 5, 31))
        self.agencies = [AgencyFactory(province=place) for place in (city, merged, ProvinceFactory()) for _ in range(2)]
        ended = AgencyFactory(province=city, in_force_to=date(2023, 8, 31))
        AgencySuccessionFactory(predecessor=ended, successor=self.agencies[0], effective_on=date(2023, 9, 1))
        self.agencies.append(ended)
        self.people = [
            *(UserFactory(agency=agency, role=Role.COORDINATOR) for agency in self.agencies[::2]),
            *(UserFactory(agency=agency, role=Role.OFFICER) for agency in self.agencies),
            UserFactory(agency=self.chance.choice(self.agencies), role=Role.OFFICE),
        ]
        self.document = LegalDocumentFactory()
        for agency in self.agencies[::2]:
            self.begin_programme(agency)
        self.auditor = UserFactory(agency=None, role=Role.AUDITOR)
        self.programmes = list(Programme.objects.prefetch_related("coordination_transfers"))
        self.tasks = list(Task.objects.select_related("programme").prefetch_related("lead_transfers"))
        self.updates = list(ProgressUpdate.objects.select_related("task__programme", "author"))

    def begin_programme(self, agency) -> None:
        programme = ProgrammeFactory(province=agency.province, coordinating_agency=agency)
        for transfer in self.transfers(3):
            CoordinationTransferFactory(programme=programme, **transfer)
        tasks = TaskFactory.create_batch(3, programme=programme)
        # What is still a draft says who leads to nobody.
        for day in [*self.days(3), None]:
            draft = RevisionFactory(programme=programme, base=programme.revisions.newest_adopted().first())
            for task in self.chance.sample(tasks, self.chance.randint(1, 3)):
                PlannedTaskFactory(revision=draft, task=task, lead_agency=self.chance.choice([None, *self.agencies]))
            if day:
                adopt(draft, effective_on=day)
        for task in tasks:
            for transfer in self.transfers(4):
                LeadTransferFactory(task=task, **transfer)
            self.report(task)

    def report(self, task: Task) -> None:
        """A draft, and two that were sent, one of them begun by somebody else."""
        for state in UpdateState.DRAFT, UpdateState.SUBMITTED, UpdateState.SUBMITTED:
            update = ProgressUpdateFactory(task=task, state=state, author=self.chance.choice(self.people))
        update.author = self.chance.choice(self.people)
        signed_save(update, by=update.author)

    def days(self, most: int) -> list[date]:
        return sorted(self.chance.sample(DAYS, self.chance.randint(0, most)))

    def transfers(self, most: int):
        for day in self.days(most):
            before, after = self.chance.sample(self.agencies, 2)
            yield {"from_agency": before, "to_agency": after, "effective_on": day, "document": self.document}

    @cache  # noqa: B019  (a world is gone with its test)
    def plans_on(self, programme: Programme, day: date) -> tuple[date | None, dict[int, int | None]]:
        """Since when the revision in force holds, and whom it names for each task that it plans."""
        adopted = programme.revisions.filter(state=RevisionState.ADOPTED, effective_on__lte=day)
        revision = max(adopted, key=lambda one: one.effective_on, default=None)
        if revision is None:
            return None, {}
        return revision.effective_on, dict(revision.planned_tasks.values_list("task", "lead_agency"))

    def lead(self, task: Task, day: date) -> int | str | None:
        since, planned = self.plans_on(task.programme, day)
        if task.pk not in planned:
            return NO_PLAN
        lead = named = planned[task.pk]
        has_passed_on = False
        for transfer in sorted(task.lead_transfers.all(), key=lambda one: one.effective_on):
            has_passed_on |= transfer.from_agency_id == named
            if transfer.effective_on <= day and (transfer.effective_on > since or has_passed_on):
                lead = transfer.to_agency_id
        return lead

    def coordinator(self, programme: Programme, day: date) -> int:
        moved = [one for one in programme.coordination_transfers.all() if one.effective_on <= day]
        last = max(moved, key=lambda one: one.effective_on, default=None)
        return last.to_agency_id if last else programme.coordinating_agency_id

    def coordinates(self, user: User, programme: Programme, day: date) -> bool:
        return user.is_coordinator and self.coordinator(self.known(programme), day) == user.agency_id

    def known(self, programme: Programme) -> Programme:
        return next(one for one in self.programmes if one == programme)

    def reports_on(self, user: User, task: Task, day: date) -> bool:
        lead = self.lead(next(one for one in self.tasks if one == task), day)
        return user.reports and (
            lead == user.agency_id or (lead is None and self.coordinates(user, task.programme, day))
        )

    def reads(self, user: User, update: ProgressUpdate) -> bool:
        """Of what was not sent yet: whoever reports on it, and the agency of who wrote it."""
        if user.audits or update.state != UpdateState.DRAFT or update.author == user:
            return True
        colleagues = update.author.agency_id == user.agency_id
        return user.reports and (colleagues or self.reports_on(user, update.task, localdate()))

    def reviews(self, user: User, update: ProgressUpdate, day: date) -> bool:
        if update.state != UpdateState.SUBMITTED or update.history.filter(author=user).exists():
            return False
        coordinator = self.coordinator(self.known(update.task.programme), day)
        if user.role == Role.OFFICE:
            return update.author.agency_id == coordinator
        office = next(one for one in self.people if one.role == Role.OFFICE)
        has_office = office.province_id == user.province_id
        is_own = update.author.agency_id == user.agency_id
        return user.is_coordinator and coordinator == user.agency_id and not (has_office and is_own)

    def hears(self, user: User, ended: Agency) -> bool:
        """Of an agency that has ended: whoever goes on with its work, or coordinates where nobody does."""
        if ended == user.agency or not user.reports:
            return False
        return user.agency == self.agencies[0] if ended == self.agencies[-1] else user.is_coordinator


def seen_by(user: User) -> set[int]:
    return set(Province.objects.visible_to(user).values_list("pk", flat=True))


def keys(rows) -> list[int]:
    """In order, so that a row that came twice is seen."""
    return sorted(row.pk for row in rows)


@pytest.mark.parametrize("seed", SEEDS)
def test_tasks_of_each_person_are_those_of_the_plain_rule(seed):
    world = World(seed)

    for user in world.people:
        for day in (*world.chance.sample(DAYS, 3), localdate()):
            reported = [task for task in world.tasks if world.reports_on(user, task, day)]
            coordinated = [one for one in world.programmes if world.coordinates(user, one, day)]
            kept = {*reported, *(task for task in world.tasks if task.programme in coordinated)}
            assert keys(Task.objects.reportable_by(user, day)) == keys(reported)
            assert keys(Task.objects.steps_kept_by(user, day)) == keys(kept)
            assert keys(Programme.objects.coordinated_by(user, day)) == keys(coordinated)


@pytest.mark.parametrize("seed", SEEDS)
def test_reports_of_each_person_are_those_of_the_plain_rule(seed):
    world, today = World(seed), localdate()

    for user in [*world.people, world.auditor]:
        provinces = seen_by(user)
        seen = [update for update in world.updates if update.task.programme.province_id in provinces]
        read = [update for update in seen if world.reads(user, update)]
        reviewed = [update for update in seen if world.reviews(user, update, today)]
        assert keys(ProgressUpdate.objects.visible_to(user)) == keys(read)
        assert keys(ProgressUpdate.objects.reviewable_by(user, today)) == keys(reviewed)


@pytest.mark.parametrize("seed", SEEDS)
def test_duties_of_each_agency_are_those_of_the_plain_rule(seed):
    world = World(seed)

    for agency in world.agencies:
        for day in (*world.chance.sample(DAYS, 3), localdate()):
            user = world.chance.choice([*world.people, world.auditor])
            programmes = [one for one in world.programmes if one.province_id in seen_by(user)]
            tasks = [task for task in world.tasks if task.programme in programmes]
            led = [task for task in tasks if world.lead(task, day) == agency.pk]
            coordinated = [one for one in programmes if world.coordinator(one, day) == agency.pk]
            assert keys(led_by(agency, on=day, user=user)) == keys(led)
            assert keys(coordinated_by(agency, on=day, user=user)) == keys(coordinated)


@pytest.mark.parametrize("seed", SEEDS)
def test_duties_that_ended_agencies_left_are_counted_as_the_plain_rule_does(seed):
    world, today = World(seed), localdate()

    for user in world.people:
        provinces, held = seen_by(user), defaultdict(lambda: [[], 0])
        for programme in world.programmes:
            if programme.province_id in provinces:
                held[world.coordinator(programme, today)][0].append(programme.code)
        for task in world.tasks:
            if task.programme.province_id in provinces:
                held[world.lead(task, today)][1] += 1
        told = {left.agency.pk: [left.programmes, left.tasks] for left in left_and_own(user, today=today)[0]}
        left = {one.pk for one in world.agencies if one.pk in held and one.has_ended(today) and world.hears(user, one)}
        assert told == {pk: [sorted(held[pk][0]), held[pk][1]] for pk in left}


def test_transfer_back_returns_the_duty():
    task = task_in_force(lead=AgencyFactory())
    first, second = task.plans.get().lead_agency, AgencyFactory(province=task.programme.province)
    for before, after, day in ((first, second, date(2023, 1, 1)), (second, first, date(2024, 1, 1))):
        LeadTransferFactory(task=task, from_agency=before, to_agency=after, effective_on=day)

    told = [
        [Task.objects.reportable_by(officer_of(agency), day).count() for agency in (first, second)]
        for day in (date(2022, 12, 31), date(2023, 12, 31), date(2024, 1, 1))
    ]

    assert told == [[1, 0], [0, 1], [1, 0]]
