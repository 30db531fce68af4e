"""From each figure one click shows how it is found, what it rests on, who entered it, what was stated and asked."""

import re
from datetime import date

import pytest
from django.urls import reverse

from meetings.models import AnswerState
from programme.models import Measure, Role
from smartcity.lib.language.money import MoneyKind
from tasks.figures.row_sets import ROW_SETS
from tasks.models import Status
from tests.factories import (
    AgencyFactory,
    BudgetEntryFactory,
    ExplanationFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    StatedFigureFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
)
from tests.given import by, give, meeting_about
from tests.meetings.factories import AnswerFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

DAY, AS_TYPED = date(2023, 6, 30), "30/06/2023"


@pytest.fixture
def agency():
    return AgencyFactory(name="Sở Giao thông vận tải", short_name="Sở GTVT")


@pytest.fixture
def programme(agency):
    """Three tasks that the agency leads, due on 31/05/2023: one complete, two reported as overdue."""
    programme = ProgrammeFactory(province=agency.province)
    revision = adopted_revision(programme, tasks=3, lead=agency, due_on=date(2023, 5, 31))
    report = {
        "as_of": date(2023, 6, 16),
        "accepted": True,
        "author": UserFactory(full_name="Nguyễn Thị Nhập", agency=agency),
        "reviewer": UserFactory(full_name="Trần Văn Nhận"),
    }
    for plan in revision.planned_tasks.order_by("position"):
        status = Status.COMPLETE if plan.position == 1 else Status.IN_PROGRESS
        ProgressUpdateFactory(task=plan.task, status=status, **report)
    return programme


@pytest.fixture
def reader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def explained(response):
    """The words of the block."""
    [block] = re.findall(r'<details class="explained".*?</details>', response.text, re.DOTALL)[-1:]
    return text_of(block)


def act_of(programme):
    return str(programme.revisions.get().document)


def test_each_row_set_has_its_rule_in_words():
    rules = {key: row_set.rule for key, row_set in ROW_SETS.items()}

    assert all(rule.counts.startswith("Đếm ") and rule.ground for rule in rules.values())
    # What is told apart as a condition is told apart in words.
    assert len({rule.counts for rule in rules.values()}) >= len(rules) - 3


def test_figure_of_a_programme_tells_rule_act_people_and_who_asked(reader, programme):
    ExplanationFactory(programme=programme, asked_by=UserFactory(full_name="Lê Lãnh Đạo", role=Role.LEADER))
    ExplanationFactory(programme=programme, question="Đã hỏi từ trước?", closed=True)

    response = reader.get(programme.get_absolute_url(), {"ngay": AS_TYPED, "loc": "han-open_overdue"})

    said = explained(response)
    assert "Chưa hoàn thành, quá hạn: 2" in said
    assert "đã qua hạn; số ngày chậm tính từ hạn, đến ngày 30/06/2023" in said
    assert "Không tính: báo cáo còn là bản nháp" in said
    assert "Quyết định 42/2014/QĐ-TTg" in said
    assert act_of(programme) in said
    assert "Người nhập Nguyễn Thị Nhập (Sở GTVT)" in said
    assert "Người tiếp nhận Trần Văn Nhận" in said
    assert "Lê Lãnh Đạo hỏi ngày 20/06/2023: Vì sao các nhiệm vụ này quá hạn? (chờ trả lời)" in said
    assert "Đã hỏi từ trước? (đã kết thúc)" in said
    assert text_of(response.text).count("Nguyễn Thị Nhập (Sở GTVT) nhập, Trần Văn Nhận tiếp nhận") == 2


def test_figure_that_a_document_stated_of_the_day_says_whether_they_agree(reader, programme):
    StatedFigureFactory(programme=programme, as_of=DAY, measure=Measure.TASKS_COMPLETE, value=2)

    said = explained(reader.get(programme.get_absolute_url(), {"ngay": AS_TYPED, "loc": "hoan-thanh"}))
    other = explained(reader.get(programme.get_absolute_url(), {"ngay": AS_TYPED, "loc": "chua-hoan-thanh"}))

    assert "Số liệu công bố Lệch 2, theo" in said
    assert "hệ thống tính 1" in said
    assert "không văn bản nào nêu số này của đúng ngày 30/06/2023" in other


def test_page_that_was_asked_for_no_figure_tells_nothing_of_one(reader, programme):
    page = reader.get(programme.get_absolute_url(), {"ngay": AS_TYPED}).text

    assert "Trần Văn Nhận" not in page


def test_figure_of_the_list_of_tasks_and_of_the_agency_tell_the_same(reader, programme, agency):
    listed = reader.get("/quan-tri/tasks/task/?loc=hoan-thanh")
    led = reader.get(agency.get_absolute_url(), {"ngay": AS_TYPED})

    for response, rule in ((listed, "ghi «Hoàn thành»"), (led, "Đếm nhiệm vụ đang có hiệu lực mà cơ quan chủ trì")):
        said = explained(response)
        assert rule in said
        assert "Nguyễn Thị Nhập (Sở GTVT)" in said
        assert "Trần Văn Nhận" in said
        assert "Nguyễn Thị Nhập (Sở GTVT) nhập, Trần Văn Nhận tiếp nhận" in text_of(response.text)
    assert act_of(programme) in explained(listed)


def test_state_of_a_task_tells_its_rules_act_and_people(reader, programme):
    task = programme.tasks.order_by("pk").last()
    ExplanationFactory(programme=programme, task=task, figure="", shown="", question="Vì sao chậm?", closed=True)

    said = explained(reader.get(task.get_absolute_url(), {"ngay": AS_TYPED}))

    assert "Quá hạn, đang thực hiện" in said
    assert "số ngày chậm tính từ hạn" in said
    assert act_of(programme) in said
    assert "Nguyễn Thị Nhập" in said
    assert "Trần Văn Nhận" in said
    assert "Vì sao chậm? (đã kết thúc)" in said


def test_sum_of_the_ledger_tells_its_rule_documents_and_who_entered_each_line(reader, programme):
    document = LegalDocumentFactory(issuer__province=programme.province)
    for kind in (MoneyKind.YEAR_PLAN, MoneyKind.DISBURSEMENT):
        BudgetEntryFactory(task=programme.tasks.first(), kind=kind, year=2023, document=document, decided_on=DAY)
    ExplanationFactory(programme=programme, figure="disbursed", question="Vì sao giải ngân thấp?")
    address = reverse("programme_ledger", args=[programme.code])

    response = reader.get(address, {"ngay": AS_TYPED, "loai": "disbursement", "nam": "2023"})

    said = explained(response)
    signer = str(programme.tasks.first().budget_entries.first().history.first().history_user)
    assert "giải ngân, năm 2023" in said
    assert "Cộng các bút toán loại «Giải ngân» theo ngày chi" in said
    assert "Kế hoạch vốn năm»" not in said
    assert "chia cho kế hoạch vốn năm đó của chính các nguồn ấy" in said
    assert str(document) in said
    assert f"Người nhập {signer}" in said
    assert "Vì sao giải ngân thấp?" in said
    assert f"{signer} ghi" in text_of(response.text).split("mới nhất ở trên")[1]
    assert "Người nhập" not in explained(reader.get(programme.get_absolute_url(), {"ngay": AS_TYPED}))


def test_figure_of_the_board_tells_rule_notice_and_people(reader, programme, agency):
    meeting = meeting_about(programme, held_on=date(2023, 4, 10))
    part = give(meeting, agency, due=by(date(2023, 5, 1)), done_on=date(2023, 4, 25), text="Trình quy chế")
    AnswerFactory(
        assignment=part,
        sent_on=date(2023, 4, 25),
        state=AnswerState.CONFIRMED,
        author=UserFactory(full_name="Phạm Trả Lời", agency=agency),
        reviewer=UserFactory(full_name="Đỗ Văn Phòng"),
        reviewed_on=date(2023, 4, 26),
    )

    response = reader.get(reverse("directive_board"), {"ngay": AS_TYPED, "tinh-trang": "done"})

    said = explained(response)
    assert "mà Văn phòng đã xác nhận hoàn thành, đến ngày 30/06/2023" in said
    assert f"Văn bản {meeting}" in said
    assert "Phạm Trả Lời" in said
    assert "Người tiếp nhận Đỗ Văn Phòng" in said
    assert "Phạm Trả Lời báo hoàn thành, Đỗ Văn Phòng đã xác nhận" in text_of(response.text)


def test_first_page_tells_the_rules_of_its_figures_and_their_acts(reader, programme):
    said = explained(reader.get("/", {"ngay": AS_TYPED}))

    for name in ("Quá hạn", "Hoàn thành", "Giải ngân", "Chờ quyết định", "Chưa báo cáo"):
        assert name in said
    assert act_of(programme) in said


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.both_databases
def test_explaining_costs_the_same_queries_however_many_rows(client_of, count, django_assert_num_queries):
    programme = adopted_revision(tasks=count, due_on=date(2023, 5, 31)).programme
    for task in programme.tasks.all():
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2023, 6, 1))
        BudgetEntryFactory(task=task, year=2023, decided_on=date(2023, 6, 1), document=LegalDocumentFactory())
    ExplanationFactory(programme=programme)
    browser = client_of(coordinator_of(programme))
    ledger = reverse("programme_ledger", args=[programme.code])

    # Beside what the page asks without: the reports, what was asked; who they are, and when they were called so.
    with django_assert_num_queries(11 + 2 + 4):
        browser.get(programme.get_absolute_url(), {"ngay": AS_TYPED, "loc": "han-open_overdue"})
    # Who signed each line, and who they are.
    with django_assert_num_queries(8 + 3 + 1):
        browser.get(ledger, {"ngay": AS_TYPED, "nam": "2023"})
