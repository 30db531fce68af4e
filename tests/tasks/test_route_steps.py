"""The steps of a task's procedure: what may happen to them, and which one is next on a day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programme.models import Role
from smartcity.lib.log.guard import recorded
from tasks.models import Route, RouteStep, Task
from tasks.operations.route_steps import (
    AlreadyLaidOut,
    DayStillToCome,
    NoTemplate,
    NotTheKeeper,
    ReasonMissing,
    RouteNotInForce,
    StepDates,
    StepIsClosed,
    StepIsOpen,
    add_step,
    finish_step,
    lay_out_route,
    plan_steps,
    reopen_step,
    skip_step,
)
from tasks.routes import TEMPLATES, rule_of
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    RouteStepFactory,
    TaskFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2024, 7, 12)


@pytest.fixture
def lead():
    return AgencyFactory(name="Công an tỉnh")


@pytest.fixture
def task(lead):
    programme = ProgrammeFactory(province=lead.province)
    return task_in_force(programme, lead=lead, route=Route.PUBLIC_INVESTMENT)


@pytest.fixture
def officer(lead):
    return officer_of(lead)


@pytest.fixture
def steps(task, officer):
    """The steps of public investment, in order."""
    return lay_out_route(task, route=Route.PUBLIC_INVESTMENT, by=officer, today=TODAY)


def rent_from(day, task):
    """Adopt a revision by which the task is rented instead."""
    lead = task.plans.get().lead_agency
    return adopted_revision(task.programme, effective_on=day, tasks=[task], lead=lead, route=Route.IT_RENTAL)


def next_of(task, on):
    return RouteStep.objects.next_steps([task], on).first()


def names(rows):
    return [row.name for row in rows]


# Constraints


@pytest.mark.parametrize(
    ("rule", "code", "change"),
    [
        pytest.param("route_step_numbers_begin_at_one", "position", {"position": 0}, id="number 0"),
        pytest.param(
            "route_step_planned_to_end_after_it_begins",
            "planned_due",
            {"planned_start": date(2024, 6, 30), "planned_due": date(2024, 6, 29)},
            id="ends before it begins",
        ),
        pytest.param(
            "route_step_is_done_or_skipped_not_both",
            "skipped_on",
            {"done_on": date(2024, 6, 1), "skipped_on": date(2024, 6, 1), "skipped_reason": "Không cần"},
            id="done and skipped",
        ),
        pytest.param(
            "route_step_skipped_exactly_with_a_reason",
            "skipped_reason",
            {"skipped_on": date(2024, 6, 1)},
            id="no reason",
        ),
        pytest.param(
            "route_step_skipped_exactly_with_a_reason", "skipped_reason", {"skipped_reason": "Không cần"}, id="no day"
        ),
    ],
)
def test_step_rules_hold_in_the_database_and_explain_themselves(assert_refused, rule, code, change):
    assert_refused(RouteStepFactory(), rule, code, **change)


def test_step_numbers_are_once_on_a_route(assert_refused):
    step = RouteStepFactory()
    other = RouteStepFactory(task=step.task)
    RouteStepFactory(task=step.task, route=Route.PRIVATE, position=1)

    assert_refused(other, "route_step_position_once_on_a_route", "position", position=step.position)


def test_step_of_the_template_is_once_on_a_route(assert_refused):
    step = RouteStepFactory(key="policy")
    other = RouteStepFactory(task=step.task)

    assert_refused(other, "route_step_of_the_template_once", "key", key="policy")


def test_step_with_a_document_is_done(assert_refused):
    document = LegalDocumentFactory()

    assert_refused(
        RouteStepFactory(), "route_step_only_a_done_one_has_its_document", "done_on", document_id=document.pk
    )


@pytest.mark.parametrize("typed", ["", "   ", "\u200b"])
def test_step_has_a_name(typed):
    step = RouteStepFactory()

    with pytest.raises(IntegrityError, match="route_step_has_a_name"), transaction.atomic(), recorded():
        RouteStep.objects.filter(pk=step.pk).update(name="")
    with pytest.raises(ValidationError, match="Ghi tên bước"):
        RouteStepFactory(task=step.task, name=typed)


# The templates


@pytest.mark.parametrize("route", TEMPLATES)
def test_template_has_steps_with_keys_of_their_own_that_fit(route):
    keys = [step.key for step in TEMPLATES[route]]

    assert len(set(keys)) == len(keys) >= 10
    for position, step in enumerate(TEMPLATES[route], start=1):
        RouteStep(route=route, position=position, key=step.key, name=step.name, result=step.result).clean_fields(
            exclude=["task"]
        )


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        (date(2019, 12, 31), "Nghị định số 102/2009/NĐ-CP"),
        (date(2020, 1, 1), "Nghị định số 73/2019/NĐ-CP"),
        (date(2026, 1, 25), "Nghị định số 73/2019/NĐ-CP"),
        (date(2026, 1, 26), "Nghị định số 45/2026/NĐ-CP"),
    ],
)
def test_step_comes_from_the_rule_of_the_day(on, rule):
    step = RouteStep(route=Route.PUBLIC_INVESTMENT, key="decision")

    assert rule_of(step, on).name == rule


def test_rental_before_2020_was_a_pilot_under_a_decision():
    step = RouteStep(route=Route.IT_RENTAL, key="approval")

    assert rule_of(step, date(2019, 6, 1)).name == "Quyết định số 80/2014/QĐ-TTg"


@pytest.mark.parametrize(
    ("route", "key"),
    [
        pytest.param(Route.PUBLIC_INVESTMENT, "bidding", id="no source names one"),
        pytest.param(Route.PUBLIC_INVESTMENT, "", id="added by hand"),
        pytest.param(Route.RECURRENT, "bidding", id="a route without template"),
    ],
)
def test_no_rule_is_made_up(route, key):
    assert rule_of(RouteStep(route=route, key=key), TODAY) is None


def test_lay_out_route_makes_the_steps_of_the_template_in_order(task, officer):
    steps = lay_out_route(task, route=Route.PUBLIC_INVESTMENT, by=officer, today=TODAY)

    assert names(task.route_steps.order_by("position")) == [step.name for step in TEMPLATES[Route.PUBLIC_INVESTMENT]]
    assert [step.position for step in steps] == list(range(1, len(steps) + 1))
    record = steps[0].history.latest()
    assert record.history_user == officer
    assert record.history_change_reason == "Lập các bước theo hình thức Đầu tư công"


def test_lay_out_route_a_second_time_says_so_and_changes_nothing(task, officer, steps):
    with pytest.raises(AlreadyLaidOut, match="đã được lập trước đó"):
        lay_out_route(task, route=Route.PUBLIC_INVESTMENT, by=officer, today=TODAY)

    assert task.route_steps.count() == len(steps)


def test_lay_out_route_keeps_what_was_added_by_hand(task, officer):
    add_step(task, name="Xin ý kiến Bộ", by=officer, today=TODAY)

    steps = lay_out_route(task, route=Route.PUBLIC_INVESTMENT, by=officer, today=TODAY)

    assert steps[0].position == 2


def test_lay_out_route_needs_the_route_in_force(task, officer):
    with pytest.raises(RouteNotInForce, match="Hình thức hiện nay của nhiệm vụ là «Đầu tư công»"):
        lay_out_route(task, route=Route.IT_RENTAL, by=officer, today=TODAY)

    assert not task.route_steps.exists()


def test_lay_out_route_without_template_asks_for_steps_by_hand(lead, officer):
    task = task_in_force(ProgrammeFactory(province=lead.province), lead=lead, route=Route.RECURRENT)

    with pytest.raises(NoTemplate, match="Thêm từng bước"):
        lay_out_route(task, route=Route.RECURRENT, by=officer, today=TODAY)


# Planning


def test_plan_steps_plans_several_at_once_under_one_action(task, officer, steps):
    dates = [
        StepDates(steps[0], date(2024, 5, 1), date(2024, 5, 31)),
        StepDates(steps[1], None, date(2024, 6, 30)),
        StepDates(steps[2], None, None),
    ]

    changed = plan_steps(task, dates, by=officer, today=TODAY)

    assert changed == steps[:2]
    steps[0].refresh_from_db()
    assert (steps[0].planned_start, steps[0].planned_due) == (date(2024, 5, 1), date(2024, 5, 31))
    assert len({step.history.latest().history_action for step in changed}) == 1
    assert steps[2].history.count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_plan_steps_moves_what_was_planned_only_with_a_reason(task, officer, steps, reason):
    plan_steps(task, [StepDates(steps[0], None, date(2024, 6, 30))], by=officer, today=TODAY)
    later = [StepDates(steps[0], None, date(2024, 9, 30))]

    with pytest.raises(ReasonMissing) as refusal:
        plan_steps(task, later, by=officer, today=TODAY, reason=reason)

    assert "reason" in refusal.value.error_dict
    plan_steps(task, later, by=officer, today=TODAY, reason="Chờ vốn")
    record = steps[0].history.latest()
    assert (record.planned_due, record.history_change_reason) == (date(2024, 9, 30), "Chờ vốn")
    assert record.prev_record.planned_due == date(2024, 6, 30)


def test_plan_steps_is_all_or_nothing(task, officer, steps):
    dates = [
        StepDates(steps[0], None, date(2024, 6, 30)),
        StepDates(steps[1], date(2024, 7, 1), date(2024, 6, 30)),
    ]

    with pytest.raises(ValidationError, match="Ngày xong dự kiến"):
        plan_steps(task, dates, by=officer, today=TODAY)

    steps[0].refresh_from_db()
    assert steps[0].planned_due is None


def test_plan_of_a_closed_step_stays(task, officer, steps):
    plan_steps(task, [StepDates(steps[0], None, date(2024, 6, 30))], by=officer, today=TODAY)
    finish_step(steps[0], on=date(2024, 7, 1), by=officer, today=TODAY)

    with pytest.raises(StepIsClosed, match="đã xong ngày 01/07/2024"):
        plan_steps(task, [StepDates(steps[0], None, date(2024, 7, 31))], by=officer, today=TODAY, reason="Làm đẹp")


# Done, skipped, reopened


def test_finish_step_keeps_its_day_and_its_document(officer, steps, lead):
    document = LegalDocumentFactory(issuer=AgencyFactory(province=lead.province))

    finished = finish_step(steps[0], on=date(2024, 7, 12), document=document, by=officer, today=TODAY)

    stored = RouteStep.objects.get(pk=steps[0].pk)
    assert (stored.done_on, stored.document) == (date(2024, 7, 12), document)
    assert stored.history.latest().history_document == document
    assert finished.still_open == []


def test_finish_step_out_of_order_is_told(officer, steps):
    skip_step(steps[0], reason="Nhóm C", on=TODAY, by=officer, today=TODAY)

    finished = finish_step(steps[3], on=TODAY, by=officer, today=TODAY)

    assert finished.step.done_on == TODAY
    assert finished.still_open == [steps[1], steps[2]]


def test_finish_step_in_the_future_is_refused(officer, steps):
    with pytest.raises(DayStillToCome, match="Ngày 13/07/2024 chưa đến"):
        finish_step(steps[0], on=date(2024, 7, 13), by=officer, today=TODAY)

    steps[0].refresh_from_db()
    assert steps[0].done_on is None


def test_finish_step_twice_is_refused(officer, steps):
    finish_step(steps[0], on=date(2024, 6, 1), by=officer, today=TODAY)

    with pytest.raises(StepIsClosed, match="đã xong ngày 01/06/2024"):
        finish_step(steps[0], on=date(2024, 7, 1), by=officer, today=TODAY)

    steps[0].refresh_from_db()
    assert steps[0].done_on == date(2024, 6, 1)


@pytest.mark.parametrize("reason", ["", "  \n ", "\u200b"])
def test_skip_step_needs_a_reason(officer, steps, reason):
    with pytest.raises(ReasonMissing, match="Ghi lý do bỏ qua"):
        skip_step(steps[0], reason=reason, on=TODAY, by=officer, today=TODAY)

    steps[0].refresh_from_db()
    assert not steps[0].is_closed


def test_skip_step_keeps_the_reason_on_the_step_and_in_its_history(officer, steps):
    skip_step(steps[0], reason="Dự án nhóm C, không cần", on=TODAY, by=officer, today=TODAY)

    stored = RouteStep.objects.get(pk=steps[0].pk)
    assert (stored.skipped_on, stored.skipped_reason) == (TODAY, "Dự án nhóm C, không cần")
    assert stored.history.latest().history_change_reason == "Dự án nhóm C, không cần"


def test_skip_step_from_a_day_to_come_is_refused(officer, steps):
    with pytest.raises(DayStillToCome):
        skip_step(steps[0], reason="Không cần", on=date(2024, 7, 13), by=officer, today=TODAY)


def test_skip_step_that_is_done_is_refused(officer, steps):
    finish_step(steps[0], on=TODAY, by=officer, today=TODAY)

    with pytest.raises(StepIsClosed):
        skip_step(steps[0], reason="Không cần", on=TODAY, by=officer, today=TODAY)


def test_reopen_step_takes_back_and_its_history_keeps_what_it_was(officer, steps):
    finish_step(steps[0], on=date(2024, 6, 1), document=LegalDocumentFactory(), by=officer, today=TODAY)

    reopen_step(steps[0], reason="Ghi nhầm bước", by=officer, today=TODAY)

    stored = RouteStep.objects.get(pk=steps[0].pk)
    assert (stored.done_on, stored.document) == (None, None)
    record = stored.history.latest()
    assert record.history_change_reason == "Ghi nhầm bước"
    assert record.prev_record.done_on == date(2024, 6, 1)


def test_reopen_step_takes_back_a_skip(officer, steps):
    skip_step(steps[0], reason="Không cần", on=TODAY, by=officer, today=TODAY)

    reopen_step(steps[0], reason="Vẫn cần", by=officer, today=TODAY)

    assert not RouteStep.objects.get(pk=steps[0].pk).is_closed


@pytest.mark.parametrize("reason", ["", "   "])
def test_reopen_step_needs_a_reason(officer, steps, reason):
    finish_step(steps[0], on=TODAY, by=officer, today=TODAY)

    with pytest.raises(ReasonMissing):
        reopen_step(steps[0], reason=reason, by=officer, today=TODAY)


def test_reopen_step_that_is_open_is_refused(officer, steps):
    with pytest.raises(StepIsOpen):
        reopen_step(steps[0], reason="Ghi nhầm", by=officer, today=TODAY)


# By hand


def test_add_step_takes_its_place_behind_another(task, officer, steps):
    added = add_step(task, name="Xin ý kiến Bộ", after=steps[0], by=officer, today=TODAY)

    order = list(task.route_steps.order_by("position"))
    assert order == [steps[0], added, *steps[1:]]
    assert [step.position for step in order] == list(range(1, len(order) + 1))
    assert added.key == ""


def test_add_step_comes_last_on_a_route_without_template(lead, officer):
    task = task_in_force(ProgrammeFactory(province=lead.province), lead=lead, route=Route.RECURRENT)

    first = add_step(task, name="Lập dự toán", by=officer, today=TODAY)
    second = add_step(task, name="Giao dự toán", by=officer, today=TODAY)

    assert [(step.position, step.route) for step in (first, second)] == [(1, Route.RECURRENT), (2, Route.RECURRENT)]


def test_add_step_behind_a_step_of_another_task_is_refused(task, officer):
    with pytest.raises(RouteNotInForce, match="Chọn một bước"):
        add_step(task, name="Xin ý kiến", after=RouteStepFactory(), by=officer, today=TODAY)


# Which one is next


@pytest.mark.parametrize(
    ("on", "position"),
    [
        pytest.param(date(2024, 1, 9), 1, id="before anything was done"),
        pytest.param(date(2024, 1, 10), 2, id="on the day itself"),
        pytest.param(date(2024, 2, 29), 2, id="before the second was skipped"),
        pytest.param(date(2024, 3, 1), 4, id="the third was done early"),
    ],
)
def test_next_step_is_that_of_the_day(task, officer, steps, on, position):
    finish_step(steps[0], on=date(2024, 1, 10), by=officer, today=TODAY)
    finish_step(steps[2], on=date(2024, 2, 1), by=officer, today=TODAY)
    skip_step(steps[1], reason="Không cần", on=date(2024, 3, 1), by=officer, today=TODAY)

    assert next_of(task, on).position == position


def test_no_step_is_next_where_all_are_closed_or_none_was_laid_out(lead, officer):
    task = task_in_force(ProgrammeFactory(province=lead.province), lead=lead, route=Route.PRIVATE)
    none_yet = next_of(task, TODAY)
    step = add_step(task, name="Ký thỏa thuận", by=officer, today=TODAY)
    finish_step(step, on=TODAY, by=officer, today=TODAY)

    assert none_yet is None
    assert next_of(task, TODAY) is None


@pytest.mark.parametrize(
    ("on", "late"), [(date(2024, 6, 30), 0), (date(2024, 7, 12), 12), (date(2024, 7, 20), 20), (date(2024, 8, 1), 0)]
)
def test_step_is_late_after_its_planned_day_until_it_is_done(on, late):
    step = RouteStepFactory(planned_due=date(2024, 6, 30), done_on=date(2024, 8, 1))

    assert step.days_late(on) == late


def test_changed_route_keeps_the_old_steps_and_gets_its_own(task, officer, steps):
    finish_step(steps[0], on=date(2023, 5, 1), by=officer, today=TODAY)
    rent_from(date(2024, 1, 1), task)

    rental = lay_out_route(task, route=Route.IT_RENTAL, by=officer, today=TODAY)

    assert task.route_steps.filter(route=Route.PUBLIC_INVESTMENT).count() == len(steps)
    assert next_of(task, date(2023, 12, 31)) == steps[1]
    assert next_of(task, date(2024, 1, 1)) == rental[0]


def test_steps_of_an_earlier_route_are_only_read(task, officer, steps):
    rent_from(date(2024, 1, 1), task)

    for act in (
        lambda: finish_step(steps[0], on=TODAY, by=officer, today=TODAY),
        lambda: skip_step(steps[0], reason="Không cần", on=TODAY, by=officer, today=TODAY),
        lambda: plan_steps(task, [StepDates(steps[0], None, TODAY)], by=officer, today=TODAY),
    ):
        with pytest.raises(RouteNotInForce, match="Thuê dịch vụ công nghệ thông tin"):
            act()


def test_what_was_done_while_the_route_was_in_force_can_still_be_recorded(task, officer, steps):
    rent_from(date(2024, 1, 1), task)

    finish_step(steps[0], on=date(2023, 12, 31), by=officer, today=TODAY)

    assert RouteStep.objects.get(pk=steps[0].pk).done_on == date(2023, 12, 31)


def test_open_steps_are_those_that_a_report_can_name(task, officer, steps):
    finish_step(steps[0], on=TODAY, by=officer, today=TODAY)
    skip_step(steps[1], reason="Không cần", on=TODAY, by=officer, today=TODAY)

    # Done on a later day than the report speaks of, it is done all the same.
    assert list(RouteStep.objects.open_steps(task, date(2024, 6, 1))) == steps[2:]


@pytest.mark.parametrize("task_count", [1, 10])
def test_next_steps_of_many_tasks_are_one_query(lead, task_count, django_assert_num_queries):
    revision = adopted_revision(ProgrammeFactory(province=lead.province), tasks=task_count, route=Route.RECURRENT)
    tasks = [plan.task for plan in revision.planned_tasks.all()]
    for task in tasks:
        RouteStepFactory(task=task, route=Route.RECURRENT, done_on=date(2024, 1, 1))
        RouteStepFactory.create_batch(2, task=task, route=Route.RECURRENT)

    with django_assert_num_queries(1):
        found = list(RouteStep.objects.next_steps(Task.objects.filter(pk__in=[task.pk for task in tasks]), TODAY))

    assert [(step.task_id, step.position) for step in found] == [(task.pk, 2) for task in tasks]


# Who may


def test_coordinating_agency_records_steps_of_what_others_lead(task, steps):
    coordinator = coordinator_of(task.programme)

    finish_step(steps[0], on=TODAY, by=coordinator, today=TODAY)

    assert RouteStep.objects.get(pk=steps[0].pk).history.latest().history_user == coordinator


@pytest.mark.parametrize("role", Role)
def test_nobody_of_another_agency_records_steps(task, steps, role):
    stranger = UserFactory(role=role, agency=AgencyFactory(province=task.programme.province))
    coordinator = task.programme.coordinating_agency

    with pytest.raises(NotTheKeeper, match=rf"hoặc cơ quan đầu mối \({coordinator}\)"):
        finish_step(steps[0], on=TODAY, by=stranger, today=TODAY)
    with pytest.raises(NotTheKeeper):
        add_step(task, name="Bước khác", by=stranger, today=TODAY)

    steps[0].refresh_from_db()
    assert steps[0].done_on is None


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.OFFICE, Role.ADMINISTRATOR])
def test_who_only_reads_records_no_steps_of_their_own_agency(task, lead, steps, role):
    with pytest.raises(NotTheKeeper):
        skip_step(steps[0], reason="Không cần", on=TODAY, by=UserFactory(role=role, agency=lead), today=TODAY)


def test_steps_of_another_province_do_not_exist(officer, steps):
    RouteStepFactory(task=TaskFactory())

    assert set(RouteStep.objects.visible_to(officer)) == set(steps)
