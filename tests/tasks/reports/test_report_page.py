"""The pages on which an officer reports and the coordinating agency answers."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from tasks.models import ProgressUpdate, Status, UpdateState
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    ReportingCycleFactory,
    ReportingDutyFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.forms_read import Page, send
from tests.reading import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def lead(programme):
    return AgencyFactory(province=programme.province)


@pytest.fixture
def task(programme, lead):
    return task_in_force(programme, lead=lead, name="Bệnh án điện tử")


@pytest.fixture
def officer(lead):
    return officer_of(lead)


@pytest.fixture
def coordinator(programme):
    return coordinator_of(programme, full_name="Lê Thị Hoa")


@pytest.fixture
def before(task):
    """What was last accepted: half done on 16/06/2023."""
    return ProgressUpdateFactory(
        task=task,
        as_of=date(2023, 6, 16),
        status=Status.IN_PROGRESS,
        percent=50,
        results="Đã cài đặt máy chủ",
        next_steps="Đào tạo",
        accepted=True,
    )


def add_url(task, cycle=None):
    return f"{reverse('admin:tasks_progressupdate_add')}?task={task.pk}" + (f"&ky={cycle.pk}" if cycle else "")


def typed(**fields):
    return {"as_of": "16/07/2023", "status": Status.IN_PROGRESS, "percent": "60", "results": "Đã đào tạo"} | fields


def write(client, task, **fields):
    """Keep a draft by the form; returns the response and the report."""
    response = client.post(add_url(task), typed(**fields))
    return response, ProgressUpdate.objects.open().first()


def page(response):
    return response.content.decode()


def test_form_begins_with_what_counts_and_shows_it_beside_each_field(client_of, officer, task, before):
    html = page(client_of(officer).get(add_url(task)))

    assert 'name="percent" value="50"' in html
    assert "lần trước: số liệu đến ngày 16/06/2023" in html
    assert "Đã cài đặt máy chủ" in html
    assert f'name="as_of" value="{localdate():%d/%m/%Y}"' in html


def test_form_keeps_a_draft_and_goes_on_to_what_it_changes(client_of, officer, task, before):
    client = client_of(officer)

    response, update = write(client, task)
    html = page(client.get(response.url))

    assert update.state == UpdateState.DRAFT
    assert response.url == reverse("admin:tasks_progressupdate_check", args=[update.pk])
    assert "50%" in html
    assert "<ins>60%</ins>" in html
    assert "Gửi báo cáo tiến độ" in html


def test_report_is_sent_from_the_page_that_shows_what_it_changes(client_of, officer, task, before, programme):
    client = client_of(officer)
    response, update = write(client, task)

    html = page(client.post(response.url, {"seen": update.version}, follow=True))

    assert ProgressUpdate.objects.get(pk=update.pk).state == UpdateState.SUBMITTED
    assert f"(mã BC-{update.pk})" in html
    assert f"{programme.coordinating_agency} sẽ tiếp nhận" in html


def test_no_change_is_sent_in_two_steps(client_of, officer, task, before):
    client = client_of(officer)

    response = client.post(add_url(task), {"as_of": "16/07/2023", "_same": "1"})
    send(client, response.url, press="_submit")

    update = ProgressUpdate.objects.get(state=UpdateState.SUBMITTED)
    assert (update.as_of, update.status, update.percent) == (date(2023, 7, 16), Status.IN_PROGRESS, 50)
    assert update.results == "Không thay đổi so với số liệu đến ngày 16/06/2023."
    assert update.next_steps == "Đào tạo"


def test_no_change_still_reads_the_day(client_of, officer, task, before):
    response = client_of(officer).post(add_url(task), {"as_of": "31/02/2024", "_same": "1"})

    assert "Ngày 31/02/2024 không có trong lịch" in page(response)
    assert not ProgressUpdate.objects.open().exists()


def test_what_was_typed_is_kept_when_something_is_wrong(client_of, officer, task):
    response = client_of(officer).post(add_url(task), typed(as_of="31/02/2024", percent="101", results="Rất dài"))
    html = page(response)

    assert "Tiến độ phải là số nguyên từ 0 đến 100" in html
    assert "Ngày 31/02/2024 không có trong lịch" in html
    assert "Rất dài" in html
    assert 'value="101"' in html
    assert not ProgressUpdate.objects.exists()


@pytest.mark.parametrize(
    ("percent", "kept"),
    [("50%", 50), ("50 %", 50), (" 50", 50), ("050", 50), ("0", 0), ("", None)],
    ids=["50%", "50 %", "a blank before", "050", "0", "nothing"],
)
def test_percent_is_read_as_people_write_it(percent, kept, client_of, officer, task):
    _, update = write(client_of(officer), task, percent=percent)

    assert update.percent == kept


@pytest.mark.parametrize("percent", ["101", "-5", "50.5", "50,5", "năm mươi", "1e2", "NaN", "∞", "٥٠"])
def test_percent_that_is_none_is_refused(percent, client_of, officer, task):
    response, _ = write(client_of(officer), task, percent=percent)

    assert "Tiến độ phải là số nguyên từ 0 đến 100" in page(response)
    assert not ProgressUpdate.objects.exists()


def test_percent_that_goes_back_asks_for_the_reason_before_it_is_checked(client_of, officer, task, before):
    response, update = write(client_of(officer), task, percent="40")

    assert response.status_code == 400
    assert "Tiến độ giảm từ 50% xuống 40%: ghi rõ lý do." in page(response)
    assert update is None


def test_hundred_percent_is_confirmed_by_a_tick(client_of, officer, task, before):
    client = client_of(officer)
    response, update = write(client, task, percent="100")

    asked = page(send(client, response.url, press="_submit"))
    client.post(response.url, {"hundred": "on", "seen": update.version})

    assert "Tiến độ 100% nhưng trạng thái là «Đang thực hiện»" in asked
    assert "đánh dấu để xác nhận" in asked
    assert ProgressUpdate.objects.get(pk=update.pk).state == UpdateState.SUBMITTED


def test_done_at_30_percent_is_refused_beside_the_percentage(client_of, officer, task):
    response, _ = write(client_of(officer), task, status=Status.COMPLETE, percent="30")

    assert "Hoàn thành thì tiến độ phải là 100%." in page(response)


def test_complete_fills_in_the_percentage_and_says_so(client_of, officer, task):
    client = client_of(officer)
    document = LegalDocumentFactory(issuer=officer.agency)

    response, update = write(client, task, status=Status.COMPLETE, percent="", document=document.pk)

    assert update.percent == 100
    assert "Trạng thái là «Hoàn thành» nên tiến độ được ghi 100%." in text_of(page(client.get(response.url)))


def test_percentage_that_was_filled_in_is_shown_where_something_else_is_wrong(client_of, officer, task):
    response, _ = write(client_of(officer), task, status=Status.COMPLETE, percent="", as_of="31/02/2024")

    assert Page(page(response)).values["percent"] == "100"
    assert "Trạng thái là «Hoàn thành» nên tiến độ được ghi 100%." in text_of(page(response))


def test_percentage_is_not_filled_in_for_any_other_status(client_of, officer, task):
    _, update = write(client_of(officer), task, percent="")

    assert update.percent is None


def test_future_day_is_refused(client_of, officer, task):
    response, _ = write(client_of(officer), task, as_of="01/01/2099")

    assert "Ngày của số liệu không thể ở tương lai." in page(response)


@pytest.mark.parametrize("year", ["0003", "9999"])
def test_year_that_cannot_be_meant_is_refused(year, client_of, officer, task):
    response, _ = write(client_of(officer), task, as_of=f"16/06/{year}")

    assert "nằm ngoài khoảng 1945–2099" in page(response)


def test_day_before_the_resolution_is_refused(client_of, officer, task):
    response, _ = write(client_of(officer), task, as_of="12/12/2019")

    assert "đề án đang có hiệu lực không có nhiệm vụ đó" in page(response)


def test_day_outside_the_cycle_is_refused_with_its_window(client_of, officer, task, programme):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))

    response = client_of(officer).post(add_url(task, cycle), typed(as_of="15/06/2023"))

    assert "Kỳ tháng 06/2023 lấy số liệu trong khoảng 15/05/2023 – 14/06/2023." in page(response)


def test_report_for_a_cycle_begins_on_its_last_day_and_answers_it(client_of, officer, task, programme):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))
    client = client_of(officer)

    html = page(client.get(add_url(task, cycle)))
    client.post(add_url(task, cycle), typed(as_of="14/06/2023"))

    assert 'name="as_of" value="14/06/2023"' in html
    assert "hạn nộp 20/06/2023" in html
    assert ProgressUpdate.objects.get().cycle == cycle


def test_second_officer_goes_on_with_the_draft_of_the_first(client_of, officer, task, lead):
    _, update = write(client_of(officer), task)

    response = client_of(officer_of(lead)).get(add_url(task))

    assert response.url == reverse("admin:tasks_progressupdate_change", args=[update.pk])


def test_two_who_begin_at_once_keep_one_draft_and_nothing_typed_is_lost(client_of, officer, task, lead):
    write(client_of(officer), task)

    response, _ = write(client_of(officer_of(lead)), task, results="Của người thứ hai")

    assert "Nhiệm vụ này đã có bản nháp" in page(response)
    assert "Của người thứ hai" in page(response)
    assert ProgressUpdate.objects.count() == 1


def test_sent_report_is_read_and_not_written(client_of, officer, task):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)
    url = reverse("admin:tasks_progressupdate_change", args=[update.pk])

    html = page(client_of(officer).get(url))
    response = client_of(officer).post(url, typed())

    assert "Chờ tiếp nhận" in html
    assert 'name="_check"' not in html
    assert response.status_code == 409
    assert update.history.count() == 1


@pytest.mark.parametrize("role", ["officer of another agency", "leader", "auditor"])
def test_others_neither_write_nor_send(role, client_of, officer, task, programme):
    update = ProgressUpdateFactory(task=task, author=officer)
    others = {
        "officer of another agency": lambda: officer_of(AgencyFactory(province=programme.province)),
        "leader": lambda: UserFactory(role="leader", agency=programme.coordinating_agency),
        "auditor": lambda: UserFactory(role="auditor", agency=None),
    }
    client = client_of(others[role]())

    statuses = [
        client.get(add_url(task)).status_code,
        client.post(add_url(task), typed()).status_code,
        client.get(reverse("admin:tasks_progressupdate_check", args=[update.pk])).status_code,
        client.post(reverse("admin:tasks_progressupdate_check", args=[update.pk])).status_code,
        client.post(reverse("admin:tasks_progressupdate_change", args=[update.pk]), typed()).status_code,
        client.get(reverse("admin:tasks_progressupdate_review", args=[update.pk])).status_code,
    ]

    assert set(statuses) <= {403, 404}
    assert update.history.count() == 1


def test_another_province_s_report_does_not_exist(client_of, task):
    update = ProgressUpdateFactory(task=task)
    stranger = coordinator_of(ProgrammeFactory())

    for name in ("change", "check", "review", "history"):
        url = reverse(f"admin:tasks_progressupdate_{name}", args=[update.pk])
        assert client_of(stranger).get(url).status_code == 404, name


def test_extra_fields_change_nothing(client_of, officer, task):
    reviewer = UserFactory()

    _, update = write(
        client_of(officer), task, state="accepted", author=reviewer.pk, reviewer=reviewer.pk, reported_on="2020-01-01"
    )

    assert (update.state, update.author, update.reviewer) == (UpdateState.DRAFT, officer, None)
    assert update.reported_on == localdate()


# The answer


def test_reviewer_sees_the_difference_and_accepts(client_of, coordinator, officer, task, before):
    update = ProgressUpdateFactory(task=task, as_of=date(2023, 7, 16), percent=60, author=officer, submitted=True)
    client = client_of(coordinator)
    url = reverse("admin:tasks_progressupdate_review", args=[update.pk])

    html = page(client.get(url))
    client.post(url, {"_accept": "1", "seen": update.version})

    assert "50%" in html
    assert "<ins>60%</ins>" in html
    assert ProgressUpdate.objects.get(pk=update.pk).state == UpdateState.ACCEPTED


def test_report_is_not_sent_back_without_a_reason(client_of, coordinator, officer, task):
    update = ProgressUpdateFactory(task=task, author=officer, submitted=True)

    response = client_of(coordinator).post(
        reverse("admin:tasks_progressupdate_review", args=[update.pk]), {"_return": "1", "seen": update.version}
    )

    assert "Trả lại thì phải ghi lý do." in page(response)
    assert update.history.count() == 1


def sent_reports(programme, lead, count):
    author = officer_of(lead)
    revision = adopted_revision(programme, tasks=count, lead=lead)
    return [
        ProgressUpdateFactory(task=planned.task, author=author, submitted=True)
        for planned in revision.planned_tasks.order_by("position")
    ]


def marked(updates):
    return {"chosen": [update.pk for update in updates]} | {f"seen_{update.pk}": update.version for update in updates}


MANY = "/quan-tri/tasks/progressupdate/tiep-nhan/"


def test_several_reports_are_accepted_in_one_go(client_of, coordinator, programme, lead):
    updates = sent_reports(programme, lead, 3)

    html = page(client_of(coordinator).post(MANY, marked(updates[:2]), follow=True))

    assert "Đã tiếp nhận 2 báo cáo." in html
    assert [update.pk for update in ProgressUpdate.objects.accepted().order_by("pk")] == [one.pk for one in updates[:2]]


def test_none_is_accepted_when_one_was_sent_anew(client_of, coordinator, programme, lead):
    updates = sent_reports(programme, lead, 2)
    answers = marked(updates) | {f"seen_{updates[1].pk}": 0}

    html = page(client_of(coordinator).post(MANY, answers))

    assert "Chưa tiếp nhận báo cáo nào." in html
    assert "sửa và gửi lại sau khi bạn mở trang" in html
    assert not ProgressUpdate.objects.accepted().exists()


def test_nothing_marked_is_told(client_of, coordinator, programme, lead):
    sent_reports(programme, lead, 1)

    assert "Đánh dấu ít nhất một báo cáo." in page(client_of(coordinator).post(MANY, {}))


@pytest.mark.parametrize("count", [1, 8])
def test_waiting_reports_are_read_in_a_fixed_number_of_queries(
    count, client_of, coordinator, programme, lead, django_assert_max_num_queries
):
    sent_reports(programme, lead, count)
    client = client_of(coordinator)

    with django_assert_max_num_queries(18):
        assert page(client.get(MANY)).count('class="chosen"') == count


# The cycle


def test_cycle_page_counts_by_agency_and_lists_who_has_not_reported(client_of, officer, task, programme, lead):
    cycle = ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))
    client = client_of(officer)
    url = f"{reverse('cycle_detail', args=[programme.code])}?ky={cycle.pk}"

    missing = page(client.get(f"{url}&loc=chua-nop"))
    ProgressUpdateFactory(task=task, cycle=cycle, as_of=cycle.last_day, reported_on=date(2023, 6, 21), submitted=True)
    late = page(client.get(url))

    assert "Cơ quan chưa báo cáo kỳ tháng 06/2023" in missing
    assert lead.name in missing
    assert "0 đã nộp, 1 nộp muộn, 0 trả lại, 0 chưa nộp" in text_of(late)
    assert "Mọi cơ quan đã nộp báo cáo." in page(client.get(f"{url}&loc=chua-nop"))


def test_programme_without_cycles_says_how_they_come(client_of, officer, programme, task):
    assert "Đề án chưa có kỳ báo cáo" in page(client_of(officer).get(reverse("cycle_detail", args=[programme.code])))


@pytest.mark.parametrize("key", ["abc", "999999", "-1", "9" * 40])
def test_cycle_that_is_none_is_not_found(key, client_of, officer, programme, task):
    ReportingCycleFactory(duty=ReportingDutyFactory(programme=programme))

    assert client_of(officer).get(reverse("cycle_detail", args=[programme.code]), {"ky": key}).status_code == 404


def test_coordinator_orders_monthly_reports_and_puts_a_due_day_off(client_of, coordinator, programme, task):
    client = client_of(coordinator)
    document = LegalDocumentFactory(issuer__province=programme.province)

    client.post(
        reverse("admin:tasks_reportingduty_add"),
        {
            "programme": programme.pk,
            "cadence": "monthly",
            "first_day": f"{localdate():%d/%m/%Y}",
            "days_to_report": "6",
            "document": document.pk,
        },
    )
    cycle = programme.reporting_duties.get().cycles.order_by("first_day").first()
    url = reverse("admin:tasks_reportingcycle_change", args=[cycle.pk])
    later = cycle.last_day.replace(day=28)
    client.post(
        url, {"due_on": f"{later:%d/%m/%Y}", "change_reason": "Nghỉ Tết", "seen_version": cycle.history.get().pk}
    )

    cycle.refresh_from_db()
    assert cycle.due_on == later
    assert cycle.history.latest("history_id").history_change_reason == "Nghỉ Tết"


# Two who write at once


def versions_on(client, url):
    return Page(client.get(url).text).values["seen_version"]


def test_two_officers_who_fill_in_different_fields_lose_nothing(client_of, officer, lead, task):
    first, second = client_of(officer), client_of(officer_of(lead))
    _, update = write(first, task, results="", next_steps="")
    url = reverse("admin:tasks_progressupdate_change", args=[update.pk])
    seen = versions_on(second, url)
    first.post(url, typed(results="Đã lắp 100 camera", next_steps="", seen_version=versions_on(first, url)))

    response = second.post(url, typed(results="", next_steps="Nghiệm thu", seen_version=seen), follow=True)

    update.refresh_from_db()
    assert (update.results, update.next_steps) == ("Đã lắp 100 camera", "Nghiệm thu")
    assert f"Trong lúc bạn nhập, {officer.full_name} đã sửa" in page(response)


def test_two_officers_who_fill_in_the_same_field_are_shown_both(client_of, officer, lead, task):
    first, second = client_of(officer), client_of(officer_of(lead))
    _, update = write(first, task, results="")
    url = reverse("admin:tasks_progressupdate_change", args=[update.pk])
    seen = versions_on(second, url)
    first.post(url, typed(results="Của người trước", seen_version=versions_on(first, url)))

    response = second.post(url, typed(results="Của người sau", seen_version=seen))

    update.refresh_from_db()
    assert response.status_code == 409
    assert update.results == "Của người trước"
    assert "Của người sau" in page(response)
    assert f"Lấy của {officer.full_name}" in page(response)


@pytest.mark.parametrize(
    ("field", "typed_too"),
    [
        pytest.param("obstacles", {}, id="not shown yet"),
        pytest.param("results", {"results": "Của người sau"}, id="typed too"),
    ],
)
def test_no_change_is_not_written_over_what_a_colleague_wrote(field, typed_too, client_of, officer, lead, task, before):
    first, second = client_of(officer), client_of(officer_of(lead))
    _, update = write(first, task)
    url = reverse("admin:tasks_progressupdate_change", args=[update.pk])
    opened, its_own = (Page(client.get(url).text).values for client in (second, first))
    first.post(url, its_own | {field: "Của người trước", "_draft": ""})

    response = second.post(url, opened | typed_too | {"_same": ""})

    assert update.history.count() == 2
    assert officer.full_name in page(response)
    assert "Của người trước" in page(response)


def test_no_change_does_not_drop_what_was_typed_beside_it(client_of, officer, task, before):
    client = client_of(officer)
    opened = Page(client.get(add_url(task)).text).values

    response = client.post(add_url(task), opened | {"obstacles": "Thiếu vốn", "_same": "1"})

    assert "Bạn đã nhập khó khăn, vướng mắc." in page(response)
    assert Page(response.text).values["obstacles"] == "Thiếu vốn"
    assert not ProgressUpdate.objects.open().exists()


def test_no_change_is_said_of_what_counted_on_the_day_that_was_typed(client_of, officer, task, before):
    response = client_of(officer).post(add_url(task), {"as_of": "15/06/2023", "_same": "1"})

    assert "Đến ngày này chưa có báo cáo nào được tiếp nhận để so." in page(response)
    assert not ProgressUpdate.objects.open().exists()
