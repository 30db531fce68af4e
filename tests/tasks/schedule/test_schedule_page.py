"""The page of a programme's schedule: bars, table and file say the same, each bar by name, at whatever zoom."""

import csv
import re
from datetime import date, timedelta
from html import unescape

import pytest

from programme.models import Programme, Role
from smartcity.lib.log.sealing import seal
from tasks.figures.reading import read_tasks_of
from tasks.figures.schedule import read_schedule
from tasks.figures.time_scale import TimeScale, Zoom
from tasks.models import Route, Status
from tests.factories import (
    PlannedTaskFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RevisionFactory,
    RouteStepFactory,
    TaskFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
)
from tests.reading import Reader, figure_links, text_of

pytestmark = pytest.mark.django_db

DAYS = ["31/12/2019", "16/06/2023", "10/04/2024", "28/11/2026"]


def address(code):
    return f"/de-an/{code}/tien-do/"


def rows_of(page):
    """Of each bar the name that is read aloud and its drawing."""
    return [
        (" ".join(unescape(re.sub("<svg.*?</svg>|<[^>]+>", "", row)).split()), row)
        for row in re.findall(r'<li><a class="g-row".*?</a></li>', page, re.DOTALL)
    ]


def drawn_days(row, kind, scale):
    """The first and the last day of each rectangle of this kind."""
    days = (scale.last - scale.first).days + 1
    found = re.findall(rf'<rect class="b-{kind}[^"]*"[^>]* x="([\d.]+)%" width="([\d.]+)%"', row)
    return [
        (
            scale.first + timedelta(days=round(float(x) * days / 100)),
            scale.first + timedelta(days=round((float(x) + float(width)) * days / 100) - 1),
        )
        for x, width in found
    ]


def scale_in(page):
    years = [int(year) for year in re.findall(r"<text[^>]*>(\d{4})</text>", page)]
    return TimeScale(Zoom.YEAR, date(min(years), 1, 1), date(max(years), 12, 31))


def in_file(browser, code, **query):
    response = browser.get(f"{address(code)}nhiem-vu.csv", query)
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    return list(csv.DictReader(lines))


@pytest.mark.parametrize("code", ["BRVT-DTTM", "HD-CQDT"])
@pytest.mark.parametrize("on", DAYS)
def test_bars_table_and_file_say_the_same(client_of, office, code, on):
    browser = client_of("lanh-dao" if code == "BRVT-DTTM" else "dau-moi-hd")
    page = browser.get(address(code), {"ngay": on}).text
    table = browser.get(address(code), {"ngay": on, "xem": "bang"}).text
    lines = in_file(browser, code, ngay=on)
    day, month, year = map(int, on.split("/"))
    [on_day] = read_tasks_of(Programme.objects.filter(code=code), as_of=date(year, month, day))
    schedule = read_schedule(on_day)

    bars, cells = rows_of(page), re.findall(r"<tr>\s*<td.*?</tr>", table, re.DOTALL)
    assert len(bars) == len(cells) == len(lines) == len(schedule.rows)
    scale = scale_in(page) if bars else None
    for row, (name, bar), cell, line in zip(schedule.in_order, bars, cells, lines, strict=True):
        assert f"Nhiệm vụ {row.position}" in name
        assert row.told in name
        assert f"{row.due:%d/%m/%Y}" in name
        assert [end for _, end in drawn_days(bar, "plan", scale)] == [row.due]
        assert [begin for begin, _ in drawn_days(bar, "plan", scale)] == [row.begin]
        assert line["Hạn nay"] == f"{row.due:%d/%m/%Y}"
        assert line["Hạn đầu"] == f"{row.first_due:%d/%m/%Y}"
        assert text_of(cell).startswith(f"{row.position} {row.name}")
        assert [line["Hạn đầu"], line["Hạn nay"]] == re.findall(r'class="day">(\d\d/\d\d/\d{4})', cell)[1:]
        assert line["Số ngày lùi"] == str(row.slip)
        asked = [end for _, end in drawn_days(bar, "asked", scale)]
        assert asked == ([row.asked.due] if row.asked else [])
        assert line["Hạn đề nghị"] == (f"{row.asked.due:%d/%m/%Y}" if row.asked else "")


@pytest.fixture
def programme():
    """One task put off from 30/06/2022 to 30/06/2023, one that was not, one without a due; the first is being done."""
    programme = ProgrammeFactory()
    moved, kept, open_ = TaskFactory.create_batch(3, programme=programme)
    begin, first, later = date(2021, 1, 1), date(2022, 6, 30), date(2023, 6, 30)
    draft = RevisionFactory(programme=programme)
    for task, due_on in [(moved, first), (kept, first), (open_, None)]:
        PlannedTaskFactory(revision=draft, task=task, due_on=due_on, start_on=begin)
    base = adopt(draft)
    draft = RevisionFactory(programme=programme, base=base)
    lead = programme.coordinating_agency
    PlannedTaskFactory(revision=draft, task=moved, due_on=later, start_on=begin, lead_agency=lead, field="Y tế")
    PlannedTaskFactory(revision=draft, task=kept, due_on=first, start_on=begin, name="Kho dữ liệu " * 33)
    PlannedTaskFactory(revision=draft, task=open_, start_on=begin)
    adopt(draft, effective_on=date(2022, 7, 1))
    ProgressUpdateFactory(task=moved, accepted=True, as_of=date(2022, 1, 31), status=Status.IN_PROGRESS)
    return programme


@pytest.fixture
def leader(client_of, programme):
    return client_of(UserFactory(role=Role.LEADER, agency=programme.coordinating_agency))


def opened(leader, programme, **query):
    return leader.get(address(programme.code), {"ngay": "30/06/2023"} | query)


def test_headline_opens_exactly_its_rows_and_links_keep_the_day(leader, programme):
    page = opened(leader, programme).text

    assert "1/3 nhiệm vụ đã lùi hạn, xa nhất 365 ngày; 1 quá hạn, lâu nhất 365 ngày" in text_of(page)
    figures = dict(figure_links(page))
    assert sorted(count for _, count in figures.items()) == [1, 1, 3]
    for href, count in figures.items():
        assert Reader(leader.get(href).text).rows == count
    own = [href for href, _ in Reader(page).links if re.search(r"/nhiem-vu/\d|loc=|nhom=|thu-phong=|xem=", href)]
    assert own
    assert [href for href in own if "ngay=30/06/2023" not in href and "ngay=30%2F06%2F2023" not in href] == []


def test_bar_has_the_shadow_of_the_act_that_was_and_what_was_done_inside(leader, programme):
    page = opened(leader, programme).text
    scale, rows = scale_in(page), dict(rows_of(page))
    [(name, moved)] = [(name, row) for name, row in rows.items() if "lùi 365 ngày" in name]

    assert "Hạn đầu 30/06/2022, nay 30/06/2023, lùi 365 ngày theo" in name
    assert drawn_days(moved, "was-0", scale) == [(date(2021, 1, 1), date(2022, 6, 30))]
    assert drawn_days(moved, "real-run", scale) == [(date(2022, 1, 31), date(2023, 6, 30))]
    [open_] = [row for name, row in rows.items() if "Chưa có hạn" in name]
    assert re.findall('class="b-([a-z-]+)', open_) == ["open"]


@pytest.mark.parametrize(
    ("nhom", "titles"),
    [
        pytest.param("linh-vuc", ["Y tế", "Chưa ghi lĩnh vực"], id="by field"),
        pytest.param("giai-doan", ["Không thuộc giai đoạn nào"], id="by period"),
        pytest.param("khong-co", [None, "Nguồn không nêu cơ quan chủ trì"], id="by agency, as by what is unknown"),
    ],
)
def test_rows_are_grouped_and_each_group_counts_its_own(leader, programme, nhom, titles):
    page = opened(leader, programme, nhom=nhom).text

    headings = [text_of(one) for one in re.findall(r'<h3 id="nhom-\d+">(.*?)</h3>', page, re.DOTALL)]
    assert [one.split(" · ")[0] for one in headings] == [
        title or programme.coordinating_agency.name_in_province for title in titles
    ]
    assert sum(int(re.search(r"(\d+) nhiệm vụ", one)[1]) for one in headings) == 3


@pytest.mark.parametrize("zoom", ["quy", "thang", "tuan"])
def test_zoomed_stretch_goes_back_and_forth(leader, programme, zoom):
    page = opened(leader, programme, **{"thu-phong": zoom}).text
    ways = {words: href for href, words in Reader(page).links}

    assert len(rows_of(page)) == 3
    for way in ("Sớm hơn", "Muộn hơn"):
        moved = leader.get(address(programme.code) + ways[way]).text
        assert len(rows_of(moved)) == 3
        assert text_of(moved) != text_of(page)


def test_week_by_week_each_step_of_procedure_has_a_bar_and_a_row_of_the_table(leader, programme):
    task = programme.tasks.order_by("pk").first()
    monday = date(2023, 6, 26)
    for planned in [
        {"planned_start": monday, "planned_due": date(2023, 7, 9), "done_on": date(2023, 6, 29)},
        {"planned_start": date(2023, 6, 12), "planned_due": date(2023, 6, 18)},
        {"planned_due": date(2023, 7, 16)},
        {},
    ]:
        RouteStepFactory(task=task, **planned)
    weeks = {"thu-phong": "tuan", "tu": "12/06/2023"}

    page = opened(leader, programme, **weeks).text
    table = text_of(opened(leader, programme, **weeks, xem="bang").text)

    [steps] = re.findall(r'<ol class="g-steps".*?</ol>', page, re.DOTALL)
    bars = re.findall(r'<a class="g-row g-step" href="([^"]*)">(.*?)</a>', steps, re.DOTALL)
    scale = TimeScale(Zoom.WEEK, date(2023, 6, 12), date(2023, 9, 10))
    assert drawn_days(bars[0][1], "plan-done", scale) == [(monday, date(2023, 7, 9))]
    assert drawn_days(bars[0][1], "real-done", scale) == [(monday, date(2023, 6, 29))]
    assert 'class="b-over"' in bars[1][1]
    assert 'class="b-due"' in bars[2][1]
    told = [
        "dự kiến từ 26/06/2023 đến 09/07/2023; xong 29/06/2023",
        "dự kiến từ 12/06/2023 đến 18/06/2023; quá hạn 12 ngày",
        "dự kiến đến 16/07/2023; chưa xong",
    ]
    assert [re.search('g-tell">(.*?)<', bar)[1] for _, bar in bars] == told
    assert all(words in table for words in told)
    assert {href for href, _ in bars} == {f"{task.get_absolute_url()}?ngay=30/06/2023#thu-tuc"}
    assert "g-steps" not in opened(leader, programme).text
    led = Reader(leader.get(task.get_absolute_url(), {"ngay": "30/06/2023"}).text).links
    assert [href for href, words in led if words == "Xem tiến độ theo tuần"] == [
        f"{address(programme.code)}?ngay=30/06/2023&thu-phong=tuan"
    ]


# Bad input


def test_what_moved_since_an_earlier_day_leads_to_its_tasks(leader, programme):
    page = opened(leader, programme, **{"so-voi": "30/06/2022"}).text

    marks = [(href, words) for href, words in Reader(page).links if "doi=" in href]
    assert "+1 quá hạn" in [words for _, words in marks]
    for href, words in marks:
        assert "30/06/2022" in href.replace("%2F", "/")
        assert leader.get(href).context["page"].paginator.count == int(re.search(r"\d+", words)[0]), words

    refused = opened(leader, programme, **{"so-voi": "30/06/2024"})
    assert (refused.status_code, "sau ngày của số liệu" in refused.text) == (400, True)


def test_words_of_the_address_that_mean_nothing_are_left_out(leader, programme):
    usual = opened(leader, programme)

    for query in ({"nhom": "\x00"}, {"thu-phong": "<script>"}, {"tu": "32/13/2023"}, {"xem": "9" * 9999}):
        response = opened(leader, programme, **query)
        assert response.status_code == 200
        assert [name for name, _ in rows_of(response.text)] == [name for name, _ in rows_of(usual.text)]
    refused = opened(leader, programme, ngay="abc")
    assert refused.status_code == 400
    assert "chưa phải một ngày" in text_of(refused.text)
    assert leader.get(f"{address(programme.code)}nhiem-vu.csv", {"ngay": "abc"}).status_code == 400


@pytest.mark.parametrize("ngay", ["31/12/1945", "31/12/2099"])
@pytest.mark.parametrize("zoom", ["nam", "tuan"])
def test_far_days_have_a_schedule(leader, programme, ngay, zoom):
    assert opened(leader, programme, ngay=ngay, tu="01/01/1945", **{"thu-phong": zoom}).status_code == 200


def test_programme_without_tasks_or_of_another_province(client_of, leader, programme):
    empty = ProgrammeFactory(province=programme.province)
    assert "Đề án chưa có hiệu lực" in text_of(leader.get(address(empty.code)).text)
    adopted_revision(empty, tasks=0)
    assert "Chưa có nhiệm vụ nào" in text_of(leader.get(address(empty.code)).text)

    stranger = client_of(coordinator_of(ProgrammeFactory()))
    for path in (address(programme.code), f"{address(programme.code)}nhiem-vu.csv"):
        assert stranger.get(path).status_code == 404


# Volume


@pytest.mark.parametrize("count", [1, 60])
def test_schedule_costs_the_same_queries_however_much_it_shows(client_of, count, django_assert_num_queries):
    programme = ProgrammeFactory()
    tasks = TaskFactory.create_batch(count, programme=programme)
    for year in (2020, 2021, 2022) if count > 1 else (2020, 2021):
        adopted_revision(
            programme, tasks=tasks, effective_on=date(year, 1, 1), due_on=date(year, 12, 31), route=Route.IT_RENTAL,
            lead=programme.coordinating_agency,
        )  # fmt: skip
    for task in tasks[:20]:
        ProgressUpdateFactory(task=task, accepted=True, as_of=date(2020, 6, 1))
        RouteStepFactory(task=task, route=Route.IT_RENTAL, planned_due=date(2021, 6, 1))
    browser = client_of(coordinator_of(programme))

    # Session and user, the programme; revisions and counts of the day; rows and agencies, acts, plans, lineage; steps.
    with django_assert_num_queries(11):
        page = browser.get(address(programme.code)).text
    seal()
    # Three more see that there is nothing to seal before the file goes out; one notes who took it.
    with django_assert_num_queries(15):
        lines = in_file(browser, programme.code)

    # Three more where what moved since an earlier day is told.
    with django_assert_num_queries(14):
        browser.get(address(programme.code), {"so-voi": "01/06/2021"})

    assert len(rows_of(page)) == min(count, 50)
    assert len(lines) == count
    if count > 50:
        whole = browser.get(address(programme.code), {"trang": "tat-ca"}).text
        assert len(rows_of(whole)) == count
        assert 'data-whole="?trang=tat-ca"' in page
