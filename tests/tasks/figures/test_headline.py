from datetime import date

import pytest

from programme.models import Measure, Programme, StepKind
from smartcity.exchange.programme_files import system_account
from smartcity.lib.language.money import MoneyKind
from tasks.figures.headline import figures_as_text, headline, headline_text
from tasks.figures.reading import read_programmes
from tasks.models import Status
from tasks.operations.deciding import take_step
from tests.factories import (
    BudgetEntryFactory,
    PeriodFactory,
    PlannedBudgetFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    StatedFigureFactory,
    adopt,
    adopted_revision,
)

pytestmark = pytest.mark.django_db


def read(programme, as_of):
    [day] = read_programmes(Programme.objects.filter(pk=programme.pk), as_of=as_of)
    return day


def in_force(*statuses, due_on=date(2022, 12, 31)):
    """A programme from 01/01/2020; each task was reported once, on 30/06/2022, unless its status is None."""
    first = adopted_revision(effective_on=date(2020, 1, 1), tasks=len(statuses), due_on=due_on)
    for plan, status in zip(first.planned_tasks.order_by("position"), statuses, strict=True):
        if status:
            ProgressUpdateFactory(task=plan.task, accepted=True, as_of=date(2022, 6, 30), status=status)
    return first.programme


def moved(*labels, tasks):
    """A programme whose tasks go from 2020–2022 to the periods with these labels; the revision that moves them."""
    first = RevisionFactory()
    old = PeriodFactory(revision=first, label="2020–2022", last_day=date(2022, 12, 31))
    plans = PlannedTaskFactory.create_batch(tasks, revision=first, period=old)
    second = RevisionFactory(programme=first.programme, base=adopt(first, effective_on=date(2020, 1, 1)))
    new = [PeriodFactory(revision=second, label=label, last_day=date(2024, 12, 31)) for label in labels]
    for n, plan in enumerate(plans):
        PlannedTaskFactory(revision=second, task=plan.task, period=new[n % len(new)])
    return second


@pytest.mark.parametrize(
    ("code", "as_of", "sentence"),
    [
        pytest.param(
            "BRVT-DTTM",
            date(2023, 6, 16),
            "4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024 từ 16/06/2023; 8 nhiệm vụ quá hạn",
            id="proposed",
        ),
        pytest.param(
            "BRVT-DTTM",
            date(2024, 4, 10),
            "4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024 từ 16/06/2023, đã chờ 9 tháng; "
            "8 nhiệm vụ quá hạn",
            id="still proposed",
        ),
        pytest.param("BRVT-DTTM", date(2020, 1, 1), "12 nhiệm vụ, chưa có báo cáo tiến độ", id="not reported"),
        pytest.param("BRVT-DTTM", date(2019, 12, 12), "Đề án chưa có hiệu lực vào ngày 12/12/2019", id="not in force"),
        pytest.param("HD-CQDT", date(2023, 10, 1), "8 nhiệm vụ, chưa có báo cáo tiến độ", id="Hải Dương"),
    ],
)
def test_headline_of_a_real_programme(real_programmes, code, as_of, sentence):
    assert headline_text(read(Programme.objects.get(code=code), as_of)) == sentence


def test_headline_of_a_programme_without_a_revision():
    programme = ProgrammeFactory()

    assert headline_text(read(programme, date(2024, 2, 3))) == "Đề án chưa có hiệu lực vào ngày 03/02/2024"


def test_headline_of_a_revision_without_tasks():
    assert headline_text(read(in_force(), date(2022, 6, 30))) == "Chưa có nhiệm vụ nào"


@pytest.mark.parametrize(
    ("statuses", "as_of", "sentence"),
    [
        pytest.param([None, None], date(2022, 6, 30), "2 nhiệm vụ, chưa có báo cáo tiến độ", id="no reports"),
        pytest.param(
            [None, None],
            date(2023, 1, 1),
            "2 nhiệm vụ, chưa có báo cáo tiến độ; 2 nhiệm vụ quá hạn",
            id="no reports, late",
        ),
        pytest.param(
            [Status.COMPLETE, Status.IN_PROGRESS, None],
            date(2022, 12, 31),
            "1/3 nhiệm vụ hoàn thành; 2 nhiệm vụ chưa hoàn thành",
            id="in time",
        ),
        pytest.param(
            [Status.COMPLETE, Status.IN_PROGRESS, None],
            date(2023, 1, 1),
            "1/3 nhiệm vụ hoàn thành; 2 nhiệm vụ quá hạn",
            id="overdue",
        ),
        pytest.param(
            [Status.COMPLETE, Status.COMPLETE], date(2023, 1, 1), "2/2 nhiệm vụ hoàn thành", id="all complete"
        ),
    ],
)
def test_headline_says_what_is_left(statuses, as_of, sentence):
    assert headline_text(read(in_force(*statuses), as_of)) == sentence


def test_headline_does_not_call_tasks_without_a_due_day_in_time():
    programme = in_force(Status.COMPLETE, Status.IN_PROGRESS, due_on=None)

    assert "trong hạn" not in headline_text(read(programme, date(2023, 1, 1)))


def test_headline_names_the_periods_of_a_proposal_in_the_order_of_the_tasks():
    second = moved("2023–2024", "2023–2025", tasks=3)
    take_step(second, StepKind.AGREED, on=date(2023, 6, 16), by=system_account(), today=date(2023, 6, 16))

    sentence = headline_text(read(second.programme, date(2023, 6, 16)))

    assert sentence == (
        "3 nhiệm vụ, chưa có báo cáo tiến độ; 3 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024, 2023–2025 từ 16/06/2023; "
        "3 nhiệm vụ quá hạn"
    )


def test_headline_of_carried_over_tasks():
    second = moved("2023–2024", tasks=2)
    adopt(second, effective_on=date(2023, 7, 1))

    sentence = headline_text(read(second.programme, date(2023, 7, 1)))

    assert sentence == "2 nhiệm vụ, chưa có báo cáo tiến độ; 2 nhiệm vụ chuyển tiếp sang 2023–2024"


def test_proposal_is_told_rather_than_what_was_carried_over_before():
    second = adopt(moved("2023–2024", tasks=2), effective_on=date(2023, 7, 1))
    third = RevisionFactory(programme=second.programme, base=second)
    period = PeriodFactory(revision=third, label="2025–2026", last_day=date(2026, 12, 31))
    PlannedTaskFactory(revision=third, task=second.planned_tasks.first().task, period=period)
    take_step(third, StepKind.AGREED, on=date(2024, 6, 1), by=system_account(), today=date(2024, 6, 1))

    sentence = headline_text(read(second.programme, date(2024, 6, 1)))

    assert (
        sentence == "2 nhiệm vụ, chưa có báo cáo tiến độ; 1 nhiệm vụ đề nghị chuyển tiếp sang 2025–2026 từ 01/06/2024"
    )


@pytest.mark.parametrize("as_of", [date(2020, 1, 1), date(2023, 6, 16)], ids=str)
def test_each_figure_of_the_headline_names_the_rows_that_it_counts(real_programmes, as_of):
    day = read(Programme.objects.get(code="BRVT-DTTM"), as_of)

    figures = {part.key: int(part.text) for part in headline(day) if part.key}

    assert {"tat-ca"} | ({"hoan-thanh"} if day.has_reports else set()) <= set(figures)
    assert figures == {key: len(day.rows_of(key)) for key in figures}
    assert not any(part.text.strip().isdigit() for part in headline(day) if not part.key)


# The figures as text


def test_real_figures_as_text(real_programmes):
    day = read(Programme.objects.get(code="BRVT-DTTM"), date(2023, 6, 16))

    assert figures_as_text(day).replace("\u00a0", " ").splitlines() == [
        "BRVT-DTTM · số liệu đến ngày 16/06/2023",
        "4/12 nhiệm vụ hoàn thành; 8 nhiệm vụ đề nghị chuyển tiếp sang 2023–2024 từ 16/06/2023; 8 nhiệm vụ quá hạn",
        "Báo cáo mới nhất: số liệu đến ngày 16/06/2023",
        "Theo Nghị quyết số 112/NQ-HĐND ngày 13/12/2019, ban hành lần đầu",
        "  Đang làm thủ tục: 8",
        "  Hoàn thành: 4",
        "  Hoàn thành, không rõ ngày: 4",
        "  Chưa hoàn thành, quá hạn: 8",
        "  Đề nghị chuyển tiếp: 8",
        "  Tổng kinh phí công bố: 3.470 tỷ đồng (khái toán, ước tính)",
        "  Phân khai theo nhiệm vụ: chưa có số liệu; giải ngân: chưa có số liệu",
    ]


def test_proposed_budget_as_text(real_programmes):
    day = read(Programme.objects.get(code="HD-CQDT"), date(2023, 10, 21))

    lines = figures_as_text(day).replace("\u00a0", " ").splitlines()

    assert "  Tổng kinh phí công bố: 3.800 tỷ đồng (nguồn không nêu loại)" in lines
    assert "  Điều chỉnh lần 1, đang đề nghị: 2.030 tỷ đồng" in lines


def test_figures_of_a_programme_not_yet_in_force_as_text():
    programme = ProgrammeFactory(code="DE-AN-MOI")

    assert figures_as_text(read(programme, date(2024, 2, 3))).splitlines() == [
        "DE-AN-MOI · số liệu đến ngày 03/02/2024",
        "Đề án chưa có hiệu lực vào ngày 03/02/2024",
        "  Tổng kinh phí công bố: chưa công bố",
        "  Phân khai theo nhiệm vụ: chưa có số liệu; giải ngân: chưa có số liệu",
    ]


def test_money_as_text_keeps_its_kinds_apart():
    revision = RevisionFactory()
    plan = PlannedTaskFactory(revision=revision)
    PlannedBudgetFactory(planned_task=plan, amount_vnd=1_573_100_000_000)
    adopt(revision, effective_on=date(2020, 1, 1))
    BudgetEntryFactory(
        task=plan.task, kind=MoneyKind.DISBURSEMENT, amount_vnd=160_000_000, decided_on=date(2021, 3, 22)
    )
    StatedFigureFactory(
        programme=revision.programme,
        measure=Measure.BUDGET,
        value=3_470_000_000_000,
        money_kind=MoneyKind.ESTIMATE,
        as_of=date(2020, 6, 8),
    )

    text = figures_as_text(read(revision.programme, date(2021, 3, 22))).replace("\u00a0", " ")

    assert "  Tổng kinh phí công bố: 3.470 tỷ đồng (khái toán, ước tính)\n" in text
    assert text.endswith("  Phân khai theo nhiệm vụ: 1.573,1 tỷ đồng; giải ngân: 160 triệu đồng")
