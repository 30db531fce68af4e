from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programme.models import CoordinationTransfer, Role
from tasks.models import LeadTransfer, PlannedTask, ProgressUpdate, Task, with_lead
from tasks.operations.reporting import NotTheReporter, submit_update
from tasks.operations.reviewing import NotTheReviewer, accept_update
from tasks.operations.transferring import DutyNotHeld, NotTheSuccessor, TransferNotFounded, transfer_duties
from tasks.task_names import named
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    TaskFactory,
    UserFactory,
    adopted_revision,
    officer_of,
    rewrite,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2026, 11, 21)
MOVED_ON = date(2025, 3, 10)


@pytest.fixture
def succession():
    """Sở TT&TT ended on 28/02/2025; Sở KH&CN goes on with its work."""
    return AgencySuccessionFactory(
        predecessor__name="Sở TT&TT", predecessor__in_force_to=date(2025, 2, 28), effective_on=date(2025, 3, 1)
    )


@pytest.fixture
def old(succession):
    return succession.predecessor


@pytest.fixture
def new(succession):
    return succession.successor


@pytest.fixture
def programme(old):
    return ProgrammeFactory(province=old.province, coordinating_agency=old)


@pytest.fixture
def task(programme, old):
    return task_in_force(programme, lead=old)


@pytest.fixture
def move(old, new):
    """Moves duties from the old to the new agency; each value can be another one."""

    def act(**changes):
        values = {
            "from_agency": old,
            "to_agency": new,
            "on": MOVED_ON,
            "document": LegalDocumentFactory(signed_on=date(2025, 3, 5)),
            "by": UserFactory(),
            "today": TODAY,
        }
        return transfer_duties(**(values | changes))

    return act


def lead_on(task, day):
    return (
        with_lead(PlannedTask.objects.filter(task=task, revision__effective_on__lte=day), day)
        .latest("revision__effective_on")
        .lead_id
    )


def test_transfer_is_recorded_with_its_document(move, task, programme, old, new):
    document, person = LegalDocumentFactory(signed_on=date(2025, 3, 5)), UserFactory()

    move(tasks=[task], programmes=[programme], document=document, by=person, note="Giao việc")

    lead, coordination = LeadTransfer.objects.get(), CoordinationTransfer.objects.get()
    for transfer in (lead, coordination):
        assert (transfer.from_agency, transfer.to_agency, transfer.effective_on) == (old, new, MOVED_ON)
        record = transfer.history.get()
        assert (record.history_user, record.history_document) == (person, document)
        assert record.history_change_reason == "Giao việc"
    assert lead.history.get().history_action == coordination.history.get().history_action


@pytest.mark.parametrize(
    ("on", "holder"),
    [(date(2025, 3, 9), "old"), (MOVED_ON, "new"), (TODAY, "new")],
    ids=["day before", "first day", "today"],
)
def test_lead_and_coordinator_are_those_of_the_day(move, task, programme, old, new, on, holder):
    move(tasks=[task], programmes=[programme])

    agency = {"old": old, "new": new}[holder]
    assert lead_on(task, on) == agency.pk
    assert programme.coordinator_on(on) == agency
    assert named(Task.objects.filter(pk=task.pk), on).get().lead_name == agency.name
    reporters = {one for one in (old, new) if Task.objects.reportable_by(officer_of(one), on).exists()}
    assert reporters == {agency}


def test_plan_of_the_revision_is_not_touched(move, task, old):
    plan = task.plans.get()

    move(tasks=[task])

    assert task.plans.get().lead_agency == old
    assert plan.history.count() == 1


def test_before_the_transfer_the_ended_agency_still_reports_and_accepts(task, programme, old):
    officer, coordinator = officer_of(old), UserFactory(role=Role.COORDINATOR, agency=old)
    update = ProgressUpdateFactory.build(task=task, author=officer, as_of=date(2025, 3, 20))

    submitted = submit_update(update, by=officer, today=TODAY)
    accept_update(submitted, by=coordinator, today=TODAY)

    assert ProgressUpdate.objects.accepted().get().task == task


def test_after_the_transfer_the_successor_reports_and_accepts_and_the_old_agency_cannot(
    move, task, programme, old, new
):
    move(tasks=[task], programmes=[programme])
    officer, coordinator = officer_of(new), UserFactory(role=Role.COORDINATOR, agency=new)

    with pytest.raises(NotTheReporter):
        submit_update(
            ProgressUpdateFactory.build(task=task, author=None, as_of=date(2025, 3, 20)),
            by=officer_of(old),
            today=TODAY,
        )
    submitted = submit_update(
        ProgressUpdateFactory.build(task=task, author=None, as_of=date(2025, 3, 20)), by=officer, today=TODAY
    )
    with pytest.raises(NotTheReviewer, match=new.name):
        accept_update(submitted, by=UserFactory(role=Role.COORDINATOR, agency=old), today=TODAY)
    accept_update(submitted, by=coordinator, today=TODAY)

    assert ProgressUpdate.objects.accepted().get().author == officer


def test_task_without_a_lead_goes_with_the_coordination(move, programme, old, new):
    task = task_in_force(programme, lead=None)

    move(programmes=[programme])

    assert Task.objects.reportable_by(UserFactory(role=Role.COORDINATOR, agency=new), TODAY).get() == task
    assert not Task.objects.reportable_by(UserFactory(role=Role.COORDINATOR, agency=old), TODAY).exists()


def test_later_revision_says_anew_who_leads(move, task, programme, new):
    named_later = AgencyFactory(province=programme.province)
    move(tasks=[task])
    adopted_revision(programme, effective_on=date(2025, 9, 1), tasks=[task], lead=named_later)

    assert lead_on(task, date(2025, 8, 31)) == new.pk
    assert lead_on(task, date(2025, 9, 1)) == named_later.pk


def test_duty_passes_on_again_to_the_successor_of_the_successor(move, task, new):
    last = AgencySuccessionFactory(predecessor=new, effective_on=date(2025, 7, 1)).successor
    move(tasks=[task])

    move(tasks=[task], from_agency=new, to_agency=last, on=date(2025, 7, 1))

    assert lead_on(task, date(2025, 6, 30)) == new.pk
    assert lead_on(task, date(2025, 7, 1)) == last.pk


def test_duty_passes_to_the_province_that_the_old_one_was_merged_into(task, old, move):
    city = ProvinceFactory()
    rewrite(old.province, merged_into=city, in_force_to=date(2025, 6, 30))
    heir = AgencySuccessionFactory(
        predecessor=old, successor=AgencyFactory(province=city), effective_on=date(2025, 7, 1)
    ).successor

    move(tasks=[task], to_agency=heir, on=date(2025, 7, 1))

    assert Task.objects.visible_to(officer_of(heir)).get() == task
    assert Task.objects.reportable_by(officer_of(heir), TODAY).get() == task


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        pytest.param({"on": date(2026, 11, 22)}, TransferNotFounded, "on", id="a day to come"),
        pytest.param({"on": date(2025, 3, 4)}, TransferNotFounded, "on", id="before the document"),
        pytest.param({"tasks": []}, DutyNotHeld, "tasks", id="nothing chosen"),
    ],
)
def test_transfer_is_refused(move, task, changes, refusal, field):
    with pytest.raises(refusal) as told:
        move(**({"tasks": [task]} | changes))

    assert list(told.value.error_dict) == [field]
    assert not LeadTransfer.objects.exists()


def test_transfer_before_the_succession_is_refused(move, task):
    document = LegalDocumentFactory(signed_on=date(2025, 2, 20))

    with pytest.raises(NotTheSuccessor, match="kế thừa từ 01/03/2025"):
        move(tasks=[task], document=document, on=date(2025, 2, 28))

    assert not LeadTransfer.objects.exists()


def test_transfer_to_an_agency_that_is_no_successor_is_refused(move, task, old):
    with pytest.raises(NotTheSuccessor, match="chưa được ghi là kế thừa"):
        move(tasks=[task], to_agency=AgencyFactory(province=old.province))

    assert not LeadTransfer.objects.exists()


def test_transfer_to_a_successor_of_another_province_is_refused(move, task, old):
    foreign = AgencySuccessionFactory(predecessor=old, successor=AgencyFactory()).successor

    with pytest.raises(NotTheSuccessor, match="không thuộc tỉnh có đề án"):
        move(tasks=[task], to_agency=foreign)

    assert not LeadTransfer.objects.exists()


def test_transfer_to_a_successor_that_has_ended_is_refused(move, task, old):
    ended = AgencySuccessionFactory(predecessor=old, successor__in_force_to=date(2025, 6, 30)).successor

    with pytest.raises(NotTheSuccessor, match="chỉ hoạt động đến hết 30/06/2025"):
        move(tasks=[task], to_agency=ended, on=date(2025, 7, 1))

    assert not LeadTransfer.objects.exists()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(lambda: LegalDocumentFactory(unissued=True), id="not issued"),
        pytest.param(lambda: LegalDocumentFactory(issuer=AgencyFactory()), id="of another province"),
    ],
)
def test_transfer_by_another_document_is_refused(move, task, document):
    with pytest.raises(TransferNotFounded) as told:
        move(tasks=[task], document=document())

    assert list(told.value.error_dict) == ["document"]
    assert not LeadTransfer.objects.exists()


def test_duty_that_another_agency_holds_is_refused_and_nothing_is_moved(move, task, programme):
    foreign = task_in_force(ProgrammeFactory(province=programme.province), lead=AgencyFactory())

    with pytest.raises(DutyNotHeld, match="không giữ việc này"):
        move(tasks=[task, foreign])
    with pytest.raises(DutyNotHeld, match="không giữ việc này"):
        move(tasks=[task], programmes=[foreign.programme])

    assert not LeadTransfer.objects.exists()
    assert not CoordinationTransfer.objects.exists()


def test_duty_is_not_transferred_twice_or_before_a_later_transfer(move, task):
    move(tasks=[task])

    for on in (date(2025, 3, 9), MOVED_ON, date(2025, 3, 11)):
        with pytest.raises(DutyNotHeld):
            move(tasks=[task], on=on)

    assert LeadTransfer.objects.count() == 1


def test_transfer_on_the_day_of_a_revision_is_refused(move, programme, old):
    task = task_in_force(programme, effective_on=MOVED_ON, lead=old)

    with pytest.raises(DutyNotHeld, match="Chuyển giao từ ngày sau đó"):
        move(tasks=[task])

    assert not LeadTransfer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_transfers_at_once_one_is_refused(at_once, move, task):
    outcomes = at_once(lambda: move(tasks=[task]), lambda: move(tasks=[task]))

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 1
    assert LeadTransfer.objects.count() == 1


def test_task_that_was_never_planned_is_not_led_by_anybody(move, programme):
    with pytest.raises(DutyNotHeld, match="không giữ việc này"):
        move(tasks=[TaskFactory(programme=programme)])
