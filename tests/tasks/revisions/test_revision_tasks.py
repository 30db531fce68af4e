"""The pages on which a draft's tasks are changed one by one: added, reworded, split, merged, taken out, restored."""

from datetime import date

import pytest
from django.urls import reverse

from tasks.models import LineageKind, Task, TaskLineage, TaskRemoval
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import remove_task, split_task
from tests.factories import AgencyFactory, TaskFactory, coordinator_of
from tests.reading import text_of
from tests.revision_pages import (
    TODAY,
    address,
    assert_refused,
    assert_saved,
    counts,
    held,
    names,
    planned,
    send,
    three_tasks,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return AgencyFactory(name="Sở Giáo dục và Đào tạo")


@pytest.fixture
def base(lead):
    return three_tasks(lead)


@pytest.fixture
def person(base):
    return coordinator_of(base.programme)


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


@pytest.fixture
def draft(base, person):
    return begin_amendment(base.programme, by=person)


def test_task_is_added_with_its_money_and_those_who_help(coordinator, draft, lead, person):
    helpers = AgencyFactory.create_batch(2, province=lead.province)

    response = send(
        coordinator,
        address(draft, "planned_task_add"),
        position="2",
        name="Dịch vụ thông minh",
        lead_agency=lead.pk,
        coordinating=[one.pk for one in helpers],
        due_on="31/12/2024",
        **{
            "kinh-phi-0-source": "central",
            "kinh-phi-0-year": "2023",
            "kinh-phi-0-amount": "1,5 tỷ đồng",
            "kinh-phi-1-source": "province",
            "kinh-phi-1-year": "2024",
            "kinh-phi-1-amount": "160 triệu đồng",
        },
    )

    assert_saved(response, draft, "Đã bổ sung «Dịch vụ thông minh».")
    assert names(draft) == ["Kiến trúc", "Dịch vụ thông minh", "Kho dữ liệu", "Trung tâm giám sát"]
    added = planned(draft, 2)
    assert (added.lead_agency, added.due_on) == (lead, date(2024, 12, 31))
    assert set(added.coordinating_agencies.all()) == set(helpers)
    money = set(added.budgets.values_list("source", "year", "amount_vnd"))
    assert money == {("central", 2023, 1_500_000_000), ("province", 2024, 160_000_000)}
    assert added.history.get().history_user == person


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        pytest.param({"name": ""}, "name", "Nhập tên nhiệm vụ.", id="no name"),
        pytest.param({"short_name": "Camera " * 9}, "short_name", "60", id="a short name of 62 letters"),
        pytest.param({"due_on": "31/02/2024"}, "due_on", "31/02/2024", id="no such day"),
        pytest.param({"start_on": "01/01/2025"}, "due_on", "Hạn hoàn thành phải từ ngày bắt đầu", id="ends too early"),
        pytest.param({"lead_is_assumed": "on"}, "lead_ground", "phải chọn cơ quan và ghi căn cứ", id="no ground"),
    ],
)
def test_refusal_of_a_new_task_keeps_what_was_typed(coordinator, draft, typed, field, sentence):
    typed = {"name": "Dịch vụ", "due_on": "31/12/2024", "scope": "Toàn tỉnh", "kinh-phi-0-amount": "5 tỷ đồng"} | typed
    tasks = Task.objects.count()

    response = send(coordinator, address(draft, "planned_task_add"), **typed)

    assert_refused(response, field, sentence)
    kept = held(response)
    assert {name: kept.get(name) for name in typed} == typed
    assert (Task.objects.count(), draft.planned_tasks.count()) == (tasks, 3)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param({"kinh-phi-0-amount": "1.500"}, "là đồng, triệu đồng hay tỷ đồng?", id="no unit"),
        pytest.param({"kinh-phi-0-year": "2023"}, "Ghi số tiền của năm này, hoặc xóa năm.", id="a year alone"),
        pytest.param({"kinh-phi-0-amount": "0 đồng"}, "Kinh phí dự kiến phải lớn hơn 0.", id="nothing"),
        pytest.param(
            {"kinh-phi-0-amount": "1 tỷ đồng", "kinh-phi-1-amount": "2 tỷ đồng"}, "Gộp lại thành một dòng.", id="twice"
        ),
    ],
)
def test_refused_money_adds_no_task(coordinator, draft, typed, sentence):
    response = send(coordinator, address(draft, "planned_task_add"), name="Dịch vụ", **typed)

    assert response.status_code == 400
    assert sentence in text_of(response.text)
    assert held(response)["name"] == "Dịch vụ"
    assert draft.planned_tasks.count() == 3


def test_task_is_reworded_moved_and_given_other_money(coordinator, draft, lead):
    helper = AgencyFactory(province=lead.province)

    response = send(
        coordinator,
        address(draft, "planned_task_edit", 2),
        position="1",
        name="Kho dữ liệu số dùng chung",
        coordinating=[helper.pk],
        **{"kinh-phi-0-amount": "25 tỷ đồng"},
    )

    assert_saved(response, draft, "Đã lưu «Kho dữ liệu số dùng chung».")
    assert names(draft) == ["Kho dữ liệu số dùng chung", "Kiến trúc", "Trung tâm giám sát"]
    changed = planned(draft, 1)
    assert changed.budgets.get().amount_vnd == 25 * 10**9
    assert changed.coordinating_agencies.get() == helper
    assert "Kho dữ liệu <ins>số dùng chung</ins>" in response.text
    assert "20 tỷ đồng → 25 tỷ đồng (+5 tỷ đồng)" in text_of(response.text)


@pytest.mark.parametrize("position", [2, 3], ids=["without days", "with days"])
def test_the_page_of_a_task_changes_nothing_by_itself(coordinator, draft, position):
    response = send(coordinator, address(draft, "planned_task_edit", position))

    assert_saved(response, draft, f"Đã lưu «{planned(draft, position).name}».")
    assert counts(draft) == {"kept": 3}
    assert planned(draft, position).history.count() == 1


def test_new_task_with_a_number_beyond_the_list_comes_last_without_a_gap(coordinator, draft):
    send(coordinator, address(draft, "planned_task_add"), position="40", name="Dịch vụ")

    assert list(draft.planned_tasks.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_task_is_split_in_its_place(coordinator, draft, lead):
    other = AgencyFactory(province=lead.province)

    response = send(
        coordinator,
        address(draft, "planned_task_split", 2),
        reason="Hai việc khác nhau",
        **{"phan-0-name": "Kho dùng chung", "phan-1-name": "Cổng dữ liệu mở", "phan-1-lead_agency": other.pk},
    )

    assert_saved(response, draft, "Đã tách «Kho dữ liệu».")
    assert names(draft) == ["Kiến trúc", "Kho dùng chung", "Cổng dữ liệu mở", "Trung tâm giám sát"]
    assert [planned(draft, number).lead_agency for number in (2, 3)] == [lead, other]
    assert set(TaskLineage.objects.values_list("revision", "kind")) == {(draft.pk, LineageKind.SPLIT)}
    assert "3 → 4 nhiệm vụ: 1 tách thành 2" in text_of(response.text)


@pytest.mark.parametrize(
    ("position", "parts", "sentence"),
    [
        pytest.param(2, ["Một mình"], "Tách thành ít nhất hai nhiệm vụ", id="one part"),
        pytest.param(2, ["Cùng tên", "cùng tên"], "mỗi nhiệm vụ một tên khác nhau", id="one name twice"),
        pytest.param(1, ["A", "B"], "«Kiến trúc» đã hoàn thành nên không tách được.", id="a complete task"),
    ],
)
def test_refused_split_keeps_the_task_and_what_was_typed(coordinator, draft, position, parts, sentence):
    typed = {f"phan-{number}-name": name for number, name in enumerate(parts)}

    response = send(coordinator, address(draft, "planned_task_split", position), reason="Thử", **typed)

    assert_refused(response, None, sentence)
    assert held(response) | typed == held(response)
    assert counts(draft) == {"kept": 3}
    assert not TaskLineage.objects.exists()


def test_tasks_are_merged(coordinator, draft):
    chosen = [planned(draft, number).pk for number in (2, 3)]

    response = send(coordinator, address(draft, "planned_task_merge"), tasks=chosen, name="Dữ liệu và giám sát")

    assert_saved(response, draft, "Đã gộp thành «Dữ liệu và giám sát».")
    assert names(draft) == ["Kiến trúc", "Dữ liệu và giám sát"]
    assert planned(draft, 2).budgets.get().amount_vnd == 50 * 10**9
    assert "2 gộp thành 1" in text_of(response.text)


@pytest.mark.parametrize(
    ("positions", "field", "sentence"),
    [
        pytest.param([], "tasks", "Chọn ít nhất hai nhiệm vụ để gộp.", id="none"),
        pytest.param([2], "tasks", "Chọn ít nhất hai nhiệm vụ để gộp.", id="one"),
        pytest.param([1, 2], None, "«Kiến trúc» đã hoàn thành nên không gộp được.", id="a complete one"),
    ],
)
def test_refused_merger_keeps_what_was_typed(coordinator, draft, positions, field, sentence):
    chosen = [str(planned(draft, number).pk) for number in positions]

    response = send(coordinator, address(draft, "planned_task_merge"), tasks=chosen, name="Nhiệm vụ chung")

    assert_refused(response, field, sentence)
    kept = held(response)
    assert kept["name"] == "Nhiệm vụ chung"
    assert [one for one in [kept.get("tasks", [])] for one in ([one] if isinstance(one, str) else one)] == chosen
    assert counts(draft) == {"kept": 3}


def test_task_is_removed_with_its_reason_and_restored(coordinator, draft):
    gone = planned(draft, 2)

    removed = send(coordinator, address(draft, "planned_task_remove", 2), reason="Không còn phù hợp")

    assert_saved(removed, draft, "Đã đưa «Kho dữ liệu» ra khỏi đề án.")
    assert "Không còn trong đề án. Lý do: Không còn phù hợp" in text_of(removed.text)
    restore = reverse("planned_task_restore", args=[draft.programme.code, draft.number, gone.task_id])
    assert f'action="{restore}"' in removed.text
    restored = coordinator.post(restore, follow=True)
    assert_saved(restored, draft, "Đã khôi phục «Kho dữ liệu».")
    assert counts(draft) == {"kept": 3}
    assert not TaskRemoval.objects.exists()


@pytest.mark.parametrize("reason", ["", "   "], ids=["empty", "blanks"])
def test_task_is_not_removed_without_a_reason(coordinator, draft, reason):
    response = send(coordinator, address(draft, "planned_task_remove", 2), reason=reason)

    assert_refused(response, "reason", "Ghi lý do đưa nhiệm vụ ra khỏi đề án.")
    assert draft.planned_tasks.count() == 3


def test_part_of_a_split_is_not_removed_alone(coordinator, draft, person):
    split_task(planned(draft, 2), parts=[{"name": "A"}, {"name": "B"}], by=person, today=TODAY)

    response = send(coordinator, address(draft, "planned_task_remove", 2), reason="Thử")

    assert_refused(response, None, "Muốn bỏ, khôi phục nhiệm vụ cũ")
    assert draft.planned_tasks.count() == 4


@pytest.mark.parametrize("name", ["planned_task_edit", "planned_task_split", "planned_task_remove"])
def test_page_of_a_task_that_is_gone_sends_back_with_the_reason(coordinator, draft, person, name):
    url = address(draft, name, 2)
    remove_task(planned(draft, 2), reason="Không còn phù hợp", by=person)

    response = coordinator.get(url, follow=True)

    assert_saved(response, draft, "Nhiệm vụ này không còn trong dự thảo: ")
    assert TaskRemoval.objects.get().reason == "Không còn phù hợp"
    assert draft.planned_tasks.count() == 2


def test_restoring_what_is_there_is_refused(coordinator, draft):
    response = coordinator.post(address(draft, "planned_task_restore", 2))

    assert response.status_code == 409
    assert "không có gì để khôi phục" in text_of(response.text)
    assert counts(draft) == {"kept": 3}


def test_task_of_another_programme_is_not_found_in_a_draft(coordinator, draft):
    foreign = TaskFactory(programme__province=draft.programme.province)
    args = [draft.programme.code, draft.number, foreign.pk]

    for page in ("planned_task_edit", "planned_task_split", "planned_task_remove"):
        assert coordinator.get(reverse(page, args=args)).status_code == 404
    assert coordinator.post(reverse("planned_task_restore", args=args)).status_code == 404
