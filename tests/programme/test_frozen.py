"""What was proposed or decided stays as it was, for each kind of row, by every way of writing."""

import re
from datetime import date
from functools import partial
from itertools import product

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from programme.models import (
    STATE_AFTER,
    DraftQuerySet,
    Objective,
    Period,
    Revision,
    RevisionState,
    RevisionStep,
    StepKind,
)
from programme.operations.deciding import record_step
from programme.operations.drafting import change_parts, change_revision
from smartcity.lib.records.history import (
    signed_bulk_create,
    signed_bulk_update,
    signed_delete,
    signed_save,
    user_action,
)
from tasks.models import Coordination, LineageKind, PlannedBudget, PlannedTask, TaskLineage, TaskRemoval
from tasks.operations.copying import restore_task
from tasks.operations.drafting import carry_over, change_planned_task, merge_tasks, plan_task, remove_task, split_task
from tasks.operations.rebasing import rebase_draft
from tests.factories import (
    AgencyFactory,
    CoordinationFactory,
    LegalDocumentFactory,
    ObjectiveFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    RevisionFactory,
    TaskFactory,
    TaskLineageFactory,
    TaskRemovalFactory,
    UserFactory,
    adopted_revision,
)

pytestmark = pytest.mark.django_db

TODAY = date(2024, 4, 10)
# The steps that lead a draft into each state in which nothing of it may change.
LIFE = {
    RevisionState.PROPOSED: [StepKind.SUBMITTED],
    RevisionState.ADOPTED: [StepKind.SUBMITTED, StepKind.ADOPTED],
    RevisionState.REJECTED: [StepKind.SUBMITTED, StepKind.REJECTED],
    RevisionState.WITHDRAWN: [StepKind.WITHDRAWN],
}
# A change of each kind of row that its own rules would allow.
CHANGE = {
    Revision: {"name": "Tên khác"},
    RevisionStep: {"note": "Sửa lại"},
    Period: {"label": "giai đoạn khác"},
    Objective: {"text": "Mục tiêu khác"},
    PlannedTask: {"name": "Nhiệm vụ khác"},
    Coordination: {"agency": None},
    PlannedBudget: {"amount_vnd": 90_000_000},
    TaskLineage: {"kind": LineageKind.MERGE},
    TaskRemoval: {"reason": "Lý do khác"},
}
# Unlike the others, it says what to do about a step that was recorded by mistake.
REFUSAL = "Muốn thay đổi, soạn một lần điều chỉnh mới|Ghi nhầm thì ghi thêm bước đúng|chỉ đổi khi ghi nhận một bước"


@pytest.fixture
def draft():
    """An amendment with one row of every kind; its base has three tasks, of which it keeps two."""
    base = adopted_revision(tasks=3)
    kept, other, gone = (plan.task for plan in base.planned_tasks.order_by("position"))
    draft = RevisionFactory(programme=base.programme, base=base)
    PeriodFactory(revision=draft)
    ObjectiveFactory(revision=draft)
    planned = PlannedTaskFactory(revision=draft, task=kept)
    PlannedTaskFactory(revision=draft, task=other)
    CoordinationFactory(planned_task=planned)
    PlannedBudgetFactory(planned_task=planned)
    part = PlannedTaskFactory(revision=draft, task__programme=base.programme).task
    TaskLineageFactory(from_task=gone, to_task=part, revision=draft)
    TaskRemovalFactory(revision=draft, task=gone)
    record_step(draft, StepKind.DRAFTED, on=date(2023, 5, 4), by=UserFactory(), today=TODAY)
    return draft


@pytest.fixture(params=LIFE, ids=lambda state: state.value)
def frozen(request, draft):
    """The same amendment, proposed or decided."""
    document = LegalDocumentFactory(issuer__province=draft.programme.province, signed_on=date(2023, 7, 7))
    for kind in LIFE[request.param]:
        effective_on = date(2023, 7, 17) if kind == StepKind.ADOPTED else None
        record_step(
            draft,
            kind,
            on=date(2023, 7, 7),
            document=document,
            effective_on=effective_on,
            by=UserFactory(),
            today=TODAY,
        )
    return Revision.objects.get(pk=draft.pk)


def everything():
    """All rows that belong to revisions, with the number of their history rows."""
    return {model: (list(model.objects.order_by("pk").values()), model.history.count()) for model in CHANGE}


def row_of(revision, model):
    """The first row of a kind that belongs to the revision."""
    return model.objects.filter(**{of(model): revision.pk}).order_by("pk").first()


def of(model):
    return {Revision: "pk", Coordination: "planned_task__revision", PlannedBudget: "planned_task__revision"}.get(
        model, "revision"
    )


def changed(row):
    """The row with a change that only its revision forbids, and the change."""
    change = {name: AgencyFactory() if name == "agency" else value for name, value in CHANGE[type(row)].items()}
    for name, value in change.items():
        setattr(row, name, value)
    return row, change


def test_each_kind_of_row_that_changes_only_in_a_draft_is_tried_here():
    models = {
        model
        for app in ("programme", "tasks", "meetings")
        for model in apps.get_app_config(app).get_models()
        if isinstance(model._default_manager.all(), DraftQuerySet)
    }

    assert set(CHANGE) == models


def test_each_state_but_the_draft_is_tried_here():
    assert {RevisionState.DRAFT, *LIFE} == set(RevisionState)
    assert all(STATE_AFTER[steps[-1]] == state for state, steps in LIFE.items())


# Row by row


def save(row):
    signed_save(changed(row)[0], by=UserFactory())


def delete(row):
    signed_delete(row, by=UserFactory())


def save_as_the_signed_in_person(row):
    row = changed(row)[0]
    with user_action(by=UserFactory()):
        row.save()


def delete_as_the_signed_in_person(row):
    with user_action(by=UserFactory()):
        row.delete()


def update(row):
    type(row).objects.filter(pk=row.pk).update(**changed(row)[1])


def update_all_kinds_of_revisions(row):
    type(row).objects.update(**changed(row)[1])


def delete_in_bulk(row):
    type(row).objects.filter(pk=row.pk).delete()


def bulk_update(row):
    row, change = changed(row)
    type(row).objects.bulk_update([row], list(change))


def signed_bulk(row):
    row, change = changed(row)
    signed_bulk_update([row], list(change), by=UserFactory())


def overwrite_in_bulk(row):
    row, change = changed(row)
    type(row).objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=list(change))


def update_or_create(row):
    row, change = changed(row)
    with user_action(by=UserFactory()):
        type(row).objects.update_or_create(pk=row.pk, defaults=change)


ROUTES = [
    save,
    delete,
    save_as_the_signed_in_person,
    delete_as_the_signed_in_person,
    update,
    update_all_kinds_of_revisions,
    delete_in_bulk,
    bulk_update,
    signed_bulk,
    overwrite_in_bulk,
    update_or_create,
]


def refused(act, sentence=REFUSAL):
    """Whether ``act`` is refused, and says what to do instead."""
    try:
        with transaction.atomic():
            act()
    except ValidationError as refusal:
        return re.search(sentence, " ".join(refusal.messages)) is not None
    return False


def test_no_row_of_what_was_proposed_or_decided_changes(frozen):
    before = everything()

    for model, route in product(CHANGE, ROUTES):
        if (model, route) == (Revision, delete_as_the_signed_in_person):
            # A revision that took a step is kept by that step; see below.
            continue
        row = row_of(frozen, model)
        assert refused(partial(route, row), f"{REFUSAL}|Sửa từng dòng trong dự thảo"), (model, route.__name__)
        assert everything() == before, (model, route.__name__)


def test_a_revision_that_took_a_step_is_kept_by_its_rows(frozen):
    before = everything()

    with pytest.raises(ProtectedError), user_action(by=UserFactory()):
        frozen.delete()

    assert everything() == before


def test_nothing_is_added_to_what_was_proposed_or_decided(frozen):
    rows = [another(row_of(frozen, model), frozen) for model in CHANGE if model is not Revision]
    before = everything()

    for row in rows:
        assert refused(partial(signed_bulk_create, [row], by=UserFactory())), type(row).__name__
        if not isinstance(row, RevisionStep):
            assert refused(partial(signed_save, row, by=UserFactory())), type(row).__name__
        assert everything() == before, type(row).__name__


def another(row, revision):
    """A second row beside ``row``, which only the state of its revision forbids."""
    values = {"label": "thêm", "position": 90, "year": 2024}
    values |= {"agency": AgencyFactory()} | {
        name: TaskFactory(programme=revision.programme) for name in ("task", "to_task")
    }
    for name in values.keys() & {field.name for field in row._meta.fields}:
        setattr(row, name, values[name])
    row.pk = None
    row._state.adding = True
    return row


@pytest.mark.parametrize("kind", [kind for kind in StepKind if kind != StepKind.ADOPTED], ids=lambda kind: kind.value)
def test_no_step_follows_the_adoption(kind):
    revision = adopted_revision(tasks=1)

    with pytest.raises(ValidationError, match=REFUSAL):
        signed_save(RevisionStep(revision=revision, kind=kind, on=TODAY), by=UserFactory())

    assert revision.steps.get().kind == StepKind.ADOPTED


def test_the_adoption_is_recorded_once():
    revision = adopted_revision(tasks=1)

    with pytest.raises(ValidationError, match=REFUSAL):
        signed_save(RevisionStep(revision=revision, kind=StepKind.ADOPTED, on=TODAY), by=UserFactory())

    assert revision.steps.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"state": RevisionState.DRAFT}, id="back to a draft"),
        pytest.param({"effective_on": date(2024, 1, 1)}, id="a day of effect before its adoption"),
        pytest.param({"number": 7}, id="another number"),
        pytest.param({"base": None}, id="another base"),
    ],
)
def test_a_proposed_revision_is_not_moved_but_by_its_next_step(draft, change):
    record_step(draft, StepKind.SUBMITTED, on=date(2023, 7, 7), by=UserFactory(), today=TODAY)
    revision = Revision.objects.get(pk=draft.pk)
    before = everything()
    for name, value in change.items():
        setattr(revision, name, value)

    with pytest.raises(ValidationError, match=REFUSAL):
        signed_save(revision, by=UserFactory())

    assert everything() == before


def test_a_copy_read_before_the_proposal_does_not_open_the_revision_again(draft):
    read_before = Revision.objects.get(pk=draft.pk)
    record_step(draft, StepKind.SUBMITTED, on=date(2023, 7, 7), by=UserFactory(), today=TODAY)
    before = everything()
    late = [Period(revision=read_before, label="thêm", first_day=TODAY, last_day=TODAY)]

    with pytest.raises(ValidationError, match=REFUSAL):
        signed_save(late[0], by=UserFactory())
    with pytest.raises(ValidationError, match=REFUSAL):
        signed_bulk_create(late, by=UserFactory())
    with pytest.raises(ValidationError, match=REFUSAL):
        change_revision(read_before, name="Tên khác", by=UserFactory())

    assert everything() == before


@pytest.mark.parametrize("by_key", [False, True], ids=["the record", "its key"])
def test_rows_of_a_draft_do_not_move_into_what_was_decided(draft, by_key):
    base = Revision.objects.get(pk=draft.base_id)
    plan = base.planned_tasks.first()
    before = everything()

    for rows, name, owner in ((draft.periods, "revision", base), (PlannedBudget.objects, "planned_task", plan)):
        with pytest.raises(ValidationError, match="Không đổi hàng loạt được"):
            rows.update(**({f"{name}_id": owner.pk} if by_key else {name: owner}))

    assert everything() == before


# Operation by operation


OPERATIONS = {
    "change_revision": lambda revision, plans: change_revision(revision, name="Tên khác", by=UserFactory()),
    "change_parts_keep": lambda revision, plans: change_parts(
        revision, keep=[Objective(position=9, text="Mục tiêu thêm")], by=UserFactory()
    ),
    "change_parts_drop": lambda revision, plans: change_parts(
        revision, drop=revision.objectives.all(), by=UserFactory()
    ),
    "plan_task": lambda revision, plans: plan_task(revision, name="Nhiệm vụ thêm", by=UserFactory()),
    "change_planned_task": lambda revision, plans: change_planned_task(plans[0], name="Tên khác", by=UserFactory()),
    "move": lambda revision, plans: change_planned_task(plans[0], position=2, by=UserFactory()),
    "budget": lambda revision, plans: change_planned_task(plans[0], budgets=[], by=UserFactory()),
    "remove_task": lambda revision, plans: remove_task(plans[0], reason="Không còn phù hợp", by=UserFactory()),
    "split_task": lambda revision, plans: split_task(
        plans[0], parts=[{"name": "A"}, {"name": "B"}], by=UserFactory(), today=TODAY
    ),
    "merge_tasks": lambda revision, plans: merge_tasks(plans[:2], name="Gộp", by=UserFactory(), today=TODAY),
    "carry_over": lambda revision, plans: carry_over(
        revision, period=revision.periods.get(), by=UserFactory(), today=TODAY
    ),
    "restore_task": lambda revision, plans: restore_task(revision, revision.removals.get().task, by=UserFactory()),
    "rebase_draft": lambda revision, plans: rebase_draft(revision, by=UserFactory()),
}


def test_no_operation_changes_what_was_proposed_or_decided(frozen):
    plans = list(frozen.planned_tasks.order_by("position"))
    before = everything()
    sentence = f"{frozen.get_state_display().lower()} nên không sửa được.*{REFUSAL}"

    for name, act in OPERATIONS.items():
        assert refused(partial(act, frozen, plans), sentence), name
        assert everything() == before, name
