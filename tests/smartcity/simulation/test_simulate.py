from collections import Counter
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import import_module
from io import StringIO
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse

from meetings.models import Assignment, Meeting, correcting
from programme.models import (
    DraftQuerySet,
    Programme,
    Province,
    Revision,
    RevisionState,
    RevisionStep,
    Role,
    User,
    taking_step,
)
from smartcity.lib.records.history import as_it_was
from smartcity.simulation.scale import Scale
from tasks.models import (
    ALLOWED_MOVES,
    BudgetEntry,
    LeadTransfer,
    LineageKind,
    PlannedTask,
    ProgressUpdate,
    Status,
    Task,
    TaskLineage,
    TaskRemoval,
    UpdateState,
    with_lead,
)
from tasks.operations.task_days import count_differences
from tests.factories import ProgrammeFactory, UserFactory
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]

SCALE = Scale(programmes=3, tasks=12, reports=9, ledger=4, assignments=50)
MODELS = [
    model
    for app in ("programme", "tasks", "meetings")
    for model in apps.get_app_config(app).get_models()
    if hasattr(model, "history")
]
PARTS_OF_A_REVISION = [
    model
    for model in MODELS
    if isinstance(model.objects.all(), DraftQuerySet) and model not in {Revision, RevisionStep}
]
SAMPLE = 12


def simulate(**changes):
    told = StringIO()
    names = ("programmes", "tasks", "reports", "ledger", "assignments")
    call_command("simulate", stdout=told, **({name: getattr(SCALE, name) for name in names} | changes))
    return told.getvalue()


@pytest.fixture(scope="module")
def country(django_db_setup, django_db_blocker):
    """A small one, there for all tests of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        simulate()
        yield
        transaction.set_rollback(True)


@contextmanager
def not_yet_entered(record):
    """Inside, the record is not stored, what it is part of may still change, and its step is being taken."""
    with past_the_history(), taking_step(), correcting(), transaction.atomic():
        if type(record) in PARTS_OF_A_REVISION:
            QuerySet(Revision).update(state=RevisionState.DRAFT, document=None)
        QuerySet(type(record)).filter(pk=record.pk)._raw_delete(connection.alias)
        record.pk = None
        yield
        transaction.set_rollback(True)


def sample(model):
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
    return model._base_manager.filter(pk__in=keys[:: max(1, len(keys) // SAMPLE)]).order_by("pk")


def test_every_record_could_have_been_entered_by_hand():
    judged = Counter()
    for model in MODELS:
        for record in sample(model):
            with not_yet_entered(record):
                record.full_clean()
            judged[model.__name__] += 1

    assert judged.keys() >= {
        *["Province", "Agency", "AgencySuccession", "LegalDocument", "DocumentRelation", "User", "Membership"],
        *["Programme", "Revision", "RevisionStep", "Period", "Objective", "Task", "TaskLineage", "TaskRemoval"],
        *["PlannedTask", "PlannedBudget", "Coordination", "LeadTransfer", "ProgressUpdate", "BudgetEntry"],
        *["Meeting", "MeetingProgramme", "Attendance", "MeetingVersion", "Conclusion", "Directive", "Assignment"],
        *["Answer", "Extension"],
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_record_has_its_history(model):
    begun = Counter(model.history.filter(history_type="+").values_list("id", flat=True))
    there = dict(model._base_manager.in_bulk())
    gone = set(model.history.filter(history_type="-").values_list("id", flat=True))
    last = {row.id: row for row in model.history.order_by("history_id")}

    assert set(begun) == there.keys() | gone
    assert set(begun.values()) <= {1}
    untold = {"password", "search_text", "given_name"}
    for key, record in there.items():
        told = as_it_was(last[key])
        for field in model._meta.concrete_fields:
            assert field.name in untold or getattr(told, field.attname) == getattr(record, field.attname), (key, field)


@pytest.mark.both_databases
def test_country_has_the_size_that_was_asked_for():
    programmes, tasks = SCALE.programmes, SCALE.programmes * SCALE.tasks

    assert Province.objects.filter(is_simulated=True).count() == Programme.objects.count() == programmes
    assert PlannedTask.objects.filter(revision__in=Revision.objects.in_force(SCALE.days.last)).count() == tasks
    assert PlannedTask.objects.filter(revision__in=Revision.objects.in_force(SCALE.days.first)).count() == tasks
    assert ProgressUpdate.objects.accepted().count() == tasks * SCALE.reports
    assert BudgetEntry.objects.count() == tasks * SCALE.ledger
    assert Assignment.objects.count() == SCALE.assignments
    states = Counter(Revision.objects.values_list("state", flat=True))
    assert states == {RevisionState.ADOPTED: 2 * programmes, RevisionState.PROPOSED: 1}


def test_what_is_derived_of_it_is_what_its_sources_say():
    assert [programme.code for programme in Programme.objects.all() if count_differences(programme.pk)] == []


def test_country_has_of_everything_that_happens():
    reports = ProgressUpdate.objects.accepted()
    complete = reports.filter(status=Status.COMPLETE)

    assert set(reports.values_list("status", flat=True)) == set(Status)
    assert complete.filter(completed_on=None).exists()
    assert complete.exclude(completed_on=None).exists()
    assert reports.exclude(corrects=None).exists()
    assert reports.exclude(causes="").exists()
    assert set(ProgressUpdate.objects.values_list("state", flat=True)) >= {UpdateState.DRAFT, UpdateState.SUBMITTED}
    assert set(TaskLineage.objects.values_list("kind", flat=True)) == set(LineageKind)
    assert TaskRemoval.objects.exists()
    assert LeadTransfer.objects.exists()
    assert BudgetEntry.objects.exclude(corrects=None).exists()
    assert not Meeting.objects.filter(version=0).exists()
    for first in PlannedTask.objects.filter(revision__number=1, period__last_day=SCALE.days.halfway):
        again = PlannedTask.objects.filter(revision__number=2, task=first.task).select_related("period").first()
        done = ProgressUpdate.objects.complete_tasks(Task.objects.filter(pk=first.task_id), SCALE.days.halfway)
        assert again is None or again.task_id in done or again.period.last_day > SCALE.days.halfway


def test_reports_follow_each_other_as_those_that_are_sent_must():
    for task in Task.objects.all():
        counting = list(ProgressUpdate.objects.counting().filter(task=task).reverse())
        for before, after in pairwise(counting):
            assert after.status in ALLOWED_MOVES[before.status]
            assert not after.falls_back(before) or after.percent_reason
        for report in counting:
            assert report.status != Status.COMPLETE or (report.percent == 100 and report.has_evidence)


def test_reports_are_of_those_who_led_the_task_when_they_wrote():
    for report in ProgressUpdate.objects.select_related("author"):
        plans = PlannedTask.objects.filter(revision__in=Revision.objects.in_force(report.as_of), task=report.task_id)
        leads = with_lead(plans, report.as_of).values_list("lead_id", flat=True)

        assert list(leads) == [report.author.agency_on(report.as_of).pk]
        assert report.reviewer_id is None or report.reviewer.may("review", "tasks.progressupdate")


def rows_of_the_country():
    """What a reader finds in it; keys are given out anew by each database."""
    return [
        list(rows.order_by(*names).values_list(*names))
        for rows, names in (
            (ProgressUpdate.objects, ["task__programme__code", "task__code", "as_of", "status", "percent", "results"]),
            (PlannedTask.objects, ["revision__name", "revision__number", "position", "name", "lead_agency__name"]),
            (BudgetEntry.objects, ["task__programme__code", "task__code", "decided_on", "kind", "amount_vnd"]),
            (Assignment.objects, ["directive__conclusion__meeting__held_on", "agency__name", "state", "done_on"]),
            (User.objects, ["username", "full_name", "role"]),
        )
    ]


def test_same_seed_is_the_same_country_and_another_one_is_not():
    countries = []
    for seed in (5, 5, 6):
        with transaction.atomic():
            simulate(seed=seed, programmes=1, reports=4)
            countries.append(rows_of_the_country())
            transaction.set_rollback(True)

    assert countries[0] == countries[1]
    assert all(rows != others for rows, others in zip(countries[0], countries[2], strict=True))


@pytest.mark.both_databases
def test_second_run_adds_nothing_and_a_larger_one_what_is_missing():
    before = {model: (model._base_manager.count(), model.history.count()) for model in MODELS}

    told = simulate()

    assert told == "3 đề án của bộ số 1 đã có, giữ nguyên.\n"
    assert before == {model: (model._base_manager.count(), model.history.count()) for model in MODELS}
    assert "Đã lập 1 đề án mô phỏng, bộ số 1. 3 đề án của bộ số 1 đã có, giữ nguyên." in simulate(programmes=4)


def test_real_programmes_keep_it_away_unless_it_is_told():
    ProgrammeFactory()

    with pytest.raises(CommandError, match="đang có đề án thật"):
        simulate(programmes=1, seed=7)
    assert not Province.objects.filter(code="mp7-01").exists()

    simulate(programmes=1, seed=7, beside=True)
    assert Programme.objects.filter(code="MP7-01", province__is_simulated=True).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"tasks": 7}, "ít nhất 8 nhiệm vụ", id="too few tasks"),
        pytest.param({"tasks": 1_000}, "nhiều nhất 999", id="more tasks than numbers"),
        pytest.param({"reports": 1}, "ít nhất 2 báo cáo", id="too few reports"),
        pytest.param({"programmes": 0}, "ít nhất 1 đề án", id="no programme"),
        pytest.param({"begin": date.today().year, "years": 1}, "phải đã qua", id="years to come"),  # noqa: DTZ011
    ],
)
def test_scale_that_cannot_be_built_is_refused(change, said):
    with pytest.raises(CommandError, match=said):
        simulate(**({"seed": 7} | change))

    assert not User.objects.filter(username__startswith="mp7-").exists()


@pytest.mark.parametrize("name", ["dau-moi", "van-phong", "lanh-dao", "chuyen-vien-03"])
def test_people_of_a_province_find_its_programme_and_no_other(client_of, name):
    page = client_of(f"mp1-02-{name}").get(reverse("programme_detail", args=["MP1-02"]))

    assert page.status_code == 200
    assert client_of(f"mp1-02-{name}").get(reverse("programme_detail", args=["MP1-01"])).status_code == 404


def test_auditor_sees_the_whole_country(client_of):
    page = client_of("mp1-kiem-toan").get("/")

    assert all(f"MP1-0{number}" in page.text for number in range(1, 4))


def test_coordinator_has_reports_to_accept():
    user = User.objects.get(username="mp1-01-dau-moi")
    waiting = ProgressUpdate.objects.reviewable_by(user, SCALE.days.last + timedelta(days=1))

    assert waiting.exists()


def test_whether_a_province_is_simulated_is_shown_and_not_typed(client_of):
    province = Province.objects.get(code="mp1-01")
    client = client_of(UserFactory(role=Role.ADMINISTRATOR, agency=None, is_simulated=True))
    address = reverse("admin:programme_province_change", args=[province.pk])

    assert "mô phỏng" in client.get(address).text.lower()
    assert 'name="is_simulated"' not in client.get(address).text


def test_accounts_of_an_older_country_are_marked_when_it_is_updated():
    real = UserFactory(agency=None, role=Role.AUDITOR)
    people = User.objects.get_queryset()
    made = set(people.filter(is_simulated=True).values_list("username", flat=True))
    with past_the_history():
        people.update(is_simulated=False)

        import_module("programme.migrations.0008_mark_simulated_people").mark_people(apps, None)

    assert set(people.filter(is_simulated=True).values_list("username", flat=True)) == made
    assert not people.get(pk=real.pk).is_simulated
    assert {"mo-phong", "mp1-kiem-toan", "mp1-01-lanh-dao"} <= made
