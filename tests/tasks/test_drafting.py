"""Amendments drafted task by task: what may happen, what is refused, and that both sides always add up."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from programme.models import LegalDocument, Period, Revision, RevisionState, StepKind
from programme.operations.deciding import StaleBase
from programme.operations.drafting import change_parts, change_revision
from smartcity.lib.language.money import MoneySource
from tasks.comparison import compare
from tasks.figures.reading import read_programmes
from tasks.models import LineageKind, Status, TaskLineage, TaskRemoval
from tasks.operations.copying import NothingToAmend, NothingToRestore, begin_amendment, redraft_revision, restore_task
from tasks.operations.deciding import EmptyRevision, take_step
from tasks.operations.drafting import (
    ForeignAgency,
    NothingToCarryOver,
    PartOfAnother,
    ProgrammesDiffer,
    TaskIsComplete,
    TaskNotInDraft,
    TooFewParts,
    carry_over,
    change_planned_task,
    merge_tasks,
    plan_task,
    remove_task,
    split_task,
)
from tasks.operations.rebasing import rebase_draft
from tests.examples import examples
from tests.factories import (
    AgencyFactory,
    CoordinationFactory,
    LegalDocumentFactory,
    ObjectiveFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    UserFactory,
    account_of_this_test,
    adopt,
    adopted_revision,
)

pytestmark = pytest.mark.both_databases

TODAY = date(2023, 6, 16)


@pytest.fixture
def person(db):
    return UserFactory()


def first_revision(tasks: int = 4, complete: int = 1) -> Revision:
    """An adopted revision of some tasks with money, the first ``complete`` of them complete."""
    revision = RevisionFactory(programme=ProgrammeFactory())
    period = PeriodFactory(revision=revision, label="2020–2022")
    for number in range(1, tasks + 1):
        planned = PlannedTaskFactory(revision=revision, period=period, name=f"Nhiệm vụ gốc {number}")
        PlannedBudgetFactory(planned_task=planned, source=MoneySource.PROVINCE, amount_vnd=number * 10**9)
        if number <= complete:
            ProgressUpdateFactory(task=planned.task, accepted=True, status=Status.COMPLETE, as_of=date(2022, 6, 1))
    return adopt(revision)


@pytest.fixture
def draft(person):
    return begin_amendment(first_revision().programme, by=person)


def planned(draft: Revision, position: int):
    return draft.planned_tasks.get(position=position)


def numbers(draft: Revision) -> list[int]:
    return list(draft.planned_tasks.order_by("position").values_list("position", flat=True))


def test_an_amendment_begins_as_a_full_and_signed_copy(person):
    base = RevisionFactory(declared_budget_vnd=3_800 * 10**9, declared_budget_kind="estimate")
    old = PlannedTaskFactory(revision=base, period=PeriodFactory(revision=base))
    ObjectiveFactory(revision=base)
    CoordinationFactory(planned_task=old)
    PlannedBudgetFactory(planned_task=old)
    base = adopt(base)

    draft = begin_amendment(base.programme, by=person, reason="Cho phù hợp thực tế")

    comparison = compare(base, draft, today=TODAY)
    assert (comparison.counts["kept"], comparison.old_total, comparison.new_total) == (1, 1, 1)
    assert not comparison.programme
    copy = draft.planned_tasks.get()
    assert (copy.coordinations.count(), copy.budgets.count(), copy.period.revision) == (1, 1, draft)
    assert (draft.base, draft.state, draft.declared_budget_vnd) == (base, RevisionState.DRAFT, 3_800 * 10**9)
    signed = [copy.history.get(), copy.coordinations.get().history.get(), draft.history.get()]
    assert {row.history_user for row in signed} == {person}
    assert len({row.history_action for row in signed}) == 1


def test_a_copy_costs_the_same_number_of_queries_for_any_number_of_tasks(person):
    programmes = [first_revision(tasks).programme for tasks in (2, 20)]

    costs = []
    for programme in programmes:
        with CaptureQueriesContext(connection) as queries:
            begin_amendment(programme, by=person)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_nothing_is_amended_before_anything_is_in_force(person):
    with pytest.raises(NothingToAmend, match="chưa có gì để điều chỉnh"):
        begin_amendment(ProgrammeFactory(), by=person)


def test_a_task_is_removed_with_its_reason_and_restored(draft, person):
    gone = planned(draft, 2)

    remove_task(gone, reason="Không còn phù hợp", by=person)

    removal = TaskRemoval.objects.get()
    assert (removal.task, removal.reason) == (gone.task, "Không còn phù hợp")
    assert removal.history.get().history_user == person
    assert numbers(draft) == [1, 2, 3]
    restore_task(draft, removal.task, by=person)
    assert compare(draft.base, draft, today=TODAY).counts["kept"] == 4
    assert not TaskRemoval.objects.exists()


def test_a_task_is_not_removed_twice_or_without_a_reason(draft, person):
    gone = planned(draft, 2)
    with pytest.raises(ValidationError, match="Ghi lý do"):
        remove_task(gone, reason="  ", by=person)
    remove_task(planned(draft, 2), reason="Trùng lặp", by=person)

    with pytest.raises(TaskNotInDraft, match="không còn trong dự thảo"):
        remove_task(gone, reason="Trùng lặp", by=person)

    assert draft.planned_tasks.count() == 3


def test_a_task_is_split_in_its_place_and_the_split_undone(draft, person):
    old = planned(draft, 2)

    made = split_task(old, parts=[{"name": "Kho dữ liệu"}, {"name": "Trung tâm"}], by=person, today=TODAY)

    assert [(one.position, one.name) for one in made] == [(2, "Kho dữ liệu"), (3, "Trung tâm")]
    assert numbers(draft) == [1, 2, 3, 4, 5]
    assert set(TaskLineage.objects.values_list("from_task", "kind")) == {(old.task_id, LineageKind.SPLIT)}
    with pytest.raises(PartOfAnother, match="khôi phục nhiệm vụ cũ"):
        remove_task(made[0], reason="Thử", by=person)
    restore_task(draft, old.task, by=person)
    assert compare(draft.base, draft, today=TODAY).counts["kept"] == 4


@pytest.mark.parametrize(
    ("parts", "position", "refusal"),
    [
        pytest.param(["A", "B"], 1, TaskIsComplete, id="a completed task"),
        pytest.param(["A"], 2, TooFewParts, id="one part"),
        pytest.param(["A", "a"], 2, TooFewParts, id="the same name twice"),
    ],
)
def test_split_refuses(draft, person, parts, position, refusal):
    with pytest.raises(refusal):
        split_task(planned(draft, position), parts=[{"name": name} for name in parts], by=person, today=TODAY)

    assert compare(draft.base, draft, today=TODAY).counts["kept"] == 4


def test_tasks_are_merged_with_their_money(draft, person):
    merged = merge_tasks([planned(draft, 2), planned(draft, 3)], name="Nhiệm vụ chung", by=person, today=TODAY)

    assert (merged.position, merged.budgets.get().amount_vnd) == (2, 5 * 10**9)
    comparison = compare(draft.base, draft, today=TODAY)
    assert (comparison.counts["merged"], comparison.new_total, comparison.tasks_reconcile) == (2, 3, True)


def test_merge_refuses_tasks_of_two_programmes_and_completed_ones(draft, person):
    other = begin_amendment(first_revision().programme, by=person)

    with pytest.raises(ProgrammesDiffer, match="những đề án khác nhau"):
        merge_tasks([planned(draft, 2), planned(other, 2)], name="Chung", by=person, today=TODAY)
    with pytest.raises(TaskIsComplete, match="đã hoàn thành nên không gộp"):
        merge_tasks([planned(draft, 1), planned(draft, 2)], name="Chung", by=person, today=TODAY)

    assert draft.planned_tasks.count() == other.planned_tasks.count() == 4


def test_open_tasks_are_carried_over_and_complete_ones_stay(draft, person):
    period = Period(label="2023–2024", first_day=date(2023, 1, 1), last_day=date(2024, 12, 31))
    change_parts(draft, keep=[period], by=person)

    moved = carry_over(draft, period=period, by=person, today=TODAY)

    assert [one.position for one in moved] == [2, 3, 4]
    comparison = compare(draft.base, draft, today=TODAY)
    assert [(term.count, term.label) for term in comparison.old_terms] == [(1, "hoàn thành"), (3, "chuyển tiếp")]
    with pytest.raises(NothingToCarryOver, match="Không có nhiệm vụ nào chưa hoàn thành"):
        carry_over(draft, period=period, by=person, today=TODAY)


def test_restoring_what_is_there_is_refused(draft, person):
    with pytest.raises(NothingToRestore, match="không có gì để khôi phục"):
        restore_task(draft, planned(draft, 2).task, by=person)


def test_a_revision_without_tasks_is_not_adopted(person):
    revision = RevisionFactory()

    with pytest.raises(EmptyRevision, match="chưa có nhiệm vụ nào"):
        take_step(revision, StepKind.SUBMITTED, on=TODAY, by=person, today=TODAY)


def test_a_stale_draft_is_refused_and_brought_onto_the_newer_revision(draft, person):
    other = begin_amendment(draft.programme, by=person)
    change_planned_task(planned(other, 3), name="Tên mới của bên kia", by=person)
    plan_task(other, name="Bổ sung của bên kia", by=person)
    change_planned_task(planned(draft, 2), name="Tên mới của dự thảo", by=person)
    adopt(other, effective_on=date(2023, 7, 1))
    with pytest.raises(StaleBase, match="Cập nhật dự thảo"):
        adopt(draft, effective_on=date(2023, 8, 1))

    told = rebase_draft(draft, by=person)

    draft.refresh_from_db()
    names = list(draft.planned_tasks.order_by("position").values_list("name", flat=True))
    assert draft.base == other
    assert names == [
        "Nhiệm vụ gốc 1",
        "Tên mới của dự thảo",
        "Tên mới của bên kia",
        "Nhiệm vụ gốc 4",
        "Bổ sung của bên kia",
    ]
    assert not told.kept
    assert compare(other, draft, today=TODAY).counts["changed"] == 1
    assert adopt(draft, effective_on=date(2023, 8, 1)).state == RevisionState.ADOPTED


def test_a_withdrawn_revision_is_drafted_again_and_stays_as_it_was(draft, person):
    split_task(planned(draft, 2), parts=[{"name": "A"}, {"name": "B"}], by=person, today=TODAY)
    take_step(draft, StepKind.SUBMITTED, on=TODAY, by=person, today=TODAY)
    take_step(draft, StepKind.WITHDRAWN, on=TODAY, by=person, today=TODAY)
    withdrawn = Revision.objects.get(pk=draft.pk)

    again = redraft_revision(withdrawn, by=person)

    assert (again.state, again.base) == (RevisionState.DRAFT, draft.base)
    assert compare(draft.base, again, today=TODAY).counts == compare(draft.base, withdrawn, today=TODAY).counts
    with pytest.raises(ValidationError, match="nên không sửa được"):
        remove_task(planned(withdrawn, 1), reason="Thử", by=person)


def test_plan_names_no_agency_of_another_province(draft, person):
    foreign = AgencyFactory()

    with pytest.raises(ForeignAgency, match="thuộc tỉnh khác"):
        plan_task(draft, name="Mới", lead_agency=foreign, by=person)
    with pytest.raises(ForeignAgency, match="thuộc tỉnh khác"):
        change_planned_task(planned(draft, 1), coordinating=[foreign], by=person)

    assert plan_task(draft, name="Mới", lead_agency=AgencyFactory(province=None), by=person).position == 5


def test_what_was_taken_out_or_split_is_restored_and_not_planned_again(draft, person):
    gone, split = planned(draft, 1).task, planned(draft, 2).task
    split_task(planned(draft, 2), parts=[{"name": "A"}, {"name": "B"}], by=person, today=TODAY)
    remove_task(planned(draft, 1), reason="Thử", by=person)

    for task in (gone, split):
        with pytest.raises(PartOfAnother, match="Khôi phục ở bảng so sánh"):
            plan_task(draft, task=task, name="Lại", by=person)

    assert numbers(draft) == [1, 2, 3, 4]


def test_task_completed_since_its_split_is_not_split_by_the_adoption(draft, person):
    old = planned(draft, 2).task
    split_task(planned(draft, 2), parts=[{"name": "A"}, {"name": "B"}], by=person, today=TODAY)
    ProgressUpdateFactory(task=old, accepted=True, status=Status.COMPLETE, percent=100, as_of=TODAY)

    with pytest.raises(TaskIsComplete, match="Khôi phục nhiệm vụ này"):
        take_step(draft, StepKind.SUBMITTED, on=TODAY, by=person, today=TODAY)

    restore_task(draft, old, by=person)
    assert take_step(draft, StepKind.SUBMITTED, on=TODAY, by=person, today=TODAY).revision == draft


def test_rebasing_takes_the_order_and_the_declared_budget_as_one_thing(draft, person):
    other = begin_amendment(draft.programme, by=person)
    change_planned_task(planned(other, 4), position=1, by=person)
    change_revision(other, declared_budget_vnd=2 * 10**12, declared_budget_kind="estimate", by=person)
    change_revision(draft, declared_budget_vnd=3 * 10**12, declared_budget_kind="unspecified", by=person)
    adopt(other, effective_on=date(2023, 7, 1))

    told = rebase_draft(draft, by=person)

    draft.refresh_from_db()
    names = list(draft.planned_tasks.order_by("position").values_list("name", flat=True))
    assert names == ["Nhiệm vụ gốc 4", "Nhiệm vụ gốc 1", "Nhiệm vụ gốc 2", "Nhiệm vụ gốc 3"]
    assert (draft.declared_budget_vnd, draft.declared_budget_kind) == (3 * 10**12, "unspecified")
    assert told.taken == ["Thứ tự các nhiệm vụ"]
    assert told.kept == ["Tổng kinh phí công bố giữ theo dự thảo"]


def test_rebasing_undoes_a_merger_of_which_a_part_is_gone(draft, person):
    merged = merge_tasks([planned(draft, 2), planned(draft, 3)], name="Chung", by=person, today=TODAY)
    other = begin_amendment(draft.programme, by=person)
    remove_task(planned(other, 2), reason="Thử", by=person)
    adopt(other, effective_on=date(2023, 7, 1))

    rebase_draft(draft, by=person)

    names = set(draft.planned_tasks.values_list("name", flat=True))
    assert names == {"Nhiệm vụ gốc 1", "Nhiệm vụ gốc 3", "Nhiệm vụ gốc 4", merged.name}
    draft.refresh_from_db()
    counts = compare(draft.base, draft, today=TODAY).counts
    assert (counts["kept"], counts["added"], counts["split"], counts["merged"]) == (3, 1, 0, 0)


def test_removal_of_all_that_a_task_became_says_why(draft, person):
    first, old = draft.base, planned(draft, 2).task
    split_task(planned(draft, 2), parts=[{"name": "A"}, {"name": "B"}], by=person, today=TODAY)
    adopt(draft, effective_on=date(2023, 7, 1))
    later = begin_amendment(draft.programme, by=person)
    for reason in ("Không còn vốn", "Trùng lặp"):
        remove_task(planned(later, 2), reason=reason, by=person)

    lines = compare(first, later, today=TODAY).rows
    [row] = [line for line in lines if old.pk in {side.plan.task_id for side in line.old}]

    assert (row.kind, row.reason) == ("removed", "Không còn vốn; Trùng lặp")


def test_adoption_says_which_document_it_amends(draft, person):
    document = LegalDocumentFactory(issuer__province=draft.programme.province, signed_on=date(2023, 7, 1))

    take_step(
        draft,
        StepKind.ADOPTED,
        on=date(2023, 7, 1),
        document=document,
        effective_on=date(2023, 7, 10),
        pinpoint="điểm b khoản 4 Điều 1",
        by=person,
        today=date(2023, 7, 1),
    )

    relation = LegalDocument.objects.get(pk=document.pk).relations.get()
    assert (relation.target, relation.pinpoint) == (draft.base.document, "điểm b khoản 4 Điều 1")


def test_bulk_writes_do_not_reach_what_was_proposed(draft, person):
    take_step(draft, StepKind.SUBMITTED, on=TODAY, by=person, today=TODAY)

    for rows in (draft.planned_tasks.all(), draft.periods.all(), Revision.objects.filter(pk=draft.pk)):
        with pytest.raises(ValidationError, match="soạn một lần điều chỉnh mới"):
            rows.update(pk=1)
        with pytest.raises(ValidationError, match="soạn một lần điều chỉnh mới"):
            rows.delete()

    assert draft.planned_tasks.count() == 4


@pytest.mark.long
class RandomDrafts(TestCase):
    """Whatever is drafted, both lists and their money add up, and no earlier day changes."""

    @settings(max_examples=examples(3, all_of_them=100), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_any_sequence_of_changes_reconciles(self, data):
        # Each example is undone, and with it the account that signs.
        account_of_this_test.cache_clear()
        base, person = first_revision(), UserFactory()
        programme = base.programme
        draft = begin_amendment(programme, by=person)
        later = Period(label="2023–2024", first_day=date(2023, 1, 1), last_day=date(2024, 12, 31))
        change_parts(draft, keep=[later], by=person)
        before = figures(programme)

        for step in range(data.draw(st.integers(1, 7))):
            rows = list(draft.planned_tasks.order_by("position"))
            act = data.draw(st.sampled_from(ACTS))
            try:
                act(draft, data.draw(st.sampled_from(rows)) if rows else None, rows, later, f"Mới {step}", person)
            except (ValidationError, IndexError):
                # A refusal is an answer too; it must have changed nothing.
                assert [row.pk for row in rows] == list(
                    draft.planned_tasks.order_by("position").values_list("pk", flat=True)
                )
            check_sums(base, draft)
            assert figures(programme) == before
        if draft.planned_tasks.exists():
            adopt(draft, effective_on=date(2023, 7, 1))
            assert figures(programme) == before


def figures(programme) -> list[dict]:
    days = (date(2020, 6, 1), date(2022, 7, 1), TODAY)
    return [read_programmes(type(programme).objects.filter(pk=programme.pk), as_of=day)[0].as_dict() for day in days]


def check_sums(base: Revision, draft: Revision) -> None:
    comparison = compare(base, draft, today=TODAY)
    olds = [one.plan.pk for row in comparison.rows for one in row.old]
    news = [one.plan.pk for row in comparison.rows for one in row.new]
    assert sorted(olds) == sorted(base.planned_tasks.values_list("pk", flat=True))
    assert sorted(news) == sorted(draft.planned_tasks.values_list("pk", flat=True))
    assert comparison.tasks_reconcile
    assert comparison.old_itemised_vnd + comparison.itemised_difference_vnd == comparison.new_itemised_vnd
    assert comparison.money_reconciles
    assert len(set(numbers(draft))) == len(numbers(draft))


def money(vnd: int) -> list[dict]:
    return [{"source": MoneySource.CENTRAL, "year": 2023, "amount_vnd": vnd}]


ACTS = [
    lambda draft, one, rows, later, name, by: plan_task(draft, name=name, by=by, budgets=money(7 * 10**9)),
    lambda draft, one, rows, later, name, by: plan_task(draft, name=name, by=by, position=1),
    lambda draft, one, rows, later, name, by: change_planned_task(one, name=name, by=by, position=len(rows)),
    lambda draft, one, rows, later, name, by: change_planned_task(one, budgets=money(3 * 10**9), by=by),
    lambda draft, one, rows, later, name, by: remove_task(one, reason=name, by=by),
    lambda draft, one, rows, later, name, by: split_task(
        one, parts=[{"name": f"{name} a", "budgets": money(10**9)}, {"name": f"{name} b"}], by=by, today=TODAY
    ),
    lambda draft, one, rows, later, name, by: merge_tasks([rows[0], rows[-1]], name=name, by=by, today=TODAY),
    lambda draft, one, rows, later, name, by: merge_tasks([rows[1], rows[2]], name=name, by=by, today=TODAY),
    lambda draft, one, rows, later, name, by: carry_over(draft, period=later, by=by, today=TODAY),
    lambda draft, one, rows, later, name, by: restore_task(draft, draft.base.planned_tasks.first().task, by=by),
    lambda draft, one, rows, later, name, by: restore_task(draft, draft.removals.all()[0].task, by=by),
    lambda draft, one, rows, later, name, by: restore_task(draft, draft.lineage.all()[0].from_task, by=by),
    lambda draft, one, rows, later, name, by: change_revision(draft, name=name, by=by),
]


def test_comparing_200_tasks_takes_fewer_than_30_queries(person, django_assert_max_num_queries):
    base = adopted_revision(tasks=200)
    draft = begin_amendment(base.programme, by=person)

    with django_assert_max_num_queries(29):
        comparison = compare(base, draft, today=TODAY)

    assert comparison.counts["kept"] == 200


def test_task_is_not_put_into_a_period_that_was_dropped_meanwhile(draft, person):
    row = planned(draft, 2)
    period = PeriodFactory(revision=draft, label="2023–2025")
    change_parts(draft, drop=[Period.objects.get(pk=period.pk)], by=person)

    with pytest.raises(ValidationError) as refusal:
        change_planned_task(row, period=period, by=person)

    assert list(refusal.value.message_dict) == ["period"]


@pytest.mark.django_db(transaction=True)
def test_two_drafts_that_add_a_task_at_once_give_it_two_codes(at_once):
    programme, by = first_revision().programme, UserFactory()
    drafts = [begin_amendment(programme, by=by) for _ in range(2)]

    added = at_once(*(partial(plan_task, draft, name="Mới", by=by) for draft in drafts))

    assert len({planned.task.code for planned in added}) == 2
