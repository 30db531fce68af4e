"""The schedules of programmes beside each other: a bar each, with the end that was first decided."""

import re
from datetime import date

import pytest

from programme.models import Programme, Role
from tasks.models import Status
from tests.factories import (
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
    adopt,
    adopted_revision,
)
from tests.reading import Reader, text_of
from tests.tasks.schedule.test_schedule_page import drawn_days, rows_of, scale_in

pytestmark = pytest.mark.django_db

FIRST, LATER = date(2022, 6, 30), date(2023, 3, 31)


@pytest.fixture
def programmes():
    """Of one province: one that was put off and is late, one complete, one not yet in force, one without any due."""
    moved = ProgrammeFactory(code="A-LUI")
    tasks = TaskFactory.create_batch(2, programme=moved)
    adopted_revision(moved, tasks=tasks, start_on=date(2021, 1, 1), due_on=FIRST)
    draft = RevisionFactory(programme=moved, base=moved.revisions.get())
    PlannedTaskFactory(revision=draft, task=tasks[0], start_on=date(2021, 1, 1), due_on=FIRST)
    PlannedTaskFactory(revision=draft, task=tasks[1], start_on=date(2021, 3, 1), due_on=LATER)
    adopt(draft, effective_on=date(2022, 7, 1))
    done = ProgrammeFactory(code="B-XONG", province=moved.province)
    task = adopted_revision(done, tasks=1, start_on=date(2021, 1, 1), due_on=FIRST).planned_tasks.get().task
    ProgressUpdateFactory(task=task, accepted=True, as_of=FIRST, status=Status.COMPLETE)
    ProgrammeFactory(code="C-CHUA", province=moved.province)
    adopted_revision(ProgrammeFactory(code="D-KHONG", province=moved.province), tasks=1)
    return moved


@pytest.fixture
def leader(client_of, programmes):
    return client_of(UserFactory(role=Role.LEADER, agency=programmes.coordinating_agency))


def test_bar_goes_from_the_first_begin_to_the_last_due_and_the_table_says_the_same(leader):
    ProgrammeFactory(code="E-KHAC")
    page = leader.get("/tien-do/", {"ngay": "30/06/2023"}).text
    table = leader.get("/tien-do/", {"ngay": "30/06/2023", "xem": "bang"}).text

    bars = [row for _, row in rows_of(page)]
    names = [name for name, _ in rows_of(page)]
    assert len(bars) == 4
    assert Programme.objects.get(code="A-LUI").revisions.newest_adopted().first().name in names[0]
    assert "1/4 đề án lùi ngày kết thúc, xa nhất 274 ngày; 1 đề án có nhiệm vụ quá hạn" in text_of(page)
    scale = scale_in(page)
    assert drawn_days(bars[0], "plan-idle", scale) == [(date(2021, 1, 1), LATER)]
    assert drawn_days(bars[0], "was-0", scale) == [(date(2021, 1, 1), FIRST)]
    assert 'class="b-over"' in bars[0]
    assert (
        "2 quá hạn, đến 365 ngày; 2 nhiệm vụ, chưa có báo cáo, 1 đã lùi hạn; từ 01/01/2021 đến 31/03/2023" in names[0]
    )
    assert drawn_days(bars[1], "real-done", scale) == [(date(2021, 1, 1), FIRST)]
    assert "hoàn thành; 1/1 nhiệm vụ hoàn thành" in names[1]
    assert names[2].endswith("chưa có hiệu lực")
    assert names[3].endswith("chưa có hạn; 1 nhiệm vụ, chưa có báo cáo, 1 chưa có hạn; chưa có hạn")
    cells = re.findall(r'class="day">(?:<span[^>]*>)?([^<]+)', table)
    assert cells[:6] == ["01/01/2021", "30/06/2022", "31/03/2023", "01/01/2021", "30/06/2022", "30/06/2022"]
    assert cells[6:] == ["chưa rõ", "chưa có hạn", "chưa có hạn"] * 2


def test_bars_lead_to_the_schedules_of_the_day_and_the_list_of_programmes_leads_here(leader):
    home = Reader(leader.get("/", {"ngay": "30/06/2023"}).text)
    [address] = [href for href, words in home.links if words == "Xem tiến độ các đề án"]

    links = [href for href, _ in Reader(leader.get(address).text).links if re.match("/de-an/[^/]+/tien-do/", href)]

    assert address == "/tien-do/?ngay=30/06/2023"
    assert [href.rpartition("?")[2] for href in links] == ["ngay=30/06/2023"] * 4
    assert {leader.get(href).status_code for href in links} == {200}


def test_what_moved_since_an_earlier_day_leads_to_its_tasks(leader):
    page = Reader(leader.get("/tien-do/", {"ngay": "30/06/2023", "so-voi": "30/06/2022"}).text)

    marks = [(href, words) for href, words in page.links if "doi=" in href]
    assert "+2 quá hạn" in [words for _, words in marks]
    for href, words in marks:
        assert leader.get(href).context["page"].paginator.count == int(re.search(r"\d+", words)[0]), words


def test_complete_programme_is_drawn_to_the_day_on_which_its_last_task_was(leader):
    done = Programme.objects.get(code="B-XONG")
    task = done.tasks.get()
    late = date(2022, 9, 30)
    report = {"accepted": True, "status": Status.COMPLETE}
    ProgressUpdateFactory(task=task, as_of=late, completed_on=late, **report)
    page = leader.get("/tien-do/", {"ngay": "30/06/2023"}).text

    assert drawn_days(dict(rows_of(page)[1:2]).popitem()[1], "real-done", scale_in(page)) == [(date(2021, 1, 1), late)]


def test_without_programmes_it_says_so(client_of):
    assert "Chưa có đề án nào" in text_of(client_of(UserFactory(role=Role.LEADER)).get("/tien-do/").text)


@pytest.mark.parametrize("count", [1, 9])
def test_schedules_cost_the_same_queries_however_many_programmes(leader, programmes, count, django_assert_num_queries):
    for _ in range(count):
        adopted_revision(ProgrammeFactory(province=programmes.province), tasks=count, due_on=LATER)

    # Session and user, the programmes; revisions and counts; the days of their tasks, the ends first decided.
    with django_assert_num_queries(7):
        page = leader.get("/tien-do/").text

    assert len(rows_of(page)) == 4 + count
