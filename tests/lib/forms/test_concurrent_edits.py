"""Two and more people on one draft at the same time, through its pages."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from programme.models import Role, StepKind
from programme.operations.deciding import record_step
from tasks.models import PlannedTask
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import plan_task, remove_task
from tests.examples import examples
from tests.factories import AgencyFactory, CoordinationFactory, UserFactory, coordinator_of
from tests.reading import text_of
from tests.revision_pages import TODAY, address, held, planned, send, three_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def base():
    return three_tasks(AgencyFactory())


@pytest.fixture
def lan(base):
    return coordinator_of(base.programme, full_name="Nguyễn Thị Lan")


@pytest.fixture
def minh(base):
    return coordinator_of(base.programme, full_name="Trần Văn Minh")


@pytest.fixture
def draft(base, lan):
    return begin_amendment(base.programme, by=lan)


@pytest.fixture
def client_of_lan(client_of, lan):
    return client_of(lan)


@pytest.fixture
def client_of_minh(client_of, minh):
    return client_of(minh)


def edit_page(draft):
    return address(draft, "planned_task_edit", 2)


def test_two_who_edit_different_fields_both_keep_theirs(client_of_lan, client_of_minh, draft):
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(client_of_minh, edit_page(draft), scope="Toàn tỉnh", due_on="31/03/2023")

    response = client_of_lan.post(url, seen | {"name": "Kho số", "change_reason": "Đính chính"}, follow=True)

    row = planned(draft, 2)
    assert (row.name, row.scope, f"{row.due_on:%d/%m/%Y}") == ("Kho số", "Toàn tỉnh", "31/03/2023")
    told = text_of(response.text)
    assert "Trong lúc bạn nhập, Trần Văn Minh đã sửa “" in told
    assert "thay đổi đó được giữ cùng với nội dung của bạn." in told
    assert row.history.count() == 3


def test_two_who_edit_the_same_field_are_asked_with_both_values(client_of_lan, client_of_minh, draft):
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(client_of_minh, edit_page(draft), name="Kho chung")

    response = client_of_lan.post(url, seen | {"name": "Kho số", "scope": "Toàn tỉnh", "change_reason": "Đính chính"})

    assert response.status_code == 409
    assert planned(draft, 2).name == "Kho chung"
    told = text_of(response.text)
    assert "Giữ của bạn Kho số" in told
    assert "Lấy của Trần Văn Minh sửa lúc" in told
    assert "Trần Văn Minh đã sửa thành «Kho chung» lúc" in told
    kept = held(response)
    assert (kept["name"], kept["scope"], kept.get("change_reason", "Đính chính")) == (
        "Kho số",
        "Toàn tỉnh",
        "Đính chính",
    )
    assert "checked" not in response.text.split('class="conflicts"')[1].split("</section>")[0]


@pytest.mark.parametrize(("answer", "name"), [("cua-toi", "Kho số"), ("cua-ho", "Kho chung")])
def test_answer_is_saved_with_everything_else(client_of_lan, client_of_minh, draft, answer, name):
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(client_of_minh, edit_page(draft), name="Kho chung")
    asked = client_of_lan.post(url, seen | {"name": "Kho số", "scope": "Toàn tỉnh", "change_reason": "Đính chính"})

    saved = client_of_lan.post(url, held(asked) | {"hoi": "name", "name-chon": answer})

    assert saved.status_code == 302
    assert (planned(draft, 2).name, planned(draft, 2).scope) == (name, "Toàn tỉnh")


def test_third_person_in_between_is_asked_about(client_of_lan, client_of_minh, client_of, base, draft):
    third = client_of(coordinator_of(base.programme, full_name="Lê Thu Hà"))
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(client_of_minh, url, name="Kho chung")
    asked = client_of_lan.post(url, seen | {"name": "Kho số"})
    send(third, url, name="Kho của Hà")

    again = client_of_lan.post(url, held(asked) | {"name-chon": "cua-toi"})

    assert again.status_code == 409
    assert "Lấy của Lê Thu Hà" in text_of(again.text)
    assert planned(draft, 2).name == "Kho của Hà"


# One person in two windows


def test_what_one_changed_oneself_in_another_window_is_told_as_ones_own(client_of_lan, draft):
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(client_of_lan, edit_page(draft), name="Kho chung")

    response = client_of_lan.post(url, seen | {"name": "Kho số", "change_reason": "Đính chính"})

    told = text_of(response.text)
    assert response.status_code == 409
    assert "Bạn đã sửa cùng nội dung này ở cửa sổ khác" in told
    assert "Giữ nội dung ở cửa sổ này" in told
    assert "Lấy nội dung bạn đã sửa ở cửa sổ khác sửa lúc" in told
    assert "Chính bạn (ở cửa sổ khác) đã sửa thành «Kho chung» lúc" in told
    assert "Nguyễn Thị Lan đã sửa" not in told
    assert "Có người" not in told


def test_row_that_one_took_out_oneself_is_told_as_ones_own(client_of_lan, draft, lan):
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    remove_task(planned(draft, 2), reason="Nhầm", by=lan)

    response = client_of_lan.post(url, seen | {"name": "Kho số"})

    assert response.status_code == 410
    assert "chính bạn (ở cửa sổ khác) đã đưa ra khỏi đề án" in text_of(response.text)


# Parts


def test_money_and_helpers_of_two_people_are_put_together(client_of_lan, client_of_minh, draft, base):
    one, other = AgencyFactory.create_batch(2, province=base.programme.province)
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(
        client_of_minh,
        url,
        coordinating=[one.pk],
        **{"kinh-phi-0-amount": "25 tỷ đồng"},
    )

    response = client_of_lan.post(
        url,
        seen
        | {"coordinating": [other.pk]}
        | {"kinh-phi-1-source": "central", "kinh-phi-1-year": "2022", "kinh-phi-1-amount": "1 tỷ đồng"},
        follow=True,
    )

    row = planned(draft, 2)
    assert set(row.coordinating_agencies.all()) == {one, other}
    assert sorted(row.budgets.values_list("source", "amount_vnd")) == [("central", 10**9), ("province", 25 * 10**9)]
    assert "đã sửa “Cơ quan phối hợp”" in text_of(response.text)
    assert "“Kinh phí dự kiến, " in text_of(response.text)


@pytest.mark.parametrize(("answer", "billions"), [("cua-toi", 27), ("cua-ho", 25)])
def test_amount_that_both_changed_is_asked_about(client_of_lan, client_of_minh, draft, answer, billions):
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(client_of_minh, url, **{"kinh-phi-0-amount": "25 tỷ đồng"})

    asked = client_of_lan.post(url, seen | {"kinh-phi-0-amount": "27 tỷ đồng"})

    assert asked.status_code == 409
    assert "25 tỷ đồng" in text_of(asked.text)
    assert planned(draft, 2).budgets.get().amount_vnd == 25 * 10**9
    [question] = [conflict.question for conflict in asked.context["conflicts"]]
    assert client_of_lan.post(url, held(asked) | {question: answer}).status_code == 302
    assert planned(draft, 2).budgets.get().amount_vnd == billions * 10**9


def test_goal_that_both_worked_on_is_not_lost(client_of_lan, client_of_minh, draft):
    url = address(draft, "revision_objectives")
    seen = held(client_of_lan.get(url))
    send(client_of_minh, url, **{"objectives-0-DELETE": "on"})

    response = client_of_lan.post(url, seen | {"objectives-0-text": "Mục tiêu tôi vừa gõ"})

    assert response.status_code == 409
    assert "Trần Văn Minh đã bỏ dòng này lúc" in text_of(response.text)
    assert held(response)["objectives-0-text"] == "Mục tiêu tôi vừa gõ"
    assert not draft.objectives.exists()


def test_helper_that_was_taken_out_meanwhile_stays_out(client_of_lan, client_of_minh, draft):
    CoordinationFactory(planned_task=planned(draft, 2), agency=AgencyFactory(province=draft.programme.province))
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    send(client_of_minh, url, coordinating=[])

    response = client_of_lan.post(url, seen | {"name": "Kho số"})

    assert response.status_code == 302
    assert not planned(draft, 2).coordinations.exists()


def test_goal_that_was_changed_meanwhile_is_not_deleted_unseen(client_of_lan, client_of_minh, draft):
    url = address(draft, "revision_objectives")
    seen = held(client_of_lan.get(url))
    send(client_of_minh, url, **{"objectives-0-target": "100%"})

    asked = client_of_lan.post(url, seen | {"objectives-0-DELETE": "on"})

    assert asked.status_code == 409
    assert "Trần Văn Minh đã sửa" in text_of(asked.text)
    assert draft.objectives.get().target == "100%"
    assert client_of_lan.post(url, held(asked) | {"objectives-0-DELETE": "on"}).status_code == 302
    assert not draft.objectives.exists()


def test_goal_that_was_taken_out_does_not_stop_another(client_of_lan, client_of_minh, draft):
    url = address(draft, "revision_objectives")
    seen = held(client_of_lan.get(url))
    send(client_of_minh, url, **{"objectives-0-DELETE": "on"})

    client_of_lan.post(url, seen | {"objectives-1-position": "2", "objectives-1-text": "Kho dữ liệu"})

    assert [goal.text for goal in draft.objectives.all()] == ["Kho dữ liệu"]


def test_goal_that_two_people_changed_in_different_fields_has_both(client_of_lan, client_of_minh, draft):
    url = address(draft, "revision_objectives")
    seen = held(client_of_lan.get(url))
    send(client_of_minh, url, **{"objectives-0-target": "100%"})

    response = client_of_lan.post(url, seen | {"objectives-0-text": "Câu mới"}, follow=True)

    goal = draft.objectives.get()
    assert (goal.text, goal.target) == ("Câu mới", "100%")
    assert "Trong lúc bạn nhập, Trần Văn Minh đã sửa" in text_of(response.text)


# Gone, and no draft any more


@pytest.mark.parametrize(
    ("place", "typed"),
    [
        pytest.param(edit_page, {"name": "Tên tôi vừa gõ"}, id="page"),
        pytest.param(
            lambda draft: address(draft, "planned_task_split", 2), {"phan-0-name": "Tên tôi vừa gõ"}, id="split"
        ),
        pytest.param(
            lambda draft: address(draft, "planned_task_remove", 2), {"reason": "Tên tôi vừa gõ"}, id="removal"
        ),
    ],
)
def test_text_for_a_task_that_was_taken_out_can_be_copied(client_of_lan, draft, minh, place, typed):
    url = place(draft)
    seen = held(client_of_lan.get(url))
    remove_task(planned(draft, 2), reason="Trùng nhiệm vụ 1", by=minh)

    response = client_of_lan.post(url, seen | typed)

    assert response.status_code == 410
    told = text_of(response.text)
    assert "Trần Văn Minh" in told
    assert "Lý do: Trùng nhiệm vụ 1." in told
    for words in typed.values():
        assert words in told
    assert draft.planned_tasks.count() == 2


def test_task_that_only_the_draft_knew_is_told_of_too(client_of_lan, draft, minh):
    planned_task = plan_task(draft, name="Nhiệm vụ mới", by=minh)
    url = address(draft, "planned_task_edit", planned_task.position)
    seen = held(client_of_lan.get(url))
    remove_task(planned_task, reason="Thừa", by=minh)

    response = client_of_lan.post(url, seen | {"scope": "Phạm vi tôi vừa gõ"})

    assert response.status_code == 410
    assert "Phạm vi tôi vừa gõ" in text_of(response.text)


def test_key_of_another_province_s_record_is_not_told_by_its_name(client_of_lan, draft, minh):
    foreign = AgencyFactory(name="Sở của tỉnh khác")
    url = edit_page(draft)
    seen = held(client_of_lan.get(url))
    remove_task(planned(draft, 2), reason="Thừa", by=minh)

    response = client_of_lan.post(url, seen | {"lead_agency": str(foreign.pk), "name": "Tên tôi vừa gõ"})

    told = text_of(response.text)
    assert "Tên tôi vừa gõ" in told
    assert "Sở của tỉnh khác" not in told


def test_person_of_another_province_is_told_nothing_of_what_is_gone(client_of_lan, client_of, draft, minh):
    stranger = client_of(UserFactory(role=Role.COORDINATOR))
    url, page = reverse("admin:tasks_plannedtask_change", args=[planned(draft, 2).pk]), edit_page(draft)
    remove_task(planned(draft, 2), reason="Thừa", by=minh)

    assert "Trần Văn Minh" in client_of_lan.get(url).text
    assert [stranger.get(url).status_code, stranger.post(page, {"name": "Thử"}).status_code] == [404, 404]
    assert stranger.post(url, {"name": "Thử"}).status_code == 403


@pytest.mark.parametrize("place", [edit_page, lambda draft: address(draft, "revision_edit")])
def test_text_for_a_draft_that_was_proposed_meanwhile_can_be_copied(client_of_lan, draft, minh, place):
    url = place(draft)
    seen = held(client_of_lan.get(url))
    record_step(draft, StepKind.SUBMITTED, on=TODAY, by=minh, today=TODAY)

    response = client_of_lan.post(url, seen | {"name": "Tên tôi vừa gõ", "change_reason": "Đính chính"})

    assert response.status_code == 409
    told = text_of(response.text)
    assert "Trần Văn Minh đã ghi nhận «" in told
    assert "Chưa lưu gì" in told
    assert "Tên tôi vừa gõ" in response.text
    assert planned(draft, 2).name == "Kho dữ liệu"


def test_step_that_cannot_follow_lists_those_that_can(client_of_lan, draft, minh):
    url = address(draft, "revision_step")

    response = client_of_lan.post(url, {"kind": StepKind.REJECTED, "on": "16/06/2023"})

    assert response.status_code == 400
    [told] = response.context["form"].errors["kind"]
    assert "Có thể ghi: " in told
    assert f"«{StepKind.SUBMITTED.label}»" in told
    assert f"«{StepKind.REJECTED.label}»" not in told


# Many at the same moment

FIELDS = ["name", "field", "scope", "deliverable", "note", "basis_pinpoint", "lead_ground", "due_on"]
ROUNDS = examples(3, all_of_them=50)


def value_of(field, number):
    return f"{1 + number % 28:02d}/{1 + number // 28:02d}/2023" if field == "due_on" else f"{field} {number}"


class Editor:
    """One person who changes one field of a task again and again, through its page."""

    def __init__(self, client: Client, planned_task: PlannedTask, url: str, field: str):
        self.client, self.url, self.field = client, url, field
        self.history = PlannedTask.history.filter(id=planned_task.pk).order_by("-history_id")
        self.seen = held(client.get(url))
        # Each save is a form of its own; one token would let only the first take effect.
        self.seen.pop("slip")
        _, self.parts = self.seen["seen_version"].split(".", 1)

    def look(self):
        """Bring what the page holds up to date, without asking for the page each time."""
        newest = self.history.first()
        self.seen |= {name: getattr(newest, name) for name in FIELDS}
        self.seen |= {"due_on": f"{newest.due_on:%d/%m/%Y}" if newest.due_on else ""}
        self.seen |= {"seen_version": f"{newest.history_id}.{self.parts}"}

    def save(self, number):
        """Whether what was typed was kept."""
        return self.client.post(self.url, self.seen | {self.field: value_of(self.field, number)}).status_code == 302

    def work(self):
        with connection.cursor() as cursor:
            # On a slow machine the last of eight waits for its turn longer than a person would.
            cursor.execute("SET lock_timeout = '5min'")
        for number in range(ROUNDS):
            assert any(self.look_and_save(number) for _ in range(len(FIELDS)))

    def look_and_save(self, number):
        self.look()
        return self.save(number)


@pytest.mark.django_db(transaction=True)
@pytest.mark.long
def test_edits_by_eight_people_at_once_lose_nothing(at_once, client_of, base):
    draft = begin_amendment(base.programme, by=coordinator_of(base.programme))
    planned_task = planned(draft, 2)
    url = edit_page(draft)
    editors = [Editor(client_of(coordinator_of(base.programme)), planned_task, url, field) for field in FIELDS]

    if connection.vendor == "sqlite":
        # One at a time; each sends what was on the page before all the others saved.
        for number in range(ROUNDS):
            for editor in editors:
                editor.look()
            assert all(editor.save(number) for editor in editors)
    else:
        at_once(*(editor.work for editor in editors))

    rows = list(PlannedTask.history.filter(id=planned_task.pk).order_by("history_id"))[1:]
    assert len(rows) == len(FIELDS) * ROUNDS
    for field in FIELDS:
        values = [getattr(row, field) for row in rows]
        changes = [value for before, value in zip([None, *values], values, strict=False) if value != before]
        told = [f"{value:%d/%m/%Y}" if field == "due_on" and value else value for value in changes]
        begun = told[0] not in [value_of(field, 0)]
        assert told[begun:] == [value_of(field, number) for number in range(ROUNDS)]
    assert len({row.history_user_id for row in rows}) == len(FIELDS)
