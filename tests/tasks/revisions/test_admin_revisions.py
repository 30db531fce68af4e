"""Revisions, what they plan and the steps that decide them: written on their pages, read in the admin."""

from datetime import date

import pytest
from django.urls import reverse

from programme.models import Programme, Revision, RevisionState, RevisionStep, Role, StepKind
from programme.operations.deciding import record_step
from smartcity.exchange.programme_files import system_account
from tasks.models import PlannedTask
from tasks.operations.copying import begin_amendment
from tasks.operations.drafting import plan_task, remove_task
from tests.factories import (
    AgencyFactory,
    LegalDocumentFactory,
    PlannedTaskFactory,
    ProgrammeFactory,
    RevisionFactory,
    TaskFactory,
    UserFactory,
    adopt,
    adopted_revision,
    coordinator_of,
)
from tests.forms_read import Page, send, sentence_of, url
from tests.office import council, everything

pytestmark = pytest.mark.django_db


def page(name, revision, *args):
    return reverse(name, args=[revision.programme.code, revision.number, *args])


def values_of(browser, address):
    return Page(browser.get(address).text).values


def refused(response, status=400):
    """What the form says, by the field beside which it says it; all of it stands on the page."""
    assert response.status_code == status
    errors = {name: list(told) for name, told in response.context["form"].errors.items()}
    words = " ".join(Page(response.text).words)
    for message in (message for told in errors.values() for message in told):
        assert " ".join(message.split()) in words
    return errors


# Revisions


@pytest.fixture
def programme(coordinator):
    """One of the agency that coordinates the first programme, with nothing decided yet."""
    of_the_same = Programme.objects.get(code="BRVT-DTTM")
    return ProgrammeFactory(
        province=of_the_same.province, code="BRVT-MOI", coordinating_agency=of_the_same.coordinating_agency
    )


@pytest.fixture
def revision(programme):
    return RevisionFactory(programme=programme, name="Đề án mới")


def first_page(programme):
    return reverse("revision_first", args=[programme.code])


def test_first_revision_of_a_programme_is_drafted(coordinator, programme):
    typed = {
        "name": "Đề án mới",
        "reason": "Triển khai nghị quyết",
        "declared_budget": "3.470 tỷ đồng",
        "declared_budget_kind": "estimate",
        "task_list_is_partial": "on",
        "note": "Danh mục công bố một phần",
    }

    response = coordinator.post(first_page(programme), values_of(coordinator, first_page(programme)) | typed)

    revision = Revision.objects.get(name="Đề án mới")
    assert response.url == revision.get_absolute_url()
    assert (revision.number, revision.state, revision.base) == (1, RevisionState.DRAFT, None)
    assert revision.declared_budget_vnd == 3_470_000_000_000
    assert (revision.task_list_is_partial, revision.note) == (True, "Danh mục công bố một phần")
    signed = revision.history.get()
    assert (signed.history_user.username, signed.history_change_reason) == ("dau-moi", "Triển khai nghị quyết")


def test_another_first_draft_is_numbered_on_and_tells_of_those_there_are(coordinator, programme, revision):
    opened = coordinator.get(first_page(programme))
    send(coordinator, first_page(programme), name="Đề án soạn khác")

    assert f'href="{revision.get_absolute_url()}"' in opened.text
    assert Revision.objects.get(name="Đề án soạn khác").number == 2


def test_amendment_is_begun_as_a_copy_and_not_from_an_empty_form(coordinator):
    programme, before = Programme.objects.get(code="BRVT-DTTM"), everything()

    opened = coordinator.get(first_page(programme))
    response = coordinator.post(first_page(programme), {"name": "Đề án sửa đổi"})
    led = coordinator.get(f"/quan-tri/programme/programme/{programme.pk}/soan-dieu-chinh/")

    assert f'href="{reverse("revision_begin", args=["BRVT-DTTM"])}"' in opened.text
    assert "Lập dự thảo" not in opened.text
    assert "Bấm «Soạn điều chỉnh» ở trang của đề án" in refused(response, 409)["__all__"][0]
    assert Page(response.text).values["name"] == "Đề án sửa đổi"
    assert everything() == before
    assert (led.status_code, led["Location"]) == (302, reverse("revision_begin", args=["BRVT-DTTM"]))


def test_who_drafts_while_another_one_is_adopted_is_told(coordinator, programme, revision):
    typed = values_of(coordinator, first_page(programme)) | {"name": "Đề án soạn khác"}
    PlannedTaskFactory(revision=revision)
    adopt(revision, effective_on=date(2099, 1, 1))

    response = coordinator.post(first_page(programme), typed)

    assert list(refused(response, 409)) == ["__all__"]
    assert Page(response.text).values["name"] == "Đề án soạn khác"
    assert programme.revisions.count() == 1


def test_revision_of_a_programme_that_others_coordinate_cannot_be_drafted(coordinator, client_of, programme):
    of_another_agency = ProgrammeFactory(province=programme.province)
    others = [Programme.objects.get(code="HD-CQDT"), of_another_agency]
    before = everything()

    for address in map(first_page, others):
        statuses = {coordinator.get(address).status_code, coordinator.post(address, {"name": "Thử"}).status_code}
        assert statuses <= {403, 404}
    for username in ("van-phong", "lanh-dao", "kiem-toan", "chuyen-vien"):
        assert client_of(username).post(first_page(programme), {"name": "Thử"}).status_code == 403
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
def test_budget_of_a_revision_is_refused_beside_the_field(coordinator, programme, typed, field, message):
    before = everything()

    response = send(coordinator, first_page(programme), name="Đề án mới", **typed)

    assert refused(response) == {field: [message]}
    assert Page(response.text).values["name"] == "Đề án mới"
    assert everything() == before


# What they plan


def test_task_is_planned_in_a_draft(coordinator, revision):
    send(
        coordinator,
        page("planned_task_add", revision),
        position="1",
        name="Xây dựng kho dữ liệu dùng chung",
        due_on="31/12/2026",
    )

    planned = PlannedTask.objects.get(revision=revision)
    assert (planned.name, planned.due_on) == ("Xây dựng kho dữ liệu dùng chung", date(2026, 12, 31))
    assert (planned.task.programme.code, planned.task.code) == ("BRVT-MOI", "NV-01")


def test_planned_task_that_gets_another_number_moves_the_others(coordinator, revision):
    rows = [PlannedTaskFactory(revision=revision, position=position) for position in (1, 2, 3)]

    send(coordinator, page("planned_task_edit", revision, rows[2].task_id), position="1")

    assert list(revision.planned_tasks.order_by("position").values_list("pk", flat=True)) == [
        rows[2].pk,
        rows[0].pk,
        rows[1].pk,
    ]


def test_number_of_another_task_is_taken_and_that_one_moves_on(coordinator, revision):
    for name in ("Nhiệm vụ một", "Nhiệm vụ hai"):
        send(coordinator, page("planned_task_add", revision), position="1", name=name)

    assert list(revision.planned_tasks.order_by("position").values_list("name", flat=True)) == [
        "Nhiệm vụ hai",
        "Nhiệm vụ một",
    ]


def test_known_task_is_planned_again_under_its_identity(coordinator, revision):
    known = TaskFactory(programme=revision.programme)

    send(coordinator, page("planned_task_add", revision), position="1", name="Tên mới", task=str(known.pk))

    assert PlannedTask.objects.get(revision=revision).task == known


@pytest.fixture
def taken_out(programme):
    """A draft on a plan that an amendment took a task out of, and that task."""
    by = coordinator_of(programme)
    first = adopted_revision(programme, tasks=2, effective_on=date(2021, 1, 1))
    planned = first.planned_tasks.order_by("position").last()
    second = begin_amendment(programme, by=by)
    remove_task(second.planned_tasks.get(task=planned.task), reason="Chưa bố trí được vốn", by=by)
    adopt(second, effective_on=date(2022, 1, 1))
    return begin_amendment(programme, by=by), planned


def test_task_that_an_amendment_took_out_comes_back_with_all_that_is_known_of_it(coordinator, taken_out):
    draft, planned = taken_out
    address = page("planned_task_add", draft)

    assert planned.name in Page(coordinator.get(address).text).words
    send(coordinator, address, name=planned.name, task=str(planned.task_id))

    assert draft.planned_tasks.get(name=planned.name).task == planned.task
    # With nothing left to bring back, nothing is asked.
    assert "Đưa lại nhiệm vụ đã có" not in Page(coordinator.get(address).text).words


def test_only_tasks_of_the_programme_that_the_draft_lacks_are_offered(coordinator, taken_out):
    draft, _ = taken_out
    by = coordinator_of(draft.programme)
    own, foreign = draft.planned_tasks.get(), TaskFactory()
    removed = plan_task(draft, name="Có ở lần này", by=by)
    remove_task(own, reason="Trùng lặp", by=by)
    address = page("planned_task_add", draft)
    before = everything()

    statuses = {}
    for task in (removed.task, own.task, foreign):
        response = coordinator.post(address, values_of(coordinator, address) | {"name": "Thử", "task": str(task.pk)})
        statuses[task] = (response.status_code, list(response.context["form"].errors))
        assert f'value="{task.pk}"' not in coordinator.get(address).text.split('name="task"')[1].split("</select>")[0]

    # What the draft has by now may have come into it while the page was open.
    assert statuses == {removed.task: (409, ["task"]), own.task: (400, ["task"]), foreign: (400, ["task"])}
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"position": "0"}, "position", id="number 0"),
        pytest.param({"position": "-1"}, "position", id="number -1"),
        pytest.param({"position": "9" * 20}, "position", id="a number too long"),
        pytest.param({"name": " \u200b"}, "name", id="no name"),
        pytest.param({"lead_is_assumed": "on"}, "lead_ground", id="an assumption without ground"),
    ],
)
def test_planned_task_is_refused_beside_the_field(coordinator, revision, typed, field):
    address = page("planned_task_add", revision)
    values = values_of(coordinator, address)
    before = everything()

    response = coordinator.post(address, values | {"position": "1", "name": "Nhiệm vụ"} | typed)

    assert list(refused(response)) == [field]
    assert everything() == before


@pytest.mark.parametrize("number", [pytest.param(1, id="adopted"), pytest.param(2, id="proposed")])
def test_decided_revision_is_not_edited(coordinator, number):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=number), everything()
    planned = revision.planned_tasks.first()

    answers = [
        coordinator.post(page("revision_edit", revision), {"name": "Tên khác"}),
        coordinator.post(page("planned_task_edit", revision, planned.task_id), {"name": "Tên khác"}),
        coordinator.post(page("planned_task_add", revision), {"position": "99", "name": "Tên khác"}),
    ]

    # What was typed is shown with the refusal: whoever drafts may have begun before the revision was proposed.
    for answer in answers:
        assert answer.status_code == 409
        assert Page(answer.text).values["name"] == "Tên khác"
    assert everything() == before


# Their steps


def step(**typed):
    return {"kind": "adopted", "on": "13/12/2024"} | typed


@pytest.mark.parametrize("username", ["dau-moi", "van-phong"])
def test_adoption_is_recorded(client_of, office, username):
    revision = Revision.objects.get(programme__code="BRVT-DTTM", number=2)
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))

    response = send(
        client_of(username),
        page("revision_step", revision),
        **step(document=str(document.pk), effective_on="20/12/2024"),
    )

    assert response.status_code == 302
    revision.refresh_from_db()
    assert (revision.state, revision.effective_on) == (RevisionState.ADOPTED, date(2024, 12, 20))
    assert revision.history.latest("history_id").history_user.username == username
    assert "8 nhiệm vụ chuyển tiếp sang 2023–2024" in sentence_of(client_of(username), "20/12/2024")


def test_revision_without_tasks_is_not_adopted(coordinator, revision):
    document = LegalDocumentFactory(issuer=council(), number=45, signed_on=date(2024, 12, 10))
    before = everything()

    response = send(
        coordinator,
        page("revision_step", revision),
        **step(document=str(document.pk), effective_on="20/12/2024"),
    )

    assert "chưa có nhiệm vụ nào nên chưa trình, chưa thông qua được" in response.text
    assert everything() == before


def test_adoption_without_a_document_is_refused_beside_the_field(coordinator):
    revision, before = Revision.objects.get(programme__code="BRVT-DTTM", number=2), everything()

    response = send(coordinator, page("revision_step", revision), **step(effective_on="20/12/2024"))

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
    told = step(document=str(document.pk), effective_on="20/12/2024") | typed
    before = everything()

    response = send(coordinator, page("revision_step", revision), **told)

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
        page("revision_step", second),
        **step(document=str(document.pk), effective_on="20/12/2024"),
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

    response = coordinator.post(page("revision_edit", revision), {"name": "Tên mới"})

    assert response.status_code == 409
    assert Page(response.text).values["name"] == "Tên mới"
    assert everything() == before


# In the admin


def test_admin_leads_to_the_pages(coordinator, revision):
    planned = PlannedTaskFactory(revision=revision)
    decided = Revision.objects.get(programme__code="BRVT-DTTM", number=1)
    read, last = decided.planned_tasks.first(), RevisionStep.objects.filter(revision=decided).first()

    leads = {
        f"/quan-tri/programme/revision/{revision.pk}/so-sanh/": revision.get_absolute_url(),
        f"/quan-tri/programme/revision/{revision.pk}/them-nhiem-vu/": page("planned_task_add", revision),
        f"/quan-tri/programme/revision/{revision.pk}/ghi-nhan/": page("revision_step", revision),
        f"/quan-tri/tasks/plannedtask/{planned.pk}/mo-trang/": page("planned_task_edit", revision, planned.task_id),
        f"/quan-tri/tasks/plannedtask/{read.pk}/mo-trang/": decided.get_absolute_url(),
        f"/quan-tri/programme/revisionstep/{last.pk}/mo-trang/": decided.get_absolute_url(),
    }

    for address, target in leads.items():
        record, _, _ = address.removesuffix("/").rpartition("/")
        assert f'href="{address}"' in coordinator.get(f"{record}/change/").text
        assert coordinator.get(address).url == target
        assert coordinator.get(target).status_code == 200
    for button in ("them-nhiem-vu", "ghi-nhan"):
        address = f"/quan-tri/programme/revision/{decided.pk}/{button}/"
        assert f'href="{address}"' not in coordinator.get(f"/quan-tri/programme/revision/{decided.pk}/change/").text
        assert coordinator.get(address).status_code == 403


def test_form_for_a_new_record_leads_to_its_page(coordinator, programme, revision):
    leads = {
        f"/quan-tri/programme/revision/add/?programme={programme.pk}": first_page(programme),
        f"/quan-tri/tasks/plannedtask/add/?revision={revision.pk}": page("planned_task_add", revision),
        f"/quan-tri/programme/revisionstep/add/?revision={revision.pk}": page("revision_step", revision),
        "/quan-tri/programme/revision/add/": "/quan-tri/",
        "/quan-tri/tasks/plannedtask/add/": "/quan-tri/programme/revision/",
        "/quan-tri/programme/revisionstep/add/?revision=x": "/quan-tri/programme/revision/",
        f"/quan-tri/programme/revisionstep/add/?revision={'9' * 30}": "/quan-tri/programme/revision/",
    }

    assert {address: coordinator.get(address).url for address in leads} == leads
    assert {coordinator.get(target).status_code for target in leads.values()} == {200}


def test_form_for_a_new_record_leads_nobody_who_may_not_add_one(client_of, revision):
    addresses = {
        "programme.revision": f"/quan-tri/programme/revision/add/?programme={revision.programme_id}",
        "tasks.plannedtask": f"/quan-tri/tasks/plannedtask/add/?revision={revision.pk}",
        "programme.revisionstep": f"/quan-tri/programme/revisionstep/add/?revision={revision.pk}",
    }
    foreign = UserFactory(role=Role.COORDINATOR, agency=AgencyFactory(province=revision.programme.province))
    office = client_of("van-phong")

    for username in ("lanh-dao", "kiem-toan", "chuyen-vien", "quan-tri"):
        assert {client_of(username).get(address).status_code for address in addresses.values()} == {403}
    # Another agency's coordinator is refused by the page.
    assert {client_of(foreign).get(address, follow=True).status_code for address in addresses.values()} == {403}
    statuses = {record: office.get(address, follow=True).status_code for record, address in addresses.items()}
    assert statuses == {"programme.revision": 403, "tasks.plannedtask": 403, "programme.revisionstep": 200}


def test_draft_is_only_read_in_the_admin(coordinator, revision):
    planned, before = PlannedTaskFactory(revision=revision), everything()
    typed = {"name": "Tên khác", "change_reason": "Thử", "_save": ""}

    answers = [
        coordinator.post(url("programme.revision", "change", revision.pk), typed),
        coordinator.post(url("tasks.plannedtask", "change", planned.pk), typed),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert everything() == before
