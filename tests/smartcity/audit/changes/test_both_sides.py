"""A change is found at each agency and each task that it names, and at those that the record named before it."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.utils.timezone import localdate

from meetings.operations.recording import conclude_meeting
from programme.models import Agency, Role
from smartcity.audit.changes.belonging import Belongings, former_sides
from smartcity.audit.changes.catching_up import catch_up
from smartcity.audit.changes.filters import Wanted
from smartcity.audit.changes.finding import branches
from smartcity.audit.changes.models import DERIVED, OF_AGENCIES, OF_TASKS, LoggedChange
from smartcity.lib.log.tracked import tracked_tables
from smartcity.lib.records.history import signed_save, user_action
from tasks.models import Task
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import merge_tasks, split_task
from tests.factories import (
    AgencyFactory,
    AgencySuccessionFactory,
    CoordinationTransferFactory,
    LeadTransferFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    RevisionFactory,
    TaskFactory,
    TaskLineageFactory,
    UserFactory,
    adopt,
)
from tests.meeting_pages import secretary_of, whole
from tests.meetings.factories import FindingFactory, MeetingFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2023, 6, 16)


@pytest.fixture
def auditor():
    return UserFactory(role=Role.AUDITOR, agency=None)


@pytest.fixture
def found(client_of, auditor):
    """How many acts the page lists under these filters."""
    browser = client_of(auditor)

    def found(**asked):
        page = browser.get("/nhat-ky/", {name.replace("_", "-"): value for name, value in asked.items()})
        assert page.status_code == 200, page.text
        return len(page.context["lines"])

    return found


def change(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    return signed_save(record, by=UserFactory(), reason="Đính chính")


def amended(*names):
    """Tasks that are in force, as a draft of an amendment has them."""
    revision = RevisionFactory()
    for name in names:
        PlannedTaskFactory(revision=revision, name=name)
    adopt(revision)
    return list(begin_amendment(revision.programme, by=UserFactory()).planned_tasks.order_by("position"))


def by_each(task):
    """Both ways to ask for a task: in its field, and by the link from its page."""
    return [{"nhiem_vu": str(task.pk)}, {"ban_ghi": f"tasks.task-{task.pk}"}]


# Tasks


def test_split_is_in_the_history_of_the_old_task_and_of_each_new_one(found):
    [plan] = amended("Kho dữ liệu và trung tâm")
    parts = [{"name": "Kho dữ liệu"}, {"name": "Trung tâm"}]
    made = split_task(plan, parts=parts, by=UserFactory(), today=TODAY)

    for task in (plan.task, *(one.task for one in made)):
        for asked in by_each(task):
            assert found(**asked, loai="tasks.tasklineage") == 1, (task, asked)


def test_merging_is_in_the_history_of_each_old_task_and_of_the_new_one(found):
    plans = amended("Kho dữ liệu", "Trung tâm")
    merged = merge_tasks(plans, name="Kho và trung tâm", by=UserFactory(), today=TODAY)

    for task in (merged.task, *(plan.task for plan in plans)):
        for asked in by_each(task):
            assert found(**asked, loai="tasks.tasklineage") == 1, (task, asked)


def test_split_that_was_written_for_another_task_is_in_the_history_of_both(found):
    lineage = TaskLineageFactory()
    old, new = lineage.from_task, lineage.to_task
    others = [TaskFactory(programme=old.programme) for _ in range(2)]
    change(lineage, from_task=others[0], to_task=others[1])

    asked = {"truong": "tasks.tasklineage.from_task", "viec": "sua"}
    assert [found(**one, **asked) for task in (old, new, *others) for one in by_each(task)] == [1] * 8


# Agencies


def test_lead_that_moved_is_found_at_both_agencies_and_one_that_was_emptied_at_the_last(found):
    plan = PlannedTaskFactory()
    first, second = (AgencyFactory(province=plan.task.programme.province) for _ in range(2))
    change(plan, lead_agency=first)
    change(plan, lead_agency=second)
    change(plan, lead_agency=None)

    asked = {"truong": "tasks.plannedtask.lead_agency", "viec": "sua"}
    assert [found(cua=str(agency.pk), **asked) for agency in (first, second)] == [2, 2]


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (AgencySuccessionFactory, ["predecessor", "successor"]),
        (LegalDocumentFactory, ["issuer"]),
        (FindingFactory, ["body", "agency"]),
        (LeadTransferFactory, ["from_agency", "to_agency"]),
        (CoordinationTransferFactory, ["from_agency", "to_agency"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_names_two_agencies_is_found_at_both(found, make, names):
    record = make()
    kind = record._meta.label_lower

    assert [found(cua=str(getattr(record, f"{name}_id")), loai=kind, viec="tao") for name in names] == [1] * len(names)


def test_agency_and_body_of_a_finding_that_changed_at_once_are_all_found(found):
    finding = FindingFactory()
    old = [finding.body, finding.agency]
    new = [FindingFactory().body, AgencyFactory(province=finding.province)]
    change(finding, body=new[0], agency=new[1])

    asked = {"loai": "meetings.finding", "viec": "sua"}
    assert [found(cua=str(agency.pk), **asked) for agency in (*old, *new)] == [1, 1, 1, 1]


def test_ways_to_an_agency_and_to_a_task_go_together(found):
    plan = PlannedTaskFactory()
    old = AgencyFactory(province=plan.task.programme.province)
    change(plan, lead_agency=old)
    change(plan, lead_agency=AgencyFactory(province=old.province))
    elsewhere = PlannedTaskFactory(lead_agency=old)

    asked = {"cua": str(old.pk), "loai": "tasks.plannedtask"}
    assert found(**asked) == 3
    assert found(**asked, nhiem_vu=str(plan.task_id)) == 2
    assert found(**asked, ban_ghi=f"tasks.task-{plan.task_id}", viec="sua") == 2
    assert found(**asked, nhiem_vu=str(elsewhere.task_id)) == 1


@pytest.mark.parametrize("named", [Agency, Task], ids=["agency", "task"])
def test_each_key_to_an_agency_or_task_of_any_record_finds_its_changes(named):
    """Whatever the kind of record: what its row says, and what it said before."""
    columns = OF_AGENCIES if named is Agency else OF_TASKS
    walked = []
    for tracked in tracked_tables().values():
        model = tracked.model
        keys = [field.attname for field in model._meta.concrete_fields if field.related_model is named]
        if not keys:
            continue
        row = dict.fromkeys((field.attname for field in model._meta.concrete_fields), None) | {"id": 1}
        now, before = (row | {key: first + nth for nth, key in enumerate(keys)} for first in (4_000, 5_000))
        [owned] = Belongings().of_rows(model, [now])
        held = vars(owned) | former_sides(model, owned, before)
        expected = {values[key] for values in (now, before) for key in keys}
        assert {held[column] for column in columns} - {None} == expected, model
        walked.append(model._meta.label_lower)
    assert len(walked) > 10


def test_nobody_who_reads_no_drafts_finds_a_part_by_the_agency_that_a_draft_named(client_of):
    meeting = MeetingFactory()
    directive, office = whole(meeting), secretary_of(meeting.province)
    assignment = directive.assignments.get()
    drafted, told = assignment.agency, AgencyFactory(province=meeting.province)
    with user_action(by=office):
        assignment.agency = told
        signed_save(assignment, by=office, reason="Soạn lại")
    conclude_meeting(meeting, by=office, today=localdate())
    member = UserFactory(role=Role.LEADER, agency=AgencyFactory(province=meeting.province))

    def lines(agency, reader):
        asked = {"cua": str(agency.pk), "loai": "meetings.assignment"}
        return len(client_of(reader).get("/nhat-ky/", asked).context["lines"])

    assert (lines(drafted, member), lines(told, member)) == (0, 1)
    assert lines(drafted, office) == 2


# How they are found


@pytest.mark.parametrize("asked", ["holder", "task", "record"])
def test_each_question_asks_for_one_column(auditor, asked):
    task, agency = TaskFactory(), AgencyFactory()
    wanted = {
        "holder": Wanted(holder=agency),
        "task": Wanted(task=task),
        "record": Wanted(record=("tasks.task", task.pk)),
    }[asked]
    columns = OF_AGENCIES if asked == "holder" else OF_TASKS

    questions = [str(rows.query) for rows in branches(auditor, wanted)]

    table, key = LoggedChange._meta.db_table, agency.pk if asked == "holder" else task.pk
    named = [[one for one in columns if f'"{table}"."{one}" = {key}' in sql] for sql in questions]
    assert named == [[one] for one in columns]


def test_database_from_before_is_derived_anew(found):
    lineage = TaskLineageFactory()
    catch_up()
    LoggedChange.objects.update(task=None, other_task=None)

    import_module("smartcity.migrations.0009_withdrawn_reports_and_both_sides").empty_what_is_derived(apps, None)

    assert not any(model.objects.exists() for model in DERIVED)
    assert found(nhiem_vu=str(lineage.from_task_id), loai="tasks.tasklineage") == 1
    assert found(nhiem_vu=str(lineage.to_task_id), loai="tasks.tasklineage") == 1
