"""Revisions, what they plan and the steps that decide them, in the admin."""

from datetime import date

import pytest
from django.urls import reverse

from programme.models import Programme, Revision, RevisionState, RevisionStep, StepKind
from programme.operations import record_step
from smartcity.exchange.programme_files import system_account
from tasks.models import PlannedTask
from tests.factories import (
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    RevisionFactory,
    TaskFactory,
    adopted_revision,
    coordinator_of,
)
from tests.smartcity.forms_read import Page, refused, send, sentence_of, url
from tests.smartcity.office import council, everything

pytestmark = pytest.mark.django_db


# Revisions


def new_revision(coordinator):
    """A draft made by form: what the province would decide first of a new programme."""
    of_the_same = Programme.objects.get(code="BRVT-DTTM")
    programme = ProgrammeFactory(
        province=of_the_same.province, code="BRVT-MOI", coordinating_agency=of_the_same.coordinating_agency
    )
    send(
        coordinator,
        url("programme.revision", "add"),
        programme=str(programme.pk),
        name="Đề án sửa đổi",
        declared_budget="3.470 tỷ đồng",
        declared_budget_kind="estimate",
    )
    return Revision.objects.get(name="Đề án sửa đổi")


def test_first_revision_of_a_programme_is_drafted(coordinator):
    revision = new_revision(coordinator)

    assert (revision.number, revision.state, revision.base) == (1, RevisionState.DRAFT, None)
    assert revision.declared_budget_vnd == 3_470_000_000_000
    assert revision.history.get().history_user.username == "dau-moi"


def test_amendment_is_begun_as_a_copy_and_not_from_an_empty_form(coordinator):
    programme, before = Programme.objects.get(code="BRVT-DTTM"), everything()

    response = send(coordinator, url("programme.revision", "add"), programme=str(programme.pk), name="Đề án sửa đổi")
    led = coordinator.get(f"/quan-tri/programme/programme/{programme.pk}/soan-dieu-chinh/")

    assert list(refused(response)) == ["programme"]
    assert "Bấm «Soạn điều chỉnh» ở trang của đề án" in response.text
    assert everything() == before
    assert (led.status_code, led["Location"]) == (302, reverse("revision_begin", args=["BRVT-DTTM"]))


def test_revision_of_a_programme_that_others_coordinate_cannot_be_drafted(coordinator):
    values = Page(coordinator.get(url("programme.revision", "add")).text).values
    foreign = {"programme": Programme.objects.get(code="HD-CQDT").pk, "name": "Đề án sửa đổi"}
    before = everything()

    response = coordinator.post(url("programme.revision", "add"), values | foreign | {"_save": ""})

    assert list(refused(response)) == ["programme"]
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        pytest.param(
            {"declared_budget": "3.470 tỷ", "declared_budget_kind": ""},
            "declared_budget_kind",
            "Có số tiền thì phải ghi loại kinh phí, và ngược lại.",
            id="an amount of no kind",
        ),
        pytest.param(
            {"declared_budget": "-3 tỷ", "declared_budget_kind": "estimate"},
            "declared_budget_vnd",
            "Tổng kinh phí không thể âm.",
            id="a negative amount",
        ),
    ],
)
def test_budget_of_a_revision_is_refused_beside_the_field(coordinator, typed, field, message):
    programme = ProgrammeFactory(
        coordinating_agency=Programme.objects.get(code="BRVT-DTTM").coordinating_agency,
        province=Programme.objects.get(code="BRVT-DTTM").province,
    )
    before = everything()

    response = send(
        coordinator, url("programme.revision", "add"), programme=str(programme.pk), name="Đề án sửa đổi", **typed
    )

    assert refused(response) == {field: [message]}
    assert everything() == before


def test_task_is_planned_in_a_draft(coordinator):
    revision = new_revision(coordinator)

    response = send(
        coordinator,
        url("tasks.plannedtask", "add", revision=revision.pk),
        position="1",
        name="Xây dựng kho dữ liệu dùng chung",
        due_on="31/12/2026",
    )

    assert response.status_code == 302
    planned = PlannedTask.objects.get(revision=revision)
    assert (planned.name, planned.due_on) == ("Xây dựng kho dữ liệu dùng chung", date(2026, 12, 31))
    assert planned.task.programme.code == "BRVT-MOI"
    assert planned.task.code == "NV-01"


def test_planned_task_that_gets_another_number_moves_the_others(coordinator):
    revision = new_revision(coordinator)
    rows = [PlannedTaskFactory(revision=revision, position=position) for position in (1, 2, 3)]

    send(coordinator, url("tasks.plannedtask", "change", rows[2].pk), position="1", change_reason="Xếp lại")

    assert list(revision.planned_tasks.order_by("position").values_list("pk", flat=True)) == [
        rows[2].pk,
        rows[0].pk,
        rows[1].pk,
    ]


def test_known_task_is_planned_again_under_its_identity(coordinator):
    revision = new_revision(coordinator)
    known = TaskFactory(programme=revision.programme)

    send(
        coordinator,
        url("tasks.plannedtask", "add", revision=revision.pk),
        position="1",
        name="Tên mới",
        task=str(known.pk),
    )

    assert PlannedTask.objects.get(revision=revision).task == known


def test_number_given_twice_is_refused_beside_the_field(coordinator):
    revision = new_revision(coordinator)
    address = url("tasks.plannedtask", "add", revision=revision.pk)
    send(coordinator, address, position="1", name="Nhiệm vụ một")
    before = everything()

    response = send(coordinator, address, position="1", name="Nhiệm vụ hai")

    assert refused(response) == {"position": ["Số thứ tự này đã có nhiệm vụ khác trong cùng lần điều chỉnh."]}
    assert Page(response.text).values["name"] == "Nhiệm vụ hai"
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"position": "0"}, "position", id="number 0"),
        pytest.param({"position": "-1"}, "position", id="number -1"),
        pytest.param({"position": "9" * 20}, "position", id="a number too long"),
        pytest.param({"name": " \u200b"}, "name", id="no name"),
        pytest.param({"revision": ""}, "revision", id="no revision"),
        pytest.param({"lead_is_assumed": "on"}, "lead_ground", id="an assumption without ground"),
    ],
)
def test_planned_task_is_refused_beside_the_field(coordinator, typed, field):
    address = url("tasks.plannedtask", "add", revision=new_revision(coordinator).pk)
    values = Page(coordinator.get(address).text).values
    before = everything()

    response = coordinator.post(address, values | {"position": "1", "name": "Nhiệm vụ"} | typed | {"_save": ""})

    assert list(refused(response)) == [field]
    assert everything() == before


@pytest.mark.parametrize("number", [pytest.param(1, id="adopted"), pytest.param(2, id="proposed")])
def test_decided_revision_is_not_edited(coordinator, number):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=number), everything()
    planned = revision.planned_tasks.first()

    answers = [
        coordinator.post(
            url("programme.revision", "change", revision.pk), {"name": "Tên khác", "change_reason": "Thử", "_save": ""}
        ),
        coordinator.post(
            url("tasks.plannedtask", "change", planned.pk), {"name": "Tên khác", "change_reason": "Thử", "_save": ""}
        ),
    ]

    # What was typed is shown with the refusal: whoever drafts may have begun before the revision was proposed.
    assert [answer.status_code for answer in answers] == [409, 409]
    assert everything() == before


@pytest.mark.parametrize("number", [pytest.param(1, id="adopted"), pytest.param(2, id="proposed")])
def test_task_cannot_be_added_to_a_decided_revision(coordinator, number):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=number), everything()
    values = Page(coordinator.get(url("tasks.plannedtask", "add")).text).values
    typed = {"revision": revision.pk, "position": "99", "name": "Nhiệm vụ thêm", "_save": ""}

    response = coordinator.post(url("tasks.plannedtask", "add"), values | typed)

    assert list(refused(response)) == ["revision"]
    assert everything() == before


def step(revision, **typed):
    return {"revision": str(revision.pk), "kind": "adopted", "on": "13/12/2024"} | typed


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_adoption_is_recorded(client_of, office, username):
    revision = Revision.objects.get(programme__code="BRVT-DTTM", number=2)
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))

    response = send(
        client_of(username),
        url("programme.revisionstep", "add"),
        **step(revision, document=str(document.pk), effective_on="20/12/2024"),
    )

    assert response.status_code == 302
    revision.refresh_from_db()
    assert (revision.state, revision.effective_on) == (RevisionState.ADOPTED, date(2024, 12, 20))
    assert revision.history.latest("history_id").history_user.username == username
    assert "8 nhiệm vụ chuyển tiếp sang 2023–2024" in sentence_of(client_of(username), "20/12/2024")


def test_revision_without_tasks_is_not_adopted(coordinator):
    revision = new_revision(coordinator)
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))
    before = everything()

    response = send(
        coordinator,
        url("programme.revisionstep", "add"),
        **step(revision, document=str(document.pk), effective_on="20/12/2024"),
    )

    assert "chưa có nhiệm vụ nào nên chưa trình, chưa thông qua được" in response.text
    assert everything() == before


def test_adoption_without_a_document_is_refused_beside_the_field(coordinator):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=2), everything()

    response = send(coordinator, url("programme.revisionstep", "add"), **step(revision, effective_on="20/12/2024"))

    assert refused(response) == {
        "document": ["Thông qua phải có văn bản đã ban hành, đủ số và ngày. Nhập văn bản trước, rồi chọn ở đây."]
    }
    assert Page(response.text).values["effective_on"] == "20/12/2024"
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"effective_on": ""}, "effective_on", id="no day of effect"),
        pytest.param({"effective_on": "09/12/2024"}, "effective_on", id="in effect before it is signed"),
        pytest.param({"on": "31/12/2099"}, "on", id="a day to come"),
        pytest.param({"on": "15/06/2023"}, "on", id="before the last step"),
        pytest.param({"meeting_on": "14/12/2024"}, "meeting_on", id="a meeting after the step"),
        pytest.param({"kind": ""}, "kind", id="nothing chosen"),
    ],
)
def test_step_is_refused_beside_the_field(coordinator, typed, field):
    revision = Revision.objects.get(programme__code="BRVT-DTTM", number=2)
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))
    told = step(revision, document=str(document.pk), effective_on="20/12/2024") | typed
    before = everything()

    response = send(coordinator, url("programme.revisionstep", "add"), **told)

    assert list(refused(response)) == [field]
    assert everything() == before


def test_second_adoption_for_a_day_is_refused_beside_the_field(client_of):
    first = adopted_revision(effective_on=date(2024, 12, 20))
    second = RevisionFactory(programme=first.programme, base=first)
    PlannedTaskFactory(revision=second)
    document = LegalDocumentFactory(issuer__province=first.programme.province, signed_on=date(2024, 12, 10))
    browser = client_of(coordinator_of(first.programme))
    before = everything()

    response = send(
        browser,
        url("programme.revisionstep", "add"),
        **step(second, document=str(document.pk), effective_on="20/12/2024"),
    )

    assert refused(response) == {
        "effective_on": ["Ban hành lần đầu có hiệu lực từ 20/12/2024; lần này phải sau ngày đó."]
    }
    assert everything() == before


def test_step_is_never_changed(coordinator):
    last, before = RevisionStep.objects.filter(revision__programme__code="BRVT-DTTM").first(), everything()

    response = coordinator.post(
        url("programme.revisionstep", "change", last.pk), {"note": "Thử", "change_reason": "Thử", "_save": ""}
    )

    assert response.status_code == 403
    assert everything() == before


def test_withdrawn_revision_stays_as_it_was(coordinator):
    revision, by = Revision.objects.get(programme__code="BRVT-DTTM", number=2), system_account()
    record_step(revision, StepKind.WITHDRAWN, on=date(2024, 5, 1), by=by, today=date(2024, 5, 1))
    before = everything()

    response = coordinator.post(
        url("programme.revision", "change", revision.pk), {"name": "Tên mới", "change_reason": "Thử", "_save": ""}
    )

    assert response.status_code == 409
    assert everything() == before
