"""The page of a task tells the same on each day, also what few have: relatives, an end, a revision that waits."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from programme.models import Revision, StepKind
from programme.operations.deciding import record_step
from smartcity.portfolio.task_on_day import read_task_on_day
from tasks.models import Task
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import remove_task, split_task
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    CoordinationFactory,
    EvidenceFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    UserFactory,
    adopt,
    coordinator_of,
    kept,
)
from tests.given import words

pytestmark = pytest.mark.django_db

SPLIT_ON, PROPOSED_ON, EFFECT_ON = date(2022, 1, 1), date(2023, 5, 1), date(2023, 7, 1)


@pytest.fixture
def programme():
    """From 2020 three tasks; from 2022 the second is split and the third taken out; since May 2023 the first waits
    for another lead, from July on it has it.
    """
    programme = ProgrammeFactory()
    coordinator = coordinator_of(programme)
    first = RevisionFactory(programme=programme)
    period = PeriodFactory(revision=first, label="2020–2022")
    lead = AgencyFactory(province=programme.province, name="Sở Xây dựng")
    for name in ("Kiến trúc", "Kho dữ liệu", "Chiếu sáng"):
        PlannedTaskFactory(revision=first, period=period, name=name, lead_agency=lead)
    CoordinationFactory(planned_task=first.planned_tasks.get(position=1), agency=programme.coordinating_agency)
    adopt(first)
    second = begin_amendment(programme, by=coordinator)
    planned = second.planned_tasks.get(position=2)
    split_task(planned, parts=[{"name": "Kho số liệu"}, {"name": "Kho bản đồ"}], by=coordinator, today=SPLIT_ON)
    remove_task(second.planned_tasks.get(name="Chiếu sáng"), reason="Trùng lặp", by=coordinator)
    adopt(second, effective_on=SPLIT_ON)
    third = begin_amendment(programme, by=coordinator)
    renamed = third.planned_tasks.get(position=1)
    renamed.name = "Kiến trúc số"
    kept(renamed)
    record_step(third, StepKind.SUBMITTED, on=PROPOSED_ON, by=coordinator, today=PROPOSED_ON)
    adopt(Revision.objects.get(pk=third.pk), effective_on=EFFECT_ON)
    return programme


def task_called(programme, name) -> Task:
    return programme.tasks.filter(plans__name=name).distinct().get()


@pytest.fixture
def told(client_of, programme):
    browser = client_of(coordinator_of(programme))

    def read(name: str, day: date) -> str:
        address = reverse("task_detail", args=[task_called(programme, name).pk], query={"ngay": f"{day:%d/%m/%Y}"})
        return words(browser.get(address))

    return read


def test_task_that_was_split_or_taken_out_says_by_what_it_ended(told):
    before, after = SPLIT_ON - timedelta(days=1), SPLIT_ON

    assert "Trạng thái" not in told("Kho dữ liệu", before)
    assert "Điều chỉnh lần 1" not in told("Kho dữ liệu", before)
    split, removed = told("Kho dữ liệu", after), told("Chiếu sáng", after)
    assert "đã đóng nhiệm vụ từ 01/01/2022: tách" in split
    assert "Thành nhiệm vụ Kho số liệu tách, điều chỉnh lần 1 (đã thông qua) Kho bản đồ" in split
    assert "đã đóng nhiệm vụ từ 01/01/2022: đưa ra khỏi đề án. Lý do: Trùng lặp" in removed
    assert "Nguồn gốc và kế thừa" not in removed
    assert "Từ nhiệm vụ Kho dữ liệu tách, điều chỉnh lần 1" in told("Kho số liệu", after)


def test_revision_that_waits_says_what_it_would_change(told):
    before, waiting, then = (
        told("Kiến trúc", day) for day in (PROPOSED_ON - timedelta(days=1), PROPOSED_ON, EFFECT_ON)
    )

    assert "đề nghị: tên từ Kiến trúc thành Kiến trúc số" in waiting
    assert "Điều chỉnh lần 2 · Đã trình" in waiting
    for page in (before, then):
        assert "đề nghị" not in page
    assert "1. Kiến trúc số" in then
    assert "Điều chỉnh lần 2 · Đã thông qua, có hiệu lực từ 01/07/2023" in then


@pytest.mark.both_databases
@pytest.mark.parametrize("moved", [-1, 0, 1])
def test_revisions_of_a_day_are_those_that_the_database_finds(programme, moved):
    task = task_called(programme, "Kiến trúc")

    for on in (date(2020, 1, 1), SPLIT_ON, PROPOSED_ON, EFFECT_ON):
        day = on + timedelta(days=moved)
        on_day = read_task_on_day(Task.objects.get(pk=task.pk), as_of=day, today=day)
        own = programme.revisions
        assert on_day.revisions == list(own.known(day).order_by("number"))
        assert on_day.in_effect[:1] == list(own.in_force(day))
        assert [on_day.programme.pending] == (list(own.pending(day)) or [None])


def test_money_adds_what_is_not_shown(told, programme):
    task = task_called(programme, "Kiến trúc")
    BudgetEntryFactory(task=task, kind="year_plan", year=2021, amount_vnd=10**9, decided_on=date(2021, 1, 5))
    for month in range(1, 13):
        BudgetEntryFactory(task=task, year=2021, amount_vnd=50_000_000, decided_on=date(2021, month, 20))

    page = told("Kiến trúc", date(2022, 6, 1))

    assert "Giải ngân năm 2021 600 triệu đồng / 1 tỷ đồng 60%" in page
    assert page.count("Giải ngân · ") + page.count("· Giải ngân") == 10
    assert "Xem cả 13 bút toán" in page
    assert "Kế hoạch vốn năm" not in page


def test_report_says_all_that_was_told(told, programme):
    task = task_called(programme, "Kiến trúc")
    author = UserFactory(agency=programme.coordinating_agency, full_name="Nguyễn Thị Lan")
    wrong = ProgressUpdateFactory(task=task, as_of=date(2022, 3, 1), author=author)
    EvidenceFactory(update=wrong)
    ProgressUpdateFactory(task=task, as_of=date(2022, 3, 2), author=author, submitted=True)
    ProgressUpdateFactory(
        task=task,
        as_of=date(2022, 3, 1),
        author=author,
        accepted=True,
        percent=40,
        causes="both",
        objective_cause="Chờ hướng dẫn,\nchờ vốn",
        subjective_cause="Chậm.",
        next_steps="Trình 15/TTr-STTTT.",
        operation_state="trial",
    )

    page = told("Kiến trúc", date(2022, 6, 1))

    assert "01/03/2022 · Đang thực hiện · 40%" in page
    assert "Vận hành Thử nghiệm" in page
    assert "Nguyên nhân Khách quan và chủ quan. Khách quan: Chờ hướng dẫn, chờ vốn. Chủ quan: Chậm." in page
    assert f"Người báo cáo: Nguyễn Thị Lan ({programme.coordinating_agency.label})" in page
