"""Money as people type it into the real forms: read exactly, read back in words, asked about where it is unclear."""

import re

import pytest
from django.urls import reverse

from programme.models import Revision, StatedFigure
from tasks.models import BudgetEntry
from tasks.operations.copying import begin_amendment
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    RevisionFactory,
    UserFactory,
    adopt,
    coordinator_of,
    task_in_force,
)
from tests.forms_read import Page
from tests.reading import text_of
from tests.revision_pages import address, assert_refused, assert_saved, held, send, three_tasks

pytestmark = pytest.mark.django_db

BILLIONS = 10**9


@pytest.fixture
def base():
    return three_tasks(AgencyFactory())


@pytest.fixture
def person(base):
    return coordinator_of(base.programme)


@pytest.fixture
def coordinator(client_of, person):
    return client_of(person)


@pytest.fixture
def draft(base, person):
    return begin_amendment(base.programme, by=person)


@pytest.fixture
def entry():
    """What the admin's form of a ledger line is sent, but for the amount."""
    task = task_in_force()
    return {"task": task.pk, "kind": "disbursement", "source": "province", "decided_on": "22/03/2021"}


def ledger(client_of, entry, **typed):
    task_programme = Revision.objects.get(planned_tasks__task=entry["task"]).programme
    browser = client_of(coordinator_of(task_programme))
    return browser.post(reverse("admin:tasks_budgetentry_add"), entry | typed)


@pytest.mark.parametrize(
    ("typed", "vnd"),
    [
        ("3.470 tỷ đồng", 3_470 * BILLIONS),
        ("3470 tỷ", 3_470 * BILLIONS),
        ("3,47 nghìn tỷ", 3_470 * BILLIONS),
        ("1.573,1\u00a0tỷ", 1_573_100_000_000),
        ("160 triệu", 160_000_000),
        ("3.470.000.000.000", 3_470 * BILLIONS),
    ],
)
def test_amount_is_kept_to_the_dong_however_it_is_written(client_of, entry, typed, vnd):
    response = ledger(client_of, entry, amount=typed)

    assert response.status_code == 302
    assert BudgetEntry.objects.get().amount_vnd == vnd


@pytest.mark.parametrize(
    "typed", ["3,470", "3.47", "3.47 tỷ", "34.70.000", "1e3", "1_000", "0x10", "٣٤٧٠ tỷ", "9" * 30]
)
def test_unclear_amount_is_asked_about_and_what_was_typed_stays(client_of, entry, typed):
    response = ledger(client_of, entry, amount=typed, note="Nội dung vừa gõ")

    assert response.status_code == 400
    [sentence] = response.context["adminform"].form.errors["amount_vnd"]
    assert sentence.endswith(".")
    values = Page(response.text).values
    assert (values["amount"], values["note"], values["decided_on"]) == (typed, "Nội dung vừa gõ", "22/03/2021")
    assert not BudgetEntry.objects.exists()


def test_amount_is_read_back_where_the_form_is_shown_again(client_of, entry):
    response = ledger(client_of, entry, amount="3470 tỷ", decided_on="31/02/2021")

    assert "Đọc là: 3.470 tỷ đồng (3.470.000.000.000 đồng)" in text_of(response.text)
    assert response.context["adminform"].form.errors.keys() == {"decided_on"}


def test_amount_kept_is_read_back_on_its_page(coordinator, draft):
    page = coordinator.get(address(draft, "revision_edit")).text

    assert "Đọc là: 100 tỷ đồng (100.000.000.000 đồng)" in text_of(page)
    assert re.search(r'<input[^>]* aria-describedby="id_declared_budget_helptext id_declared_budget_echo"', page)


def test_amounts_of_rows_are_read_back_each_beside_its_own(coordinator, draft):
    page = coordinator.get(address(draft, "planned_task_edit", 2)).text

    assert re.search(r'id="id_kinh-phi-0-amount_echo"[^>]*>Đọc là: 20\u00a0tỷ đồng', page)
    assert re.search(r'id="id_kinh-phi-1-amount_echo"[^>]*></span>', page)


def test_no_amount_is_not_an_amount_of_nothing(coordinator, draft):
    left_out = send(
        coordinator, address(draft, "revision_edit"), declared_budget="", declared_budget_kind="", reason="Chưa nêu"
    )
    assert_saved(left_out, draft, "Đã lưu nội dung chung")
    draft.refresh_from_db()
    assert draft.declared_budget_vnd is None

    nothing = send(
        coordinator, address(draft, "revision_edit"), declared_budget="0 đồng", declared_budget_kind="estimate"
    )
    assert_saved(nothing, draft, "Đã lưu nội dung chung")
    draft.refresh_from_db()
    assert draft.declared_budget_vnd == 0
    page = coordinator.get(address(draft, "revision_edit"))
    assert held(page)["declared_budget"] == "0\u00a0đồng"


@pytest.mark.parametrize(("vnd", "said"), [(None, "chưa có số liệu"), (0, "0 đồng")])
def test_list_tells_an_amount_of_nothing_from_no_amount(client_of, vnd, said):
    kind = "" if vnd is None else "estimate"
    revision = adopt(RevisionFactory(declared_budget_vnd=vnd, declared_budget_kind=kind))
    browser = client_of(coordinator_of(revision.programme))

    page = browser.get(reverse("admin:programme_revision_change", args=[revision.pk]))

    assert said in text_of(page.text)


def test_refused_amount_of_a_programme_names_both_readings(coordinator, draft):
    response = send(coordinator, address(draft, "revision_edit"), declared_budget="3,470")

    assert_refused(response, "declared_budget_vnd", "«3,470» là 3 phẩy 470 hay 3 nghìn 470?")
    assert "Viết 3.470 nếu là hàng nghìn; viết 3,47 nếu là số thập phân." in text_of(response.text)
    assert held(response)["declared_budget"] == "3,470"


@pytest.mark.parametrize(
    ("measure", "typed", "value"),
    [("tasks_total", "12", 12), ("budget", "3.470 tỷ đồng", 3_470 * BILLIONS)],
)
def test_published_figure_is_read_as_what_it_measures(client_of, measure, typed, value):
    programme = task_in_force().programme
    document = LegalDocumentFactory(issuer__province=programme.province)
    browser = client_of(coordinator_of(programme))
    figure = {"programme": programme.pk, "document": document.pk, "as_of": "16/06/2023", "wording": "Theo văn bản"}
    kind = "estimate" if measure == "budget" else ""

    browser.post(
        reverse("admin:programme_statedfigure_add"),
        figure | {"measure": measure, "stated": typed, "money_kind": kind},
    )
    page = browser.get(reverse("admin:programme_statedfigure_change", args=[StatedFigure.objects.get().pk]))

    assert StatedFigure.objects.get().value == value
    assert f"Đọc là: {typed}" in text_of(page.text)


# What the script asks


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        pytest.param(
            {"so-tien": "3470 tỷ"},
            {"is_read": True, "sentence": "Đọc là: 3.470\u00a0tỷ đồng (3.470.000.000.000\u00a0đồng)"},
            id="an amount",
        ),
        pytest.param({"ngay": "3/4/2024"}, {"is_read": True, "sentence": "Đọc là: 03/04/2024 (thứ Tư)"}, id="a day"),
        pytest.param({"so-lieu": "1200"}, {"is_read": True, "sentence": "Đọc là: 1.200"}, id="a count"),
        pytest.param(
            {"ngay": "tháng 4/2024"},
            {
                "is_read": False,
                "sentence": "«tháng 4/2024» là một tháng, chưa phải một ngày. Ô này cần đủ ngày/tháng/năm, "
                "ví dụ 30/04/2024.",
            },
            id="a month",
        ),
    ],
)
def test_reading_is_told_as_one_types(client_of, query, answer):
    response = client_of(UserFactory()).get(reverse("read_aloud"), query)

    assert response.json() == answer
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("typed", ["\x00", "<script>alert(1)</script>", "9" * 5000, "\ud7ff\u202e", ""])
@pytest.mark.parametrize("kind", ["so-tien", "ngay", "gio", "so-lieu"])
def test_reading_of_anything_is_a_sentence(client_of, kind, typed):
    response = client_of(UserFactory()).get(reverse("read_aloud"), {kind: typed})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json()["is_read"] is False
    assert 0 < len(response.json()["sentence"]) < 400


def test_reading_is_told_to_those_who_signed_in_and_changes_nothing(client, client_of):
    asked = {"so-tien": "3 tỷ"}

    assert client.get(reverse("read_aloud"), asked).status_code == 302
    assert client_of(UserFactory()).post(reverse("read_aloud"), asked).status_code == 405
    assert client_of(UserFactory()).get(reverse("read_aloud"), {"khac": "3 tỷ"}).status_code == 404
