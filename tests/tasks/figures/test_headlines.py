"""What a headline must not hide: lateness, the age of reports, since when a proposal waits, whose money it is."""

import json
import re
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from programme.models import Programme, Role, StepKind
from smartcity.lib.language.dates import say_age
from smartcity.lib.language.money import MoneyKind, MoneySource
from tasks.comparison import compare
from tasks.figures.headline import headline_text
from tasks.figures.reading import read_programmes
from tasks.models import LineageKind, ReportingCycle, Status
from tasks.operations.copying import begin_amendment
from tasks.operations.cycles import open_cycles
from tasks.operations.deciding import take_step
from tasks.operations.drafting import carry_over
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingDutyFactory,
    RevisionFactory,
    TaskFactory,
    TaskLineageFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    task_in_force,
)
from tests.reading import figure_links, text_of

pytestmark = pytest.mark.django_db

DECIDED, PROPOSED, TODAY = date(2020, 1, 1), date(2023, 6, 16), date(2026, 11, 28)
BILLION = 10**9


def read(programme, on):
    [day] = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=on)
    return day


@pytest.mark.parametrize(
    ("since", "on", "said"),
    [
        (date(2023, 6, 16), date(2026, 11, 28), "3 năm 5 tháng"),
        (date(2023, 6, 16), date(2026, 6, 16), "3 năm"),
        (date(2023, 6, 16), date(2026, 6, 15), "2 năm 11 tháng"),
        (date(2026, 6, 30), date(2026, 11, 28), "4 tháng"),
        (date(2026, 11, 1), date(2026, 11, 28), "27 ngày"),
        (date(2026, 11, 28), date(2026, 11, 28), "hôm nay"),
    ],
)
def test_age_is_told_in_years_and_months(since, on, said):
    assert say_age(since, on) == said


# Lateness and age


@pytest.mark.parametrize("username", ["lanh-dao", "dau-moi", "kiem-toan"])
def test_first_page_tells_what_is_late_and_how_old_the_reports_are(client_of, office, username):
    text = text_of(client_of(username).get("/?ngay=28/11/2026").text)

    assert "8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024 từ 16/06/2023, đã chờ 3 năm 5 tháng" in text
    assert "; 8 nhiệm vụ quá hạn" in text
    assert "Báo cáo mới nhất: số liệu đến ngày 10/04/2024, đã 2 năm 7 tháng" in text


@pytest.mark.parametrize(
    ("address", "late"),
    [
        ("/de-an/BRVT-DTTM/?ngay=28/11/2026", "; 8 nhiệm vụ quá hạn"),
        ("/quan-tri/", "; 8 quá hạn"),
        ("/quan-tri/tasks/task/", "; 8 quá hạn"),
    ],
)
def test_every_headline_tells_lateness_and_age(client_of, office, address, late):
    text = text_of(client_of("lanh-dao").get(address).text)

    assert late in text
    assert "Báo cáo mới nhất: số liệu đến ngày 10/04/2024" in text


def test_command_tells_lateness_and_age(real_programmes):
    out = StringIO()
    call_command("figures", "BRVT-DTTM", as_of="2026-11-28", stdout=out)

    assert "8 nhiệm vụ quá hạn" in out.getvalue()
    assert "Báo cáo mới nhất: số liệu đến ngày 10/04/2024, đã 2 năm 7 tháng" in out.getvalue()


def test_age_is_counted_to_the_day_of_the_figures(client_of, office):
    text = text_of(client_of("lanh-dao").get("/de-an/BRVT-DTTM/?ngay=16/06/2023").text)

    assert "8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024 từ 16/06/2023; 8 nhiệm vụ quá hạn" in text
    assert "Báo cáo mới nhất: số liệu đến ngày 16/06/2023." in text
    assert "đã chờ" not in text


def test_what_nobody_reported_on_is_not_nought(client_of):
    programme = adopted_revision(tasks=12, due_on=date(2022, 12, 31)).programme
    leader = UserFactory(role=Role.LEADER, agency=programme.coordinating_agency)

    page = client_of(leader).get("/?ngay=16/06/2023")

    assert "12 nhiệm vụ, chưa có báo cáo tiến độ; 12 nhiệm vụ quá hạn" in text_of(page.text)
    assert "0/12" not in text_of(page.text)
    assert [count for _, count in figure_links(page.text)][:2] == [12, 12]


# Money


def test_itemised_and_paid_money_is_told_where_no_total_is_declared(client_of):
    revision = RevisionFactory(declared_budget_vnd=None)
    planned = PlannedTaskFactory(revision=revision)
    PlannedBudgetFactory(planned_task=planned, amount_vnd=5 * BILLION)
    adopt(revision, effective_on=DECIDED)
    BudgetEntryFactory(task=planned.task, amount_vnd=2 * BILLION, decided_on=date(2021, 5, 5))
    leader = client_of(UserFactory(role=Role.LEADER, agency=revision.programme.coordinating_agency))

    card = text_of(leader.get("/?ngay=16/06/2023").text)
    page = text_of(leader.get(f"{revision.programme.get_absolute_url()}?ngay=16/06/2023").text)

    assert "Kinh phí phân khai theo nhiệm vụ 5 tỷ đồng, chưa công bố tổng. Đã giải ngân 2 tỷ đồng." in card
    # Of the year alone nothing is known, which stands above the rows.
    assert "chưa có số liệu" not in card.partition("Hoàn thành / tổng số")[2]
    assert "Kinh phí 5 tỷ đồng Cộng kinh phí phân khai theo nhiệm vụ." in page


def test_payment_taken_back_is_nought_and_not_unknown(client_of):
    task = task_in_force()
    for vnd in (BILLION, -BILLION):
        BudgetEntryFactory(task=task, amount_vnd=vnd, decided_on=date(2021, 5, 5), note="Theo chứng từ")
    leader = client_of(UserFactory(role=Role.LEADER, agency=task.programme.coordinating_agency))

    assert "Đã giải ngân 0 đồng" in text_of(leader.get("/?ngay=16/06/2023").text)
    assert read(task.programme, DECIDED).disbursed_vnd is None


def test_rate_divides_by_the_plan_of_its_own_source(client_of):
    task = task_in_force()

    def enter(vnd, kind, source):
        BudgetEntryFactory(task=task, kind=kind, source=source, year=2024, amount_vnd=vnd, decided_on=date(2024, 6, 20))

    enter(6_200_000_000, MoneyKind.YEAR_PLAN, MoneySource.PROVINCE)
    enter(1_000_000_000, MoneyKind.DISBURSEMENT, MoneySource.PROVINCE)
    enter(8_000_000_000, MoneyKind.DISBURSEMENT, MoneySource.PRIVATE)
    leader = client_of(UserFactory(role=Role.LEADER, agency=task.programme.coordinating_agency))

    text = text_of(leader.get(f"{task.programme.get_absolute_url()}kinh-phi/?ngay=31/12/2024").text)

    assert "giải ngân 1 tỷ đồng ngân sách tỉnh / kế hoạch vốn 6,2 tỷ đồng, đạt 16,12%" in text
    assert "ngoài ra giải ngân 8 tỷ đồng xã hội hóa, nguồn chưa có kế hoạch vốn năm" in text
    assert "145,16%" not in text


# «Chuyển tiếp» is one pair


@pytest.fixture
def split():
    """Eleven tasks to 2022: four complete; of the seven others one is split in two, and all go to 2023–2024."""
    first = RevisionFactory()
    old = PeriodFactory(revision=first, label="2020–2022", last_day=date(2022, 12, 31))
    plans = PlannedTaskFactory.create_batch(11, revision=first, period=old)
    adopt(first, effective_on=DECIDED)
    for plan in plans[:4]:
        ProgressUpdateFactory(task=plan.task, accepted=True, as_of=date(2022, 6, 30), status=Status.COMPLETE)
    second = RevisionFactory(programme=first.programme, base=first)
    kept = PeriodFactory(revision=second, label="2020–2022", last_day=date(2022, 12, 31))
    new = PeriodFactory(revision=second, label="2023–2024", last_day=date(2024, 12, 31))
    for plan in plans[:4]:
        PlannedTaskFactory(revision=second, task=plan.task, period=kept)
    for plan in plans[4:10]:
        PlannedTaskFactory(revision=second, task=plan.task, period=new)
    for _ in range(2):
        part = TaskFactory(programme=first.programme)
        PlannedTaskFactory(revision=second, task=part, period=new)
        TaskLineageFactory(revision=second, from_task=plans[10].task, to_task=part, kind=LineageKind.SPLIT)
    return second


def test_carried_over_is_the_same_pair_in_comparison_proposal_and_after_adoption(split, client_of):
    programme = split.programme
    take_step(split, kind=StepKind.SUBMITTED, on=PROPOSED, by=coordinator_of(programme), today=TODAY)
    leader = client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))

    compared = compare(split.base, split, today=PROPOSED)
    proposed = read(programme, PROPOSED)
    waiting = leader.get(f"{programme.get_absolute_url()}?ngay=16/06/2023")
    adopt(split, effective_on=date(2023, 12, 1))
    decided = read(programme, date(2024, 1, 1))

    assert compared.carried.pair == proposed.proposed_pair == decided.carried_pair == (7, 8)
    assert "Chuyển tiếp: 7 → 8 nhiệm vụ" in compared.carried_sentence
    assert "7 → 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024" in text_of(waiting.text)
    assert (proposed.counts["de-nghi-chuyen-tiep"], decided.counts["chuyen-tiep"]) == (7, 8)
    assert "7 → 8 nhiệm vụ chuyển tiếp sang 2023–2024" in headline_text(decided)
    assert compared.as_dict()["carried_over"] == decided.as_dict()["carried_over"] == {"from": 7, "to": 8}


def test_one_number_where_nothing_was_split(real_programmes):
    day = read(Programme.objects.get(code="BRVT-DTTM"), PROPOSED)

    assert day.proposed_pair == (8, 8)
    assert "8 nhiệm vụ đề nghị chuyển tiếp" in headline_text(day)


def test_part_of_a_task_that_was_complete_is_not_carried_over(split):
    origin = split.base.planned_tasks.order_by("position").last().task
    ProgressUpdateFactory(task=origin, accepted=True, as_of=date(2022, 6, 30), status=Status.COMPLETE)

    adopt(split, effective_on=date(2023, 12, 1))

    assert read(split.programme, date(2024, 1, 1)).carried_pair == (6, 6)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merged_task_is_later_than_the_earliest_of_those_merged(order):
    first = RevisionFactory()
    early = PeriodFactory(revision=first, label="2020–2022", last_day=date(2022, 12, 31))
    late = PeriodFactory(revision=first, label="2020–2024", last_day=date(2024, 12, 31))
    plans = [PlannedTaskFactory(revision=first, period=period) for period in (early, late)]
    adopt(first, effective_on=DECIDED)
    second = RevisionFactory(programme=first.programme, base=first)
    period = PeriodFactory(revision=second, label="2020–2024", last_day=date(2024, 12, 31))
    merged = PlannedTaskFactory(revision=second, task=TaskFactory(programme=first.programme), period=period)
    for place in order:
        TaskLineageFactory(revision=second, from_task=plans[place].task, to_task=merged.task, kind=LineageKind.MERGE)
    adopt(second, effective_on=date(2023, 12, 1))

    day = read(first.programme, date(2024, 1, 1))

    assert day.carried_pair == (1, 1)
    assert [row.carried_from for row in day.rows] == [plans[0].pk]
    assert [row.slips for row in day.rows] == [1]


@pytest.mark.parametrize(
    ("due_on", "pair"), [(date(2022, 6, 30), (1, 1)), (None, (0, 0))], ids=["due by then", "no end at all"]
)
def test_task_of_no_period_is_carried_over_from_its_own_due(due_on, pair):
    first = adopted_revision(tasks=1, due_on=due_on)
    person, today = coordinator_of(first.programme), date(2022, 12, 1)
    draft = begin_amendment(first.programme, by=person)
    later = PeriodFactory(revision=draft, label="2023–2024", first_day=date(2023, 1, 1), last_day=date(2024, 12, 31))

    if due_on is None:
        with pytest.raises(ValidationError, match="Không có nhiệm vụ nào chưa hoàn thành mà giai đoạn hoặc hạn"):
            carry_over(draft, period=later, by=person, today=today)
    else:
        carry_over(draft, period=later, by=person, today=today)
    adopt(draft, effective_on=date(2023, 1, 1))

    assert read(first.programme, date(2023, 6, 16)).carried_pair == pair


def test_json_of_the_command_has_the_pair(split):
    adopt(split, effective_on=date(2023, 12, 1))
    out = StringIO()

    call_command("figures", split.programme.code, as_of="2024-01-01", format="json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["carried_over"] == {"from": 7, "to": 8}
    assert told["tasks"]["carried_over"] == 8


# The cycle's numbers open their reports


def test_every_number_of_a_cycle_opens_exactly_its_reports(client_of):
    programme = ProgrammeFactory()
    leads = [AgencyFactory(province=programme.province, name=name) for name in ("Sở Y tế", "Sở Xây dựng")]
    revision = RevisionFactory(programme=programme)
    plans = [PlannedTaskFactory(revision=revision, lead_agency=lead) for lead in (leads[0], leads[0], leads[1], None)]
    adopt(revision, effective_on=DECIDED)
    duty = ReportingDutyFactory(programme=programme)
    open_cycles(duty, by=UserFactory(), today=date(2023, 7, 20))
    cycle = ReportingCycle.objects.filter(duty=duty).order_by("first_day").first()
    ProgressUpdateFactory(task=plans[0].task, cycle=cycle, accepted=True, as_of=cycle.last_day)
    address = f"{programme.get_absolute_url()}ky-bao-cao/?ky={cycle.pk}"
    leader = client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))

    page = leader.get(address).text
    numbers = re.findall(r'<a href="(\?[^"]*tra-loi=[^"#]*)#tung-bao-cao">(\d+)</a>', page)

    assert len(numbers) >= 4
    for query, number in numbers:
        rows = leader.get(f"{programme.get_absolute_url()}ky-bao-cao/{unescape(query)}").text
        assert rows.count('data-label="Ngày nộp"') == int(number), query
        assert "Đang xem:" in rows
    assert leader.get(f"{address}&tra-loi=khac").status_code == 404
    assert leader.get(f"{address}&co-quan=0").status_code == 404


def test_payment_of_a_source_that_nobody_named_counts_for_the_plan(client_of):
    task = task_in_force()
    for kind, source, vnd in [
        (MoneyKind.YEAR_PLAN, MoneySource.UNSPECIFIED, 20 * BILLION),
        (MoneyKind.DISBURSEMENT, MoneySource.PROVINCE, 12 * BILLION),
    ]:
        BudgetEntryFactory(task=task, kind=kind, source=source, year=2024, amount_vnd=vnd, decided_on=date(2024, 6, 20))
    leader = client_of(UserFactory(role=Role.LEADER, agency=task.programme.coordinating_agency))

    text = text_of(leader.get(f"{task.programme.get_absolute_url()}kinh-phi/?ngay=31/12/2024").text)

    assert "giải ngân 12 tỷ đồng / kế hoạch vốn 20 tỷ đồng, đạt 60%" in text
    # Only the table of sources tells that the plan's own one has paid nothing.
    assert "chưa ghi giải ngân" not in text.partition("Xem bảng")[0]


def test_tasks_that_would_be_merged_are_each_proposed():
    first = RevisionFactory()
    period = PeriodFactory(revision=first, last_day=date(2022, 12, 31))
    plans = PlannedTaskFactory.create_batch(2, revision=first, period=period)
    programme = adopt(first, effective_on=date(2020, 1, 1)).programme
    second = RevisionFactory(programme=programme, base=first)
    later = PeriodFactory(revision=second, last_day=date(2024, 12, 31), label="2023–2024")
    merged = PlannedTaskFactory(revision=second, period=later)
    for plan in plans:
        TaskLineageFactory(revision=second, from_task=plan.task, to_task=merged.task, kind=LineageKind.MERGE)
    take_step(second, StepKind.SUBMITTED, on=PROPOSED, by=coordinator_of(programme), today=TODAY)

    [day] = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=PROPOSED)

    assert (day.proposed_pair, day.counts["de-nghi-chuyen-tiep"]) == ((2, 1), 2)
    assert {row.plan for row in day.rows_of("de-nghi-chuyen-tiep")} == {plan.pk for plan in plans}
