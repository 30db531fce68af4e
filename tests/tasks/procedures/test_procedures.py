"""The pages of a task's procedure: what an officer types, and what everybody reads."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from programme.models import Role
from tasks.models import Route, RouteStep, Status
from tasks.operations.route_steps import StepDates, finish_step, lay_out_route, plan_steps, skip_step
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    ProgrammeFactory,
    ProgressUpdateFactory,
    RouteStepFactory,
    UserFactory,
    adopted_revision,
    coordinator_of,
    officer_of,
    task_in_force,
)
from tests.reading import Reader

pytestmark = pytest.mark.django_db

TODAY = localdate()


@pytest.fixture
def lead():
    return AgencyFactory(name="Công an tỉnh")


@pytest.fixture
def task(lead):
    programme = ProgrammeFactory(province=lead.province)
    return task_in_force(programme, lead=lead, route=Route.PUBLIC_INVESTMENT, name="Giám sát giao thông")


@pytest.fixture
def person(lead):
    return officer_of(lead, full_name="Nguyễn Thị Lan")


@pytest.fixture
def officer(client_of, person):
    return client_of(person)


@pytest.fixture
def steps(task, person):
    return lay_out_route(task, route=Route.PUBLIC_INVESTMENT, by=person, today=TODAY)


def words(response):
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:a|strong)\b[^>]*>", "", response.text))
    return " ".join(unescape(text).split())


def address(task, name="route_steps", *more):
    return reverse(name, args=[task.pk, *more])


def typed(browser, task, steps=(), reason="", **changes):
    """What the page of the steps sends back: as it was shown, with ``changes`` («done_on_3») to single steps."""
    shown = Reader(browser.get(address(task)).text).inputs
    data = {name: value for name, value in shown.items() if name and name.startswith("buoc-")} | {"reason": reason}
    for name, value in changes.items():
        field, _, position = name.rpartition("_")
        data[f"buoc-{steps[int(position) - 1].pk}-{field}"] = value
    return data


def refresh(step):
    return RouteStep.objects.get(pk=step.pk)


# Reading


def test_task_page_names_the_next_step_and_how_late_it_is(officer, task, person, steps):
    finish_step(steps[0], on=date(2024, 5, 2), by=person, today=TODAY)
    plan_steps(task, [StepDates(steps[1], None, date(2024, 6, 30))], by=person, today=TODAY)

    late = words(officer.get(f"{task.get_absolute_url()}?ngay=12/07/2024"))
    in_time = words(officer.get(f"{task.get_absolute_url()}?ngay=30/06/2024"))
    before = words(officer.get(f"{task.get_absolute_url()}?ngay=01/05/2024"))

    assert "Bước tiếp theo: Đưa vào kế hoạch đầu tư công trung hạn, dự kiến 30/06/2024, quá 12 ngày" in late
    assert "dự kiến 30/06/2024, quá" not in in_time
    assert "Bước tiếp theo: Đề xuất, thẩm định chủ trương đầu tư, chưa có ngày dự kiến" in before
    assert "02/05/2024" not in before


def test_task_page_shows_what_became_of_each_step(officer, task, person, steps):
    document = LegalDocumentFactory(issuer=AgencyFactory(province=task.programme.province), signed_on=date(2024, 5, 2))
    plan_steps(task, [StepDates(steps[0], None, date(2024, 4, 22))], by=person, today=TODAY)
    finish_step(steps[0], on=date(2024, 5, 2), document=document, by=person, today=TODAY)
    skip_step(steps[1], reason="Vốn sự nghiệp", on=date(2024, 5, 3), by=person, today=TODAY)

    response = officer.get(f"{task.get_absolute_url()}?ngay=01/06/2024")

    page = words(response)
    assert "Đến ngày 01/06/2024: xong 1/12 bước, bỏ qua 1." in page
    assert f"02/05/2024 chậm 10 ngày {document} Đã xong" in page
    assert "Lý do bỏ qua: Vốn sự nghiệp" in page
    assert f'href="{document.get_absolute_url()}?ngay=01/06/2024"' in response.text


def test_task_page_names_the_rule_of_the_day(officer, task, steps):
    page = words(officer.get(f"{task.get_absolute_url()}?ngay=25/01/2026"))
    later = words(officer.get(f"{task.get_absolute_url()}?ngay=26/01/2026"))

    assert "Theo Nghị định số 73/2019/NĐ-CP" in page
    assert "45/2026" not in page
    assert "Theo Nghị định số 45/2026/NĐ-CP" in later
    assert "Nghị định số 45/2026/NĐ-CP: tính từ ngày ban hành 26/01/2026." in later


def test_complete_task_has_no_next_step(officer, task, steps):
    ProgressUpdateFactory(task=task, accepted=True, status=Status.COMPLETE, as_of=date(2024, 6, 1))

    assert "Bước tiếp theo:" in words(officer.get(f"{task.get_absolute_url()}?ngay=31/05/2024"))
    assert "Bước tiếp theo:" not in words(officer.get(f"{task.get_absolute_url()}?ngay=01/06/2024"))


def test_changed_route_leaves_the_old_steps_readable(officer, task, person, steps, lead):
    finish_step(steps[0], on=date(2023, 5, 2), by=person, today=TODAY)
    adopted_revision(
        task.programme, effective_on=date(2024, 1, 1), tasks=[task], lead=lead, route=Route.IT_RENTAL, name="Giám sát"
    )
    lay_out_route(task, route=Route.IT_RENTAL, by=person, today=TODAY)

    before = words(officer.get(f"{task.get_absolute_url()}?ngay=31/12/2023"))
    after = words(officer.get(f"{task.get_absolute_url()}?ngay=01/01/2024"))

    assert "Bước tiếp theo: Đưa vào kế hoạch đầu tư công trung hạn" in before
    assert "Các bước theo hình thức trước đây" not in before
    assert "Lập kế hoạch thuê" not in before
    assert "Bước tiếp theo: Chủ trương thuê, so sánh với đầu tư" in after
    old = after.partition("Các bước theo hình thức trước đây")[2]
    assert "Đầu tư công · 12 bước" in old
    assert "02/05/2023" in old


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR])
def test_who_only_reads_sees_the_steps_and_no_way_to_change_them(client_of, task, steps, lead, role):
    browser = client_of(UserFactory(role=role, agency=lead))

    response = browser.get(task.get_absolute_url())

    assert "Đề xuất, thẩm định chủ trương đầu tư" in words(response)
    assert address(task) not in response.text
    assert browser.get(address(task)).status_code == 403


def test_steps_are_in_the_history_of_the_task(officer, task, person, steps):
    skip_step(steps[0], reason="Vốn sự nghiệp", on=TODAY, by=person, today=TODAY)

    page = words(officer.get(reverse("admin:tasks_task_history", args=[task.pk])))

    assert "bước thủ tục «Đề xuất, thẩm định chủ trương đầu tư»" in page
    assert "Vốn sự nghiệp" in page


# Recording


def test_steps_are_laid_out_by_a_button_that_goes_away(officer, task):
    assert "Lập các bước theo hình thức đầu tư công" in words(officer.get(address(task)))

    page = officer.post(address(task, "route_lay_out"), follow=True)
    again = officer.post(address(task, "route_lay_out"), follow=True)

    assert "Đã lập 12 bước." in words(page)
    assert "Lập các bước theo hình thức" not in words(page)
    assert "đã được lập trước đó, nên giữ nguyên" in words(again)
    assert task.route_steps.count() == 12


def test_lay_out_is_not_done_by_opening_an_address(officer, task):
    assert officer.get(address(task, "route_lay_out")).status_code == 405


def test_one_save_plans_finishes_and_skips_as_one_action(officer, task, steps):
    document = LegalDocumentFactory(issuer=AgencyFactory(province=task.programme.province))
    data = typed(
        officer,
        task,
        steps,
        planned_due_4="30/06/2099",
        done_on_1="02/05/2024",
        document_1=document.pk,
        skipped_on_2="03/05/2024",
        skipped_reason_2="Vốn sự nghiệp",
    )

    page = words(officer.post(address(task), data, follow=True))

    assert "Đã lưu 3 bước." in page
    first, second, fourth = (refresh(steps[place]) for place in (0, 1, 3))
    assert (first.done_on, first.document) == (date(2024, 5, 2), document)
    assert (second.skipped_on, second.skipped_reason) == (date(2024, 5, 3), "Vốn sự nghiệp")
    assert fourth.planned_due == date(2099, 6, 30)
    assert len({step.history.latest().history_action for step in (first, second, fourth)}) == 1
    assert refresh(steps[4]).history.count() == 1


def test_step_done_out_of_order_is_told(officer, task, steps):
    data = typed(officer, task, steps, done_on_1="02/05/2024", done_on_4="03/05/2024")

    page = words(officer.post(address(task), data, follow=True))

    assert "Bước 4 đã xong, trong khi bước 2, 3 chưa xong." in page
    assert "Bước 1 đã xong, trong khi" not in page


def test_save_without_a_change_changes_nothing(officer, task, steps):
    page = words(officer.post(address(task), typed(officer, task), follow=True))

    assert "Chưa có gì thay đổi" in page
    assert all(step.history.count() == 1 for step in steps)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"done_on_1": "31/02/2024"}, "Ngày 31/02/2024 không có trong lịch", id="no such day"),
        pytest.param({"planned_due_1": "04/30/2024"}, "Nhập theo thứ tự ngày/tháng/năm", id="month first"),
        pytest.param(
            {"done_on_1": f"{TODAY + timedelta(days=1):%d/%m/%Y}"}, "chưa đến. Chỉ ghi bước đã xong", id="to come"
        ),
        pytest.param(
            {"skipped_on_1": "03/05/2024", "skipped_reason_1": "   "}, "phải ghi ngày và lý do", id="blank reason"
        ),
        pytest.param({"skipped_reason_1": "Không cần"}, "phải ghi ngày và lý do", id="skipped without a day"),
        pytest.param(
            {"done_on_1": "02/05/2024", "skipped_on_1": "03/05/2024", "skipped_reason_1": "Không cần"},
            "đã xong thì không bỏ qua",
            id="done and skipped",
        ),
        pytest.param(
            {"planned_start_1": "02/05/2024", "planned_due_1": "01/05/2024"},
            "Ngày xong dự kiến phải từ ngày bắt đầu dự kiến",
            id="ends before it begins",
        ),
    ],
)
def test_mistake_is_told_and_everything_typed_is_kept(officer, task, steps, changes, told):
    data = typed(officer, task, steps, **changes, planned_due_5="30/06/2099")

    response = officer.post(address(task), data)

    assert response.status_code == 400
    assert told in words(response)
    assert "<title>Lỗi: " in response.text
    shown = Reader(response.text).inputs
    for name in data.keys() & shown.keys() - {"reason"}:
        assert shown[name] == data[name]
    assert refresh(steps[4]).planned_due is None
    assert not refresh(steps[0]).is_closed


def test_document_that_the_person_may_not_see_is_refused(officer, task, steps):
    foreign = LegalDocumentFactory(issuer=AgencyFactory())
    data = typed(officer, task, steps, done_on_1="02/05/2024", document_1=foreign.pk)

    response = officer.post(address(task), data)

    assert response.status_code == 400
    assert not refresh(steps[0]).is_closed


def test_planned_day_moves_only_with_a_reason(officer, task, person, steps):
    plan_steps(task, [StepDates(steps[0], None, date(2024, 6, 30))], by=person, today=TODAY)
    changes = {"planned_due_1": "30/09/2024"}

    refused = officer.post(address(task), typed(officer, task, steps, **changes))
    officer.post(address(task), typed(officer, task, steps, reason="Chờ vốn", **changes))

    assert refused.status_code == 400
    assert "đã có. Ghi lý do đổi ngày." in words(refused)
    step = refresh(steps[0])
    assert step.planned_due == date(2024, 9, 30)
    assert step.history.latest().history_change_reason == "Chờ vốn"


def test_step_that_somebody_closed_meanwhile_is_told_with_what_was_typed(officer, task, steps):
    data = typed(officer, task, steps, done_on_1="02/05/2024")
    colleague = officer_of(task.plans.get().lead_agency, full_name="Trần Văn Bình")
    finish_step(steps[0], on=date(2024, 4, 1), by=colleague, today=TODAY)

    response = officer.post(address(task), data)
    shown = Reader(response.text).inputs
    second = officer.post(address(task), data | {name: shown[name] for name in data if name.endswith("seen_version")})

    assert response.status_code == 409
    assert "Trần Văn Bình đã sửa thành «01/04/2024»" in words(response)
    assert shown[f"buoc-{steps[0].pk}-done_on"] == "02/05/2024"
    assert "đã xong ngày 01/04/2024. Người ghi: Trần Văn Bình, lúc " in words(second)
    assert second.status_code == 409
    assert refresh(steps[0]).done_on == date(2024, 4, 1)


def test_step_that_somebody_closed_meanwhile_does_not_stop_another(officer, task, steps):
    data = typed(officer, task, steps, planned_due_2="30/06/2099")
    colleague = officer_of(task.plans.get().lead_agency, full_name="Trần Văn Bình")
    finish_step(steps[0], on=date(2024, 4, 1), by=colleague, today=TODAY)

    response = officer.post(address(task), data, follow=True)

    assert refresh(steps[1]).planned_due == date(2099, 6, 30)
    assert refresh(steps[0]).done_on == date(2024, 4, 1)
    assert "Trong lúc bạn nhập, Trần Văn Bình đã sửa “" in words(response)


def test_step_is_added_behind_another(officer, task, steps):
    data = {"name": "Xin ý kiến Bộ", "after": steps[1].pk, "planned_due": "30/06/2099"}

    page = words(officer.post(address(task, "route_step_add"), data, follow=True))

    assert "Đã thêm bước «Xin ý kiến Bộ»." in page
    added = task.route_steps.get(name="Xin ý kiến Bộ")
    assert (added.position, added.planned_due) == (3, date(2099, 6, 30))
    assert refresh(steps[2]).position == 4


@pytest.mark.parametrize("name", ["", "  ", "\u200b"])
def test_added_step_needs_a_name(officer, task, name):
    response = officer.post(address(task, "route_step_add"), {"name": name, "result": "Công văn"})

    assert response.status_code == 400
    assert "Ghi tên bước." in words(response)
    assert Reader(response.text).inputs["result"] == "Công văn"
    assert not task.route_steps.exists()


def test_route_without_template_says_that_steps_are_added(client_of, lead, person):
    task = task_in_force(ProgrammeFactory(province=lead.province), lead=lead, route=Route.PRIVATE)

    page = words(client_of(person).get(address(task)))

    assert "Hình thức này không có trình tự mẫu." in page
    assert "Lập các bước" not in page


def test_closed_step_is_reopened_with_a_reason(officer, task, person, steps):
    finish_step(steps[0], on=date(2024, 4, 1), by=person, today=TODAY)
    reopen = address(task, "route_step_reopen", steps[0].pk)

    refused = officer.post(reopen, {"reason": "   "})
    page = officer.post(reopen, {"reason": "Ghi nhầm bước"}, follow=True)

    assert refused.status_code == 400
    assert "Ghi lý do mở lại bước này." in words(refused)
    assert "Đã mở lại bước 1. Đề xuất" in words(page)
    assert not refresh(steps[0]).is_closed


# Who may


@pytest.mark.parametrize("name", ["route_steps", "route_lay_out", "route_step_add", "route_step_reopen"])
@pytest.mark.parametrize(
    ("stranger", "status"),
    [
        pytest.param(lambda task: officer_of(AgencyFactory(province=task.programme.province)), 403, id="other agency"),
        pytest.param(lambda task: UserFactory(), 404, id="other province"),
        pytest.param(lambda task: UserFactory(role=Role.LEADER, agency=task.plans.get().lead_agency), 403, id="leader"),
        pytest.param(lambda task: UserFactory(role=Role.AUDITOR, agency=None), 403, id="auditor"),
    ],
)
def test_nobody_else_records_steps(client_of, task, steps, name, stranger, status):
    browser = client_of(stranger(task))
    more = [steps[0].pk] if name == "route_step_reopen" else []

    response = browser.post(address(task, name, *more), {"name": "Bước khác", "reason": "Thử"})

    assert response.status_code == status
    assert task.route_steps.count() == len(steps)


def test_coordinating_agency_records_steps(client_of, task, steps):
    browser = client_of(coordinator_of(task.programme))

    browser.post(address(task), typed(browser, task, steps, done_on_1="02/05/2024"))

    assert refresh(steps[0]).done_on == date(2024, 5, 2)


def test_step_of_another_task_does_not_exist_here(officer, task):
    other = RouteStepFactory(done_on=date(2024, 5, 2))

    assert officer.get(address(task, "route_step_reopen", other.pk)).status_code == 404


# Volume


@pytest.mark.parametrize("step_count", [1, 20])
def test_page_of_the_steps_query_count_does_not_grow(officer, task, step_count, django_assert_num_queries):
    document = LegalDocumentFactory(issuer=AgencyFactory(province=task.programme.province))
    fields = {"task": task, "route": Route.PUBLIC_INVESTMENT}
    RouteStepFactory.create_batch(step_count, **fields)
    RouteStepFactory.create_batch(step_count, **fields, done_on=date(2024, 5, 2), document=document)

    # Session, user with agency; the task, and whose it is; its route and steps; their last changes; documents.
    with django_assert_num_queries(2 + 2 + 2 + 2):
        page = officer.get(address(task)).text

    assert page.count("<fieldset") == 2 * step_count


@pytest.mark.parametrize("step_count", [1, 20])
def test_task_page_query_count_does_not_grow_with_steps(officer, task, lead, step_count, django_assert_num_queries):
    document = LegalDocumentFactory(issuer=AgencyFactory(province=task.programme.province))
    done = {"task": task, "done_on": date(2023, 5, 2), "document": document}
    RouteStepFactory.create_batch(step_count, **done, route=Route.PUBLIC_INVESTMENT)
    RouteStepFactory.create_batch(step_count, **done, route=Route.IT_RENTAL)
    adopted_revision(task.programme, effective_on=date(2024, 1, 1), tasks=[task], lead=lead, route=Route.IT_RENTAL)

    with django_assert_num_queries(11):
        page = words(officer.get(f"{task.get_absolute_url()}?ngay=01/06/2024"))

    assert page.count(f"· {step_count} bước") == 2
