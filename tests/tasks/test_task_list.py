"""The admin's list of tasks: those in force today, with the figures of the programmes' pages and the rows of each."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Programme, Role, User
from tasks.expected import expected_of
from tasks.figures.reading import read_programmes
from tasks.figures.tasks_today import LISTED, NEVER_IN_FORCE, REPLACED, TAKEN_OUT
from tasks.models import ProgressUpdate, Status, UpdateState
from tests.examples import examples
from tests.factories import (
    AgencyFactory,
    LeadTransferFactory,
    PeriodFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ProvinceFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    RevisionFactory,
    TaskFactory,
    TaskLineageFactory,
    TaskRemovalFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
    officer_of,
)
from tests.office import EVERYBODY
from tests.tasks.figures.worlds import RandomWorld

pytestmark = pytest.mark.django_db

ADDRESS = "/quan-tri/tasks/task/"
OUT_OF_FORCE = "khong-hieu-luc"


def listed(browser, **query):
    """The list as the page has it; a name of the address is written with _ for -."""
    response = browser.get(ADDRESS, {name.replace("_", "-"): value for name, value in query.items()})
    assert response.status_code == 200
    return response.context["cl"]


def opened(browser, address):
    return browser.get(f"{ADDRESS}{unescape(address)}").context["cl"]


def words(browser, address=ADDRESS):
    html = re.sub(r"<[^>]+>", " ", re.sub(r"</?(a|b|span)\b[^>]*>", "", browser.get(address).text))
    return " ".join(unescape(html).split())


def names(changelist):
    return [task.plan_name for task in changelist.result_list]


def choices(changelist):
    return {choice.label: choice.count for choice in [*changelist.choices, *changelist.switches]}


def sums_of_pages(user):
    """What the programmes' pages count today, added up."""
    days = read_programmes(Programme.objects.visible_to(user), as_of=localdate())
    return {key: sum(day.counts[key] for day in days) for key in LISTED}


# Figures


@pytest.mark.parametrize("username", EVERYBODY)
def test_figures_are_those_of_the_programmes_pages(client_of, office, username):
    changelist = listed(client_of(username))

    assert {key: changelist.tasks.counts[key] for key in LISTED} == sums_of_pages(User.objects.get(username=username))
    assert changelist.result_count == changelist.tasks.counts["tat-ca"]


def test_coordinator_reads_four_of_twelve_and_eight_proposed(client_of, office):
    browser = client_of("dau-moi")

    said = words(browser)

    assert "4/12 nhiệm vụ hoàn thành; 8 đề nghị chuyển tiếp; 8 quá hạn" in said
    assert f"Ngày {localdate():%d/%m/%Y} · Báo cáo mới nhất: số liệu đến ngày 10/04/2024" in said
    assert choices(listed(browser)) == {
        "Đang có hiệu lực": 12,
        "Hoàn thành": 4,
        "Đề nghị chuyển tiếp": 8,
        "Chuyển tiếp": 0,
        "Quá hạn": 8,
        "Không còn hoặc chưa có hiệu lực": 0,
        "Chưa báo cáo kỳ này": 8,
        "Đơn vị tôi": 11,
    }


NARROWED = [
    {},
    {"loc": "de-nghi-chuyen-tiep", "chu_tri": "khong-ro", "q": "thông minh"},
    {"loc": OUT_OF_FORCE, "de_an": "HD-CQDT"},
    {"loc": "chua-hoan-thanh", "pham_vi": "don-vi-toi"},
]


@pytest.mark.parametrize("narrowed", NARROWED[: examples(2, all_of_them=4)])
@pytest.mark.parametrize("username", ["dau-moi", "kiem-toan"])
def test_each_choice_opens_as_many_rows_as_it_counts(client_of, office, username, narrowed):
    browser = client_of(username)

    changelist = listed(browser, **narrowed)

    assert len(changelist.result_list) == changelist.result_count
    for choice in [*changelist.choices, *changelist.switches]:
        if not choice.is_chosen:
            assert len(opened(browser, choice.address).result_list) == choice.count, choice


@pytest.mark.parametrize("seed", range(examples(2, all_of_them=60)))
def test_figures_of_any_programme_are_those_of_its_page(client_of, seed):
    world = RandomWorld(seed)
    coordinator = coordinator_of(world.programme)
    browser = client_of(coordinator)

    sums = sums_of_pages(coordinator)

    counts = listed(browser).tasks.counts
    assert {key: counts[key] for key in LISTED} == sums
    for key in ["tat-ca", "de-nghi-chuyen-tiep", "chuyen-tiep", "mau-late"]:
        assert len(listed(browser, loc=key).result_list) == sums[key], key
    outside = listed(browser, loc=OUT_OF_FORCE)
    assert len(outside.result_list) == outside.result_count == world.programme.tasks.count() - sums["tat-ca"]


def test_rows_tell_of_a_task_what_its_programmes_page_tells(client_of, office):
    user = User.objects.get(username="kiem-toan")

    lines = {line.task.pk: line.row for line in listed(client_of(user)).lines()}

    for day in read_programmes(Programme.objects.visible_to(user), as_of=localdate()):
        for row in day.rows:
            mine = lines.pop(row.task)
            for name in ("position", "name", "label", "tone", "status_label", "due", "period", "days_late", "percent"):
                assert getattr(mine, name) == getattr(row, name), (row.name, name)
            assert (mine.told_on, mine.lead_is_assumed) == (row.told_on, row.lead_is_assumed)
    assert lines == {}


# What is to be reported


@pytest.fixture
def reported():
    """Five tasks of a running cycle: not reported on, reported on, complete, begun, and of another agency."""
    lead = AgencyFactory()
    programme = ProgrammeFactory(province=lead.province)
    revision = RevisionFactory(programme=programme)
    plans = [
        PlannedTaskFactory(revision=revision, name=name, lead_agency=lead if name != "Của cơ quan khác" else None)
        for name in ["Chưa báo cáo", "Đã báo cáo", "Đã xong", "Đang viết", "Của cơ quan khác"]
    ]
    adopt(revision)
    duty, today = ReportingDutyFactory(programme=programme, first_day=date(2020, 1, 1)), localdate()
    older = ReportingCycleFactory(
        duty=duty,
        first_day=today - timedelta(days=60),
        last_day=today - timedelta(days=31),
        due_on=today - timedelta(days=20),
    )
    cycle = ReportingCycleFactory(
        duty=duty,
        first_day=today - timedelta(days=10),
        last_day=today + timedelta(days=10),
        due_on=today + timedelta(days=20),
    )
    tasks = [plan.task for plan in plans]
    author = officer_of(lead)
    for task in tasks:
        ProgressUpdateFactory(task=task, cycle=older, as_of=older.last_day, status=Status.IN_PROGRESS, accepted=True)
    ProgressUpdateFactory(task=tasks[1], cycle=cycle, as_of=today, state=UpdateState.SUBMITTED, author=author)
    ProgressUpdateFactory(task=tasks[2], as_of=today, status=Status.COMPLETE, accepted=True)
    ProgressUpdateFactory(task=tasks[3], cycle=cycle, as_of=today, author=author)
    return author, cycle


def test_what_is_not_reported_this_cycle_is_what_the_cycles_page_lists(client_of, reported):
    author, cycle = reported

    changelist = listed(client_of(author), bao_cao="chua-bao-cao")

    missing = [one.task.plan_name for one in expected_of(cycle, today=localdate()) if not one.is_handed_in]
    assert names(changelist) == missing == ["Chưa báo cáo", "Đang viết", "Của cơ quan khác"]
    assert choices(changelist)["Chưa báo cáo kỳ này"] == 3
    assert choices(changelist)["Đơn vị tôi"] == 2


def test_task_is_reported_on_from_its_row_by_who_may(client_of, reported):
    author, _ = reported
    draft = ProgressUpdate.objects.get(state=UpdateState.DRAFT)

    html = client_of(author).get(ADDRESS).text

    buttons = re.findall(
        r'<a class="(?:text-link|button quiet)" href="([^"]*)">([^<]*)<span class="unseen"> ([^<]*)<', html
    )
    add, tasks = (
        reverse("admin:tasks_progressupdate_add"),
        {task.plan_name: task.pk for task in listed(client_of(author)).result_list},
    )
    assert buttons == [
        (f"{add}?task={tasks['Chưa báo cáo']}", "Báo cáo", "Chưa báo cáo"),
        (f"{add}?task={tasks['Đã báo cáo']}", "Báo cáo", "Đã báo cáo"),
        (f"{add}?task={tasks['Đã xong']}", "Báo cáo", "Đã xong"),
        (reverse("admin:tasks_progressupdate_change", args=[draft.pk]), "Viết tiếp", "Đang viết"),
    ]
    assert client_of(author).get(unescape(buttons[0][0])).status_code == 200


def test_who_does_not_report_has_no_buttons_and_no_tasks_of_their_own(client_of, reported):
    author, _ = reported
    leader = UserFactory(role=Role.LEADER, agency=author.agency)

    browser = client_of(leader)

    assert "Báo cáo<span" not in browser.get(ADDRESS).text
    assert "Đơn vị tôi" not in choices(listed(browser))
    assert listed(browser, pham_vi="don-vi-toi").result_count == 5


# Tasks out of force


def test_tasks_out_of_force_stand_behind_one_choice_with_the_reason(client_of):
    first = RevisionFactory()
    kept, split, removed = (PlannedTaskFactory(revision=first, name=name).task for name in ["Giữ", "Tách ra", "Bỏ đi"])
    adopt(first)
    second = RevisionFactory(programme=first.programme, base=first)
    PlannedTaskFactory(revision=second, task=kept, name="Giữ")
    part = PlannedTaskFactory(revision=second, name="Phần một").task
    other = PlannedTaskFactory(revision=second, name="Phần hai").task
    for one in (part, other):
        TaskLineageFactory(revision=second, from_task=split, to_task=one)
    TaskRemovalFactory(revision=second, task=removed)
    second = adopt(second, effective_on=date(2021, 1, 1))
    PlannedTaskFactory(revision=RevisionFactory(programme=first.programme, base=second), name="Mới dự thảo")
    browser = client_of(coordinator_of(first.programme))

    opened_on = listed(browser)
    outside = listed(browser, loc=OUT_OF_FORCE)

    assert sorted(names(opened_on)) == ["Giữ", "Phần hai", "Phần một"]
    assert {task.plan_name: task.fate for task in outside.result_list} == {
        "Tách ra": REPLACED,
        "Bỏ đi": TAKEN_OUT,
        "Mới dự thảo": NEVER_IN_FORCE,
    }
    assert choices(opened_on)["Không còn hoặc chưa có hiệu lực"] == 3
    assert "Đã đưa ra khỏi đề án" in words(browser, f"{ADDRESS}?loc={OUT_OF_FORCE}")


# What narrows and orders


def test_lead_is_that_of_today(client_of):
    revision = RevisionFactory()
    before, after = AgencyFactory.create_batch(2, province=revision.programme.province)
    moved = PlannedTaskFactory(revision=revision, name="Chuyển giao", lead_agency=before).task
    PlannedTaskFactory(revision=revision, name="Giữ nguyên", lead_agency=before)
    PlannedTaskFactory(revision=revision, name="Không ai", lead_agency=None)
    adopt(revision)
    LeadTransferFactory(task=moved, from_agency=before, to_agency=after, effective_on=date(2021, 1, 1))
    browser = client_of(coordinator_of(revision.programme))

    assert names(listed(browser, chu_tri=before.pk)) == ["Giữ nguyên"]
    assert names(listed(browser, chu_tri=after.pk)) == ["Chuyển giao"]
    assert names(listed(browser, chu_tri=after.name)) == ["Chuyển giao"]
    assert names(listed(browser, chu_tri="khong-ro")) == ["Không ai"]
    assert names(listed(browser, chu_tri="Không có đâu")) == []


def test_programme_is_chosen_by_its_code_or_by_words_of_it(client_of, office):
    browser = client_of("kiem-toan")

    for typed in ["HD-CQDT", "hd cqdt", "chính quyền điện tử tỉnh hải dương"]:
        assert {task.programme.code for task in listed(browser, de_an=typed).result_list} == {"HD-CQDT"}, typed
    assert listed(browser, de_an="không có").result_count == 0


def test_many_programmes_and_agencies_are_typed_instead_of_chosen(client_of):
    province = ProvinceFactory()
    for number in range(41):
        adopted_revision(ProgrammeFactory(province=province, code=f"DA-{number:02}"), tasks=1)
    browser = client_of(UserFactory(role=Role.AUDITOR, agency=None))

    html = browser.get(ADDRESS).text

    assert '<input type="search" name="de-an"' in html
    assert '<input type="search" name="chu-tri"' in html
    assert [task.programme.code for task in listed(browser, de_an="da 07").result_list] == ["DA-07"]


COLUMNS = {
    0: lambda row: row.position,
    1: None,
    5: lambda row: row.due,
    9: lambda row: row.percent,
    10: lambda row: row.days_late,
    11: lambda row: row.told_on,
}


@pytest.mark.parametrize("column", COLUMNS)
def test_list_is_ordered_by_what_its_headings_say(client_of, office, column):
    browser = client_of("kiem-toan")

    up = [line.row for line in listed(browser, o=str(column)).lines()]
    down = [line.row for line in listed(browser, o=f"-{column}").lines()]

    assert len(up) == len(down) == 20
    if COLUMNS[column]:
        values = [COLUMNS[column](row) for row in up if COLUMNS[column](row) is not None]
        assert values == sorted(values)
        values = [COLUMNS[column](row) for row in down if COLUMNS[column](row) is not None]
        assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("order", ["3", "-7", "7.-10.99.x.-"])
@pytest.mark.parametrize("figure", ["tat-ca", OUT_OF_FORCE])
def test_any_order_shows_all_rows(client_of, office, order, figure):
    changelist = listed(client_of("kiem-toan"), o=order, loc=figure)

    assert len(changelist.result_list) == changelist.result_count > 0


BAD = ["%_'\\", "\x00", "...", "x" * 5000, "9" * 30, "²", "<b>"]


@pytest.mark.parametrize("name", ["loc", "bao-cao", "pham-vi", "chu-tri", "de-an", "q", "o", "la-gi"])
def test_address_that_cannot_be_read_is_no_error(client_of, office, name):
    browser = client_of("dau-moi")

    answers = {typed: browser.get(ADDRESS, {name: typed}) for typed in BAD}

    assert {typed: answer.status_code for typed, answer in answers.items() if answer.status_code != 200} == {}
    assert "<b>»" not in answers["<b>"].text


def test_form_keeps_what_else_narrows_the_list(client_of, office):
    html = client_of("dau-moi").get(ADDRESS, {"loc": "hoan-thanh", "o": "1", "q": "xây"}).text

    form = html[html.index('id="changelist-search"') :].partition("</form>")[0]

    assert re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form) == [("loc", "hoan-thanh"), ("o", "1")]
    assert 'value="xây"' in form


# Files, queries


def test_file_has_the_rows_of_the_list_and_says_what_narrowed_it(client_of, office):
    browser, query = client_of("dau-moi"), "?loc=de-nghi-chuyen-tiep&chu-tri=khong-ro"

    lines = b"".join(browser.get(f"{ADDRESS}danh-sach.csv{query}").streaming_content).decode("utf-8-sig").splitlines()

    assert lines[0].replace('"', "") == (
        "STT,Nhiệm vụ,Đề án,Mã nhiệm vụ,Chủ trì,Hạn,Giai đoạn,Tình trạng,Trạng thái,Tiến độ (%),"
        "Số ngày chậm,Số liệu đến ngày,Ngày hoàn thành,Vận hành,Nguyên nhân chậm,Kết quả đã làm,Việc tiếp theo,"
        "Khó khăn, vướng mắc,Kiến nghị, đề xuất,Nguyên nhân khách quan,Nguyên nhân chủ quan,Mã báo cáo"
    )
    assert len(lines) == 1 + 6
    assert all("Đề nghị chuyển tiếp" in line and "31/12/2022" in line for line in lines[1:])
    assert listed(browser, loc="de-nghi-chuyen-tiep", chu_tri="khong-ro").chosen_words() == [
        "Đề nghị chuyển tiếp",
        "Chủ trì: Nguồn không nêu",
    ]


@pytest.mark.parametrize("programmes", [1, 20])
def test_list_asks_eight_times_at_most_however_many_programmes_there_are(
    client_of, django_assert_max_num_queries, programmes
):
    programme = ProgrammeFactory()
    lead = AgencyFactory(province=programme.province)
    for _ in range(programmes):
        revision = RevisionFactory(programme=ProgrammeFactory(province=programme.province))
        PlannedTaskFactory(revision=revision, lead_agency=lead, period=PeriodFactory(revision=revision))
        adopt(revision)
        TaskFactory(programme=revision.programme)

    for person in (UserFactory(role=Role.AUDITOR, agency=None), officer_of(lead), coordinator_of(programme)):
        browser = client_of(person)
        with django_assert_max_num_queries(8, info=f"{person}"):
            listed(browser)
        # A figure that was asked for tells its acts, the reports behind it with their people, and who asked about it.
        for figure in ("tat-ca", "hoan-thanh", OUT_OF_FORCE):
            with django_assert_max_num_queries(8 + 5, info=f"{person} {figure}"):
                listed(browser, loc=figure)


def test_list_of_programmes_says_how_far_each_is(client_of, office):
    browser = client_of("kiem-toan")

    said = words(browser, "/quan-tri/programme/programme/")
    file = b"".join(browser.get("/quan-tri/programme/programme/danh-sach.csv").streaming_content).decode()

    assert "4/12 · 8 đề nghị chuyển tiếp" in said
    assert "4/12 · 8 đề nghị chuyển tiếp" in file
