from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from programme.models import Measure, RevisionState
from smartcity.lib.language.money import MoneyKind, MoneySource
from smartcity.lib.records.history import signed_delete
from tasks.ledger_checks import KnownMoney, answer_to, money_warnings, read_known_money
from tasks.models import BudgetEntry, PaidDay, Task
from tasks.operations.ledger import MoneyNotConfirmed, enter_budget
from tasks.operations.report_rules import questions_about
from tasks.operations.reviewing import accept_update
from tasks.operations.task_days import count_differences
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    StatedFigureFactory,
    TaskFactory,
    UserFactory,
    adopt,
    coordinator_of,
    task_in_force,
)
from tests.past_the_history import past_the_history

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TODAY = date(2026, 11, 21)
MILLION, BILLION = 10**6, 10**9


@pytest.fixture
def task():
    return TaskFactory()


def new_entry(task, **fields):
    """A payment of 160 triệu of the year 2024 that is not stored yet."""
    usual = {"kind": MoneyKind.DISBURSEMENT, "year": 2024, "amount_vnd": 160 * MILLION, "decided_on": date(2024, 5, 10)}
    return BudgetEntry(task=task, **usual | fields)


def asked(entry):
    """What is asked about the entry: the field and the sentence of each warning."""
    warnings = money_warnings(entry, read_known_money([entry.task]))
    return [(one.field, one.text.replace("\u00a0", " ")) for one in warnings]


# Corrections


@pytest.fixture
def mistake(task):
    return BudgetEntryFactory(
        task=task, year=2024, source=MoneySource.PROVINCE, amount_vnd=160 * MILLION, decided_on=date(2024, 5, 10)
    )


def correction_of(mistake, **fields):
    same = {name: getattr(mistake, name) for name in ("task", "kind", "source", "year", "decided_on")}
    return BudgetEntry(corrects=mistake, **same | {"amount_vnd": -mistake.amount_vnd} | fields)


@pytest.mark.parametrize("amount_vnd", [-160 * MILLION, -60 * MILLION], ids=["all", "a part"])
def test_correction_takes_back_all_or_a_part(mistake, amount_vnd):
    enter_budget(correction_of(mistake, amount_vnd=amount_vnd), by=UserFactory(), today=TODAY)

    assert sum(BudgetEntry.objects.values_list("amount_vnd", flat=True)) == 160 * MILLION + amount_vnd


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        pytest.param({"kind": "contract"}, "kind", "Phải giống bút toán được đính chính: Giải ngân.", id="kind"),
        pytest.param(
            {"source": "central"}, "source", "Phải giống bút toán được đính chính: Ngân sách tỉnh.", id="source"
        ),
        pytest.param({"year": 2023}, "year", "Phải giống bút toán được đính chính: 2024.", id="year"),
        pytest.param(
            {"amount_vnd": 160 * MILLION},
            "amount_vnd",
            "Đính chính phải ngược dấu với bút toán gốc; bỏ cả bút toán thì ghi −160 triệu đồng.",
            id="same sign",
        ),
        pytest.param(
            {"amount_vnd": -161 * MILLION},
            "amount_vnd",
            "Đính chính nhiều nhất bằng bút toán gốc: 160 triệu đồng.",
            id="more than there was",
        ),
        pytest.param(
            {"decided_on": date(2024, 5, 9)},
            "decided_on",
            "Bút toán được đính chính ghi ngày 10/05/2024; không đính chính trước ngày đó.",
            id="before the mistake",
        ),
    ],
)
def test_correction_that_does_not_correct_is_refused(mistake, change, field, message):
    with pytest.raises(ValidationError) as refusal:
        enter_budget(correction_of(mistake, **change), by=UserFactory(), today=TODAY)

    told = {name: [one.replace("\u00a0", " ") for one in said] for name, said in refusal.value.message_dict.items()}
    assert told == {field: [message]}
    assert BudgetEntry.objects.count() == 1


def test_correction_of_another_task_s_entry_is_refused(mistake):
    with pytest.raises(ValidationError, match="thuộc nhiệm vụ khác"):
        enter_budget(correction_of(mistake, task=TaskFactory()), by=UserFactory(), today=TODAY)


def test_second_correction_of_one_entry_is_refused(mistake):
    enter_budget(correction_of(mistake, amount_vnd=-60 * MILLION), by=UserFactory(), today=TODAY)

    with pytest.raises(ValidationError, match="Bút toán này đã được đính chính"):
        enter_budget(correction_of(mistake, amount_vnd=-50 * MILLION), by=UserFactory(), today=TODAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_is_kept(task, at_once):
    mistake, person = BudgetEntryFactory(task=task, amount_vnd=160 * MILLION), UserFactory()

    outcomes = at_once(*[lambda: enter_budget(correction_of(mistake), by=person, today=TODAY)] * 2)

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 1
    assert sum(BudgetEntry.objects.values_list("amount_vnd", flat=True)) == 0


def test_wrong_correction_is_corrected_in_its_turn(mistake):
    wrong = enter_budget(correction_of(mistake), by=UserFactory(), today=TODAY)

    enter_budget(correction_of(wrong, amount_vnd=100 * MILLION), by=UserFactory(), today=TODAY)

    assert sum(BudgetEntry.objects.values_list("amount_vnd", flat=True)) == 100 * MILLION


def test_entry_is_not_deleted(mistake):
    with pytest.raises(ValidationError, match="không sửa, không xóa được"):
        signed_delete(mistake, by=UserFactory())

    assert BudgetEntry.objects.filter(pk=mistake.pk).exists()


# What is asked about


def test_usual_entry_is_not_asked_about(task):
    StatedFigureFactory(programme=task.programme, measure=Measure.BUDGET, value=3_470 * BILLION, money_kind="estimate")
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=160 * MILLION)

    assert asked(new_entry(task)) == []


def test_amount_beyond_the_total_of_the_programme_is_asked_about(task):
    StatedFigureFactory(programme=task.programme, measure=Measure.BUDGET, value=3_470 * BILLION, money_kind="estimate")

    assert asked(new_entry(task, amount_vnd=3_470_000 * BILLION)) == [
        (
            "amount_vnd",
            "3.470.000 tỷ đồng gấp 1.000 lần tổng kinh phí của đề án (3.470 tỷ đồng). Kiểm tra đơn vị.",
        )
    ]
    assert asked(new_entry(task, amount_vnd=3_471 * BILLION)) == [
        ("amount_vnd", "3.471 tỷ đồng lớn hơn tổng kinh phí của đề án (3.470 tỷ đồng). Kiểm tra đơn vị.")
    ]
    assert asked(new_entry(task, amount_vnd=3_470 * BILLION)) == []


def test_total_is_the_greatest_that_any_document_gives_and_no_draft_s(task):
    adopt(RevisionFactory(programme=task.programme, declared_budget_vnd=BILLION, declared_budget_kind="estimate"))
    RevisionFactory(programme=task.programme, declared_budget_vnd=9 * BILLION, declared_budget_kind="estimate")
    StatedFigureFactory(programme=task.programme, measure=Measure.BUDGET, value=2 * BILLION, money_kind="estimate")

    assert set(task.programme.revisions.values_list("state", flat=True)) == {
        RevisionState.ADOPTED,
        RevisionState.DRAFT,
    }
    assert read_known_money([task]).declared == {task.programme_id: 2 * BILLION}


def test_amount_a_hundred_times_what_the_task_plans_is_asked_about():
    plan = PlannedTaskFactory()
    PlannedBudgetFactory(planned_task=plan, amount_vnd=160 * MILLION)

    assert asked(new_entry(plan.task, amount_vnd=160 * BILLION)) == [
        (
            "amount_vnd",
            "160 tỷ đồng gấp 1.000 lần kinh phí dự kiến của nhiệm vụ (160 triệu đồng). Kiểm tra đơn vị.",
        )
    ]
    assert asked(new_entry(plan.task, amount_vnd=15 * BILLION)) == []


def test_paid_beyond_the_plan_of_the_year_is_asked_about_with_both_sums(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=200 * MILLION)
    BudgetEntryFactory(task=task, year=2024, amount_vnd=100 * MILLION)
    # Of another year, another kind, another task: none of this year's business.
    BudgetEntryFactory(task=task, year=2023, amount_vnd=900 * MILLION)
    BudgetEntryFactory(task=task, kind=MoneyKind.CONTRACT, year=2024, amount_vnd=900 * MILLION)
    BudgetEntryFactory(year=2024, amount_vnd=900 * MILLION)

    assert asked(new_entry(task, amount_vnd=100 * MILLION)) == []
    assert asked(new_entry(task, amount_vnd=100 * MILLION + 1)) == [
        ("amount_vnd", "Giải ngân năm 2024 thành 200.000.001 đồng, vượt kế hoạch vốn năm (200 triệu đồng).")
    ]


def test_paid_beyond_the_plan_of_its_source_is_asked_about(task):
    for source in (MoneySource.PROVINCE, MoneySource.CENTRAL):
        BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, source=source, year=2024, amount_vnd=100 * MILLION)

    assert asked(new_entry(task, source=MoneySource.PROVINCE, amount_vnd=120 * MILLION)) == [
        (
            "amount_vnd",
            "Giải ngân năm 2024 từ nguồn ngân sách tỉnh thành 120 triệu đồng, vượt kế hoạch vốn năm (100 triệu đồng).",
        )
    ]


def test_plan_lowered_below_what_was_paid_is_asked_about(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=200 * MILLION)
    BudgetEntryFactory(task=task, year=2024, amount_vnd=150 * MILLION)
    cut = new_entry(task, kind=MoneyKind.YEAR_PLAN, amount_vnd=-60 * MILLION, note="Cắt giảm")

    assert asked(cut) == [
        ("amount_vnd", "Giải ngân năm 2024 thành 150 triệu đồng, vượt kế hoạch vốn năm (140 triệu đồng).")
    ]


def test_payment_taken_back_is_not_asked_about_though_too_much_remains(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=100 * MILLION)
    BudgetEntryFactory(task=task, year=2024, amount_vnd=300 * MILLION)

    assert asked(new_entry(task, amount_vnd=-50 * MILLION, note="Thu hồi tạm ứng")) == []


def test_years_planned_beyond_the_medium_term_are_asked_about(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.MEDIUM_TERM_PLAN, amount_vnd=500 * MILLION)
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2023, amount_vnd=300 * MILLION)

    assert asked(new_entry(task, kind=MoneyKind.YEAR_PLAN, amount_vnd=200 * MILLION)) == []
    assert asked(new_entry(task, kind=MoneyKind.YEAR_PLAN, amount_vnd=300 * MILLION)) == [
        (
            "amount_vnd",
            "Kế hoạch vốn các năm của nhiệm vụ thành 600 triệu đồng, vượt kế hoạch vốn trung hạn (500 triệu đồng).",
        )
    ]


@pytest.mark.parametrize(
    ("kind", "year", "is_asked"),
    [
        pytest.param("disbursement", 2024, False, id="paid in its year"),
        pytest.param("disbursement", 2023, False, id="paid until the accounts close"),
        pytest.param("disbursement", 2022, True, id="paid two years later"),
        pytest.param("disbursement", 2025, True, id="paid before its year"),
        pytest.param("year_plan", 2025, False, id="planned the year before"),
        pytest.param("year_plan", 2026, True, id="planned two years before"),
        pytest.param("settlement", 2021, False, id="settled three years later"),
        pytest.param("contract", 2018, True, id="a contract of long ago"),
    ],
)
def test_budget_year_far_from_the_day_is_asked_about(task, kind, year, is_asked):
    fields = [field for field, _ in asked(new_entry(task, kind=kind, year=year))]

    assert fields == (["year"] if is_asked else [])


def test_entries_of_one_file_are_held_against_each_other(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=200 * MILLION)
    known = read_known_money([task])

    told = []
    for _ in range(2):
        row = new_entry(task)
        told.append(bool(money_warnings(row, known)))
        known.add(row)

    assert told == [False, True]


@pytest.mark.parametrize("count", [1, 10])
def test_what_is_known_takes_four_queries_however_many_tasks(count, django_assert_num_queries):
    for _ in range(count):
        BudgetEntryFactory(year=2024)

    with django_assert_num_queries(5):
        known = read_known_money(Task.objects.all())

    assert len(known.sums) == count


def test_answer_is_to_these_amounts_and_no_others(task):
    known = KnownMoney(declared={task.programme_id: MILLION})
    first, second = (money_warnings(new_entry(task, amount_vnd=vnd * MILLION), known) for vnd in (2, 3))

    assert answer_to(first) != answer_to(second)
    assert answer_to([]) == ""


# enter_budget


def test_enter_budget_refuses_what_nobody_confirmed(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=100 * MILLION)

    with pytest.raises(MoneyNotConfirmed) as refusal:
        enter_budget(new_entry(task), by=UserFactory(), today=TODAY)

    assert list(refusal.value.message_dict) == ["amount_vnd"]
    assert BudgetEntry.objects.count() == 1


def test_enter_budget_keeps_with_the_reason_what_was_confirmed(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=100 * MILLION)
    entry = new_entry(task)
    answer = answer_to(money_warnings(entry, read_known_money([task])))

    enter_budget(entry, by=UserFactory(), today=TODAY, reason="Chi bổ sung", confirmed=answer)

    reason = entry.history.get().history_change_reason.replace("\u00a0", " ")
    assert reason == (
        "Chi bổ sung (Lưu ý khi ghi: Giải ngân năm 2024 thành 160 triệu đồng, vượt kế hoạch vốn năm (100 triệu đồng).)"
    )


def test_answer_given_for_another_amount_does_not_count(task):
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=100 * MILLION)
    answer = answer_to(money_warnings(new_entry(task), read_known_money([task])))

    with pytest.raises(MoneyNotConfirmed):
        enter_budget(new_entry(task, amount_vnd=170 * MILLION), by=UserFactory(), today=TODAY, confirmed=answer)


@pytest.mark.django_db(transaction=True)
def test_of_two_payments_at_once_the_second_is_asked_about(task, at_once):
    person = UserFactory()
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=200 * MILLION)

    outcomes = at_once(*[lambda: enter_budget(new_entry(task), by=person, today=TODAY)] * 2)

    assert sum(isinstance(one, MoneyNotConfirmed) for one in outcomes) == 1
    assert BudgetEntry.objects.filter(kind=MoneyKind.DISBURSEMENT).count() == 1


# What was paid by each day


@pytest.mark.django_db(transaction=True)
def test_two_payments_for_two_tasks_at_once_are_both_in_what_the_programme_had_paid(task, at_once):
    person, other = UserFactory(), TaskFactory(programme=task.programme)

    outcomes = at_once(*[lambda one=one: enter_budget(new_entry(one), by=person, today=TODAY) for one in (task, other)])

    assert all(isinstance(one, BudgetEntry) for one in outcomes)
    [last] = PaidDay.objects.of_programmes([task.programme_id], TODAY)
    assert last.paid_vnd == sum(entry.amount_vnd for entry in outcomes)
    assert count_differences(task.programme_id) == 0


def test_payment_entered_late_is_in_all_that_follows_it(task):
    person = UserFactory()
    enter_budget(new_entry(task, decided_on=date(2024, 6, 1), amount_vnd=30 * MILLION), by=person, today=TODAY)
    enter_budget(new_entry(task, decided_on=date(2024, 2, 1), amount_vnd=20 * MILLION), by=person, today=TODAY)

    days = [date(2024, 1, 31), date(2024, 2, 1), date(2024, 5, 31), date(2024, 6, 1)]
    told = [PaidDay.objects.of_programmes([task.programme_id], day).values_list("paid_vnd", flat=True) for day in days]
    assert [[*rows] for rows in told] == [[], [20 * MILLION], [20 * MILLION], [50 * MILLION]]


# Sums


@pytest.fixture
def among_many(task):
    """The task, with entries of its own, in a table of many: in one of a few rows any index is as good as another."""
    days = [date(2024, 1, 1) + timedelta(days=day) for day in range(50)]
    kinds = [MoneyKind.DISBURSEMENT, MoneyKind.CONTRACT, MoneyKind.YEAR_PLAN]
    tasks = [task, *TaskFactory.create_batch(39)]
    usual = {"year": 2024, "amount_vnd": MILLION}
    entries = [
        BudgetEntry(task=one, kind=kind, decided_on=day, **usual) for one in tasks for kind in kinds for day in days
    ]
    with past_the_history():
        BudgetEntry.objects.bulk_create(entries)
    with connection.cursor() as cursor:
        # What an earlier test told of the size of a table stays when that test is undone.
        for table in (BudgetEntry._meta.db_table, Task._meta.db_table):
            cursor.execute(f"ANALYZE {table}")
    return task


def test_sums_of_a_task_and_kind_use_the_index(among_many):
    entries = BudgetEntry.objects.filter(task=among_many, kind=MoneyKind.DISBURSEMENT).decided_by(TODAY).summed()

    assert "budget_entry_by_task_and_kind" in entries.explain()


def test_sums_of_a_programme_use_the_index(among_many):
    entries = BudgetEntry.objects.filter(task__programme=among_many.programme_id).decided_by(TODAY).summed()

    assert "budget_entry_by_task_and_kind" in entries.explain()


# What a report says was paid


def test_payment_beyond_the_plan_is_asked_of_the_author_and_entered_on_acceptance():
    programme = ProgrammeFactory()
    task = task_in_force(programme)
    BudgetEntryFactory(task=task, kind=MoneyKind.YEAR_PLAN, year=2024, amount_vnd=100 * MILLION)
    update = ProgressUpdateFactory(
        task=task,
        submitted=True,
        as_of=date(2024, 6, 14),
        disbursed_vnd=160 * MILLION,
        author__agency=AgencyFactory(province=programme.province),
    )

    (question,) = questions_about(update)
    accept_update(update, by=coordinator_of(programme), today=TODAY)

    assert question.code == "money"
    assert "vượt kế hoạch vốn năm (100 triệu đồng)" in question.sentence.replace("\u00a0", " ")
    payment = BudgetEntry.objects.get(report=update)
    assert (payment.amount_vnd, payment.year) == (160 * MILLION, 2024)
    assert "Lưu ý khi ghi" in payment.history.get().history_change_reason
