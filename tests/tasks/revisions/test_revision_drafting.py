"""The pages on which a draft is changed: each does one thing, and what it refuses stands where it was typed."""

from datetime import date

import pytest

from tasks.operations.copying import begin_amendment
from tests.factories import (
    AgencyFactory,
    PeriodFactory,
    coordinator_of,
)
from tests.reading import text_of
from tests.revision_pages import address, assert_refused, assert_saved, counts, held, planned, send, three_tasks

pytestmark = pytest.mark.django_db

LATER = {"label": "2023–2024", "first_day": "01/01/2023", "last_day": "31/12/2024"}


@pytest.fixture
def base():
    return three_tasks(AgencyFactory())


@pytest.fixture
def person(base):
    return coordinator_of(base.programme, full_name="Nguyễn Thị Lan")


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


@pytest.fixture
def draft(base, person):
    return begin_amendment(base.programme, by=person)


# The programme as a whole


def test_name_and_budget_are_changed_and_the_sum_is_told(coordinator, draft, person):
    response = send(
        coordinator, address(draft, "revision_edit"), name="Đề án chính quyền số", declared_budget="60 tỷ đồng"
    )

    assert_saved(response, draft, "Đã lưu nội dung chung của dự thảo.")
    draft.refresh_from_db()
    assert (draft.name, draft.declared_budget_vnd) == ("Đề án chính quyền số", 60 * 10**9)
    assert draft.history.latest().history_user == person
    assert "100 tỷ đồng − 40 tỷ đồng = 60 tỷ đồng" in text_of(response.text)


def test_the_page_of_the_programme_as_a_whole_changes_nothing_by_itself(coordinator, draft):
    response = send(coordinator, address(draft, "revision_edit"))

    assert_saved(response, draft, "không thay đổi nhiệm vụ nào")
    assert "Nội dung chung của đề án" not in text_of(response.text)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        pytest.param(
            {"declared_budget": "2,030 tỷ"}, "declared_budget_vnd", "2 phẩy 030 hay 2 nghìn 030", id="unclear"
        ),
        pytest.param({"declared_budget": "-5 tỷ"}, "declared_budget_vnd", "Tổng kinh phí không thể âm.", id="negative"),
        pytest.param(
            {"declared_budget_kind": ""}, "declared_budget_kind", "Có số tiền thì phải ghi loại", id="no kind"
        ),
        pytest.param({"name": ""}, "name", "Nhập tên đề án.", id="no name"),
    ],
)
def test_refusal_of_the_programme_as_a_whole_keeps_what_was_typed(coordinator, draft, typed, field, sentence):
    typed = {"reason": "Lý do vừa gõ"} | typed

    response = send(coordinator, address(draft, "revision_edit"), **typed)

    assert_refused(response, field, sentence)
    kept = held(response)
    assert {name: kept.get(name, "") for name in typed} == typed
    draft.refresh_from_db()
    assert (draft.declared_budget_vnd, draft.reason) == (100 * 10**9, "")


def second_row(period):
    return {f"periods-1-{name}": value for name, value in period.items()}


def test_period_is_added(coordinator, draft):
    response = send(
        coordinator,
        address(draft, "revision_periods"),
        **{
            "periods-1-label": "2023–2024",
            "periods-1-first_day": "01/01/2023",
            "periods-1-last_day": "31/12/2024",
        },
    )

    assert_saved(response, draft, "Đã lưu các giai đoạn.")
    added = draft.periods.get(label="2023–2024")
    assert (added.first_day, added.last_day) == (date(2023, 1, 1), date(2024, 12, 31))


def test_period_with_tasks_is_not_removed(coordinator, draft):
    response = send(
        coordinator,
        address(draft, "revision_periods"),
        **{"periods-0-DELETE": "on"} | second_row(LATER),
    )

    assert_refused(response, None, "Giai đoạn «2020–2022» còn 3 nhiệm vụ.")
    assert held(response)["periods-1-label"] == "2023–2024"
    assert list(draft.periods.values_list("label", flat=True)) == ["2020–2022"]


def test_period_that_ends_before_it_begins_is_refused_beside_both_days(coordinator, draft):
    response = send(
        coordinator,
        address(draft, "revision_periods"),
        **second_row(LATER | {"first_day": "01/01/2025"}),
    )

    assert response.status_code == 400
    row = response.context["rows"][0].forms[1]
    assert row["first_day"].errors == ["Ngày này không thể sau «Đến hết ngày» (31/12/2024)."]
    assert row["last_day"].errors == ["Ngày cuối phải từ ngày đầu của giai đoạn trở đi (01/01/2025)."]
    assert "<title>Lỗi: " in response.text
    assert draft.periods.count() == 1


def test_objectives_are_added_changed_and_removed(coordinator, draft):
    url = address(draft, "revision_objectives")
    send(
        coordinator,
        url,
        **{"objectives-1-position": "2", "objectives-1-text": "Kho dữ liệu", "objectives-1-target_year": "2025"},
    )

    response = send(coordinator, url, **{"objectives-0-DELETE": "on", "objectives-1-text": "Kho dữ liệu dùng chung"})

    assert_saved(response, draft, "Đã lưu các mục tiêu.")
    goal = draft.objectives.get()
    assert (goal.text, goal.target_year) == ("Kho dữ liệu dùng chung", 2025)
    assert "Mục tiêu Hoàn thành trung tâm điều hành (trống)" in text_of(response.text)


def test_goals_change_places(coordinator, draft):
    url = address(draft, "revision_objectives")
    send(coordinator, url, **{"objectives-1-position": "2", "objectives-1-text": "Kho dữ liệu"})

    response = send(coordinator, url, **{"objectives-0-position": "2", "objectives-1-position": "1"})

    assert_saved(response, draft, "Đã lưu các mục tiêu.")
    goals = draft.objectives.order_by("position").values_list("position", "text")
    assert list(goals) == [(1, "Kho dữ liệu"), (2, "Hoàn thành trung tâm điều hành")]


# Many tasks at once


def test_open_tasks_are_carried_over_to_a_new_period(coordinator, draft):
    page = coordinator.get(address(draft, "revision_carry_over"))
    assert held(page)["tasks"] == [str(planned(draft, number).pk) for number in (2, 3)]

    response = send(coordinator, address(draft, "revision_carry_over"), reason="Chậm vốn", **LATER)

    assert_saved(response, draft, "Đã chuyển tiếp 2 nhiệm vụ sang 2023–2024.")
    assert "Trước: 3 = 1 hoàn thành + 2 chuyển tiếp" in text_of(response.text)
    labels = draft.planned_tasks.order_by("position").values_list("period__label", "due_on")
    assert list(labels) == [("2020–2022", None), ("2023–2024", None), ("2023–2024", None)]
    assert planned(draft, 2).history.latest().history_change_reason == "Chậm vốn"


def test_only_the_chosen_tasks_are_carried_over_to_a_period_that_there_is(coordinator, draft):
    later = PeriodFactory(revision=draft, label="2023–2025", last_day=date(2025, 12, 31))

    response = send(coordinator, address(draft, "revision_carry_over"), period=later.pk, tasks=[planned(draft, 3).pk])

    assert_saved(response, draft, "Đã chuyển tiếp 1 nhiệm vụ sang 2023–2025.")
    assert counts(draft) == {"kept": 2, "carried_over": 1}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        pytest.param({"tasks": []}, "tasks", "Chọn ít nhất một nhiệm vụ", id="no task"),
        pytest.param({"label": ""}, "label", "Ghi tên giai đoạn mới", id="no name"),
        pytest.param({"first_day": ""}, "first_day", "Ghi ngày đầu của giai đoạn mới.", id="no first day"),
        pytest.param({"last_day": "31/12/2022"}, "last_day", "Ngày cuối phải từ ngày đầu", id="ends before it begins"),
        pytest.param({"label": "2020–2022"}, "label", "Giai đoạn này đã có.", id="a name that is taken"),
        pytest.param(
            {"first_day": "01/01/2021", "last_day": "31/12/2021"}, "tasks", "Bỏ chọn nhiệm vụ này.", id="not later"
        ),
    ],
)
def test_refused_carrying_over_leaves_no_period_and_keeps_what_was_typed(coordinator, draft, typed, field, sentence):
    typed = LATER | {"reason": "Chậm vốn"} | typed

    response = send(coordinator, address(draft, "revision_carry_over"), **typed)

    assert_refused(response, field, sentence)
    kept = held(response)
    assert {name: kept.get(name, []) for name in typed} == typed
    assert draft.periods.get().label == "2020–2022"
    assert counts(draft) == {"kept": 3}
